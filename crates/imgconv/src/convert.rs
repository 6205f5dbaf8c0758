//! One conversion: what comes in, what goes out, and with which settings.

use crate::engine::{self, Raw};
use crate::error::Result;
use crate::format::Format;
use crate::input::Input;
use crate::step::Sink;
use crate::{bzip2, gzip, lz4, xz, zstd};

/// How to compress and decompress.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Level, one of the output format's [`Format::levels`].
    pub level: u8,
    /// gzip: one member or one a block.
    pub layout: gzip::Layout,
    /// zstd: window of long distance matching as a power of two; any: large windows may be read.
    pub long: Option<u32>,
    /// Worker threads, at least one.
    pub threads: usize,
}

/// Decompresses `input`, which is `from`, into `sink`.
pub fn decode(from: Format, input: &mut Input<'_>, settings: &Settings, sink: &mut dyn Sink) -> Result<()> {
    let (long, threads) = (settings.long.is_some(), settings.threads);
    match from {
        Format::Raw => copy(input, sink),
        Format::Gzip => gzip::decode(input, threads, sink),
        Format::Zstd => zstd::decode(input, long, sink),
        Format::Xz => xz::decode(input, long, threads, sink),
        Format::Bzip2 => bzip2::decode(input, sink),
        Format::Lz4 => lz4::decode(input, threads, sink),
    }
}

/// Compresses `raw` to the format `to` into `sink`.
pub fn encode(raw: &mut dyn Raw, to: Format, settings: &Settings, sink: &mut dyn Sink) -> Result<()> {
    let Settings { level, layout, long, threads } = *settings;
    match to {
        Format::Raw => copy(raw, sink),
        Format::Gzip => gzip::encode(raw, level, layout, threads, sink),
        Format::Zstd => zstd::encode(raw, level, long, threads, sink),
        Format::Xz => xz::encode(raw, level, threads, sink),
        Format::Bzip2 => bzip2::encode(raw, level, threads, sink),
        Format::Lz4 => lz4::encode(raw, threads, sink),
    }
}

/// Converts `input` from one format to another.
pub fn convert(
    from: Format,
    input: &mut Input<'_>,
    to: Format,
    settings: &Settings,
    sink: &mut dyn Sink,
) -> Result<()> {
    match (from, to) {
        (Format::Raw, to) => encode(input, to, settings, sink),
        (from, Format::Raw) => decode(from, input, settings, sink),
        (from, to) => engine::transcode(
            |sink| decode(from, input, settings, sink),
            |raw| encode(raw, to, settings, sink),
        ),
    }
}

fn copy(raw: &mut dyn Raw, sink: &mut dyn Sink) -> Result<()> {
    let mut block = vec![0; crate::step::STEP];
    loop {
        match raw.read(&mut block)? {
            0 => return Ok(()),
            count => sink.put(block.get(..count).unwrap_or_default())?,
        }
    }
}
