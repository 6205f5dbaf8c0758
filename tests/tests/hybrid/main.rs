//! The system area and the partition tables of hybrid images: what `partition::plan` makes, byte by byte beside what other
//! writers make, and as others read it.

mod added;
mod emulated;
mod facts;
mod isohybrid;
mod isomk;
mod judges;
mod layouts;
mod loaders;
mod numbers;
mod rebuilt;
mod remastered;
mod replay;
mod settings;
mod xorriso;
