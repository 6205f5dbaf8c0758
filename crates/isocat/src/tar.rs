//! Members of a tar archive in the pax format (POSIX.1, pax: extended header and ustar interchange format).
//!
//! A fact goes into the ustar header where it fits, else into a pax record before it: so that archives stay small and
//! old readers get most of it. The extended attributes and ACLs that POSIX has no keys for go under star's, which
//! every reader of today knows.

use isokit_core::number::{round_up, wide};
use isokit_core::tar::{BLOCK, Ustar};
use isokit_core::tree::{Attribute, Kind, Time};
use zerocopy::{FromZeros, IntoBytes};

/// What ends an archive.
pub(crate) const END: [u8; 1024] = [0; 1024];

/// What a header stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    /// An entry of this kind. Sockets have no place in a tar archive: [`Type::of`] tells.
    Entry(Kind),
    /// Another name of a member before it.
    HardLink,
}

impl Type {
    /// The member that an entry of `kind` becomes, if it can become one.
    pub(crate) fn of(kind: Kind) -> Option<Self> {
        (kind != Kind::Socket).then_some(Self::Entry(kind))
    }

    const fn flag(self) -> u8 {
        match self {
            Self::Entry(Kind::File | Kind::Socket) => b'0',
            Self::HardLink => b'1',
            Self::Entry(Kind::Symlink) => b'2',
            Self::Entry(Kind::CharacterDevice) => b'3',
            Self::Entry(Kind::BlockDevice) => b'4',
            Self::Entry(Kind::Directory) => b'5',
            Self::Entry(Kind::Fifo) => b'6',
        }
    }
}

/// The header of one member.
#[derive(Debug, Clone)]
pub(crate) struct Member<'a> {
    /// Path without leading slash; a directory's ends with one.
    pub(crate) path: &'a [u8],
    /// What it is.
    pub(crate) kind: Type,
    /// Permission bits, 0 to 0o7777.
    pub(crate) mode: u32,
    /// Owner.
    pub(crate) uid: u32,
    /// Group.
    pub(crate) gid: u32,
    /// Last change of the content.
    pub(crate) modified: Time,
    /// Bytes of content that follow the header; 0 for all but files.
    pub(crate) size: u64,
    /// Target of a link, hard or symbolic.
    pub(crate) link: &'a [u8],
    /// Device numbers, major and minor.
    pub(crate) device: (u32, u32),
    /// Extended attributes and ACLs, the latter as getfacl(1) prints them.
    pub(crate) attributes: &'a [Attribute],
}

