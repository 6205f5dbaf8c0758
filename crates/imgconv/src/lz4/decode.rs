//! LZ4 in: frames one after another; independent blocks are decompressed in parallel.

use crate::engine;
use crate::error::{Error, Result};
use crate::input::Input;
use crate::lz4::header::{self, Begins, Header};
use crate::lz4::{FRAME, UNCOMPRESSED, WINDOW};
use crate::step::Sink;
use isokit_core::number::wide;
use lz4_flex::block::{decompress_into, decompress_into_with_dict};
use std::hash::Hasher;
use twox_hash::XxHash32;

/// Decodes all frames of `input` into `sink`.
///
/// Memory: at most `2 * threads` blocks of up to 4 MiB (8 MiB in legacy frames) and their compressed forms.
pub fn decode(input: &mut Input<'_>, threads: usize, sink: &mut dyn Sink) -> Result<()> {
    loop {
        let at = input.offset();
        let bytes = input.peek(4)?;
        let Some(magic) = bytes.first_chunk() else {
            return match bytes.len() {
                0 => Ok(()),
                _ => Err(Error::garbage(at, FRAME)),
            };
        };
        let Some(begins) = Begins::of(*magic) else {
            return Err(Error::garbage(at, FRAME));
        };
        input.consume(4);
        match begins {
            Begins::Frame => frame(Header::read(input)?, input, threads, sink)?,
            Begins::Legacy => frame(Header::LEGACY, input, threads, sink)?,
            Begins::Skippable => header::skip(input)?,
        }
    }
}

/// A block as it is stored.
struct Block {
    at: u64,
    stored: Vec<u8>,
    compressed: bool,
    checksum: Option<u32>,
}

/// Decodes the blocks and the end of a frame.
fn frame(header: Header, input: &mut Input<'_>, threads: usize, sink: &mut dyn Sink) -> Result<()> {
    let mut hash = XxHash32::with_seed(0);
    let mut length = 0_u64;
    let mut put = |data: &[u8]| {
        length += wide(data.len());
        if header.content_checksum {
            hash.write(data);
        }
        sink.put(data)
    };
    if header.independent {
        let next = || block(&header, input);
        engine::ordered(threads, next, || |block| unpack(&header, block, &[]), |data: Vec<u8>| put(&data))?;
    } else {
        linked(&header, input, &mut put)?;
    }
    if let Some(size) = header.content_size.filter(|size| *size != length) {
        let problem = format!("content size is {size}, the data has {length} bytes");
        return Err(Error::damaged(input.offset(), FRAME, problem));
    }
    if header.content_checksum {
        let at = input.offset();
        let stored = u32::from_le_bytes(input.array(FRAME)?);
        if stored != hash.finish_32() {
            return Err(Error::checksum(at, FRAME, "content checksum", stored, hash.finish_32()));
        }
    }
    Ok(())
}

/// Decodes blocks that refer to those before them, one stage ahead of `put`.
fn linked(header: &Header, input: &mut Input<'_>, put: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
    engine::pipe(
        |send| {
            let mut history: Vec<u8> = Vec::new();
            while let Some(block) = block(header, input)? {
                let data = unpack(header, block, &history)?;
                history.extend_from_slice(data.get(data.len().saturating_sub(WINDOW)..).unwrap_or_default());
                history.drain(..history.len().saturating_sub(WINDOW));
                send(data)?;
            }
            Ok(())
        },
        |data: Vec<u8>| put(&data),
    )
}

/// The next block, or `None` behind the end mark.
fn block(header: &Header, input: &mut Input<'_>) -> Result<Option<Block>> {
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

/// The data of a block, which may refer to `history`.
fn unpack(header: &Header, block: Block, history: &[u8]) -> Result<Vec<u8>> {
    let Block { at, stored, compressed, checksum } = block;
    if let Some(checksum) = checksum {
        let computed = XxHash32::oneshot(0, &stored);
        if computed != checksum {
            return Err(Error::checksum(at, FRAME, "block checksum", checksum, computed));
        }
    }
    if !compressed {
        return Ok(stored);
    }
    let mut data = vec![0; header.block];
    let size = if history.is_empty() {
        decompress_into(&stored, &mut data)
    } else {
        decompress_into_with_dict(&stored, &mut data, history)
    };
    match size {
        Ok(size) => {
            data.truncate(size);
            Ok(data)
        }
        Err(error) => Err(Error::damaged(at, FRAME, format!("block of {} bytes: {error}", stored.len()))),
    }
}
