//! What the tools do with the descriptors they are given: closed, full, already open, a pipe nobody reads.

use isokit_tests::{shell, tool};
use std::fs;
use std::io::Read;
use std::os::fd::AsFd;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Stdio;
use tempfile::TempDir;

/// A folder with a tree, its image `x.iso` and that image compressed.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("tree")).expect("room");
    fs::write(folder.path().join("tree/file"), "content\n").expect("room");
    succeeds(folder.path(), "isomk tree > x.iso; imgconv --to gz x.iso > x.iso.gz");
    folder
}

fn succeeds(folder: &Path, pipeline: &str) -> String {
    let output = shell(folder, pipeline);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{pipeline}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn fails(folder: &Path, pipeline: &str, statuses: &[i32], sentence: &str) {
    let output = shell(folder, pipeline);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.trim_end().ends_with(sentence), "{pipeline}: {said}");
    assert_eq!(said.lines().count(), 1, "{pipeline}: {said}");
    assert!(statuses.contains(&output.status.code().expect("it ended by itself")), "{pipeline}: {output:?}");
}

const WRITERS: [&str; 5] =
    ["isomk tree", "isols -R x.iso", "isocat x.iso /file", "imgsum x.iso", "imgconv x.iso.gz"];

#[test]
fn a_closed_standard_output_is_an_error() {
    let folder = folder();
    for writer in WRITERS {
        fails(folder.path(), &format!("{writer} >&-"), &[1, 2], "Bad file descriptor");
    }
    succeeds(folder.path(), "isomk -o y.iso tree >&- && cmp x.iso y.iso");
}

#[test]
fn a_closed_standard_input_is_an_error() {
    let folder = folder();
    for reader in ["isols -", "isocat - /file"] {
        fails(folder.path(), &format!("{reader} <&-"), &[2], "Bad file descriptor");
    }
}

/// The setting is shared by all that have the pipe: whoever had it before can have made it so.
#[test]
fn a_standard_input_that_does_not_block_is_waited_for() {
    let folder = folder();
    succeeds(folder.path(), "tar cf x.tar tree; sha256sum x.iso > blocking; sha256sum tree/file > list");
    let digest = succeeds(folder.path(), "sha256sum < x.iso");
    for (arguments, input, expected) in [
        (&["isols", "-"][..], "x.iso", "file\n"),
        (&["isocat", "-", "/file"], "x.iso", "content\n"),
        (&["imgsum"], "x.iso", &digest),
        (&["imgsum", "--tee", "sums"], "list", &succeeds(folder.path(), "cat list")),
        (&["imgsum", "-c", "-"], "list", "tree/file: OK\n"),
        (&["imgconv"], "x.iso.gz", ""),
        (&["imgconv"], "list", &succeeds(folder.path(), "cat list")),
        (&["isomk", "-q", "-o", "y.iso", "-"], "x.tar", ""),
        (&["isomk", "-q", "-o", "z.iso", "name=/dev/stdin"], "list", ""),
    ] {
        let (reader, mut writer) = std::io::pipe().expect("a pipe");
        rustix::io::ioctl_fionbio(&reader, true).expect("a pipe");
        let bytes = fs::read(folder.path().join(input)).expect("there");
        let late = std::thread::spawn(move || {
            for part in bytes.chunks(bytes.len().div_ceil(4)) {
                std::thread::sleep(std::time::Duration::from_millis(10));
                // One that has read enough is gone.
                let _ = std::io::Write::write_all(&mut writer, part);
            }
        });
        let mut command = tool(arguments[0]);
        command.args(&arguments[1..]).current_dir(folder.path()).stdin(reader);
        let output = command.output().expect("it runs");
        late.join().expect("no panic");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{arguments:?}: {said}");
        if !expected.is_empty() {
            assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{arguments:?}");
        }
    }
    assert_eq!(
        succeeds(folder.path(), "isocat z.iso /name | cmp - list && isols -R y.iso"),
        "/tree\n/tree/file\n"
    );
}

#[test]
fn a_full_disk_is_an_error() {
    let folder = folder();
    for writer in WRITERS {
        fails(folder.path(), &format!("{writer} > /dev/full"), &[1, 2], "No space left on device");
    }
    fails(folder.path(), "isomk -o /dev/full tree", &[1, 2], "/dev/full: write: No space left on device");
}

