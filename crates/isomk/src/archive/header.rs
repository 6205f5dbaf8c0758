//! The header block of a tar member (POSIX pax, ustar interchange format), with GNU's deviations.

use super::number::{Field, octal};
use super::pax::{Records, is_utf8};
use super::{HEADER, Member};
use crate::archive::{corrupt, subject};
use isokit_core::Error;
use isokit_core::error::{Problem, Result};
use isokit_core::tar::Ustar;
use isokit_core::tree::Time;
use zerocopy::FromBytes;

/// What a header stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A regular file.
    File,
    /// Another name for a member before it.
    HardLink,
    /// A symbolic link.
    Symlink,
    /// A character device.
    CharacterDevice,
    /// A block device.
    BlockDevice,
    /// A directory.
    Directory,
    /// A named pipe.
    Fifo,
    /// pax records for the next member.
    Extended,
    /// pax records for all members to come.
    GlobalExtended,
    /// GNU: the name of the next member.
    LongName,
    /// GNU: the link target of the next member.
    LongLink,
    /// GNU: the name of the archive.
    Label,
    /// Something else.
    Other(u8),
}

/// A header block, read.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) kind: Type,
    pub(super) size: u64,
    fields: Ustar,
}

impl Header {
    /// Reads the block at byte `at`; `None` for the zeros at an archive's end.
    pub(super) fn parse(block: &[u8; 512], at: u64) -> Result<Option<Self>> {
        if block.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        let fields = Ustar::read_from_bytes(block).expect("because a header is exactly one block");
        checksum(block, &fields, at)?;
        let size = field(&fields.size, "size", at).unsigned()?;
        let kind = match fields.typeflag {
            b'0' | 0 | b'7' => Type::File,
            b'1' => Type::HardLink,
            b'2' => Type::Symlink,
            b'3' => Type::CharacterDevice,
            b'4' => Type::BlockDevice,
            // GNU tar's incremental dumps list the names in a directory as its content.
            b'5' | b'D' => Type::Directory,
            b'6' => Type::Fifo,
            // The second is Solaris's, from before pax.
            b'x' | b'X' => Type::Extended,
            b'g' => Type::GlobalExtended,
            b'L' => Type::LongName,
            b'K' => Type::LongLink,
            b'V' => Type::Label,
            b'S' if &fields.magic == b"ustar " => Type::File,
            // Star's have their maps in other places.
            b'S' => return Err(unsupported(at, "a sparse member in a form other than GNU tar's")),
            b'M' => return Err(unsupported(at, "a member continued from another volume")),
            other => Type::Other(other),
        };
        Ok(Some(Self { kind, size, fields }))
    }

    /// The member, as this header and the extended ones say, with the bytes behind the header as its size. The narrower
    /// says it: the member's own records, then the archive's, then the header.
    pub(super) fn member(&self, local: &Records, global: &Records, at: u64) -> Result<Member> {
        let fields = &self.fields;
        let sparse_name = local.sparse.as_ref().and_then(|sparse| sparse.name.as_ref());
        let path = sparse_name.or(local.path.as_ref()).cloned().unwrap_or_else(|| self.name());
        let has_utf8_path = sparse_name.map_or(local.has_utf8_path, |name| is_utf8(name));
        let kind = match fields.typeflag {
            // Archives older than ustar mark directories by a slash. A name that was cut may end in one as well.
            b'0' | 0 if path.ends_with(b"/") => Type::Directory,
            _ => self.kind,
        };
        if global.sparse.is_some() {
            return Err(unsupported(at, "a sparse map for all members"));
        }
        if local.sparse.is_some() && (kind != Type::File || self.is_sparse()) {
            return Err(unsupported(at, "a sparse map for a member without data or with another map"));
        }
        let own = |value: &Option<Vec<u8>>, fallback: Vec<u8>| value.clone().unwrap_or(fallback);
        let number =
            |pick: fn(&Records) -> Option<u32>, bytes: &[u8], name| match pick(local).or(pick(global)) {
                Some(value) => Ok(value),
                None => field(bytes, name, at).small(),
            };
        let modified = match local.modified.or(global.modified) {
            Some(time) => time,
            None => Time { seconds: field(&fields.mtime, "mtime", at).signed()?, nanoseconds: 0 },
        };
        let device = match kind {
            Type::CharacterDevice | Type::BlockDevice => (
                field(&fields.devmajor, "devmajor", at).small()?,
                field(&fields.devminor, "devminor", at).small()?,
            ),
            _ => (0, 0),
        };
        let mode = field(&fields.mode, "mode", at).unsigned()? & 0o7777;
        Ok(Member {
            path,
            has_utf8_path,
            kind,
            mode: u16::try_from(mode).unwrap_or(0),
            uid: number(|records| records.uid, &fields.uid, "uid")?,
            gid: number(|records| records.gid, &fields.gid, "gid")?,
            modified,
            size: self.content_size(kind, local.size, at)?,
            link: own(&local.link, terminated(&fields.linkname).to_vec()),
            has_utf8_link: local.has_utf8_link,
            device,
            attributes: local.attributes.clone(),
            at,
        })
    }

