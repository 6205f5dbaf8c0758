//! Contents on their way into the image: opened by the caller, clipped or zero-filled to the plan, patched where a
//! boot image has to know its own place.

use super::{Embedded, Layout, Patch, Pieces, Put, pad_to};
use crate::error::Error;
use crate::extents::{self, Extents};
use crate::number::{narrow, wide};
use crate::tree::build::ContentId;
use rustix::io::Errno;
use std::collections::HashMap;
use std::fs::File;
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::sync::{Mutex, PoisonError};

/// What gives the bytes of contents. Most are opened once, from any thread.
pub trait Contents<O>: Sync {
    /// Opens what `origin` stands for. A directory or other thing without bytes has to be an error.
    ///
    /// # Errors
    /// Whatever keeps it from being read; the content becomes zeros and the observer hears of it.
    fn open<'c>(&'c self, origin: &'c O) -> io::Result<Opened<'c>>;
}

/// An opened content.
#[derive(Debug)]
pub enum Opened<'c> {
    /// A file of its own, from its current position to its end.
    File(File),
    /// Bytes in memory.
    Bytes(&'c [u8]),
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

    /// So many more bytes of the image are done.
    fn progress(&self, _bytes: u64) {}
}

/// Hears the bytes of one content, in order.
pub trait Listener {
    /// The next bytes.
    fn bytes(&mut self, bytes: &[u8]);

    /// There are no more.
    fn end(self: Box<Self>);
}

/// Bytes of a large content that pass through the program at a time.
const STEP: usize = 256 * 1024;

/// Reads a content front to back.
#[derive(Debug)]
pub struct Reader<'c>(Forward<'c>);

#[derive(Debug)]
enum Forward<'c> {
    File(File),
    Bytes(&'c [u8]),
    Extents(extents::Reader<'c>),
}

impl<'c> Reader<'c> {
    /// From what was opened, at its beginning.
    pub fn new(opened: Opened<'c>) -> Self {
        Self(match opened {
            Opened::File(file) => Forward::File(file),
            Opened::Bytes(bytes) => Forward::Bytes(bytes),
            Opened::Extents(extents) => Forward::Extents(extents.reader()),
        })
    }

    /// Fills `into` as far as there are bytes; how many there were.
    ///
    /// # Errors
    /// What the system answers.
    pub fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while let Some(rest) = into.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.read_once(rest)? {
                0 => break,
                got => filled += got,
            }
        }
        Ok(filled)
    }

    /// One read, as far as it goes.
    fn read_once(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Forward::File(file) => loop {
                match rustix::io::read(file.as_fd(), &mut *into) {
                    Err(Errno::INTR) => {}
                    read => return Ok(read?),
                }
            },
            Forward::Bytes(bytes) => bytes.read(into),
            Forward::Extents(reader) => reader.read_some(into).map_err(system),
        }
    }

    /// Whether a file of its own has bytes after those that were read.
    pub(super) fn has_more(&mut self) -> bool {
        matches!(self.0, Forward::File(_)) && matches!(self.read(&mut [0]), Ok(1))
    }
}

/// What the system answered, as far as `error` is about that.
pub(super) fn system(error: Error) -> io::Error {
    match error {
        Error::Io(error) => error.source,
        error => io::Error::other(error.to_string()),
    }
}

/// What makes the bytes of an image.
pub(super) struct Copy<'p, L: Layout> {
    pub(super) layout: &'p L,
    pub(super) contents: &'p dyn Contents<L::Origin>,
    pub(super) observer: &'p dyn Observer,
    facts: &'p L::Facts,
    patches: &'p [Patch],
    /// What the bytes of contents hash to that lie in two structures.
    embedded: Mutex<HashMap<ContentId, u64>>,
}

impl<'p, L: Layout> Copy<'p, L> {
    pub(super) fn new(
        layout: &'p L,
        contents: &'p dyn Contents<L::Origin>,
        observer: &'p dyn Observer,
        facts: &'p L::Facts,
    ) -> Self {
        Self { layout, contents, observer, facts, patches: layout.patches(facts), embedded: Mutex::default() }
    }
}

