//! Reading UDF: tiny volumes put together descriptor by descriptor, as the standards have them and broken in one place,
//! each read over every kind of source.

mod allocation;
mod bridges;
mod damage;
mod disc;
mod files;
mod integrity;
#[path = "../lookups/mod.rs"]
mod lookups;
mod names;
mod partitions;
mod scratches;
#[path = "../sources/mod.rs"]
mod sources;
mod support;
mod volumes;
