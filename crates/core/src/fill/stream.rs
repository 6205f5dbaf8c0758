//! Filling an image front to back: threads read ahead while one writes.

use super::contents::{Contents, Observer};
use super::jobs::{BATCH, Job, Jobs, Work};
use super::maker::Maker;
use super::{Layout, pad_to};
use crate::error::{Error, Result};
use crate::number::wide;
use crate::ordered::ordered;
use crate::sink::Sink;
use std::io::{self, Write};
use std::os::fd::BorrowedFd;
use std::sync::{Mutex, PoisonError};

/// Batches that may be read before the first of them is written.
const AHEAD: usize = 8;

/// Writes the image to `sink`, in order, never going back. `threads` of them read small files ahead; none still gives
/// the same bytes. Large contents are moved by the kernel where the sink takes that.
///
/// # Errors
/// [`Error::Io`] when writing fails. Contents that cannot be read are no error: see [`Observer::deviates`].
pub fn stream_to<L: Layout>(
    layout: &L,
    contents: &dyn Contents<L::Origin>,
    observer: &dyn Observer,
    threads: usize,
    sink: BorrowedFd<'_>,
) -> Result<()> {
    let progress = |bytes| observer.progress(bytes);
    fill(layout, contents, observer, threads, Sink::new(&sink).with_progress(&progress))
}

/// As [`stream_to`], to anything that writes: a `Vec`, a compressor, a socket of a library. All bytes pass through the
/// program.
///
/// # Errors
/// As [`stream_to`].
pub fn write_to<L: Layout>(
    layout: &L,
    contents: &dyn Contents<L::Origin>,
    observer: &dyn Observer,
    threads: usize,
    out: &mut dyn Write,
) -> Result<()> {
    let progress = |bytes| observer.progress(bytes);
    fill(layout, contents, observer, threads, Sink::to_writer(out).with_progress(&progress))
}

fn fill<L: Layout>(
    layout: &L,
    contents: &dyn Contents<L::Origin>,
    observer: &dyn Observer,
    threads: usize,
    mut sink: Sink<'_>,
) -> Result<()> {
    let facts = layout.gather(contents, observer);
    let maker = Maker::new(layout, contents, observer, &facts);
    let spare = Spare::default();
    let worker = || {
        let (maker, spare, mut scratch) = (&maker, &spare, L::Scratch::default());
        move |job| read(maker, job, spare.take(), &mut scratch)
    };
    let (mut buffer, mut scratch) = (Vec::new(), L::Scratch::default());
    let write = |Ready { job, bytes }| {
        let bytes = bytes.transpose()?;
        write(&maker, job, bytes.as_deref(), &mut buffer, &mut scratch, &mut sink)?;
        spare.give(bytes);
        Ok(())
    };
    let written = ordered(threads, AHEAD, Jobs::new(layout, layout.spans()), worker, write);
    written.and_then(|()| sink.finish()).map(drop).map_err(|error| Error::io("write", error))
}

/// A piece of work that is done as far as a reader can.
struct Ready<S> {
    job: Job<S>,
    /// Its bytes; `None` where the writer makes or moves them.
    bytes: Option<io::Result<Vec<u8>>>,
}

/// Buffers that the writer has done with, for readers to fill again.
#[derive(Default)]
struct Spare(Mutex<Vec<Vec<u8>>>);

impl Spare {
    fn take(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn give(&self, buffer: Option<Vec<u8>>) {
        let Some(mut buffer) = buffer else { return };
        buffer.clear();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
    }
}

/// Writes `job`: `bytes`, where a reader has made them, or what is to be made or moved here.
fn write<L: Layout>(
    maker: &Maker<'_, L>,
    job: Job<L::Structure>,
    bytes: Option<&[u8]>,
    buffer: &mut Vec<u8>,
    scratch: &mut L::Scratch,
    sink: &mut Sink<'_>,
) -> io::Result<()> {
    let Job { at, end, work, .. } = job;
    let done = match (bytes, work) {
        (Some(bytes), _) => {
            sink.write_all(bytes)?;
            at.saturating_add(wide(bytes.len()))
        }
        (None, Work::Structures(structures)) => maker.structures(at, &structures, scratch, &mut |piece| {
            sink.write_all(piece)?;
            piece.clear();
            Ok(())
        })?,
        (None, Work::Large(content)) => {
            maker.large(content, end.saturating_sub(at), buffer, sink)?;
            end
        }
        // A reader has read them.
        (None, Work::Batch(_)) => at,
    };
    sink.zeros(end.saturating_sub(done))
}

/// Does what of `job` is little enough to be kept.
fn read<L: Layout>(
    maker: &Maker<'_, L>,
    job: Job<L::Structure>,
    mut buffer: Vec<u8>,
    scratch: &mut L::Scratch,
) -> Ready<L::Structure> {
    let Job { at, filled, end, ref work } = job;
    let bytes = match work {
        Work::Batch(contents) => {
            maker.batch(at, contents, &mut buffer);
            Some(Ok(buffer))
        }
        Work::Structures(structures) if filled.saturating_sub(at) <= BATCH => {
            let made = maker.structures(at, structures, scratch, &mut |piece| {
                if buffer.is_empty() {
                    std::mem::swap(&mut buffer, piece)
                } else {
                    buffer.append(piece)
                }
                Ok(())
            });
            Some(made.map(|_| buffer))
        }
        _ => None,
    };
    // A gap can have any size: the zeros of a large one are for the kernel to make.
    let bytes = bytes.map(|bytes| {
        bytes.map(|mut bytes| {
            if end.saturating_sub(at) <= BATCH {
                pad_to(&mut bytes, at, end);
            }
            bytes
        })
    });
    Ready { job, bytes }
}
