//! The ordered engine: stages in threads of their own, joined by bounded channels, results in the order of the input.

use crate::error::{Error, Result};
use crate::memory::LESS;
use crate::step::{Pool, STEP, Sink, Step};
use isokit_core::error::reason;
use isokit_core::ordered;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{self, ScopedJoinHandle};

/// Steps that may wait between two stages.
const DEPTH: usize = 4;

/// Largest block whose memory is taken at once: blocks of all encoders but xz.
const USUAL_BLOCK: usize = 4 * 1024 * 1024;

/// Uncompressed bytes, in order: what encoders read.
pub trait Raw: Send {
    /// Fills the beginning of `into` and returns how much of it; 0 only at the end.
    fn read(&mut self, into: &mut [u8]) -> Result<usize>;

    /// The next `size` bytes, fewer at the end, none after it. Memory for a block of more than a few megabytes is asked for as
    /// its bytes come.
    fn block(&mut self, size: usize) -> Result<Vec<u8>> {
        let (mut block, mut filled) = (Vec::new(), 0);
        loop {
            let Some(room) = block.get_mut(filled..).filter(|room| !room.is_empty()) else {
                let more = filled.max(USUAL_BLOCK).min(size - filled);
                if more == 0 {
                    return Ok(block);
                }
                block.try_reserve_exact(more).map_err(|_| Error::Codec(format!("out of memory; {LESS}")))?;
                block.resize(filled + more, 0);
                continue;
            };
            match self.read(room)? {
                0 => break,
                read => filled += read,
            }
        }
        block.truncate(filled);
        Ok(block)
    }
}

/// Runs `produce` in a thread of its own and `consume` here on what it sends.
///
/// An error of `consume` stops `produce`, whose own error is then [`Error::Stopped`] and not told.
pub(crate) fn pipe<T: Send>(
    produce: impl FnOnce(&mut dyn FnMut(T) -> Result<()>) -> Result<()> + Send,
    mut consume: impl FnMut(T) -> Result<()>,
) -> Result<()> {
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<T>(DEPTH);
        let produce = move || produce(&mut |item| sender.send(item).map_err(|_| Error::Stopped));
        let producer = start(scope, produce)?;
        let consumed = receiver.iter().try_for_each(&mut consume);
        drop(receiver);
        let produced = join(producer);
        consumed.and(produced)
    })
}

/// Runs `decode` one stage ahead of `sink`. What was decoded before an error gets there too.
pub(crate) fn ahead(
    sink: &mut dyn Sink,
    decode: impl FnOnce(&mut Gathered<'_>) -> Result<()> + Send,
) -> Result<()> {
    let pool = Pool::default();
    pipe(
        |send| {
            let mut handover = Handover { pool: &pool, send };
            let mut out = Gathered { sink: &mut handover, step: Step::new() };
            let decoded = decode(&mut out);
            let flushed = out.flush();
            decoded.and(flushed)
        },
        |step: Step| {
            sink.put(step.filled())?;
            pool.give(step);
            Ok(())
        },
    )
}

/// Bytes on their way to a sink, which gets them in full steps.
pub(crate) struct Gathered<'s> {
    sink: &'s mut (dyn Sink + 's),
    step: Step,
}

impl Gathered<'_> {
    /// Where the next bytes go: room for at least one.
    pub(crate) fn room(&mut self) -> &mut [u8] {
        self.step.room()
    }

    /// The first `count` bytes of the room are now filled.
    pub(crate) fn advance(&mut self, count: usize) -> Result<()> {
        self.step.advance(count);
        if self.step.is_full() { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        self.step = self.sink.exchange(std::mem::replace(&mut self.step, Step::nothing()))?;
        Ok(())
    }
}

/// Sends full steps to the next stage.
struct Handover<'a> {
    pool: &'a Pool,
    send: &'a mut dyn FnMut(Step) -> Result<()>,
}

impl Sink for Handover<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        for part in bytes.chunks(STEP) {
            let mut step = self.pool.take();
            step.append(part);
            (self.send)(step)?;
        }
        Ok(())
    }

    fn exchange(&mut self, step: Step) -> Result<Step> {
        (self.send)(step)?;
        Ok(self.pool.take())
    }
}

