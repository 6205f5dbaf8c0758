//! LZ4 in: frames one after another; independent blocks are decompressed in parallel, whatever frames they are in.

use crate::checks::Checks;
use crate::engine;
use crate::error::{Error, Result};
use crate::input::Input;
use crate::lz4::FRAME;
use crate::lz4::blocks::unpack;
use crate::lz4::buffer::{Buffer, Buffers};
use crate::lz4::frames::{Batch, Frames, Item};
use crate::lz4::header::Header;
use crate::step::Sink;
use isokit_core::number::wide;
use std::hash::Hasher;
use twox_hash::XxHash32;

/// Decodes all frames of `input` into `sink`.
///
/// Memory: at most `2 * threads` batches of up to 8 MiB (12 MiB in legacy frames) and their compressed forms.
pub(super) fn decode(
    input: &mut Input<'_>,
    threads: usize,
    checks: &mut Checks,
    sink: &mut dyn Sink,
) -> Result<()> {
    let buffers = Buffers::new(threads.saturating_mul(2));
    let mut frames = Frames::new(input, checks, &buffers);
    let mut hash = XxHash32::with_seed(0);
    let mut length = 0_u64;
    engine::ordered(
        threads,
        || frames.batch(),
        || |batch: Batch| Ok(unpacked(batch, &buffers)),
        |Decoded { buffer, skipped, ends, error }| {
            let data = buffer.filled();
            let mut from = skipped;
            for End { at, header, stored, until } in ends {
                let part = data.get(from..until).unwrap_or_default();
                length += wide(part.len());
                if header.content_checksum {
                    hash.write(part);
                }
                from = until;
                let Some(stored) = stored else { continue };
                let computed = std::mem::replace(&mut hash, XxHash32::with_seed(0)).finish_32();
                let (stored, length) = ((stored, computed), std::mem::take(&mut length));
                if let Err(error) = check(&header, at, stored, length) {
                    sink.put(data.get(skipped..until).unwrap_or_default())?;
                    return Err(error);
                }
            }
            sink.put(data.get(skipped..).unwrap_or_default())?;
            buffers.give(buffer);
            error.map_or(Ok(()), Err)
        },
    )
}

/// What a worker hands on: data, which parts of it belong to what frames, and the error that comes behind it.
struct Decoded {
    buffer: Buffer,
    /// Bytes of the buffer before the data.
    skipped: usize,
    ends: Vec<End>,
    error: Option<Error>,
}

/// A part of a frame that ends before byte `until` of the buffer; with a `stored` checksum, it is the last.
struct End {
    at: u64,
    header: Header,
    stored: Option<u32>,
    until: usize,
}

fn unpacked(batch: Batch, buffers: &Buffers) -> Decoded {
    let Batch { items, linked, skipped } = batch;
    if !items.iter().any(|item| matches!(item, Item::Block(..))) {
        return all_linked(items, linked, skipped);
    }
    let mut decoded = Decoded { buffer: buffers.take(), skipped: 0, ends: Vec::new(), error: None };
    let mut from = skipped;
    for item in items {
        let (header, at, stored) = match item {
            Item::Block(header, block) => {
                if let Err(error) = unpack(&header, &block, 0, &mut decoded.buffer) {
                    decoded.error = Some(error);
                    break;
                }
                (header, block.at(), None)
            }
            Item::Linked(header, at, until) => {
                decoded.buffer.append(linked.filled().get(from..until).unwrap_or_default());
                from = until;
                (header, at, None)
            }
            Item::End(header, at, stored) => (header, at, Some(stored)),
        };
        decoded.ends.push(End { at, header, stored, until: decoded.buffer.len() });
    }
    buffers.give(linked);
    decoded
}

/// What becomes of `items` of which none is left to be decompressed.
fn all_linked(items: Vec<Item>, linked: Buffer, skipped: usize) -> Decoded {
    let (mut ends, mut end) = (Vec::new(), skipped);
    for item in items {
        match item {
            Item::Linked(header, at, until) => {
                end = until;
                ends.push(End { at, header, stored: None, until });
            }
            Item::End(header, at, stored) => ends.push(End { at, header, stored: Some(stored), until: end }),
            Item::Block(..) => {}
        }
    }
    Decoded { buffer: linked, skipped, ends, error: None }
}

