//! What the names of a list are names of: files, parts of images, or files in an image.

use crate::files::{self, Named};
use crate::image;
use crate::quote::quoted;
use crate::request::{Bytes, Inside, Manner, Part};
use crate::run::Run;
use crate::sums::{of_reader, open};
use isokit_cli::{Failure, Report};
use isokit_core::error::reason;
use isokit_digests::line::Line;
use isokit_digests::{Algorithm, DigestValue};
use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStrExt;
use std::sync::OnceLock;

/// Why there is no digest of what a line names.
#[derive(Debug, Clone)]
pub(crate) struct Trouble {
    /// `--ignore-missing` passes over it.
    pub(crate) missing: bool,
    /// Quoted for a shell where it has to be; empty when the problem is no file's.
    pub(crate) input: String,
    pub(crate) problem: String,
}

impl Trouble {
    fn system(name: &[u8], error: &io::Error) -> Self {
        let missing = error.kind() == ErrorKind::NotFound;
        Self { missing, input: quoted(name), problem: reason(error) }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        let missing = failure.error.io_kind() == Some(ErrorKind::NotFound);
        let input = failure.input.unwrap_or_default();
        Self { missing, input, problem: failure.error.to_string() }
    }
}

/// Where the digests come from that those of a list are compared with.
pub(super) enum Subject<'a> {
    /// Each name is that of a file, all of which counts.
    Files(StandardInput),
    /// Each name is that of an image, of which this part counts.
    Parts(&'a Part, StandardInput),
    /// Each name is that of a file in an image, which were all digested before.
    Image(Named),
}

impl<'a> Subject<'a> {
    /// Files, of which these `bytes` count.
    pub(super) fn by_name<'l>(bytes: &'a Bytes, lines: impl Iterator<Item = &'l Line>) -> Self {
        let of_standard_input = lines.filter(|line| line.name == b"-").map(|line| line.algorithm);
        let standard_input = StandardInput::new(of_standard_input.collect());
        match bytes {
            Bytes::Part(part) => Self::Parts(part, standard_input),
            Bytes::All => Self::Files(standard_input),
        }
    }

    /// The files in an image that `lines` name, all read now, in one pass.
    ///
    /// # Errors
    /// When it cannot be opened or is none.
    pub(super) fn image<'l>(
        of: &Inside,
        lines: impl Iterator<Item = &'l Line> + Clone,
        manner: &Manner,
        report: &Report,
    ) -> Result<Self, Failure> {
        let mut algorithms: Vec<Algorithm> = lines.clone().map(|line| line.algorithm).collect();
        algorithms.sort_unstable();
        algorithms.dedup();
        let names = lines.map(|line| line.name.as_slice());
        Ok(Self::Image(files::named(of, names, algorithms, manner, report)?))
    }

    /// The digest of what `line` names, by the algorithm of the line.
    pub(super) fn value(&self, line: &Line, run: &Run<'_>) -> Result<DigestValue, Trouble> {
        match self {
            Self::Image(named) => named.value(&line.name, line.algorithm),
            Self::Files(input) | Self::Parts(_, input) if line.name == b"-" => {
                input.value(line.algorithm, |algorithms| self.sums(b"-", algorithms, run))
            }
            Self::Files(_) | Self::Parts(..) => {
                let values = self.sums(&line.name, &[line.algorithm], run)?;
                let none = || Trouble::system(&line.name, &ErrorKind::InvalidData.into());
                values.first().copied().ok_or_else(none)
            }
        }
    }

    fn sums(
        &self,
        name: &[u8],
        algorithms: &[Algorithm],
        run: &Run<'_>,
    ) -> Result<Vec<DigestValue>, Trouble> {
        let path = OsStr::from_bytes(name);
        if let Self::Parts(part, _) = self {
            return Ok(image::sums(path, part, algorithms, 1, run)??.values);
        }
        let file = open(path, run.report);
        let sums = file.and_then(|mut file| of_reader(&mut file, algorithms, 1, &run.progress));
        sums.map(|sums| sums.values).map_err(|error| Trouble::system(name, &error))
    }
}

/// Standard input passes once, and a list may have a digest of it of every algorithm: all are made when the first is
/// wanted.
pub(super) struct StandardInput {
    algorithms: Vec<Algorithm>,
    values: OnceLock<Result<Vec<DigestValue>, Trouble>>,
}

impl StandardInput {
    fn new(mut algorithms: Vec<Algorithm>) -> Self {
        algorithms.sort_unstable();
        algorithms.dedup();
        Self { algorithms, values: OnceLock::new() }
    }

    fn value(
        &self,
        algorithm: Algorithm,
        sums: impl FnOnce(&[Algorithm]) -> Result<Vec<DigestValue>, Trouble>,
    ) -> Result<DigestValue, Trouble> {
        let values = self.values.get_or_init(|| sums(&self.algorithms)).as_ref().map_err(Trouble::clone)?;
        let position = self.algorithms.iter().position(|other| *other == algorithm);
        let value = position.and_then(|position| values.get(position));
        value.copied().ok_or_else(|| Trouble::system(b"-", &ErrorKind::InvalidData.into()))
    }
}
