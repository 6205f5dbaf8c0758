//! What jigdo makes the image again from, made while the image passes: a template with all but the files that are in a list,
//! and the .jigdo file, which says where these come from.
//!
//! A file may be in the list by its name and size; whether it is, its checksum tells when all of it has passed. If it is not,
//! it is read again for the template.

mod candidates;
mod divider;

use crate::contents::Contents;
use crate::image::Image;
use crate::passing::{Hears, Passing};
use crate::request::{Jigdo, Request};
use crate::sources::Origin;
use candidates::{Candidate, Missing};
use divider::Divider;
use isokit_cli::output::Output;
use isokit_cli::{Concerning, Failure};
use isokit_core::Error;
use isokit_core::tree::build::{Build, ContentId};
use isokit_digests::{Algorithm, DigestValue, Hasher};
use isokit_jigdo::{List, Settings, Template, can_name};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::thread::Scope;

/// What is made of an image that passes.
#[derive(Debug)]
pub(crate) struct Extraction<'a> {
    request: &'a Request,
    asked: &'a Jigdo,
    list: &'a List,
    build: &'a Build<Origin>,
    contents: &'a Contents<'a>,
    candidates: Vec<Candidate>,
}

/// The list, from its text.
///
/// # Errors
/// [`Error::Usage`] for a line that is none.
pub(crate) fn list(asked: &Jigdo, text: Vec<u8>) -> Result<List, Failure> {
    let list = List::new(text, asked.checksum).map_err(|malformed| Error::Usage(malformed.to_string()));
    list.concerning(asked.list.display())
}

impl<'a> Extraction<'a> {
    /// Of `image`, in which contents in `marked` are not as they are in their files.
    ///
    /// # Errors
    /// [`Error::Usage`] for files that have to be in the list and cannot be, by their names and sizes.
    pub(crate) fn new(
        request: &'a Request,
        (asked, list): (&'a Jigdo, &'a List),
        image: &Image<'_>,
        build: &'a Build<Origin>,
        contents: &'a Contents<'a>,
        marked: &[ContentId],
    ) -> Result<Self, Failure> {
        let mut missing = Missing::default();
        let finder = candidates::Finder { asked, list, build, contents, marked };
        let candidates = finder.find(&image.places(), &mut missing);
        missing.refuse(request, asked)?;
        Ok(Self { request, asked, list, build, contents, candidates })
    }

    /// Begins with the first byte of the image, which goes to `to`; the template goes to `template`. With `scope`, others than
    /// the thread that writes make it.
    ///
    /// # Errors
    /// When the template cannot be written.
    pub(crate) fn begin<'s, W: Write>(
        &'s self,
        to: W,
        template: &Output,
        scope: Option<&'s Scope<'s, '_>>,
    ) -> Result<Passing<'s, W, Ear<'s>>, Failure> {
        let begin = || -> io::Result<_> {
            let file = BufWriter::new(template.file().try_clone()?);
            Template::new(file, &self.settings(), &self.digests(&self.asked.template_digests))
        };
        let begun = begin().map_err(|error| Error::io("write", error)).concerning(template.name())?;
        let digests = self.digests(&self.asked.image_digests).into_iter();
        let mut ears: Vec<_> =
            digests.map(|algorithm| Ear::Digest(algorithm, Box::new(Hasher::new(algorithm)))).collect();
        ears.push(Ear::Template(Box::new(Divider::new(self, begun))));
        Ok(Passing::new(to, ears, scope))
    }

    /// Ends with the last byte of the image: the text of the .jigdo file.
    ///
    /// # Errors
    /// When the template could not be written or would not be that of the image, and [`Error::Usage`] for files that have to be
    /// in the list and are not.
    pub(crate) fn end<W: Write>(
        &self,
        passing: Passing<'_, W, Ear<'_>>,
        written: isokit_core::Result<()>,
        (image, template): (&Output, &Output),
    ) -> Result<Vec<u8>, Failure> {
        let of_template = |error| divider::failure(template.name(), error);
        let ears = passing.finish().map_err(of_template)?;
        written.concerning(image.name())?;
        let (mut digests, mut dividers) = (Vec::new(), Vec::new());
        for ear in ears {
            match ear {
                Ear::Digest(algorithm, hasher) => digests.push((algorithm, hasher.finish())),
                Ear::Template(divider) => dividers.push(divider),
            }
        }
        let checksum = self.asked.checksum.algorithm();
        let whole = digests.iter().find(|(algorithm, _)| *algorithm == checksum).map(|(_, digest)| *digest);
        let (Some(divider), Some(whole)) = (dividers.pop(), whole) else {
            return Err(Error::Usage("an image without a checksum".into()).into());
        };
        let divided = divider.end(&whole).map_err(of_template)?;
        divided.missing.refuse(self.request, self.asked)?;
        Ok(self.text(image, &digests, &divided))
    }

    fn text(
        &self,
        image: &Output,
        digests: &[(Algorithm, DigestValue)],
        divided: &divider::Divided,
    ) -> Vec<u8> {
        let [file, template] = [&self.asked.file, &self.asked.template].map(|path| name(Some(path)));
        let stem =
            |name: Option<&[u8]>| name.map(|name| Path::new(OsStr::from_bytes(name)).with_extension(""));
        let other = stem(file).or(stem(template)).unwrap_or_else(|| "image".into());
        let with = |end: &str| other.with_extension(end).into_os_string();
        let (iso, made_up) = (with("iso"), with("template"));
        let image = name(self.request.outputs.image.as_deref()).filter(|_| image.appears());
        let jigdo = isokit_jigdo::Jigdo {
            settings: &self.settings(),
            image_name: image.unwrap_or(iso.as_bytes()),
            image_digests: digests,
            template_name: template.unwrap_or(made_up.as_bytes()),
            template: &divided.template,
            parts: &divided.parts,
        };
        jigdo.text()
    }

    fn settings(&self) -> Settings<'static> {
        let Jigdo { checksum, compression, .. } = *self.asked;
        Settings { creator: concat!("isomk/", env!("CARGO_PKG_VERSION")), checksum, compression }
    }

    /// `asked`, and the algorithm that cannot be left out; each once.
    fn digests(&self, asked: &[Algorithm]) -> Vec<Algorithm> {
        let mut all = [asked, &[self.asked.checksum.algorithm()]].concat();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// What a file is called, if a .jigdo file can say that.
fn name(path: Option<&Path>) -> Option<&[u8]> {
    path.filter(|path| *path != Path::new("-"))?
        .file_name()
        .map(OsStr::as_bytes)
        .filter(|name| can_name(name))
}

/// What hears the image.
#[derive(Debug)]
pub(crate) enum Ear<'a> {
    Digest(Algorithm, Box<Hasher>),
    Template(Box<Divider<'a, BufWriter<File>>>),
}

impl Hears for Ear<'_> {
    fn hear(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Digest(_, hasher) => {
                hasher.update(bytes);
                Ok(())
            }
            Self::Template(divider) => divider.hear(bytes),
        }
    }
}
