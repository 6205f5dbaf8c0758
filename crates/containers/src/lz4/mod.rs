//! The LZ4 frame format, its legacy form too.

mod blocks;
mod buffer;
mod decode;
mod encode;
mod frames;
mod header;

use crate::container::{Container, Reading, Writing};
use decode::decode;
use encode::encode;
pub(crate) use header::skip;
use isokit_core::sniff::Packed;

/// As the table of containers has it.
pub(crate) const CONTAINER: Container = Container {
    name: "lz4",
    aliases: &[],
    standard: "The LZ4 frame format",
    suffixes: &["lz4"],
    archive_suffixes: &["tlz4"],
    magic: Packed::Lz4,
    reading: Some(Reading {
        streams: true,
        parallel: Some("independent blocks"),
        decode: |input, settings, checks, sink| decode(input, settings.threads, checks, sink),
    }),
    writing: Some(Writing {
        streams: true,
        parallel: Some("blocks"),
        levels: None,
        members: false,
        encode: |raw, settings, pace, sink| encode(raw, settings.threads, pace, sink),
    }),
};

/// For errors: what lies where the input is damaged.
const FRAME: &str = "lz4 frame";

/// What a block may refer back to.
const WINDOW: usize = 64 * 1024;

/// Set in the size of a block whose data is not compressed.
const UNCOMPRESSED: u32 = 1 << 31;
