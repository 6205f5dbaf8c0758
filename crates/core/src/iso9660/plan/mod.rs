//! Planning an image: a tree and options become every byte range of the image and what fills it.

mod options;

pub use options::{
    Boot, BootEntry, Dates, Deep, Emulation, Identifiers, Joliet, Level, LoadSize, Options, RockRidge, Rrip,
    Selection, platform,
};
