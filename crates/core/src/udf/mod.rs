//! UDF: ECMA-167 as OSTA UDF 1.01 to 2.60 uses it.

mod allocation;
pub mod anchor;
mod attributes;
pub mod charset;
pub mod emit;
mod entries;
mod entry;
mod file;
mod icb;
mod identifiers;
pub mod image;
mod integrity;
pub mod layout;
mod link;
mod lookup;
pub mod maps;
pub mod plan;
pub mod recognition;
pub mod sequence;
mod space;
mod streams;
pub mod tag;
pub mod time;
pub mod tree;
mod vat;

pub use anchor::{is_anchored, is_announced};
pub use image::Image;
pub use integrity::{Authority, Integrity, PartitionSpace, State};
pub use recognition::{Recognition, recognize, recognize_session};
pub use tree::UdfTree;
pub use vat::VirtualTable;
