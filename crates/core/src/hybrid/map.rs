//! A hybrid image as text, for people and for golden tests.

use super::{Content, Plan, SECTOR, Volume};
use std::fmt;

impl<O> fmt::Display for Plan<'_, O> {
    /// A line a segment of the volume, and a line a partition: first sector, bytes, what it is; then the sectors of the whole.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.volume {
            Volume::Iso9660(plan) => plan.list(f)?,
            Volume::Bridge(plan) => plan.list(f)?,
        }
        for (extent, content) in &self.appended {
            let what = match content {
                Content::Stored(_) => "",
                Content::Fat(_) => " (FAT)",
            };
            writeln!(f, "{:>10} {:>14} appended partition{what}", extent.at / SECTOR, extent.length)?;
        }
        let backup = self.area.back().len();
        if backup > 0 {
            writeln!(f, "{:>10} {backup:>14} backup of the GPT", self.area.back_at() / SECTOR)?;
        }
        writeln!(f, "{:>10} {:>14} end", self.size() / SECTOR, 0)
    }
}
