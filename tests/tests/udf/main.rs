//! UDF read and written by the tools, against other programs, the standards and damage.

mod boundaries;
mod bridges;
mod damage;
mod filled;
mod media;
mod reads;
mod reserve;
mod sessions;
mod structure;
mod tools;
mod writing;
