//! The regular files of an image that are to be digested.

use isokit_core::error::{Error, Result};
use isokit_core::tree::inventory::{Collected, Collector, Inventory, Keep, Same};
use isokit_core::tree::resolve::{Follow, Found, resolve};
use isokit_core::tree::{Entry, Kind, Tree};
use std::collections::HashSet;

/// All of them. What cannot be listed is told to `failure`, with the path.
///
/// # Errors
/// When there are too many.
pub(super) fn all(tree: &dyn Tree, failure: &mut dyn FnMut(&[u8], Error)) -> Result<Inventory> {
    Ok(walked(tree, None, failure)?.0.in_disc_order(Same::Content))
}

/// The files at the `wanted` paths, which are relative to the root, have no empty components, and stay the paths here.
/// Those that no entry has as they stand are looked up as any path is; what then is not found, or is no regular file, is
/// told to `missing`.
///
/// # Errors
/// As [`all`].
pub(super) fn named(
    tree: &dyn Tree,
    wanted: HashSet<Vec<u8>>,
    failure: &mut dyn FnMut(&[u8], Error),
    missing: &mut dyn FnMut(Vec<u8>, Error),
) -> Result<Inventory> {
    let (mut collected, wanted) = walked(tree, Some(wanted), failure)?;
    for path in wanted.unwrap_or_default() {
        match resolve(tree, &path, Follow::All) {
            Ok(found) if found.entry.kind == Kind::File => collected.add(&path, &found.entry)?,
            Ok(found) if found.entry.kind == Kind::Directory => {
                missing(path, Error::Unreadable("is a directory".into()));
            }
            Ok(_) => missing(path, Error::Unreadable("is not a regular file".into())),
            Err(error) => missing(path, error),
        }
    }
    Ok(collected.in_disc_order(Same::Content))
}

/// What a walk over `tree` meets of what is `wanted`, and what of that it does not meet.
fn walked(
    tree: &dyn Tree,
    wanted: Option<HashSet<Vec<u8>>>,
    failure: &mut dyn FnMut(&[u8], Error),
) -> Result<(Collected, Option<HashSet<Vec<u8>>>)> {
    let mut collected = Collected::new(Keep::Content);
    let mut files = Files { wanted, failure };
    match tree.root() {
        Ok(entry) => collected.collect(tree, vec![Found { path: Vec::new(), entry }], &mut files)?,
        Err(error) => files.unreadable(b"/", error),
    }
    Ok((collected, files.wanted))
}

struct Files<'f> {
    /// The paths of the files that are still to be found; `None` when all files are.
    wanted: Option<HashSet<Vec<u8>>>,
    failure: &'f mut dyn FnMut(&[u8], Error),
}

impl Collector for Files<'_> {
    fn meet(&mut self, path: &[u8], entry: &Entry) -> bool {
        let relative = path.strip_prefix(b"/").unwrap_or(path);
        // Of two entries of one name the first is meant, as wherever paths are looked up.
        entry.kind == Kind::File && self.wanted.as_mut().is_none_or(|wanted| wanted.remove(relative))
    }

    fn unreadable(&mut self, path: &[u8], error: Error) {
        (self.failure)(path, error);
    }
}
