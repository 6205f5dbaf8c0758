//! UDF by the tools: listed, described, written out and summed, from files and from pipes.

#[allow(dead_code, reason = "the tests of reading use more of it")]
#[path = "../../../crates/core/tests/udf/disc.rs"]
mod disc;

use disc::{Disc, File, ROOT, long, name, named};
use isokit_core::udf::layout::{file_type, tag};
use isokit_tests::{output, peer, printed, shell, tool, udf_images};
use std::path::Path;

/// A volume with a file, its two streams, and a link to it.
fn volume(folder: &Path) {
    let mut disc = Disc::new(2048);
    disc.directory(ROOT, &[named("file", 2), named("link", 6)]);
    disc.file(2, &File { streams: Some(long(2048, 0, 3)), ..File::embedded(b"main") });
    let streams = [name("*UDF Macintosh Resource Fork", long(2048, 0, 4), 0), named("b", 5)].concat();
    disc.file(3, &File { kind: file_type::STREAM_DIRECTORY, ..File::directory(&streams) });
    disc.file(4, &File::embedded(b"fork"));
    disc.file(5, &File::embedded(b"bee"));
    disc.file(6, &File { kind: file_type::SYMLINK, ..File::embedded(b"\x05\x05\0\0\x08file") });
    std::fs::write(folder.join("v.udf"), &disc.bytes).expect("room");
}

