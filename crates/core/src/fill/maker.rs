//! What makes the bytes of an image: structures as the layout emits them, contents clipped or zero-filled to the plan and patched
//! where a boot image has to know its own place.

use super::planned::Put;
use super::reader::Reader;
use super::{Contents, Deviation, Layout, Observer, Occurrence, Opened, Patch, Pieces, pad_to};
use crate::number::{narrow, wide};
use crate::tree::build::ContentId;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};
use std::io;
use std::sync::{Mutex, PoisonError};

/// Bytes of a large content that pass through the program at a time.
const STEP: usize = 256 * 1024;

/// What makes the bytes of an image, for any number of threads.
pub(super) struct Maker<'p, L: Layout> {
    pub(super) layout: &'p L,
    pub(super) contents: &'p dyn Contents<L::Origin>,
    pub(super) observer: &'p dyn Observer,
    facts: &'p L::Facts,
    patches: &'p [Patch],
    /// What the bytes of contents hash to that lie in two structures.
    embedded: Mutex<HashMap<ContentId, u64>>,
}

impl<'p, L: Layout> Maker<'p, L> {
    pub(super) fn new(
        layout: &'p L,
        contents: &'p dyn Contents<L::Origin>,
        observer: &'p dyn Observer,
        facts: &'p L::Facts,
    ) -> Self {
        Self { layout, contents, observer, facts, patches: layout.patches(facts), embedded: Mutex::default() }
    }
}

impl<L: Layout> Maker<'_, L> {
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
        let mut embed = |content, occurrence, into: &mut Vec<u8>| self.embed(content, occurrence, into);
        for (place, structure) in structures {
            out.pad_to(*place)?;
            self.layout.emit(structure, self.facts, scratch, &mut embed, &mut out)?;
        }
        out.finish()
    }

    /// Appends a whole content to `into`, in exactly its planned size.
    pub(super) fn whole(&self, content: ContentId, into: &mut Vec<u8>) {
        self.read_whole(content, into, &|how| self.observer.deviates(content, how));
        let size = narrow(self.layout.build().content(content).size);
        if let Some(mut listener) = self.observer.listen(content) {
            listener.bytes(&into[into.len() - size..]);
            listener.end();
        }
    }

    /// As [`Maker::whole`], for a content within a structure.
    fn embed(&self, content: ContentId, occurrence: Occurrence, into: &mut Vec<u8>) {
        let start = into.len();
        match occurrence {
            Occurrence::Only => return self.whole(content, into),
            Occurrence::First => self.whole(content, into),
            Occurrence::Again => self.read_whole(content, into, &|_| {}),
        }
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

    /// Reads into all of `into` but its last byte, where one more than planned would be; how many bytes there were, and
    /// whether there was one more.
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

    /// Puts the bytes that are not the origin's into `piece`, which begins at byte `at` of the content.
    fn patch(&self, content: ContentId, at: u64, piece: &mut [u8]) {
        for patch in self.patches.iter().filter(|patch| patch.content == content) {
            patch.apply(at, piece);
        }
    }
}
