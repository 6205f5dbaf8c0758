//! What a UDF volume has to keep, checked against ECMA-167 and OSTA UDF with code of its own: nothing of the core is used
//! here. Made for volumes that are written at once and closed.

mod bytes;
mod files;
mod volume;

pub use bytes::seal;

use std::collections::{BTreeMap, BTreeSet};

/// What is found out about a volume by code that shares nothing with the readers.
#[derive(Debug, Default)]
pub struct Report {
    /// A sentence for each thing that is wrong.
    pub problems: Vec<String>,
    /// Absolute byte offset of each file entry, by path; the root is the empty path.
    pub entries: BTreeMap<String, usize>,
    /// Bytes of a logical block, which is a sector.
    pub block_size: usize,
    /// Blocks of the volume that nothing uses although they lie in the partition, and outside other file systems.
    pub unused: usize,
}

/// A volume being checked: what was seen so far, to be held against what comes.
struct Check<'i> {
    image: &'i [u8],
    report: Report,
    /// Of the descriptor tags: 2 or 3.
    version: u16,
    revision: u16,
    /// First block and number of blocks of the partition.
    partition: (usize, usize),
    /// Blocks of the volume in the order of the metadata partition, where there is one.
    metadata: Option<Vec<usize>>,
    /// Blocks of the volume that are used, and what for.
    used: BTreeMap<usize, String>,
    /// First block and bytes of the extents of files.
    extents: BTreeSet<(usize, usize)>,
    unique_ids: BTreeSet<u64>,
    /// Unique ids of the names of each file entry, and its own.
    ids: BTreeMap<usize, (Vec<u64>, u64)>,
    /// Names counted for each file entry, and what it says.
    links: BTreeMap<usize, (u32, u32)>,
    files: u32,
    directories: u32,
    next_id: u64,
}

/// Checks the whole volume in `image`, however much of it is wrong.
pub fn check(image: &[u8]) -> Report {
    let mut check = Check {
        image,
        report: Report::default(),
        version: 0,
        revision: 0,
        partition: (0, 0),
        metadata: None,
        used: BTreeMap::new(),
        extents: BTreeSet::new(),
        unique_ids: BTreeSet::new(),
        ids: BTreeMap::new(),
        links: BTreeMap::new(),
        files: 0,
        directories: 0,
        next_id: 0,
    };
    if let Some(found) = check.volume() {
        check.tree(&found);
        check.counts(&found);
    }
    check.report
}

impl Check<'_> {
    fn problem(&mut self, text: impl Into<String>) {
        self.report.problems.push(text.into());
    }

    fn expect(&mut self, holds: bool, text: impl FnOnce() -> String) {
        if !holds {
            self.problem(text());
        }
    }

    /// Notes that blocks of the volume are used; each by one thing only.
    fn claim(&mut self, first: usize, blocks: usize, by: &str) {
        for block in first..first + blocks {
            if let Some(other) = self.used.insert(block, by.to_owned()) {
                self.problem(format!("block {block} is used by {other} and by {by}"));
            }
        }
    }
}
