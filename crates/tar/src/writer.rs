//! Members on their way into an archive in the pax format (POSIX.1, pax: extended header and ustar interchange format).
//!
//! A fact goes into the ustar header where it fits, else into a pax record before it: so that archives stay small and
//! old readers get most of it.

use crate::checksum::seal;
use crate::layout::{Ustar, padding};
use crate::member::{Member, Type};
use crate::number::put_octal;
use crate::pax::{Written, decimal_seconds};
use isokit_core::number::wide;
use isokit_core::tree::{Kind, Time};
use zerocopy::{FromZeros, IntoBytes};

impl Type {
    const fn flag(self) -> u8 {
        match self {
            Self::Entry(Kind::File | Kind::Socket) => b'0',
            Self::HardLink => b'1',
            Self::Entry(Kind::Symlink) => b'2',
            Self::Entry(Kind::CharacterDevice) => b'3',
            Self::Entry(Kind::BlockDevice) => b'4',
            Self::Entry(Kind::Directory) => b'5',
            Self::Entry(Kind::Fifo) => b'6',
            Self::Other(flag) => flag,
        }
    }
}

impl Member<'_> {
    /// Appends its header, and the extended one that it may need, to `archive`. `size` bytes of content follow, and
    /// [`padding`].
    pub fn write(&self, archive: &mut Vec<u8>) {
        let mut header = Ustar::new_zeroed();
        let mut records = Written::default();
        header.typeflag = self.kind.flag();
        self.names(&mut header, &mut records);
        self.numbers(&mut header, &mut records);
        self.attributes.iter().for_each(|attribute| records.add_attribute(attribute));
        if !records.bytes().is_empty() {
            extended(records.bytes(), &self.path, archive);
        }
        append(header, archive);
    }

    fn names(&self, header: &mut Ustar, records: &mut Written) {
        let path = split(&self.path);
        let link = self.link.len() <= header.linkname.len();
        // Records are UTF-8 unless this one is before them.
        let is_text = |recorded: bool, name: &[u8]| !recorded || std::str::from_utf8(name).is_ok();
        if !is_text(path.is_none(), &self.path) || !is_text(!link, &self.link) {
            records.add(b"hdrcharset", b"BINARY");
        }
        match path {
            Some((prefix, name)) => {
                put(&mut header.prefix, prefix);
                put(&mut header.name, name);
            }
            None => {
                records.add(b"path", &self.path);
                put(&mut header.name, &self.path);
            }
        }
        put(&mut header.linkname, &self.link);
        if !link {
            records.add(b"linkpath", &self.link);
        }
    }

    fn numbers(&self, header: &mut Ustar, records: &mut Written) {
        put_octal(&mut header.mode, self.mode.into());
        if !put_octal(&mut header.uid, self.uid.into()) {
            records.add_number(b"uid", self.uid.into());
        }
        if !put_octal(&mut header.gid, self.gid.into()) {
            records.add_number(b"gid", self.gid.into());
        }
        if !put_octal(&mut header.size, self.size) {
            records.add_number(b"size", self.size);
        }
        let Time { seconds, nanoseconds } = self.modified;
        let fits = put_octal(&mut header.mtime, u64::try_from(seconds).unwrap_or(0));
        if !fits || seconds < 0 || nanoseconds != 0 {
            records.add(b"mtime", decimal_seconds(self.modified).as_bytes());
        }
        if matches!(self.kind, Type::Entry(Kind::CharacterDevice | Kind::BlockDevice)) {
            let (major, minor) = self.device;
            if !put_octal(&mut header.devmajor, major.into()) {
                records.add_number(b"SCHILY.devmajor", major.into());
            }
            if !put_octal(&mut header.devminor, minor.into()) {
                records.add_number(b"SCHILY.devminor", minor.into());
            }
        }
    }
}

/// Appends the extended header that has the `records` of the member `path`. Its own name is seen only by readers that know
/// no pax.
fn extended(records: &[u8], path: &[u8], archive: &mut Vec<u8>) {
    let mut header = Ustar::new_zeroed();
    let base = path.strip_suffix(b"/").unwrap_or(path).rsplit(|byte| *byte == b'/').next();
    put(&mut header.name, &[b"PaxHeaders/", base.unwrap_or_default()].concat());
    header.typeflag = b'x';
    for (number, value) in [(&mut header.mode, 0o644), (&mut header.uid, 0), (&mut header.gid, 0)] {
        put_octal(number, value);
    }
    let size = wide(records.len());
    put_octal(&mut header.size, size);
    put_octal(&mut header.mtime, 0);
    append(header, archive);
    archive.extend_from_slice(records);
    archive.extend((0..padding(size)).map(|_| 0));
}

