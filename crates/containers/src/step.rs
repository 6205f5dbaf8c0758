//! The unit in which uncompressed bytes travel between two stages.

use crate::error::{Error, Result};
use isokit_core::number::wide;
use isokit_core::sink;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

/// Bytes of one step: large enough to make the hand-over cheap, small enough to stay in cache.
pub const STEP: usize = 256 * 1024;

/// Steps a [`Pool`] keeps; more than that wait nowhere.
const KEPT: usize = 8;

/// A buffer of [`STEP`] bytes of which the first are filled.
#[derive(Debug)]
pub struct Step {
    bytes: Box<[u8]>,
    filled: usize,
}

impl Default for Step {
    fn default() -> Self {
        Self { bytes: vec![0; STEP].into_boxed_slice(), filled: 0 }
    }
}

impl Step {
    /// A step with all its room free.
    pub fn new() -> Self {
        Self::default()
    }

    /// A step without room, in the place of one that is elsewhere.
    pub fn nothing() -> Self {
        Self { bytes: Box::default(), filled: 0 }
    }

    /// What was put into it so far.
    pub fn filled(&self) -> &[u8] {
        self.bytes.get(..self.filled).unwrap_or_default()
    }

    /// Where the next bytes go; [`Step::advance`] says how many they were.
    pub fn room(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.filled..).unwrap_or_default()
    }

    /// The first `count` bytes of the room are now filled.
    pub fn advance(&mut self, count: usize) {
        self.filled = self.filled.saturating_add(count).min(self.bytes.len());
    }

    /// Takes as much of `bytes` as there is room for.
    pub fn append(&mut self, bytes: &[u8]) {
        let room = self.room();
        let count = room.len().min(bytes.len());
        if let (Some(to), Some(from)) = (room.get_mut(..count), bytes.get(..count)) {
            to.copy_from_slice(from);
        }
        self.advance(count);
    }

    /// No room is left: the next stage should have it.
    pub fn is_full(&self) -> bool {
        self.filled == self.bytes.len()
    }

    fn clear(&mut self) {
        self.filled = 0;
    }
}

/// A place for bytes, in order: what decoders and encoders write to.
pub trait Sink {
    /// Takes all of `bytes`.
    ///
    /// # Errors
    /// [`Error::Output`](crate::Error::Output) when they cannot be written; any other ends the conversion as well.
    fn put(&mut self, bytes: &[u8]) -> Result<()>;

    /// Takes what `step` holds and gives an empty one back.
    ///
    /// # Errors
    /// As [`Sink::put`].
    fn exchange(&mut self, mut step: Step) -> Result<Step> {
        self.put(step.filled())?;
        step.clear();
        Ok(step)
    }
}

/// Takes everything and keeps nothing: for verification.
#[derive(Debug, Default)]
pub struct Discard;

impl Sink for Discard {
    fn put(&mut self, _bytes: &[u8]) -> Result<()> {
        Ok(())
    }
}

/// A sink that counts what passes to another one.
#[expect(missing_debug_implementations, reason = "a sink has none")]
pub struct Counted<'s> {
    sink: &'s mut dyn Sink,
    bytes: u64,
}

impl<'s> Counted<'s> {
    /// Nothing is counted yet.
    pub fn new(sink: &'s mut dyn Sink) -> Self {
        Self { sink, bytes: 0 }
    }

    /// All that came, whether the sink has written it or not.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Sink for Counted<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes = self.bytes.saturating_add(wide(bytes.len()));
        self.sink.put(bytes)
    }
}

/// Nothing is sure to be written before [`sink::Sink::finish`].
impl Sink for sink::Sink<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.write_all(bytes).map_err(Error::Output)
    }
}

impl Sink for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.extend_from_slice(bytes);
        Ok(())
    }
}

/// Steps that go round between two stages instead of being allocated each time.
#[derive(Debug, Default)]
pub(crate) struct Pool(Mutex<Vec<Step>>);

impl Pool {
    /// One that was given back, or a new one.
    pub(crate) fn take(&self) -> Step {
        let reused = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        reused.unwrap_or_default()
    }

    /// Keeps a step for [`Pool::take`], unless there are enough.
    pub(crate) fn give(&self, mut step: Step) {
        step.clear();
        let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if free.len() < KEPT {
            free.push(step);
        }
    }
}
