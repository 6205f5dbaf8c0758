//! What is asked for: plain values, which know neither options nor their spelling.

use crate::line::Format;
use crate::lines::{Key, Order};
use isokit_booting::Program;
use isokit_core::image::Reading;
use isokit_core::tree::Detail;
use std::ffi::OsString;

#[derive(Debug)]
pub(crate) struct Request {
    /// The file it is in; `-` is standard input.
    pub image: OsString,
    pub reading: Reading,
    pub what: What,
    /// Print notes: deviations that were tolerated.
    pub verbose: bool,
    /// Print no warnings; failures are printed all the same.
    pub quiet: bool,
}

#[derive(Debug)]
pub(crate) enum What {
    List(Box<List>),
    /// What boots, as options of a program that makes images.
    Options(Program),
    /// What isoinfo prints.
    Isoinfo(Isoinfo),
    /// A report in words, or with `true` as a line of JSON.
    Report(About, bool),
}

/// What is asked of isoinfo; of several things all are printed, but the descriptor alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Isoinfo {
    /// The primary volume descriptor.
    pub(crate) describes: bool,
    /// Names with what is known of them.
    pub(crate) lists: bool,
    /// Paths.
    pub(crate) finds: bool,
    pub(crate) lists_path_table: bool,
    /// Path of the file whose content is written.
    pub(crate) extracted: Option<Vec<u8>>,
    /// Names of Rock Ridge, where there are any.
    pub(crate) is_rock_ridge: bool,
    /// Sizes count sectors of 2048 bytes.
    pub(crate) in_sectors: bool,
    /// Names go to a terminal.
    pub(crate) escaped: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    Volume,
    /// El Torito, partition tables and what else firmware looks for.
    Boot,
    /// What is wrong with the image.
    Check,
    Sessions,
}

/// How directories that are operands are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// What is in them, a heading before each where there are several.
    Contents,
    Recursive,
    /// As `ls -d`: they are entries like any other.
    Themselves,
    Tree,
}

#[derive(Debug)]
pub(crate) struct List {
    pub(crate) shape: Shape,
    pub(crate) order: Order,
    /// Dot names, and entries whose hidden flag is set, too.
    pub(crate) all: bool,
    /// Names side by side on lines of this many columns.
    pub(crate) columns: Option<usize>,
    pub(crate) format: Format,
    /// What to list; the root where there is none.
    pub(crate) paths: Vec<Vec<u8>>,
    /// None of `paths` is a pattern.
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
