//! What of an image is missing at its end.

use isokit_core::error::{Error, Problem};
use isokit_core::source::{IMAGE, Source};
use isokit_core::tree::Entry;

/// Compares what the image says it has with what there is.
#[derive(Debug)]
pub(crate) struct Truncation<'s> {
    source: &'s dyn Source,
    /// The furthest byte that something needs, exclusive.
    needed: u64,
    entries: u64,
    /// Directories whose content, and names whose record, lies behind the end.
    missing: u64,
    /// The volume says that it ends where the image does or before: it was not cut, and addresses behind it are wrong.
    is_whole: bool,
}

impl<'s> Truncation<'s> {
    /// For an image on `source` whose volume declares that it ends before byte `volume_end`.
    pub(crate) fn new(source: &'s dyn Source, volume_end: u64) -> Self {
        let is_whole = volume_end > 0 && source.size().is_some_and(|size| volume_end <= size);
        Self { source, needed: volume_end, entries: 0, missing: 0, is_whole }
    }

    /// Counts `entry` if its content goes on behind the end of the image.
    pub(crate) fn see(&mut self, entry: &Entry) {
        let end = entry.end();
        self.needed = self.needed.max(end);
        if self.source.size().is_some_and(|size| size < end) {
            self.entries = self.entries.saturating_add(1);
        }
    }

    /// Whether `error` is but that the image ends too early, which is said once, at the end.
    pub(crate) fn accounts_for(&mut self, error: &Error) -> bool {
        if let Error::Corrupt(error) = error
            && let (IMAGE, Problem::Ends { need } | Problem::Behind { need, .. }) =
                (error.what, &error.problem)
        {
            let end = error.at.byte().saturating_sub(self.source.origin()).saturating_add(*need);
            self.needed = self.needed.max(end);
        }
        let accounted = error.is_truncation() && self.source.size().is_some_and(|size| size < self.needed);
        if accounted {
            self.missing = self.missing.saturating_add(1);
        }
        accounted
    }

    /// The sentence about what is missing, if anything is.
    pub(crate) fn sentence(&self) -> Option<String> {
        let size = self.source.size().filter(|size| *size < self.needed)?;
        let error = self.source.ends(size, 0, self.needed.saturating_sub(size));
        if self.is_whole {
            return Some(self.misled(size));
        }
        let things =
            |count, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        Some(match (self.entries, self.missing) {
            (0, 0) => error.to_string(),
            (entries, 0) => {
                format!(
                    "{error}; {} cut",
                    things(entries, "of the entries listed is", "of the entries listed are")
                )
            }
            (_, missing) => {
                format!(
                    "{error}; {} not listed",
                    things(missing, "file or directory is", "files or directories are")
                )
            }
        })
    }

    /// The sentence about addresses that lead behind the end of an image that is whole, byte `size`.
    fn misled(&self, size: u64) -> String {
        let place = format!("{}: image: ends here, as its volume does", self.source.location(size));
        let what = match (self.entries, self.missing) {
            (1, 0) => "the contents of 1 listed entry lie beyond it".to_owned(),
            (entries, 0) => format!("the contents of {entries} listed entries lie beyond it"),
            (_, 1) => "1 file or directory lies behind it and is not listed".to_owned(),
            (_, missing) => format!("{missing} files or directories lie behind it and are not listed"),
        };
        format!("{place}; {what}")
    }
}
