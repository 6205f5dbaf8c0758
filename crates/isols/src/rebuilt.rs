//! What is to be rebuilt of an image so that another one boots as it does, and the options that do.

use isokit_cli::name::quoted_argument;
use isokit_core::boot::Known;
use isokit_core::iso9660::el_torito::BootImage;
use isokit_core::partition::system_area::Content;
use isokit_core::partition::{Scheme, Table};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// The file that options name for the system area.
pub(crate) const SYSTEM_AREA: &str = "system-area.img";

/// What is known of how an image boots.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) images: &'a [BootImage],
    /// Of each of them.
    pub(crate) known: &'a [Known],
    pub(crate) tables: &'a [Table],
    pub(crate) system_area: &'a [Content],
    /// Path of the file that is the boot catalog.
    pub(crate) catalog: Option<&'a [u8]>,
    /// Byte behind the last file.
    pub(crate) end: u64,
    /// Whether a second set of volume descriptors lies in the partition of the volume.
    pub(crate) has_offset: bool,
}

/// A part of an image that is no file of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Its first 32 KiB.
    SystemArea,
    /// A partition of one of its tables.
    Partition(Scheme, u32),
}

/// Options, and what they need or leave out.
#[derive(Debug, Default)]
pub(crate) struct Spelled {
    /// An option each, with its value, as words of a shell.
    pub(crate) lines: Vec<String>,
    /// Files that have to be written before, and what of the image is in them.
    pub(crate) files: Vec<(String, Part)>,
    /// What no option tells.
    pub(crate) losses: Vec<String>,
}

impl Spelled {
    /// Adds an option without a value.
    pub(crate) fn option(&mut self, option: &str) {
        self.lines.push(option.to_owned());
    }

    /// Adds an option with one.
    pub(crate) fn value(&mut self, option: &str, value: &[u8]) {
        self.lines.push(format!("{option} {}", quoted_argument(OsStr::from_bytes(value))));
    }

    /// The system area is to be in a file.
    pub(crate) fn needs_system_area(&mut self) {
        self.files.push((SYSTEM_AREA.to_owned(), Part::SystemArea));
    }
}
