//! The header block of a member (POSIX pax, ustar interchange format), with GNU's deviations, read.

use crate::checksum::check;
use crate::layout::Ustar;
use crate::member::{Member, Type};
use crate::number::Field;
use crate::pax::{Records, is_utf8};
use isokit_core::error::{Location, Result, Structure, Subject};
use isokit_core::number::is_zero;
use isokit_core::tree::{Kind, Time};
use zerocopy::{transmute, transmute_ref};

/// A member's header block, of 512 bytes.
pub(crate) const HEADER: Structure = Structure::new("tar header", "POSIX pax, ustar interchange format");

/// What the block behind a header is, and whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// An ordinary member, by its typeflag.
    Member(Type),
    /// pax records for the next member.
    Extended,
    /// pax records for all members to come.
    GlobalExtended,
    /// GNU: the name of the next member.
    LongName,
    /// GNU: the link target of the next member.
    LongLink,
    /// GNU: the name of the archive, which is no member.
    Label,
}

/// A header block whose checksum is right.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) role: Role,
    /// Bytes behind it, which a pax record may replace.
    pub(crate) size: u64,
    fields: Ustar,
    subject: Subject,
}

impl Header {
    /// Reads the block at `at`; `None` for the zeros at an archive's end.
    pub(crate) fn parse(block: &[u8; 512], at: Location) -> Result<Option<Self>> {
        if is_zero(block) {
            return Ok(None);
        }
        let (fields, subject): (Ustar, _) = (transmute!(*block), HEADER.at(at));
        check(&fields).map_err(|problem| subject.corrupt(problem))?;
        let size = Field { bytes: &fields.size, name: "size", of: subject }.unsigned()?;
        let entry = |kind| Role::Member(Type::Entry(kind));
        let role = match fields.typeflag {
            b'0' | 0 | b'7' => entry(Kind::File),
            b'1' => Role::Member(Type::HardLink),
            b'2' => entry(Kind::Symlink),
            b'3' => entry(Kind::CharacterDevice),
            b'4' => entry(Kind::BlockDevice),
            // GNU tar's incremental dumps list the names in a directory as its content.
            b'5' | b'D' => entry(Kind::Directory),
            b'6' => entry(Kind::Fifo),
            // The second is Solaris's, from before pax.
            b'x' | b'X' => Role::Extended,
            b'g' => Role::GlobalExtended,
            b'L' => Role::LongName,
            b'K' => Role::LongLink,
            b'V' => Role::Label,
            b'S' if &fields.magic == b"ustar " => entry(Kind::File),
            // Star's have their maps in other places.
            b'S' => return Err(subject.unsupported("a sparse member in a form other than GNU tar's")),
            b'M' => return Err(subject.unsupported("a member continued from another volume")),
            other => Role::Member(Type::Other(other)),
        };
        Ok(Some(Self { role, size, fields, subject }))
    }