/// Lets `encode` read what `decode` puts out, the two in threads of their own.
pub(crate) fn transcode(
    decode: impl FnOnce(&mut dyn Sink) -> Result<()> + Send,
    encode: impl FnOnce(&mut dyn Raw) -> Result<()>,
) -> Result<()> {
    let pool = Pool::default();
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Result<Step>>(DEPTH);
        let pool = &pool;
        let decode = move || {
            let mut send = |step| sender.send(Ok(step)).map_err(|_| Error::Stopped);
            if let Err(error) = decode(&mut Handover { pool, send: &mut send }) {
                // Nobody is left to be told when the encoder has ended first.
                let _ = sender.send(Err(error));
            }
        };
        start(scope, decode)?;
        encode(&mut Steps { receiver, pool, current: None, taken: 0 })
    })
}

/// The steps of a decoder, read as bytes.
struct Steps<'a> {
    receiver: Receiver<Result<Step>>,
    pool: &'a Pool,
    current: Option<Step>,
    taken: usize,
}

impl Raw for Steps<'_> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        loop {
            if let Some(step) = &self.current {
                let left = step.filled().get(self.taken..).unwrap_or_default();
                let count = left.len().min(into.len());
                if let (Some(to), Some(from)) = (into.get_mut(..count), left.get(..count)) {
                    to.copy_from_slice(from);
                }
                self.taken += count;
                if count > 0 || into.is_empty() {
                    return Ok(count);
                }
            }
            if let Some(empty) = self.current.take() {
                self.pool.give(empty);
            }
            match self.receiver.recv() {
                Ok(step) => (self.current, self.taken) = (Some(step?), 0),
                Err(_) => return Ok(0),
            }
        }
    }
}

/// Runs `worker` on the jobs of `next` on `threads` threads and hands the results to `done` in the order of the jobs.
///
/// `next` gives jobs until `None`, in a thread of its own; each worker gets its own function from `worker`. At most
/// `2 * threads` jobs and results exist beside the one that `done` has. The first error in the order of the jobs is the
/// one returned.
pub(crate) fn ordered<J: Send, R: Send, W: FnMut(J) -> Result<R>>(
    threads: usize,
    mut next: impl FnMut() -> Result<Option<J>> + Send,
    worker: impl Fn() -> W + Sync,
    mut done: impl FnMut(R) -> Result<()>,
) -> Result<()> {
    let threads = threads.max(1);
    thread::scope(|scope| {
        // A job is at hand while all others are worked on.
        let (sender, jobs) = sync_channel(0);
        // Nor does it take memory before all workers are started.
        let (begin, begun) = sync_channel::<()>(0);
        start(scope, move || {
            let _ = begun.recv();
            while let Some(job) = next().transpose() {
                let last = job.is_err();
                if sender.send(job).is_err() || last {
                    return;
                }
            }
        })?;
        let worker = || {
            let mut work = worker();
            move |job: Result<J>| job.and_then(&mut work)
        };
        let mut begin = Some(begin);
        let jobs = std::iter::from_fn(move || {
            drop(begin.take());
            jobs.recv().ok()
        });
        ordered::ordered(threads, threads.saturating_mul(2) - 1, jobs, worker, |result| done(result?))
    })
}

/// As [`std::thread::Builder::spawn_scoped`], where no memory for a thread is an error of the codec.
fn start<'s, T: Send + 's>(
    scope: &'s thread::Scope<'s, '_>,
    run: impl FnOnce() -> T + Send + 's,
) -> Result<ScopedJoinHandle<'s, T>> {
    let started = thread::Builder::new().spawn_scoped(scope, run);
    started.map_err(|error| Error::Codec(format!("start a thread: {}", reason(&error))))
}

fn join(handle: ScopedJoinHandle<'_, Result<()>>) -> Result<()> {
    handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_error_in_order_wins_and_everything_stops() {
        let mut numbers = 0..;
        let work = || |n: u64| if n % 10 == 9 { Err(Error::Codec(n.to_string())) } else { Ok(n) };
        let error = ordered(4, || Ok(numbers.next()), work, |_| Ok(())).unwrap_err();
        assert_eq!(error.to_string(), "9");
    }

    #[test]
    fn an_error_of_the_last_stage_stops_the_first() {
        let endless = |send: &mut dyn FnMut(u8) -> Result<()>| loop {
            send(1)?;
        };
        let mut left = 10;
        let error = pipe(endless, |_| {
            left -= 1;
            if left == 0 { Err(Error::Codec("full".into())) } else { Ok(()) }
        });
        assert_eq!(error.unwrap_err().to_string(), "full");
    }
}
