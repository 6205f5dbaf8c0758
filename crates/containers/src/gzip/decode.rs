//! gzip in: members one after another, inflated in one thread, checked and written in another; members that record
//! their own size are inflated in parallel (`members`).

use crate::checks::Checks;
use crate::engine;
use crate::error::{Error, Result};
use crate::gzip::header;
use crate::gzip::members::{is_sized, parallel};
use crate::gzip::{MEMBER, TRAILER};
use crate::input::Input;
use crate::step::{Pool, Sink, Step};
use flate2::{Decompress, FlushDecompress, Status};
use isokit_core::number::{narrow, wide};
use isokit_core::sniff::GZIP;

/// Most trailers in a piece: members may be empty.
const TRAILERS: usize = 16 * 1024;

/// What the decoder says of damage for which it has no words: that of its own state.
const ALREADY_BAD: &str = "repeated call with bad state";

/// How often decoding goes parallel: beyond that, members with and without sizes alternate, and workers do not pay.
const TURNS: usize = 16;

/// Decodes all members of `input` into `sink`.
///
/// Memory: below 4 MiB while streaming; at most `2 * threads` members of up to 16 MiB each way in parallel.
pub(super) fn decode(
    input: &mut Input<'_>,
    threads: usize,
    checks: &mut Checks,
    sink: &mut dyn Sink,
) -> Result<()> {
    let mut turns = if threads > 1 { TURNS } else { 0 };
    // The checksum is not optional.
    checks.add(Some("CRC-32"));
    while more(input)? {
        if turns > 0 && is_sized(input)? {
            let sizes_are_right = parallel(input, threads, sink)?;
            turns = if sizes_are_right { turns - 1 } else { 0 };
        } else {
            stream(input, turns > 0, sink)?;
        }
    }
    Ok(())
}

/// Whether there is another member. Zeros up to the end are padding, as on tapes.
fn more(input: &mut Input<'_>) -> Result<bool> {
    let at = input.offset();
    if at == 0 {
        return Ok(true);
    }
    let padding = input.zeros()?;
    let bytes = input.peek(GZIP.len())?;
    if bytes.is_empty() {
        Ok(false)
    } else if padding == 0 && (GZIP.starts_with(bytes) || bytes.starts_with(&GZIP)) {
        Ok(true)
    } else {
        Err(Error::trailing(at, MEMBER))
    }
}

/// What the inflating thread hands to the checking one: data, and the trailers of the members that end in it.
struct Piece {
    data: Step,
    trailers: Vec<Trailer>,
}

/// A trailer at byte `at` of the input, of a member that ends before byte `end` of a piece.
struct Trailer {
    end: usize,
    at: u64,
    crc: u32,
    size: u32,
}

/// Decodes members to the end of the input, or to one that records its size where that `counts`.
fn stream(input: &mut Input<'_>, counts: bool, sink: &mut dyn Sink) -> Result<()> {
    let pool = Pool::default();
    let mut crc = crc32fast::Hasher::new();
    let mut length = 0_u64;
    engine::pipe(
        |send| {
            let mut out =
                Pieces { piece: Piece { data: Step::new(), trailers: Vec::new() }, pool: &pool, send };
            let inflated = members(input, counts, &mut out);
            let flushed = out.flush();
            inflated.and(flushed)
        },
        |piece: Piece| {
            let data = piece.data.filled();
            let mut from = 0;
            for &Trailer { end, at, crc: stored, size } in &piece.trailers {
                let part = data.get(from..end).unwrap_or_default();
                crc.update(part);
                let (computed, length) =
                    (std::mem::take(&mut crc).finalize(), std::mem::take(&mut length) + wide(part.len()));
                if let Err(error) = check(at, (stored, computed), (size, length)) {
                    sink.put(data.get(..end).unwrap_or_default())?;
                    return Err(error);
                }
                from = end;
            }
            let rest = data.get(from..).unwrap_or_default();
            crc.update(rest);
            length += wide(rest.len());
            sink.put(data)?;
            pool.give(piece.data);
            Ok(())
        },
    )
}

