//! The logical volume integrity sequence: whether the volume was closed, and how much is in it (ECMA-167 3/8.8.2).

use super::layout::{ExtentAd, INTEGRITY, IntegrityDescriptor, IntegrityUse, tag};
use super::sequence::Placed;
use super::tag as tags;
use crate::error::{Error, Result};
use crate::fields::Fields;
use crate::finding::Findings;
use crate::number::{narrow, wide};
use crate::source::Source;

/// Extents the sequence may go on in.
const MOST_EXTENTS: usize = 256;
/// Bytes of an extent that are read.
const MOST: u64 = 1 << 20;

/// The last descriptor of the sequence that begins in `extent`, and what UDF adds to it.
///
/// # Errors
/// [`Error::Corrupt`] when the first descriptor is damaged; those of the source.
pub(super) fn read(
    source: &dyn Source,
    extent: ExtentAd,
    sector: u64,
) -> Result<Option<(Placed<IntegrityDescriptor>, Option<IntegrityUse>)>> {
    let mut next = Some(extent);
    let mut found = None;
    for _ in 0..MOST_EXTENTS {
        let Some(extent) = next.take().filter(|extent| extent.length.get() > 0) else { break };
        let start = u64::from(extent.location.get()).saturating_mul(sector);
        let mut bytes = vec![0; narrow(u64::from(extent.length.get()).min(MOST))];
        let have = source.read_some(start, &mut bytes)?;
        bytes.truncate(have);
        for (number, block) in bytes.chunks_exact(narrow(sector)).enumerate() {
            let at =
                source.origin().saturating_add(start).saturating_add(wide(number).saturating_mul(sector));
            match one(block, at) {
                Ok((descriptor, usage)) => {
                    let further = descriptor.descriptor.next;
                    next = (further.length.get() > 0).then_some(further);
                    found = Some((descriptor, usage));
                }
                Err(error) if found.is_none() => return Err(error),
                Err(_) => break,
            }
            if next.is_some() {
                break;
            }
        }
    }
    Ok(found)
}

fn one(block: &[u8], at: u64) -> Result<(Placed<IntegrityDescriptor>, Option<IntegrityUse>), Error> {
    tags::check(block, at, INTEGRITY, &[tag::INTEGRITY], None, &Findings::default())?;
    let mut fields = Fields::new(block, at, INTEGRITY);
    let descriptor: &IntegrityDescriptor = fields.read()?;
    // Free space and size of every partition come first.
    let tables = narrow(descriptor.number_of_partitions.get().into()).saturating_mul(8);
    let usage = fields.skip(tables).and_then(|()| fields.read::<IntegrityUse>().copied());
    Ok((Placed { descriptor: *descriptor, at }, usage.ok()))
}
