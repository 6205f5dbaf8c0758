//! UDF of a later session: of a bridge and alone, listed, chosen, and never mistaken for what an earlier one had.

use isokit_tests::{peer, ran, shell};
use std::path::Path;

const TREES: &str = "mkdir one two; seq 100 > one/one.txt; cp -p one/one.txt two; seq 200 > two/two.txt";

/// `x`, of a session that `first` makes of `one` and one that `second` makes of `two` behind it, at sector `N`.
fn sessions(first: &str, second: &str) -> String {
    format!(
        "set -e; {TREES}; genisoimage -quiet {first} -V FIRST -o x one
        N=$(( ($(stat -c %s x) / 2048 + 15) / 16 * 16 )); echo $N > n
        genisoimage -quiet {second} -V SECOND -C 0,$N -M x -o later two 2> said
        truncate -s $(( N * 2048 )) x; cat later >> x"
    )
}

/// The same with a volume of mkudffs, which can be empty only.
const ALONE: &str = "mkudffs -b 2048 --media-type=hd --startblock=$N -l SECOND x > said";

/// A folder in which `recipe` was run.
#[track_caller]
fn made(recipe: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let made = shell(folder.path(), recipe);
    assert!(made.status.success(), "{made:?}");
    folder
}

/// That `script` prints `want` in `folder`, and nothing else.
#[track_caller]
fn assert_prints(folder: &Path, script: &str, want: &str) {
    assert_eq!(ran(folder, script), (0, want.to_owned(), String::new()), "{script}");
}

#[test]
fn of_bridges_that_follow_each_other_the_newest_is_shown_and_each_can_be_asked_for() {
    if peer("genisoimage").is_none() {
        return;
    }
    let folder = made(&sessions("-udf -R -J", "-udf -R -J"));
    let folder = folder.path();
    let both = "/one.txt\n/two.txt\n";
    for names in ["auto", "udf", "rr", "joliet"] {
        assert_prints(folder, &format!("isols -R --names {names} x"), both);
        assert_prints(folder, &format!("isols -R --names {names} --session 2 x"), both);
        assert_prints(folder, &format!("isols -R --names {names} --session 1 x"), "/one.txt\n");
        assert_prints(folder, &format!("cat x | isols -R --names {names} -"), both);
    }
    assert_prints(folder, "isocat --names udf x /two.txt | cmp - two/two.txt", "");
    // Not recorded again: it lies in the first session.
    assert_prints(folder, "isocat --names udf x /one.txt | cmp - one/one.txt", "");
    assert_prints(folder, "isocat --names udf --session 1 x /one.txt | cmp - one/one.txt", "");
    assert_prints(folder, "isocat --names udf --tar x | tar -xOf - two.txt | cmp - two/two.txt", "");
    assert_prints(folder, "imgsum -a md5 --names udf --files x | grep -c two.txt", "1\n");
    assert_prints(
        folder,
        "isols --sessions x | awk '{ print $1, $2, $NF }'",
        "N OFFSET ID\n1 0 FIRST\n2 * SECOND\n",
    );
    let (status, _, said) = ran(folder, "isols --names udf --session 3 x");
    assert_eq!((status, said.as_str()), (2, "isols: x: session 3: the image has no such session\n"));
}

#[test]
fn a_session_without_udf_does_not_show_that_of_another() {
    if peer("genisoimage").is_none() {
        return;
    }
    let none = "isols: x: tree: this session has no such tree; another one may (--session)\n";
    for (first, second, with, without) in [("-udf -R", "-R", 1, 2), ("-R", "-udf -R", 2, 1)] {
        let folder = made(&sessions(first, second));
        let folder = folder.path();
        assert_prints(folder, "isols -R x", "/one.txt\n/two.txt\n");
        let names = if with == 1 { "/one.txt\n" } else { "/one.txt\n/two.txt\n" };
        assert_prints(folder, &format!("isols -R --names udf --session {with} x"), names);
        for tool in ["isols", "isocat --tar", "imgsum --files"] {
            let (status, out, said) = ran(folder, &format!("{tool} --names udf --session {without} x"));
            assert_eq!((status, out.as_str()), (2, ""), "{tool}: {said}");
            assert!(said.ends_with(none.split_once(": ").expect("a tool").1), "{tool}: {said}");
        }
        let newest = ran(folder, "isols -R --names udf x");
        let want = if with == 1 { (2, String::new(), none.into()) } else { (0, names.into(), String::new()) };
        assert_eq!(newest, want);
    }
}

