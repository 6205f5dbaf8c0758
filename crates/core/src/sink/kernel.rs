//! Moving bytes from a file without their passing through the program.

use super::Progress;
use crate::number::{narrow, wide};
use crate::source::SHARED_BLOCK;
use crate::source::descriptor::wait;
use crate::system::Way;
use rustix::event::PollFlags;
use rustix::io::Errno;
use std::os::fd::BorrowedFd;

/// Bytes asked for in one call, so that progress is heard of: 16 MiB.
const CALL: u64 = 16 << 20;

/// Bytes up to where a block begins in both files, which is where they may be able to share them; all that there are if there
/// is no such place.
fn to_block(from: u64, to: Option<u64>) -> u64 {
    match (from % SHARED_BLOCK, to.map(|to| to % SHARED_BLOCK)) {
        (1.., Some(within)) if within == from % SHARED_BLOCK => SHARED_BLOCK - within,
        _ => u64::MAX,
    }
}

/// Moves `length` bytes at byte `at` of `from` to `to`, at byte `to_at` or at its own position, as far as that
/// works. Fewer are moved when the source ends or the system fails: reading and writing the next byte tells.
pub(super) fn transfer(
    way: Option<Way>,
    from: (BorrowedFd<'_>, u64),
    to: (BorrowedFd<'_>, Option<u64>),
    length: u64,
    progress: &Progress<'_>,
) -> u64 {
    let (mut way, mut moved) = (way, 0_u64);
    while let Some(current) = way {
        let left = length.saturating_sub(moved);
        let Some(at) = from.1.checked_add(moved).filter(|_| left > 0) else { break };
        let to_at = to.1.and_then(|offset| offset.checked_add(moved));
        match current.step((from.0, at), (to.0, to_at), narrow(left.min(CALL).min(to_block(at, to_at)))) {
            Ok(0) => break,
            Ok(step) => {
                moved = moved.saturating_add(wide(step));
                progress(wide(step));
            }
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) if wait(to.0, PollFlags::OUT).is_ok() => {}
            Err(_) => way = current.next(to.1.is_some()),
        }
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_begin_alike_or_never() {
        assert_eq!(to_block(2048, Some(6144)), 2048);
        assert_eq!(to_block(4097, Some(1)), 4095);
        for (from, to) in
            [(0, Some(0)), (4096, Some(8192)), (2048, Some(4096)), (0, Some(2048)), (2048, None)]
        {
            assert_eq!(to_block(from, to), u64::MAX, "{from} {to:?}");
        }
    }
}
