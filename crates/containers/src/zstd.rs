//! zstd (RFC 8878): frames one after another, skippable frames between them.

use crate::checks::Checks;
use crate::container::{Container, Levels, Reading, Settings, Writing};
use crate::engine::{self, Gathered, Raw};
use crate::error::{Error, Result};
use crate::input::Input;
use crate::memory::{LESS, amount};
use crate::pace::Pace;
use crate::step::{STEP, Sink};
use isokit_core::sniff::{Packed, SKIPPABLE, ZSTANDARD};
use std::io;
use zstd::stream::raw::{CParameter, DParameter, Decoder, InBuffer, Operation, OutBuffer};
use zstd::zstd_safe::zstd_sys::ZSTD_EndDirective::{self, ZSTD_e_continue, ZSTD_e_end};
use zstd::zstd_safe::{CCtx, get_error_name};

/// As the table of containers has it.
pub(crate) const CONTAINER: Container = Container {
    name: "zstd",
    aliases: &["zst"],
    standard: "RFC 8878",
    suffixes: &["zst", "zstd"],
    archive_suffixes: &["tzst"],
    magic: Packed::Zstandard,
    reading: Some(Reading {
        streams: true,
        parallel: None,
        decode: |input, settings, checks, sink| decode(input, settings.long.is_some(), checks, sink),
    }),
    writing: Some(Writing {
        streams: true,
        parallel: Some("jobs"),
        levels: Some(Levels { range: 1..=22, default: 3 }),
        members: false,
        encode,
    }),
};

/// For errors: what lies where the input is damaged.
const FRAME: &str = "zstd frame";

/// Largest window, as a power of two, that is decoded without being asked for: 128 MiB.
const WINDOW: u32 = 27;

/// Largest window there is on 64-bit systems: 2 GiB.
const LARGEST_WINDOW: u32 = 31;

/// The flag of a frame's descriptor, behind the magic number, that announces a checksum (RFC 8878 3.1.1.1.1.5).
const CHECKSUM: u8 = 1 << 2;

/// The flag of a frame whose window is all of its content.
const SINGLE_SEGMENT: u8 = 1 << 5;

/// Most bytes of a frame's header, with its magic number.
const LONGEST_HEADER: usize = 18;

/// Bytes read at once, which the encoder copies to its window: few enough to be still in the processor's nearest cache.
const READ: usize = 64 * 1024;

/// Decodes all frames of `input` into `sink`.
///
/// Memory: the window the frames ask for, at most 128 MiB, or 2 GiB with `long`, and 2 MiB.
fn decode(input: &mut Input<'_>, long: bool, checks: &mut Checks, sink: &mut dyn Sink) -> Result<()> {
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
            frame(input, &mut decoder, limit, out)?;
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

/// Decodes one frame, whose window may have two to the power of `limit` bytes.
fn frame(input: &mut Input<'_>, decoder: &mut Decoder<'_>, limit: u32, out: &mut Gathered<'_>) -> Result<()> {
    let start = input.offset();
    let window = window(input.peek(LONGEST_HEADER)?);
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
            Err(error) => return Err(failed(start, input.offset(), window, limit, &error)),
        }
    }
}

/// Bytes of the window that the frame asks for whose header `bytes` begin with (RFC 8878 3.1.1.1).
fn window(bytes: &[u8]) -> Option<u64> {
    let (descriptor, rest) = bytes.get(ZSTANDARD.len()..)?.split_first()?;
    if descriptor & SINGLE_SEGMENT == 0 {
        let (exponent, mantissa) = (rest.first()? >> 3, rest.first()? & 7);
        let base = 1_u64 << (10 + exponent);
        return Some(base + base / 8 * u64::from(mantissa));
    }
    let id = [0, 1, 2, 4][usize::from(descriptor & 3)];
    let size = rest.get(id..)?;
    match descriptor >> 6 {
        0 => size.first().map(|size| u64::from(*size)),
        1 => size.first_chunk().map(|size| u64::from(u16::from_le_bytes(*size)) + 256),
        2 => size.first_chunk().map(|size| u64::from(u32::from_le_bytes(*size))),
        _ => size.first_chunk().map(|size| u64::from_le_bytes(*size)),
    }
}

