//! What the targets share: a walk with a budget, and images made around the bytes that are fuzzed.

use isokit_core::error::{Error, Result};
use isokit_core::iso9660::layout::{DirectoryRecord, VolumeDescriptor, descriptor_type, file_flags};
use isokit_core::iso9660::{Image, Names, Options, TreeKind};
use isokit_core::number::{Both16, Both32};
use isokit_core::source::{Memory, Source};
use isokit_core::tree::walk::{Descend, Visitor, walk};
use isokit_core::tree::content::Content;
use isokit_core::tree::{Entry, Kind, Tree};
use zerocopy::{FromZeros, IntoBytes};

pub mod udf;

/// Entries visited at the most: an image of a megabyte that lists more has found a way to multiply itself.
const MOST_ENTRIES: u32 = 200_000;

/// Bytes of content read of one tree.
const MOST_BYTES: u64 = 8 << 20;

/// Every tree of an image, walked to its end.
pub fn read_image(bytes: &[u8]) {
    let source = Memory(bytes);
    for names in [
        Names::Auto,
        Names::Only(TreeKind::RockRidge),
        Names::Only(TreeKind::Joliet),
        Names::Only(TreeKind::Enhanced),
        Names::Only(TreeKind::Plain),
    ] {
        read_tree(&source, names);
    }
}

/// One tree, walked to its end; what it says must be fit to be used.
pub fn read_tree(source: &dyn Source, names: Names) {
    let Ok(image) = Image::open(source, &Options { names, session: None }) else { return };
    read_any(source, image.tree());
}

/// A tree on `source`, walked to its end.
pub fn read_any(source: &dyn Source, tree: &dyn Tree) {
    let Ok(root) = tree.root() else { return };
    let mut budget = Budget { source, left: MOST_ENTRIES, bytes: MOST_BYTES };
    let _ = walk(tree, &root, b"", &mut budget);
}

struct Budget<'s> {
    source: &'s dyn Source,
    left: u32,
    bytes: u64,
}

impl Budget<'_> {
    /// The content, in full, while the budget lasts: as many bytes as the entry says, or an error.
    fn content(&mut self, entry: &Entry) {
        if entry.kind != Kind::File || entry.size > self.bytes {
            return;
        }
        self.bytes -= entry.size;
        let Ok(mut content) = Content::open(self.source, entry) else { return };
        let mut length = 0;
        let copied = content.copy(0..entry.size, &mut |bytes| {
            length += bytes.len() as u64;
            Ok(())
        });
        assert!(copied.is_err() || length == entry.size, "{length} bytes of {entry:?}");
    }
}

impl Visitor for Budget<'_> {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        self.content(entry);
        self.left = self.left.checked_sub(1).expect("a walk ends within its budget");
        assert!(
            !entry.name.is_empty() && !entry.name.contains(&b'/') && !entry.name.contains(&0),
            "{entry:?}"
        );
        assert!(entry.name != b"." && entry.name != b"..", "a name that leads elsewhere");
        assert!(path.starts_with(b"/"));
        Ok(Descend::Into)
    }

    fn failure(&mut self, _path: &[u8], _error: Error) -> Result<()> {
        self.left = self.left.checked_sub(1).expect("failures end within the budget too");
        Ok(())
    }
}

/// An image whose root directory is `directory`, recorded by a descriptor of this type, with `rest` behind it.
pub fn around(directory: &[u8], joliet: bool) -> Vec<u8> {
    let length = u32::try_from(directory.len().next_multiple_of(2048)).expect("inputs are small");
    let mut record = DirectoryRecord::new_zeroed();
    record.length = 34;
    record.location_of_extent = Both32::new(19);
    record.data_length = Both32::new(length);
    record.file_flags = file_flags::DIRECTORY;
    record.length_of_file_identifier = 1;
    let mut volume = VolumeDescriptor::new_zeroed();
    volume.volume_descriptor_type = descriptor_type::PRIMARY;
    volume.standard_identifier = *b"CD001";
    volume.volume_descriptor_version = 1;
    volume.volume_space_size = Both32::new(19 + length / 2048);
    volume.logical_block_size = Both16::new(2048);
    volume.root_directory_record[..33].copy_from_slice(record.as_bytes());
    let mut image = vec![0; 16 * 2048];
    image.extend_from_slice(volume.as_bytes());
    if joliet {
        volume.volume_descriptor_type = descriptor_type::SUPPLEMENTARY;
        volume.escape_sequences[..3].copy_from_slice(b"%/E");
    } else {
        volume.volume_descriptor_type = descriptor_type::TERMINATOR;
    }
    image.extend_from_slice(volume.as_bytes());
    volume.volume_descriptor_type = descriptor_type::TERMINATOR;
    image.extend_from_slice(volume.as_bytes());
    image.extend_from_slice(directory);
    image.resize(image.len().next_multiple_of(2048), 0);
    image
}
