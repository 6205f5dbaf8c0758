//! Names that the character set of the image does not have.

use super::Note;
use super::options::{Level, Options};
use super::relaxed::Characters;
use crate::error::{Error, Result};
use crate::tree::build::{Build, NameId};
use std::collections::HashMap;

/// Notes the names and links whose characters are replaced.
///
/// # Errors
/// [`Error::Usage`] where two names of a directory become the same, which no reader tells apart, and with strict names for any
/// that is replaced.
pub(super) fn note<O>(build: &Build<O>, options: &Options, notes: &mut Vec<Note>) -> Result<()> {
    let Some(charset) = options.charset else { return Ok(()) };
    let posix = options.rock_ridge.is_some();
    let is_used =
        posix || options.level == Level::Four || options.relaxed.characters == Characters::Untranslated;
    let mut encoded = HashMap::new();
    for id in build.names().filter(|id| is_used && !build.name(*id).hidden.iso) {
        let name = build.name(id);
        let recorded = charset.encoded(name.bytes);
        if posix && *recorded.bytes != *name.bytes {
            let is_kept = |there: &NameId| {
                let there = build.name(*there);
                !there.hidden.iso && *charset.encoded(there.bytes).bytes == *there.bytes
            };
            let kept = build.child(name.parent, &recorded.bytes).filter(is_kept);
            let same = kept.or_else(|| encoded.insert((name.parent, recorded.bytes.into_owned()), id));
            if let Some(other) = same {
                return Err(alike(build, id, other, charset.word()));
            }
        }
        if let Some(to) = recorded.replaced {
            strict(build, options, id, charset.word(), "name")?;
            notes.push(Note::Unencoded { name: id, to });
        }
        let link = build.file(name.file).link;
        if let Some(to) = charset.encoded(link).replaced.filter(|_| posix) {
            strict(build, options, id, charset.word(), "target")?;
            notes.push(Note::UnencodedLink { name: id, to });
        }
    }
    Ok(())
}

fn strict<O>(build: &Build<O>, options: &Options, name: NameId, set: &str, what: &str) -> Result<()> {
    if !options.strict_names {
        return Ok(());
    }
    Err(Error::Usage(format!("{}: the {what} has characters that {set} does not have", path(build, name))))
}

fn alike<O>(build: &Build<O>, name: NameId, other: NameId, set: &str) -> Error {
    let (name, other) = (path(build, name), path(build, other));
    Error::Usage(format!(
        "{name}: has the same name as {other} in {set}, which lacks some of their characters"
    ))
}

fn path<O>(build: &Build<O>, name: NameId) -> String {
    format!("/{}", String::from_utf8_lossy(&build.path(name)).escape_debug())
}
