//! The descriptor at the beginning of an LZ4 frame.

use crate::error::{Error, Result};
use crate::input::Input;
use crate::lz4::FRAME;
use isokit_core::number::{narrow, wide};
use isokit_core::sniff::{LZ4, LZ4_LEGACY, SKIPPABLE};
use twox_hash::XxHash32;

/// Largest block of a legacy frame.
const LEGACY_BLOCK: usize = 8 * 1024 * 1024;

const VERSION: u8 = 0b01 << 6;
const INDEPENDENT: u8 = 1 << 5;
const BLOCK_CHECKSUM: u8 = 1 << 4;
const CONTENT_SIZE: u8 = 1 << 3;
const CONTENT_CHECKSUM: u8 = 1 << 2;
const RESERVED: u8 = 1 << 1;
const DICTIONARY: u8 = 1;

/// What a frame says of its blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) independent: bool,
    pub(super) block_checksum: bool,
    pub(super) content_checksum: bool,
    pub(super) content_size: Option<u64>,
    pub(super) block: usize,
    pub(super) legacy: bool,
}

/// What a magic number announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begins {
    Frame,
    Legacy,
    Skippable,
}

impl Begins {
    pub(super) fn of(magic: [u8; 4]) -> Option<Self> {
        match magic {
            LZ4 => Some(Self::Frame),
            LZ4_LEGACY => Some(Self::Legacy),
            [0x50..=0x5f, a, b, c] if [a, b, c] == SKIPPABLE => Some(Self::Skippable),
            _ => None,
        }
    }

    /// Bytes of a magic number that `bytes`, which are all there is, begin and do not end; 0 of anything else.
    pub(super) fn cut(bytes: &[u8]) -> u64 {
        let begin = |magic: &[u8]| bytes.len() < magic.len() && magic.starts_with(bytes);
        let skippable = || match bytes {
            [0x50..=0x5f, rest @ ..] => rest.len() < SKIPPABLE.len() && SKIPPABLE.starts_with(rest),
            _ => false,
        };
        if begin(&LZ4) || begin(&LZ4_LEGACY) || skippable() { wide(bytes.len()) } else { 0 }
    }
}

impl Header {
    pub(super) const LEGACY: Self = Self {
        independent: true,
        block_checksum: false,
        content_checksum: false,
        content_size: None,
        block: LEGACY_BLOCK,
        legacy: true,
    };

    /// Reads the descriptor behind the magic number.
    pub(super) fn read(input: &mut Input<'_>) -> Result<Self> {
        let at = input.offset();
        let refuse = |problem: String| Err(Error::damaged(at, FRAME, problem));
        let mut descriptor = input.array::<2>(FRAME)?.to_vec();
        let &[flags, block] = descriptor.as_slice() else { return refuse("no descriptor".into()) };
        if flags >> 6 != 1 {
            return refuse(format!("version is {}, expected 1", flags >> 6));
        }
        let sized = flags & CONTENT_SIZE != 0;
        let rest = if sized { 8 } else { 0 } + if flags & DICTIONARY != 0 { 4 } else { 0 };
        input.append(&mut descriptor, rest, FRAME)?;
        let [stored] = input.array(FRAME)?;
        let [_, computed, ..] = XxHash32::oneshot(0, &descriptor).to_le_bytes();
        if stored != computed {
            let problem = format!("header checksum is {stored:#04x}, computed {computed:#04x}");
            return Err(Error::damaged(input.offset() - 1, FRAME, problem));
        }
        if flags & (RESERVED | DICTIONARY) != 0 || block & 0x8f != 0 {
            return refuse("it needs a dictionary or sets reserved bits, which is not supported".into());
        }
        let block = match block >> 4 {
            code @ 4..=7 => 1 << (8 + 2 * u32::from(code)),
            code => return refuse(format!("block maximum size code is {code}, expected 4 to 7")),
        };
        let size = descriptor.get(2..).and_then(<[u8]>::first_chunk).filter(|_| sized);
        Ok(Self {
            independent: flags & INDEPENDENT != 0,
            block_checksum: flags & BLOCK_CHECKSUM != 0,
            content_checksum: flags & CONTENT_CHECKSUM != 0,
            content_size: size.map(|bytes| u64::from_le_bytes(*bytes)),
            block,
            legacy: false,
        })
    }

    /// Most bytes a block may be stored in: a legacy one may have grown by compression.
    pub(super) fn stored_limit(&self) -> usize {
        if self.legacy { lz4_flex::block::get_maximum_output_size(self.block) } else { self.block }
    }
}

/// Magic number and descriptor of a frame of independent 4 MiB blocks with a content checksum.
pub(super) fn plain() -> [u8; 7] {
    let descriptor = [VERSION | INDEPENDENT | CONTENT_CHECKSUM, 7 << 4];
    let [_, checksum, ..] = XxHash32::oneshot(0, &descriptor).to_le_bytes();
    let [a, b, c, d] = LZ4;
    let [flags, block] = descriptor;
    [a, b, c, d, flags, block, checksum]
}

/// Bytes of a block of the frames written here.
pub(super) const BLOCK: usize = 4 * 1024 * 1024;

/// Passes over a skippable frame, behind its magic number.
pub(crate) fn skip(input: &mut Input<'_>) -> Result<()> {
    let mut left = u64::from(u32::from_le_bytes(input.array(FRAME)?));
    while left > 0 {
        let at = input.offset();
        let bytes = input.filled()?;
        if bytes.is_empty() {
            return Err(Error::truncated(at, "skippable frame"));
        }
        let count = bytes.len().min(narrow(left));
        left -= isokit_core::number::wide(count);
        input.consume(count);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Header> {
        let mut input = Input::new(bytes);
        input.array::<4>("magic").unwrap();
        Header::read(&mut input)
    }

    #[test]
    fn what_is_written_reads_back_and_one_flipped_bit_does_not() {
        let good = plain();
        let header = read(&good).unwrap();
        assert!(header.independent && header.content_checksum && header.block == BLOCK);
        for (byte, error) in [(4, "header checksum is"), (5, "header checksum is"), (6, "header checksum is")]
        {
            let mut bad = good;
            bad[byte] ^= 4;
            assert!(read(&bad).unwrap_err().to_string().contains(error));
        }
    }
}
