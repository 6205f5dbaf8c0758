//! The manifest of the files in the image, made from their bytes as they are written.

use crate::sources::Origin;
use isokit_core::fill::Listener;
use isokit_core::tree::Kind;
use isokit_core::tree::build::{Build, ContentId};
use isokit_digests::line::{self, Style};
use isokit_digests::{Algorithm, DigestValue, Hasher};
use std::sync::{Mutex, PoisonError};

/// SHA-256 digests of contents, as writing makes them known.
#[derive(Debug)]
pub(crate) struct Sums {
    /// By [`ContentId`]; `None` until the content was written as a whole.
    digests: Mutex<Vec<Option<DigestValue>>>,
}

impl Sums {
    pub(crate) fn new(build: &Build<Origin>) -> Self {
        Self { digests: Mutex::new(vec![None; build.contents().len()]) }
    }

    /// Hears the bytes of `content` as they are written; the digest is there once all have come.
    pub(crate) fn listen(&self, content: ContentId) -> Box<dyn Listener + '_> {
        Box::new(One { sums: self, content, hasher: Hasher::new(Algorithm::Sha256) })
    }

    /// The manifest as sha256sum writes it: every regular file, sorted by path.
    pub(crate) fn manifest(&self, build: &Build<Origin>) -> Vec<u8> {
        let digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        let empty = Hasher::digest(Algorithm::Sha256, b"");
        let mut lines: Vec<(Vec<u8>, DigestValue)> = Vec::new();
        for name in build.names().filter(|name| build.kind(*name) == Kind::File) {
            let digest = match build.file(build.name(name).file).content {
                None => Some(empty),
                Some(content) => digests.get(content.index()).copied().flatten(),
            };
            lines.extend(digest.map(|digest| (build.path(name), digest)));
        }
        lines.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        let mut text = Vec::new();
        for (path, digest) in lines {
            line::write(&mut text, Style::default(), Algorithm::Sha256, &path, &digest);
        }
        text
    }
}

struct One<'s> {
    sums: &'s Sums,
    content: ContentId,
    hasher: Hasher,
}

impl Listener for One<'_> {
    fn bytes(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
    }

    fn end(self: Box<Self>) {
        let digest = self.hasher.finish();
        let mut digests = self.sums.digests.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = digests.get_mut(self.content.index()) {
            *known = Some(digest);
        }
    }
}
