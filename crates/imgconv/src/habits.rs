//! Options of gzip, zstd, xz, qemu-img and dd that users bring along.

use isokit_cli::habits::{Habit, habit};

/// What to type instead of each.
pub(crate) const HABITS: &[Habit] = &[
    habit(
        "-d",
        "not needed; imgconv decompresses whatever it recognizes, and writes raw unless told otherwise",
    ),
    habit("--decompress", "not needed; imgconv decompresses whatever it recognizes"),
    habit("--uncompress", "not needed; imgconv decompresses whatever it recognizes"),
    habit("-z", "use --to FORMAT to compress"),
    habit("--compress", "use --to FORMAT to compress"),
    habit("-c", "not needed; imgconv writes to standard output unless -o FILE is given"),
    habit("--stdout", "not needed; imgconv writes to standard output unless -o FILE is given"),
    habit("--to-stdout", "not needed; imgconv writes to standard output unless -o FILE is given"),
    habit("-k", "not needed; imgconv never deletes its input"),
    habit("--keep", "not needed; imgconv never deletes its input"),
    habit("--rm", "not supported; imgconv never deletes its input"),
    habit("-f", "not needed; -o FILE replaces an existing file once the output is complete"),
    habit("--force", "not needed; -o FILE replaces an existing file once the output is complete"),
    habit("-t", "use --check to test the input"),
    habit("--test", "use --check to test the input"),
    habit("-l", "use --check -v to see the format and both sizes"),
    habit("--list", "use --check -v to see the format and both sizes"),
    habit("-T", "use --threads N; the default is one thread per processor"),
    habit("-p", "use --threads N; the default is one thread per processor"),
    habit("-j", "use --threads N; the default is one thread per processor"),
    habit("-n", "not needed; imgconv records no file name"),
    habit("-e", "not supported; a higher level, up to -9, compresses better"),
    habit("--extreme", "not supported; a higher level, up to -9, compresses better"),
    habit("--ultra", "not needed; --to zstd takes levels up to -22"),
    habit("--fast", "use -1"),
    habit("--best", "use -9"),
    habit("-O", "use --to FORMAT"),
    habit("-S", "use --sparse"),
];
