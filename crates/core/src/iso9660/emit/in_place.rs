//! Filling a regular file in place: every thread writes what it has read where it belongs.

use super::Pages;
use super::boot_info::BootFacts;
use super::contents::{Contents, Copy, Observer};
use super::jobs::{BATCH, Job, Jobs};
use super::transfer::At;
use crate::error::{Error, Result};
use crate::iso9660::plan::Plan;
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
pub fn fill_in_place<O: Sync>(
    plan: &Plan<'_, O>,
    contents: &dyn Contents<O>,
    observer: &dyn Observer,
    threads: usize,
    file: &File,
    base: u64,
) -> Result<()> {
    let failed = |error| Error::io("write", error);
    let progress = |bytes| observer.progress(bytes);
    let placed = Placed::new(file, base).map_err(failed)?.with_holes().with_progress(&progress);
    let facts = BootFacts::gather(plan, contents, observer);
    let copy = Copy { plan, contents, observer, patches: &facts.patches };
    let work = Work { copy: &copy, facts: &facts, placed: &placed, state: Mutex::default() };
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
    if let Some(padding) = plan.padding() {
        placed.zeros_at(padding.at(), padding.size).map_err(failed)?;
    }
    placed.finish(plan.size()).map_err(failed)
}

/// What the threads share.
struct Work<'w, 'p, O> {
    copy: &'w Copy<'p, O>,
    facts: &'w BootFacts,
    placed: &'w Placed<'w>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    jobs: Jobs,
    metadata_taken: bool,
    failed: bool,
}

impl<O> Work<'_, '_, O> {
    /// Does jobs until there are none, or one thread failed.
    fn run(&self) -> io::Result<()> {
        let mut buffer = Vec::with_capacity(narrow(BATCH));
        loop {
            let job = {
                let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                if state.failed {
                    return Ok(());
                }
                if std::mem::replace(&mut state.metadata_taken, true) {
                    match state.jobs.next(self.copy.plan) {
                        Some(job) => Some(job),
                        None => return Ok(()),
                    }
                } else {
                    None
                }
            };
            let outcome = match job {
                None => self.metadata(&mut buffer),
                Some(job) => self.contents(job, &mut buffer),
            };
            if outcome.is_err() {
                self.state.lock().unwrap_or_else(PoisonError::into_inner).failed = true;
                return outcome;
            }
        }
    }

    fn metadata(&self, buffer: &mut Vec<u8>) -> io::Result<()> {
        let mut pages = Pages::default();
        let mut at = 0;
        buffer.clear();
        for segment in self.copy.plan.metadata() {
            self.copy.plan.emit(&segment, self.facts, &mut pages, buffer);
            if wide(buffer.len()) >= BATCH {
                at = self.put(buffer, at)?;
            }
        }
        self.put(buffer, at).map(drop)
    }

    fn contents(&self, job: Job, buffer: &mut Vec<u8>) -> io::Result<()> {
        let Self { copy, placed, .. } = self;
        buffer.clear();
        match job {
            Job::Batch(range) => {
                let first = copy.plan.contents().get(range.start).copied();
                copy.batch(range, buffer);
                let at = first.map_or(0, |content| copy.plan.content_at(content));
                self.put(buffer, at).map(drop)
            }
            Job::Large(content) => {
                let at = copy.plan.content_at(content);
                copy.large(content, buffer, &mut At(placed, at))
            }
        }
    }

    /// Writes the buffer at `at` and empties it; where it ended.
    fn put(&self, buffer: &mut Vec<u8>, at: u64) -> io::Result<u64> {
        self.placed.write_at(at, buffer)?;
        let end = at.saturating_add(wide(buffer.len()));
        buffer.clear();
        Ok(end)
    }
}
