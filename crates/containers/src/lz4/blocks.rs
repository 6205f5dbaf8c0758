//! The blocks of an LZ4 frame.

use crate::error::{Error, Result};
use crate::input::Input;
use crate::lz4::buffer::Buffer;
use crate::lz4::header::{Begins, Header};
use crate::lz4::{FRAME, UNCOMPRESSED};
use isokit_core::number::wide;
use lz4_flex::block::{decompress_into, decompress_into_with_dict};
use twox_hash::XxHash32;

/// Most bytes that one of a compressed block can become: each byte of a length adds 255.
const RATIO: usize = 255;

/// A block as it is stored, not yet decompressed.
pub(super) struct Block {
    at: u64,
    stored: Vec<u8>,
    compressed: bool,
    checksum: Option<u32>,
}

impl Block {
    /// Byte offset in the input of its size field.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Bytes of its data as they are stored.
    pub(super) fn stored(&self) -> usize {
        self.stored.len()
    }

    /// Most bytes of data it can have.
    pub(super) fn room(&self, header: &Header) -> usize {
        let most = self.stored.len().saturating_mul(RATIO).saturating_add(RATIO);
        if self.compressed { most.min(header.block) } else { self.stored.len() }
    }
}

/// The next block, or `None` behind the end mark.
pub(super) fn block(header: &Header, input: &mut Input<'_>) -> Result<Option<Block>> {
    let at = input.offset();
    if header.legacy {
        let bytes = input.peek(4)?;
        let next = bytes.first_chunk().map(|magic| Begins::of(*magic));
        if bytes.is_empty() || next.is_some_and(|next| next.is_some()) {
            return Ok(None);
        }
    }
    let field = u32::from_le_bytes(input.array(FRAME)?);
    if field == 0 && !header.legacy {
        return Ok(None);
    }
    let (size, compressed) =
        if header.legacy { (field, true) } else { (field & !UNCOMPRESSED, field & UNCOMPRESSED == 0) };
    if u64::from(size) > wide(header.stored_limit()) {
        let problem = format!("block size is {size}, expected at most {}", header.stored_limit());
        return Err(Error::damaged(at, FRAME, problem));
    }
    let mut stored = Vec::new();
    input.append(&mut stored, size.into(), FRAME)?;
    let checksum = if header.block_checksum { Some(u32::from_le_bytes(input.array(FRAME)?)) } else { None };
    Ok(Some(Block { at, stored, compressed, checksum }))
}

/// Appends the data of a block, which may refer to the last `history` bytes there are, to `data`, which stays as it is when
/// the block is damaged.
pub(super) fn unpack(header: &Header, block: &Block, history: usize, data: &mut Buffer) -> Result<()> {
    let Block { at, stored, compressed, checksum } = block;
    if let Some(checksum) = *checksum {
        let computed = XxHash32::oneshot(0, stored);
        if computed != checksum {
            return Err(Error::checksum(*at, FRAME, "block checksum", checksum, computed));
        }
    }
    if !compressed {
        data.append(stored);
        return Ok(());
    }
    let (before, into) = data.room(block.room(header));
    let history = before.get(before.len().saturating_sub(history)..).unwrap_or_default();
    let size = if history.is_empty() {
        decompress_into(stored, into)
    } else {
        decompress_into_with_dict(stored, into, history)
    };
    let damaged = |error| Error::damaged(*at, FRAME, format!("block of {} bytes: {error}", stored.len()));
    data.advance(size.map_err(damaged)?);
    Ok(())
}