impl Member<'_> {
    /// Appends the header, and the extended one that it may need, to `archive`.
    pub(crate) fn write(&self, archive: &mut Vec<u8>) {
        let mut header = Ustar::new_zeroed();
        let mut records = Records::default();
        header.typeflag = self.kind.flag();
        self.names(&mut header, &mut records);
        self.numbers(&mut header, &mut records);
        self.attributes(&mut records);
        if !records.0.is_empty() {
            records.write(self.path, archive);
        }
        seal(header, archive);
    }

    fn names(&self, header: &mut Ustar, records: &mut Records) {
        let path = split(self.path);
        let link = self.link.len() <= header.linkname.len();
        // Records are UTF-8 unless this one is before them.
        let is_text = |recorded: bool, name: &[u8]| !recorded || std::str::from_utf8(name).is_ok();
        if !is_text(path.is_none(), self.path) || !is_text(!link, self.link) {
            records.add(b"hdrcharset", b"BINARY");
        }
        match path {
            Some((prefix, name)) => {
                put(&mut header.prefix, prefix);
                put(&mut header.name, name);
            }
            None => {
                records.add(b"path", self.path);
                put(&mut header.name, self.path);
            }
        }
        put(&mut header.linkname, self.link);
        if !link {
            records.add(b"linkpath", self.link);
        }
    }

    fn numbers(&self, header: &mut Ustar, records: &mut Records) {
        octal(&mut header.mode, self.mode.into());
        if !octal(&mut header.uid, self.uid.into()) {
            records.add_number(b"uid", self.uid.into());
        }
        if !octal(&mut header.gid, self.gid.into()) {
            records.add_number(b"gid", self.gid.into());
        }
        if !octal(&mut header.size, self.size) {
            records.add_number(b"size", self.size);
        }
        let Time { seconds, nanoseconds } = self.modified;
        let fits = octal(&mut header.mtime, u64::try_from(seconds).unwrap_or(0));
        if !fits || seconds < 0 || nanoseconds != 0 {
            records.add(b"mtime", decimal(self.modified).as_bytes());
        }
        if matches!(self.kind, Type::Entry(Kind::CharacterDevice | Kind::BlockDevice)) {
            let (major, minor) = self.device;
            if !octal(&mut header.devmajor, major.into()) {
                records.add_number(b"SCHILY.devmajor", major.into());
            }
            if !octal(&mut header.devminor, minor.into()) {
                records.add_number(b"SCHILY.devminor", minor.into());
            }
        }
    }

    fn attributes(&self, records: &mut Records) {
        for Attribute { name, value } in self.attributes {
            match name.as_slice() {
                b"system.posix_acl_access" => records.add(b"SCHILY.acl.access", &one_line(value)),
                b"system.posix_acl_default" => records.add(b"SCHILY.acl.default", &one_line(value)),
                name => records.add(&[b"SCHILY.xattr.", escaped(name).as_slice()].concat(), value),
            }
        }
    }
}

/// Bytes that fill content of `size` bytes up to whole blocks.
pub(crate) const fn padding(size: u64) -> u64 {
    round_up(size, BLOCK).saturating_sub(size)
}

/// Completes `header` and appends it.
fn seal(mut header: Ustar, archive: &mut Vec<u8>) {
    header.magic = *b"ustar\0";
    header.version = *b"00";
    // The field counts as blanks in its own sum.
    header.checksum = [b' '; 8];
    let sum = header.as_bytes().iter().map(|byte| u64::from(*byte)).sum();
    let [.., last] = &mut header.checksum;
    *last = b' ';
    if let Some(field) = header.checksum.get_mut(..7) {
        octal(field, sum);
    }
    archive.extend_from_slice(header.as_bytes());
}

/// Writes `value` as octal digits that fill `field` but for the zero byte at its end; if it does not fit, writes 0
/// and says so.
fn octal(field: &mut [u8], value: u64) -> bool {
    let Some((last, digits)) = field.split_last_mut() else { return false };
    *last = 0;
    let fits = u32::try_from(digits.len().saturating_mul(3))
        .ok()
        .and_then(|bits| value.checked_shr(bits))
        .is_none_or(|rest| rest == 0);
    let mut rest = if fits { value } else { 0 };
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest & 7).unwrap_or(0);
        rest >>= 3;
    }
    fits
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

