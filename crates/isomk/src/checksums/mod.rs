//! MD5 digests of the image that lie within it, made of its bytes on their way into it.

mod running;

use crate::sums::Sums;
use isokit_core::Result;
use isokit_core::iso9660::plan::{Checksum, Checksums, Digests};
use isokit_core::number::{narrow, wide};
use isokit_core::source::Source;
use isokit_core::tree::build::ContentId;
use isokit_digests::{Algorithm, DigestValue, Hasher};
use std::io::{self, Write};

pub(crate) use running::Running;

/// Sectors in which the descriptors of a volume are looked for.
const DESCRIPTORS: std::ops::Range<u64> = 16..48;

/// With what the block begins in which libisofs has the digest of the descriptors, behind these.
const TAG: &[u8] = b"libisofs_sb_checksum_tag";

/// Whether a block has the digest of the descriptors of an image that has digests.
pub(crate) fn is_tag(block: &[u8]) -> bool {
    block.starts_with(TAG)
}

/// Whether the image on `source` has digests.
///
/// # Errors
/// Those of reading.
pub(crate) fn are_in(source: &dyn Source) -> Result<bool> {
    let mut block = [0; TAG.len()];
    for sector in DESCRIPTORS {
        let have = source.read_some(sector.saturating_mul(2048), &mut block)?;
        if block.get(..have).is_some_and(is_tag) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Passes an image on, in order, with the digests that it has room for.
#[derive(Debug)]
pub(crate) struct Recorder<'r, W> {
    to: W,
    checksums: Checksums<'r>,
    /// Digests of contents, each known once it has passed.
    contents: &'r Sums,
    /// Of all that has passed.
    session: Running,
    /// Bytes that have passed.
    at: u64,
    /// What is still to come, the next one last.
    coming: Vec<Checksum>,
    /// What takes the place of the zeros that come next, and how much of it has.
    made: Vec<u8>,
    given: usize,
}

impl<'r, W: Write> Recorder<'r, W> {
    /// To `to`; `contents` are MD5 digests, and `session` is that of nothing yet.
    pub(crate) fn new(to: W, checksums: Checksums<'r>, contents: &'r Sums, session: Running) -> Self {
        let coming = Checksums::ALL.into_iter().rev().collect();
        Self { to, checksums, contents, session, at: 0, coming, made: Vec::new(), given: 0 }
    }

    /// Makes what begins here, if something does.
    fn make(&mut self) -> io::Result<()> {
        let Some(next) = self.coming.last().copied() else { return Ok(()) };
        let at = self.checksums.place(next).0;
        if self.at < at {
            return Ok(());
        }
        let has_passed = |content: &ContentId| self.contents.digest(*content).is_some();
        if self.at > at || (next == Checksum::Array && !self.checksums.contents().iter().all(has_passed)) {
            return Err(io::Error::other("the image was not written in order"));
        }
        let before = bytes(&self.session.digest()?);
        (self.made, self.given) = (self.checksums.bytes(next, before, self.contents), 0);
        self.coming.pop();
        Ok(())
    }

    /// Passes on the bytes up to the next structure, or in place of them those of one that was made.
    fn pass(&mut self, piece: &[u8]) -> io::Result<usize> {
        let made = self.made.get(self.given..).unwrap_or_default();
        let end = self.coming.last().map_or(u64::MAX, |next| self.checksums.place(*next).0);
        let room = if made.is_empty() { narrow(end.saturating_sub(self.at)) } else { made.len() };
        let length = piece.len().min(room);
        let piece = if made.is_empty() { piece } else { made };
        let piece = piece.get(..length).unwrap_or_default();
        self.to.write_all(piece)?;
        // Nothing is told of what lies behind the last structure.
        if !self.coming.is_empty() {
            self.session.update(piece)?;
        }
        self.given = self.given.saturating_add(length);
        self.at = self.at.saturating_add(wide(length));
        Ok(length)
    }
}

impl<W: Write> Write for Recorder<'_, W> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if self.given >= self.made.len() {
            self.made.clear();
            self.make()?;
        }
        self.pass(piece)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

impl Digests for Sums {
    fn md5(&self, message: &[u8]) -> [u8; 16] {
        bytes(&Hasher::digest(Algorithm::Md5, message))
    }

    fn of(&self, content: ContentId) -> [u8; 16] {
        self.digest(content).map_or([0; 16], |digest| bytes(&digest))
    }
}

/// Those of an MD5 digest.
fn bytes(digest: &DigestValue) -> [u8; 16] {
    digest.as_bytes().try_into().unwrap_or_default()
}
