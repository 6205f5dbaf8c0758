//! Filling a regular file in place: every thread writes what it has read where it belongs.

use super::contents::{Contents, Copy, Observer};
use super::jobs::{BATCH, Job, Jobs};
use super::structures::range_of;
use super::transfer::At;
use super::{Layout, Part};
use crate::error::{Error, Result};
use crate::number::{narrow, wide};
use crate::sink::Placed;
use std::fs::File;
use std::io;
use std::ops::Range;
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
    let copy = Copy::new(layout, contents, observer, layout.patches(&facts));
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
    placed.finish(layout.size()).map_err(failed)
}

/// What the threads share.
struct Work<'w, 'p, L: Layout> {
    copy: &'w Copy<'p, L>,
    facts: &'w L::Facts,
    placed: &'w Placed<'w>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    jobs: Jobs,
    /// Structures that a thread has taken on.
    parts: usize,
    failed: bool,
}

impl<L: Layout> Work<'_, '_, L> {
    /// Does jobs until there are none, or one thread failed.
    fn run(&self) -> io::Result<()> {
        let mut buffer = Vec::with_capacity(narrow(BATCH));
        while let Some(next) = self.next() {
            let outcome = match next {
                Next::Part(part) => self.structures(part),
                Next::Job(job) => self.contents(job, &mut buffer),
            };
            if outcome.is_err() {
                self.state.lock().unwrap_or_else(PoisonError::into_inner).failed = true;
                return outcome;
            }
        }
        Ok(())
    }

    fn next(&self) -> Option<Next> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.failed {
            return None;
        }
        match [Part::Front, Part::Back].get(state.parts) {
            Some(part) => {
                state.parts += 1;
                Some(Next::Part(*part))
            }
            None => state.jobs.next(self.copy.layout).map(Next::Job),
        }
    }

    fn structures(&self, part: Part) -> io::Result<()> {
        let Self { copy, placed, .. } = self;
        let Range { start: mut at, end } = range_of(copy.layout, part);
        let mut embed = |content, into: &mut Vec<u8>| copy.embed(part, content, into);
        let mut put = |buffer: &mut Vec<u8>| {
            placed.write_at(at, buffer)?;
            at = at.saturating_add(wide(buffer.len()));
            buffer.clear();
            Ok(())
        };
        copy.layout.structures(part, self.facts, &mut embed, &mut put)?;
        placed.zeros_at(at, end.saturating_sub(at))
    }

    fn contents(&self, job: Job, buffer: &mut Vec<u8>) -> io::Result<()> {
        let Self { copy, placed, .. } = self;
        buffer.clear();
        match job {
            Job::Batch(range) => {
                let first = copy.layout.contents().get(range.start).copied();
                copy.batch(range, buffer);
                let at = first.map_or(0, |content| copy.layout.content_at(content));
                placed.write_at(at, buffer)
            }
            Job::Large(content, room) => {
                let at = copy.layout.content_at(content);
                copy.large(content, room, buffer, &mut At(placed, at))
            }
        }
    }
}

/// What a thread does next.
enum Next {
    Part(Part),
    Job(Job),
}
