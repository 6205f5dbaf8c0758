//! Contents on their way into the image, in words: what opens them, and what hears of them.

use crate::extents::Extents;
use crate::tree::build::ContentId;
use std::fs::File;
use std::io;

/// What gives the bytes of contents. Most are opened once, from any thread.
pub trait Contents<O>: Sync {
    /// Opens what `origin` stands for. A directory or other thing without bytes has to be an error.
    ///
    /// # Errors
    /// Whatever keeps it from being read; the content becomes zeros and the observer hears of it.
    fn open<'c>(&'c self, origin: &'c O) -> io::Result<Opened<'c>>;
}

/// What gives the bytes of one content, until it is dropped.
#[derive(Debug)]
pub enum Opened<'c> {
    /// A file of its own, from its current position to its end.
    File(File),
    /// All of the content, in memory.
    Bytes(&'c [u8]),
    /// Likewise, made when it was asked for.
    Made(Vec<u8>),
    /// Bytes of a source that others use as well.
    Extents(Extents<'c>),
}

/// A content that was not what the plan said. The image is whole all the same: clipped, or filled with zeros.
#[derive(Debug)]
pub enum Deviation {
    /// It could not be opened or read; the rest is zeros.
    Unreadable(io::Error),
    /// It had only so many bytes; the rest is zeros.
    Shrunk(u64),
    /// It had more bytes than planned; they are not in the image.
    Grown,
    /// It lies in the image twice, and had other bytes the second time.
    Changed,
}

/// Hears what happens while an image is filled, from any thread.
pub trait Observer: Sync {
    /// A content was not what the plan said.
    fn deviates(&self, content: ContentId, how: Deviation);

    /// Something that wants the bytes of `content` as they are in the image, or nothing. A content that nobody listens
    /// to may be moved by the kernel.
    fn listen(&self, _content: ContentId) -> Option<Box<dyn Listener + '_>> {
        None
    }

    /// So many more bytes of the image are written; may come from several threads at once.
    fn progress(&self, _bytes: u64) {}
}

/// Hears the bytes of one content, in order.
pub trait Listener {
    /// The bytes behind those that came before, as they are in the image.
    fn bytes(&mut self, bytes: &[u8]);

    /// All planned bytes have come, zeros for missing ones included.
    fn end(self: Box<Self>);
}
