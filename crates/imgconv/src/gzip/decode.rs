//! gzip in: members one after another, inflated in one thread, checked and written in another; members that record
//! their own size are inflated in parallel.

use crate::engine;
use crate::error::{Error, Result};
use crate::gzip::header::{self, Header};
use crate::gzip::{MEMBER, TRAILER};
use crate::input::Input;
use crate::step::{Pool, Sink, Step};
use flate2::{Decompress, FlushDecompress, Status};
use isokit_core::number::wide;
use isokit_core::sniff::GZIP;
use libdeflater::Decompressor;

/// Largest member, compressed and uncompressed, that is inflated as a whole; larger ones are streamed.
const WHOLE: u64 = 16 * 1024 * 1024;

/// Decodes all members of `input` into `sink`.
///
/// Memory: below 4 MiB while streaming; at most `2 * threads` members of up to 16 MiB each way in parallel.
pub fn decode(input: &mut Input<'_>, threads: usize, sink: &mut dyn Sink) -> Result<()> {
    let mut next = Some(header::read(input)?);
    while let Some(header) = next {
        next = if threads > 1 && whole(&header).is_some() {
            parallel(header, input, threads, sink)?
        } else {
            stream(input, sink)?;
            following(input)?
        };
    }
    Ok(())
}

/// The header of the next member, `None` at the end of the input. Zeros up to there are padding, as on tapes.
fn following(input: &mut Input<'_>) -> Result<Option<Header>> {
    let at = input.offset();
    if input.zeros()? > 0 && input.filled()?.is_empty() {
        return Ok(None);
    }
    if at < input.offset() {
        return Err(Error::garbage(at, MEMBER));
    }
    let bytes = input.peek(GZIP.len())?;
    if bytes.is_empty() {
        Ok(None)
    } else if GZIP.starts_with(bytes) || bytes.starts_with(&GZIP) {
        header::read(input).map(Some)
    } else {
        Err(Error::garbage(at, MEMBER))
    }
}

/// Bytes after the header, when the member is to be inflated as a whole.
fn whole(header: &Header) -> Option<u64> {
    header.body().filter(|body| *body <= WHOLE)
}

/// What the inflating thread hands to the checking one.
enum Piece {
    Data(Step),
    End { at: u64, crc: u32, size: u32 },
}

/// Decodes one member, whose header has been passed.
fn stream(input: &mut Input<'_>, sink: &mut dyn Sink) -> Result<()> {
    let pool = Pool::default();
    let mut crc = crc32fast::Hasher::new();
    let mut length = 0_u64;
    engine::pipe(
        |send| {
            inflate(input, &mut |full| {
                send(Piece::Data(full))?;
                Ok(pool.take())
            })?;
            let at = input.offset();
            let [a, b, c, d, e, f, g, h] = input.array::<TRAILER>("gzip trailer")?;
            send(Piece::End {
                at,
                crc: u32::from_le_bytes([a, b, c, d]),
                size: u32::from_le_bytes([e, f, g, h]),
            })
        },
        |piece| match piece {
            Piece::Data(step) => {
                crc.update(step.filled());
                length += wide(step.filled().len());
                sink.put(step.filled())?;
                pool.give(step);
                Ok(())
            }
            Piece::End { at, crc: stored, size } => {
                let computed = std::mem::take(&mut crc).finalize();
                check(at, (stored, computed), (size, length))
            }
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

/// Inflates one DEFLATE stream; `exchange` takes a step and gives an empty one.
fn inflate(input: &mut Input<'_>, exchange: &mut dyn FnMut(Step) -> Result<Step>) -> Result<()> {
    let mut inflater = Decompress::new(false);
    let mut step = Step::new();
    loop {
        let at = input.offset();
        let bytes = input.filled()?;
        let ended = bytes.is_empty();
        let (read, written) = (inflater.total_in(), inflater.total_out());
        let status = inflater.decompress(bytes, step.room(), FlushDecompress::None);
        let read = usize::try_from(inflater.total_in() - read).unwrap_or(usize::MAX);
        let written = usize::try_from(inflater.total_out() - written).unwrap_or(usize::MAX);
        input.consume(read);
        step.advance(written);
        match status {
            Ok(Status::StreamEnd) => break,
            Ok(_) if ended && written == 0 => return Err(Error::truncated(at, MEMBER)),
            Ok(_) => {}
            Err(error) => {
                let problem = error.message().unwrap_or("not a DEFLATE stream").to_owned();
                return Err(Error::damaged(input.offset(), MEMBER, problem));
            }
        }
        if step.is_full() {
            step = exchange(step)?;
        }
    }
    exchange(step).map(drop)
}

/// A member in memory: its header, and all bytes after it.
struct Member {
    header: Header,
    body: Vec<u8>,
}

/// Decodes members that record their size, from the one whose header has been passed to the first that does not, whose
/// header is returned.
fn parallel(
    first: Header,
    input: &mut Input<'_>,
    threads: usize,
    sink: &mut dyn Sink,
) -> Result<Option<Header>> {
    let mut next = Some(first);
    let mut begun = false;
    engine::ordered(
        threads,
        || {
            if begun {
                next = following(input)?;
            }
            begun = true;
            let Some((header, size)) = next.and_then(|header| Some((header, whole(&header)?))) else {
                return Ok(None);
            };
            let mut body = Vec::new();
            input.append(&mut body, size, MEMBER)?;
            Ok(Some(Member { header, body }))
        },
        || {
            let mut inflater = Decompressor::new();
            move |member: Member| Ok(inflate_whole(&mut inflater, &member).ok_or(member))
        },
        |data| match data {
            Ok(data) => sink.put(&data),
            Err(member) => again(&member, sink),
        },
    )?;
    Ok(next)
}

/// Inflates a member in memory, if it is what its sizes and its checksum say.
fn inflate_whole(inflater: &mut Decompressor, member: &Member) -> Option<Vec<u8>> {
    let (deflate, &[a, b, c, d, e, f, g, h]) = member.body.split_last_chunk::<TRAILER>()?;
    let crc = u32::from_le_bytes([a, b, c, d]);
    let size = u64::from(u32::from_le_bytes([e, f, g, h]));
    let mut data = vec![0; usize::try_from(size).ok().filter(|_| size <= WHOLE)?];
    let inflated = inflater.deflate_decompress(deflate, &mut data).ok()?;
    (inflated == data.len() && crc32fast::hash(&data) == crc).then_some(data)
}

/// Streams a member that could not be inflated as a whole: to say exactly where it is damaged, or because only its
/// recorded sizes were wrong or large.
fn again(member: &Member, sink: &mut dyn Sink) -> Result<()> {
    let start = member.header.at + member.header.length;
    let mut input = Input::at(start, member.body.as_slice());
    stream(&mut input, sink)?;
    if input.filled()?.is_empty() {
        return Ok(());
    }
    Err(Error::damaged(member.header.at, MEMBER, "the size it records of itself is not its size"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gzip::{Layout, encode};

    fn members() -> Vec<u8> {
        let data: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[usize::from(n % 7 == 0)]).collect();
        let mut packed = Vec::new();
        encode(&mut Input::new(data.as_slice()), 6, Layout::Members, 2, &mut packed).unwrap();
        packed
    }

    fn run(bytes: &[u8], threads: usize) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        decode(&mut Input::new(bytes), threads, &mut out).map(|()| out)
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
