//! What the command lines of all isokit tools share: how they start and end, where their output goes, how they
//! say what went wrong. Knows no image format.

mod advice;
pub mod arguments;
mod closed;
pub mod date;
pub mod exit;
pub mod flags;
pub mod habits;
pub mod input;
pub mod journal;
pub mod json;
pub mod mode;
pub mod name;
pub mod offset;
pub mod output;
pub mod progress;
mod rate;
pub mod report;
pub mod size;
pub mod start;
pub mod streams;
pub mod when;
pub mod words;
pub mod written;

pub use arguments::parse;
pub use exit::{Concerning, Failure, Status};
pub use input::Input;
pub use output::Output;
pub use report::Report;
pub use start::main;
pub use streams::Streams;
pub use written::Written;
