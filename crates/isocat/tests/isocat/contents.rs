//! Contents of files: which, in which order, and how much of them.

use isokit_tests::Workshop;

const TREE: &str = "
mkdir -p tree/d/e
echo one > tree/one
echo two > tree/two
ln tree/one tree/d/hard
echo deep > tree/d/e/deep
echo star > 'tree/d/a*b'
echo other > tree/d/aXb
printf 0123456789 > tree/digits
: > tree/empty
ln -s ../one tree/d/up
ln -s d tree/way
ln -s nowhere tree/dangling
ln -s round tree/round
ln -s .. tree/d/out
mkfifo tree/fifo
";

#[test]
fn contents_come_in_the_order_asked_as_often_as_asked() {
    let Some(workshop) = Workshop::with_image(TREE) else { return };
    for (paths, want) in [
        ("/two one", "two\none\n"),
        ("one one /one", "one\none\none\n"),
        ("d/hard /d/up /way/e/deep", "one\none\ndeep\n"),
        ("/d/e/../../two ./two //d/e//deep", "two\ntwo\ndeep\n"),
        ("/d/out/d/out/../one", "one\n"),
        ("empty", ""),
    ] {
        assert_eq!(workshop.shell(&format!("isocat x.iso {paths}")), want, "{paths}");
        assert_eq!(workshop.shell(&format!("isocat - {paths} < <(cat x.iso)")), want, "{paths} from a pipe");
    }
}

#[test]
fn patterns_match_as_in_a_shell_and_sorted() {
    let Some(workshop) = Workshop::with_image(TREE) else { return };
    for (pattern, want) in [
        ("'/t*' '/[o]ne'", "two\none\n"),
        ("'**/deep'", "deep\n"),
        ("'/{two,one}'", "one\ntwo\n"),
        ("'/d/a*[b]'", "star\nother\n"),
        ("'/d/a*b'", "star\n"),
        (r"'/d/a\*b'", "star\n"),
        ("'/d/u?'", "one\n"),
    ] {
        assert_eq!(workshop.shell(&format!("isocat x.iso {pattern}")), want, "{pattern}");
    }
    let (status, out, err) = workshop.ended("isocat x.iso '/no*' /one");
    assert_eq!((status, out.as_str()), (1, "one\n"));
    assert_eq!(err, "isocat: x.iso: /no*: nothing in the image matches\n");
}

#[test]
fn lists_of_paths_mean_them_as_they_are() {
    let Some(workshop) = Workshop::with_image(TREE) else { return };
    let list = r"printf '/d/a*b\n\n/one\n' > list;";
    assert_eq!(workshop.shell(&format!("{list} isocat --files-from list x.iso two")), "two\nstar\none\n");
    assert_eq!(workshop.shell(r"printf '/two\0one\0' | isocat --files-from - -0 x.iso"), "two\none\n");
    assert_eq!(workshop.shell("isocat --files-from /dev/null x.iso"), "");
    let many = "for i in $(seq 20); do echo one; echo /d/up; echo way/e/deep; done > many;";
    let want = "one\none\ndeep\n".repeat(20);
    assert_eq!(workshop.shell(&format!("{many} isocat --files-from many x.iso")), want);
}

#[test]
fn what_has_no_content_is_said_and_the_rest_written() {
    let Some(workshop) = Workshop::with_image(TREE) else { return };
    for (path, sentence) in [
        ("/none", "/none: no such file in the image"),
        ("/one/two", "/one/two: a component of the path is not a directory"),
        ("/d", "/d: is a directory; --tar writes directories"),
        ("/fifo", "/fifo: is a FIFO, which has no contents in an image"),
        ("/dangling", "/dangling: no such file in the image"),
        ("/round", "/round: too many levels of symbolic links"),
        ("/one/", "/one/: not a directory"),
    ] {
        let (status, out, err) = workshop.ended(&format!("isocat x.iso /two {path} /one"));
        assert_eq!((status, out.as_str()), (1, "two\none\n"), "{path}");
        assert_eq!(err, format!("isocat: x.iso: {sentence}\n"));
    }
}

#[test]
fn ranges_count_both_ends() {
    let Some(workshop) = Workshop::with_image(TREE) else { return };
    for (range, want) in
        [("0-0", "0"), ("2-5", "2345"), ("7-", "789"), ("-2", "89"), ("8-100", "89"), ("0-", "0123456789")]
    {
        assert_eq!(workshop.shell(&format!("isocat --range {range} x.iso /digits")), want, "{range}");
    }
    let (status, out, err) = workshop.ended("isocat --range 10- x.iso /digits");
    assert_eq!((status, out.as_str()), (1, ""));
    assert_eq!(
        err,
        "isocat: x.iso: /digits: the range begins beyond the end of the file, which has 10 bytes\n"
    );
}

#[test]
fn compressed_files_are_decoded_whole_and_in_part() {
    let Some(workshop) = Workshop::with_image("mkdir tree; seq 200000 > tree/numbers; : > tree/empty") else {
        return;
    };
    workshop.shell(
        "xorriso -outdev z.iso -padding 0 -map tree / -set_filter_r --zisofs / -- 2>/dev/null
         [ $(stat -c %s z.iso) -lt $(stat -c %s x.iso) ]
         isocat z.iso /numbers | cmp - tree/numbers
         isocat --range 500000-700000 z.iso /numbers | cmp - <(tail -c +500001 tree/numbers | head -c 200001)
         isocat - /numbers /empty < <(cat z.iso) | cmp - tree/numbers
         isocat --tar z.iso | tar -xO numbers | cmp - tree/numbers",
    );
}

#[test]
fn every_name_of_a_file_has_its_content_in_every_tree() {
    let Some(workshop) = Workshop::with_image(TREE) else { return };
    assert_eq!(workshop.shell("isocat --names rr x.iso /d/hard"), "one\n");
    assert_eq!(workshop.shell("isocat --names joliet x.iso /d/hard"), "one\n");
    assert_eq!(workshop.shell("isocat --names iso x.iso '/D/HARD.;1' /d/hard"), "one\none\n");
    let (status, _, err) = workshop.ended("isocat --names 1999 x.iso /d/hard");
    assert_eq!((status, err.as_str()), (2, "isocat: x.iso: tree: the image has no such tree\n"));
}
