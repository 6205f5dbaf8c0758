//! zisofs, both versions: a header, an array of block pointers, then blocks, each compressed by itself.

use crate::error::{Error, Problem, Result, Structure};
use crate::extents::Extents;
use crate::fields::Fields;
use crate::number::{Le32, Le64, narrow, wide};
use crate::tree::Coding;
use flate2::{Decompress, FlushDecompress, Status};
use std::ops::Range;

/// A file in zisofs form.
pub(super) const FILE: Structure = Structure::new("zisofs file", "zisofs 2.0");
const HEADER: Structure = Structure::new("zisofs file header", "zisofs 2.0, File Header");
const POINTERS: Structure = Structure::new("zisofs block pointers", "zisofs 2.0, Block Pointers");
const BLOCK: Structure = Structure::new("zisofs block", "zisofs 2.0, Data Part");

/// First bytes of a file in zisofs form, by version.
const MAGIC: [[u8; 8]; 2] =
    [[0x37, 0xe4, 0x53, 0x96, 0xc9, 0xdb, 0xd6, 0x07], [0xef, 0x22, 0x55, 0xa1, 0xbc, 0x1b, 0x95, 0xa0]];

/// Base-2 logarithms of the block sizes that are decoded. 15 to 17 are legal, 20 is what the largest writer's option makes.
const BLOCK_SIZES: std::ops::RangeInclusive<u8> = 12..=22;

/// `@alg_id` of zlib, the one algorithm that any writer uses.
const ZLIB: u8 = 1;

/// Bytes of block pointers read at once.
const WINDOW: u64 = 8192;

/// Base-2 logarithms of the block sizes that Linux decodes.
const USUAL: std::ops::RangeInclusive<u8> = 15..=17;

/// The coding that a file announces in its own first bytes, and the bytes that it decodes to; `None` of any but zisofs version 1,
/// and of one that no reader would decode: its block pointers have to begin behind themselves and to end with the file.
///
/// # Errors
/// Those of the source.
pub fn recognize(stored: &Extents<'_>) -> Result<Option<(Coding, u64)>> {
    const HEADER_SIZE: u64 = 16;
    let mut head = [0; 20];
    if stored.size() < wide(head.len()) {
        return Ok(None);
    }
    exactly(stored, 0, &mut head)?;
    let [magic @ .., s0, s1, s2, s3, header, block_log2, _, _, p0, p1, p2, p3] = head;
    let size = u64::from(u32::from_le_bytes([s0, s1, s2, s3]));
    if magic != MAGIC[0] || u64::from(header) * 4 != HEADER_SIZE || !USUAL.contains(&block_log2) || size == 0
    {
        return Ok(None);
    }
    let blocks = size.div_ceil(1 << block_log2);
    let last = HEADER_SIZE.saturating_add(blocks.saturating_mul(4));
    let mut end = [0; 4];
    if last.saturating_add(4) > stored.size() {
        return Ok(None);
    }
    exactly(stored, last, &mut end)?;
    let first = u64::from(u32::from_le_bytes([p0, p1, p2, p3]));
    let is_whole = first == last.saturating_add(4) && u64::from(u32::from_le_bytes(end)) == stored.size();
    let coding = Coding::Zisofs { version: 1, header: u32::from(header) * 4, block_log2 };
    Ok(is_whole.then_some((coding, size)))
}

/// Reads blocks by their pointers, decoding what a range needs and no more.
pub(super) struct Zisofs {
    block_size: u64,
    size: u64,
    header: u64,
    pointer_size: u64,
    /// Pointers read last, as stored, and the number of the first.
    window: Vec<u8>,
    window_first: u64,
    encoded: Vec<u8>,
    block: Vec<u8>,
    inflate: Decompress,
}

