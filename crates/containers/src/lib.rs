//! Containers that disk images are packed in, read and written front to back, on as many threads as there are.
//!
//! Each is described once, by a [`Container`] in the module that has its decoder and encoder; [`CONTAINERS`] is the table
//! of them. To add one: write its module, describe it there, and put it in the table; the core's `sniff` knows what it
//! begins with, because every tool has to tell packed data from an image.

mod bzip2;
mod checks;
mod container;
mod convert;
mod engine;
mod error;
mod format;
mod gzip;
mod input;
mod lz4;
mod memory;
mod pace;
mod step;
mod table;
mod xz;
mod zstd;

pub use checks::{Checks, Unsupported};
pub use container::{Container, Decode, Encode, Levels, Reading, Settings, Writing};
pub use convert::{Decoded, Expected, Options, Trailing, convert, decode};
pub use engine::Raw;
pub use error::{Error, Result};
pub use format::Format;
pub use input::Input;
pub use pace::Pace;
pub use step::{Counted, Discard, STEP, Sink, Step};
pub use table::CONTAINERS;
