//! Filling an image: structures and contents of whatever was laid out become bytes, in order to a pipe, in place and in
//! parallel to a file.
//!
//! What is to be written is a [`Layout`]: a plan of ISO 9660, of UDF, of both, or of FAT. What gives the bytes of files is a
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
mod edit;
mod in_place;
mod jobs;
mod maker;
mod origins;
mod patch;
mod planned;
mod reader;
mod stream;
mod strict;
mod structures;
mod transfer;

pub use contents::{Contents, Deviation, Listener, Observer, Opened};
pub(crate) use edit::{Edit, NewContent};
pub use in_place::fill_in_place;
pub use origins::{Bytes, Files};
pub(crate) use patch::Patch;
pub(crate) use planned::{Embed, Occurrence, Planned, Span, What};
pub use reader::Reader;
pub use stream::{stream_to, write_to};
pub use strict::{Strict, write_all};
pub(crate) use structures::Pieces;

use crate::number::{narrow, wide};
use crate::tree::build::{Build, ContentId};

/// An image that is laid out: a plan of this crate, nothing else can be one. Every byte has its place before the first is
/// written.
pub trait Layout: Planned<<Self as Layout>::Origin> {
    /// What stands for the bytes of a content.
    type Origin: Sync;

    /// The tree whose contents are laid out.
    fn build(&self) -> &Build<Self::Origin>;

    /// Bytes of the image, the zeros behind the last span included.
    fn size(&self) -> u64;

    /// Contents that have a place of their own, in the order of the medium: the byte of the image at which each begins. One
    /// that lies within a structure is left out, one that has several places is told of at each.
    fn places(&self) -> impl Iterator<Item = (u64, ContentId)> + Send + '_ {
        self.spans().filter_map(|span| match span.what {
            What::Content(content) => Some((span.at, content)),
            What::Structure(_) => None,
        })
    }
}

/// Appends zeros to `buffer`, whose first byte is at `start` of the image, up to byte `end` of it.
fn pad_to(buffer: &mut Vec<u8>, start: u64, end: u64) {
    let at = start.saturating_add(wide(buffer.len()));
    buffer.resize(buffer.len().saturating_add(narrow(end.saturating_sub(at))), 0);
}
