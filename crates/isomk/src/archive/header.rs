//! The header block of a tar member (POSIX pax, ustar interchange format), with GNU's deviations.

use super::pax::Records;
use super::{HEADER, Member};
use isokit_core::Error;
use isokit_core::error::{Problem, Result, Unsupported};
use isokit_core::fields::corrupt;
use isokit_core::number::Be64;
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
        let size = unsigned(&fields.size, "size", at)?;
        let kind = match fields.typeflag {
            b'0' | 0 | b'7' => Type::File,
            b'1' => Type::HardLink,
            b'2' => Type::Symlink,
            b'3' => Type::CharacterDevice,
            b'4' => Type::BlockDevice,
            b'5' => Type::Directory,
            b'6' => Type::Fifo,
            b'x' => Type::Extended,
            b'g' => Type::GlobalExtended,
            b'L' => Type::LongName,
            b'K' => Type::LongLink,
            b'V' => Type::Label,
            b'S' => return Err(unsupported(at, "a sparse member")),
            b'M' => return Err(unsupported(at, "a member continued from another volume")),
            other => Type::Other(other),
        };
        Ok(Some(Self { kind, size, fields }))
    }

    /// The member, as this header and the extended ones say. The narrower says it: the member's own records, then the
    /// archive's, then the header.
    pub(super) fn member(&self, local: &Records, global: &Records, at: u64) -> Result<Member> {
        if local.sparse || global.sparse {
            return Err(unsupported(at, "a sparse member"));
        }
        let fields = &self.fields;
        let path = local.path.clone().unwrap_or_else(|| self.name());
        let kind = match fields.typeflag {
            // Archives older than ustar mark directories by a slash. A name that was cut may end in one as well.
            b'0' | 0 if path.ends_with(b"/") => Type::Directory,
            _ => self.kind,
        };
        let own = |value: &Option<Vec<u8>>, fallback: Vec<u8>| value.clone().unwrap_or(fallback);
        let number =
            |pick: fn(&Records) -> Option<u32>, field: &[u8], name| match pick(local).or(pick(global)) {
                Some(value) => Ok(value),
                None => small(field, name, at),
            };
        let modified = match local.modified.or(global.modified) {
            Some(time) => time,
            None => Time { seconds: signed(&fields.mtime, "mtime", at)?, nanoseconds: 0 },
        };
        let device = match kind {
            Type::CharacterDevice | Type::BlockDevice => {
                (small(&fields.devmajor, "devmajor", at)?, small(&fields.devminor, "devminor", at)?)
            }
            _ => (0, 0),
        };
        let mode = unsigned(&fields.mode, "mode", at)? & 0o7777;
        Ok(Member {
            path,
            kind,
            mode: u16::try_from(mode).unwrap_or(0),
            uid: number(|records| records.uid, &fields.uid, "uid")?,
            gid: number(|records| records.gid, &fields.gid, "gid")?,
            modified,
            size: self.content_size(kind, local.size, at)?,
            link: own(&local.link, terminated(&fields.linkname).to_vec()),
            device,
            attributes: local.attributes.clone(),
            at,
        })
    }

    /// Bytes of content. One rule: the pax record counts, and a header that could say the same and does not is a lie
    /// that would have two readers see two different archives.
    fn content_size(&self, kind: Type, recorded: Option<u64>, at: u64) -> Result<u64> {
        const LARGEST_OCTAL: u64 = 0o77_777_777_777;
        let size = match recorded {
            Some(size) if size != self.size && size <= LARGEST_OCTAL => {
                let limit = format!("{size}, as the pax record says");
                return Err(corrupt(
                    at,
                    HEADER,
                    Problem::OutOfRange { field: "size", got: self.size, limit },
                ));
            }
            recorded => recorded.unwrap_or(self.size),
        };
        match kind {
            Type::File | Type::Other(_) => Ok(size),
            Type::HardLink if size > 0 => Err(unsupported(at, "a hard link with content")),
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

/// Octal digits between blanks and NULs; nothing at all is 0.
fn octal(field: &[u8]) -> Option<u64> {
    let is_blank = |byte: &u8| matches!(byte, b' ' | 0);
    let start = field.iter().position(|byte| *byte != b' ').unwrap_or(field.len());
    let digits = field.get(start..)?;
    let end = digits.iter().position(is_blank).unwrap_or(digits.len());
    let (digits, rest) = digits.split_at(end);
    if !rest.iter().all(is_blank) {
        return None;
    }
    digits.iter().try_fold(0_u64, |value, digit| match digit {
        b'0'..=b'7' => value.checked_mul(8)?.checked_add(u64::from(digit - b'0')),
        _ => None,
    })
}

/// Octal, or GNU's base-256 two's complement behind a set first bit.
fn signed(field: &[u8], name: &'static str, at: u64) -> Result<i64> {
    let wrong = || corrupt(at, HEADER, Problem::Text { field: name, bytes: field.to_vec() });
    if field.first().is_none_or(|first| first & 0x80 == 0) {
        return octal(field).and_then(|value| i64::try_from(value).ok()).ok_or_else(wrong);
    }
    let (head, low) = field.split_last_chunk::<8>().ok_or_else(wrong)?;
    let negative = field.first().is_some_and(|first| first & 0x40 != 0);
    // The first bit only marks the form; bytes above the lower eight have to extend the sign.
    let fills = |(place, byte): (usize, &u8)| match (place, negative) {
        (0, false) => *byte == 0x80,
        (_, false) => *byte == 0,
        (_, true) => *byte == 0xFF,
    };
    if !head.iter().enumerate().all(fills) {
        return Err(wrong());
    }
    let mut low = *low;
    if head.is_empty() && !negative {
        low[0] &= 0x7F;
    }
    let value = i64::from_be_bytes(Be64::from_bytes(low).to_bytes());
    if (value < 0) == negative { Ok(value) } else { Err(wrong()) }
}

fn unsigned(field: &[u8], name: &'static str, at: u64) -> Result<u64> {
    let value = signed(field, name, at)?;
    u64::try_from(value)
        .map_err(|_| corrupt(at, HEADER, Problem::Text { field: name, bytes: field.to_vec() }))
}

fn small(field: &[u8], name: &'static str, at: u64) -> Result<u32> {
    let value = unsigned(field, name, at)?;
    u32::try_from(value).map_err(|_| {
        let limit = "at most 4294967295".to_owned();
        corrupt(at, HEADER, Problem::OutOfRange { field: name, got: value, limit })
    })
}

fn unsupported(at: u64, feature: &str) -> Error {
    Box::new(Unsupported { at, what: HEADER, feature: feature.into() }).into()
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
    fn numbers_come_in_octal_or_in_256() {
        let mut field = [0; 12];
        field[0] = 0x80;
        field[7] = 2;
        assert_eq!(unsigned(&field, "size", 0).expect("good"), 0x2_0000_0000);
        assert_eq!(signed(&[0xFF; 12], "mtime", 0).expect("good"), -1);
        assert!(unsigned(&[0xFF; 12], "size", 0).is_err());
        field[1] = 1;
        assert!(signed(&field, "size", 0).is_err());
        assert_eq!(signed(&[0x80, 0, 0, 0, 0, 0, 0, 9], "uid", 0).expect("good"), 9);
        assert_eq!(octal(b"  17 \0\0"), Some(0o17));
        assert_eq!(octal(b"19"), None);
        assert_eq!(octal(b"7 7"), None);
    }

    #[test]
    fn every_lie_is_named_with_its_place() {
        let at = "byte 0x200 (sector 0): tar header: ";
        assert_eq!(
            message(|block| block[124] = b'9'),
            format!("{at}size is not legal text: \"90000000012\\x00\"")
        );
        assert_eq!(
            message(|block| block[156] = b'S'),
            format!("{at}a sparse member is not supported (POSIX pax, ustar interchange format)")
        );
        assert!(message(|block| block[156] = b'1').contains("a hard link with content"));
        let mut broken = block(|_| {});
        broken[0] = b'b';
        let error = Header::parse(&broken, 512).expect_err("a changed byte").to_string();
        assert!(error.starts_with(&format!("{at}checksum is ")), "{error}");
    }

    #[test]
    fn a_size_recorded_twice_is_the_same_size() {
        let smuggled = Records { size: Some(11), ..Records::default() };
        let error = member(|_| {}, &smuggled).expect_err("10 and 11").to_string();
        assert!(error.ends_with("size is 10, expected 11, as the pax record says"), "{error}");
        let large = Records { size: Some(1 << 40), ..Records::default() };
        assert_eq!(member(|_| {}, &large).expect("octal cannot say it").size, 1 << 40);
    }
}
