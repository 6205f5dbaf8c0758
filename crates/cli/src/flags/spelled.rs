//! How messages spell the flags of [`ImageFlags`](super::ImageFlags).

use isokit_core::error::{Advice, Place};

/// How `advice` is taken by them, as the end of a sentence; `None` where it is a command.
pub(crate) fn advised(advice: &Advice) -> Option<String> {
    Some(match advice {
        Advice::Charset => "; use --charset to decode it".into(),
        Advice::NewestSession => "; to read it from a pipe, use --session newest".into(),
        Advice::Session => "; another one may (--session)".into(),
        Advice::Partition(partition) => format!(" (isocat --part {partition} writes it out)"),
        _ => return None,
    })
}

/// The command that finishes what was interrupted of a change of the image that follows.
pub(crate) const FINISHES: &str = "isomk --in-place --base";

/// The command that lists partitions, a template as [`Advice::Command`] has it.
pub(crate) const PARTITIONS: &str = "isols --boot {}";

/// The flags that lead to `place`.
pub(crate) fn options(place: &Place) -> Vec<String> {
    let at = place.at.map(|at| format!("--at {}", crate::offset::shown(at)));
    let partition = place.partition.as_ref().map(|partition| format!("--part {partition}"));
    let first = place.first_sector.map(|sector| format!("--first-sector {sector}"));
    let session = place.session.map(|sector| format!("--session {sector}s"));
    [at, partition, first, session].into_iter().flatten().collect()
}
