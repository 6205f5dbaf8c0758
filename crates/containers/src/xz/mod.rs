//! The .xz file format: streams of blocks, padding between streams.

mod decode;
mod dictionary;
mod encode;
mod frame;

use crate::container::{Container, Levels, Reading, Writing};
use crate::error::Error;
use decode::decode;
use encode::encode;
use isokit_core::sniff::Packed;
use liblzma::stream::Error as Lzma;

/// As the table of containers has it.
pub(crate) const CONTAINER: Container = Container {
    name: "xz",
    aliases: &[],
    standard: "The .xz file format",
    suffixes: &["xz"],
    archive_suffixes: &["txz"],
    magic: Packed::Xz,
    reading: Some(Reading {
        streams: true,
        parallel: Some("blocks that record their sizes"),
        decode: |input, settings, checks, sink| decode(input, settings.threads, checks, sink),
    }),
    writing: Some(Writing {
        streams: true,
        parallel: Some("blocks"),
        levels: Some(Levels { range: 0..=9, default: 6 }),
        members: false,
        encode: |raw, settings, pace, sink| encode(raw, settings.level, settings.threads, pace, sink),
    }),
};

/// For errors: what lies where the input is damaged.
const STREAM: &str = "xz stream";

/// The part of a stream that has a dictionary of its own.
const BLOCK: &str = "xz block";

fn codec(error: Lzma) -> Error {
    Error::Codec(format!("xz: {error}"))
}
