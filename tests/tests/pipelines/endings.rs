//! How the tools end when what they read from or write to does not go on: the same in all five.

use isokit_tests::shell;
use std::path::Path;

/// Every way to write a good deal of output.
const COMMANDS: &[&str] = &[
    "isols -R x.iso",
    "isols --json -R x.iso",
    "isocat x.iso /big",
    "isocat --tar x.iso",
    "isomk tree",
    "imgsum --files x.iso",
    "imgconv x.iso",
    "imgconv --to gzip x.iso",
    "imgconv --to zstd x.iso",
    "imgconv --to xz x.iso",
    "imgconv --to bzip2 x.iso",
    "imgconv --to lz4 x.iso",
    "imgsum --tee sums < x.iso",
];

fn stage() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let script = "mkdir tree; head -c 4000000 /dev/urandom > tree/big
        cd tree; seq -f 'a rather long name for a small file %06.0f' 25000 | xargs -d '\\n' touch; cd ..
        isomk -q -o x.iso tree";
    let made = shell(folder.path(), script);
    assert!(made.status.success(), "{made:?}");
    folder
}

/// What ended a command, and what it said on standard error.
fn ends(folder: &Path, script: &str) -> (Option<i32>, String) {
    let ended = shell(folder, script);
    (ended.status.code(), String::from_utf8_lossy(&ended.stderr).into_owned())
}

#[test]
fn a_closed_pipe_ends_every_tool_silently() {
    let folder = stage();
    for command in COMMANDS {
        // The reader takes a few bytes and goes; the status is that of the tool.
        let script = format!("{command} | head -c 10 > /dev/null; exit ${{PIPESTATUS[0]}}");
        assert_eq!(ends(folder.path(), &script), (Some(141), String::new()), "{command}");
    }
}

#[test]
fn a_full_disk_is_one_sentence_and_a_failure() {
    let folder = stage();
    for command in COMMANDS {
        let (status, said) = ends(folder.path(), &format!("{command} > /dev/full"));
        assert_eq!(status, Some(1), "{command}: {said}");
        assert!(said.contains("No space left on device") && said.lines().count() == 1, "{command}: {said}");
    }
}

#[test]
fn closed_standard_descriptors_are_not_taken_for_files() {
    let folder = stage();
    for command in COMMANDS {
        let (status, said) = ends(folder.path(), &format!("{command} >&-"));
        assert_eq!(status, Some(2), "{command}: {said}");
        assert!(
            said.contains("standard output") && said.ends_with("Bad file descriptor\n"),
            "{command}: {said}"
        );
    }
    for command in ["isols -R -", "isocat --tar -", "isomk -", "imgsum", "imgsum --files -", "imgconv"] {
        let (status, said) = ends(folder.path(), &format!("{command} <&- > out"));
        assert!(matches!(status, Some(1 | 2)), "{command}: {status:?}: {said}");
        assert!(said.contains("standard input") || said.contains(": -: "), "{command}: {said}");
        assert!(said.ends_with("Bad file descriptor\n"), "{command}: {said}");
    }
    // Nobody can be told, so the status has to.
    let (status, _) = ends(folder.path(), "isocat x.iso /none 2>&-");
    assert_eq!(status, Some(1));
}

#[test]
fn what_is_missing_is_named_with_its_tool() {
    let folder = stage();
    for (command, tool) in [
        ("isols none.iso", "isols"),
        ("isocat none.iso /a", "isocat"),
        ("isomk none", "isomk"),
        ("imgsum none.iso", "imgsum"),
        ("imgsum --files none.iso", "imgsum"),
        ("imgconv none.iso", "imgconv"),
    ] {
        let (status, said) = ends(folder.path(), command);
        assert!(matches!(status, Some(1 | 2)), "{command}: {status:?}");
        assert!(said.starts_with(&format!("{tool}: none")) && said.lines().count() == 1, "{command}: {said}");
        assert!(said.ends_with("No such file or directory\n"), "{command}: {said}");
    }
}
