//! Digests of the files in the image, made from their bytes as they are written, and the manifest of them.

use crate::sources::Origin;
use isokit_core::fill::Listener;
use isokit_core::tree::Kind;
use isokit_core::tree::build::{Build, ContentId};
use isokit_digests::line::{self, Style};
use isokit_digests::{Algorithm, DigestValue, Hasher};
use std::sync::{Mutex, PoisonError};

/// Digests of contents, as writing makes them known.
#[derive(Debug)]
pub(crate) struct Sums {
    algorithm: Algorithm,
    /// By [`ContentId`]; `None` until the content was written as a whole.
    digests: Mutex<Vec<Option<DigestValue>>>,
}

impl Sums {
    pub(crate) fn new(algorithm: Algorithm, build: &Build<Origin>) -> Self {
        Self { algorithm, digests: Mutex::new(vec![None; build.contents().len()]) }
    }

    /// That of `content`, once it was written as a whole.
    pub(crate) fn digest(&self, content: ContentId) -> Option<DigestValue> {
        let digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        digests.get(content.index()).copied().flatten()
    }

    /// Hears the bytes of `content` as they are written; the digest is there once all have come.
    pub(crate) fn listen(&self, content: ContentId) -> Box<dyn Listener + '_> {
        Box::new(One { sums: self, content, hasher: Hasher::new(self.algorithm) })
    }

    /// The manifest as sha256sum and its like write it: every regular file, sorted by path.
    pub(crate) fn manifest(&self, build: &Build<Origin>) -> Vec<u8> {
        let digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        let empty = Hasher::digest(self.algorithm, b"");
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
            line::write(&mut text, Style::default(), self.algorithm, &path, &digest);
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
