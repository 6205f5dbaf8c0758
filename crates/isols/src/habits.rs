//! Options of isoinfo, bsdtar, 7z and xorriso that users bring along.

use isokit_cli::habits::{Habit, habit};

/// What to type instead of each.
pub(crate) const HABITS: &[Habit] = &[
    habit("-i", "name the image without an option: isols -l IMAGE"),
    habit("-f", "use -R to list every path: isols -R IMAGE"),
    habit("-J", "use --names joliet to read the Joliet tree"),
    habit("-x", "use isocat IMAGE PATH to write out a file"),
    habit("-p", "use --volume for the descriptors, isols -R for every path"),
    habit("-N", "use --at OFFSET or --session N"),
    habit("-T", "use --session N"),
    habit("-X", "use isocat --tar IMAGE | tar -x"),
    habit("-indev", "name the image without an option: isols IMAGE"),
    habit("-toc", "use --sessions to list the sessions"),
    habit("-report_el_torito", "use --boot to show what boots"),
    habit("-report_system_area", "use --boot to show what boots"),
    habit("-find", "use -R to list every path: isols -R IMAGE"),
    habit("-lsl", "use -l: isols -l IMAGE"),
    habit("--list", "not needed; isols lists: isols -l IMAGE"),
    habit("-slt", "use --json for every known field"),
    habit("-o", "redirect standard output: isols IMAGE > FILE"),
];
