//! What surrounds compressed data in an .xz file (The .xz file format 1.2.1), as it is written here: blocks of one filter,
//! LZMA2, checked by CRC-64.

use isokit_core::number::wide;
use isokit_core::sniff::XZ;

/// Stream flags: CRC-64 (2.1.1.2).
const FLAGS: [u8; 2] = [0, 4];

/// Bytes of the check.
const CHECK: u64 = 8;

/// The end of a stream (2.1.2.4).
const FOOTER: [u8; 2] = *b"YZ";

/// Block flags: one filter, both sizes recorded (3.1.2).
const SIZES: u8 = 0xc0;

/// The identifier of LZMA2, and the bytes of its properties (5.3.1).
const LZMA2: [u8; 2] = [0x21, 1];

/// The stream header (2.1.1).
pub(super) fn header() -> Vec<u8> {
    let crc = crc32fast::hash(&FLAGS).to_le_bytes();
    [&XZ[..], &FLAGS, &crc].concat()
}

/// Sizes of a block in bytes, without what surrounds it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    pub(super) packed: u64,
    pub(super) raw: u64,
}

impl Block {
    /// The block header (3.1), whose dictionary has two to the power of `dictionary` bytes, at least 12.
    pub(super) fn header(&self, dictionary: u8) -> Vec<u8> {
        let mut header = vec![0, SIZES];
        integer(self.packed, &mut header);
        integer(self.raw, &mut header);
        header.extend_from_slice(&LZMA2);
        header.push((dictionary.saturating_sub(12)) * 2);
        header.resize(header.len().next_multiple_of(4), 0);
        let units = header.len() / 4;
        if let Some(size) = header.first_mut() {
            // In units of four bytes, the CRC behind the rest included, less one.
            *size = u8::try_from(units).expect("because a header has at most 32 bytes");
        }
        let crc = crc32fast::hash(&header).to_le_bytes();
        header.extend_from_slice(&crc);
        header
    }

    /// What follows the data: padding and check (3.3, 3.4).
    pub(super) fn end(&self, check: u64) -> Vec<u8> {
        let mut end = padding(self.packed);
        end.extend_from_slice(&check.to_le_bytes());
        end
    }

    /// The unpadded size of the index (4.3): header, data and check.
    pub(super) fn unpadded(&self, header: &[u8]) -> u64 {
        wide(header.len()) + self.packed + CHECK
    }
}

/// The index of blocks, each by its unpadded size and that of its data (4), and the stream footer (2.1.2).
pub(super) fn end(blocks: &[(u64, u64)]) -> Vec<u8> {
    let mut end = vec![0];
    integer(wide(blocks.len()), &mut end);
    for (unpadded, raw) in blocks {
        integer(*unpadded, &mut end);
        integer(*raw, &mut end);
    }
    end.extend_from_slice(&padding(wide(end.len())));
    // In units of four bytes, the CRC included, less one.
    let size = u32::try_from(end.len() / 4).expect("because memory holds it").to_le_bytes();
    let crc = crc32fast::hash(&end).to_le_bytes();
    end.extend_from_slice(&crc);
    let fields = [&size[..], &FLAGS].concat();
    end.extend_from_slice(&crc32fast::hash(&fields).to_le_bytes());
    end.extend_from_slice(&fields);
    end.extend_from_slice(&FOOTER);
    end
}

/// Zeros up to the next multiple of four bytes.
fn padding(length: u64) -> Vec<u8> {
    (length..length.next_multiple_of(4)).map(|_| 0).collect()
}

/// Appends a multibyte integer (1.2).
fn integer(value: u64, to: &mut Vec<u8>) {
    let mut rest = value;
    while rest > 0x7f {
        let [low, ..] = rest.to_le_bytes();
        to.push(low | 0x80);
        rest >>= 7;
    }
    let [low, ..] = rest.to_le_bytes();
    to.push(low);
}