/// Compares what the end of a frame says with its data.
fn check(header: &Header, at: u64, (stored, computed): (u32, u32), length: u64) -> Result<()> {
    if let Some(size) = header.content_size.filter(|size| *size != length) {
        let problem = format!("content size is {size}, the data has {length} bytes");
        return Err(Error::damaged(at, FRAME, problem));
    }
    if header.content_checksum && stored != computed {
        return Err(Error::checksum(at, FRAME, "content checksum", stored, computed));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lz4::encode::encode;
    use crate::pace::Pace;

    fn run(bytes: &[u8], threads: usize) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        decode(&mut Input::new(bytes), threads, &mut Checks::default(), &mut out).map(|()| out)
    }

    /// A frame of linked blocks of at most 64 KiB: `pieces` as they are, each with the four bytes that lie `back` before its
    /// end, and an `x`, in a block behind it.
    fn linked(pieces: &[&[u8]], back: u16) -> (Vec<u8>, Vec<u8>) {
        let descriptor = [1 << 6, 4 << 4];
        let [_, checksum, ..] = XxHash32::oneshot(0, &descriptor).to_le_bytes();
        let mut frame = [&b"\x04\x22\x4d\x18"[..], &descriptor, &[checksum]].concat();
        let mut data = Vec::new();
        for piece in pieces {
            data.extend_from_slice(piece);
            let from = data.len() - usize::from(back);
            data.extend_from_within(from..from + 4);
            data.push(b'x');
            let stored = u32::try_from(piece.len()).unwrap() | 1 << 31;
            let [low, high] = back.to_le_bytes();
            frame.extend_from_slice(&stored.to_le_bytes());
            frame.extend_from_slice(piece);
            frame.extend_from_slice(&[5, 0, 0, 0, 0, low, high, 0x10, b'x']);
        }
        frame.extend_from_slice(&[0; 4]);
        (frame, data)
    }

    #[test]
    fn linked_and_independent_frames_alternate_across_batches() {
        let noise: Vec<u8> =
            (0..60_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
        let (long, long_data) = linked(&[noise.as_slice(); 12], 60_000);
        let (short, short_data) = linked(&[b"abcd", b"efgh"], 4);
        let mut alone = Vec::new();
        encode(&mut Input::new(&noise[..300]), 1, &Pace::default(), &mut alone).unwrap();
        let once = [&long[..], &alone, &short, &short, &alone].concat();
        let data = [&long_data[..], &noise[..300], &short_data, &short_data, &noise[..300]].concat();
        for threads in [1, 3] {
            assert!(run(&once.repeat(20), threads).unwrap() == data.repeat(20));
            assert!(run(&short.repeat(9000), threads).unwrap() == short_data.repeat(9000));
        }
        // A match may not reach into the frame before.
        let (mut far, _) = linked(&[b"abcd"], 4);
        let offset = far.len() - 8;
        far[offset] = 5;
        let error = run(&[&alone[..], &long, &far].concat(), 2).unwrap_err().to_string();
        let at = alone.len() + long.len() + 7 + 8;
        assert!(error.starts_with(&format!("byte {at:#x}: lz4 frame: block of 5 bytes: ")), "{error}");
    }

    #[test]
    fn many_blocks_that_become_much_are_handed_on_in_order() {
        let pieces: Vec<Vec<u8>> = (0..600_u32).map(|n| vec![n.to_le_bytes()[0]; 70_000]).collect();
        let mut frames = Vec::new();
        for piece in &pieces {
            encode(&mut Input::new(piece.as_slice()), 1, &Pace::default(), &mut frames).unwrap();
        }
        for threads in [1, 4] {
            assert!(run(&frames, threads).unwrap() == pieces.concat());
        }
        let cut = run(&frames[..frames.len() - 1], 2).unwrap_err().to_string();
        assert_eq!(cut, format!("byte {:#x}: lz4 frame: the input ends here, inside it", frames.len() - 1));
    }
}
