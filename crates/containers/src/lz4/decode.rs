//! LZ4 in: frames one after another; independent blocks are decompressed in parallel, whatever frames they are in.

use crate::checks::Checks;
use crate::engine;
use crate::error::{Error, Result};
use crate::input::Input;
use crate::lz4::blocks::{Block, Unpacked, block, unpack};
use crate::lz4::header::{self, Begins, Header};
use crate::lz4::{FRAME, WINDOW};
use crate::step::Sink;
use isokit_core::number::wide;
use std::hash::Hasher;
use twox_hash::XxHash32;

/// Bytes, stored or decompressed, from which on blocks are enough work for a worker.
const ENOUGH: usize = 256 * 1024;

/// Decodes all frames of `input` into `sink`.
///
/// Memory: at most `2 * threads` blocks of up to 4 MiB (8 MiB in legacy frames) and their compressed forms.
pub(super) fn decode(
    input: &mut Input<'_>,
    threads: usize,
    checks: &mut Checks,
    sink: &mut dyn Sink,
) -> Result<()> {
    let mut frames = Frames { input, frame: None, history: Vec::new(), failed: None, checks };
    let mut hash = XxHash32::with_seed(0);
    let mut length = 0_u64;
    engine::ordered(
        threads,
        || frames.batch(),
        || |items: Vec<Item>| Ok(unpacked(items)),
        |Decoded { data, ends, error }| {
            let mut from = 0;
            for End { at, header, stored, until } in ends {
                let part = data.get(from..until).unwrap_or_default();
                length += wide(part.len());
                if header.content_checksum {
                    hash.write(part);
                }
                from = until;
                let Some(stored) = stored else { continue };
                let computed = std::mem::replace(&mut hash, XxHash32::with_seed(0)).finish_32();
                let (stored, length) = ((stored, computed), std::mem::take(&mut length));
                if let Err(error) = check(&header, at, stored, length) {
                    sink.put(data.get(..until).unwrap_or_default())?;
                    return Err(error);
                }
            }
            sink.put(&data)?;
            error.map_or(Ok(()), Err)
        },
    )
}

/// What the reading thread hands to a worker.
enum Item {
    /// A block to be decompressed.
    Block(Header, Block),
    /// A block that refers to those before it, decompressed already.
    Linked(Header, Unpacked),
    /// The end of a frame, behind its content checksum if it has one.
    End(Header, u64, u32),
}

/// What a worker hands on: data, which parts of it belong to what frames, and the error that comes behind it.
struct Decoded {
    data: Vec<u8>,
    ends: Vec<End>,
    error: Option<Error>,
}

/// A part of a frame that ends before byte `until` of the data; with a `stored` checksum, it is the last.
struct End {
    at: u64,
    header: Header,
    stored: Option<u32>,
    until: usize,
}

fn unpacked(items: Vec<Item>) -> Decoded {
    let mut decoded = Decoded { data: Vec::new(), ends: Vec::new(), error: None };
    for item in items {
        let (header, at, stored) = match item {
            Item::Block(header, block) => {
                let at = block.at();
                if let Err(error) = unpack(&header, block, &[], &mut decoded.data) {
                    decoded.error = Some(error);
                    break;
                }
                (header, at, None)
            }
            Item::Linked(header, Unpacked { at, mut data }) => {
                if decoded.data.is_empty() {
                    decoded.data = data;
                } else {
                    decoded.data.append(&mut data);
                }
                (header, at, None)
            }
            Item::End(header, at, stored) => (header, at, Some(stored)),
        };
        decoded.ends.push(End { at, header, stored, until: decoded.data.len() });
    }
    decoded
}

/// Compares what the end of a frame says with its data.
fn check(header: &Header, at: u64, (stored, computed): (u32, u32), length: u64) -> Result<()> {
    if let Some(size) = header.content_size.filter(|size| *size != length) {
        let problem = format!("content size is {size}, the data has {length} bytes");
        return Err(Error::damaged(at, FRAME, problem));
    }
    if header.content_checksum && stored != computed {
        return Err(Error::checksum(at, FRAME, "content checksum", stored, computed));
    }
    Ok(())
}

/// The frames of an input, block by block.
struct Frames<'a, 'b> {
    input: &'a mut Input<'b>,
    /// The frame whose blocks come next.
    frame: Option<Header>,
    /// What linked blocks may refer to.
    history: Vec<u8>,
    /// An error behind what was handed on.
    failed: Option<Error>,
    checks: &'a mut Checks,
}

impl Frames<'_, '_> {
    /// The next blocks: enough for a worker, or none at the end.
    fn batch(&mut self) -> Result<Option<Vec<Item>>> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let (mut items, mut work) = (Vec::new(), 0);
        while work < ENOUGH {
            match self.item() {
                Ok(Some(item)) => {
                    work += match &item {
                        Item::Block(header, block) => block.room(header).max(64),
                        Item::Linked(_, unpacked) => unpacked.data.len().max(64),
                        Item::End(..) => 64,
                    };
                    items.push(item);
                }
                Ok(None) => break,
                Err(error) if items.is_empty() => return Err(error),
                Err(error) => {
                    self.failed = Some(error);
                    break;
                }
            }
        }
        Ok((!items.is_empty()).then_some(items))
    }

    fn item(&mut self) -> Result<Option<Item>> {
        if self.frame.is_none() {
            self.frame = self.begin()?;
        }
        let Some(header) = self.frame else { return Ok(None) };
        let Some(block) = block(&header, self.input)? else {
            self.frame = None;
            let at = self.input.offset();
            let stored =
                if header.content_checksum { u32::from_le_bytes(self.input.array(FRAME)?) } else { 0 };
            let kind = (header.content_checksum || header.block_checksum).then_some("XXH32");
            self.checks.add(kind);
            return Ok(Some(Item::End(header, at, stored)));
        };
        if header.independent {
            return Ok(Some(Item::Block(header, block)));
        }
        let (at, mut data) = (block.at(), Vec::new());
        unpack(&header, block, &self.history, &mut data)?;
        self.history.extend_from_slice(data.get(data.len().saturating_sub(WINDOW)..).unwrap_or_default());
        self.history.drain(..self.history.len().saturating_sub(WINDOW));
        Ok(Some(Item::Linked(header, Unpacked { at, data })))
    }

    /// The header of the next frame, `None` at the end.
    fn begin(&mut self) -> Result<Option<Header>> {
        loop {
            let at = self.input.offset();
            let bytes = self.input.peek(4)?;
            let is_empty = bytes.is_empty();
            let Some(begins) = bytes.first_chunk().and_then(|magic| Begins::of(*magic)) else {
                return match (at, is_empty) {
                    (0, true) => Err(Error::truncated(at, FRAME)),
                    (0, false) => Err(Error::damaged(at, FRAME, "begins with something else")),
                    (_, true) => Ok(None),
                    (_, false) => Err(Error::trailing(at, FRAME)),
                };
            };
            self.input.consume(4);
            self.history.clear();
            match begins {
                Begins::Frame => return Header::read(self.input).map(Some),
                Begins::Legacy => return Ok(Some(Header::LEGACY)),
                Begins::Skippable => header::skip(self.input)?,
            }
        }
    }
}
