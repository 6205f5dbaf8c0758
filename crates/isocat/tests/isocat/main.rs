//! isocat as its users meet it: a command line, images that other programs made, archives that other programs read.

mod archive;
mod contents;
mod endings;
mod pipe;
mod places;
