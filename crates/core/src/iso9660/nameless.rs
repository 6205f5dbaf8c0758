//! Rock Ridge that names nothing: attributes without a single NM entry, as some systems write it beside Joliet.

use super::file::Files;
use super::record::Stands;
use super::rock_ridge::Marks;
use crate::error::Result;
use crate::tree::Extent;
use std::collections::VecDeque;

/// Records looked at before a tree counts as one without names.
const MOST_RECORDS: usize = 512;

/// Whether there are files in the directory `root` or below it, and none of them has a name of Rock Ridge.
///
/// One record tells of nearly every tree. Directories below the root are looked into only when `is_random`: from a pipe
/// they are read when they come.
pub(super) fn names_nothing(files: &Files<'_>, root: Vec<Extent>, is_random: bool) -> bool {
    let mut directories = VecDeque::from([root]);
    let mut left = MOST_RECORDS;
    while let Some(extents) = directories.pop_front() {
        match find_name(files, extents, &mut left, &mut directories) {
            Ok(true) | Err(_) => return false,
            Ok(false) if left == 0 || !is_random => break,
            Ok(false) => {}
        }
    }
    left < MOST_RECORDS
}

/// Whether a record in the directory `extents` is named by Rock Ridge. Appends the directories met before it.
fn find_name(
    files: &Files<'_>,
    extents: Vec<Extent>,
    left: &mut usize,
    directories: &mut VecDeque<Vec<Extent>>,
) -> Result<bool> {
    let mut records = files.records(extents);
    let mut continuations = files.continuations();
    while *left > 0 && records.seek()? {
        let record = records.record()?;
        if record.stands() == Stands::Name {
            *left = left.saturating_sub(1);
            let mut marks = Marks::default();
            files.system_use(&record, &mut Default::default(), &mut marks, &mut continuations);
            if marks.named {
                return Ok(true);
            }
            if record.is_directory() {
                let mut below = Vec::new();
                files.extents(&record, &mut below)?;
                directories.push_back(below);
            }
        }
        let length = record.length();
        records.pass(length);
    }
    Ok(false)
}
