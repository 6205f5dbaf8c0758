//! LZ4 out: one frame of independent blocks, compressed in parallel.

use crate::engine::{self, Raw};
use crate::error::{Error, Result};
use crate::lz4::UNCOMPRESSED;
use crate::lz4::header::{BLOCK, plain};
use crate::pace::Pace;
use crate::step::Sink;
use lz4_flex::block::get_maximum_output_size;
use std::hash::Hasher;
use std::sync::Mutex;
use twox_hash::XxHash32;

/// Compresses all of `raw` into one frame.
///
/// Memory: about `2 * threads` blocks of 4 MiB and their compressed forms.
pub(super) fn encode(raw: &mut dyn Raw, threads: usize, pace: &Pace, out: &mut dyn Sink) -> Result<()> {
    out.put(&plain())?;
    let hash = Mutex::new(XxHash32::with_seed(0));
    engine::ordered(
        threads,
        || {
            let block = raw.block(BLOCK)?;
            hash.lock().unwrap_or_else(std::sync::PoisonError::into_inner).write(&block);
            Ok((!block.is_empty()).then_some(block))
        },
        || |block: Vec<u8>| pace.over(&block, compress),
        |block: Vec<u8>| out.put(&block),
    )?;
    let hash = hash.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    out.put(&[0; 4])?;
    out.put(&hash.finish_32().to_le_bytes())
}

/// `block` with its size before it, as it is when it does not shrink.
fn compress(block: &[u8]) -> Result<Vec<u8>> {
    let mut packed = vec![0; 4 + get_maximum_output_size(block.len())];
    let into = packed.get_mut(4..).unwrap_or_default();
    let size =
        lz4_flex::block::compress_into(block, into).map_err(|error| Error::Codec(format!("lz4: {error}")))?;
    let flag = if size < block.len() {
        packed.truncate(4 + size);
        0
    } else {
        packed.truncate(4);
        packed.extend_from_slice(block);
        UNCOMPRESSED
    };
    let size = u32::try_from(packed.len() - 4).expect("because blocks have at most 4 MiB");
    if let Some(place) = packed.first_chunk_mut() {
        *place = (size | flag).to_le_bytes();
    }
    Ok(packed)
}
