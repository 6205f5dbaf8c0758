//! Standard descriptors that were closed when the process began (`tool >&-`).
//!
//! The standard library opens /dev/null in their place before `main`, so that no other file gets their number, and
//! what is written there would vanish with exit status 0. They are looked at before that.

use std::sync::atomic::{AtomicU8, Ordering};

/// Bit N for descriptor N.
static CLOSED: AtomicU8 = AtomicU8::new(0);

/// Whether descriptor `number`, 0 to 2, was closed.
pub(crate) fn was_closed(number: i32) -> bool {
    CLOSED.load(Ordering::Relaxed) >> number & 1 == 1
}

#[expect(unsafe_code, reason = "only the linker can run something before the standard library")]
// SAFETY: the C library calls each entry of this section once before `main`, as a function without arguments that it
// needs; the entry is such a function, and `used` keeps it.
#[used]
#[cfg_attr(target_os = "linux", unsafe(link_section = ".init_array"))]
static LOOK: extern "C" fn() = look;

#[expect(unsafe_code, reason = "rustix looks only at what is owned or borrowed")]
extern "C" fn look() {
    for number in 0..3 {
        // SAFETY: the call touches no memory, needs nothing of the standard library, and answers -1 for a number that
        // is not open.
        if unsafe { libc::fcntl(number, libc::F_GETFD) } == -1 {
            CLOSED.fetch_or(1 << number, Ordering::Relaxed);
        }
    }
}
