//! Contents of files, one after the other.

use crate::flags::spelled;
use crate::range::ByteRange;
use crate::stream::Stream;
use isokit_core::error::{Error, Result};
use isokit_core::source::Source;
use isokit_core::tree::content::Content;
use isokit_core::tree::inventory::needed_from;
use isokit_core::tree::resolve::Found;
use isokit_core::tree::{Entry, Extent, Kind};
use std::ops::Range;

/// Bytes by which text is told from binary data before a terminal shows it.
const HEAD: u64 = 4096;

/// Writes the contents of `files`, of each the `range` if there is one, to `stream`. What cannot be written, or not whole,
/// goes to `failed` with its path.
///
/// # Errors
/// When the output fails.
pub(crate) fn write(
    source: &dyn Source,
    files: &[Found],
    range: Option<ByteRange>,
    stream: &mut Stream<'_>,
    failed: &mut dyn FnMut(&[u8], Error),
) -> Result<()> {
    let needed = needed_from(files.iter().map(|file| first_byte(&file.entry)));
    for (file, needed) in files.iter().zip(needed) {
        source.done_before(needed);
        match one(source, &file.entry, range, stream) {
            Ok(()) => {}
            Err(error) if stream.is_broken() => return Err(error),
            Err(error) => failed(&file.path, error),
        }
    }
    stream.flush()
}

/// The first byte of the image that `entry` needs, if it needs any.
fn first_byte(entry: &Entry) -> Option<u64> {
    Extent::first_byte(&entry.extents).filter(|_| entry.kind == Kind::File)
}

fn one(source: &dyn Source, entry: &Entry, range: Option<ByteRange>, stream: &mut Stream<'_>) -> Result<()> {
    let refuse = |sentence: &str| Err(Error::Unreadable(sentence.to_owned()));
    match entry.kind {
        Kind::File => {}
        Kind::Directory => return refuse(&format!("is a directory{}", spelled::ARCHIVE)),
        Kind::Symlink => return refuse("is a dangling symbolic link"),
        Kind::CharacterDevice | Kind::BlockDevice => {
            return refuse("is a device, which has no contents in an image");
        }
        Kind::Fifo => return refuse("is a FIFO, which has no contents in an image"),
        Kind::Socket => return refuse("is a socket, which has no contents in an image"),
    }
    let mut content = Content::open(source, entry)?;
    let range = match range {
        None => 0..content.size(),
        Some(range) => range.within(content.size()).ok_or_else(|| {
            Error::Usage(format!(
                "the range begins beyond the end of the file, which has {} bytes",
                content.size()
            ))
        })?,
    };
    if stream.is_terminal() && is_binary(&mut content, range.clone())? {
        let sentence = format!("is binary data, not written to a terminal: redirect it{}", spelled::TO_FILE);
        return Err(Error::Unreadable(sentence));
    }
    copy(source, &mut content, range, stream)
}

/// Whether `range` of `content` begins with anything but text.
fn is_binary(content: &mut Content<'_>, range: Range<u64>) -> Result<bool> {
    let mut binary = false;
    let head = range.start..range.end.min(range.start.saturating_add(HEAD));
    content.copy(head, &mut |bytes| {
        binary |= bytes.contains(&0);
        Ok(())
    })?;
    Ok(binary)
}

/// Writes `range` of `content` to `stream`.
///
/// # Errors
/// Those of reading it; what came before is written. And when the output fails.
pub(crate) fn copy(
    source: &dyn Source,
    content: &mut Content<'_>,
    range: Range<u64>,
    stream: &mut Stream<'_>,
) -> Result<()> {
    if let Some(extents) = content.extents() {
        return extents.clipped(range).try_for_each(|extent| stream.extent(source, extent));
    }
    content.copy(range, &mut |bytes| stream.write(bytes))
}
