//! Names for the places of an image, since files lie elsewhere in another order.

use super::report::Report;

/// What is so near to the start that it has the same place in every order.
const NEAR: u64 = 64;

/// Blocks of 512 bytes that have a name.
pub(super) struct Blocks(Vec<(u64, String)>);

impl Blocks {
    /// Of the boot images, the ends of the partitions, the volume, the blocks that GPT may use and the image, of which the first
    /// that is meant has its name.
    pub(super) fn of(report: &Report, volume: u64, image: u64) -> Self {
        let mut names = Vec::new();
        for (number, entry) in &report.entries {
            names.push((entry.at, format!("boot image {number}")));
            names.push((entry.at.saturating_add(entry.blocks), format!("end of boot image {number}")));
        }
        for (name, partition) in &report.partitions {
            if partition.start > NEAR {
                names.push((partition.start, format!("start of {name}")));
            }
        }
        names.push((image, "end of image".into()));
        names.extend(report.usable_end.map(|end| (end, "end of the blocks for partitions".to_owned())));
        names.push((volume, "end of volume".into()));
        Self(names)
    }

    /// The name of a block at which something begins, or its number.
    pub(super) fn start(&self, block: u64) -> String {
        self.name(block, false).unwrap_or_else(|| block.to_string())
    }

    /// The name of a block before which ends what begins at `start`, or how many blocks that has.
    pub(super) fn end(&self, start: u64, block: u64) -> String {
        self.name(block, true).unwrap_or_else(|| format!("{} blocks further", block.saturating_sub(start)))
    }

    fn name(&self, block: u64, is_end: bool) -> Option<String> {
        let named =
            || self.0.iter().filter(|(known, _)| *known == block && block > NEAR).map(|(_, name)| name);
        named().find(|name| name.starts_with("end of") == is_end).or_else(|| named().next()).cloned()
    }
}
