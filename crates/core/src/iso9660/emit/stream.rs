//! Filling an image front to back.

use super::Pages;
use super::boot_info::BootFacts;
use super::contents::{Contents, Copy, Observer};
use crate::error::{Error, Result};
use crate::iso9660::layout::SECTOR;
use crate::iso9660::plan::{Plan, What};
use crate::number::{narrow, wide};
use std::io;

/// Contents up to this size are read at once.
const SMALL: u64 = 128 * 1024;

/// Writes the image to `sink`, in order, never going back.
///
/// # Errors
/// [`Error::Io`] when writing fails. Contents that cannot be read are no error: see [`Observer::deviates`].
pub fn stream<O>(
    plan: &Plan<'_, O>,
    contents: &dyn Contents<O>,
    observer: &dyn Observer,
    sink: &mut dyn io::Write,
) -> Result<()> {
    let facts = BootFacts::gather(plan, contents, observer);
    let copy = Copy { plan, contents, observer, patches: &facts.patches };
    let (mut pages, mut out, mut buffer) = (Pages::default(), Vec::new(), Vec::new());
    for segment in plan.segments() {
        out.clear();
        match segment.what {
            What::Content(content) if segment.size <= SMALL => {
                copy.whole(content, &mut out);
                out.resize(narrow(segment.size.next_multiple_of(SECTOR)), 0);
            }
            What::Content(content) => {
                copy.pieces(content, &mut buffer, &mut |piece| sink.write_all(piece)).map_err(failed)?;
                out.resize(narrow(segment.size.next_multiple_of(SECTOR) - segment.size), 0);
            }
            _ => plan.emit(&segment, &facts, &mut pages, &mut out),
        }
        sink.write_all(&out).map_err(failed)?;
        observer.progress(wide(out.len()));
    }
    sink.flush().map_err(failed)
}

fn failed(error: io::Error) -> Error {
    Error::io("write", error)
}