#[test]
fn descriptors_are_written_where_they_stand() {
    let folder = folder();
    let pipeline =
        "{ echo -n head; isocat x.iso /file -o /dev/stdout; isocat x.iso /file -o /dev/fd/3 3>&1; }";
    assert_eq!(succeeds(folder.path(), &format!("{pipeline} | cat")), "headcontent\ncontent\n");
    assert_eq!(succeeds(folder.path(), &format!("{pipeline} > y; cat y")), "headcontent\ncontent\n");
    let appending = "echo -n head > z; isomk tree >> z; tail -c +5 z | cmp - x.iso";
    assert_eq!(succeeds(folder.path(), appending), "");
    let in_a_file = "{ echo -n head; isomk tree; echo tail; } > z; tail -c +5 z | head -c -5 | cmp - x.iso";
    assert_eq!(succeeds(folder.path(), in_a_file), "");
}

#[test]
fn standard_input_begins_where_it_stands() {
    let folder = folder();
    let pipeline = "cat <(echo head) x.iso > y; { read line; isols -R -; } < y";
    assert_eq!(succeeds(folder.path(), pipeline), "/file\n");
}

#[test]
fn an_output_file_replaces_what_a_link_leads_to_and_keeps_its_mode() {
    let folder = folder();
    let (old, link) = (folder.path().join("old.iso"), folder.path().join("link.iso"));
    fs::write(&old, "old").expect("room");
    fs::set_permissions(&old, fs::Permissions::from_mode(0o604)).expect("ours");
    symlink("old.iso", &link).expect("room");
    fails(folder.path(), "isomk -o link.iso missing", &[2], "No such file or directory");
    assert_eq!(fs::read(&old).expect("there"), b"old");
    succeeds(folder.path(), "isomk -o link.iso tree && cmp x.iso old.iso");
    assert!(link.is_symlink());
    assert_eq!(fs::metadata(&old).expect("there").permissions().mode() & 0o7777, 0o604);
}

#[test]
fn a_tool_that_is_killed_leaves_the_old_file_and_nothing_else() {
    let folder = folder();
    fs::write(folder.path().join("old"), "old").expect("room");
    let before = names(folder.path());
    let mut child = std::process::Command::new(isokit_tests::tool_path("imgconv"))
        .args(["--to", "gz", "-o", "old"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .spawn()
        .expect("starts");
    // It has opened its output once it has read this much.
    let data = vec![7; 8 << 20];
    std::io::Write::write_all(child.stdin.as_mut().expect("piped"), &data).expect("it reads");
    child.kill().expect("it runs");
    child.wait().expect("it was killed");
    assert_eq!(before, names(folder.path()));
    assert_eq!(fs::read(folder.path().join("old")).expect("there"), b"old");
}

fn names(folder: &Path) -> std::collections::BTreeSet<std::ffi::OsString> {
    fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("readable").file_name()).collect()
}

#[test]
fn a_reader_that_goes_away_ends_the_tool_in_silence() {
    let folder = folder();
    succeeds(folder.path(), "truncate -s 300M tree/large; isomk -o large.iso tree; rm tree/large");
    for writer in ["isocat large.iso /large", "imgconv large.iso", "isomk --files-from list"] {
        fs::write(folder.path().join("list"), "large.iso\n").expect("room");
        let pipeline = format!("set +o pipefail; {writer} | head -c 1 >/dev/null; exit ${{PIPESTATUS[0]}}");
        let output = shell(folder.path(), &pipeline);
        assert!(output.stderr.is_empty(), "{writer}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(128 + 13), "{writer}: by SIGPIPE");
    }
}

#[test]
fn no_more_of_a_pipe_is_taken_than_is_needed() {
    let folder = folder();
    succeeds(folder.path(), "truncate -s 300M tree/large; isomk -o large.iso tree; rm tree/large");
    let mut child = std::process::Command::new("cat")
        .arg("large.iso")
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let pipe = child.stdout.take().expect("piped");
    let mut rest = fs::File::from(pipe.as_fd().try_clone_to_owned().expect("a descriptor"));
    let output = tool("isols").args(["-R", "-"]).stdin(pipe).output().expect("runs");
    assert_eq!(output.stdout, b"/file\n/large\n");
    let mut left = Vec::new();
    rest.read_to_end(&mut left).expect("readable");
    child.wait().expect("ends");
    let image = fs::metadata(folder.path().join("large.iso")).expect("there").len();
    let taken = image - u64::try_from(left.len()).expect("fits");
    assert!(taken < 200_000, "{taken} bytes were taken");
}
