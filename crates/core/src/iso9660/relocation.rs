//! Relocation undone: directories that a writer moved up to stay within eight levels (RRIP 4.1.5) are shown where
//! they were, and the directory that holds the moved ones is not shown.

use super::file::{Files, measure};
use super::layout::{SECTOR, file_flags};
use super::record::{Record, Stands};
use super::rock_ridge::Marks;
use super::susp::Continuations;
use crate::error::{Result, Structure};
use crate::tree::{Entry, Extent, Kind};
use std::sync::atomic::Ordering;

/// The entry of a place-holder that says where the relocated directory lies.
const CHILD_LINK: Structure = Structure::new("CL system use entry", "RRIP 4.1.5.1");

/// Names under which writers keep relocated directories, all in the root.
const CONTAINERS: [&[u8]; 2] = [b"rr_moved", b".rr_moved"];

/// Makes `entry`, a place-holder, the directory at logical block `block` (RRIP 4.1.5.1): that one's own record has
/// the size, and the attributes.
///
/// # Errors
/// `Problem::OutOfRange` when no directory begins there; [`crate::Error::Corrupt`] for a record that is damaged.
pub(super) fn follow_child_link(files: &Files<'_>, block: u32, entry: &mut Entry) -> Result<()> {
    let start = u64::from(block).saturating_mul(files.space.block);
    let mut records = files.records(vec![Extent::recorded(start, SECTOR)]);
    let found = records.seek()?;
    let own = if found { Some(records.record()?) } else { None };
    let Some(own) = own.filter(|own| own.stands() == Stands::Itself && own.has(file_flags::DIRECTORY)) else {
        return Err(CHILD_LINK.at(entry.at).out_of_range(
            "location of child directory",
            u64::from(block),
            "the first block of a directory",
        ));
    };
    files.relocates.store(true, Ordering::Relaxed);
    entry.kind = Kind::Directory;
    entry.extents.clear();
    files.extents(&own, &mut entry.extents)?;
    measure(entry);
    let name = std::mem::take(&mut entry.name);
    files.system_use(&own, entry, &mut Marks::default(), &mut files.continuations());
    entry.name = name;
    Ok(())
}

/// Whether `entry`, in the root, holds relocated directories and nothing else.
///
/// Writers disagree on the mark: RE on each directory in it, or only PL in the second record of each.
pub(super) fn is_container(files: &Files<'_>, entry: &Entry) -> bool {
    let named = CONTAINERS.iter().any(|name| entry.name.eq_ignore_ascii_case(name));
    named && entry.kind == Kind::Directory && holds_relocated_only(files, entry).unwrap_or(false)
}

fn holds_relocated_only(files: &Files<'_>, entry: &Entry) -> Result<bool> {
    let mut records = files.records(entry.extents.clone());
    let mut continuations = files.continuations();
    let mut any = false;
    let mut only = true;
    while only && records.seek()? {
        let record = records.record()?;
        if record.stands() == Stands::Name {
            any = true;
            only = marks(files, &record, &mut continuations).relocated
                || (record.is_directory() && has_parent_link(files, &record)?);
        }
        let length = record.length();
        records.pass(length);
    }
    Ok(any && only)
}

/// Whether the directory that `record` names has a PL entry, which says where its parent was (RRIP 4.1.5.2).
fn has_parent_link(files: &Files<'_>, record: &Record<'_>) -> Result<bool> {
    let mut extents = Vec::new();
    files.extents(record, &mut extents)?;
    let mut records = files.records(extents);
    if !records.seek()? {
        return Ok(false);
    }
    let own = records.record()?.length();
    records.pass(own);
    if !records.seek()? {
        return Ok(false);
    }
    let parent = records.record()?;
    Ok(parent.stands() == Stands::Parent && marks(files, &parent, &mut files.continuations()).parent)
}

fn marks(files: &Files<'_>, record: &Record<'_>, continuations: &mut Continuations<'_>) -> Marks {
    let mut marks = Marks::default();
    files.system_use(record, &mut Entry::default(), &mut marks, continuations);
    marks
}
