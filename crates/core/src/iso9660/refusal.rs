//! Why a source is not an ISO 9660 image.

use super::layout::{FIRST_DESCRIPTOR, SECTOR, STANDARD_IDENTIFIER};
use crate::error::{Error, Problem};
use crate::sniff::foreign;
use crate::source::Source;

/// The error of a source whose first volume descriptor cannot be read because of `error`: most likely it is something
/// else. Where what is there of the descriptor says ISO 9660, the image was cut.
pub(super) fn not_an_image(source: &dyn Source, error: Error) -> Error {
    let first = FIRST_DESCRIPTOR.saturating_mul(SECTOR);
    let Error::Corrupt(corrupt) = &error else { return error };
    match corrupt.problem {
        Problem::Truncated { .. } if is_begun(source, first) => return error,
        Problem::Truncated { .. } | Problem::Magic { .. } => {}
        _ => return error,
    }
    match (foreign(source), source.size()) {
        (Err(error), _) => error,
        (Ok(Some(found)), _) => found.into_error(),
        (Ok(None), Some(size)) if size < first.saturating_add(SECTOR) => Error::foreign(
            format!(
                "not an ISO 9660 or UDF image: it ends at byte {}, its first volume descriptor would be at byte {}",
                source.origin().saturating_add(size),
                source.origin().saturating_add(first)
            ),
            None,
        ),
        (Ok(None), _) => Error::foreign(format!("not an ISO 9660 or UDF image: {error}"), None),
    }
}

/// Whether a descriptor begins at byte `first`.
fn is_begun(source: &dyn Source, first: u64) -> bool {
    let mut head = [0; 6];
    matches!(source.read_some(first, &mut head), Ok(6)) && head.ends_with(&STANDARD_IDENTIFIER)
}
