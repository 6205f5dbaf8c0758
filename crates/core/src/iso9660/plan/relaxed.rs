//! Liberties with the identifiers of the primary tree that ECMA-119 does not grant, and that most readers take.

use crate::error::{Error, Result};

/// What identifiers may have beyond ECMA-119 7.5, 7.6 and clause 10; by default nothing. At [`Level::Four`] it has no effect:
/// ISO 9660:1999 allows all of it.
///
/// None of these changes what Rock Ridge and Joliet say. They are what mkisofs and xorriso have options for, for systems that
/// read the primary tree alone.
///
/// [`Level::Four`]: super::Level::Four
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Relaxed {
    /// Which characters stay as they are.
    pub characters: Characters,
    /// Letters keep their case; else they become upper case.
    pub lower_case: bool,
    /// More than the last dot of a name stays a dot. A leading one is decided by `leading_dot`.
    pub several_dots: bool,
    /// A dot that begins a name stays one.
    pub leading_dot: bool,
    /// Directories have extensions like files (7.6.1 allows them no dot).
    pub directory_extension: bool,
    /// A file without an extension has no dot (7.5.1 demands one).
    pub no_dot: bool,
    /// Files have no version number (7.5.1 demands one).
    pub no_version: bool,
    /// Most characters of an identifier, 1 to [`Relaxed::LONGEST`], whatever the level; `None` for those of the level.
    pub length: Option<u8>,
}

/// Characters of an identifier, dots and the case of letters aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Characters {
    /// Letters, digits and `_`: the d-characters (7.4.1).
    #[default]
    D,
    /// Those and `#`, `-`, `~`.
    Punctuated,
    /// The printable characters of ASCII.
    Ascii,
    /// All bytes: an identifier is the name itself, and one that is too long is refused.
    Untranslated,
}

impl Characters {
    /// Whether `c` stays as it is.
    pub(super) fn have(self, c: char) -> bool {
        match self {
            _ if c.is_ascii_alphanumeric() || c == '_' => true,
            Self::D => false,
            Self::Punctuated => matches!(c, '#' | '-' | '~'),
            Self::Ascii | Self::Untranslated => matches!(c, ' '..='~') && !matches!(c, '.' | '/'),
        }
    }
}

impl Relaxed {
    /// Bytes of the longest identifier that leaves a directory record room for Rock Ridge.
    pub const LONGEST: u8 = 96;

    /// That the length is one.
    ///
    /// # Errors
    /// [`Error::Usage`] when it is not.
    pub(super) fn check(&self) -> Result<()> {
        match self.length {
            Some(length) if !(1..=Self::LONGEST).contains(&length) => Err(Error::Usage(format!(
                "names of the primary tree: expected a length of 1 to {}",
                Self::LONGEST
            ))),
            _ => Ok(()),
        }
    }
}
