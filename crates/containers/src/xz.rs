//! The .xz file format: streams of blocks, padding between streams.

mod dictionary;

use crate::checks::{Checks, Unsupported};
use crate::container::{Container, Levels, Reading, Writing};
use crate::engine::{self, Gathered, Raw};
use crate::error::{Error, Result};
use crate::input::Input;
use crate::memory::amount;
use crate::step::{STEP, Sink};
use dictionary::Taken;
use isokit_core::number::{narrow, wide};
use isokit_core::sniff::{Packed, XZ};
use liblzma::stream::{Action, Check, Error as Lzma, MtStreamBuilder, Status, Stream};

/// The description of xz.
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
        encode: |raw, settings, sink| encode(raw, settings.level, settings.threads, sink),
    }),
};

/// The structure named in errors.
const STREAM: &str = "xz stream";

/// The part of a stream that has a dictionary of its own.
const BLOCK: &str = "xz block";

/// Memory past which blocks are decoded one at a time instead of in parallel.
const PARALLEL: u64 = 1 << 30;

/// Decodes all streams of `input` into `sink`, blocks in parallel where they record their sizes.
///
/// Memory: the dictionary, which has up to 4 GiB and grows with the data that is decoded; blocks are decoded in parallel
/// as long as that takes no more than 1 GiB.
fn decode(input: &mut Input<'_>, threads: usize, checks: &mut Checks, sink: &mut dyn Sink) -> Result<()> {
    engine::ahead(sink, |out| {
        loop {
            let at = input.offset();
            let flags = input.peek(XZ.len() + 2)?.get(XZ.len()..).and_then(<[u8]>::first_chunk::<2>).copied();
            stream(input, threads, out)?;
            match flags {
                Some([_, 0]) => checks.add(None),
                Some([_, 1]) => checks.add(Some("CRC-32")),
                Some([_, 4]) => checks.add(Some("CRC-64")),
                Some([_, 10]) => checks.add(Some("SHA-256")),
                Some([_, kind]) => checks.add_unsupported(Unsupported { at: at + wide(XZ.len()) + 1, kind }),
                None => {}
            }
            let padding = input.zeros()?;
            let at = input.offset();
            let bytes = input.peek(XZ.len())?;
            if bytes.is_empty() && padding.is_multiple_of(4) {
                return Ok(());
            }
            if !bytes.iter().zip(&XZ).all(|(a, b)| a == b) {
                return Err(Error::trailing(at - padding, STREAM));
            }
            if !padding.is_multiple_of(4) {
                let problem = format!("stream padding of {padding} bytes is not a multiple of four");
                return Err(Error::damaged(at, STREAM, problem));
            }
        }
    })
}

/// Decodes one stream.
fn stream(input: &mut Input<'_>, threads: usize, out: &mut Gathered<'_>) -> Result<()> {
    let mut decoder = MtStreamBuilder::new()
        .threads(u32::try_from(threads.max(1)).unwrap_or(1))
        .memlimit_threading(PARALLEL)
        .memlimit_stop(u64::MAX)
        .decoder()
        .map_err(codec)?;
    let mut taken = Taken::default();
    loop {
        let bytes = input.filled()?;
        let ended = bytes.is_empty();
        let action = if ended { Action::Finish } else { Action::Run };
        let (read, written) = (decoder.total_in(), decoder.total_out());
        let status = decoder.process(bytes, out.room(), action);
        let written = decoder.total_out() - written;
        let read = narrow(decoder.total_in() - read);
        taken.add(bytes.get(..read).unwrap_or_default());
        input.consume(read);
        out.advance(narrow(written))?;
        match status {
            Ok(Status::StreamEnd) => return Ok(()),
            Ok(Status::MemNeeded) if ended && written == 0 => {
                return Err(Error::truncated(input.offset(), STREAM));
            }
            Ok(_) => {}
            Err(error) => return Err(damaged(input.offset(), error, &taken)),
        }
    }
}

fn damaged(at: u64, error: Lzma, taken: &Taken) -> Error {
    match error {
        Lzma::Options => Error::damaged(at, STREAM, "it uses a filter or an option that is not supported"),
        Lzma::Mem | Lzma::MemLimit => match taken.dictionary() {
            Some((header, size)) => {
                let problem = format!("out of memory: its dictionary takes {}", amount(size));
                Error::damaged(at.saturating_sub(header), BLOCK, problem)
            }
            None => Error::damaged(at, STREAM, "out of memory"),
        },
        _ => Error::damaged(at, STREAM, "the data is damaged at or before this byte"),
    }
}

/// Compresses all of `raw` at `level` (0 to 9) into blocks of three times the level's dictionary that record their
/// sizes, so that they can be read in parallel.
///
/// Memory: about three blocks a thread, and the dictionary's tables: 200 MiB a thread at level 6.
fn encode(raw: &mut dyn Raw, level: u8, threads: usize, out: &mut dyn Sink) -> Result<()> {
    let mut encoder = Encoder::new(level, threads)?;
    let mut block = vec![0; STEP];
    let mut packed = vec![0; STEP];
    loop {
        let count = raw.read(&mut block)?;
        let action = if count == 0 { Action::Finish } else { Action::Run };
        let mut from = block.get(..count).unwrap_or_default();
        loop {
            let status = encoder.step(&mut from, &mut packed, action, out)?;
            if status == Status::StreamEnd {
                return Ok(());
            }
            if count > 0 && from.is_empty() {
                break;
            }
        }
    }
}

/// liblzma's encoder, and what it takes.
struct Encoder {
    stream: Stream,
    level: u8,
    threads: u32,
    /// Bytes.
    memory: u64,
}

impl Encoder {
    fn new(level: u8, threads: usize) -> Result<Self> {
        let threads = u32::try_from(threads.max(1)).unwrap_or(1);
        let mut settings = MtStreamBuilder::new();
        settings.threads(threads).preset(level.into()).check(Check::Crc64);
        let memory = settings.memusage();
        let stream = settings.encoder().map_err(|error| failed(error, level, threads, memory))?;
        Ok(Self { stream, level, threads, memory })
    }

    /// One step; `from` is left with what was not taken.
    fn step(
        &mut self,
        from: &mut &[u8],
        packed: &mut [u8],
        action: Action,
        out: &mut dyn Sink,
    ) -> Result<Status> {
        let (read, written) = (self.stream.total_in(), self.stream.total_out());
        let status = self.stream.process(from, packed, action);
        let status = status.map_err(|error| failed(error, self.level, self.threads, self.memory))?;
        let read = narrow(self.stream.total_in() - read);
        let written = narrow(self.stream.total_out() - written);
        out.put(packed.get(..written).unwrap_or_default())?;
        *from = from.get(read..).unwrap_or_default();
        Ok(status)
    }
}

/// The error of an encoder that takes `memory` bytes.
fn failed(error: Lzma, level: u8, threads: u32, memory: u64) -> Error {
    if error != Lzma::Mem {
        return codec(error);
    }
    let plural = if threads == 1 { "" } else { "s" };
    let needs = amount(memory);
    Error::Codec(format!("xz: out of memory: level {level} takes {needs} with {threads} thread{plural}"))
}

fn codec(error: Lzma) -> Error {
    Error::Codec(format!("xz: {error}"))
}
