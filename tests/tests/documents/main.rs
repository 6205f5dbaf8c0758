//! What the documents say is so: clauses, examples, the JSON schemas, paths, the map of the
//! sources, what belongs where.

mod adding;
mod architecture;
mod clauses;
mod examples;
mod json;
mod paths;
mod schema;

use std::path::{Path, PathBuf};

/// Of the workspace, wherever the tests are run.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this package lies in the workspace").to_owned()
}

/// The text of a file, by its path in the workspace.
#[track_caller]
fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Names in a folder of the workspace, in order.
#[track_caller]
fn names(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// What stands between backquotes in `text`; a pair is on one line.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2))
}