impl std::fmt::Debug for Zisofs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Zisofs")
            .field("block_size", &self.block_size)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl Zisofs {
    /// The decoder of `stored`, of which its directory record says: `version`, `header` bytes of header, blocks of
    /// 2^`block_log2` bytes, `size` bytes decoded. The file's own header must say the same.
    pub(super) fn open(
        stored: &Extents<'_>,
        version: u8,
        header: u32,
        block_log2: u8,
        size: u64,
    ) -> Result<Self> {
        let (pointer_size, header_size) = if version == 1 { (4, 16) } else { (8, 24) };
        let mut bytes = [0; 24];
        let Some(bytes) = bytes.get_mut(..header_size) else { return Err(short(stored, 0, 24)) };
        exactly(stored, 0, bytes)?;
        let mut fields = Fields::new(bytes, stored.place(0), HEADER);
        fields.magic("magic number", MAGIC.get(usize::from(version == 2)).unwrap_or(&[0; 8]))?;
        let (own_size, own_header, own_log2) = if version == 1 {
            let size = u64::from(fields.read::<Le32>()?.get());
            (size, fields.u8()?, fields.u8()?)
        } else {
            fields.skip(1)?;
            let header = fields.u8()?;
            let algorithm = fields.u8()?;
            if algorithm != ZLIB {
                return Err(fields.unsupported(format!("compression algorithm {algorithm}")));
            }
            let log2 = fields.u8()?;
            (fields.read::<Le64>()?.get(), header, log2)
        };
        let same = |field, got: u64, want: u64| {
            if got == want {
                Ok(())
            } else {
                Err(fields.out_of_range(field, got, format!("{want}, the size in its directory record")))
            }
        };
        same("uncompressed size", own_size, size)?;
        same("header size", u64::from(own_header) * 4, u64::from(header))?;
        same("log2 of block size", u64::from(own_log2), u64::from(block_log2))?;
        if !BLOCK_SIZES.contains(&block_log2) {
            return Err(fields.out_of_range("log2 of block size", u64::from(block_log2), "12 to 22"));
        }
        let block_size = 1_u64 << block_log2;
        let header = u64::from(header);
        let pointers = size.div_ceil(block_size).saturating_add(1).saturating_mul(pointer_size);
        if header.saturating_add(pointers) > stored.size() {
            let limit =
                format!("at most what {} bytes of pointers address", stored.size().saturating_sub(header));
            return Err(fields.out_of_range("uncompressed size", size, limit));
        }
        Ok(Self {
            block_size,
            size,
            header,
            pointer_size,
            window: Vec::new(),
            window_first: 0,
            encoded: Vec::new(),
            block: Vec::new(),
            inflate: Decompress::new(true),
        })
    }

    /// Hands the decoded bytes of `range`, which lies within the file, to `each`, block by block.
    pub(super) fn copy(
        &mut self,
        stored: &Extents<'_>,
        range: Range<u64>,
        each: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let mut at = range.start;
        while at < range.end {
            let number = at / self.block_size;
            let start = number.saturating_mul(self.block_size);
            let end = start.saturating_add(self.block_size).min(self.size);
            self.decode(stored, number, end.saturating_sub(start))?;
            let to = end.min(range.end);
            let wanted = narrow(at.saturating_sub(start))..narrow(to.saturating_sub(start));
            each(self.block.get(wanted).unwrap_or_default())?;
            at = to;
        }
        Ok(())
    }

    /// Decodes block `number`, which has `length` bytes.
    fn decode(&mut self, stored: &Extents<'_>, number: u64, length: u64) -> Result<()> {
        let (from, to) = (self.pointer(stored, number)?, self.pointer(stored, number.saturating_add(1))?);
        self.block.clear();
        self.block.resize(narrow(length), 0);
        // A block of no bytes is a block of zeros. No deflate of a block is longer than twice the block.
        let most = self.block_size.saturating_mul(2);
        let encoded = to.checked_sub(from).filter(|length| *length <= most && to <= stored.size());
        let Some(encoded) = encoded else {
            let at = stored.place(self.header.saturating_add(number.saturating_mul(self.pointer_size)));
            let limit =
                format!("at least {from} and at most {}", stored.size().min(from.saturating_add(most)));
            return Err(POINTERS.at(at).out_of_range("end of block", to, limit));
        };
        if encoded == 0 {
            return Ok(());
        }
        self.encoded.resize(narrow(encoded), 0);
        exactly(stored, from, &mut self.encoded)?;
        self.inflate.reset(true);
        let status = self.inflate.decompress(&self.encoded, &mut self.block, FlushDecompress::Finish);
        let have = self.inflate.total_out();
        match status {
            Ok(Status::StreamEnd) if have == length => Ok(()),
            Ok(Status::StreamEnd) => Err(damaged(stored, from, Problem::Truncated { need: length, have })),
            Ok(_) | Err(_) => Err(damaged(stored, from, Problem::Undecodable { method: "zlib" })),
        }
    }

    /// Byte of the stored file at which block `number` begins.
    fn pointer(&mut self, stored: &Extents<'_>, number: u64) -> Result<u64> {
        let held = wide(self.window.len()) / self.pointer_size;
        if number < self.window_first || number >= self.window_first.saturating_add(held) {
            let count = self.size.div_ceil(self.block_size).saturating_add(1);
            let length = count.saturating_sub(number).saturating_mul(self.pointer_size).min(WINDOW);
            self.window.resize(narrow(length), 0);
            let at = self.header.saturating_add(number.saturating_mul(self.pointer_size));
            exactly(stored, at, &mut self.window)?;
            self.window_first = number;
        }
        let from = number.saturating_sub(self.window_first).saturating_mul(self.pointer_size);
        let bytes = self.window.get(narrow(from)..).unwrap_or_default();
        let mut fields = Fields::new(bytes, stored.place(self.header.saturating_add(from)), POINTERS);
        match self.pointer_size {
            4 => fields.read::<Le32>().map(|pointer| u64::from(pointer.get())),
            _ => fields.read::<Le64>().map(|pointer| pointer.get()),
        }
    }
}

/// Fills `into` from byte `at` of what is stored.
fn exactly(stored: &Extents<'_>, at: u64, into: &mut [u8]) -> Result<()> {
    let have = stored.read(at, into)?;
    if have == into.len() { Ok(()) } else { Err(short(stored, at, wide(into.len() - have))) }
}

/// The error for a file whose stored bytes end before `missing` more that are wanted from byte `at` on.
fn short(stored: &Extents<'_>, at: u64, missing: u64) -> Error {
    FILE.at(stored.place(at)).corrupt(Problem::Truncated { need: missing, have: 0 })
}

fn damaged(stored: &Extents<'_>, from: u64, problem: Problem) -> Error {
    BLOCK.at(stored.place(from)).corrupt(problem)
}
