//! What comes out, and what is said of it.

use crate::dialect::mkisofs::option::Does::{Nothing, Sets};
use crate::dialect::mkisofs::option::{Definition, both, genisoimage, xorrisofs};
use crate::dialect::mkisofs::settings::Answer;

pub(super) const OPTIONS: &[Definition] = &[
    both(
        &["-o", "-output"],
        &["FILE"],
        Sets(|settings, values| {
            settings.output.path = Some(values.path(0)).filter(|path| path.as_os_str() != "-");
            Ok(())
        }),
        "Write the image to FILE, not to standard output",
    ),
    both(
        &["-pad"],
        &[],
        Sets(|settings, _| {
            settings.output.no_pad = false;
            Ok(())
        }),
        "Append 150 sectors of zeros (default)",
    ),
    both(
        &["-no-pad"],
        &[],
        Sets(|settings, _| {
            settings.output.no_pad = true;
            Ok(())
        }),
        "Append nothing",
    ),
    both(
        &["-print-size"],
        &[],
        Sets(|settings, _| {
            settings.output.print_size = true;
            Ok(())
        }),
        "Print the size in sectors of 2048 bytes; write nothing",
    ),
    both(
        &["-quiet"],
        &[],
        Sets(|settings, _| {
            settings.output.quiet = true;
            Ok(())
        }),
        "Print warnings and errors only",
    ),
    both(
        &["-v", "-verbose"],
        &[],
        Sets(|settings, _| {
            settings.output.verbose = true;
            Ok(())
        }),
        "Print notes as well",
    ),
    both(
        &["-log-file"],
        &["FILE"],
        Sets(|settings, values| {
            settings.output.log = Some(values.path(0));
            Ok(())
        }),
        "Write messages to FILE, not to standard error",
    ),
    both(
        &["-gui"],
        &[],
        Nothing("progress is drawn on terminals alone"),
        "Print progress for another program",
    ),
    both(
        &["-help"],
        &[],
        Sets(|settings, _| {
            settings.answer.get_or_insert(Answer::Help);
            Ok(())
        }),
        "Print this help on standard error",
    ),
    both(
        &["-version"],
        &[],
        Sets(|settings, _| {
            settings.answer.get_or_insert(Answer::Version);
            Ok(())
        }),
        "Print the version",
    ),
    xorrisofs(&["--no_rc"], &[], Nothing("there are no startup files"), "Read no startup files"),
    xorrisofs(
        &["--stdio_sync"],
        &["on|off|NUMBER"],
        Nothing("the system decides when data goes to the disk"),
        "Write data to the disk every so often",
    ),
    xorrisofs(&["--no-emul-toc"], &[], Nothing("no such table is written"), "Write no table of sessions"),
    genisoimage(&["-debug"], &[], Nothing("there is nothing to debug"), "Print debugging messages"),
];