/// Appends `header` with its checksum, which covers all other fields.
fn append(mut header: Ustar, archive: &mut Vec<u8>) {
    header.magic = *b"ustar\0";
    header.version = *b"00";
    seal(&mut header);
    archive.extend_from_slice(header.as_bytes());
}

/// As much of `text` as `field` takes.
fn put(field: &mut [u8], text: &[u8]) {
    field.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
}

/// `path` as the prefix and name fields hold it, if they can: cut at a slash that is left out.
fn split(path: &[u8]) -> Option<(&[u8], &[u8])> {
    if path.len() <= 100 {
        return Some((b"", path));
    }
    let first = path.len().saturating_sub(101);
    let slash = path.iter().enumerate().skip(first).find(|(_, byte)| **byte == b'/')?.0;
    let (prefix, name) = path.split_at_checked(slash)?;
    let name = name.strip_prefix(b"/")?;
    (prefix.len() <= 155 && !prefix.is_empty() && !name.is_empty()).then_some((prefix, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(path: &[u8]) -> Member<'_> {
        let modified = Time { seconds: 1_700_000_000, nanoseconds: 0 };
        let new = Member::new(path, Type::Entry(Kind::File));
        Member { mode: 0o644, uid: 1000, gid: 100, modified, size: 5, ..new }
    }

    fn written(member: &Member<'_>) -> Vec<u8> {
        let mut archive = Vec::new();
        member.write(&mut archive);
        assert_eq!(archive.len() % 512, 0);
        archive
    }

    /// The records of the extended header that `archive` begins with.
    fn records(archive: &[u8]) -> String {
        assert_eq!(archive[156], b'x');
        let digits = std::str::from_utf8(&archive[124..135]).expect("digits");
        let size = usize::from_str_radix(digits, 8).expect("octal");
        String::from_utf8_lossy(&archive[512..512 + size]).into_owned()
    }

    #[test]
    fn a_plain_file_is_one_block() {
        let archive = written(&member(b"boot/vmlinuz"));
        assert_eq!(archive.len(), 512);
        assert_eq!(&archive[..13], b"boot/vmlinuz\0");
        assert_eq!(&archive[100..108], b"0000644\0");
        assert_eq!(&archive[124..136], b"00000000005\0");
        assert_eq!(&archive[136..148], b"14524770400\0");
        assert_eq!(&archive[257..265], b"ustar\x0000");
        let sum: u64 = archive
            .iter()
            .enumerate()
            .map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u64::from(*byte) })
            .sum();
        assert_eq!(&archive[148..156], format!("{sum:06o}\0 ").as_bytes());
    }

    #[test]
    fn long_paths_are_cut_at_a_slash_or_recorded() {
        let (deep, name) = ([b'd'; 120], [b'n'; 90]);
        let path = [&deep[..], b"/", &name].concat();
        assert_eq!(split(&path), Some((&deep[..], &name[..])));
        let archive = written(&member(&path));
        assert_eq!((&archive[..90], &archive[345..465]), (&name[..], &deep[..]));
        for path in
            [[b'n'; 101].to_vec(), [&[b'd'; 156][..], b"/n"].concat(), [&[b'd'; 101][..], b"/"].concat()]
        {
            assert_eq!(split(&path), None, "{}", path.escape_ascii());
            let text = String::from_utf8(path.clone()).expect("ASCII");
            assert_eq!(records(&written(&member(&path))), format!("{} path={text}\n", path.len() + 10));
        }
    }

    #[test]
    fn names_that_are_not_text_are_said_to_be_binary() {
        let path = [0xff; 101];
        assert!(records(&written(&member(&path))).starts_with("21 hdrcharset=BINARY\n"));
        assert_eq!(written(&member(&[0xff; 100])).len(), 512, "the header itself takes any bytes");
    }

    #[test]
    fn numbers_that_do_not_fit_are_recorded() {
        let mut large = member(b"x");
        large.size = 0o77_777_777_777 + 1;
        large.uid = 0o7_777_777 + 1;
        large.gid = u32::MAX;
        assert_eq!(records(&written(&large)), "15 uid=2097152\n18 gid=4294967295\n19 size=8589934592\n");
        large = member(b"x");
        (large.size, large.uid) = (0o77_777_777_777, 0o7_777_777);
        assert_eq!(written(&large).len(), 512);
    }
}
