//! Filling an image front to back: threads read ahead while one writes.

use super::contents::{Contents, Copy, Observer};
use super::jobs::{Job, Jobs};
use super::structures::range_of;
use super::{Embed, Layout, Part};
use crate::error::{Error, Result};
use crate::number::wide;
use crate::sink::Sink;
use crate::tree::build::ContentId;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;
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
    let copy = Copy::new(layout, contents, observer, layout.patches(&facts));
    let queue = Queue::default();
    let written = std::thread::scope(|scope| {
        let readers = (0..threads).filter(|_| {
            let reader = std::thread::Builder::new().name("reader".into());
            reader.spawn_scoped(scope, || read_ahead(&copy, &queue)).is_ok()
        });
        let readers = readers.count();
        let _end = EndOnDrop(&queue);
        write(&copy, &facts, &queue, readers, &mut sink)
    });
    written.and_then(|()| sink.finish()).map(drop).map_err(|error| Error::io("write", error))
}

/// What a reader has ready for the writer.
enum Ready {
    Batch(Vec<u8>),
    /// Not read: the writer moves it, and fills up so many bytes.
    Large(ContentId, u64),
}

/// What readers and writer share.
#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    /// A batch is ready, or all are.
    ready: Condvar,
    /// A batch was written, or writing failed.
    room: Condvar,
}

#[derive(Default)]
struct State {
    jobs: Jobs,
    /// Jobs handed out.
    taken: u64,
    /// Jobs written.
    written: u64,
    ready: BTreeMap<u64, Ready>,
    /// Buffers to be used again.
    spare: Vec<Vec<u8>>,
    /// All jobs are handed out, or there is nobody to write what is read.
    ended: bool,
    /// A reader panicked with a job in hand, which nobody must wait for.
    broken: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the readers however the writer ends.
struct EndOnDrop<'q>(&'q Queue);

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        self.0.lock().ended = true;
        self.0.room.notify_all();
    }
}

/// Lets the writer end when a reader panics; the panic then goes on in the thread that started the readers.
struct BreakOnPanic<'q>(&'q Queue);

impl Drop for BreakOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.lock().broken = true;
            self.0.ready.notify_all();
        }
    }
}

fn write<L: Layout>(
    copy: &Copy<'_, L>,
    facts: &L::Facts,
    queue: &Queue,
    readers: usize,
    sink: &mut Sink<'_>,
) -> io::Result<()> {
    let mut buffer = Vec::new();
    let mut embed = |content, into: &mut Vec<u8>| copy.embed(Part::Front, content, into);
    structures(copy.layout, Part::Front, facts, &mut embed, sink)?;
    loop {
        let next = if readers == 0 { read_next(copy, queue) } else { wait_for_next(queue) };
        match next {
            None => break,
            Some(Ready::Batch(mut batch)) => {
                sink.write_all(&batch)?;
                batch.clear();
                queue.lock().spare.push(batch);
            }
            Some(Ready::Large(content, room)) => copy.large(content, room, &mut buffer, sink)?,
        }
        queue.lock().written += 1;
        queue.room.notify_one();
    }
    let mut embed = |content, into: &mut Vec<u8>| copy.embed(Part::Back, content, into);
    structures(copy.layout, Part::Back, facts, &mut embed, sink)
}

fn structures<L: Layout>(
    layout: &L,
    part: Part,
    facts: &L::Facts,
    embed: &mut Embed<'_>,
    sink: &mut Sink<'_>,
) -> io::Result<()> {
    let Range { start: mut at, end } = range_of(layout, part);
    layout.structures(part, facts, embed, &mut |buffer| {
        sink.write_all(buffer)?;
        at = at.saturating_add(wide(buffer.len()));
        buffer.clear();
        Ok(())
    })?;
    sink.zeros(end.saturating_sub(at))
}

/// Does the next job without a reader's help.
fn read_next<L: Layout>(copy: &Copy<'_, L>, queue: &Queue) -> Option<Ready> {
    let mut state = queue.lock();
    let job = state.jobs.next(copy.layout)?;
    let buffer = state.spare.pop().unwrap_or_default();
    Some(read(copy, job, buffer))
}

fn wait_for_next(queue: &Queue) -> Option<Ready> {
    let mut state = queue.lock();
    loop {
        let next = state.written;
        if let Some(ready) = state.ready.remove(&next) {
            return Some(ready);
        }
        if state.broken || (state.ended && next >= state.taken) {
            return None;
        }
        state = queue.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
}

fn read_ahead<L: Layout>(copy: &Copy<'_, L>, queue: &Queue) {
    let _guard = BreakOnPanic(queue);
    let mut state = queue.lock();
    loop {
        while !state.ended && state.taken >= state.written + AHEAD {
            state = queue.room.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let job = if state.ended { None } else { state.jobs.next(copy.layout) };
        let Some(job) = job else {
            state.ended = true;
            queue.ready.notify_one();
            queue.room.notify_all();
            return;
        };
        let number = state.taken;
        state.taken += 1;
        let buffer = state.spare.pop().unwrap_or_default();
        drop(state);
        let ready = read(copy, job, buffer);
        state = queue.lock();
        state.ready.insert(number, ready);
        queue.ready.notify_one();
    }
}

fn read<L: Layout>(copy: &Copy<'_, L>, job: Job, mut buffer: Vec<u8>) -> Ready {
    match job {
        Job::Large(content, room) => Ready::Large(content, room),
        Job::Batch(range) => {
            copy.batch(range, &mut buffer);
            Ready::Batch(buffer)
        }
    }
}
