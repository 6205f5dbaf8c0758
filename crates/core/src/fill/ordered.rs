//! Filling an image front to back: threads read ahead while one writes.

use super::contents::{Contents, Observer};
use super::jobs::{BATCH, Job, Jobs, Work};
use super::maker::Maker;
use super::{Layout, Span, pad_to};
use crate::error::{Error, Result};
use crate::number::wide;
use crate::sink::Sink;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::os::fd::BorrowedFd;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Batches that may be read before the first of them is written.
const AHEAD: u64 = 8;

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
    let queue = Queue::new(Jobs::new(layout, layout.spans()));
    let written = std::thread::scope(|scope| {
        let readers = (0..threads).filter(|_| {
            let reader = std::thread::Builder::new().name("reader".into());
            let read = || {
                let _guard = OnDrop(|| {
                    if std::thread::panicking() {
                        queue.broken();
                    }
                });
                queue.read_ahead(&maker);
            };
            reader.spawn_scoped(scope, read).is_ok()
        });
        let readers = readers.count();
        let _end = OnDrop(|| queue.end());
        write(&maker, &queue, readers, &mut sink)
    });
    written.and_then(|()| sink.finish()).map(drop).map_err(|error| Error::io("write", error))
}

/// A piece of work that is done as far as a reader can.
struct Ready<S> {
    job: Job<S>,
    /// Its bytes; `None` where the writer makes or moves them.
    bytes: Option<io::Result<Vec<u8>>>,
}

/// What readers and writer share.
struct Queue<'l, L: Layout, I: Iterator> {
    state: Mutex<State<'l, L, I>>,
    /// A piece is ready, or all are.
    ready: Condvar,
    /// A piece was written, or writing failed.
    room: Condvar,
}

struct State<'l, L: Layout, I: Iterator> {
    jobs: Jobs<'l, L, I>,
    /// Jobs handed out.
    taken: u64,
    /// Jobs written.
    written: u64,
    ready: BTreeMap<u64, Ready<L::Structure>>,
    /// Buffers to be used again.
    spare: Vec<Vec<u8>>,
    /// All jobs are handed out, or there is nobody to write what is read.
    ended: bool,
    /// A reader panicked with a job in hand, which nobody must wait for.
    broken: bool,
}

impl<'l, L: Layout, I: Iterator<Item = Span<L::Structure>>> Queue<'l, L, I> {
    fn new(jobs: Jobs<'l, L, I>) -> Self {
        let (taken, written, ready, spare) = (0, 0, BTreeMap::new(), Vec::new());
        let state = State { jobs, taken, written, ready, spare, ended: false, broken: false };
        Self { state: Mutex::new(state), ready: Condvar::new(), room: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State<'l, L, I>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the readers.
    fn end(&self) {
        self.lock().ended = true;
        self.room.notify_all();
    }

    /// Lets the writer end when a reader panics; the panic then goes on in the thread that started the readers.
    fn broken(&self) {
        self.lock().broken = true;
        self.ready.notify_all();
    }

    /// The next piece without a reader's help.
    fn read_next(&self, maker: &Maker<'_, L>, scratch: &mut L::Scratch) -> Option<Ready<L::Structure>> {
        let mut state = self.lock();
        let job = state.jobs.next()?;
        let buffer = state.spare.pop().unwrap_or_default();
        drop(state);
        Some(read(maker, job, buffer, scratch))
    }

    fn wait_for_next(&self) -> Option<Ready<L::Structure>> {
        let mut state = self.lock();
        loop {
            let next = state.written;
            if let Some(ready) = state.ready.remove(&next) {
                return Some(ready);
            }
            if state.broken || (state.ended && next >= state.taken) {
                return None;
            }
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn read_ahead(&self, maker: &Maker<'_, L>) {
        let mut scratch = L::Scratch::default();
        let mut state = self.lock();
        loop {
            while !state.ended && state.taken >= state.written + AHEAD {
                state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            let job = if state.ended { None } else { state.jobs.next() };
            let Some(job) = job else {
                state.ended = true;
                self.ready.notify_one();
                self.room.notify_all();
                return;
            };
            let number = state.taken;
            state.taken += 1;
            let buffer = state.spare.pop().unwrap_or_default();
            drop(state);
            let ready = read(maker, job, buffer, &mut scratch);
            state = self.lock();
            state.ready.insert(number, ready);
            self.ready.notify_one();
        }
    }

    /// This piece is written.
    fn written(&self, bytes: Option<Vec<u8>>) {
        let mut state = self.lock();
        state.written += 1;
        state.spare.extend(bytes.map(|mut bytes| {
            bytes.clear();
            bytes
        }));
        self.room.notify_one();
    }
}

/// Does something when it is dropped.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

fn write<L: Layout, I: Iterator<Item = Span<L::Structure>>>(
    maker: &Maker<'_, L>,
    queue: &Queue<'_, L, I>,
    readers: usize,
    sink: &mut Sink<'_>,
) -> io::Result<()> {
    let (mut buffer, mut scratch) = (Vec::new(), L::Scratch::default());
    loop {
        let next = if readers == 0 { queue.read_next(maker, &mut scratch) } else { queue.wait_for_next() };
        let Some(Ready { job: Job { at, end, work, .. }, bytes }) = next else { return Ok(()) };
        let bytes = bytes.transpose()?;
        let done = match (&bytes, work) {
            (Some(bytes), _) => {
                sink.write_all(bytes)?;
                at.saturating_add(wide(bytes.len()))
            }
            (None, Work::Structures(structures)) => {
                maker.structures(at, &structures, &mut scratch, &mut |piece| {
                    sink.write_all(piece)?;
                    piece.clear();
                    Ok(())
                })?
            }
            (None, Work::Large(content)) => {
                maker.large(content, end.saturating_sub(at), &mut buffer, sink)?;
                end
            }
            // A reader has read them.
            (None, Work::Batch(_)) => at,
        };
        sink.zeros(end.saturating_sub(done))?;
        queue.written(bytes);
    }
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