    /// Whether its map is in the header, as GNU tar first did it.
    pub(super) fn is_sparse(&self) -> bool {
        self.fields.typeflag == b'S'
    }

    /// Bytes behind the header. One rule: the pax record counts, and a header that could say the same and does not is a
    /// lie that would have two readers see two different archives.
    fn content_size(&self, kind: Type, recorded: Option<u64>, at: u64) -> Result<u64> {
        const LARGEST_OCTAL: u64 = 0o77_777_777_777;
        let size = match recorded {
            Some(size) if size != self.size && size <= LARGEST_OCTAL => {
                let limit = format!("{size}, the size in the pax record");
                return Err(corrupt(
                    at,
                    HEADER,
                    Problem::OutOfRange { field: "size", got: self.size, limit },
                ));
            }
            recorded => recorded.unwrap_or(self.size),
        };
        match kind {
            // Whether a link's content follows or only its size is repeated is for the archive to find out.
            Type::File | Type::HardLink | Type::Other(_) => Ok(size),
            _ if self.fields.typeflag == b'D' => Ok(size),
            // These have none, whatever the field says.
            _ => Ok(0),
        }
    }

    fn name(&self) -> Vec<u8> {
        let name = terminated(&self.fields.name);
        let prefix = terminated(&self.fields.prefix);
        // GNU's magic is "ustar " and its prefix field holds other things.
        if &self.fields.magic != b"ustar\0" || prefix.is_empty() {
            return name.to_vec();
        }
        [prefix, b"/", name].concat()
    }
}

/// The checksum is the sum of all bytes, those of the field itself taken as blanks; old archivers added signed bytes.
fn checksum(block: &[u8; 512], fields: &Ustar, at: u64) -> Result<()> {
    let blanked = |(place, byte): (usize, &u8)| if (148..156).contains(&place) { b' ' } else { *byte };
    let want: u64 = block.iter().enumerate().map(blanked).map(u64::from).sum();
    let signed: i64 =
        block.iter().enumerate().map(blanked).map(|byte| i64::from(i8::from_ne_bytes([byte]))).sum();
    match octal(&fields.checksum) {
        Some(got) if got == want || i64::try_from(got) == Ok(signed) => Ok(()),
        Some(got) => Err(corrupt(at, HEADER, Problem::Checksum { field: "checksum", want, got })),
        None => {
            let bytes = fields.checksum.to_vec();
            Err(corrupt(at, HEADER, Problem::Text { field: "checksum", bytes }))
        }
    }
}

