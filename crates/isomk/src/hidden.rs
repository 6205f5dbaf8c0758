//! Which trees do not show something, by all that is said of it.

use isokit_core::tree::build::Hidden;

/// What one or the other does not show.
pub(crate) fn both(one: Hidden, two: &Hidden) -> Hidden {
    Hidden {
        iso: one.iso || two.iso,
        joliet: one.joliet || two.joliet,
        udf: one.udf || two.udf,
        existence: one.existence || two.existence,
    }
}