/// `time` in seconds, with as many decimals as it needs.
fn decimal(time: Time) -> String {
    let Time { seconds, nanoseconds } = time;
    let (sign, whole, fraction) = match (seconds < 0, nanoseconds) {
        (false, _) => ("", seconds.unsigned_abs(), nanoseconds),
        (true, 0) => ("-", seconds.unsigned_abs(), 0),
        // Fractions count forward from the second, the sign counts backward from zero.
        (true, _) => {
            ("-", seconds.unsigned_abs().saturating_sub(1), 1_000_000_000_u32.saturating_sub(nanoseconds))
        }
    };
    let text = format!("{sign}{whole}.{fraction:09}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// An ACL with its entries divided by commas.
fn one_line(text: &[u8]) -> Vec<u8> {
    text.trim_ascii().iter().map(|byte| if *byte == b'\n' { b',' } else { *byte }).collect()
}

/// The name of an attribute as part of a key, which ends at the first `=`.
fn escaped(name: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(name.len());
    for byte in name {
        match byte {
            b'%' => escaped.extend_from_slice(b"%25"),
            b'=' => escaped.extend_from_slice(b"%3D"),
            other => escaped.push(*other),
        }
    }
    escaped
}

/// The records of an extended header: `LENGTH KEY=VALUE\n`.
#[derive(Debug, Default)]
struct Records(Vec<u8>);

impl Records {
    fn add(&mut self, key: &[u8], value: &[u8]) {
        // Blank, equals sign and newline; the length counts its own digits.
        let rest = key.len().saturating_add(value.len()).saturating_add(3);
        let mut length = rest.saturating_add(1);
        while length.to_string().len().saturating_add(rest) > length {
            length = length.saturating_add(1);
        }
        self.0.extend_from_slice(format!("{length} ").as_bytes());
        self.0.extend_from_slice(key);
        self.0.push(b'=');
        self.0.extend_from_slice(value);
        self.0.push(b'\n');
    }

    fn add_number(&mut self, key: &[u8], value: u64) {
        self.add(key, value.to_string().as_bytes());
    }

    /// Appends the extended header for the member `path`. Its own name is seen only by readers that know no pax.
    fn write(&self, path: &[u8], archive: &mut Vec<u8>) {
        let mut header = Ustar::new_zeroed();
        let base = path.strip_suffix(b"/").unwrap_or(path).rsplit(|byte| *byte == b'/').next();
        put(&mut header.name, &[b"PaxHeaders/", base.unwrap_or_default()].concat());
        header.typeflag = b'x';
        for number in [&mut header.mode, &mut header.uid, &mut header.gid] {
            octal(number, 0);
        }
        octal(&mut header.mode, 0o644);
        octal(&mut header.size, wide(self.0.len()));
        octal(&mut header.mtime, 0);
        seal(header, archive);
        archive.extend_from_slice(&self.0);
        archive.extend((0..padding(wide(self.0.len()))).map(|_| 0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(path: &[u8]) -> Member<'_> {
        Member {
            path,
            kind: Type::Entry(Kind::File),
            mode: 0o644,
            uid: 1000,
            gid: 100,
            modified: Time { seconds: 1_700_000_000, nanoseconds: 0 },
            size: 5,
            link: b"",
            device: (0, 0),
            attributes: &[],
        }
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

    #[test]
    fn times_before_1970_and_between_seconds_are_recorded() {
        for (seconds, nanoseconds, want) in [
            (1, 500_000_000, "1.5"),
            (-1, 0, "-1"),
            (-2, 500_000_000, "-1.5"),
            (-1, 750_000_000, "-0.25"),
            (0, 1, "0.000000001"),
            (0o77_777_777_777 + 1, 0, "8589934592"),
            (1700, 0, "1700"),
        ] {
            assert_eq!(decimal(Time { seconds, nanoseconds }), want);
        }
    }

    #[test]
    fn a_record_counts_its_own_digits() {
        for length in [1, 5, 6, 7, 93, 94, 95, 992, 993, 994] {
            let mut records = Records::default();
            records.add(b"k", &vec![b'v'; length]);
            let text = String::from_utf8(records.0).expect("ASCII");
            let counted: usize =
                text.split(' ').next().and_then(|digits| digits.parse().ok()).expect("a length");
            assert_eq!(counted, text.len());
        }
    }

    #[test]
    fn attributes_and_lists_go_under_the_keys_of_star() {
        let attribute = |name: &[u8], value: &[u8]| Attribute { name: name.to_vec(), value: value.to_vec() };
        let attributes = [
            attribute(b"system.posix_acl_access", b"user::rw-\ngroup::r--\nother::r--\n"),
            attribute(b"user.a=b%", b"v\0w"),
        ];
        let archive = written(&Member { attributes: &attributes, ..member(b"x") });
        assert_eq!(
            records(&archive),
            "53 SCHILY.acl.access=user::rw-,group::r--,other::r--\n34 SCHILY.xattr.user.a%3Db%25=v\0w\n"
        );
    }
}
