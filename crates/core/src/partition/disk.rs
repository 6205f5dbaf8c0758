//! Whether an input is a disk at all: bytes that stand where the disk has them.

use super::system_area::Content;
use super::{Table, tables};
use crate::error::Result;
use crate::finding::Findings;
use crate::sniff::foreign;
use crate::source::Source;

/// As [`tables`], of what may be no disk.
///
/// # Errors
/// [`crate::Error::Foreign`] for what has no tables and is known to be something else than a disk; those of the source.
pub fn divided(source: &dyn Source, findings: &Findings) -> Result<Vec<Table>> {
    let found = tables(source, findings)?;
    match foreign_where(source, found.is_empty())? {
        Some(error) => Err(error),
        None => Ok(found),
    }
}

fn foreign_where(source: &dyn Source, is_undivided: bool) -> Result<Option<crate::Error>> {
    if !is_undivided {
        return Ok(None);
    }
    let found = foreign(source)?.filter(|found| found.hides_disk());
    Ok(found.map(crate::sniff::Foreign::into_error))
}

/// Whether `source`, on which no volume was found, is a disk: it has `tables`, or its system area boots some machine or
/// carries the label of one.
///
/// # Errors
/// Those of the source.
pub fn is_disk(source: &dyn Source, tables: &[Table], system_area: &[Content]) -> Result<bool> {
    let is_label = |content: &Content| !matches!(content, Content::Unknown | Content::Hfs);
    if tables.is_empty() && !system_area.iter().any(is_label) {
        return Ok(false);
    }
    Ok(!foreign(source)?.is_some_and(|found| found.hides_disk()))
}
