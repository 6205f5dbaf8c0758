//! Partition tables as bytes: entries and headers that are given become the blocks they lie in. What lies where is for the
//! caller to say, or for [`super::plan`].

pub mod apm;
mod geometry;
pub mod gpt;
pub mod mbr;

pub use geometry::Geometry;
