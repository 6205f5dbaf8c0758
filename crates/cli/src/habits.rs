//! Options of the tools that users come from, and what to type here instead.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

/// An option of another tool, and the sentence that says what to do here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Habit {
    /// As it is typed there: `-J`, `-no-emul-boot`, `--keep`. A letter is found in a cluster of letters, too.
    pub option: &'static str,
    /// What to type here, or why nothing needs to be typed; begins in lower case and ends without a full stop.
    pub instead: &'static str,
}

/// A [`Habit`] that is not needed here, for the reason given.
pub const fn habit(option: &'static str, instead: &'static str) -> Habit {
    Habit { option, instead }
}

/// The habits of `known` that `arguments`, without the tool's name, follow: each once, in the order typed.
pub(crate) fn followed(known: &[Habit], arguments: &[OsString]) -> Vec<Habit> {
    let mut found = Vec::new();
    for option in options(arguments) {
        for habit in of_option(known, option) {
            if !found.contains(&habit) {
                found.push(habit);
            }
        }
    }
    found
}

/// The habits of `known` that are long options with one hyphen, which would be read as several letters: `-hide` as `-h`, and
/// `-volid` as `-v -o lid`. Nobody means those.
pub(crate) fn long(known: &[Habit], arguments: &[OsString]) -> Vec<Habit> {
    let names: Vec<&[u8]> = options(arguments).map(name).collect();
    let is_typed = |habit: &&Habit| {
        habit.option.len() > 2 && !habit.option.starts_with("--") && names.contains(&habit.option.as_bytes())
    };
    known.iter().filter(is_typed).copied().collect()
}

/// The options among `arguments`, as they were typed.
fn options(arguments: &[OsString]) -> impl Iterator<Item = &[u8]> {
    let all = arguments.iter().map(|argument| argument.as_bytes()).take_while(|bytes| *bytes != b"--");
    all.filter(|bytes| bytes.len() > 1 && bytes.starts_with(b"-"))
}

/// An option without its value.
fn name(option: &[u8]) -> &[u8] {
    option.split(|byte| *byte == b'=').next().unwrap_or(option)
}

/// Those of one argument: the whole of it, or it up to `=`, or with a number behind it, or else its letters.
fn of_option(known: &[Habit], option: &[u8]) -> Vec<Habit> {
    let name = name(option);
    let digits = name.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let unnumbered = name.get(..name.len().saturating_sub(digits)).unwrap_or(name);
    let named = |name: &[u8]| known.iter().find(|habit| habit.option.as_bytes() == name).copied();
    if let Some(habit) = named(option).or_else(|| named(name)).or_else(|| named(unnumbered)) {
        return vec![habit];
    }
    match option {
        [b'-', b'-', ..] => Vec::new(),
        [b'-', letters @ ..] if letters.iter().all(u8::is_ascii_alphanumeric) => {
            letters.iter().filter_map(|letter| named(&[b'-', *letter])).collect()
        }
        _ => Vec::new(),
    }
}

/// The first of `known` that would never be read, because `command` takes the option itself: a mistake in the table.
pub fn shadowed(known: &'static [Habit], command: &clap::Command) -> Option<&'static str> {
    let takes = |option: &str| {
        let bytes = option.as_bytes();
        command.get_arguments().any(|argument| match bytes {
            [b'-', b'-', ..] => argument.get_long().is_some_and(|long| option.get(2..) == Some(long)),
            [b'-', letter] => argument.get_short() == Some(char::from(*letter)),
            _ => false,
        })
    };
    known.iter().map(|habit| habit.option).find(|option| takes(option))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[Habit] = &[
        habit("-d", "raw is the default"),
        habit("-c", "standard output is the default"),
        habit("-T", "use --threads N"),
        habit("--keep", "the input is always kept"),
        habit("-no-emul-boot", "no emulation is the default"),
    ];

    #[test]
    fn long_options_with_one_hyphen_are_no_letters() {
        for (arguments, want) in [
            (&["-no-emul-boot", "-d"][..], &["-no-emul-boot"][..]),
            (&["-no-emul-boot=1"], &["-no-emul-boot"]),
            (&["--keep", "-dc", "--", "-no-emul-boot"], &[]),
        ] {
            let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
            let found: Vec<&str> = long(KNOWN, &arguments).iter().map(|habit| habit.option).collect();
            assert_eq!(found, want, "{arguments:?}");
        }
    }

    #[test]
    fn options_of_other_tools_are_found_alone_in_clusters_and_with_values() {
        for (arguments, want) in [
            (&["-dc", "x"][..], &["-d", "-c"][..]),
            (&["-T0", "-c", "-T4"], &["-T", "-c"]),
            (&["--keep=yes", "--", "-d"], &["--keep"]),
            (&["-no-emul-boot", "-"], &["-no-emul-boot"]),
            (&["-x", "--other", "-"], &[]),
        ] {
            let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
            let found: Vec<&str> = followed(KNOWN, &arguments).iter().map(|habit| habit.option).collect();
            assert_eq!(found, want, "{arguments:?}");
        }
    }
}
