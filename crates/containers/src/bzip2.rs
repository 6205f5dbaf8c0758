//! bzip2: streams one after another.

use crate::checks::Checks;
use crate::container::{Container, Levels, Reading, Writing};
use crate::engine::{self, Gathered, Raw};
use crate::error::{Error, Result};
use crate::input::Input;
use crate::pace::Pace;
use crate::step::Sink;
use ::bzip2::{Action, Compress, Compression, Decompress, Error as Bz, Status};
use isokit_core::number::narrow;
use isokit_core::sniff::{BZIP2, Packed};

/// As the table of containers has it.
pub(crate) const CONTAINER: Container = Container {
    name: "bzip2",
    aliases: &["bz2"],
    standard: "bzip2",
    suffixes: &["bz2", "bzip2"],
    archive_suffixes: &["tbz2", "tbz", "tb2", "tz2"],
    magic: Packed::Bzip2,
    reading: Some(Reading {
        streams: true,
        parallel: None,
        decode: |input, _, checks, sink| decode(input, checks, sink),
    }),
    writing: Some(Writing {
        streams: true,
        parallel: Some("blocks"),
        levels: Some(Levels { range: 1..=9, default: 9 }),
        members: false,
        encode: |raw, settings, pace, sink| encode(raw, settings.level, settings.threads, pace, sink),
    }),
};

/// For errors: what lies where the input is damaged.
const STREAM: &str = "bzip2 stream";

/// Uncompressed bytes of a block, for each level.
const BLOCK: usize = 100_000;

/// Decodes all streams of `input` into `sink`.
fn decode(input: &mut Input<'_>, checks: &mut Checks, sink: &mut dyn Sink) -> Result<()> {
    engine::ahead(sink, |out| {
        loop {
            stream(input, out)?;
            checks.add(Some("CRC-32"));
            let at = input.offset();
            match input.peek(4)? {
                [] => return Ok(()),
                [a, b, c, b'1'..=b'9', ..] if [*a, *b, *c] == BZIP2 => {}
                cut if BZIP2.starts_with(cut) => {}
                _ => return Err(Error::trailing(at, STREAM)),
            }
        }
    })
}

/// Decodes one stream, from its magic number to its combined CRC.
fn stream(input: &mut Input<'_>, out: &mut Gathered<'_>) -> Result<()> {
    let mut decoder = Decompress::new(false);
    loop {
        let at = input.offset();
        let bytes = input.filled()?;
        let ended = bytes.is_empty();
        let (read, written) = (decoder.total_in(), decoder.total_out());
        let status = decoder.decompress(bytes, out.room());
        let written = decoder.total_out() - written;
        input.consume(narrow(decoder.total_in() - read));
        out.advance(narrow(written))?;
        match status {
            Ok(Status::StreamEnd) => return Ok(()),
            Ok(_) if ended && written == 0 => return Err(Error::truncated(at, STREAM)),
            Ok(_) => {}
            Err(error) => return Err(damaged(input.offset(), &error)),
        }
    }
}

fn damaged(at: u64, error: &Bz) -> Error {
    let problem = match error {
        Bz::DataMagic => "begins with something else",
        _ => "the data is damaged at or before this byte",
    };
    Error::damaged(at, STREAM, problem)
}

/// Compresses all of `raw` at `level` (1 to 9), a stream a block, blocks in parallel.
fn encode(raw: &mut dyn Raw, level: u8, threads: usize, pace: &Pace, out: &mut dyn Sink) -> Result<()> {
    // A block of 100,000 bytes holds that many after its run-length coding, less 19.
    let size = usize::from(level) * BLOCK - 19;
    let mut first = true;
    engine::ordered(
        threads,
        || {
            let block = raw.block(size)?;
            let some = first || !block.is_empty();
            first = false;
            Ok(some.then_some(block))
        },
        || move |block: Vec<u8>| pace.over(&block, |block| compress(block, level)),
        |stream| out.put(&stream),
    )
}

/// `block` as a whole stream.
fn compress(block: &[u8], level: u8) -> Result<Vec<u8>> {
    let mut encoder = Compress::new(Compression::new(level.into()), 30);
    // The format's bound: 1 % and 600 bytes.
    let mut packed = Vec::with_capacity(block.len() + block.len() / 100 + 600);
    let mut done = 0;
    loop {
        let rest = block.get(done..).unwrap_or_default();
        match encoder.compress_vec(rest, &mut packed, Action::Finish) {
            Ok(Status::StreamEnd) => return Ok(packed),
            Ok(_) => done = narrow(encoder.total_in()),
            Err(error) => return Err(Error::Codec(format!("bzip2: {error}"))),
        }
        packed.reserve(64 * 1024);
    }
}
