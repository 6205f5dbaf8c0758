//! Inputs that change between being looked at and being read. The archive that isomk waits for, after it has looked at the
//! directory, makes the moment certain.

use isokit_tests::Workshop;

/// Runs `change` after `tree` was looked at and before it is read.
fn meanwhile(workshop: &Workshop, change: &str) -> (i32, String) {
    workshop.shell("rm -f fifo; mkfifo fifo; mkdir -p other; tar -cf other.tar other");
    let ended = workshop.tries(&format!(
        "isomk -o image.iso --sums sums tree @fifo & exec 3> fifo; {change}; cat other.tar >&3; exec 3>&-; wait $!"
    ));
    (ended.status.code().expect("not killed"), String::from_utf8_lossy(&ended.stderr).into_owned())
}

#[test]
fn what_shrinks_grows_or_goes_is_said_and_the_image_is_whole() {
    let workshop = Workshop::new(
        "mkdir tree; seq 1 1000 > tree/shrinks; seq 1 1000 > tree/grows; seq 1 1000 > tree/goes; seq 1 1000 > tree/stays",
    );
    let (status, said) =
        meanwhile(&workshop, "truncate -s 100 tree/shrinks; echo more >> tree/grows; rm tree/goes");
    assert_eq!(status, 1, "{said}");
    let mut said: Vec<&str> = said.lines().collect();
    said.sort_unstable();
    assert_eq!(
        said,
        [
            "isomk: tree/goes: was removed while the image was made; replaced by 3893 zeros",
            "isomk: tree/grows: grew while the image was made; only its first 3893 bytes are recorded",
            "isomk: tree/shrinks: shrank from 3893 to 100 bytes while it was read; the rest is zeros",
        ]
    );
    let original = workshop.read("tree/stays");
    let clipped = [&original[..100], &[0; 3793]].concat();
    for (path, expected) in
        [("/stays", &original), ("/grows", &original), ("/shrinks", &clipped), ("/goes", &vec![0; 3893])]
    {
        if let Some(content) = workshop.content("image.iso", path) {
            assert!(content == *expected, "{path}");
        }
    }
    // The sums are those of the image, not of the files.
    workshop.shell(
        "mkdir out; cd out; seq 1 1000 > stays; seq 1 1000 > grows; head -c 3893 /dev/zero > goes
        { head -c 100 grows; head -c 3793 /dev/zero; } > shrinks; sha256sum -c --quiet --strict ../sums",
    );
}

#[test]
fn what_cannot_be_read_any_more_leaves_the_old_image() {
    let workshop =
        Workshop::new("mkdir tree; echo a > tree/a; echo b > tree/b; echo old > image.iso; echo old > sums");
    let (status, said) = meanwhile(&workshop, "rm tree/a; mkdir tree/a");
    assert_eq!(status, 1, "{said}");
    assert_eq!(
        said,
        "isomk: tree/a: Is a directory\nisomk: image.iso: an input can no longer be read; the image is incomplete\n"
    );
    assert_eq!((workshop.text("image.iso"), workshop.text("sums")), ("old\n".into(), "old\n".into()));
    assert_eq!(workshop.shell("ls -A"), "fifo\nimage.iso\nother\nother.tar\nsums\ntree\n");
}

#[test]
fn what_becomes_a_pipe_holds_nothing_up() {
    let workshop = Workshop::new("mkdir tree; echo a > tree/a");
    let (status, said) = meanwhile(&workshop, "rm tree/a; mkfifo tree/a");
    assert_eq!(
        (status, said.as_str()),
        (1, "isomk: tree/a: shrank from 2 to 0 bytes while it was read; the rest is zeros\n")
    );
}

#[test]
fn a_link_put_in_place_of_a_file_is_not_followed() {
    let workshop = Workshop::new("mkdir tree; echo a > tree/a; echo secret > secret");
    let (status, said) = meanwhile(&workshop, "ln -sf ../secret tree/a");
    assert_eq!(status, 1, "{said}");
    assert!(said.starts_with("isomk: tree/a: "), "{said}");
}
