//! gzip out: independent blocks compressed in parallel, stitched into one member or each a member of its own.

use crate::engine::{self, Raw};
use crate::error::{Error, Result};
use crate::gzip::{header, stitch};
use crate::pace::Pace;
use crate::step::Sink;
use isokit_core::number::wide;
use libdeflater::{CompressionLvl, Compressor};

/// Uncompressed bytes of a block. Fixed, so that the output does not depend on the number of threads; large enough
/// that starting each block without the 32 KiB before it costs little.
const BLOCK: usize = 1024 * 1024;

/// How the blocks become a gzip file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Layout {
    /// One member, read by every gunzip.
    #[default]
    One,
    /// A member a block that records its size, so that it can be decompressed in parallel.
    Members,
}

/// Compresses all of `raw` at `level` (1 to 12).
///
/// Memory: about `2 * threads` blocks of 1 MiB and their compressed forms.
pub(super) fn encode(
    raw: &mut dyn Raw,
    level: u8,
    layout: Layout,
    threads: usize,
    pace: &Pace,
    out: &mut dyn Sink,
) -> Result<()> {
    let lvl =
        CompressionLvl::new(level.into()).map_err(|_| Error::Codec(format!("gzip has no level {level}")))?;
    match layout {
        Layout::One => one(raw, level, lvl, threads, pace, out),
        Layout::Members => members(raw, level, lvl, threads, pace, out),
    }
}

fn one(
    raw: &mut dyn Raw,
    level: u8,
    lvl: CompressionLvl,
    threads: usize,
    pace: &Pace,
    out: &mut dyn Sink,
) -> Result<()> {
    out.put(&header::plain(level))?;
    let mut crc = crc32fast::Hasher::new();
    let mut blocks = Blocks { raw, ahead: None };
    let worker = || {
        let mut compressor = Compressor::new(lvl);
        move |(block, last): (Vec<u8>, bool)| {
            let mut crc = crc32fast::Hasher::new();
            crc.update(&block);
            let mut deflate = pace.over(&block, |block| compress(&mut compressor, block, 0))?;
            if !last {
                stitch::unfinish(&mut deflate)
                    .ok_or_else(|| Error::Codec("DEFLATE block not understood".into()))?;
            }
            Ok((deflate, crc, wide(block.len())))
        }
    };
    let mut length = 0_u64;
    engine::ordered(
        threads,
        || blocks.next(),
        worker,
        |(deflate, block, size)| {
            crc.combine(&block);
            length += size;
            out.put(&deflate)
        },
    )?;
    out.put(&trailer(crc.finalize(), length))
}

fn members(
    raw: &mut dyn Raw,
    level: u8,
    lvl: CompressionLvl,
    threads: usize,
    pace: &Pace,
    out: &mut dyn Sink,
) -> Result<()> {
    let mut blocks = Blocks { raw, ahead: None };
    let worker = || {
        let mut compressor = Compressor::new(lvl);
        move |(block, _): (Vec<u8>, bool)| {
            let mut member = pace.over(&block, |block| compress(&mut compressor, block, header::SIZED))?;
            member.extend_from_slice(&trailer(crc32fast::hash(&block), wide(block.len())));
            let size =
                u32::try_from(member.len()).expect("because a block of 1 MiB does not grow past 4 GiB");
            if let Some(start) = member.first_chunk_mut() {
                *start = header::sized(level, size);
            }
            Ok(member)
        }
    };
    engine::ordered(threads, || blocks.next(), worker, |member| out.put(&member))
}

/// Blocks of the raw bytes, each with whether it is the last. There is always one, if only an empty one.
struct Blocks<'a> {
    raw: &'a mut dyn Raw,
    ahead: Option<Vec<u8>>,
}

impl Blocks<'_> {
    fn next(&mut self) -> Result<Option<(Vec<u8>, bool)>> {
        let block = match self.ahead.take() {
            Some(block) if block.is_empty() => return Ok(None),
            Some(block) => block,
            None => self.raw.block(BLOCK)?,
        };
        let next = if block.len() < BLOCK { Vec::new() } else { self.raw.block(BLOCK)? };
        let last = next.is_empty();
        self.ahead = Some(next);
        Ok(Some((block, last)))
    }
}

/// `block` as a DEFLATE stream after `room` bytes for a header.
fn compress(compressor: &mut Compressor, block: &[u8], room: usize) -> Result<Vec<u8>> {
    let mut deflate = vec![0; room + compressor.deflate_compress_bound(block.len())];
    let into = deflate.get_mut(room..).unwrap_or_default();
    let size = compressor
        .deflate_compress(block, into)
        .map_err(|error| Error::Codec(format!("DEFLATE: {error}")))?;
    deflate.truncate(room + size);
    Ok(deflate)
}

/// CRC-32 and ISIZE, the size modulo 2^32.
fn trailer(crc: u32, length: u64) -> [u8; 8] {
    let [a, b, c, d] = crc.to_le_bytes();
    let [e, f, g, h, ..] = length.to_le_bytes();
    [a, b, c, d, e, f, g, h]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Input;

    fn packed(data: &[u8], layout: Layout, threads: usize) -> Vec<u8> {
        let mut out = Vec::new();
        encode(&mut Input::new(data), 6, layout, threads, &Pace::default(), &mut out).unwrap();
        out
    }

    fn data(length: usize) -> Vec<u8> {
        let mut state = 1_u32;
        (0..length)
            .map(|at| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let [.., noise] = state.to_be_bytes();
                if at / 5000 % 3 == 0 { noise } else { noise & 7 }
            })
            .collect()
    }

    #[test]
    fn the_output_does_not_depend_on_the_number_of_threads() {
        let data = data(3 * BLOCK + 17);
        for layout in [Layout::One, Layout::Members] {
            assert!(packed(&data, layout, 1) == packed(&data, layout, 3));
        }
    }

    #[test]
    fn one_member_is_one_member_to_zlib_whatever_the_length() {
        for length in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 100_000] {
            let data = data(length);
            let packed = packed(&data, Layout::One, 2);
            let mut reader = flate2::bufread::GzDecoder::new(packed.as_slice());
            let mut back = Vec::new();
            std::io::Read::read_to_end(&mut reader, &mut back).unwrap();
            assert!(back == data, "length {length}");
            assert!(reader.into_inner().is_empty(), "length {length}: bytes behind the first member");
        }
    }
}
