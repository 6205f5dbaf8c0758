//! Checksums of an image that lie within it, as libisofs records them (libisofs, doc/checksums.txt): a tag behind the volume
//! descriptors, one behind the directories and one behind all contents, each with the MD5 digest of all that lies before it,
//! and an array with the digests of the contents. The directory records of files say which entry of the array is theirs.
//!
//! A planner gives them their places. They are digests of what an image holds, which is known once it is written: who fills the
//! image makes their bytes, which the layout has as zeros.

use super::options::Options;
use super::set::Frame;
use crate::iso9660::layout::SECTOR;
use crate::number::narrow;
use crate::tree::Attribute;
use crate::tree::build::{Build, ContentId};

/// Bytes of an MD5 digest (RFC 1321).
const DIGEST: u64 = 16;

/// A structure that holds checksums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksum {
    /// The tag behind the volume descriptors.
    Superblock,
    /// The tag behind the path tables and directories.
    Tree,
    /// The digests of the session up to the array, of each content, of nothing, which is that of empty files, and of all
    /// these.
    Array,
    /// The tag behind the contents and the array.
    Session,
}

/// What makes digests, and knows those of contents.
pub trait Digests {
    /// The MD5 digest of `message`.
    fn md5(&self, message: &[u8]) -> [u8; 16];

    /// The MD5 digest of a content, as it is in the image.
    fn of(&self, content: ContentId) -> [u8; 16];
}

/// Which entry of the array each content has, and where the structures lie: first sectors on the medium.
#[derive(Debug, Clone, Default)]
pub(in crate::iso9660) struct Places {
    /// By [`ContentId`]; 0 for a content that is not stored.
    items: Vec<u32>,
    /// Digests of contents, that of empty files among them.
    count: u32,
    pub(super) superblock: u32,
    pub(super) tree: u32,
    pub(super) array: u32,
    pub(super) session: u32,
}

impl Places {
    /// Numbers `contents`, which are stored, for `options` that ask for checksums.
    pub(super) fn number<O>(build: &Build<O>, contents: &[ContentId], options: &Options) -> Option<Self> {
        if !options.checksums {
            return None;
        }
        let mut items = vec![0; build.contents().len()];
        let mut count = 0_u32;
        for content in contents {
            count = count.saturating_add(1);
            items[content.index()] = count;
        }
        Some(Self { items, count: count.saturating_add(1), ..Self::default() })
    }

    /// The entry of the array that is of `content`, or of empty files; `None` for one that is not stored.
    pub(super) fn item(&self, content: Option<ContentId>) -> Option<u32> {
        match content {
            None => Some(self.count),
            Some(content) => self.items.get(content.index()).copied().filter(|item| *item > 0),
        }
    }

    /// As an attribute of the file: the entry, most significant byte first.
    pub(super) fn item_attribute(&self, content: Option<ContentId>) -> Option<Attribute> {
        let item = self.item(content)?;
        Some(Attribute { name: b"isofs.cx".to_vec(), value: item.to_be_bytes().to_vec() })
    }

    /// An attribute of the root, as `frame` counts: the sectors that the first entry of the array is of, how many entries it has and
    /// how large they are, each behind its length, and what they are.
    pub(super) fn range(&self, frame: Frame, start: u32) -> Attribute {
        let mut value = Vec::new();
        // Of a partition that begins behind it, the session begins before sector 0, as libisofs has it.
        for number in
            [start.wrapping_sub(frame.origin), self.array.wrapping_sub(frame.origin), self.entries()]
        {
            value.push(4);
            value.extend_from_slice(&number.to_be_bytes());
        }
        value.extend_from_slice(&[1, 16]);
        value.extend_from_slice(b"MD5");
        Attribute { name: b"isofs.ca".to_vec(), value }
    }

    /// Entries of the array: its digests, that of what lies before it, and that of these.
    pub(super) fn entries(&self) -> u32 {
        self.count.saturating_add(2)
    }

    /// Bytes of a structure.
    pub(super) fn size(&self, checksum: Checksum) -> u64 {
        match checksum {
            Checksum::Array => u64::from(self.entries()).saturating_mul(DIGEST),
            _ => SECTOR,
        }
    }

    /// First sector of a structure on the medium.
    pub(super) fn sector(&self, checksum: Checksum) -> u32 {
        match checksum {
            Checksum::Superblock => self.superblock,
            Checksum::Tree => self.tree,
            Checksum::Array => self.array,
            Checksum::Session => self.session,
        }
    }
}

/// The checksums of a planned image.
#[derive(Debug, Clone, Copy)]
pub struct Checksums<'p> {
    pub(super) places: &'p Places,
    /// The sector of the medium at which the session begins.
    pub(super) start: u32,
    /// In the order of the array.
    pub(super) contents: &'p [ContentId],
}

