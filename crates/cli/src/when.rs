//! When something is shown that is for people: the word of `--color` and `--progress`.

use clap::ValueEnum;

/// When something is shown that is for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum When {
    /// On a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
