//! Filling an image: structures and contents of whatever was laid out become bytes, in order to a pipe, in place and in
//! parallel to a file.
//!
//! What is to be written is a [`Layout`]: a plan of ISO 9660, of UDF, or of both. What gives the bytes of files is a
//! [`Contents`]; for bytes in memory and for paths there is one. [`write_all`] needs nothing else:
//!
//! ```
//! use isokit_core::fill::{Bytes, write_all};
//! use isokit_core::tree::build::{Build, File};
//! use isokit_core::tree::{Kind, Time};
//! use isokit_core::udf::plan::{Options, plan};
//!
//! let time = Time { seconds: 1_700_000_000, nanoseconds: 0 };
//! let mut tree = Build::new(&File::new(Kind::Directory, 0o755, time))?;
//! tree.put_bytes("etc/motd", &File::new(Kind::File, 0o644, time), "Welcome.\n")?;
//! let options = Options::default();
//! let mut image = Vec::new();
//! write_all(&plan(&tree, &options)?, &Bytes, &mut image)?;
//! # Ok::<(), isokit_core::Error>(())
//! ```

mod contents;
mod in_place;
mod jobs;
mod maker;
mod origins;
mod patch;
mod reader;
mod stream;
mod strict;
mod structures;
mod transfer;

pub use contents::{Contents, Deviation, Listener, Observer, Opened};
pub use in_place::fill_in_place;
pub use jobs::BATCH;
pub use origins::{Bytes, Files};
pub use patch::Patch;
pub use reader::Reader;
pub use stream::{stream_to, write_to};
pub use strict::{Strict, write_all};
pub use structures::Pieces;

use crate::number::{narrow, wide};
use crate::tree::build::{Build, ContentId};
use std::io;

/// An image that is laid out as a list of [spans](Span). Every byte has its place before the first is written.
pub trait Layout: Sync {
    /// What stands for the bytes of a content.
    type Origin: Sync;
    /// What has to be read of contents before the first byte of the image can be written.
    type Facts: Sync;
    /// A structure, to be made with [`Layout::emit`].
    type Structure: Clone + Send;
    /// Room that is used again from one structure to the next.
    type Scratch: Default;

    /// The tree whose contents are laid out.
    fn build(&self) -> &Build<Self::Origin>;

    /// Bytes of the image.
    fn size(&self) -> u64;

    /// What lies where, in the order of the medium. Spans do not overlap, and that of a content is as long as it; where none
    /// is, there are zeros.
    fn spans(&self) -> impl Iterator<Item = Span<Self::Structure>> + Send + '_;

    /// Reads what has to be known of contents. What cannot be read is reported and counts as zeros.
    fn gather(&self, contents: &dyn Contents<Self::Origin>, observer: &dyn Observer) -> Self::Facts;

    /// Bytes of contents that are not those of their origins.
    fn patches<'f>(&self, facts: &'f Self::Facts) -> &'f [Patch];

    /// Appends the bytes of `structure` to `out`: no more than its span has; zeros follow. Those of contents that lie
    /// within it come from `embed`.
    ///
    /// # Errors
    /// Those of `out`.
    fn emit(
        &self,
        structure: &Self::Structure,
        facts: &Self::Facts,
        scratch: &mut Self::Scratch,
        embed: &mut Embed<'_>,
        out: &mut Pieces<'_, '_>,
    ) -> io::Result<()>;
}

/// A range of bytes of the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span<S> {
    /// Absolute byte offset.
    pub at: u64,
    /// Bytes.
    pub length: u64,
    /// What fills it.
    pub what: What<S>,
}

impl<S> Span<S> {
    /// Absolute byte offset of what follows it.
    pub const fn end(&self) -> u64 {
        self.at.saturating_add(self.length)
    }
}

/// What fills a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What<S> {
    /// A structure of the file system, or of what leads to it.
    Structure(S),
    /// A content of the tree.
    Content(ContentId),
}

/// Appends the whole of a content that lies within a structure, as it is to be in the image.
pub type Embed<'e> = dyn FnMut(ContentId, Occurrence, &mut Vec<u8>) + 'e;

/// Which of the structures that are recorded twice one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occurrence {
    /// There is one only.
    Only,
    /// The first of two.
    First,
    /// The second: the contents within it have been heard of, and only have to be the same.
    Again,
}

/// Takes a piece of the image, and empties the buffer.
pub type Put<'p> = dyn FnMut(&mut Vec<u8>) -> io::Result<()> + 'p;

/// Appends zeros to `buffer`, whose first byte is at `start` of the image, up to byte `end` of it.
fn pad_to(buffer: &mut Vec<u8>, start: u64, end: u64) {
    let at = start.saturating_add(wide(buffer.len()));
    buffer.resize(buffer.len().saturating_add(narrow(end.saturating_sub(at))), 0);
}
