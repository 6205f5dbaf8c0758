//! Manual pages and shell completions, rendered from the tools' own option tables.

use crate::Outcome;
use crate::run::{cargo, target};

/// Renders the pages in `man/` from their sources and the tools' options.
pub(crate) fn pages(_arguments: &[String]) -> Outcome {
    cargo(&["run", "--quiet", "--package", "isokit-man", "--", "pages", "man"])
}

/// Writes the completions to `target/completions`.
pub(crate) fn completions(_arguments: &[String]) -> Outcome {
    let folder = target().join("completions").display().to_string();
    cargo(&["run", "--quiet", "--package", "isokit-man", "--", "completions", &folder])
}
