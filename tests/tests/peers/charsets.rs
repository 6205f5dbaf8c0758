//! Names that are recorded in other character sets than UTF-8: the bytes are those that genisoimage, xorriso and iconv have.

use isokit_core::tree::charset::Charset;
use isokit_tests::{Workshop, output, peer, text};
use std::process::Command;

/// Trees with names in ISO 8859-1, KOI8-R and UTF-8.
const TREES: &str = "mkdir latin russian utf8 more
cd latin; echo 1 > \"$(printf 'gr\\366\\337e.txt')\"; mkdir \"$(printf '\\334n\\357')\"; echo 2 > \"$(printf '\\334n\\357/x\\275y')\"; : > plain
cp -r . ../linked; ln -s \"$(printf 'gr\\366\\337e.txt')\" \"../linked/$(printf 'l\\357nk')\"
cd ../russian; echo 3 > \"$(printf '\\304\\301.txt')\"; : > plain
cd ../utf8; mkdir Ünï; echo 1 > größe.txt; : > plain; ln -s ../größe.txt Ünï/lïnk
cd ../more; echo 1 > x€y; : > plain; ln -s x€y link";

/// The paths that isoinfo finds by Rock Ridge, and where links lead, as hexadecimal digits.
fn names(workshop: &Workshop, image: &str) -> String {
    workshop.shell(&format!(
        "(isoinfo -R -f -i {image}; isoinfo -R -l -i {image} | sed -n 's/.*\\] *//; / -> /p') | LC_ALL=C sort | od -An -tx1"
    ))
}

#[test]
fn names_have_the_bytes_that_the_peers_record() {
    if ["xorriso", "genisoimage", "isoinfo"].iter().any(|needed| peer(needed).is_none()) {
        return;
    }
    let workshop = Workshop::new(TREES);
    for (name, words) in [
        ("genisoimage", "-R -input-charset iso8859-1 -output-charset cp850 latin"),
        ("genisoimage", "-R -J -input-charset iso8859-1 -output-charset cp437 latin"),
        ("genisoimage", "-R -input-charset iso8859-1 latin"),
        ("genisoimage", "-R -input-charset koi8-r -output-charset cp866 russian"),
        ("genisoimage", "-R -input-charset koi8-r -output-charset iso8859-5 russian"),
        ("genisoimage", "-R -input-charset koi8-r -output-charset cp437 russian"),
        ("genisoimage", "-R -input-charset koi8-r -output-charset koi8-r russian"),
        ("xorrisofs", "-input-charset iso8859-1 -output-charset cp850 linked"),
        ("xorrisofs", "-input-charset ISO-8859-1 -output-charset CP437 linked"),
        ("xorrisofs", "-J -output-charset ISO-8859-1 utf8"),
        ("xorrisofs", "-output-charset cp850 utf8"),
        ("xorrisofs", "-output-charset ISO-8859-15 utf8"),
        ("xorrisofs", "-output-charset utf-8 utf8"),
        ("xorrisofs", "-input-charset koi8-r -output-charset cp1251 russian"),
        ("xorrisofs", "-input-charset koi8-r -output-charset EUC-JP russian"),
        ("xorrisofs", "-input-charset koi8-r russian"),
    ] {
        // With a locale of ASCII xorriso converts nothing.
        workshop.shell(&format!(
            "LC_ALL=C.UTF-8 {name} -quiet -o peer.iso {words} 2> said || {{ cat said; false; }}
             isomk --as {name} -quiet -o own.iso {words}"
        ));
        assert_eq!(names(&workshop, "own.iso"), names(&workshop, "peer.iso"), "{name}: {words}");
    }
    // Of a link, genisoimage records the target as it is on disk, where nothing has that name any more.
    workshop
        .shell("isomk --as genisoimage -R -input-charset iso8859-1 -output-charset cp850 -o own.iso linked");
    assert!(names(&workshop, "own.iso").replace('\n', "").contains("6c 8b 6e 6b 20 2d 3e 20 67 72 94 e1 65"));
    let listed = workshop.shell(
        "isomk --output-charset cp850 -o own.iso utf8; isols -R --names rr --charset cp850 own.iso; isols -R --names joliet own.iso",
    );
    let all = "/größe.txt\n/plain\n/Ünï\n/Ünï/lïnk\n";
    assert_eq!(listed, [all, &all.replace("/Ünï/lïnk\n", "")].concat());
    assert_eq!(workshop.shell("isols --check own.iso"), "");
}

