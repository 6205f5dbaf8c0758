//! Disk images as values: bytes become a tree, a tree becomes bytes.
//!
//! Three heights, lowest first:
//!
//! 1. words: [`error`], [`finding`], [`number`], [`fields`];
//! 2. where bytes come from and go to: [`source`], [`sink`], [`sniff`]; the neutral middle: [`tree`];
//! 3. the formats: [`iso9660`], [`udf`], [`partition`]; [`tar`];
//! 4. what chooses among the formats on one image: [`image`]; what boots from one: [`boot`].
//!
//! Nothing here writes to a terminal, ends the process, reads the environment or asks the clock.

pub mod boot;
pub mod bridge;
pub mod error;
pub mod fields;
pub mod fill;
pub mod finding;
pub mod image;
pub mod iso9660;
pub mod number;
pub mod partition;
pub mod sink;
pub mod sniff;
pub mod source;
mod system;
pub mod tar;
pub mod tree;
pub mod udf;

pub use error::{Error, Result};
