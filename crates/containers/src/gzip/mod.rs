//! gzip (RFC 1952) over DEFLATE (RFC 1951).

mod decode;
mod encode;
mod header;
mod members;
mod stitch;

use crate::container::{Container, Levels, Reading, Writing};
use decode::decode;
use encode::{Layout, encode};
use isokit_core::sniff::Packed;

/// As the table of containers has it.
pub(crate) const CONTAINER: Container = Container {
    name: "gzip",
    aliases: &["gz"],
    standard: "RFC 1952",
    suffixes: &["gz", "gzip", "svgz"],
    archive_suffixes: &["tgz", "taz"],
    magic: Packed::Gzip,
    reading: Some(Reading {
        streams: true,
        parallel: Some("members that record their size"),
        decode: |input, settings, checks, sink| decode(input, settings.threads, checks, sink),
    }),
    writing: Some(Writing {
        streams: true,
        parallel: Some("blocks"),
        levels: Some(Levels { range: 1..=12, default: 6 }),
        members: true,
        encode: |raw, settings, pace, sink| {
            let layout = if settings.members { Layout::Members } else { Layout::One };
            encode(raw, settings.level, layout, settings.threads, pace, sink)
        },
    }),
};

/// For errors: what lies where the input is damaged.
const MEMBER: &str = "gzip member";

/// Bytes of a member's trailer: CRC-32 and ISIZE (RFC 1952 2.3.1).
const TRAILER: usize = 8;
