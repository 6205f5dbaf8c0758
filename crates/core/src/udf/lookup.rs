//! One name looked for in a directory: identifiers one after the other, and the file entry of the one with that name.

use super::entries::{Pending, take};
use super::file;
use super::icb::Block;
use super::identifiers::Identifiers;
use super::space::Space;
use crate::error::Result;
use crate::tree::lookup::Search;
use crate::tree::{Detail, Entry};

/// What [`crate::tree::Tree::lookup`] gives.
pub(super) fn find(space: &Space<'_>, directory: &Entry, name: &[u8]) -> Result<Option<Entry>> {
    let mut identifiers = Identifiers::new(space, directory, Vec::new())?;
    let mut search = Search::new(name);
    let mut pending = Pending::default();
    let mut block = Block::default();
    loop {
        pending.entry.clear();
        match take(space, &mut identifiers, Detail::All, &mut pending) {
            Ok(None) => break,
            Ok(Some(is_shown)) if !is_shown || pending.entry.name != name => {}
            Ok(Some(_)) => match describe(space, &mut block, &mut pending) {
                Ok(()) if search.meet(&pending.entry) => break,
                Ok(()) => {}
                Err(error) => search.fail(&pending.entry, error),
            },
            Err(error) => search.fail(&pending.entry, error),
        }
    }
    search.end()
}

fn describe(space: &Space<'_>, block: &mut Block, pending: &mut Pending) -> Result<()> {
    let Some(icb) = pending.icb else { return Ok(()) };
    file::first(space, &icb, block, pending.entry.at)?;
    file::describe(space, &icb, block, &mut pending.entry)?;
    pending.check_kind(space);
    Ok(())
}
