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
mod ordered;
mod origins;
mod patch;
mod strict;
mod structures;
mod transfer;

pub use contents::{Contents, Deviation, Listener, Observer, Opened, Reader};
pub use in_place::fill_in_place;
pub use jobs::BATCH;
pub use ordered::{stream_to, write_to};
pub use origins::{Bytes, Files};
pub use patch::Patch;
pub use strict::{Strict, write_all};
pub use structures::{Pieces, put_structures};

use crate::number::wide;
use crate::tree::build::{Build, ContentId};
use std::io;

/// An image that is laid out: structures, then contents, then structures again. Every byte has its place before the
/// first is written.
pub trait Layout: Sync {
    /// What stands for the bytes of a content.
    type Origin: Sync;
    /// What has to be read of contents before the first byte of the image can be written.
    type Facts: Sync;

    /// The tree that is laid out.
    fn build(&self) -> &Build<Self::Origin>;

    /// Stored contents in the order of the medium.
    fn contents(&self) -> &[ContentId];

    /// Absolute byte offset of a stored content.
    fn content_at(&self, content: ContentId) -> u64;

    /// Absolute byte offset of what follows the contents. From the end of each content to the next, or to here, there
    /// are zeros.
    fn contents_end(&self) -> u64;

    /// Bytes of the image.
    fn size(&self) -> u64;

    /// Reads what has to be known of contents. What cannot be read is reported and counts as zeros.
    fn gather(&self, contents: &dyn Contents<Self::Origin>, observer: &dyn Observer) -> Self::Facts;

    /// Bytes of contents that are not those of their origins.
    fn patches<'f>(&self, facts: &'f Self::Facts) -> &'f [Patch];

    /// Whether contents that lie within structures before the contents lie within others behind them as well.
    fn has_copies(&self) -> bool {
        false
    }

    /// Gives the bytes of `part` in pieces, front to back, to `put`, which empties the buffer it is given; those of
    /// contents that lie within structures come from `embed`. Behind the last piece there are zeros.
    ///
    /// # Errors
    /// Those of `put`.
    fn structures(
        &self,
        part: Part,
        facts: &Self::Facts,
        embed: &mut Embed<'_>,
        put: &mut Put<'_>,
    ) -> io::Result<()>;
}

/// Where structures lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// From the first byte of the image to the first content.
    Front,
    /// From [`Layout::contents_end`] to the last byte.
    Back,
}

/// Appends the whole of a content, as it is to be in the image.
pub type Embed<'e> = dyn FnMut(ContentId, &mut Vec<u8>) + 'e;

/// Takes a piece of the image, and empties the buffer.
pub type Put<'p> = dyn FnMut(&mut Vec<u8>) -> io::Result<()> + 'p;

/// Absolute byte offset of what follows the content at this position of [`Layout::contents`].
fn end_of<L: Layout + ?Sized>(layout: &L, position: usize) -> u64 {
    let next = layout.contents().get(position.saturating_add(1));
    next.map_or_else(|| layout.contents_end(), |next| layout.content_at(*next))
}

/// Appends zeros to `buffer`, whose first byte is at `start` of the image, up to byte `end` of it.
fn pad_to(buffer: &mut Vec<u8>, start: u64, end: u64) {
    let at = start.saturating_add(wide(buffer.len()));
    buffer.resize(buffer.len().saturating_add(crate::number::narrow(end.saturating_sub(at))), 0);
}
