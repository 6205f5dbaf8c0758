//! Files digested by several threads: small ones by the stretch of disc they lie in, many at once; large ones alone.
//!
//! Each thread claims what comes next on the disc. From a pipe it reads while it holds the claim, so that the bytes are
//! taken in order; a file or device it reads while others claim.

use super::list::{List, Name, Stored};
use isokit_cli::progress::Progress;
use isokit_core::digest::{Algorithm, DigestValue, Hasher, digest_many};
use isokit_core::error::Result;
use isokit_core::number::{narrow, wide};
use isokit_core::source::Source;
use isokit_core::tree::content::Content;
use isokit_core::tree::{Entry, Extent};
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

/// The digests of the files of a list, or why there are none.
#[derive(Debug)]
pub(super) struct Results(Vec<Outcome>);

type Outcome = Result<Vec<DigestValue>, String>;

impl Results {
    /// Of the file with name `number`, which is the first name of its bytes.
    pub(super) fn of(&self, number: usize) -> Result<&[DigestValue], &str> {
        match self.0.get(number) {
            Some(Ok(values)) => Ok(values),
            Some(Err(problem)) => Err(problem),
            None => Err("not digested"),
        }
    }
}

/// One pass over an image.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    source: &'a dyn Source,
    list: &'a List,
    algorithms: &'a [Algorithm],
    passes: bool,
    progress: &'a Progress<'a>,
    sizes: Sizes,
    /// The first name nobody has claimed.
    next: Mutex<usize>,
}

/// What one claim is for.
enum Claim {
    /// The small files among these names, and the bytes of disc they lie in.
    Stretch(Range<usize>, Range<u64>),
    /// One large or odd file.
    Alone(usize),
}

impl<'a> Pass<'a> {
    /// Of every file of `list`. With `passes`, `source` is read front to back and told what is not needed again.
    pub(super) fn new(
        source: &'a dyn Source,
        list: &'a List,
        algorithms: &'a [Algorithm],
        passes: bool,
        progress: &'a Progress<'a>,
    ) -> Self {
        let sizes = if algorithms.contains(&Algorithm::Md5) { LARGE } else { USUAL };
        Self { source, list, algorithms, passes, progress, sizes, next: Mutex::new(0) }
    }

