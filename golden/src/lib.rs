//! Golden texts: what the project writes today is what is committed. With `UPDATE=1` in the environment a text that differs is
//! written anew, so that the change is seen in review.

use std::collections::HashSet;
use std::path::Path;

/// Whether texts that differ are renewed: `UPDATE=1`.
#[must_use]
pub fn renews() -> bool {
    std::env::var_os("UPDATE").is_some_and(|value| value == "1")
}

/// Holds `now` against the text in the file at `path`, or writes it there where texts are renewed.
///
/// # Panics
/// When they differ, with the lines that do; when the text is to be renewed and cannot be written.
#[track_caller]
pub fn assert_golden(path: impl AsRef<Path>, now: &str) {
    let path = path.as_ref();
    if let Err(why) = hold(path, now, renews()) {
        panic!("{why}");
    }
}

/// What differs between the text in the file at `path` and `now`, with the way to renew it; nothing once it was renewed.
///
/// # Errors
/// The sentence that says so.
pub fn hold(path: &Path, now: &str, renews: bool) -> Result<(), String> {
    // A text that does not exist yet is empty.
    let before = std::fs::read_to_string(path).unwrap_or_default();
    let changes = changes(&before, now);
    if changes.is_empty() {
        return Ok(());
    }
    let name = path.display();
    if renews {
        // In one step, for another test may be reading the file.
        let beside = path.with_extension(format!("{}.part", std::process::id()));
        let renewed = std::fs::write(&beside, now).and_then(|()| std::fs::rename(&beside, path));
        return renewed.map_err(|error| format!("{name}: {error}"));
    }
    Err(format!("{name} differs; if it is meant to, run the same with UPDATE=1:\n{}", changes.join("\n")))
}

/// Lines that only one of the two has; a sentence where they have the same lines in another order.
#[must_use]
pub fn changes(before: &str, now: &str) -> Vec<String> {
    let only = |these: &str, those: &str, mark: char| {
        let those: HashSet<&str> = those.lines().collect();
        let only = these.lines().filter(|line| !those.contains(line));
        only.map(|line| format!("{mark} {line}")).collect::<Vec<_>>()
    };
    let mut changes = only(before, now, '-');
    changes.extend(only(now, before, '+'));
    if changes.is_empty() && before != now {
        changes.push("* the same lines in another order, or more or less often".to_owned());
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_what_only_one_of_the_two_has() {
        assert_eq!(changes("a\nb\n", "a\nb\n"), Vec::<String>::new());
        assert_eq!(changes("a\nb\n", "a\nc\n"), ["- b", "+ c"]);
        assert_eq!(changes("a\nb\n", "b\na\n").len(), 1);
        assert_eq!(changes("a\n", "a").len(), 1, "an end of a line");
    }

    #[test]
    fn a_text_that_differs_fails_until_it_is_renewed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("text");
        std::fs::write(&path, "a\n").expect("room");
        assert_eq!(hold(&path, "a\n", false), Ok(()));
        let said = hold(&path, "b\n", false).expect_err("it differs");
        assert!(
            said.ends_with("text differs; if it is meant to, run the same with UPDATE=1:\n- a\n+ b"),
            "{said}"
        );
        assert_eq!(std::fs::read_to_string(&path).expect("there"), "a\n", "only a renewal writes");
        assert_eq!(hold(&path, "b\n", true), Ok(()));
        assert_eq!(hold(&path, "b\n", false), Ok(()));
        assert_eq!(hold(&folder.path().join("new"), "c\n", true), Ok(()));
        assert_eq!(hold(&folder.path().join("new"), "c\n", false), Ok(()));
    }
}
