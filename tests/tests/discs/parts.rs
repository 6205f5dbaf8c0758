//! Sessions behind the gap of a real CD, and sessions and tracks that were saved by themselves.

use isokit_tests::{peer, ran, shell};
use tempfile::TempDir;

/// What `script` makes of `first` (a session of 176 sectors with `one`), `a`, `b` and `c` (directories with `one`, `two`
/// and `three`).
fn made(script: &str) -> Option<TempDir> {
    peer("genisoimage")?;
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let script = format!(
        "set -e; mkdir a b c; echo one > a/one; echo two > b/two; echo three > c/three
         sectors() {{ echo $(($(stat -c %s $1) / 2048)); }}
         make() {{ genisoimage -quiet -R \"$@\" 2> said || {{ cat said >&2; exit 1; }}; }}
         make -V FIRST -o first a; [ $(sectors first) = 176 ]
         {script}"
    );
    let made = shell(folder.path(), &script);
    assert!(made.status.success(), "{made:?}");
    Some(folder)
}

#[test]
fn a_session_behind_the_gap_of_a_cd_is_found() {
    for (gap, later) in [(11_400, 6900), (11_402, 6902), (11_250, 6750)] {
        let second = 176 + gap;
        let Some(folder) = made(&format!(
            "make -V SECOND -C 0,{second} -M first -o second b
             cp first x.iso; truncate -s $(({second} * 2048)) x.iso; cat second >> x.iso; cp x.iso two.iso
             third=$((`sectors x.iso` + {later}))
             make -V THIRD -C {second},$third -M x.iso -o third c
             truncate -s $((third * 2048)) x.iso; cat third >> x.iso"
        )) else {
            return;
        };
        let folder = folder.path();
        let fine = |out: &str| (0, out.to_owned(), String::new());
        for (command, out) in [
            ("isols -R two.iso", "/one\n/two\n"),
            ("isols -R x.iso", "/one\n/three\n/two\n"),
            ("isols -R --session 2 x.iso", "/one\n/two\n"),
            ("isols -R --session 1 x.iso", "/one\n"),
            ("cat x.iso | isols -R --session newest -", "/one\n/three\n/two\n"),
            ("isocat x.iso /one /two /three", "one\ntwo\nthree\n"),
            ("isocat --tar x.iso | tar -xO", "one\ntwo\nthree\n"),
            ("isols --sessions --json x.iso | wc -l", "3\n"),
            ("cat x.iso | isols --sessions - | cut -c 1,4", "N \n1 \n2 \n3*\n"),
        ] {
            assert_eq!(ran(folder, command), fine(out), "{gap}: {command}");
        }
        let starts = ran(folder, "isols --sessions x.iso | awk '{ print $(NF - 2) }'").1;
        assert!(starts.contains(&format!("\n{}\n", second * 2048)), "{starts}");
    }
}

#[test]
fn a_session_or_track_by_itself_is_read_from_the_sector_it_had() {
    let Some(folder) = made(
        "make -V SECOND -C 0,11576 -M first -o second b
         make -V GD -C 0,45000 -o track03.iso c; mkdir empty; make -R -V LAST -C 0,330000 -o last c",
    ) else {
        return;
    };
    let folder = folder.path();
    for (input, sector, names, own) in [
        ("second", 11_576, "/one\n/two\n", "/two"),
        ("track03.iso", 45_000, "/three\n", "/three"),
        ("last", 330_000, "/three\n", "/three"),
    ] {
        let option = format!("--first-sector {sector}");
        let hint = |tool: &str, rest: &str, shown: &str| {
            format!(
                "{tool}: {shown}: a session or track of a disc, whose sector numbers count from {sector}; try: {tool} \
                 {option} {rest}\n"
            )
        };
        let tools = [
            ("isols", format!("-R {input}")),
            ("isols", format!("--volume {input}")),
            ("isols", format!("--sessions {input}")),
            ("isols", format!("--boot {input}")),
            ("isocat", format!("--tar {input}")),
            ("imgsum", format!("--files {input}")),
            ("imgsum", format!("--volume {input}")),
        ];
        for (tool, rest) in &tools {
            let refused = (2, String::new(), hint(tool, rest, input));
            assert_eq!(ran(folder, &format!("{tool} {rest}")), refused);
        }
        let refused = (2, String::new(), hint("isols", "-R -", "standard input"));
        assert_eq!(ran(folder, &format!("cat {input} | isols -R -")), refused);

        let fine = |out: &str| (0, out.to_owned(), String::new());
        let content = format!("{}\n", &own[1..]);
        for way in [input.to_owned(), format!("- < {input}"), format!("- < <(cat {input})")] {
            assert_eq!(ran(folder, &format!("isols {option} -R {way}")), fine(names), "{way}");
            assert_eq!(ran(folder, &format!("isocat {option} {way} {own}")), fine(&content), "{way}");
            let listed = ran(folder, &format!("isols {option} --sessions --json {way}")).1;
            assert!(listed.starts_with(&format!("{{\"number\":1,\"offset\":{},", sector * 2048)), "{listed}");
            let whole = format!("sha256sum < {input} | cut -c -64");
            let sum = format!("imgsum --untagged --volume {option} {way} | cut -c -64");
            assert_eq!(ran(folder, &sum), ran(folder, &whole), "{way}");
            let sum = format!("isocat {option} --system-area {way} | cmp - <(head -c 32768 {input})");
            assert_eq!(ran(folder, &sum), fine(""), "{way}");
        }
        let size = std::fs::metadata(folder.join(input)).expect("made").len();
        let shown = ran(folder, &format!("isols {option} --volume {input}")).1;
        assert!(shown.contains(&format!("image size      {size} bytes\n")), "{shown}");
        let place = ran(folder, &format!("isols {option} --extents {input} {own}")).1;
        let place: u64 = place.split('\t').next().and_then(|text| text.parse().ok()).expect("a byte");
        assert!((sector * 2048..sector * 2048 + size).contains(&place), "{place}");
    }
}

#[test]
fn what_lies_in_another_session_is_not_made_up() {
    let Some(folder) = made("make -V SECOND -C 0,11576 -M first -o second b") else { return };
    let (status, _, said) = ran(folder.path(), "isocat --first-sector 11576 second /one");
    assert_eq!(status, 1);
    assert!(
        said.starts_with("isocat: second: /one: byte 0x")
            && said.ends_with(": image: cannot be read: the input begins at byte 0x169c000 of the disc\n"),
        "{said}"
    );
}

#[test]
fn a_session_behind_something_else_is_pointed_at() {
    let Some(folder) = made(
        "make -V SECOND -C 0,176 -M first -o second b
         (head -c 360448 /dev/zero; cat second) > padded
         (head -c 307200 /dev/zero; cat first) > pregap
         (head -c 307200 /dev/urandom; cat first) > junk
         make -V GD -C 0,45000 -o track c; (head -c 307200 /dev/zero; cat track) > track03
         make -V SECOND -C 0,11576 -M first -o gone b; cat first gone > stripped",
    ) else {
        return;
    };
    let folder = folder.path();
    for (input, what, option, names) in [
        ("padded", "its first volume descriptor is at sector 192", "--session 176s", "/one\n/two\n"),
        ("pregap", "its first volume descriptor is at sector 166", "--at 150s", "/one\n"),
        ("junk", "its first volume descriptor is at sector 166", "--at 150s", "/one\n"),
        (
            "track03",
            "its first volume descriptor is at sector 166",
            "--at 150s --first-sector 45000",
            "/three\n",
        ),
        (
            "stripped",
            "the session that starts at sector 176 was at sector 11576 of the disc: the sectors between are missing",
            "--at 176s --first-sector 11576",
            "/one\n/two\n",
        ),
    ] {
        let want = format!("isols: {input}: {what}; try: isols {option} -R {input}\n");
        assert_eq!(ran(folder, &format!("isols -R {input}")), (2, String::new(), want));
        let fine = (0, names.to_owned(), String::new());
        assert_eq!(ran(folder, &format!("isols {option} -R {input}")), fine);
        assert_eq!(ran(folder, &format!("cat {input} | isols {option} -R -")), fine);
    }
    assert_eq!(ran(folder, "isols -R --session 1 stripped").1, "/one\n");
    let (status, out, said) = ran(folder, "isols --session 100s padded");
    assert_eq!((status, out.as_str()), (2, ""));
    assert!(
        said.starts_with("isols: padded: no session starts at sector 100: byte 0x3a001 (sector 116): "),
        "{said}"
    );
    for wrong in ["s", "0", "-1s", "5000000000s", "third"] {
        let (status, _, said) = ran(folder, &format!("isols --session={wrong} padded"));
        assert_eq!(status, 2, "{said}");
    }
}
