//! Divides an image that passes into files of the list and what lies between.

use super::Extraction;
use super::candidates::{Candidate, Missing, path};
use crate::request::Mapping;
use isokit_cli::Failure;
use isokit_cli::name::shown;
use isokit_core::Error;
use isokit_core::fill::{Contents as _, Reader};
use isokit_core::number::{narrow, wide};
use isokit_digests::{DigestValue, Hasher};
use isokit_jigdo::{BLOCK_LENGTH, MatchedFile, RsyncSum64, Template, Written};
use std::collections::HashSet;
use std::io::{self, ErrorKind, Write};

/// Bytes of a content that are read again at a time.
const STEP: usize = 256 << 10;

/// Writes the template of the image that it hears.
#[derive(Debug)]
pub(crate) struct Divider<'a, W> {
    extraction: &'a Extraction<'a>,
    template: Template<W>,
    /// Byte of the image that comes next.
    at: u64,
    /// The number of the candidate that comes next, or has begun.
    next: usize,
    /// What has passed of a candidate that has begun.
    begun: Option<Begun>,
    divided: Parts,
}

#[derive(Debug)]
struct Begun {
    hasher: Hasher,
    /// Its first bytes, up to [`BLOCK_LENGTH`].
    head: Vec<u8>,
}

#[derive(Debug, Default)]
struct Parts {
    parts: Vec<(DigestValue, Vec<u8>)>,
    known: HashSet<DigestValue>,
    missing: Missing,
}

/// An image that was divided.
#[derive(Debug)]
pub(super) struct Divided {
    pub template: Written,
    /// The checksum of each file, and where it comes from, in the order of the image.
    pub parts: Vec<(DigestValue, Vec<u8>)>,
    /// Files that had to be in the list.
    pub missing: Missing,
}

impl<'a, W: Write> Divider<'a, W> {
    pub(super) fn new(extraction: &'a Extraction<'a>, template: Template<W>) -> Self {
        Self { extraction, template, at: 0, next: 0, begun: None, divided: Parts::default() }
    }

    /// The next bytes of the image.
    ///
    /// # Errors
    /// Those of the template; see [`failure`].
    pub(super) fn hear(&mut self, bytes: &[u8]) -> io::Result<()> {
        let extraction = self.extraction;
        let mut rest = bytes;
        while !rest.is_empty() {
            let (begin, end) = extraction
                .candidates
                .get(self.next)
                .map_or((u64::MAX, u64::MAX), |next| (next.at, next.at.saturating_add(next.length)));
            let is_within = self.at >= begin;
            let until = if is_within { end } else { begin };
            let (now, later) = rest.split_at(rest.len().min(narrow(until.saturating_sub(self.at))));
            self.at = self.at.saturating_add(wide(now.len()));
            rest = later;
            if !is_within {
                self.template.unmatched(now)?;
                continue;
            }
            let algorithm = extraction.asked.checksum.algorithm();
            let begun =
                self.begun.get_or_insert_with(|| Begun { hasher: Hasher::new(algorithm), head: Vec::new() });
            begun.take(now);
            if self.at >= end {
                self.conclude()?;
            }
        }
        Ok(())
    }

    /// The image, whose checksum is `image`, ends here.
    ///
    /// # Errors
    /// As [`Divider::hear`].
    pub(super) fn end(self, image: &DigestValue) -> io::Result<Divided> {
        let Parts { parts, missing, .. } = self.divided;
        Ok(Divided { template: self.template.finish(image)?, parts, missing })
    }

    /// All of a candidate has passed.
    fn conclude(&mut self) -> io::Result<()> {
        let extraction = self.extraction;
        let Some((begun, candidate)) = self.begun.take().zip(extraction.candidates.get(self.next)) else {
            return Ok(());
        };
        self.next = self.next.saturating_add(1);
        let checksum = begun.hasher.finish();
        let in_list = candidate.files.iter().find_map(|files| extraction.list.path(files, &checksum));
        let Some(in_list) = in_list else {
            return self.put_back(candidate, &checksum);
        };
        if self.divided.known.insert(checksum) {
            self.divided.parts.push((checksum, mapped(in_list, &extraction.asked.map)));
        }
        let rsync_sum = RsyncSum64::new(&begun.head);
        self.template.matched(&MatchedFile { length: candidate.length, rsync_sum, checksum })
    }

    /// A candidate is no file of the list: what has passed of it, and had this checksum, is read again.
    fn put_back(&mut self, candidate: &Candidate, checksum: &DigestValue) -> io::Result<()> {
        let Extraction { contents, build, asked, .. } = self.extraction;
        let origin = &build.content(candidate.content).origin;
        if let Some(pattern) = candidate.required_by {
            // There will be no template.
            self.divided.missing.add(path(contents, origin), pattern);
            return Ok(());
        }
        let mut reader = contents.open(origin).map(Reader::new).ok();
        let mut hasher = Hasher::new(asked.checksum.algorithm());
        let mut buffer = vec![0; STEP];
        let mut left = candidate.length;
        while left > 0 {
            let room = buffer.len().min(narrow(left));
            let Some(piece) = buffer.get_mut(..room) else { break };
            // What is missing is zeros in the image, too.
            let read = reader.as_mut().and_then(|reader| reader.read(piece).ok()).unwrap_or_default();
            piece.get_mut(read..).unwrap_or_default().fill(0);
            hasher.update(piece);
            self.template.unmatched(piece)?;
            left = left.saturating_sub(wide(room));
        }
        if hasher.finish() == *checksum {
            return Ok(());
        }
        Err(io::Error::new(
            ErrorKind::InvalidData,
            format!(
                "not written, because {} changed while the image was made",
                shown(&contents.path(origin))
            ),
        ))
    }
}

impl Begun {
    fn take(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        let block = usize::try_from(BLOCK_LENGTH).unwrap_or(usize::MAX);
        let missing = block.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(bytes.get(..missing).unwrap_or_default());
    }
}

/// What an error of a [`Divider`] says of the template, whose name is `template`.
pub(super) fn failure(template: &str, error: io::Error) -> Failure {
    let error = match error.kind() {
        ErrorKind::InvalidData => Error::Unreadable(error.to_string()),
        _ => Error::io("write", error),
    };
    Failure { input: Some(template.to_owned()), error }
}

/// A path of the list as a .jigdo file has it.
fn mapped(path: &[u8], map: &[Mapping]) -> Vec<u8> {
    let fits = |mapping: &Mapping| {
        let rest = path.strip_prefix(mapping.from.as_slice())?;
        Some([&mapping.label, &b":"[..], rest].concat())
    };
    map.iter().find_map(fits).unwrap_or_else(|| path.to_vec())
}