impl Checksums<'_> {
    /// In the order of the image.
    pub const ALL: [Checksum; 4] = [Checksum::Superblock, Checksum::Tree, Checksum::Array, Checksum::Session];

    /// The contents that have digests, in the order of the array and of the image.
    pub fn contents(&self) -> &[ContentId] {
        self.contents
    }

    /// Byte offset in the image at which a structure begins, and its bytes in whole sectors.
    pub fn place(&self, checksum: Checksum) -> (u64, u64) {
        let sector = u64::from(self.places.sector(checksum).saturating_sub(self.start));
        (sector.saturating_mul(SECTOR), self.places.size(checksum).next_multiple_of(SECTOR))
    }

    /// The bytes of a structure, which has `before` as the digest of all bytes of the image that lie before it: as many as
    /// [`Checksums::place`] says.
    pub fn bytes(&self, checksum: Checksum, before: [u8; 16], digests: &dyn Digests) -> Vec<u8> {
        let mut bytes = match checksum {
            Checksum::Array => self.array(before, digests),
            tag => self.tag(tag, before, digests),
        };
        bytes.resize(narrow(self.place(checksum).1), 0);
        bytes
    }

    fn array(&self, before: [u8; 16], digests: &dyn Digests) -> Vec<u8> {
        let mut array = before.to_vec();
        self.contents.iter().for_each(|content| array.extend_from_slice(&digests.of(*content)));
        array.extend_from_slice(&digests.md5(b""));
        let of_all = digests.md5(&array);
        array.extend_from_slice(&of_all);
        array
    }

    /// A tag: a line of text that says where it lies, what it is of, and where the next one is.
    fn tag(&self, checksum: Checksum, before: [u8; 16], digests: &dyn Digests) -> Vec<u8> {
        let Places { tree, session, .. } = self.places;
        let (name, next) = match checksum {
            Checksum::Superblock => ("libisofs_sb_checksum_tag_v1", format!(" next={tree}")),
            Checksum::Tree => ("libisofs_tree_checksum_tag_v1", format!(" next={session}")),
            Checksum::Array | Checksum::Session => ("libisofs_checksum_tag_v1", String::new()),
        };
        let (at, start) = (self.places.sector(checksum), self.start);
        let size = at.saturating_sub(start);
        let line = format!(
            "{name} pos={at} range_start={start} range_size={size}{next} md5={}",
            hexadecimal(before)
        );
        let own = hexadecimal(digests.md5(line.as_bytes()));
        format!("{line} self={own}\n").into_bytes()
    }
}

/// A digest in lower case digits.
fn hexadecimal(digest: [u8; 16]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Digests that tell what they are of.
    struct Told;

    impl Digests for Told {
        fn md5(&self, message: &[u8]) -> [u8; 16] {
            [u8::try_from(message.len()).expect("short"); 16]
        }

        fn of(&self, content: ContentId) -> [u8; 16] {
            [0xa0 + u8::try_from(content.index()).expect("few"); 16]
        }
    }

    fn contents(sizes: &[u64]) -> (Build<()>, Vec<ContentId>) {
        let root = crate::tree::build::File::new(crate::tree::Kind::Directory, 0o755, Default::default());
        let mut build = Build::new(&root).expect("legal");
        let ids = sizes.iter().map(|size| build.add_content(*size, ()).expect("few")).collect();
        (build, ids)
    }

    #[test]
    fn tags_say_where_they_lie_and_the_array_has_all_digests() {
        let (build, ids) = contents(&[5, 6, 7]);
        let options = Options { checksums: true, ..Options::default() };
        let stored = [ids[2], ids[0]];
        let mut places = Places::number(&build, &stored, &options).expect("they were asked for");
        let items: Vec<_> = ids.iter().map(|id| places.item(Some(*id))).collect();
        assert_eq!(items, [Some(2), None, Some(1)]);
        assert_eq!((places.item(None), places.entries()), (Some(3), 5));
        (places.superblock, places.tree, places.array, places.session) = (50, 60, 70, 71);
        let checksums = Checksums { places: &places, start: 32, contents: &stored };
        assert_eq!(checksums.place(Checksum::Tree), (28 * 2048, 2048));
        let text = |checksum| {
            let bytes = checksums.bytes(checksum, [0x5a; 16], &Told);
            assert_eq!(bytes.len(), 2048);
            String::from_utf8(bytes).expect("ASCII").trim_end_matches('\0').to_owned()
        };
        let digest = "5a".repeat(16);
        assert_eq!(
            text(Checksum::Superblock),
            format!(
                "libisofs_sb_checksum_tag_v1 pos=50 range_start=32 range_size=18 next=60 md5={digest} self={}\n",
                "6c".repeat(16)
            )
        );
        assert!(text(Checksum::Tree).contains(" pos=60 range_start=32 range_size=28 next=71 md5="));
        let session =
            format!("libisofs_checksum_tag_v1 pos=71 range_start=32 range_size=39 md5={digest} self=");
        assert!(text(Checksum::Session).starts_with(&session));
        let array = checksums.bytes(Checksum::Array, [0x5a; 16], &Told);
        let entries: Vec<u8> = array.chunks(16).map(|entry| entry[0]).take(6).collect();
        assert_eq!(entries, [0x5a, 0xa2, 0xa0, 0, 64, 0]);
    }
}