fn terminated(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

fn field<'b>(bytes: &'b [u8], name: &'static str, at: u64) -> Field<'b> {
    Field { bytes, name, at, what: HEADER }
}

fn unsupported(at: u64, feature: &str) -> Error {
    subject(at, HEADER).unsupported(feature)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A good header, then changed, then summed again.
    fn block(change: impl Fn(&mut [u8; 512])) -> [u8; 512] {
        let mut block = [0; 512];
        block[..1].copy_from_slice(b"a");
        for (at, text) in
            [(100, "0000644"), (108, "0001750"), (116, "0001751"), (124, "00000000012"), (136, "7")]
        {
            block[at..at + text.len()].copy_from_slice(text.as_bytes());
        }
        block[156] = b'0';
        block[257..265].copy_from_slice(b"ustar\x0000");
        change(&mut block);
        block[148..156].copy_from_slice(b"        ");
        let sum: u64 = block.iter().map(|byte| u64::from(*byte)).sum();
        block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        block
    }

    fn member(change: impl Fn(&mut [u8; 512]), local: &Records) -> Result<Member> {
        let header = Header::parse(&block(change), 512)?.expect("not the end");
        header.member(local, &Records::default(), 512)
    }

    fn message(change: impl Fn(&mut [u8; 512])) -> String {
        member(change, &Records::default()).expect_err("a lie").to_string()
    }

    #[test]
    fn a_good_header_says_what_it_says() {
        let member = member(|_| {}, &Records::default()).expect("good");
        assert_eq!((member.path.as_slice(), member.size, member.mode), (&b"a"[..], 10, 0o644));
        assert_eq!((member.uid, member.gid, member.modified.seconds), (0o1750, 0o1751, 7));
        assert_eq!(member.kind, Type::File);
    }

    #[test]
    fn a_slash_at_the_end_of_the_whole_name_marks_a_directory() {
        let cut = |block: &mut [u8; 512]| block[..100].copy_from_slice("d/".repeat(50).as_bytes());
        assert_eq!(member(cut, &Records::default()).expect("good").kind, Type::Directory);
        let local = Records { path: Some(b"d/f".to_vec()), ..Records::default() };
        let file = member(cut, &local).expect("good");
        assert_eq!((file.kind, file.size), (Type::File, 10));
        let local = Records { path: Some(b"d/".to_vec()), ..Records::default() };
        assert_eq!(member(|_| {}, &local).expect("good").kind, Type::Directory);
    }

    #[test]
    fn a_prefix_belongs_to_posix_archives_only() {
        let prefixed = |block: &mut [u8; 512]| block[345..348].copy_from_slice(b"dir");
        assert_eq!(member(prefixed, &Records::default()).expect("good").path, b"dir/a");
        let gnu = |block: &mut [u8; 512]| {
            prefixed(block);
            block[257..265].copy_from_slice(b"ustar  \0");
        };
        assert_eq!(member(gnu, &Records::default()).expect("good").path, b"a");
    }

    #[test]
    fn every_lie_is_named_with_its_place() {
        let at = "byte 0x200: tar header: ";
        assert_eq!(
            message(|block| block[124] = b'9'),
            format!("{at}size is not legal text: \"90000000012\\x00\"")
        );
        assert_eq!(
            message(|block| block[156] = b'S'),
            format!(
                "{at}a sparse member in a form other than GNU tar's is not supported (POSIX pax, ustar interchange format)"
            )
        );
        let mut broken = block(|_| {});
        broken[0] = b'b';
        let error = Header::parse(&broken, 512).expect_err("a changed byte").to_string();
        assert!(error.starts_with(&format!("{at}checksum is ")), "{error}");
    }

    #[test]
    fn a_size_recorded_twice_is_the_same_size() {
        let smuggled = Records { size: Some(11), ..Records::default() };
        let error = member(|_| {}, &smuggled).expect_err("10 and 11").to_string();
        assert!(error.ends_with("size is 10, expected 11, the size in the pax record"), "{error}");
        let large = Records { size: Some(1 << 40), ..Records::default() };
        assert_eq!(member(|_| {}, &large).expect("octal cannot say it").size, 1 << 40);
    }
}
