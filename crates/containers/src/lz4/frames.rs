//! The frames of an LZ4 input, read block by block and handed on in batches.

use crate::checks::Checks;
use crate::error::{Error, Result};
use crate::input::Input;
use crate::lz4::blocks::{Block, block, unpack};
use crate::lz4::buffer::{Buffer, Buffers};
use crate::lz4::header::{self, Begins, Header};
use crate::lz4::{FRAME, WINDOW};

/// Bytes, stored or decompressed, from which on blocks are enough work for a worker.
const ENOUGH: usize = 256 * 1024;

/// Bytes that one of a compressed block becomes, for a guess of the work.
const USUAL_RATIO: usize = 4;

/// Bytes that the blocks of a worker may become before the last of them, however well they are compressed.
const MOST: usize = 4 * 1024 * 1024;

/// What the reading thread hands to a worker.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) items: Vec<Item>,
    /// The data of the linked blocks, each behind what it refers to.
    pub(super) linked: Buffer,
    /// Bytes before them, which are data of the batch before.
    pub(super) skipped: usize,
}

/// What a worker is given of a frame, in order.
pub(super) enum Item {
    /// A block to be decompressed, by the header of its frame.
    Block(Header, Block),
    /// The block at a byte of the input that refers to those before it and is decompressed already: its data ends before
    /// another byte of the linked data.
    Linked(Header, u64, usize),
    /// The end of a frame, behind its content checksum if it has one.
    End(Header, u64, u32),
}

/// The frames of an input, block by block.
pub(super) struct Frames<'a, 'b> {
    input: &'a mut Input<'b>,
    /// The frame that is being read; `None` between two frames.
    frame: Option<Header>,
    /// What linked blocks of the next batch may refer to.
    history: Vec<u8>,
    /// An error behind what was handed on.
    failed: Option<Error>,
    checks: &'a mut Checks,
    buffers: &'a Buffers,
}

impl<'a, 'b> Frames<'a, 'b> {
    /// Those of all that is left of `input`.
    pub(super) fn new(input: &'a mut Input<'b>, checks: &'a mut Checks, buffers: &'a Buffers) -> Self {
        Self { input, frame: None, history: Vec::new(), failed: None, checks, buffers }
    }

    /// The next blocks: enough for a worker, or none at the end.
    pub(super) fn batch(&mut self) -> Result<Option<Batch>> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let mut batch = Batch::default();
        if self.frame.is_some_and(|header| !header.independent) {
            batch.linked = self.buffers.take();
            batch.linked.append(&self.history);
            batch.skipped = batch.linked.len();
        }
        // Bytes of the linked data from here on are of the frame.
        let mut start = 0;
        let (mut work, mut most) = (0, 0);
        while work < ENOUGH && most < MOST {
            match self.item(&mut batch.linked, &mut start) {
                Ok(Some((item, usual, largest))) => {
                    work += usual.max(64);
                    most += largest;
                    batch.items.push(item);
                }
                Ok(None) => break,
                Err(error) if batch.items.is_empty() => return Err(error),
                Err(error) => {
                    self.failed = Some(error);
                    break;
                }
            }
        }
        let last = start.max(batch.linked.len().saturating_sub(WINDOW));
        self.history.clear();
        self.history.extend_from_slice(batch.linked.filled().get(last..).unwrap_or_default());
        Ok((!batch.items.is_empty()).then_some(batch))
    }

    /// The next part of a frame, and the bytes that usually and at most become of it. The data of a linked block is
    /// appended to `linked`, whose bytes from `start` on are of the block's frame.
    fn item(&mut self, linked: &mut Buffer, start: &mut usize) -> Result<Option<(Item, usize, usize)>> {
        if self.frame.is_none() {
            self.frame = self.begin()?;
            if linked.len() == 0 && self.frame.is_some_and(|header| !header.independent) {
                *linked = self.buffers.take();
            }
            *start = linked.len();
        }
        let Some(header) = self.frame else { return Ok(None) };
        let Some(block) = block(&header, self.input)? else {
            self.frame = None;
            let at = self.input.offset();
            let stored =
                if header.content_checksum { u32::from_le_bytes(self.input.array(FRAME)?) } else { 0 };
            let kind = (header.content_checksum || header.block_checksum).then_some("XXH32");
            self.checks.add(kind);
            return Ok(Some((Item::End(header, at, stored), 0, 0)));
        };
        if header.independent {
            let most = block.room(&header);
            let usual = most.min(block.stored().saturating_mul(USUAL_RATIO));
            return Ok(Some((Item::Block(header, block), usual, most)));
        }
        let before = linked.len();
        unpack(&header, &block, WINDOW.min(before - *start), linked)?;
        let size = linked.len() - before;
        Ok(Some((Item::Linked(header, block.at(), linked.len()), size, size)))
    }

    /// The header of the next frame, `None` at the end.
    fn begin(&mut self) -> Result<Option<Header>> {
        loop {
            let at = self.input.offset();
            let bytes = self.input.peek(4)?;
            let (is_empty, cut) = (bytes.is_empty(), Begins::cut(bytes));
            let Some(begins) = bytes.first_chunk().and_then(|magic| Begins::of(*magic)) else {
                return match (at, is_empty) {
                    (0, true) => Err(Error::truncated(at, FRAME)),
                    (0, false) => Err(Error::damaged(at, FRAME, "begins with something else")),
                    (_, true) => Ok(None),
                    (_, false) if cut > 0 => Err(Error::truncated(at + cut, FRAME)),
                    (_, false) => Err(Error::trailing(at, FRAME)),
                };
            };
            self.input.consume(4);
            match begins {
                Begins::Frame => return Header::read(self.input).map(Some),
                Begins::Legacy => return Ok(Some(Header::LEGACY)),
                Begins::Skippable => header::skip(self.input)?,
            }
        }
    }
}
