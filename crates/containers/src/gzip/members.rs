//! gzip members that record their own size, inflated in parallel.
//!
//! The sizes are hints: of the first member that is not what its sizes and its checksum say, and of all behind it, the
//! bytes are given back to the input, so that they are read as those of any other gzip file.

use crate::engine;
use crate::error::Result;
use crate::gzip::TRAILER;
use crate::gzip::header::{self, Header};
use crate::input::Input;
use crate::step::Sink;
use isokit_core::number::{narrow, wide};
use libdeflater::Decompressor;
use std::sync::atomic::{AtomicBool, Ordering};

/// Largest member, compressed and uncompressed, that is inflated as a whole; larger ones are streamed.
const WHOLE: u64 = 16 * 1024 * 1024;

/// Bytes, compressed or uncompressed, from which on members are enough work for a worker.
const ENOUGH: u64 = 256 * 1024;

/// Bytes of the member, when it is to be inflated as a whole.
fn size(header: &Header) -> Option<u64> {
    header.body().filter(|body| *body <= WHOLE).and(header.member)
}

/// Whether the next member records a size.
pub(super) fn is_sized(input: &mut Input<'_>) -> Result<bool> {
    Ok(header::ahead(input)?.is_some_and(|header| size(&header).is_some()))
}

/// Members as they are stored, and the size of each. The last may be cut off.
struct Batch {
    at: u64,
    stored: Vec<u8>,
    sizes: Vec<usize>,
}

/// Members of which the first `good` stored bytes are `data`; what follows is not what it says.
struct Inflated {
    data: Vec<u8>,
    stored: Vec<u8>,
    good: usize,
}

/// Decodes members that record their size up to the first that does not. Returns whether the sizes were right; if not,
/// `input` goes on with the member whose size is not.
pub(super) fn parallel(input: &mut Input<'_>, threads: usize, sink: &mut dyn Sink) -> Result<bool> {
    let wrong = AtomicBool::new(false);
    let mut back = Vec::new();
    let outcome = engine::ordered(
        threads,
        || if wrong.load(Ordering::Relaxed) { Ok(None) } else { batch(input) },
        || {
            let mut inflater = Decompressor::new();
            move |batch| Ok(inflate(&mut inflater, batch))
        },
        |Inflated { data, stored, good }| {
            if !wrong.load(Ordering::Relaxed) {
                sink.put(&data)?;
                if good == stored.len() {
                    return Ok(());
                }
                wrong.store(true, Ordering::Relaxed);
                back = stored.get(good..).unwrap_or_default().to_vec();
                return Ok(());
            }
            back.extend_from_slice(&stored);
            Ok(())
        },
    );
    if back.is_empty() {
        return outcome.map(|()| true);
    }
    // What failed behind the member with the wrong size is met again on the other way.
    input.unread(&back);
    Ok(false)
}

/// The next members that record their size, `None` when the next does not.
fn batch(input: &mut Input<'_>) -> Result<Option<Batch>> {
    let mut batch = Batch { at: input.offset(), stored: Vec::new(), sizes: Vec::new() };
    let mut inflated = 0_u64;
    while wide(batch.stored.len()) < ENOUGH && inflated < ENOUGH {
        let size = match header::ahead(input) {
            Ok(header) => header.as_ref().and_then(size),
            // What comes before it is handed on first; reading fails again then.
            Err(error) if batch.stored.is_empty() => return Err(error),
            Err(_) => None,
        };
        let Some(size) = size else { break };
        let taken = input.take(&mut batch.stored, size);
        batch.sizes.push(narrow(size));
        if !matches!(taken, Ok(taken) if taken == size) {
            break;
        }
        let recorded = batch.stored.last_chunk().map(|bytes| u32::from_le_bytes(*bytes));
        inflated = inflated.saturating_add(recorded.unwrap_or_default().into());
    }
    Ok((!batch.sizes.is_empty()).then_some(batch))
}

/// Inflates the members of `batch` as far as they are what they say.
fn inflate(inflater: &mut Decompressor, batch: Batch) -> Inflated {
    let Batch { at, stored, sizes } = batch;
    let (mut data, mut good) = (Vec::new(), 0);
    for size in sizes {
        let end = good + size;
        let member = stored.get(good..end).unwrap_or_default();
        if inflate_member(inflater, at + wide(good), member, &mut data).is_none() {
            break;
        }
        good = end;
    }
    Inflated { data, stored, good }
}

/// Appends what `member` holds to `data`, if it is what its sizes and its checksum say; else `data` stays as it is.
fn inflate_member(inflater: &mut Decompressor, at: u64, member: &[u8], data: &mut Vec<u8>) -> Option<()> {
    let header = header::of(at, member)?;
    let (deflate, &[a, b, c, d, e, f, g, h]) =
        member.get(narrow(header.length)..)?.split_last_chunk::<TRAILER>()?;
    let crc = u32::from_le_bytes([a, b, c, d]);
    let size = u64::from(u32::from_le_bytes([e, f, g, h]));
    let start = data.len();
    let room = usize::try_from(size).ok().filter(|_| size <= WHOLE)?;
    data.resize(start + room, 0);
    let into = data.get_mut(start..).unwrap_or_default();
    let inflated = inflater.deflate_decompress(deflate, into).ok();
    let whole = inflated == Some(room) && crc32fast::hash(into) == crc;
    if !whole {
        data.truncate(start);
    }
    whole.then_some(())
}