    /// Digests every file once.
    pub(super) fn digests(&self, threads: usize) -> Results {
        let mut outcomes = Vec::new();
        thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(|| self.work())).collect();
            outcomes.extend(self.work());
            for other in others {
                outcomes.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
        });
        let mut results = Vec::new();
        results.resize_with(self.list.names().len(), || Ok(Vec::new()));
        for (number, outcome) in outcomes {
            if let Some(result) = results.get_mut(number) {
                *result = outcome;
            }
        }
        Results(results)
    }

    /// Works until nothing is left to claim.
    fn work(&self) -> Vec<(usize, Outcome)> {
        let mut outcomes = Vec::new();
        let mut buffer = Vec::new();
        loop {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(claim) = self.claim(*next) else { break };
            let (names, place) = match claim {
                Claim::Stretch(names, place) => (names, Some(place)),
                Claim::Alone(number) => (number..number.saturating_add(1), None),
            };
            *next = names.end;
            let held = self.passes.then_some(next);
            if let (true, Some(name)) = (self.passes, self.list.names().get(names.start)) {
                self.source.done_before(place.as_ref().map_or(name.at, |place| place.start));
            }
            match place {
                Some(place) => {
                    let read = self.read(&mut buffer, &place);
                    drop(held);
                    let there = read.map(|length| buffer.get(..length).unwrap_or_default());
                    self.stretch(names, place.start, there, &mut outcomes);
                }
                None => outcomes.extend(names.map(|number| (number, self.alone(number)))),
            }
        }
        outcomes
    }

    /// What comes next from name `start` on: as many small files as fit a stretch, else one file.
    fn claim(&self, start: usize) -> Option<Claim> {
        let mut place: Option<Range<u64>> = None;
        let mut end = start;
        for name in self.list.names().get(start..)? {
            if name.stored != Stored::Whole || name.size > self.sizes.small {
                break;
            }
            let first = place.as_ref().map_or(name.at, |place| place.start);
            let last = name.at.saturating_add(name.size);
            if name.size > 0 {
                if last.saturating_sub(first) > self.sizes.stretch {
                    break;
                }
                let furthest = place.as_ref().map_or(0, |place| place.end);
                place = Some(first..furthest.max(last));
            }
            end = end.saturating_add(1);
        }
        match end > start {
            true => Some(Claim::Stretch(start..end, place.unwrap_or(0..0))),
            false => (start < self.list.names().len()).then_some(Claim::Alone(start)),
        }
    }

    /// Reads `place` into `buffer` as far as it is there; how far that is.
    fn read(&self, buffer: &mut Vec<u8>, place: &Range<u64>) -> Result<usize> {
        let length = narrow(place.end.saturating_sub(place.start));
        if buffer.len() < length {
            buffer.resize(length, 0);
        }
        self.source.read_some(place.start, buffer.get_mut(..length).unwrap_or_default())
    }

    /// Digests the files with these names out of the bytes that lie from `start` on.
    fn stretch(
        &self,
        names: Range<usize>,
        start: u64,
        bytes: Result<&[u8]>,
        outcomes: &mut Vec<(usize, Outcome)>,
    ) {
        let mut numbers = Vec::with_capacity(names.len());
        let mut messages = Vec::with_capacity(names.len());
        for number in names.filter(|number| self.list.first_name(*number) == *number) {
            let Some(name) = self.list.names().get(number) else { continue };
            match message(name, start, bytes.as_ref().map_or(&[], |bytes| bytes)) {
                Some(message) => {
                    numbers.push(number);
                    messages.push(message);
                }
                // Read again by itself, so that it gets the error that concerns it.
                None => outcomes.push((number, self.alone(number))),
            }
        }
        let mut values = vec![Vec::with_capacity(self.algorithms.len()); numbers.len()];
        for algorithm in self.algorithms {
            for (values, value) in values.iter_mut().zip(digest_many(*algorithm, &messages)) {
                values.push(value);
            }
        }
        self.progress.add(messages.iter().fold(0, |sum, message| sum.saturating_add(wide(message.len()))));
        outcomes.extend(numbers.into_iter().zip(values.into_iter().map(Ok)));
    }

    /// Digests one file by itself.
    fn alone(&self, number: usize) -> Outcome {
        let Some(name) = self.list.names().get(number).filter(|_| self.list.first_name(number) == number)
        else {
            return Ok(Vec::new());
        };
        let whole;
        let entry = match &name.stored {
            Stored::Otherwise(entry) => entry.as_ref(),
            Stored::Whole => {
                let extents = vec![Extent::recorded(name.at, name.size)];
                whole = Entry { size: name.size, extents, ..Entry::default() };
                &whole
            }
        };
        let mut hashers: Vec<Hasher> = self.algorithms.iter().copied().map(Hasher::new).collect();
        let mut digest = || {
            Content::open(self.source, entry)?.copy(0..u64::MAX, &mut |bytes| {
                hashers.iter_mut().for_each(|hasher| hasher.update(bytes));
                self.progress.add(wide(bytes.len()));
                Ok(())
            })
        };
        digest().map_err(|error| error.to_string())?;
        Ok(hashers.into_iter().map(Hasher::finish).collect())
    }
}

/// The bytes of a small file, out of `bytes` that lie from `start` on; `None` when they are not all there.
fn message<'b>(name: &Name, start: u64, bytes: &'b [u8]) -> Option<&'b [u8]> {
    if name.size == 0 {
        return Some(&[]);
    }
    let from = name.at.checked_sub(start)?;
    bytes.get(narrow(from)..narrow(from.checked_add(name.size)?))
}
