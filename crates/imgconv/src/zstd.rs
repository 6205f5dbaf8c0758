//! zstd (RFC 8878): frames one after another, skippable frames between them.

use crate::checks::Checks;
use crate::engine::{self, Gathered, Raw};
use crate::error::{Error, Result};
use crate::input::Input;
use crate::step::{STEP, Sink};
use isokit_core::sniff::{SKIPPABLE, ZSTANDARD};
use std::io;
use zstd::stream::raw::{CParameter, DParameter, Decoder, Encoder, InBuffer, Operation, OutBuffer};

/// The structure named in errors.
const FRAME: &str = "zstd frame";

/// Largest window, as a power of two, that is decoded without being asked for: 128 MiB.
const WINDOW: u32 = 27;

/// Largest window there is on 64-bit systems: 2 GiB.
const LARGEST_WINDOW: u32 = 31;

/// The flag of a frame's descriptor, behind the magic number, that announces a checksum (RFC 8878 3.1.1.1.1.5).
const CHECKSUM: u8 = 1 << 2;

/// Bytes read at once, which the encoder copies to its window: few enough to be still in the processor's nearest cache.
const READ: usize = 64 * 1024;

/// Window of long distance matching when none is given.
pub const LONG_WINDOW: u32 = 27;

/// Decodes all frames of `input` into `sink`.
///
/// Memory: the window the frames ask for, at most 128 MiB, or 2 GiB with `long`, and 2 MiB.
pub fn decode(input: &mut Input<'_>, long: bool, checks: &mut Checks, sink: &mut dyn Sink) -> Result<()> {
    engine::ahead(sink, |out| {
        let mut decoder = Decoder::new().map_err(codec)?;
        let limit = if long { LARGEST_WINDOW } else { WINDOW };
        decoder.set_parameter(DParameter::WindowLogMax(limit)).map_err(codec)?;
        loop {
            let at = input.offset();
            match input.peek(ZSTANDARD.len() + 1)? {
                [] if at > 0 => return Ok(()),
                bytes if at > 0 && !begins(bytes) => return Err(Error::trailing(at, FRAME)),
                [_, a, b, c, ..] if [*a, *b, *c] == SKIPPABLE => {}
                [_, _, _, _, descriptor, ..] => checks.add((descriptor & CHECKSUM != 0).then_some("XXH64")),
                _ => {}
            }
            frame(input, &mut decoder, out)?;
        }
    })
}

/// Whether `bytes` begin a frame or a skippable one; fewer than four bytes may.
fn begins(bytes: &[u8]) -> bool {
    match bytes {
        [0x50..=0x5f, rest @ ..] => rest.iter().zip(&SKIPPABLE).all(|(a, b)| a == b),
        _ => bytes.iter().zip(&ZSTANDARD).all(|(a, b)| a == b),
    }
}

/// Decodes one frame.
fn frame(input: &mut Input<'_>, decoder: &mut Decoder<'_>, out: &mut Gathered<'_>) -> Result<()> {
    let start = input.offset();
    loop {
        let at = input.offset();
        let bytes = input.filled()?;
        let ended = bytes.is_empty();
        let mut from = InBuffer::around(bytes);
        let mut to = OutBuffer::around(out.room());
        let left = decoder.run(&mut from, &mut to);
        let (read, written) = (from.pos(), to.pos());
        input.consume(read);
        out.advance(written)?;
        match left {
            Ok(0) => return Ok(()),
            Ok(_) if ended && written == 0 => return Err(Error::truncated(at, FRAME)),
            Ok(_) => {}
            Err(error) => return Err(damaged(start, input.offset(), &error)),
        }
    }
}

fn damaged(start: u64, at: u64, error: &io::Error) -> Error {
    let text = error.to_string();
    if text.contains("too much memory") {
        return Error::damaged(start, FRAME, "its window is larger than 128 MiB; --long allows it");
    }
    Error::damaged(at, FRAME, text.to_lowercase())
}

/// Compresses all of `raw` at `level` (1 to 19), with a window of two to the power of `long` if that is given.
pub fn encode(
    raw: &mut dyn Raw,
    level: u8,
    long: Option<u32>,
    threads: usize,
    out: &mut dyn Sink,
) -> Result<()> {
    let mut encoder = Encoder::new(level.into()).map_err(codec)?;
    let mut set = |parameter| encoder.set_parameter(parameter).map_err(codec);
    set(CParameter::ChecksumFlag(true))?;
    // One worker and many give the same bytes; none gives others.
    set(CParameter::NbWorkers(u32::try_from(threads.max(1)).unwrap_or(1)))?;
    if let Some(window) = long {
        set(CParameter::EnableLongDistanceMatching(true))?;
        set(CParameter::WindowLog(window))?;
    }
    let mut packed = vec![0; STEP];
    let mut block = vec![0; READ];
    loop {
        let count = raw.read(&mut block)?;
        if count == 0 {
            break;
        }
        let mut from = InBuffer::around(block.get(..count).unwrap_or_default());
        while from.pos() < count {
            let mut to = OutBuffer::around(packed.as_mut_slice());
            encoder.run(&mut from, &mut to).map_err(codec)?;
            out.put(to.as_slice())?;
        }
    }
    loop {
        let mut to = OutBuffer::around(packed.as_mut_slice());
        let left = encoder.finish(&mut to, true).map_err(codec)?;
        out.put(to.as_slice())?;
        if left == 0 {
            return Ok(());
        }
    }
}

fn codec(error: io::Error) -> Error {
    Error::Codec(format!("zstd: {error}"))
}