/// The error of the frame at `start`, which asks for `window` bytes where two to the power of `limit` are allowed.
fn failed(start: u64, at: u64, window: Option<u64>, limit: u32, error: &io::Error) -> Error {
    let text = error.to_string().to_lowercase();
    let window = window.map(amount).unwrap_or_else(|| "an unknown size".into());
    if text.contains("too much memory") {
        let allowed = amount(1 << limit);
        if limit < LARGEST_WINDOW {
            return Error::Window { at: start, what: FRAME, window, allowed };
        }
        let problem = format!("its window of {window} is larger than {allowed}, the largest supported");
        return Error::damaged(start, FRAME, problem);
    }
    if text.contains("not enough memory") {
        return Error::damaged(start, FRAME, format!("out of memory: its window takes {window}"));
    }
    Error::damaged(at, FRAME, text)
}

/// Compresses all of `raw` in one frame.
///
/// Memory: about four windows a thread; 2 GiB and more with levels above 19.
fn encode(raw: &mut dyn Raw, settings: &Settings, pace: &Pace, out: &mut dyn Sink) -> Result<()> {
    let mut encoder = Encoder::new(settings)?;
    let mut block = vec![0; READ];
    loop {
        let count = raw.read(&mut block)?;
        let ends = if count == 0 { ZSTD_e_end } else { ZSTD_e_continue };
        let mut from = InBuffer::around(block.get(..count).unwrap_or_default());
        loop {
            let left = encoder.step(&mut from, ends, pace, out)?;
            if count == 0 && left == 0 {
                return Ok(());
            }
            if count > 0 && from.pos() == count {
                break;
            }
        }
    }
}

/// The library's encoder, which takes much more than it has compressed.
struct Encoder {
    context: CCtx<'static>,
    packed: Vec<u8>,
    /// Bytes known to be compressed.
    compressed: u64,
}

impl Encoder {
    fn new(settings: &Settings) -> Result<Self> {
        let mut context = CCtx::try_create().ok_or_else(|| Error::Codec("zstd: out of memory".to_owned()))?;
        let mut set = |parameter| context.set_parameter(parameter).map_err(failed_with);
        set(CParameter::CompressionLevel(settings.level.into()))?;
        set(CParameter::ChecksumFlag(true))?;
        // One worker and many give the same bytes; none gives others.
        set(CParameter::NbWorkers(u32::try_from(settings.threads.max(1)).unwrap_or(1)))?;
        if let Some(window) = settings.long {
            set(CParameter::EnableLongDistanceMatching(true))?;
            set(CParameter::WindowLog(window))?;
        }
        Ok(Self { context, packed: vec![0; STEP], compressed: 0 })
    }

    /// One step; what is left to be put out before an end is returned.
    fn step(
        &mut self,
        from: &mut InBuffer<'_>,
        ends: ZSTD_EndDirective,
        pace: &Pace,
        out: &mut dyn Sink,
    ) -> Result<usize> {
        let mut to = OutBuffer::around(self.packed.as_mut_slice());
        let left = self.context.compress_stream2(&mut to, from, ends).map_err(failed_with)?;
        out.put(to.as_slice())?;
        let compressed = self.context.get_frame_progression().consumed;
        pace.compressed(compressed.saturating_sub(self.compressed));
        self.compressed = self.compressed.max(compressed);
        Ok(left)
    }
}

fn failed_with(code: usize) -> Error {
    let problem = get_error_name(code).to_lowercase();
    if problem.contains("not enough memory") {
        return Error::Codec(format!("zstd: out of memory; {LESS}"));
    }
    Error::Codec(format!("zstd: {problem}"))
}

fn codec(error: io::Error) -> Error {
    Error::Codec(format!("zstd: {error}"))
}
