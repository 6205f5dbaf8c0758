//! From a pipe: no more is taken than is needed, and what has passed is there when it is needed later.

use isokit_tests::Workshop;

/// Three files that lie in this order.
const TREE: &str = "
mkdir tree
seq 1000000 4000000 > tree/a
seq 2000000 6000000 > tree/b
echo last > tree/c
";

#[test]
fn reading_ends_with_the_last_wanted_byte() {
    let Some(workshop) = Workshop::with_image(TREE) else { return };
    // What is left in the pipe is counted by whoever reads on.
    let left = |command: &str| -> u64 {
        let script = format!("cat x.iso | {{ {command} > /dev/null; wc -c; }}");
        workshop.shell(&script).trim().parse().expect("a number")
    };
    let size = std::fs::metadata(workshop.path("x.iso")).expect("made").len();
    let a = std::fs::metadata(workshop.path("tree/a")).expect("made").len();
    let b = std::fs::metadata(workshop.path("tree/b")).expect("made").len();
    assert!(left("isocat - /a") > b, "/b was not read");
    assert!(left("isocat --range 0-9 - /a") > size - (1 << 20), "nor what is behind the range");
    assert!(left("isocat --tar - /a") > b);
    // And of what is behind it, whether that is a volume.
    assert!(left("isocat --system-area -") == size - (32 << 10) - 14);
    assert!(left("isocat - /b") < size - a - b);
}

#[test]
fn another_order_than_the_disc_s_works_through_the_spool() {
    let Some(workshop) = Workshop::with_image(TREE) else { return };
    // More than is kept in memory, so a temporary file without a name is needed; and nothing of it is left.
    let want = workshop.shell("cat tree/c tree/b tree/a tree/c | sha256sum");
    let got = workshop
        .shell("mkdir tmp; TMPDIR=tmp isocat - c b a c < <(cat x.iso) | sha256sum; [ -z \"$(ls -A tmp)\" ]");
    assert_eq!(got, want);
    let (status, _, err) = workshop.ended("TMPDIR=/nonexistent isocat - c b a c < <(cat x.iso) | sha256sum");
    assert_eq!(status, 1, "{err}");
    assert!(err.contains("temporary file (set TMPDIR to choose another place)"), "{err}");
}

#[test]
fn memory_is_bounded_whatever_the_order() {
    let Some(workshop) = Workshop::with_image(TREE) else { return };
    for command in ["isocat - /a /b", "isocat - /b /a", "isocat --tar -"] {
        workshop.shell(&format!("(ulimit -v 140000; {command}) < <(cat x.iso) | sha256sum"));
    }
}

#[test]
fn a_pipe_that_ends_too_early_ends_the_output_there() {
    let Some(workshop) = Workshop::with_image(TREE) else { return };
    let (status, out, err) = workshop.ended("head -c 5000000 x.iso | isocat - /a > got");
    assert_eq!(status, 1, "{out}{err}");
    assert!(
        err.contains("isocat: standard input: /a: byte 0x4c4b40 (sector 2441): image: ends here; "),
        "{err}"
    );
    let (status, out, err) = workshop.ended("head -c 5000000 x.iso | isocat --tar - | tar -t");
    assert_ne!(status, 0, "{out}");
    assert!(err.contains("isocat: standard input: /a: byte 0x4c4b40"), "{err}");
    assert!(err.contains("tar: Unexpected EOF in archive"), "whoever reads the archive knows: {err}");
}
