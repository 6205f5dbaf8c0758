//! UDF: ECMA-167 as OSTA UDF 1.01 to 2.60 uses it.

mod allocation;
mod anchor;
mod attributes;
pub mod charset;
pub(crate) mod emit;
mod entries;
mod entry;
mod file;
mod icb;
mod identifiers;
mod image;
mod integrity;
pub mod layout;
mod link;
mod lookup;
pub mod maps;
pub mod plan;
mod recognition;
mod sequence;
mod space;
mod streams;
mod tag;
pub mod time;
mod tree;
mod vat;

pub use anchor::Anchored;
pub(crate) use anchor::{is_anchored, is_announced};
pub use image::Image;
pub use integrity::{Authority, Integrity, PartitionSpace, State};
pub(crate) use recognition::recognize_session;
pub use recognition::{Recognition, recognize};
pub use sequence::{Descriptors, Placed};
pub use tree::UdfTree;
pub use vat::VirtualTable;