#[test]
fn a_session_of_udf_alone_is_a_session() {
    if peer("genisoimage").is_none() || peer("mkudffs").is_none() {
        return;
    }
    let folder = made(&format!(
        "set -e; {TREES}; genisoimage -quiet -R -V FIRST -o x one
        N=$(( ($(stat -c %s x) / 2048 + 15) / 16 * 16 )); truncate -s $(( (N + 2048) * 2048 )) x; {ALONE}"
    ));
    let folder = folder.path();
    assert_prints(folder, "isols -R x", "");
    assert_prints(
        folder,
        "isols --volume x | grep -E '^(volume id|shown) '",
        "volume id       SECOND\nshown           udf: it is the only tree of its session\n",
    );
    assert_prints(folder, "isols -R --session 1 x", "/one.txt\n");
    assert_prints(folder, "isols -R --session 2 --names udf x", "");
    assert_prints(
        folder,
        "isols --sessions x | awk '{ print $1, $2, $NF }'",
        "N OFFSET ID\n1 0 FIRST\n2 * SECOND\n",
    );
    let (status, _, said) = ran(folder, "isols --names rr x");
    assert_eq!(status, 2, "{said}");
}

#[test]
fn of_volumes_of_udf_alone_the_newest_is_shown() {
    if peer("mkudffs").is_none() {
        return;
    }
    let folder = made(&format!(
        "set -e; truncate -s 2M x; mkudffs -b 2048 --media-type=hd -l FIRST x > said; N=1024; truncate -s 4M x; {ALONE}"
    ));
    let folder = folder.path();
    for (session, want) in
        [("", "SECOND"), ("--session 1", "FIRST"), ("--session 2", "SECOND"), ("--session 1024s", "SECOND")]
    {
        let script = format!("isols --volume {session} x | sed -n 's/^volume id  *//p'");
        assert_prints(folder, &script, &format!("{want}\n"));
    }
    assert_prints(
        folder,
        "isols --sessions x | awk '{ print $1, $2, $NF }'",
        "N OFFSET ID\n1 0 FIRST\n2 * SECOND\n",
    );
}

#[test]
fn damage_to_the_newest_session_does_not_show_an_older_one_as_if_it_were_whole() {
    if peer("genisoimage").is_none() || peer("python3").is_none() {
        return;
    }
    // Breaks every anchor from sector `from` to `to`, in sectors or `n`, where the second session starts.
    let break_anchors = |from: &str, to: &str| {
        format!(
            "python3 -c \"
n = int(open('n').read()); image = bytearray(open('x', 'rb').read()); end = len(image) // 2048
for sector in range({from}, {to}):
    if image[sector * 2048:][:2] == b'\\x02\\x00' and image[sector * 2048 + 2] in (2, 3): image[sector * 2048 + 4] ^= 1
open('y', 'wb').write(image)\""
        )
    };
    let folder = made(&sessions("-udf -R", "-udf -R"));
    let folder = folder.path();
    assert_prints(folder, &break_anchors("n", "end"), "");
    let (status, out, said) = ran(folder, "isols -R y");
    assert_eq!((status, out.as_str()), (1, "/one.txt\n/two.txt\n"), "{said}");
    assert!(said.contains("the UDF volume is damaged; the rr tree is shown: "), "{said}");
    let (status, out, said) = ran(folder, "isols -R --names udf y");
    assert_eq!((status, out.as_str()), (2, ""), "{said}");
    assert_prints(folder, "isols -R --names udf --session 1 y", "/one.txt\n");
    // The anchors at the end are of the newest session, whichever was asked for.
    assert_prints(folder, &break_anchors("0", "n"), "");
    let (status, out, said) = ran(folder, "isols -R --names udf --session 1 y");
    assert_eq!((status, out.as_str()), (2, ""), "{said}");
    assert_prints(folder, "isols -R --names udf y", "/one.txt\n/two.txt\n");
    assert_prints(folder, &break_anchors("n", "end - 1"), "");
    assert_prints(folder, "isols -R --names udf y", "/one.txt\n/two.txt\n");
    // The first descriptor of ISO 9660.
    let script = "python3 -c \"
n = int(open('n').read()); image = bytearray(open('x', 'rb').read()); image[(n + 16) * 2048 + 1] = 0; open('y', 'wb').write(image)\"";
    assert_prints(folder, script, "");
    let (status, out, said) = ran(folder, "isols -R y");
    assert_eq!((status, out.as_str()), (1, "/one.txt\n/two.txt\n"), "{said}");
    assert!(said.contains("the ISO 9660 volume is damaged; the udf tree is shown: "), "{said}");
}

#[test]
fn udf_that_was_there_before_iso_9660_was_written_behind_it_is_older() {
    if peer("genisoimage").is_none() || peer("xorriso").is_none() {
        return;
    }
    let folder = made(&format!(
        "set -e; {TREES}; genisoimage -quiet -udf -V FIRST -o x one
        xorriso -dev stdio:x -rm /ONE.TXT -- -map two/two.txt /two.txt -commit 2> said"
    ));
    let folder = folder.path();
    assert_prints(folder, "isols -R x", "/two.txt\n");
    let (status, out, said) = ran(folder, "isols -R --names udf x");
    assert_eq!((status, out.as_str()), (1, "/one.txt\n"));
    assert_eq!(
        said,
        "isols: x: the UDF volume is older than the ISO 9660 volume, which was written behind it\n"
    );
}
