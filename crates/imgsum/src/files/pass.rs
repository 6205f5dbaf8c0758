//! Files digested by several threads: small ones by the stretch of disc they lie in, many at once; large ones alone.
//!
//! Each thread claims what comes next on the disc. From a pipe it reads while it holds the claim, so that the bytes are
//! taken in order; a file or device it reads while others claim.

use isokit_cli::progress::Progress;
use isokit_core::error::Result;
use isokit_core::number::{narrow, wide};
use isokit_core::source::Source;
use isokit_core::tree::Entry;
use isokit_core::tree::content::Content;
use isokit_core::tree::inventory::Inventory;
use isokit_digests::{Algorithm, DigestValue, Hasher, digest_many};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Bytes of disc read at once for the files in them, and of one file at the most that shares them with others.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    stretch: u64,
    small: u64,
}

/// Enough files for all lanes, few enough for the cache.
const USUAL: Sizes = Sizes { stretch: 4 << 20, small: 512 << 10 };

/// For MD5, where lanes gain so much that a large file is better off in one, with few others, than alone.
const LARGE: Sizes = Sizes { stretch: 16 << 20, small: 6 << 20 };

/// The digests of the files of an inventory, or why there are none.
#[derive(Debug)]
pub(super) struct Results(Vec<Outcome>);

type Outcome = Result<Vec<DigestValue>, String>;

impl Results {
    /// Of the file at `place`, which is the first name of its bytes.
    pub(super) fn of(&self, place: usize) -> Result<&[DigestValue], &str> {
        match self.0.get(place) {
            Some(Ok(values)) => Ok(values),
            Some(Err(problem)) => Err(problem),
            None => Err("not digested"),
        }
    }
}

/// One pass over an image, which any number of threads work on.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    source: &'a dyn Source,
    inventory: &'a Inventory,
    algorithms: &'a [Algorithm],
    passes: bool,
    progress: &'a Progress<'a>,
    sizes: Sizes,
    /// The first place that no thread has claimed; all behind it are free.
    next: Mutex<usize>,
}

/// What a thread takes in hand at once.
enum Claim {
    /// The small files among these places, and the bytes of disc they lie in.
    Stretch(Range<usize>, Range<u64>),
    /// One large or odd file.
    Alone(usize),
}

impl<'a> Pass<'a> {
    /// Of every file in `inventory`. With `passes`, `source` is read front to back and told what is not needed again.
    pub(super) fn new(
        source: &'a dyn Source,
        inventory: &'a Inventory,
        algorithms: &'a [Algorithm],
        passes: bool,
        progress: &'a Progress<'a>,
    ) -> Self {
        let sizes = if algorithms.contains(&Algorithm::Md5) { LARGE } else { USUAL };
        Self { source, inventory, algorithms, passes, progress, sizes, next: Mutex::new(0) }
    }

