//! Filling an image front to back: threads read ahead while one writes.

use super::Pages;
use super::boot_info::BootFacts;
use super::contents::{Contents, Copy, Observer};
use super::jobs::{BATCH, Job, Jobs, padding};
use super::transfer::{Transfer, Way};
use crate::error::{Error, Result};
use crate::iso9660::plan::Plan;
use crate::number::{narrow, wide};
use crate::tree::build::ContentId;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::os::fd::BorrowedFd;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Batches that may be read before the first of them is written.
const AHEAD: u64 = 8;

/// Writes the image to `sink`, in order, never going back. `threads` of them read small files ahead; none still gives
/// the same bytes.
///
/// # Errors
/// [`Error::Io`] when writing fails. Contents that cannot be read are no error: see [`Observer::deviates`].
pub fn stream<O: Sync>(
    plan: &Plan<'_, O>,
    contents: &dyn Contents<O>,
    observer: &dyn Observer,
    threads: usize,
    sink: &mut dyn Write,
) -> Result<()> {
    fill(plan, contents, observer, threads, &mut Out { sink, pipe: None })
}

/// As [`stream`], to a descriptor: large contents are moved into a pipe by the kernel, without passing through the
/// program.
///
/// # Errors
/// As [`stream`].
pub fn stream_to<O: Sync>(
    plan: &Plan<'_, O>,
    contents: &dyn Contents<O>,
    observer: &dyn Observer,
    threads: usize,
    sink: BorrowedFd<'_>,
) -> Result<()> {
    let pipe = super::transfer::is_pipe(sink).then_some(sink);
    fill(plan, contents, observer, threads, &mut Out { sink: &mut Raw(sink), pipe })
}

/// Writes to a descriptor without a buffer.
struct Raw<'s>(BorrowedFd<'s>);

impl Write for Raw<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(rustix::io::write(self.0, bytes)?)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Where the bytes go.
struct Out<'s> {
    sink: &'s mut dyn Write,
    /// The sink's descriptor, if it is a pipe.
    pipe: Option<BorrowedFd<'s>>,
}

/// What a reader has ready for the writer.
enum Ready {
    Batch(Vec<u8>),
    /// Not read: the writer moves it.
    Large(ContentId),
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

fn fill<O: Sync>(
    plan: &Plan<'_, O>,
    contents: &dyn Contents<O>,
    observer: &dyn Observer,
    threads: usize,
    out: &mut Out<'_>,
) -> Result<()> {
    let facts = BootFacts::gather(plan, contents, observer);
    let copy = Copy { plan, contents, observer, patches: &facts.patches };
    let queue = Queue::default();
    std::thread::scope(|scope| {
        let readers = (0..threads).filter(|_| {
            let reader = std::thread::Builder::new().name("reader".into());
            reader.spawn_scoped(scope, || read_ahead(&copy, &queue)).is_ok()
        });
        let readers = readers.count();
        let _end = EndOnDrop(&queue);
        write(&copy, &facts, &queue, readers, out).map_err(|error| Error::io("write", error))
    })
}

fn write<O>(
    copy: &Copy<'_, O>,
    facts: &BootFacts,
    queue: &Queue,
    readers: usize,
    out: &mut Out<'_>,
) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(narrow(BATCH));
    let mut pages = Pages::default();
    for segment in copy.plan.metadata() {
        copy.plan.emit(&segment, facts, &mut pages, &mut buffer);
        if wide(buffer.len()) >= BATCH {
            flush(&mut buffer, copy.observer, out)?;
        }
    }
    flush(&mut buffer, copy.observer, out)?;
    loop {
        let next = if readers == 0 { read_next(copy, queue) } else { wait_for_next(queue) };
        match next {
            None => break,
            Some(Ready::Batch(mut batch)) => {
                flush(&mut batch, copy.observer, out)?;
                let mut state = queue.lock();
                state.spare.push(batch);
            }
            Some(Ready::Large(content)) => large(copy, content, &mut buffer, out)?,
        }
        queue.lock().written += 1;
        queue.room.notify_one();
    }
    if let Some(padding) = copy.plan.padding() {
        zeros(padding.size, copy.observer, out)?;
    }
    out.sink.flush()
}

fn flush(bytes: &mut Vec<u8>, observer: &dyn Observer, out: &mut Out<'_>) -> io::Result<()> {
    out.sink.write_all(bytes)?;
    observer.progress(wide(bytes.len()));
    bytes.clear();
    Ok(())
}

fn zeros(size: u64, observer: &dyn Observer, out: &mut Out<'_>) -> io::Result<()> {
    let block = [0; 64 * 1024];
    let mut left = size;
    while left > 0 {
        let step = narrow(left).min(block.len());
        out.sink.write_all(&block[..step])?;
        observer.progress(wide(step));
        left -= wide(step);
    }
    Ok(())
}

/// Moves a large content to the sink, by the kernel if that can be.
fn large<O>(
    copy: &Copy<'_, O>,
    content: ContentId,
    buffer: &mut Vec<u8>,
    out: &mut Out<'_>,
) -> io::Result<()> {
    let size = copy.plan.build().content(content).size;
    let way = out.pipe.map_or(Way::Program, Way::Pipe);
    let transfer = Transfer { copy, content, way };
    let observer = copy.observer;
    transfer.run(buffer, &mut |_, piece| {
        out.sink.write_all(piece)?;
        Ok(())
    })?;
    buffer.clear();
    buffer.resize(padding(size), 0);
    observer.progress(size);
    flush(buffer, observer, out)
}

/// Does the next job without a reader's help.
fn read_next<O>(copy: &Copy<'_, O>, queue: &Queue) -> Option<Ready> {
    let mut state = queue.lock();
    let job = state.jobs.next(copy.plan)?;
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
        if state.ended && next >= state.taken {
            return None;
        }
        state = queue.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
}

fn read_ahead<O>(copy: &Copy<'_, O>, queue: &Queue) {
    let mut state = queue.lock();
    loop {
        while !state.ended && state.taken >= state.written + AHEAD {
            state = queue.room.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let job = if state.ended { None } else { state.jobs.next(copy.plan) };
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

fn read<O>(copy: &Copy<'_, O>, job: Job, mut buffer: Vec<u8>) -> Ready {
    match job {
        Job::Large(content) => Ready::Large(content),
        Job::Batch(range) => {
            copy.batch(range, &mut buffer);
            Ready::Batch(buffer)
        }
    }
}
