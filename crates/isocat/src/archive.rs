//! Members of an archive, written.

use crate::contents::copy;
use crate::stream::Stream;
use isokit_core::error::{Error, Result};
use isokit_core::source::Source;
use isokit_core::tree::content::{Content, first_missing};
use isokit_core::tree::inventory::Inventory;
use isokit_core::tree::{Entry, Kind};
use isokit_tar::{END, Type, padding};

/// Who is told about what an archive lacks.
pub(crate) trait Lacks {
    /// The member at `path` is missing, or not what the image should have had.
    fn failure(&mut self, path: &[u8], error: Error);
    /// The entry at `path` is nothing that archives have.
    fn left_out(&mut self, path: &[u8], sentence: &str);
}

/// One member; it is filled again for the next, so that its buffers are kept.
#[derive(Debug, Default)]
struct Member {
    /// Path without leading slash; a directory's ends with one.
    path: Vec<u8>,
    /// As the inventory restores it, which is without a name.
    entry: Entry,
    /// Path of the member that it is another name of; empty when it is none.
    first_name: Vec<u8>,
}

impl Member {
    /// Becomes the one at `place` of `inventory`, whatever it was before.
    fn fill(&mut self, inventory: &Inventory, place: usize) {
        inventory.restore(place, &mut self.entry);
        inventory.path(place, &mut self.path);
        if self.entry.kind == Kind::Directory {
            self.path.push(b'/');
        }
        self.first_name.clear();
        let first = inventory.first_name(place);
        if first != place {
            inventory.path(first, &mut self.first_name);
        }
    }
}

/// Whether the next member can follow one that was written.
enum Written {
    Whole,
    /// The input ended where nobody could know: nothing that follows is there.
    Ended,
}

/// Writes what is in `inventory`, whose contents lie on `source`, as a tar archive.
///
/// A file that the image is known not to have whole becomes a member as long as what there is. Where a piece turns out
/// to be unreadable when its length was already written, zeros stand for it. When a pipe ends inside a file the archive
/// ends too, without the mark of its end, so that whoever reads it knows.
///
/// # Errors
/// When the output fails.
pub(crate) fn write(
    source: &dyn Source,
    inventory: &Inventory,
    stream: &mut Stream<'_>,
    lacks: &mut dyn Lacks,
) -> Result<()> {
    let mut member = Member::default();
    let mut header = Vec::new();
    for place in 0..inventory.len() {
        member.fill(inventory, place);
        source.done_before(inventory.needed_from(place));
        match one(source, &member, &mut header, stream, lacks) {
            Ok(Written::Whole) => {}
            Ok(Written::Ended) => return stream.flush(),
            Err(error) if stream.is_broken() => return Err(error),
            Err(error) => lacks.failure(&member.path, error),
        }
    }
    stream.write(&END)?;
    stream.flush()
}

fn one(
    source: &dyn Source,
    member: &Member,
    header: &mut Vec<u8>,
    stream: &mut Stream<'_>,
    lacks: &mut dyn Lacks,
) -> Result<Written> {
    let entry = &member.entry;
    let Some(kind) = Type::of(entry.kind) else {
        lacks.left_out(&member.path, "is a socket, which a tar archive cannot contain");
        return Ok(Written::Whole);
    };
    header.clear();
    if !member.first_name.is_empty() {
        described(member, Type::HardLink, 0).write(header);
        stream.write(header)?;
        return Ok(Written::Whole);
    }
    if entry.kind != Kind::File {
        described(member, kind, 0).write(header);
        stream.write(header)?;
        return Ok(Written::Whole);
    }
    let mut content = Content::open(source, entry)?;
    let missing = first_missing(source, entry);
    let size = match &missing {
        Some((there, _)) if content.extents().is_some() => (*there).min(entry.size),
        _ => content.size(),
    };
    described(member, kind, size).write(header);
    stream.write(header)?;
    let passes = !source.access().is_random();
    let end = stream.position().saturating_add(size);
    let copied = copy(source, &mut content, 0..size, stream);
    match copied.and(missing.map_or(Ok(()), |(_, error)| Err(error))) {
        Ok(()) => {}
        Err(error) if stream.is_broken() => return Err(error),
        Err(error) => {
            let ended = error.is_truncation() && passes;
            lacks.failure(&member.path, error);
            if ended {
                return Ok(Written::Ended);
            }
        }
    }
    stream.zeros(end.saturating_sub(stream.position()).saturating_add(padding(size)))?;
    Ok(Written::Whole)
}

/// The header of `member`. What a tree without POSIX attributes does not say is what any file may be: readable by all,
/// writable by its owner, who is root.
fn described(member: &Member, kind: Type, size: u64) -> isokit_tar::Member<'_> {
    let entry = &member.entry;
    let posix = entry.posix.unwrap_or_default();
    let (uid, gid) = entry.owners();
    let link = if member.first_name.is_empty() { &entry.link } else { &member.first_name };
    let attributes = if kind == Type::HardLink { &[][..] } else { &entry.attributes };
    isokit_tar::Member {
        mode: entry.permissions(),
        uid,
        gid,
        modified: entry.times.modified.unwrap_or_default(),
        size,
        link: link.into(),
        device: posix.device.unwrap_or_default(),
        attributes: attributes.into(),
        ..isokit_tar::Member::new(&member.path, kind)
    }
}
