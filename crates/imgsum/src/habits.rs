//! Options of the coreutils, shasum, openssl and isomd5sum that users bring along.

use isokit_cli::habits::{Habit, habit};

/// What to type instead of each.
pub(crate) const HABITS: &[Habit] = &[
    habit("--md5sum", "use -a md5"),
    habit("-sha1", "use -a sha1"),
    habit("-sha256", "use -a sha256"),
    habit("-sha512", "use -a sha512"),
    habit("-md5", "use -a md5"),
    habit("-s", "use --status"),
    habit("-l", "not supported; digests have their full length"),
    habit("--length", "not supported; digests have their full length"),
    habit("-r", "use --files to digest every file in an image"),
    habit("-R", "use --files to digest every file in an image"),
    habit("-o", "redirect standard output: imgsum IMAGE > FILE"),
    habit("--output", "redirect standard output: imgsum IMAGE > FILE"),
    habit("-U", "use --binary"),
    habit("--raw", "use --json for machine-readable output"),
    habit("--gauge", "use --progress"),
];
