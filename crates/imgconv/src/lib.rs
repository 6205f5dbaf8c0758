//! The `imgconv` tool: raw bytes to compressed ones and back, as a stream.

pub mod bzip2;
pub mod checks;
pub mod convert;
pub mod engine;
pub mod error;
pub mod flags;
pub mod format;
pub mod gzip;
mod habits;
pub mod input;
pub mod lz4;
mod memory;
mod promise;
pub mod raw;
mod run;
pub mod step;
pub mod xz;
pub mod zstd;

pub use run::run;

/// The command line's definition, for manual pages and completions.
pub fn command() -> clap::Command {
    <flags::Flags as clap::CommandFactory>::command()
}