/// Compares a trailer at byte `at`, as stored, with what was computed.
fn check(at: u64, (stored, computed): (u32, u32), (size, length): (u32, u64)) -> Result<()> {
    if stored != computed {
        return Err(Error::checksum(at, MEMBER, "CRC-32", stored, computed));
    }
    // ISIZE is the size modulo 2^32.
    if u64::from(size) != length & 0xffff_ffff {
        return Err(Error::damaged(at + 4, MEMBER, format!("ISIZE is {size}, the data has {length} bytes")));
    }
    Ok(())
}

/// Pieces on their way to the checking thread.
struct Pieces<'a> {
    piece: Piece,
    pool: &'a Pool,
    send: &'a mut dyn FnMut(Piece) -> Result<()>,
}

impl Pieces<'_> {
    fn flush(&mut self) -> Result<()> {
        let next = Piece { data: self.pool.take(), trailers: Vec::new() };
        (self.send)(std::mem::replace(&mut self.piece, next))
    }
}

/// Inflates members as [`stream`] decodes them.
fn members(input: &mut Input<'_>, counts: bool, out: &mut Pieces<'_>) -> Result<()> {
    let mut inflater = Decompress::new(false);
    loop {
        header::read(input)?;
        inflate(input, &mut inflater, out)?;
        let at = input.offset();
        let [a, b, c, d, e, f, g, h] = input.array::<TRAILER>("gzip trailer")?;
        let end = out.piece.data.filled().len();
        let (crc, size) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
        out.piece.trailers.push(Trailer { end, at, crc, size });
        if out.piece.trailers.len() == TRAILERS {
            out.flush()?;
        }
        if !more(input)? || counts && is_sized(input)? {
            return Ok(());
        }
    }
}

/// Inflates one DEFLATE stream, up to the byte in which its last block ends.
fn inflate(input: &mut Input<'_>, inflater: &mut Decompress, out: &mut Pieces<'_>) -> Result<()> {
    inflater.reset(false);
    loop {
        let at = input.offset();
        let bytes = input.filled()?;
        let ended = bytes.is_empty();
        let (read, written) = (inflater.total_in(), inflater.total_out());
        let status = inflater.decompress(bytes, out.piece.data.room(), FlushDecompress::None);
        let written = inflater.total_out() - written;
        input.consume(narrow(inflater.total_in() - read));
        out.piece.data.advance(narrow(written));
        if out.piece.data.is_full() {
            out.flush()?;
        }
        match status {
            Ok(Status::StreamEnd) => return Ok(()),
            Ok(_) if ended && written == 0 => return Err(Error::truncated(at, MEMBER)),
            Ok(_) => {}
            Err(error) => {
                let problem = error.message().filter(|problem| *problem != ALREADY_BAD);
                let problem = problem.unwrap_or("invalid DEFLATE data");
                return Err(Error::damaged(input.offset(), MEMBER, problem));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gzip::{Layout, encode};
    use crate::pace::Pace;

    fn members() -> Vec<u8> {
        let data: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[usize::from(n % 7 == 0)]).collect();
        let mut packed = Vec::new();
        encode(&mut Input::new(data.as_slice()), 6, Layout::Members, 2, &Pace::default(), &mut packed)
            .unwrap();
        packed
    }

    fn run(bytes: &[u8], threads: usize) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        decode(&mut Input::new(bytes), threads, &mut Checks::default(), &mut out).map(|()| out)
    }

    #[test]
    fn members_in_parallel_and_one_after_another_give_the_same_bytes_and_the_same_errors() {
        let good = members();
        assert_eq!(run(&good, 2).unwrap(), run(&good, 1).unwrap());
        for at in (25..good.len()).step_by(good.len() / 13) {
            let mut bad = good.clone();
            bad[at] ^= 0x10;
            let one = run(&bad, 1).unwrap_err().to_string();
            assert_eq!(run(&bad, 2).unwrap_err().to_string(), one, "byte {at} flipped");
        }
    }

    #[test]
    fn wrong_isize_is_named() {
        let mut bad = members();
        let last = bad.len() - 1;
        bad[last] ^= 0x80;
        let error = run(&bad, 2).unwrap_err().to_string();
        assert!(error.contains("ISIZE is"), "{error}");
    }
}