    /// The member, of the kind that its role says, as this header and the extended ones describe it, with the bytes behind
    /// the header as its size. The narrower says it: the member's own records, then the archive's, then the header.
    pub(crate) fn member(&self, kind: Type, local: &Records, global: &Records) -> Result<Member<'static>> {
        let fields = &self.fields;
        let sparse_name = local.sparse.as_ref().and_then(|sparse| sparse.name.as_ref());
        let path = sparse_name.or(local.path.as_ref()).cloned().unwrap_or_else(|| self.name());
        let has_utf8_path = sparse_name.map_or(local.has_utf8_path, |name| is_utf8(name));
        let kind = match fields.typeflag {
            // Archives older than ustar mark directories by a slash. A name that was cut may end in one as well.
            b'0' | 0 if path.ends_with(b"/") => Type::Entry(Kind::Directory),
            _ => kind,
        };
        if global.sparse.is_some() {
            return Err(self.subject.unsupported("a sparse map for all members"));
        }
        if local.sparse.is_some() && (kind != Type::Entry(Kind::File) || self.is_sparse()) {
            let feature = "a sparse map for a member without data or with another map";
            return Err(self.subject.unsupported(feature));
        }
        let link = local.link.clone().unwrap_or_else(|| terminated(&fields.linkname).to_vec());
        let modified = match local.modified.or(global.modified) {
            Some(time) => time,
            None => Time { seconds: self.field(&fields.mtime, "mtime").signed()?, nanoseconds: 0 },
        };
        let small = |recorded: Option<u32>, bytes, name| match recorded {
            Some(value) => Ok(value),
            None => self.field(bytes, name).small(),
        };
        let device = match kind {
            Type::Entry(Kind::CharacterDevice | Kind::BlockDevice) => {
                (small(None, &fields.devmajor, "devmajor")?, small(None, &fields.devminor, "devminor")?)
            }
            _ => (0, 0),
        };
        let mode = self.field(&fields.mode, "mode").unsigned()? & 0o7777;
        Ok(Member {
            path: path.into(),
            has_utf8_path,
            kind,
            mode: u16::try_from(mode).unwrap_or(0),
            uid: small(local.uid.or(global.uid), &fields.uid, "uid")?,
            gid: small(local.gid.or(global.gid), &fields.gid, "gid")?,
            modified,
            size: self.content_size(kind, local.size)?,
            link: link.into(),
            has_utf8_link: local.has_utf8_link,
            device,
            attributes: local.attributes.clone().into(),
        })
    }

    fn field<'b>(&self, bytes: &'b [u8], name: &'static str) -> Field<'b> {
        Field { bytes, name, of: self.subject }
    }

    /// As it was read: GNU's map of a sparse member lies in fields that ustar uses otherwise.
    pub(crate) fn block(&self) -> &[u8; 512] {
        transmute_ref!(&self.fields)
    }

    pub(crate) fn at(&self) -> Location {
        self.subject.at
    }

    /// Whether its map is in the header, as GNU tar first did it.
    pub(crate) fn is_sparse(&self) -> bool {
        self.fields.typeflag == b'S'
    }

    /// Bytes behind the header. One rule: the pax record counts, and a header that could say the same and does not is a
    /// lie that would have two readers see two different archives.
    fn content_size(&self, kind: Type, recorded: Option<u64>) -> Result<u64> {
        const LARGEST_OCTAL: u64 = 0o77_777_777_777;
        let size = match recorded {
            Some(size) if size != self.size && size <= LARGEST_OCTAL => {
                let limit = format!("{size}, the size in the pax record");
                return Err(self.subject.out_of_range("size", self.size, limit));
            }
            recorded => recorded.unwrap_or(self.size),
        };
        match kind {
            // Whether a link's content follows or only its size is repeated is for the archive to find out.
            Type::Entry(Kind::File) | Type::HardLink | Type::Other(_) => Ok(size),
            _ if self.fields.typeflag == b'D' => Ok(size),
            // These have none, whatever the field says.
            Type::Entry(_) => Ok(0),
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

fn terminated(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// Whether `block` has the mark of a header, which those of the oldest archives lack.
pub(crate) fn has_magic(block: &[u8; 512]) -> bool {
    let header: &Ustar = transmute_ref!(block);
    header.magic.starts_with(b"ustar")
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

    fn member(change: impl Fn(&mut [u8; 512]), local: &Records) -> Result<Member<'static>> {
        let header = Header::parse(&block(change), Location::of_byte(512))?.expect("not the end");
        let Role::Member(kind) = header.role else { panic!("{header:?}") };
        header.member(kind, local, &Records::default())
    }

    fn message(change: impl Fn(&mut [u8; 512])) -> String {
        member(change, &Records::default()).expect_err("a lie").to_string()
    }

    #[test]
    fn a_good_header_says_what_it_says() {
        let member = member(|_| {}, &Records::default()).expect("good");
        assert_eq!((&*member.path, member.size, member.mode), (&b"a"[..], 10, 0o644));
        assert_eq!((member.uid, member.gid, member.modified.seconds), (0o1750, 0o1751, 7));
        assert_eq!(member.kind, Type::Entry(Kind::File));
    }

    #[test]
    fn a_slash_at_the_end_of_the_whole_name_marks_a_directory() {
        let cut = |block: &mut [u8; 512]| block[..100].copy_from_slice("d/".repeat(50).as_bytes());
        assert_eq!(member(cut, &Records::default()).expect("good").kind, Type::Entry(Kind::Directory));
        let local = Records { path: Some(b"d/f".to_vec()), ..Records::default() };
        let file = member(cut, &local).expect("good");
        assert_eq!((file.kind, file.size), (Type::Entry(Kind::File), 10));
        let local = Records { path: Some(b"d/".to_vec()), ..Records::default() };
        assert_eq!(member(|_| {}, &local).expect("good").kind, Type::Entry(Kind::Directory));
    }

    #[test]
    fn a_prefix_belongs_to_posix_archives_only() {
        let prefixed = |block: &mut [u8; 512]| block[345..348].copy_from_slice(b"dir");
        assert_eq!(member(prefixed, &Records::default()).expect("good").path[..], *b"dir/a");
        let gnu = |block: &mut [u8; 512]| {
            prefixed(block);
            block[257..265].copy_from_slice(b"ustar  \0");
        };
        assert_eq!(member(gnu, &Records::default()).expect("good").path[..], *b"a");
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
        let error = Header::parse(&broken, Location::of_byte(512)).expect_err("a changed byte").to_string();
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
