//! How isocat ends when its output or input does not go on.

use isokit_tests::Workshop;
use isokit_tests::peer;

const TREE: &str = "mkdir tree; seq 3000000 > tree/big; echo few > tree/few";

#[test]
fn a_closed_pipe_ends_it_silently() {
    let Some(workshop) = Workshop::with_image(TREE) else { return };
    for command in
        ["isocat x.iso /big", "isocat --tar x.iso", "isocat - /big < x.iso", "cat x.iso | isocat - /big"]
    {
        let (_, out, err) = workshop.ended(&format!("{command} | head -c 2; echo ${{PIPESTATUS[@]}} >&2"));
        assert!(out.len() == 2, "{command}: {out}");
        assert!(
            err.trim_end().split_ascii_whitespace().all(|status| matches!(status, "141" | "0")),
            "{command}: {err}"
        );
        assert!(err.contains("141"), "{command}: {err}");
    }
}

#[test]
fn a_terminal_shows_text_and_nothing_else() {
    if peer("script").is_none() {
        return;
    }
    let script = "mkdir tree; echo few > tree/few; printf 'a\\0b' > tree/binary";
    let Some(workshop) = Workshop::with_image(script) else { return };
    let shown =
        |command: &str| workshop.ended(&format!("script -qec '{command}' /dev/null")).1.replace('\r', "");
    assert_eq!(shown("isocat x.iso /few"), "few\n");
    let refused =
        "isocat: x.iso: /binary: is binary data, not written to a terminal: redirect it or use -o\n";
    assert_eq!(shown("isocat x.iso /binary /few"), format!("{refused}few\n"));
    for option in ["--tar", "--system-area"] {
        let said = shown(&format!("isocat {option} x.iso"));
        assert!(
            said.starts_with("isocat: standard output: is a terminal, and this is binary data"),
            "{said}"
        );
    }
}

#[test]
fn a_full_output_is_said() {
    let Some(workshop) = Workshop::with_image(TREE) else { return };
    for (command, name) in [
        ("isocat x.iso /big > /dev/full", "standard output"),
        ("isocat x.iso /few > /dev/full", "standard output"),
        ("isocat --tar x.iso > /dev/full", "standard output"),
        ("isocat -o /dev/full x.iso /big", "/dev/full"),
    ] {
        let (status, _, err) = workshop.ended(command);
        assert_eq!(
            (status, err),
            (1, format!("isocat: {name}: write: No space left on device\n")),
            "{command}"
        );
    }
}

#[test]
fn an_output_file_is_whole_or_stays_what_it_was() {
    let Some(workshop) = Workshop::with_image(TREE) else { return };
    workshop.shell("isocat -o new x.iso /big && cmp new tree/big");
    workshop.shell("echo old > out; chmod 640 out");
    let (status, _, err) = workshop.ended("isocat -o out x.iso /few /none");
    assert_eq!(status, 1);
    assert!(err.contains("isocat: out: not written, because some"), "{err}");
    assert_eq!(workshop.shell("cat out; stat -c %a out"), "old\n640\n");
    assert_eq!(
        workshop.shell("isocat -o out x.iso /few && cat out; stat -c %a out; ls"),
        "few\n640\nnew\nout\ntree\nx.iso\n"
    );
    let (status, _, err) = workshop.ended("isocat -o missing/out x.iso /few");
    assert_eq!((status, err.as_str()), (2, "isocat: missing/out: create: No such file or directory\n"));
}

#[test]
fn what_is_no_image_is_said_with_status_2() {
    let workshop = Workshop::new(
        "echo text > text; gzip -k text; head -c 100000 /dev/zero > zeros; tr '\\0' '\\245' < zeros > bytes; \
         printf 'QFI\\373\\0\\0\\0\\3' | cat - zeros > q.img; mkdir folder",
    );
    for (command, sentence) in [
        ("isocat text /a", "isocat: text: a text file, not an ISO 9660 or UDF image\n"),
        (
            "isocat zeros /a",
            "isocat: zeros: only zero bytes up to byte 0x10000, not an ISO 9660 or UDF image\n",
        ),
        (
            "isocat bytes /a",
            "isocat: bytes: not an ISO 9660 or UDF image: byte 0x8001 (sector 16): volume descriptor: ",
        ),
        // What these parts of a disk are is asked of a disk only.
        ("isocat --system-area text", "isocat: text: a text file, not an ISO 9660 or UDF image\n"),
        ("isocat --system-area bytes", "isocat: bytes: not an ISO 9660 or UDF image: byte 0x8001"),
        ("isocat --system-area - < zeros", "isocat: standard input: only zero bytes up to byte 0x10000, "),
        ("isocat --part 1 text", "isocat: text: a text file, not an ISO 9660 or UDF image\n"),
        ("isocat --boot 1 q.img", "isocat: q.img: a QEMU qcow2 disk image, not an ISO 9660 or UDF image; "),
        (
            "isocat --system-area - < q.img",
            "isocat: standard input: a QEMU qcow2 disk image, not an ISO 9660 or UDF image; try: qemu-img \
             convert -O raw FILE FILE.img\n",
        ),
        (
            "isocat --part gpt:1 q.img",
            "isocat: q.img: a QEMU qcow2 disk image, not an ISO 9660 or UDF image; try: qemu-img convert -O raw \
             q.img q.raw.img\n",
        ),
        (
            "isocat text.gz /a",
            "isocat: text.gz: gzip data, not an image; try: imgconv text.gz | isocat - /a\n",
        ),
        ("isocat folder /a", "isocat: folder: is a directory, not an image"),
        ("isocat none /a", "isocat: none: open: No such file or directory"),
        ("isocat - /a < /dev/null", "isocat: standard input: empty, not an ISO 9660 or UDF image"),
        ("isocat zeros", "isocat: no PATH given; --tar writes the whole image"),
        ("isocat --part 1 zeros", "isocat: zeros: partition 1: the image has no such partition table"),
    ] {
        let (status, out, err) = workshop.ended(command);
        assert_eq!((status, out.as_str()), (2, ""), "{command}: {err}");
        assert!(err.starts_with(sentence) && err.lines().count() == 1, "{command}: {err}");
    }
}

#[test]
fn a_cut_image_gives_what_it_has_and_names_the_first_missing_byte() {
    let Some(workshop) = Workshop::with_image(TREE) else { return };
    workshop.shell("head -c 2000000 x.iso > cut.iso");
    let (status, _, err) = workshop.ended("isocat cut.iso /big > got");
    assert_eq!(status, 1);
    assert!(
        err.starts_with("isocat: cut.iso: /big: byte 0x1e8480 (sector 976): image: ends here; "),
        "{err}"
    );
    workshop.shell("cmp got <(head -c $(stat -c %s got) tree/big); [ -s got ]");
    let (status, _, err) = workshop.ended("isocat --tar cut.iso > cut.tar");
    assert_eq!(status, 1, "{err}");
    assert!(err.contains("cut.iso: /big: byte 0x1e8480 "), "{err}");
    workshop.shell("tar -xOf cut.tar big | cmp - got; [ $(tar -tf cut.tar | wc -l) = 2 ]");
}
