//! One conversion: what comes in, what goes out, and with which settings.

use crate::checks::Checks;
use crate::engine::{self, Raw};
use crate::error::{Error, Result};
use crate::format::Format;
use crate::input::Input;
use crate::step::{Archive, Sink};
use crate::{bzip2, gzip, lz4, xz, zstd};
use clap::ValueEnum;
use isokit_core::sniff::{LZ4, LZ4_LEGACY, SKIPPABLE};
use std::io::Read;

/// How to compress and decompress.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Level, one of the output format's [`Format::levels`].
    pub level: u8,
    /// gzip: one member or one a block.
    pub layout: gzip::Layout,
    /// zstd: window of long distance matching as a power of two; any: large windows may be read.
    pub long: Option<u32>,
    /// What is done with bytes behind the last member of the input.
    pub trailing: Trailing,
    /// Only a tar archive may be converted.
    pub archive: bool,
    /// Worker threads, at least one.
    pub threads: usize,
}

/// Bytes behind the last member, frame or stream of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Trailing {
    /// They are an error.
    #[default]
    Error,
    /// They are left out.
    Ignore,
    /// They follow the decompressed data, as they are.
    Keep,
}

/// What became known of an input while it was decoded.
#[derive(Debug, Default)]
pub struct Decoded {
    /// What its data was compared with.
    pub checks: Checks,
    /// Where the bytes begin that follow its last member, when they were not an error.
    pub trailing: Option<u64>,
}

/// The format of `input`, which begins as `detected` does: that of the first frame that is not skippable, where such
/// frames, which zstd and lz4 share, come before it. They are passed over, as is the whole of an input that has no other.
pub fn settle(detected: Format, input: &mut Input<'_>) -> Result<Format> {
    let mut settled = detected;
    while settled == Format::Zstd {
        let Some(&[first, a, b, c]) = input.peek(4)?.first_chunk() else { break };
        match [first, a, b, c] {
            LZ4 | LZ4_LEGACY => settled = Format::Lz4,
            [0x50..=0x5f, ..] if [a, b, c] == SKIPPABLE => {
                input.consume(4);
                lz4::skip(input)?;
            }
            _ => break,
        }
    }
    Ok(settled)
}

/// Decompresses `input`, which is `from`, into `sink`.
pub fn decode(
    from: Format,
    input: &mut Input<'_>,
    settings: &Settings,
    sink: &mut dyn Sink,
) -> Result<Decoded> {
    let (long, threads) = (settings.long.is_some(), settings.threads);
    let mut decoded = Decoded::default();
    let checks = &mut decoded.checks;
    let ended = match from {
        Format::Raw => copy(input, sink),
        Format::Gzip => gzip::decode(input, threads, checks, sink),
        Format::Zstd => zstd::decode(input, long, checks, sink),
        Format::Xz => xz::decode(input, threads, checks, sink),
        Format::Bzip2 => bzip2::decode(input, checks, sink),
        Format::Lz4 => lz4::decode(input, threads, checks, sink),
    };
    match ended {
        Err(Error::Trailing { at, .. }) if settings.trailing != Trailing::Error => {
            decoded.trailing = Some(at);
            if settings.trailing == Trailing::Keep {
                // Only zeros were passed over to look at what follows them.
                let zeros = std::io::repeat(0).take(input.offset() - at);
                copy(&mut Input::new(zeros), sink)?;
                copy(input, sink)?;
            }
        }
        ended => ended?,
    }
    Ok(decoded)
}

/// Compresses `raw` to the format `to` into `sink`.
pub fn encode(raw: &mut dyn Raw, to: Format, settings: &Settings, sink: &mut dyn Sink) -> Result<()> {
    let Settings { level, layout, long, threads, .. } = *settings;
    match to {
        Format::Raw => copy(raw, sink),
        Format::Gzip => gzip::encode(raw, level, layout, threads, sink),
        Format::Zstd => zstd::encode(raw, level, long, threads, sink),
        Format::Xz => xz::encode(raw, level, threads, sink),
        Format::Bzip2 => bzip2::encode(raw, level, threads, sink),
        Format::Lz4 => lz4::encode(raw, threads, sink),
    }
}

/// As [`decode`], of a tar archive where only that will do.
fn checked(from: Format, input: &mut Input<'_>, settings: &Settings, sink: &mut dyn Sink) -> Result<Decoded> {
    if !settings.archive {
        return decode(from, input, settings, sink);
    }
    let mut archive = Archive::new(sink);
    let decoded = decode(from, input, settings, &mut archive)?;
    archive.finish().map(|()| decoded)
}

/// Converts `input` from one format to another.
pub fn convert(
    from: Format,
    input: &mut Input<'_>,
    to: Format,
    settings: &Settings,
    sink: &mut dyn Sink,
) -> Result<Decoded> {
    match (from, to) {
        (Format::Raw, Format::Raw) => checked(from, input, settings, sink),
        (Format::Raw, to) if !settings.archive => {
            encode(input, to, settings, sink).map(|()| Decoded::default())
        }
        (_, Format::Raw) => checked(from, input, settings, sink),
        (_, to) => {
            let mut decoded = Decoded::default();
            engine::transcode(
                |sink| checked(from, input, settings, sink).map(|known| decoded = known),
                |raw| encode(raw, to, settings, sink),
            )?;
            Ok(decoded)
        }
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