impl<L: Layout> Copy<'_, L> {
    /// Gives the bytes of `structures`, each with its place, from byte `at` of the image on, to `put`; what follows them.
    ///
    /// # Errors
    /// Those of `put`.
    pub(super) fn structures(
        &self,
        at: u64,
        structures: &[(u64, L::Structure)],
        scratch: &mut L::Scratch,
        put: &mut Put<'_>,
    ) -> io::Result<u64> {
        let mut out = Pieces::new(at, put);
        let mut embed = |content, into: &mut Vec<u8>| self.embed(content, into);
        for (place, structure) in structures {
            out.pad_to(*place)?;
            self.layout.emit(structure, self.facts, scratch, &mut embed, &mut out)?;
        }
        out.finish()
    }

    /// Reads a whole content into `into`, which has exactly its planned size; `spare` is scratch space for one byte
    /// more, which tells whether the file grew without another system call.
    pub(super) fn whole(&self, content: ContentId, into: &mut Vec<u8>) {
        self.read_whole(content, into, &|how| self.observer.deviates(content, how));
        let size = narrow(self.layout.build().content(content).size);
        if let Some(mut listener) = self.observer.listen(content) {
            listener.bytes(&into[into.len() - size..]);
            listener.end();
        }
    }

    /// As [`Copy::whole`], for a content within a structure.
    fn embed(&self, embedded: Embedded, into: &mut Vec<u8>) {
        let start = into.len();
        let content = match embedded {
            Embedded::Once(content) => return self.whole(content, into),
            Embedded::First(content) => {
                self.whole(content, into);
                content
            }
            Embedded::Again(content) => {
                self.read_whole(content, into, &|_| {});
                content
            }
        };
        let mut hasher = DefaultHasher::new();
        hasher.write(into.get(start..).unwrap_or_default());
        let mut embedded = self.embedded.lock().unwrap_or_else(PoisonError::into_inner);
        if *embedded.entry(content).or_insert(hasher.finish()) != hasher.finish() {
            self.observer.deviates(content, Deviation::Changed);
        }
    }

    fn read_whole(&self, content: ContentId, into: &mut Vec<u8>, deviates: &dyn Fn(Deviation)) {
        let start = into.len();
        let size = narrow(self.layout.build().content(content).size);
        // A byte more than planned is asked for: one call then says that the file ends where it should.
        into.resize(start + size + 1, 0);
        let (have, more) = self.read_into(content, &mut into[start..], deviates);
        if have < size {
            into[start + have..].fill(0);
        }
        into.truncate(start + size);
        if more {
            deviates(Deviation::Grown);
        }
        self.patch(content, 0, &mut into[start..]);
    }

    /// Reads into all of `into` but its last byte; how many bytes there were, and whether there was one more.
    fn read_into(&self, content: ContentId, into: &mut [u8], deviates: &dyn Fn(Deviation)) -> (usize, bool) {
        let size = into.len() - 1;
        let origin = &self.layout.build().content(content).origin;
        let opened = match self.contents.open(origin) {
            Ok(opened) => opened,
            Err(error) => {
                deviates(Deviation::Unreadable(error));
                return (0, false);
            }
        };
        let is_file = matches!(opened, Opened::File(_));
        let room = if is_file { size + 1 } else { size };
        let mut reader = Reader::new(opened);
        match reader.read_once(&mut into[..room]).and_then(|got| {
            // Regular files give all there is at once; anything short of that needs a second look.
            if got >= size { Ok(got) } else { Ok(got + reader.read(&mut into[got..room])?) }
        }) {
            Ok(have) if have < size => {
                deviates(Deviation::Shrunk(wide(have)));
                (have, false)
            }
            Ok(have) => (size, have > size),
            Err(error) => {
                deviates(Deviation::Unreadable(error));
                (0, false)
            }
        }
    }

    /// Reads contents, each with its place, into the empty `into`, whose first byte is at byte `at` of the image.
    pub(super) fn batch(&self, at: u64, contents: &[(u64, ContentId)], into: &mut Vec<u8>) {
        for (place, content) in contents {
            pad_to(into, at, *place);
            self.whole(*content, into);
        }
    }

    /// Whether the image has other bytes than the origin.
    pub(super) fn is_patched(&self, content: ContentId) -> bool {
        self.patches.iter().any(|patch| patch.content == content)
    }

    /// Reads the piece at byte `done` of a content, as it is to be in the image. A reader that failed is gone after.
    pub(super) fn piece(
        &self,
        content: ContentId,
        reader: &mut Option<Reader<'_>>,
        done: u64,
        piece: &mut Vec<u8>,
    ) {
        let left = self.layout.build().content(content).size.saturating_sub(done);
        piece.clear();
        piece.resize(narrow(left).min(STEP), 0);
        let have = match reader.as_mut().map(|reader| reader.read(piece)) {
            Some(Ok(have)) => have,
            Some(Err(error)) => {
                self.observer.deviates(content, Deviation::Unreadable(error));
                *reader = None;
                0
            }
            None => 0,
        };
        if have < piece.len() && reader.take().is_some() {
            self.observer.deviates(content, Deviation::Shrunk(done + wide(have)));
        }
        piece[have..].fill(0);
        self.patch(content, done, piece);
    }

    /// Writes what belongs into `piece`, which begins at byte `at` of the content.
    fn patch(&self, content: ContentId, at: u64, piece: &mut [u8]) {
        for patch in self.patches.iter().filter(|patch| patch.content == content) {
            patch.apply(at, piece);
        }
    }
}
