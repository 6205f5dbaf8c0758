//! The `imgconv` tool: raw bytes to compressed ones and back, as a stream.

mod check;
mod convert;
pub mod flags;
mod habits;
mod input;
mod moved;
mod promise;
mod request;
mod run;
mod sparse;

pub use run::run;

/// The command line's definition, for manual pages and completions.
pub fn command() -> clap::Command {
    <flags::Flags as clap::CommandFactory>::command()
}
