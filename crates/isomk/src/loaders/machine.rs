//! Boot code for master boot records, which is not in most images: it is taken from where the packages of this machine have it.

use std::path::{Path, PathBuf};

/// The first of these files that is there.
pub(super) fn first(paths: &[&str]) -> Option<PathBuf> {
    paths.iter().map(Path::new).find(|path| path.is_file()).map(Path::to_owned)
}
