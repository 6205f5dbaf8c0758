//! A plan as text, for people and for golden tests.

use super::{Plan, What, content};
use std::fmt;

impl<O: Sync> fmt::Display for Plan<'_, O> {
    /// A line a segment: first sector, bytes, what it is; then the sectors of the whole.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = |name| self.build.path(name).escape_ascii().to_string();
        let mut files = self.census.files.iter().filter(|name| content(self.build, **name).is_some());
        for segment in self.segments() {
            let sector = segment.at / u64::from(self.geometry.shape.sector_size);
            write!(f, "{sector:>10} {:>14} ", segment.size)?;
            match segment.what {
                What::Boot => writeln!(f, "FAT boot sector"),
                What::FsInfo => writeln!(f, "FAT FSInfo structure"),
                What::Table => writeln!(f, "file allocation table"),
                What::Directory(n) => {
                    let name = self.census.directories.get(n).map(|directory| path(directory.name));
                    writeln!(f, "FAT directory /{}", name.unwrap_or_default())
                }
                // Contents come in the order of files.
                What::Content(_) => {
                    writeln!(f, "content /{}", files.next().map(|name| path(*name)).unwrap_or_default())
                }
            }?;
        }
        writeln!(f, "{:>10} {:>14} end", self.geometry.sectors, 0)
    }
}
