//! Why a source is not an ISO 9660 image.

use super::displaced;
use super::layout::{FIRST_DESCRIPTOR, SECTOR, STANDARD_IDENTIFIER};
use super::session::start_of;
use crate::error::{Error, Problem, Result};
use crate::sniff::{Class, NOT_AN_IMAGE, foreign};
use crate::source::Source;

/// The error of a source of whose session at sector `start` the first volume descriptor cannot be read because of
/// `error`: most likely it is something else. Where what is there of the descriptor says ISO 9660, the image was cut.
pub(super) fn not_an_image(source: &dyn Source, start: u64, error: Error) -> Error {
    let first = start.saturating_add(FIRST_DESCRIPTOR).saturating_mul(SECTOR);
    let Error::Corrupt(corrupt) = &error else { return error };
    match corrupt.problem {
        Problem::Truncated { .. } | Problem::Ends { .. } if is_begun(source, first) => return error,
        Problem::Truncated { .. } | Problem::Ends { .. } | Problem::Magic { .. } => {}
        _ => return error,
    }
    if start > start_of(source) {
        return Error::foreign(format!("no session starts at sector {start}: {error}"), None);
    }
    if is_begun_otherwise(source, first) {
        return Error::foreign(format!("not an ISO 9660 image: {error}"), None);
    }
    other(source, first, error).unwrap_or_else(|error| error)
}

/// What `source` is that has no descriptor at byte `first`, because of `error`.
fn other(source: &dyn Source, first: u64, error: Error) -> Result<Error> {
    let found = foreign(source)?;
    if found.as_ref().is_none_or(|found| found.class == Class::Blank)
        && let Some(displaced) = displaced::find(source)?
    {
        return Ok(displaced);
    }
    Ok(match (found, source.size()) {
        (Some(found), _) => found.into_error(),
        (None, Some(size)) if size < first.saturating_add(SECTOR) => Error::foreign(
            format!(
                "{NOT_AN_IMAGE}: it ends at byte {:#x}, its first volume descriptor would be at byte {:#x}",
                source.location(size).byte(),
                source.location(first).byte()
            ),
            None,
        ),
        (None, _) => Error::foreign(format!("{NOT_AN_IMAGE}: {error}"), None),
    })
}

/// Standard identifiers of the volume structure descriptors that another standard begins with (ECMA-167 2/9.1.2).
const OTHERS: [&[u8; 5]; 5] = [b"BEA01", b"NSR02", b"NSR03", b"BOOT2", b"CDW02"];

/// Whether a descriptor begins at byte `first`.
fn is_begun(source: &dyn Source, first: u64) -> bool {
    identifier(source, first) == Some(STANDARD_IDENTIFIER)
}

/// Whether a descriptor of another standard begins at byte `first`: what the source is need not be searched for.
fn is_begun_otherwise(source: &dyn Source, first: u64) -> bool {
    identifier(source, first).is_some_and(|found| OTHERS.contains(&&found))
}

/// The standard identifier in the descriptor at byte `first`.
fn identifier(source: &dyn Source, first: u64) -> Option<[u8; 5]> {
    let mut head = [0; 6];
    let [_, identifier @ ..] = (source.read_some(first, &mut head).ok()? == 6).then_some(head)?;
    Some(identifier)
}