/// genisoimage records `_` without a word, xorriso an empty name, and both end in 0.
#[test]
fn what_a_set_lacks_is_told_or_refused() {
    let workshop = Workshop::new(TREES);
    let run = |words: &str| {
        let mut command = Command::new(isokit_tests::tool_path("isomk"));
        let ran = output(command.args(words.split(' ')).current_dir(workshop.folder()));
        (ran.status.code(), text(&ran.stderr))
    };
    let said = "isomk: /x€y: warning: recorded as \"x_y\", since ISO-8859-1 lacks some of its characters
isomk: /link: warning: points to \"x_y\", since ISO-8859-1 lacks some of its characters\n";
    for words in [
        "--as xorrisofs -output-charset iso8859-1 -o own.iso more",
        "--output-charset latin1 -o own.iso more",
    ] {
        assert_eq!(run(words), (Some(0), said.to_owned()), "{words}");
        assert_eq!(workshop.shell("isols -R --names rr own.iso"), "/link\n/plain\n/x_y\n");
    }
    // Without Rock Ridge, names are ASCII anyway.
    assert_eq!(
        run("--as genisoimage -output-charset iso8859-1 -m link -o own.iso more"),
        (Some(0), String::new())
    );
    for (words, want) in [
        (
            "--output-charset latin1 --strict-names -o own.iso more",
            "isomk: /link: the target has characters that ISO-8859-1 does not have\n",
        ),
        (
            "--output-charset iso-2022-jp -o own.iso more",
            "isomk: invalid value 'iso-2022-jp' for '--output-charset <SET>': names cannot be recorded in ISO-2022-JP; \
             use euc-jp or shift_jis; try: isomk --help\n",
        ),
        (
            "--output-charset latin1 --no-rr -o own.iso more",
            "isomk: --output-charset requires Rock Ridge, which is off\n",
        ),
    ] {
        assert_eq!(run(words), (Some(2), want.to_owned()), "{words}");
    }
    workshop.shell("echo 2 > more/x₤y");
    let (status, said) = run("--output-charset latin1 -o own.iso more");
    assert_eq!(status, Some(2));
    assert_eq!(
        said,
        "isomk: /x€y: has the same name as /x₤y in ISO-8859-1, which lacks some of their characters\n"
    );
    workshop.shell("rm more/x₤y; echo 3 > more/x_y");
    assert_eq!(run("--output-charset latin1 -o own.iso more").0, Some(2));
    // A name that the primary tree does not show is in nobody's way.
    assert_eq!(run("--output-charset latin1 --hide /x_y -o own.iso more").0, Some(0));
}

#[test]
fn names_of_the_plain_tree_are_in_the_set_where_they_are_kept() {
    if ["genisoimage", "isoinfo"].iter().any(|needed| peer(needed).is_none()) {
        return;
    }
    let workshop = Workshop::new(TREES);
    let plain = |called: &str| {
        let words = "-quiet -iso-level 4 -T -input-charset iso8859-1 -output-charset cp437 -o o.iso latin";
        workshop.shell(&format!("{called} {words}; isoinfo -f -i o.iso | od -An -tx1"))
    };
    assert_eq!(plain("isomk --as genisoimage"), plain("genisoimage"));
}

/// Names of the session before are in the set in which the new ones are recorded.
#[test]
fn names_of_an_earlier_session_keep_their_bytes() {
    if ["genisoimage", "isoinfo"].iter().any(|needed| peer(needed).is_none()) {
        return;
    }
    let workshop = Workshop::new(TREES);
    workshop.shell("mkdir new; echo n > new/$(printf 'n\\366'); echo n > new/$(printf 'z\\375')");
    let names = |called: &str| {
        workshop.shell(&format!(
            "of() {{ {called} -quiet -R -input-charset iso8859-1 -output-charset cp850 -o \"$@\"; }}
             of disc latin; truncate -s %65536 disc; next=$(($(stat -c %s disc) / 2048))
             of session -C 0,$next -M disc new; cat session >> disc
             isoinfo -R -f -i disc -T $next | LC_ALL=C sort | od -An -tx1"
        ))
    };
    let theirs = names("genisoimage");
    assert!(theirs.replace('\n', "").contains("2f 67 72 94 e1 65 2e 74 78 74 0a 2f 6e 94 0a"), "{theirs}");
    assert_eq!(names("isomk --as genisoimage"), theirs);
}

#[test]
fn code_pages_are_those_of_iconv() {
    if peer("iconv").is_none() {
        return;
    }
    let workshop =
        Workshop::new("for i in $(seq 128 255); do printf \"\\\\$(printf %o $i)\\n\"; done > bytes");
    for page in
        ["437", "737", "775", "850", "852", "855", "857", "858", "860", "861", "862", "863", "865", "869"]
    {
        let charset: Charset = format!("cp{page}").parse().expect("a page");
        // iconv has no 858, which is 850 with another character.
        let asked = if page == "858" { "850" } else { page };
        let theirs = workshop.shell(&format!("iconv -c -f CP{asked} -t UTF-8 bytes || true"));
        let theirs = if page == "858" { theirs.replace('ı', "€") } else { theirs };
        let mut ours = String::new();
        for byte in 0x80..=u8::MAX {
            let recorded = [byte];
            let Some(name) = charset.text(&recorded) else {
                ours.push('\n');
                continue;
            };
            assert_eq!(&*charset.encoded(&name).bytes, recorded, "{page}");
            ours.push_str(&text(&name));
            ours.push('\n');
        }
        assert_eq!(ours, theirs, "{page}");
    }
}
