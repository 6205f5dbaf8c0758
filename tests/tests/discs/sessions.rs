//! Images with several sessions, as files and through pipes.

use isokit_tests::{peer, ran, shell};
use tempfile::TempDir;

/// `x.iso`: a first session with `one` and `size` bytes more, and a second with `two` as well. As genisoimage -M does,
/// the second lies behind the first, and sector 16 still describes the first.
fn two_sessions(size: u64) -> Option<TempDir> {
    peer("genisoimage")?;
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let script = format!(
        "set -e; mkdir a b; echo one > a/one; echo two > b/two; truncate -s {size} a/zeros
         genisoimage -quiet -R -V FIRST -o x.iso a
         sectors=$(( ($(stat -c %s x.iso) / 2048 + 31) / 32 * 32 ))
         genisoimage -quiet -R -V SECOND -C 0,$sectors -M x.iso -o second b
         truncate -s $((sectors * 2048)) x.iso
         cat second >> x.iso"
    );
    let made = shell(folder.path(), &script);
    assert!(made.status.success(), "{made:?}");
    Some(folder)
}

#[test]
fn a_small_pipe_shows_the_session_that_the_file_shows() {
    let Some(folder) = two_sessions(1 << 20) else { return };
    for (options, there) in
        [("-R", true), ("-R --session 1", false), ("-R --session newest", true), ("--sessions", false)]
    {
        let file = ran(folder.path(), &format!("isols {options} x.iso"));
        assert_eq!((file.0, file.2.as_str()), (0, ""), "{options}");
        assert_eq!(file.1.contains("/two\n"), there, "{options}: {}", file.1);
        assert_eq!(ran(folder.path(), &format!("cat x.iso | isols {options} -")), file, "{options}");
    }
    for wrong in ["0", "third"] {
        assert_eq!(ran(folder.path(), &format!("isols --session {wrong} x.iso")).0, 2);
    }
}

#[test]
fn a_large_pipe_shows_the_first_session_unless_the_newest_is_asked_for() {
    let Some(folder) = two_sessions(40 << 20) else { return };
    // cat dies of the pipe that is closed early.
    let pipe = |options: &str| {
        ran(folder.path(), &format!("cat x.iso | isols {options} -; exit ${{PIPESTATUS[1]}}"))
    };
    assert_eq!(pipe("-R"), (0, "/one\n/zeros\n".into(), String::new()));
    let said = pipe("-v").2;
    assert!(said.contains("a newer session far ahead in the pipe is not searched for"), "{said}");
    assert_eq!(pipe("-R --session newest"), ran(folder.path(), "isols -R x.iso"));
    assert_eq!(pipe("--sessions"), ran(folder.path(), "isols --sessions x.iso"));
}

#[test]
fn tools_that_read_to_the_end_notice_a_newer_session() {
    let Some(folder) = two_sessions(40 << 20) else { return };
    for command in ["isocat --tar -", "imgsum --files -", "imgsum --volume -"] {
        let (status, _, said) = ran(folder.path(), &format!("cat x.iso | {command} > /dev/null"));
        assert!(said.contains(": a newer session begins at byte 0x"), "{command}: {said}");
        assert_eq!((status, said.lines().count()), (1, 1), "{command}: {said}");
        let (status, _, said) =
            ran(folder.path(), &format!("cat x.iso | {command} --session newest > /dev/null"));
        assert_eq!((status, said.as_str()), (0, ""), "{command}");
    }
}

/// All of a session of a write-once disc lies behind the one before, and its table is the last thing on the disc.
#[test]
fn of_udf_sessions_the_newest_is_shown() {
    if peer("mkudffs").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let made = shell(
        folder.path(),
        "for n in 1 2 3; do
             mkudffs --new-file -m cdr -r 2.01 -b 2048 -l session$n --startblock=$((n * 320 - 320)) $n $((n * 320)) >&2
             cat $n >> disc
             truncate -s $((n * 655360)) disc
         done",
    );
    assert!(made.status.success(), "{made:?}");
    for pipeline in ["isols --volume disc", "cat disc | isols --volume -"] {
        let said = shell(folder.path(), pipeline);
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        for line in
            ["volume id       session3", "integrity       closed", "anchor          sector 896 of 2048 bytes"]
        {
            assert!(text.lines().any(|said| said == line), "{line:?} in {text}");
        }
    }
    let said = shell(folder.path(), "isols -v -R disc 2>&1 | grep -v 'reading the'").stdout;
    let said = String::from_utf8_lossy(&said).into_owned();
    let want = "isols: disc: note: byte 0x1c0000 (sector 896): anchor volume descriptor pointer: a newer session than \
                the first is shown\n";
    assert_eq!(said, want);
    // Before the third one was written.
    let said = shell(folder.path(), "head -c 1310720 disc > two; isols --volume two | grep '^volume id'");
    assert_eq!(said.stdout, b"volume id       session2\n");
}

/// However many sessions it was recorded in, UDF is shown as one; a bridge of one session is no less a bridge.
#[test]
fn udf_is_the_first_and_the_newest_session() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = shell(
        folder.path(),
        "set -e; mkdir a; echo one > a/a-longer-name.text; isomk -q --format udf -o udf a
         isomk -q --udf --no-rr --no-joliet -o bridge a",
    );
    assert!(made.status.success(), "{made:?}");
    for image in ["udf", "bridge"] {
        for session in ["", "--session newest", "--session 1", "--session 1 --names udf"] {
            for pipeline in [format!("isols {session} {image}"), format!("cat {image} | isols {session} -")] {
                let (status, names, said) = ran(folder.path(), &pipeline);
                assert_eq!((status, names.as_str()), (0, "a-longer-name.text\n"), "{pipeline}: {said}");
            }
        }
        for further in ["--session 2", "--session 2 --names udf"] {
            let (status, names, said) = ran(folder.path(), &format!("isols {further} {image}"));
            assert_eq!((status, names.as_str()), (2, ""), "{image} {further}: {said}");
            assert!(said.contains("session 2: "), "{said}");
        }
        let listed = ran(folder.path(), &format!("isols --sessions {image}"));
        assert_eq!(ran(folder.path(), &format!("cat {image} | isols --sessions -")), listed, "{image}");
        assert_eq!((listed.0, listed.1.lines().count()), (0, 2), "{listed:?}");
    }
}