#[test]
fn streams_are_in_json_and_isocat_writes_them_out() {
    let folder = tempfile::tempdir().expect("a folder");
    volume(folder.path());
    assert_eq!(printed(folder.path(), "isols v.udf"), "file\nlink\n");
    let json = printed(folder.path(), "{ cat v.udf || true; } | isols --json - /file");
    assert!(
        json.contains(r#""streams":[{"name":"*UDF Macintosh Resource Fork","size":4,"extents":[{"offset":"#),
        "{json}"
    );
    assert_eq!(
        printed(folder.path(), "isocat v.udf /file '/file:*UDF Macintosh Resource Fork' file:b"),
        "mainforkbee"
    );
    assert_eq!(printed(folder.path(), "isocat - link file:b < v.udf"), "mainbee");
}

/// Files with streams, one of which is called like another file; an attribute of UDF's own; a stream of the root, and one
/// that UDF keeps there.
fn more_than_tar_holds(folder: &Path) {
    let mut disc = Disc::new(2048);
    disc.directory(ROOT, &[named("f", 2), named("f:x", 5), named("g", 6), named("plain", 7)]);
    disc.file(2, &File { streams: Some(long(2048, 0, 3)), ..File::embedded(b"main") });
    disc.file(3, &File { kind: file_type::STREAM_DIRECTORY, ..File::directory(&named("x", 4)) });
    disc.file(4, &File::embedded(b"stream"));
    disc.file(5, &File::embedded(b"file"));
    let attributes = attribute(b"*UDF Mac FinderInfo", b"APPL");
    disc.file(6, &File { attributes: &attributes, ..File::embedded(b"g") });
    disc.file(7, &File::embedded(b"plain"));
    std::fs::write(folder.join("m.udf"), &disc.bytes).expect("room");
}

/// An extended attribute space with an attribute of implementation use (ECMA-167 4/14.10.8).
fn attribute(name: &[u8], value: &[u8]) -> Vec<u8> {
    let mut space = [&[0; 16][..], &24_u32.to_le_bytes(), &[0xFF; 4]].concat();
    let length = |bytes: usize| u32::try_from(bytes).expect("small").to_le_bytes();
    let mut body = [&2048_u32.to_le_bytes()[..], &[1, 0, 0, 0], &length(48 + value.len())].concat();
    body.extend(length(value.len()));
    body.push(0);
    body.extend(name);
    body.resize(16 + 32, 0);
    body.extend(value);
    disc::seal(&mut space, tag::ATTRIBUTE_HEADER, 2);
    [space, body].concat()
}

#[test]
fn a_tar_archive_is_said_to_lack_streams_and_attributes_of_udf() {
    let folder = tempfile::tempdir().expect("a folder");
    more_than_tar_holds(folder.path());
    let lacks =
        "named streams of 1 entry and UDF attributes of 1 entry are not in the archive; -v lists them";
    for (flags, want) in [
        ("", format!("isocat: m.udf: warning: {lacks}\n")),
        ("-q", String::new()),
        (
            "-v",
            "isocat: m.udf: /f: warning: 1 named stream is not in the archive\n\
             isocat: m.udf: /g: warning: 1 UDF attribute is not in the archive\n"
                .to_owned(),
        ),
    ] {
        let archive = shell(folder.path(), &format!("isocat {flags} --tar m.udf > m.tar"));
        assert_eq!((archive.status.code(), String::from_utf8_lossy(&archive.stderr)), (Some(0), want.into()));
        assert_eq!(printed(folder.path(), "tar -tf m.tar | sort"), "f\nf:x\ng\nplain\n");
        assert_eq!(printed(folder.path(), "strings m.tar | grep -c FinderInfo || true"), "0\n");
    }
    let chosen = shell(folder.path(), "isocat --tar m.udf plain f:x | tar -t");
    assert_eq!((&*chosen.stdout, &*chosen.stderr), (&b"f:x\nplain\n"[..], &b""[..]));
}

#[test]
fn what_is_not_there_is_said_to_be_missing_and_no_more() {
    let folder = tempfile::tempdir().expect("a folder");
    volume(folder.path());
    std::fs::write(folder.path().join("text"), "no image").expect("room");
    for (arguments, words) in [
        (["--names", "rr", "v.udf"], "isols: v.udf: tree: the image has no such tree\n"),
        (["--names", "udf", "text"], "isols: text: a text file, not an ISO 9660 or UDF image\n"),
    ] {
        let said = output(tool("isols").args(arguments).current_dir(folder.path()));
        assert_eq!((said.status.code(), String::from_utf8_lossy(&said.stderr).as_ref()), (Some(2), words));
    }
    let sessions = printed(folder.path(), "isols --sessions --json v.udf");
    assert!(
        sessions.starts_with(r#"{"number":1,"offset":0,"size":"#) && sessions.ends_with("true}\n"),
        "{sessions}"
    );
}

#[test]
fn a_stream_called_like_another_file_has_a_path_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    more_than_tar_holds(folder.path());
    assert_eq!(printed(folder.path(), "isocat m.udf f:x f/:x f/../f/:x"), "filestreamstream");
    assert_eq!(printed(folder.path(), "isocat --tar m.udf f/:x | tar -xO"), "stream");
    for missing in ["f/x", "f/:y", "f/:x/", "plain/:x", "f/:x/:x"] {
        assert_eq!(
            shell(folder.path(), &format!("isocat m.udf {missing}")).status.code(),
            Some(1),
            "{missing}"
        );
    }
}

#[test]
fn the_volume_is_described() {
    let folder = tempfile::tempdir().expect("a folder");
    volume(folder.path());
    let text = printed(folder.path(), "isols --volume v.udf");
    for line in [
        "volume id       LOGICAL\n",
        "shown           udf: it is the only one\n",
        "udf revision    2.01\n",
        "udf sequence    NSR02\n",
        "udf domain      *OSTA UDF Compliant\n",
        "primary volume  DISC\n",
        "integrity       none\n",
        "partition map   0: physical, partition 0\n",
        "partition       0: sectors 300 to 500, pseudo-overwritable\n",
        "anchor          sector 256 of 2048 bytes\n",
    ] {
        assert!(text.contains(line), "{line:?} in {text}");
    }
    let json = printed(folder.path(), "isols --volume --json v.udf");
    assert!(
        json.contains(r#""trees":["udf"],"shown":"udf","shown_because":"it is the only one""#)
            && json.contains(r#""revision":"2.01""#)
            && json.contains(r#""partition_maps":[{"kind":"physical","partition":0,"offset":"#),
        "{json}"
    );
}

/// Both trees of genisoimage's bridge have the same names; its UDF makes an empty file of a link.
#[test]
fn a_bridge_of_genisoimage_has_two_trees() {
    if peer("genisoimage").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let made = shell(
        folder.path(),
        "mkdir -p t/d && echo one > t/one && echo two > t/d/two && ln -s one t/link && \
         genisoimage -quiet -udf -R -J -o b.iso t",
    );
    assert!(made.status.success(), "{made:?}");
    let names = "/d\n/d/two\n/link\n/one\n";
    for pipeline in [
        "isols -R b.iso | sort",
        "isols -R --names udf b.iso | sort",
        "{ cat b.iso || true; } | isols -R --names udf - | sort",
    ] {
        assert_eq!(printed(folder.path(), pipeline), names, "{pipeline}");
    }
    assert_eq!(
        printed(
            folder.path(),
            "isols -v b.iso 2>&1 >/dev/null | grep -c 'reading the rr tree: Rock Ridge records'"
        ),
        "1\n"
    );
    assert!(printed(folder.path(), "isols -l b.iso").contains("link -> one"));
    assert!(
        printed(folder.path(), "isols -l --names udf b.iso")
            .lines()
            .any(|line| line.starts_with("-r") && line.ends_with(" link"))
    );
    assert_eq!(printed(folder.path(), "isocat --names udf b.iso d/two one"), "two\none\n");
    let sums =
        |names: &str| printed(folder.path(), &format!("imgsum --files --names {names} b.iso | grep -v link"));
    assert_eq!(sums("rr"), sums("udf"));
}

#[test]
fn an_empty_volume_of_every_revision() {
    if peer("mkudffs").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    for (revision, shown) in [("0x0102", "1.02"), ("0x0150", "1.50"), ("0x0200", "2.00"), ("0x0201", "2.01")]
    {
        let mut made = 0;
        for media in ["hd", "dvdr", "cdrw", "dvdram"] {
            let _ = std::fs::remove_file(folder.path().join("v"));
            let pipeline = format!("truncate -s 8M v && mkudffs -m {media} -r {revision} -b 2048 v > log");
            // Not every medium has every revision.
            if !shell(folder.path(), &pipeline).status.success() {
                continue;
            }
            made += 1;
            assert_eq!(printed(folder.path(), "isols --names udf v"), "", "{media} {revision}");
            let text = printed(folder.path(), "isols --volume v");
            assert!(text.contains(&format!("udf revision    {shown}\n")), "{media} {revision}: {text}");
        }
        assert!(made >= 2, "{revision}: {made} media");
    }
}

/// Label, state and counts that `lines` of `key, separator, value` say under `keys`.
fn facts(text: &str, separator: char, keys: [&str; 4]) -> [String; 4] {
    keys.map(|key| {
        let lines = text.lines().filter_map(|line| line.strip_prefix(key));
        let mut values = lines.filter_map(|rest| rest.strip_prefix(separator));
        values.next().unwrap_or_default().trim().replace("opened", "open")
    })
}

/// mkudffs records the integrity descriptor of write-once media as open, as a writer of such would, and then a virtual
/// allocation table.
#[test]
fn a_volume_is_closed_or_open_as_udfinfo_has_it() {
    let Some(folder) = udf_images() else { return };
    if peer("udfinfo").is_none() {
        return;
    }
    let (mut virtual_tables, mut rooms) = (0, 0);
    for image in std::fs::read_dir(&folder).expect("it is there").flatten() {
        let path = image.path();
        if path.extension().is_none_or(|extension| extension != "udf") {
            continue;
        }
        let said = output(std::process::Command::new("udfinfo").arg(&path));
        if !said.status.success() {
            continue;
        }
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        let want = facts(&text, '=', ["lvid", "integrity", "numfiles", "numdirs"]);
        let said = output(tool("isols").args(["--volume", "--names", "udf"]).arg(&path));
        let ours = String::from_utf8_lossy(&said.stdout).into_owned();
        let got = facts(&ours, ' ', ["logical volume", "integrity", "files", "directories"]);
        assert_eq!(got, want, "{}: {said:?}", path.display());
        let by_table = ours.lines().any(|line| line == "known by        virtual allocation table");
        assert_eq!(by_table, text.contains("vatblock="), "{}", path.display());
        virtual_tables += u32::from(by_table);
        // Of a write-once disc udfinfo takes what is in front of the table for used; it is not recorded.
        if !by_table {
            assert_eq!(room(&ours), udfinfo_room(&text), "{}", path.display());
            rooms += 1;
        }
    }
    assert!(virtual_tables > 10, "{virtual_tables} volumes have a virtual allocation table");
    assert!(rooms > 40, "{rooms} volumes have a table of free space");
}

/// Blocks used and free, as `isols --volume` has them of the first partition map.
fn room(text: &str) -> Option<[u64; 2]> {
    let line = text.lines().find(|line| line.starts_with("partition map   0: "))?;
    let phrase = |end: &str| line.split(", ").find_map(|phrase| phrase.strip_suffix(end)?.parse().ok());
    Some([phrase(" used")?, phrase(" free")?])
}

/// Blocks used and free, as udfinfo has them.
fn udfinfo_room(text: &str) -> Option<[u64; 2]> {
    let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.parse().ok());
    Some([value("usedblocks=")?, value("freeblocks=")?])
}

/// All runs of digits, as numbers.
fn numbers(text: &str) -> impl Iterator<Item = u64> {
    text.split(|letter: char| !letter.is_ascii_digit()).filter_map(|digits| digits.parse().ok())
}

/// Each number of each line of the text is a number of the JSON form, where sectors are byte offsets.
#[test]
fn json_has_every_number_that_people_read() {
    let folder = tempfile::tempdir().expect("a folder");
    volume(folder.path());
    printed(folder.path(), "mkdir t && echo 1 > t/a && isomk --format udf --udf=2.50 -o m.udf t");
    printed(folder.path(), "isomk -q --udf -o b.udf t");
    let own = ["v.udf", "m.udf", "b.udf"].map(|name| folder.path().join(name));
    let others = udf_images().and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten();
    let others = others.flatten().map(|image| image.path());
    let mut kinds = std::collections::BTreeSet::new();
    for path in own.into_iter().chain(others.filter(|path| path.extension().is_some_and(|end| end == "udf")))
    {
        let ask = |more: &[&str]| {
            let said = output(tool("isols").arg("--volume").args(more).arg(&path));
            String::from_utf8(said.stdout).expect("text")
        };
        let (text, json) = (ask(&[]), ask(&["--json"]));
        let sector =
            text.lines().find_map(|line| line.strip_prefix("anchor")).and_then(|at| numbers(at).nth(1));
        let Some(sector) = sector else { continue };
        let known: std::collections::HashSet<u64> = numbers(&json).collect();
        for (label, value) in text.lines().filter_map(|line| line.split_at_checked(16)) {
            let value = match label.trim() {
                // Named by their places in lists.
                "partition map" => value.split_once(": ").map_or("", |(_, facts)| facts),
                // The end is a sum.
                "partition" => value.split_once(" to ").map_or("", |(start, _)| start),
                _ => value,
            };
            for number in numbers(value) {
                let there = [1, sector, 2048].iter().any(|unit| known.contains(&(number * unit)));
                assert!(there, "{}: {label}{value}: {number} is not in {json}", path.display());
            }
            kinds.extend(
                value.split(", ").next().filter(|_| label.starts_with("partition map")).map(str::to_owned),
            );
        }
    }
    let least: &[&str] = if isokit_tests::required() {
        &["metadata", "physical", "sparable", "virtual"]
    } else {
        &["metadata", "physical"]
    };
    assert!(least.iter().all(|kind| kinds.contains(*kind)), "{kinds:?}");
}

#[test]
fn the_sum_of_a_volume_that_isomk_made_is_that_of_its_image() {
    let folder = tempfile::tempdir().expect("a folder");
    printed(folder.path(), "mkdir tree && seq 1 10000 > tree/a");
    for options in ["--udf", "--format udf --udf=1.02", "--format udf --media bd", "--format udf --media hdd"]
    {
        let whole = printed(folder.path(), &format!("isomk {options} tree | tee v | imgsum"));
        // What reads a volume need not take all of what follows.
        assert_eq!(
            printed(folder.path(), "{ cat v; head -c 307200 /dev/zero || true; } | imgsum --volume -"),
            whole
        );
        assert_eq!(printed(folder.path(), "imgsum --volume - < v"), whole, "{options}");
    }
}

#[test]
fn names_of_an_image_that_is_cut_are_listed_and_what_is_missing_said() {
    let folder = tempfile::tempdir().expect("a folder");
    printed(folder.path(), "mkdir tree && seq 1 100000 > tree/a && seq 1 300000 > tree/b");
    for options in ["--udf=1.02", "--udf=2.50"] {
        printed(folder.path(), &format!("isomk --format udf {options} tree | head -c 1500000 > cut || true"));
        let listed = output(tool("isols").args(["-R", "cut"]).current_dir(folder.path()));
        let words = String::from_utf8_lossy(&listed.stderr).into_owned();
        assert_eq!((listed.status.code(), listed.stdout.as_slice()), (Some(1), &b"/a\n/b\n"[..]), "{words}");
        assert!(words.contains("image: ends here; ") && words.contains("entries listed is cut"), "{words}");
    }
}
