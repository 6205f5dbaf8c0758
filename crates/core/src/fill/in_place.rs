//! Filling a regular file in place: every thread writes what it has read where it belongs.

use super::contents::{Contents, Observer};
use super::jobs::{BATCH, Job, Jobs, Work};
use super::maker::Maker;
use super::transfer::At;
use super::{Layout, Span};
use crate::error::{Error, Result};
use crate::number::{narrow, wide};
use crate::sink::Placed;
use std::fs::File;
use std::io;
use std::sync::{Mutex, PoisonError};

/// Writes the image into `file`, a regular file, from byte `base` of it on, with `threads` threads (at least one). Where
/// nothing was before and the image has nothing but zeros, the file gets holes. Its position is put behind the image.
///
/// # Errors
/// [`Error::Io`] when writing fails. Contents that cannot be read are no error: see [`Observer::deviates`].
pub fn fill_in_place<L: Layout>(
    layout: &L,
    contents: &dyn Contents<L::Origin>,
    observer: &dyn Observer,
    threads: usize,
    file: &File,
    base: u64,
) -> Result<()> {
    let failed = |error| Error::io("write", error);
    let progress = |bytes| observer.progress(bytes);
    let placed = Placed::new(file, base).map_err(failed)?.with_holes().with_progress(&progress);
    let facts = layout.gather(contents, observer);
    let maker = Maker::new(layout, contents, observer, &facts);
    let state = State { jobs: Jobs::new(layout, layout.spans()), failed: false };
    let work = Filling { maker: &maker, placed: &placed, state: Mutex::new(state) };
    let outcomes: Vec<io::Result<()>> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads)
            .filter_map(|_| {
                let filler = std::thread::Builder::new().name("filler".into());
                filler.spawn_scoped(scope, || work.run()).ok()
            })
            .collect();
        let own = work.run();
        let panicked = || Err(io::Error::other("a thread panicked"));
        let others = others.into_iter().map(|other| other.join().unwrap_or_else(|_| panicked()));
        std::iter::once(own).chain(others.collect::<Vec<_>>()).collect()
    });
    outcomes.into_iter().collect::<io::Result<()>>().map_err(failed)?;
    placed.finish(layout.size()).map_err(failed)
}

/// What the threads share: each takes its jobs under the lock, and works without it.
struct Filling<'w, 'p, L: Layout, I: Iterator> {
    maker: &'w Maker<'p, L>,
    placed: &'w Placed<'w>,
    state: Mutex<State<'p, L, I>>,
}

struct State<'p, L: Layout, I: Iterator> {
    jobs: Jobs<'p, L, I>,
    failed: bool,
}

impl<L: Layout, I: Iterator<Item = Span<L::Structure>>> Filling<'_, '_, L, I> {
    /// Does jobs until there are none, or one thread failed.
    fn run(&self) -> io::Result<()> {
        let (mut buffer, mut scratch) = (Vec::with_capacity(narrow(BATCH)), L::Scratch::default());
        while let Some(job) = self.next() {
            let outcome = self.fill(job, &mut buffer, &mut scratch);
            if outcome.is_err() {
                self.state.lock().unwrap_or_else(PoisonError::into_inner).failed = true;
                return outcome;
            }
        }
        Ok(())
    }

    fn next(&self) -> Option<Job<L::Structure>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.failed { None } else { state.jobs.next() }
    }

    fn fill(
        &self,
        Job { at, end, work, .. }: Job<L::Structure>,
        buffer: &mut Vec<u8>,
        scratch: &mut L::Scratch,
    ) -> io::Result<()> {
        let Self { maker, placed, .. } = self;
        buffer.clear();
        let done = match work {
            Work::Structures(structures) => {
                let mut next = at;
                maker.structures(at, &structures, scratch, &mut |piece| {
                    placed.write_at(next, piece)?;
                    next = next.saturating_add(wide(piece.len()));
                    piece.clear();
                    Ok(())
                })?
            }
            Work::Batch(contents) => {
                maker.batch(at, &contents, buffer);
                placed.write_at(at, buffer)?;
                at.saturating_add(wide(buffer.len()))
            }
            Work::Large(content) => {
                return maker.large(content, end.saturating_sub(at), buffer, &mut At(placed, at));
            }
        };
        placed.zeros_at(done, end.saturating_sub(done))
    }
}
