//! Named streams: further contents of a file, in a directory of its own (ECMA-167 4/9.2; UDF 3.3.5).

use super::entries::{Entries, Workspaces};
use super::file;
use super::icb::Block;
use super::layout::{LongAd, STREAM_DIRECTORY};
use super::space::{MOST_EXTENTS, Space};
use crate::error::{Location, Result};
use crate::number::wide;
use crate::tree::{Cursor, Detail, Entry, Kind};

/// Streams one file may have, at the most: each is read to be listed.
const MOST_STREAMS: usize = 4096;
/// Pieces of files that a stream counts as.
const A_STREAM: u64 = 8;

/// Appends the streams in the directory that `icb`, at `at`, leads to.
///
/// # Errors
/// [`crate::Error::Corrupt`] for what is no directory of streams, or holds too many; as reading a directory.
pub(super) fn collect(
    space: &Space<'_>,
    workspaces: &Workspaces,
    icb: &LongAd,
    at: Location,
    into: &mut Vec<Entry>,
) -> Result<()> {
    let mut directory = Entry { at, ..Entry::default() };
    let mut block = Block::default();
    file::first(space, icb, &mut block, at)?;
    file::describe(space, icb, &mut block, &mut directory)?;
    if directory.kind != Kind::Directory {
        let got = block.settled(space)?.head.icb_tag.file_type.into();
        return Err(STREAM_DIRECTORY.at(space.absolute(block.place)).out_of_range("file type", got, "13"));
    }
    let mut cursor = Entries::new(space, workspaces, &directory, Detail::All)?;
    let mut entry = Entry::default();
    let mut extents = 0_usize;
    while cursor.next(&mut entry)? {
        // Many files may claim the same ones; each is an entry of its own to who lists them.
        space.count(A_STREAM, STREAM_DIRECTORY.at(entry.at))?;
        extents = extents.saturating_add(entry.extents.len());
        // A stream has no streams (UDF 3.3.5).
        entry.streams = None;
        into.push(std::mem::take(&mut entry));
        for (field, got, most) in
            [("number of extents", extents, MOST_EXTENTS), ("number of streams", into.len(), MOST_STREAMS)]
        {
            if got > most {
                return Err(STREAM_DIRECTORY.at(directory.at).out_of_range(
                    field,
                    wide(got),
                    format!("at most {most}"),
                ));
            }
        }
    }
    Ok(())
}
