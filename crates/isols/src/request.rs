//! What is asked for: plain values, which know neither options nor their spelling.

use crate::line::Format;
use crate::lines::{Key, Order};
use isokit_core::image::Reading;
use isokit_core::tree::Detail;
use std::ffi::OsString;

/// An image, and what is to be printed of it.
#[derive(Debug)]
pub(crate) struct Request {
    /// The input; `-` is standard input.
    pub image: OsString,
    /// Which image of it is read, and how.
    pub reading: Reading,
    /// What is printed.
    pub what: What,
    /// Notes are printed.
    pub verbose: bool,
    /// Warnings are not.
    pub quiet: bool,
}

/// What is printed of an image.
#[derive(Debug)]
pub(crate) enum What {
    /// Files.
    List(Box<List>),
    /// Something about the image, in JSON or in words.
    Report(About, bool),
}

/// What a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    /// The volume.
    Volume,
    /// What boots.
    Boot,
    /// The sessions.
    Sessions,
}

/// How directories are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// What is in them, a heading before each where there are several.
    Contents,
    /// Every path below them.
    Recursive,
    /// They themselves.
    Themselves,
    /// A drawing of all that is below them.
    Tree,
}

/// A listing.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) shape: Shape,
    pub(crate) order: Order,
    /// Dot names and hidden entries too.
    pub(crate) all: bool,
    /// Names side by side on lines of this many columns.
    pub(crate) columns: Option<usize>,
    pub(crate) format: Format,
    /// Operands.
    pub(crate) paths: Vec<Vec<u8>>,
    /// No path is a pattern.
    pub(crate) literal: bool,
    /// What belongs to each name is looked at, even where lines say nothing of it.
    pub(crate) thorough: bool,
}

impl List {
    /// What the lines and their order need to know of each entry.
    pub(crate) fn detail(&self) -> Detail {
        let by_name = matches!(self.order.key, Key::None | Key::Name);
        if by_name && !self.thorough && self.format.says_names_only() { Detail::Names } else { Detail::All }
    }
}
