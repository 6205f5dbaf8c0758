//! The file systems that are looked for on an image. One is added by a row of the table, and a file beside this one with
//! what the row says.

use super::{Image, Options, TreeKind};
use crate::error::{Error, Result};
use crate::source::Source;
use std::str::FromStr;

mod iso9660;
mod udf;

/// Those of this crate, in the order in which they are looked for. ISO 9660 tells where UDF may be.
const FORMATS: &[Format] = &[iso9660::FORMAT, udf::FORMAT];

/// A file system: its trees, and how a volume of it is found.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// The trees that a volume of it can have.
    pub trees: &'static [TreeKind],
    /// What volume the source begins with, in words such as `a UDF volume`, if it is one of this file system. It need not
    /// be whole. An error is one of the source.
    pub recognize: fn(&dyn Source) -> Result<Option<&'static str>>,
    /// The image on the source: what the file systems before this one made of it, or why there is nothing, together with the
    /// volume of this one, if there is one. Without one it is what was found. Most are told apart by [`Format::recognize`]
    /// and added by [`Image::join`].
    pub open: for<'s> fn(&'s dyn Source, &Options, found: Result<Image<'s>>) -> Result<Image<'s>>,
}

/// A file system is known by its trees.
impl PartialEq for Format {
    fn eq(&self, other: &Self) -> bool {
        self.trees == other.trees
    }
}

impl Eq for Format {}

/// Which names are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Names {
    /// Those of the tree that says most.
    #[default]
    Auto,
    /// Those of this tree; it is an error if the image does not have it.
    Only(TreeKind),
}

impl Names {
    /// The names that `text` asks for: `auto` or the word of a tree, of this crate or of one of the `further` formats.
    ///
    /// # Errors
    /// [`Error::Usage`] with the words that there are.
    pub fn parse(text: &str, further: &[Format]) -> Result<Self> {
        let trees = || FORMATS.iter().chain(further).flat_map(|format| format.trees);
        if text == "auto" {
            return Ok(Self::Auto);
        }
        trees().find(|tree| tree.word == text).map(|tree| Self::Only(*tree)).ok_or_else(|| {
            let words: Vec<&str> = std::iter::once("auto").chain(trees().map(|tree| tree.word)).collect();
            let (last, others) = words.split_last().unwrap_or((&"auto", &[]));
            Error::Usage(format!("{text}: not a tree: {} or {last}", others.join(", ")))
        })
    }
}

/// As [`Names::parse`], of this crate's trees alone.
impl FromStr for Names {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text, &[])
    }
}

impl Options {
    /// The file systems that are looked for, in this order.
    pub(super) fn formats(&self) -> impl DoubleEndedIterator<Item = &'static Format> {
        FORMATS.iter().chain(self.further)
    }
}
