//! Reading: tiny images put together byte by byte, as the standards have them and broken in one place, each read over
//! every kind of source.

mod announced;
mod ecma119;
mod further;
mod inventory;
mod lengths;
mod lookup;
#[path = "../lookups/mod.rs"]
mod lookups;
mod paths;
mod rock_ridge;
#[path = "../sources/mod.rs"]
mod sources;
mod support;
mod zisofs;
