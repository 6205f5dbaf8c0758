//! Where the bytes of an image come from: one trait, no cursor.

use crate::error::{Error, Location, Problem, Result, Structure};
use crate::number::wide;
use std::fmt;
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd};

pub(crate) mod descriptor;
mod file;
#[cfg(all(target_os = "linux", not(isokit_portable)))]
mod map;
#[cfg(not(all(target_os = "linux", not(isokit_portable))))]
#[path = "unmapped.rs"]
mod map;
mod memory;
mod pipe;
mod section;
mod sectors;
mod shifted;
mod waiting;

pub use file::File;
pub use map::Map;
pub use memory::Memory;
pub use pipe::{IN_MEMORY, Pipe};
pub use section::Section;
pub use sectors::InSectors;
pub(crate) use shifted::Shifted;
pub use waiting::Waiting;

/// Widens a pipe to 1 MiB, where the system allows it: fewer wake-ups at both ends. What is no pipe stays as it is.
pub fn widen(pipe: &impl AsFd) {
    crate::system::widen(pipe);
}

/// `ranges` with each byte moved.
fn moved(ranges: &[Range<u64>], by: impl Fn(u64) -> u64) -> Vec<Range<u64>> {
    ranges.iter().map(|range| by(range.start)..by(range.end)).collect()
}

/// The input as a whole, for errors about its end.
pub const IMAGE: Structure = Structure::new("image", "its own size");

/// Bytes of a sector of the discs that images are of.
const SECTOR: u32 = 2048;

/// Bytes of the blocks that files can share: those of ext4, XFS and Btrfs, unless they were made otherwise.
pub(crate) const SHARED_BLOCK: u64 = 4096;

/// How a source can be read, and what that costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anywhere, as often as wanted: what lies far ahead costs no more than what is near.
    Random,
    /// Forward: what lies far ahead costs everything before it, which is kept until it is released.
    Forward,
}

impl Access {
    /// Short for a comparison with [`Access::Random`].
    pub const fn is_random(self) -> bool {
        matches!(self, Self::Random)
    }
}

/// Bytes of a source that the kernel can read by itself: see [`Source::run`].
#[derive(Debug, Clone, Copy)]
pub struct Run<'s> {
    /// The descriptor they can be read from, at `offset`.
    pub file: BorrowedFd<'s>,
    /// Byte of `file` at which the first of them lies.
    pub offset: u64,
    /// How many follow each other there; more than the source has where it goes on to its end.
    pub length: u64,
}

/// A place to read bytes from at any offset.
///
/// All offsets are bytes from the start of this source; [`Source::origin`] says where that start lies in the
/// input the user named.
pub trait Source: Send + Sync + fmt::Debug {
    /// Bytes there are, or `None` when that is not known before they have all passed (a pipe).
    fn size(&self) -> Option<u64>;

    /// Fills `into` from byte `at` as far as the source goes and returns how many bytes were filled: fewer than
    /// asked only at the end.
    ///
    /// # Errors
    /// [`Error::Io`] when the system fails; [`Error::Unreadable`] when the source cannot go back to `at`.
    fn read_some(&self, at: u64, into: &mut [u8]) -> Result<usize>;

    /// Fills `into` from byte `at`, exactly.
    ///
    /// # Errors
    /// As [`Source::read_some`]; and [`Problem::Ends`] at the first missing byte, or [`Problem::Behind`].
    fn read_at(&self, at: u64, into: &mut [u8]) -> Result<()> {
        let have = self.read_some(at, into)?;
        if have == into.len() { Ok(()) } else { Err(self.ends(at, wide(have), wide(into.len()))) }
    }

    /// How it can be read, as things stand: what passes once can be read anywhere when it has ended and all of it was kept.
    fn access(&self) -> Access {
        Access::Random
    }

    /// These bytes will be read soon, in this order. A hint: who has them far away can fetch them together.
    fn will_read(&self, _ranges: &[Range<u64>]) {}

    /// Absolute byte offset, in the input the user named, of this source's byte 0.
    fn origin(&self) -> u64 {
        0
    }

    /// Bytes of the sectors that errors name: 2048, as discs have them, but of an [`InSectors`].
    fn sector_size(&self) -> u32 {
        SECTOR
    }

    /// Where byte `at` of this source lies in the input the user named.
    fn location(&self, at: u64) -> Location {
        Location::in_sectors(self.origin().saturating_add(at), self.sector_size())
    }

    /// First byte there is: 0, but of a part of a disc whose offsets count from the start of the disc.
    fn first(&self) -> u64 {
        0
    }

    /// A promise that bytes before `at` are never asked for again. A hint: a pipe forgets them.
    fn done_before(&self, _at: u64) {}

    /// Bytes that were taken of a source that passes once; `None` of one that can be read anywhere.
    fn passed(&self) -> Option<u64> {
        None
    }

    /// Where the kernel can read byte `at` of this source and those that follow it; `None` when they have to pass through
    /// the program.
    fn run(&self, _at: u64) -> Option<Run<'_>> {
        None
    }

    /// The error for a source that ended `have` bytes after `at` when `need` were wanted; `at` may lie behind its end.
    fn ends(&self, at: u64, have: u64, need: u64) -> Error {
        if let Some(size) = self.size().filter(|size| *size < at) {
            let end = self.location(size);
            return IMAGE.at(self.location(at)).corrupt(Problem::Behind { end, need });
        }
        let end = at.saturating_add(have);
        let end = self.size().map_or(end, |size| size.min(end));
        let need = at.saturating_add(need).saturating_sub(end);
        IMAGE.at(self.location(end)).corrupt(Problem::Ends { need })
    }
}

/// Whatever leads to a source is one.
macro_rules! source_behind {
    ($($pointer:ty),*) => {$(
        impl<S: Source + ?Sized> Source for $pointer {
            fn size(&self) -> Option<u64> {
                (**self).size()
            }
            fn read_some(&self, at: u64, into: &mut [u8]) -> Result<usize> {
                (**self).read_some(at, into)
            }
            fn origin(&self) -> u64 {
                (**self).origin()
            }
            fn sector_size(&self) -> u32 {
                (**self).sector_size()
            }
            fn first(&self) -> u64 {
                (**self).first()
            }
            fn done_before(&self, at: u64) {
                (**self).done_before(at);
            }
            fn passed(&self) -> Option<u64> {
                (**self).passed()
            }
            fn access(&self) -> Access {
                (**self).access()
            }
            fn will_read(&self, ranges: &[Range<u64>]) {
                (**self).will_read(ranges);
            }
            fn run(&self, at: u64) -> Option<Run<'_>> {
                (**self).run(at)
            }
        }
    )*};
}

source_behind!(&S, Box<S>, std::sync::Arc<S>);
