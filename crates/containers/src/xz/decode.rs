//! .xz in: streams one after another, padding between them.

use crate::checks::{Checks, Unsupported};
use crate::engine::{self, Gathered};
use crate::error::{Error, Result};
use crate::input::Input;
use crate::memory::amount;
use crate::step::Sink;
use crate::xz::dictionary::Taken;
use crate::xz::{BLOCK, STREAM, codec};
use isokit_core::number::{narrow, wide};
use isokit_core::sniff::XZ;
use liblzma::stream::{Action, Error as Lzma, MtStreamBuilder, Status};

/// Memory past which blocks are decoded one at a time instead of in parallel.
const PARALLEL: u64 = 1 << 30;

/// Decodes all streams of `input` into `sink`, blocks in parallel where they record their sizes.
///
/// Memory: the dictionary, which has up to 4 GiB and grows with the data that is decoded; blocks are decoded in parallel
/// as long as that takes no more than 1 GiB.
pub(super) fn decode(
    input: &mut Input<'_>,
    threads: usize,
    checks: &mut Checks,
    sink: &mut dyn Sink,
) -> Result<()> {
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

/// Decodes one stream, its padding not included.
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
