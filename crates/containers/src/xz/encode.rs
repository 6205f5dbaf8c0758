//! .xz out: one stream of blocks that record their sizes, so that they can be read in parallel, and that are compressed in
//! parallel.

use crate::engine::{self, Raw};
use crate::error::{Error, Result};
use crate::memory::LESS;
use crate::pace::Pace;
use crate::step::{STEP, Sink};
use crate::xz::codec;
use crate::xz::frame::{self, Block};
use crc::{CRC_64_XZ, Crc, Table};
use isokit_core::number::{narrow, wide};
use liblzma::stream::{Action, Error as Lzma, Filters, LzmaOptions, Status, Stream};

/// The dictionary of each level as a power of two: what liblzma's presets have.
const DICTIONARIES: [u8; 10] = [18, 20, 21, 22, 22, 23, 23, 24, 25, 26];

/// The check of each block.
const CRC: Crc<u64, Table<16>> = Crc::<u64, Table<16>>::new(&CRC_64_XZ);

/// Compresses all of `raw` at `level` (0 to 9) into blocks of three times the level's dictionary, or of 1 MiB.
///
/// Memory: up to `2 * threads` blocks, and a dictionary's tables a thread: 200 MiB a thread at level 6.
pub(super) fn encode(
    raw: &mut dyn Raw,
    level: u8,
    threads: usize,
    pace: &Pace,
    out: &mut dyn Sink,
) -> Result<()> {
    let Some(&dictionary) = DICTIONARIES.get(usize::from(level)) else {
        return Err(Error::Codec(format!("xz has no level {level}")));
    };
    let size = narrow(filters(level)?.mt_block_size());
    let failed = |error| failed(error, level, threads);
    let mut blocks = Vec::new();
    out.put(&frame::header())?;
    engine::ordered(
        threads,
        || Ok(Some(raw.block(size)?).filter(|block| !block.is_empty())),
        || {
            |block: Vec<u8>| {
                let packed = compress(&block, level, pace, &failed)?;
                let sizes = Block { packed: wide(packed.len()), raw: wide(block.len()) };
                Ok((packed, sizes, CRC.checksum(&block)))
            }
        },
        |(packed, block, crc)| {
            let header = block.header(dictionary);
            out.put(&header)?;
            out.put(&packed)?;
            out.put(&block.end(crc))?;
            blocks.push((block.unpadded(&header), block.raw));
            Ok(())
        },
    )?;
    out.put(&frame::end(&blocks))
}

/// The LZMA2 data of one block, which is not empty.
fn compress(block: &[u8], level: u8, pace: &Pace, failed: &dyn Fn(Lzma) -> Error) -> Result<Vec<u8>> {
    let mut encoder = Stream::new_raw_encoder(&filters(level)?).map_err(failed)?;
    let mut packed = Vec::new();
    let mut parts = block.chunks(STEP).peekable();
    while let Some(mut part) = parts.next() {
        let action = if parts.peek().is_none() { Action::Finish } else { Action::Run };
        loop {
            packed.try_reserve(STEP).map_err(|_| failed(Lzma::Mem))?;
            let read = encoder.total_in();
            let status = encoder.process_vec(part, &mut packed, action).map_err(failed)?;
            let read = encoder.total_in() - read;
            pace.compressed(read);
            part = part.get(narrow(read)..).unwrap_or_default();
            match (status, action) {
                (Status::StreamEnd, _) => return Ok(packed),
                (_, Action::Run) if part.is_empty() => break,
                _ => {}
            }
        }
    }
    Err(Error::Codec("xz: a block without data".into()))
}

/// The filter chain of `level`: LZMA2 alone.
fn filters(level: u8) -> Result<Filters> {
    let mut filters = Filters::new();
    filters.lzma2(&LzmaOptions::new_preset(level.into()).map_err(codec)?);
    Ok(filters)
}

/// The error of an encoder, with what helps where it is out of memory.
fn failed(error: Lzma, level: u8, threads: usize) -> Error {
    if error != Lzma::Mem {
        return codec(error);
    }
    let plural = if threads == 1 { "" } else { "s" };
    Error::Codec(format!("xz: out of memory at level {level} with {threads} thread{plural}; {LESS}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::Checks;
    use crate::input::Input;
    use crate::xz::decode::decode;

    fn packed(data: &[u8], level: u8, threads: usize) -> Vec<u8> {
        let mut out = Vec::new();
        encode(&mut Input::new(data), level, threads, &Pace::default(), &mut out).unwrap();
        out
    }

    #[test]
    fn blocks_come_back_whatever_their_number_and_threads_do_not_matter() {
        let noise = |n: u32| n.wrapping_mul(2_654_435_761).to_be_bytes()[usize::from(n.is_multiple_of(5))];
        for length in [0, 1, 1 << 20, (1 << 20) + 1, (10 << 18) + 12_345] {
            let data: Vec<u8> = (0..length).map(noise).collect();
            let one = packed(&data, 0, 1);
            assert!(one == packed(&data, 0, 3), "{length}");
            let mut back = Vec::new();
            decode(&mut Input::new(one.as_slice()), 2, &mut Checks::default(), &mut back).unwrap();
            assert!(back == data, "{length}");
        }
    }

    #[test]
    fn dictionaries_are_those_of_the_presets() {
        for (level, dictionary) in (0..).zip(DICTIONARIES) {
            let block = filters(level).unwrap().mt_block_size();
            assert_eq!(block, (3_u64 << dictionary).max(1 << 20), "{level}");
        }
    }

    #[test]
    fn all_that_is_compressed_is_counted() {
        let pace = Pace::default();
        let data = vec![7; 2_000_000];
        encode(&mut Input::new(data.as_slice()), 0, 2, &pace, &mut Vec::new()).unwrap();
        pace.read(10);
        let mut taken = Input::new(data.as_slice());
        crate::pace::Paced { raw: &mut taken, pace: &pace }.block(data.len()).unwrap();
        assert_eq!(pace.done(), 10);
    }
}
