//! The words behind an option.

use super::interval::piece;
use super::peer::Peer;
use crate::request::Piece;
use isokit_core::{Error, Result};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The words behind an option, and how the option was written.
#[derive(Debug)]
pub(crate) struct Values<'a> {
    /// For messages.
    pub option: &'a str,
    pub words: &'a [OsString],
}

impl Values<'_> {
    pub(super) fn word(&self, n: usize) -> &OsStr {
        self.words.get(n).map_or(OsStr::new(""), OsString::as_os_str)
    }

    pub(super) fn bytes(&self, n: usize) -> Vec<u8> {
        self.word(n).as_bytes().to_vec()
    }

    /// A pattern. genisoimage takes an empty one, which matches nothing.
    ///
    /// # Errors
    /// [`Error::Usage`] for an empty one, which xorriso refuses.
    pub(super) fn pattern(&self, n: usize, peer: Peer) -> Result<Option<Vec<u8>>> {
        match self.bytes(n) {
            empty if empty.is_empty() && peer.is_xorriso() => Err(self.wrong("a pattern")),
            pattern => Ok(Some(pattern).filter(|pattern| !pattern.is_empty())),
        }
    }

    pub(super) fn path(&self, n: usize) -> PathBuf {
        self.word(n).into()
    }

    /// A file on disk, or bytes out of it or of the image `imported`.
    ///
    /// # Errors
    /// [`Error::Usage`] for what is none of them, and for bytes of an image where none is read.
    pub(super) fn piece(&self, n: usize, imported: Option<&Path>) -> Result<Piece> {
        piece(self.word(n).as_bytes(), imported).ok_or_else(|| {
            self.wrong(
                "a file, --interval:local_fs:START-END::FILE, \
                 or behind -indev --interval:imported_iso:START-END::",
            )
        })
    }

    /// The word as text.
    ///
    /// # Errors
    /// [`Error::Usage`] for bytes that are none.
    pub(super) fn text(&self, n: usize) -> Result<&str> {
        self.word(n).to_str().ok_or_else(|| self.wrong("UTF-8"))
    }

    /// The word as whatever it stands for.
    ///
    /// # Errors
    /// [`Error::Usage`], which says that `expected` was.
    pub(super) fn parsed<T: FromStr>(&self, n: usize, expected: &str) -> Result<T> {
        self.text(n)?.parse().map_err(|_| self.wrong(expected))
    }

    /// A number in decimal digits, or in hexadecimal behind `0x`.
    ///
    /// # Errors
    /// [`Error::Usage`] for anything else, and for one over `most`.
    pub(super) fn number(&self, n: usize, most: u32) -> Result<u32> {
        let text = self.text(n)?;
        let number = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => text.parse().ok(),
        };
        number.filter(|number| *number <= most).ok_or_else(|| self.wrong(&format!("a number up to {most}")))
    }

    /// What is said of a value that is not what was `expected`.
    pub(super) fn wrong(&self, expected: &str) -> Error {
        let words: Vec<String> =
            self.words.iter().map(|word| word.as_bytes().escape_ascii().to_string()).collect();
        Error::Usage(format!("{}: \"{}\", expected {expected}", self.option, words.join(" ")))
    }
}
