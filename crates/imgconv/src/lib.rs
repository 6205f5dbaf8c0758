//! The `imgconv` tool: raw bytes to compressed ones and back, as a stream.

mod check;
mod convert;
mod flags;
mod habits;
mod input;
mod moved;
mod promise;
mod request;
mod run;
mod sparse;

pub use flags::command;
pub use run::run;
