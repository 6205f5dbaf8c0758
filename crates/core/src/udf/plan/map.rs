//! A plan as text, for people and for golden tests.

use super::{Plan, Segment, What};
use crate::tree::build::ContentId;
use std::fmt;

impl<O> fmt::Display for Plan<'_, O> {
    /// A line a segment: first block, bytes, what it is; then the blocks of the whole.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.content_names();
        self.segments().try_for_each(|segment| {
            write!(f, "{:>10} {:>14} ", segment.at / u64::from(self.options.block_size), segment.size)?;
            self.describe(&segment, &names, f)?;
            f.write_str("\n")
        })?;
        writeln!(f, "{:>10} {:>14} end", self.places.blocks, 0)
    }
}

impl<O> Plan<'_, O> {
    /// Says what a segment is.
    ///
    /// # Errors
    /// Those of `f`.
    pub(crate) fn describe(
        &self,
        segment: &Segment,
        names: &[Option<crate::tree::build::NameId>],
        f: &mut fmt::Formatter<'_>,
    ) -> fmt::Result {
        let path = |name| self.build.path(name).escape_ascii().to_string();
        let mirror = if segment.at < self.contents_end() { "" } else { " (mirror)" };
        match segment.what {
            What::SystemArea => f.write_str("system area"),
            What::Recognition => f.write_str("UDF volume recognition sequence"),
            What::Sequence(sector) if sector == self.places.main => {
                f.write_str("UDF main volume descriptor sequence")
            }
            What::Sequence(_) => f.write_str("UDF reserve volume descriptor sequence"),
            What::Integrity => f.write_str("UDF logical volume integrity sequence"),
            What::Anchor(_) => f.write_str("UDF anchor volume descriptor pointer"),
            What::MetadataFile => f.write_str("UDF metadata file"),
            What::MetadataMirror => f.write_str("UDF metadata mirror file"),
            What::FileSet => write!(f, "UDF file set{mirror}"),
            What::Directory(index, _) => {
                let name = self.census.directories.get(index).map(|directory| path(directory.name));
                write!(f, "UDF directory{mirror} /{}", name.unwrap_or_default())
            }
            What::Link(_) => f.write_str("UDF symbolic link"),
            What::Content(content) => match names.get(content.index()).copied().flatten() {
                Some(name) => write!(f, "content /{}", path(name)),
                None => f.write_str("content without a name"),
            },
        }
    }

    /// The first name, in the order of adding, of each content.
    pub(crate) fn content_names(&self) -> Vec<Option<crate::tree::build::NameId>> {
        let mut names = vec![None; self.build.contents().len()];
        for name in self.build.names() {
            let content: Option<ContentId> = self.build.file(self.build.name(name).file).content;
            if let Some(content) = content {
                names[content.index()].get_or_insert(name);
            }
        }
        names
    }
}
