//! Options of isoinfo, bsdtar, 7z, osirrox and dd that users bring along.

use isokit_cli::habits::{Habit, habit};

/// What to type instead of each.
pub(crate) const HABITS: &[Habit] = &[
    habit("-i", "name the image without an option: isocat IMAGE PATH"),
    habit("-x", "name the path without an option: isocat IMAGE PATH; --tar writes directories"),
    habit("-J", "use --names joliet to read the Joliet tree"),
    habit("-R", "use --names rr to read the Rock Ridge tree, --tar to write directories"),
    habit("-O", "not needed; isocat writes to standard output unless -o FILE is given"),
    habit("-so", "not needed; isocat writes to standard output unless -o FILE is given"),
    habit("-f", "name the image without an option: isocat IMAGE PATH"),
    habit("-l", "use isols -l IMAGE to list"),
    habit("-t", "use isols -R IMAGE to list"),
    habit("-X", "use isocat --tar IMAGE | tar -x"),
    habit("-C", "use isocat --tar IMAGE | tar -x -C DIR"),
    habit("-e", "use --part N or --boot N for the bytes of a partition or boot image"),
    habit("-indev", "name the image without an option: isocat IMAGE PATH"),
    habit("-extract", "use isocat IMAGE PATH > FILE, or isocat --tar IMAGE PATH | tar -x"),
    habit("-osirrox", "not needed; use isocat IMAGE PATH, or isocat --tar IMAGE | tar -x"),
];