    /// Digests every file once, with `threads` threads or as many as can be started.
    pub(super) fn digests(&self, threads: usize) -> Results {
        let mut outcomes = Vec::new();
        thread::scope(|scope| {
            // Fewer threads than were asked for do the same work.
            let start = |_| thread::Builder::new().spawn_scoped(scope, || self.work()).ok();
            let others: Vec<_> = (1..threads).map_while(start).collect();
            outcomes.extend(self.work());
            for other in others {
                outcomes.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
        });
        let mut results = Vec::new();
        results.resize_with(self.inventory.len(), || Ok(Vec::new()));
        for (place, outcome) in outcomes {
            if let Some(result) = results.get_mut(place) {
                *result = outcome;
            }
        }
        Results(results)
    }

    /// One thread's share: claims and digests until nothing is left to claim.
    fn work(&self) -> Vec<(usize, Outcome)> {
        let mut outcomes = Vec::new();
        let mut buffer = Vec::new();
        loop {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(claim) = self.claim(*next) else { break };
            let needed = self.inventory.needed_from(*next);
            // Where no file needs any more, what is there may serve to compare the trees.
            if self.passes && needed != u64::MAX {
                self.source.done_before(needed);
            }
            let (places, bytes) = match claim {
                Claim::Stretch(places, bytes) => (places, Some(bytes)),
                Claim::Alone(place) => (place..place.saturating_add(1), None),
            };
            *next = places.end;
            let held = self.passes.then_some(next);
            match bytes {
                Some(bytes) => {
                    let read = self.read(&mut buffer, &bytes);
                    drop(held);
                    let there = read.map(|length| buffer.get(..length).unwrap_or_default());
                    self.stretch(places, bytes.start, there, &mut outcomes);
                }
                None => outcomes.extend(places.map(|place| (place, self.alone(place)))),
            }
        }
        outcomes
    }

    /// What comes next from place `start` on: as many small files as fit a stretch, else one file.
    fn claim(&self, start: usize) -> Option<Claim> {
        let mut bytes: Option<Range<u64>> = None;
        let mut end = start;
        while end < self.inventory.len() {
            let whole = self.inventory.whole(end).filter(|_| self.inventory.size(end) <= self.sizes.small);
            let Some(whole) = whole else { break };
            // Further names need no bytes, and those of the first may be gone.
            if !whole.is_empty() && self.inventory.first_name(end) == end {
                let first = bytes.as_ref().map_or(whole.start, |bytes| bytes.start);
                if whole.end.saturating_sub(first) > self.sizes.stretch {
                    break;
                }
                let furthest = bytes.as_ref().map_or(0, |bytes| bytes.end);
                bytes = Some(first..furthest.max(whole.end));
            }
            end = end.saturating_add(1);
        }
        match end > start {
            true => Some(Claim::Stretch(start..end, bytes.unwrap_or(0..0))),
            false => (start < self.inventory.len()).then_some(Claim::Alone(start)),
        }
    }

    /// Reads `bytes` of the source into `buffer` as far as they are there; how far that is.
    fn read(&self, buffer: &mut Vec<u8>, bytes: &Range<u64>) -> Result<usize> {
        let length = narrow(bytes.end.saturating_sub(bytes.start));
        if buffer.len() < length {
            buffer.resize(length, 0);
        }
        self.source.read_some(bytes.start, buffer.get_mut(..length).unwrap_or_default())
    }

    /// Digests the files at `places` out of the bytes that lie from `start` on.
    fn stretch(
        &self,
        places: Range<usize>,
        start: u64,
        bytes: Result<&[u8]>,
        outcomes: &mut Vec<(usize, Outcome)>,
    ) {
        let mut there = Vec::with_capacity(places.len());
        let mut messages = Vec::with_capacity(places.len());
        for place in places.filter(|place| self.inventory.first_name(*place) == *place) {
            let Some(whole) = self.inventory.whole(place) else { continue };
            match message(whole, start, bytes.as_ref().map_or(&[], |bytes| bytes)) {
                Some(message) => {
                    there.push(place);
                    messages.push(message);
                }
                // Read again by itself, so that it gets the error that concerns it.
                None => outcomes.push((place, self.alone(place))),
            }
        }
        let mut values = vec![Vec::with_capacity(self.algorithms.len()); there.len()];
        for algorithm in self.algorithms {
            for (values, value) in values.iter_mut().zip(digest_many(*algorithm, &messages)) {
                values.push(value);
            }
        }
        self.progress.add(messages.iter().fold(0, |sum, message| sum.saturating_add(wide(message.len()))));
        outcomes.extend(there.into_iter().zip(values.into_iter().map(Ok)));
    }

    /// Digests one file by itself, as it is read: its content may be encoded, or lie in pieces.
    fn alone(&self, place: usize) -> Outcome {
        if self.inventory.first_name(place) != place {
            return Ok(Vec::new());
        }
        let mut entry = Entry::default();
        self.inventory.restore(place, &mut entry);
        let mut hashers: Vec<Hasher> = self.algorithms.iter().copied().map(Hasher::new).collect();
        let mut digest = || {
            Content::open(self.source, &entry)?.copy(0..u64::MAX, &mut |bytes| {
                hashers.iter_mut().for_each(|hasher| hasher.update(bytes));
                self.progress.add(wide(bytes.len()));
                Ok(())
            })
        };
        digest().map_err(|error| error.to_string())?;
        Ok(hashers.into_iter().map(Hasher::finish).collect())
    }
}

/// The bytes of a small file, which is `whole`, out of `bytes` that lie from `start` on; `None` when they are not all there.
fn message(whole: Range<u64>, start: u64, bytes: &[u8]) -> Option<&[u8]> {
    if whole.is_empty() {
        return Some(&[]);
    }
    bytes.get(narrow(whole.start.checked_sub(start)?)..narrow(whole.end.checked_sub(start)?))
}
