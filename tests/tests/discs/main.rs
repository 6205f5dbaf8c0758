//! Discs as they were written, not as images are made: sessions, tracks by themselves, the format before ISO 9660.

mod high_sierra;
mod parts;
mod sessions;
