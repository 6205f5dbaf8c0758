//! A plan as text, for people and for golden tests.

use super::{Checksum, Descriptor, Endian, Plan, Segment, Set, Tree, What};
use std::fmt;

impl<O> fmt::Display for Plan<'_, O> {
    /// A line a segment: first sector, bytes, what it is; then the sectors of the whole.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.list(f)?;
        writeln!(f, "{:>10} {:>14} end", self.end_sector(), 0)
    }
}

impl<O> Plan<'_, O> {
    /// A line a segment.
    ///
    /// # Errors
    /// Those of `f`.
    pub(crate) fn list(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.segments().try_for_each(|segment| {
            write!(f, "{:>10} {:>14} ", segment.sector, segment.size)?;
            self.describe(&segment, f)?;
            f.write_str("\n")
        })
    }

    /// Says what a segment is.
    ///
    /// # Errors
    /// Those of `f`.
    pub(crate) fn describe(&self, segment: &Segment, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match segment.what {
            What::SystemArea => f.write_str("system area"),
            What::Descriptor(set, descriptor) => {
                f.write_str(match descriptor {
                    Descriptor::Primary => "primary volume descriptor",
                    Descriptor::BootRecord => "boot record",
                    Descriptor::Enhanced => "enhanced volume descriptor",
                    Descriptor::Joliet => "supplementary volume descriptor (Joliet)",
                    Descriptor::Terminator => "volume descriptor set terminator",
                })?;
                f.write_str(of(set))
            }
            What::PathTable(set, tree, Endian::Little) => {
                write!(f, "path table L{}{}", suffix(tree), of(set))
            }
            What::PathTable(set, tree, Endian::Big) => write!(f, "path table M{}{}", suffix(tree), of(set)),
            What::Directory(set, tree, index) => {
                let hierarchy = self.trees.hierarchy(tree);
                let directory = &hierarchy.directories[index];
                write!(f, "directory{}{} /", suffix(tree), of(set))?;
                let path = directory.name.map(|name| self.trees.build.path(name));
                write!(f, "{}", path.as_deref().unwrap_or(hierarchy.holder_name()).escape_ascii())?;
                match directory.continuation {
                    0 => Ok(()),
                    continuation => write!(f, " + continuation {continuation}"),
                }
            }
            What::BootCatalog => f.write_str("boot catalog"),
            What::Checksum(checksum) => f.write_str(match checksum {
                Checksum::Superblock => "checksum tag of the volume descriptors",
                Checksum::Tree => "checksum tag of the directories",
                Checksum::Array => "checksums of contents",
                Checksum::Session => "checksum tag of the session",
            }),
            What::Content(content) => match self.trees.files.first_name(content) {
                Some(name) => write!(f, "content /{}", self.trees.build.path(name).escape_ascii()),
                None => f.write_str("content of a boot image without a name"),
            },
            What::Zeros => f.write_str("padding"),
        }
    }
}

fn suffix(tree: Tree) -> &'static str {
    match tree {
        Tree::Primary => "",
        Tree::Joliet => " (Joliet)",
    }
}

fn of(set: Set) -> &'static str {
    match set {
        Set::Image => "",
        Set::Partition => " of the partition",
    }
}
