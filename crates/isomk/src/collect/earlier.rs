//! What an earlier run of the same command left among the inputs.

use crate::spelling::Asked;
use isokit_core::image::{self, Image};
use isokit_core::source;
use isokit_digests::Algorithm;
use isokit_digests::line::Reader;
use rustix::fs::{Mode, OFlags, openat};
use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt;

/// Bytes that tell a list or a rule by their first line.
const BEGINNING: u64 = 1 << 16;

/// Whether the file `name` of the folder `above`, which `output` is about to replace, is what such an output makes, or nothing
/// yet: an image, a list of digests, or a rule for make(1).
pub(super) fn is_result(above: BorrowedFd<'_>, name: &[u8], output: Asked) -> bool {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let Ok(file) = openat(above, OsStr::from_bytes(name), flags, Mode::empty()) else {
        return false;
    };
    let file = File::from(file);
    if file.metadata().is_ok_and(|about| about.len() == 0) {
        return true;
    }
    match output {
        Asked::Sums => is_list(&first_line(file)),
        Asked::Depfile => is_rule(&first_line(file)),
        // It is being written already.
        Asked::Log => true,
        _ => source::File::new(file).is_ok_and(|file| Image::open(&file, &image::Options::default()).is_ok()),
    }
}

fn is_list(line: &[u8]) -> bool {
    Reader::new(&Algorithm::ALL).read(line).is_some()
}

fn is_rule(line: &[u8]) -> bool {
    line.ends_with(b":") || line.ends_with(b": \\")
}

fn first_line(file: File) -> Vec<u8> {
    let mut beginning = Vec::new();
    if file.take(BEGINNING).read_to_end(&mut beginning).is_err() {
        return Vec::new();
    }
    let end = beginning.iter().position(|byte| *byte == b'\n').unwrap_or(beginning.len());
    beginning.truncate(end);
    beginning
}
