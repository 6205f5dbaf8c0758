//! How long a directory is by its own first record (ECMA-119 6.8.2.2), which says the same as the record that names it in
//! every image that is whole.

use super::layout::SECTOR;
use super::record::{Record, Stands};
use super::records::{Buffers, Records};
use super::space::Space;
use crate::tree::Extent;

/// The extent of the directory that `record` says is empty, which none is: as long as it says itself, or without a length
/// where no directory that says where it lies begins there.
pub(super) fn recover(space: &Space<'_>, buffers: &Buffers, record: &Record<'_>) -> Extent {
    let at = space.start(record);
    match first_record_says(space, buffers, at) {
        Some(length) => {
            space.note(record.at, "its data length is 0; the length in the directory's own record was used");
            Extent::recorded(at, length)
        }
        None => Extent::recorded(at, 0),
    }
}

/// The extent of the directory that begins at byte `at`, if one does that says where it lies.
pub(super) fn find(space: &Space<'_>, buffers: &Buffers, at: u64) -> Option<Extent> {
    first_record_says(space, buffers, at).map(|length| Extent::recorded(at, length))
}

/// Whether a directory begins with the record `own`, by what that says.
pub(super) fn begins(space: &Space<'_>, own: &Record<'_>) -> bool {
    own.stands() == Stands::Itself
        && of_own(space, own, own.at.byte().saturating_sub(space.source.origin())).is_some()
}

/// The length by which the directory `own`, which lies at byte `at`, is longer than the `length` it was said to have.
pub(super) fn excess(space: &Space<'_>, own: &Record<'_>, at: u64, length: u64) -> Option<u64> {
    let more = of_own(space, own, at)?.checked_sub(length).filter(|more| *more > 0)?;
    space.note(own.at, "the directory is longer than its record in the parent says; all of it was read");
    Some(more)
}

fn first_record_says(space: &Space<'_>, buffers: &Buffers, at: u64) -> Option<u64> {
    let mut records = Records::new(space, buffers, vec![Extent::recorded(at, SECTOR)]);
    records.seek().ok().filter(|found| *found)?;
    of_own(space, &records.record().ok()?, at)
}

/// The length in `own`, where that is the record of the directory at byte `at` for itself, and whole.
fn of_own(space: &Space<'_>, own: &Record<'_>, at: u64) -> Option<u64> {
    let (place, length) = (own.fixed.location_of_extent, own.fixed.data_length);
    let is_own = own.stands() == Stands::Itself && own.is_directory() && place.agree() && length.agree();
    let lies_there = u64::from(place.get()).saturating_mul(space.block) == at;
    let length = u64::from(length.get());
    (is_own && lies_there && length > 0 && space.exists(at, length)).then_some(length)
}
