//! What is in the journal goes into the image.

use isokit_cli::progress::Progress;
use isokit_core::amend::Patch;
use isokit_core::error::{Error, Result};
use isokit_core::number::{narrow, wide};
use isokit_core::source::Source;
use rustix::fs::{FallocateFlags, fallocate};
use std::fs::File;
use std::os::unix::fs::FileExt;

/// Bytes written at once, at the most.
const STEP: usize = 1 << 20;

/// Zeros as long as these become a hole, where the system can make one.
const HOLE: u64 = 128 << 10;

/// Writes `patches`, whose bytes lie in `journal`, to `image`, and has them on the disk. To do it twice is the same as once.
///
/// # Errors
/// Those of the system; what came before was written.
pub(super) fn apply(
    image: &File,
    journal: &dyn Source,
    patches: &[Patch],
    progress: &Progress<'_>,
) -> Result<()> {
    let mut buffer = Vec::new();
    for patch in patches {
        let mut done = 0_u64;
        if patch.from.offset.is_none() && patch.from.length >= HOLE && is_hole(image, patch) {
            progress.add(patch.from.length);
            continue;
        }
        while done < patch.from.length {
            let step = narrow(patch.from.length.saturating_sub(done)).min(STEP);
            buffer.clear();
            buffer.resize(step, 0);
            if let Some(offset) = patch.from.offset {
                journal.read_at(offset.saturating_add(done), &mut buffer)?;
            }
            let at = patch.at.saturating_add(done);
            let written = image.write_all_at(&buffer, at);
            written.map_err(|error| Error::io(format!("write at byte {at:#x}"), error))?;
            done = done.saturating_add(wide(step));
            progress.add(wide(step));
        }
    }
    image.sync_all().map_err(|error| Error::io("sync", error))
}

/// Whether the system made a hole of all that `patch` is about, which reads as zeros.
fn is_hole(image: &File, patch: &Patch) -> bool {
    let flags = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
    fallocate(image, flags, patch.at, patch.from.length).is_ok()
}
