//! UDF that isomk writes, as everybody else reads it, compared with the tree it was made of.

use isokit_tests::sample::{TREE, everything};
use isokit_tests::{Workshop, kernel, peer, tools_folder};
use isokit_witness::compare::differences;
use isokit_witness::{Reading, Seen, Tree, disk, grub, libraries, ours, sevenzip, udfinfo};
use std::path::{Path, PathBuf};

/// What UDF alone has trouble with: times beyond 32 bits and below a second, names of its longest, hard links across
/// directories, directories over a block and over several.
const MORE: &str = r#"
touch -d 2028-02-28T12:00:00Z tree/leap-28; touch -d 2028-02-29T12:00:00.123456Z tree/leap-29
touch -d 2028-03-01T00:00:00Z tree/leap-01; touch -d 2100-02-28T23:59:59Z tree/2100-28
touch -d 2100-03-01T00:00:00Z tree/2100-01; touch -d 2106-02-07T06:28:16Z tree/2106
touch -d 2023-11-14T22:13:20.654321Z tree/micro
echo long > tree/$(printf 'n%.0s' $(seq 1 254))
echo cjk > tree/$(printf '漢%.0s' $(seq 1 80))
echo latin > "tree/$(printf 'é%.0s' $(seq 1 120))"
echo 'pair' > 'tree/😀😀.txt'
mkdir tree/wide tree/é
for i in $(seq 1 30); do : > "tree/wide/$(printf "%03d€%.0s" $i | head -c 3)$(printf '€%.0s' $(seq 1 60))"; done
ln tree/hello.txt tree/z-hard; ln tree/big.txt tree/many/big-hard
head -c 1700 /dev/urandom > tree/in-the-entry; head -c 1833 /dev/urandom > tree/just-not
"#;

/// The source, with times as fine as UDF has them.
fn source(sample: &Workshop) -> Tree {
    let mut tree = disk::reading(&sample.path("tree")).expect("find and sha256sum are there");
    for seen in tree.values_mut() {
        seen.fraction.truncate(6);
        seen.fraction.push_str("000");
    }
    tree
}

#[track_caller]
fn same(reader: &str, options: &[&str], source: &Tree, seen: &Tree) {
    let found = differences(source, seen);
    assert!(found.is_empty(), "isomk {options:?} read by {reader}: {found:#?}");
}

fn plain(source: &Tree) -> Tree {
    let plain = |kind: &str| matches!(kind, "regular file" | "directory");
    source
        .iter()
        .filter(|(_, seen)| plain(&seen.kind))
        .map(|(path, seen)| (path.clone(), seen.clone()))
        .collect()
}

const REVISIONS: [&str; 5] = ["--udf=1.02", "--udf=1.50", "--udf=2.01", "--udf=2.50", "--udf=2.60"];

/// Every revision, block size and bridge, name by name: kinds, modes, owners, links, times, devices, contents.
#[test]
fn linux_sees_the_source() {
    let sample = everything(MORE);
    let source = source(&sample);
    let alone = REVISIONS.map(|revision| (vec!["--format", "udf", revision], true));
    let others = [
        (vec!["--udf"], false),
        (vec!["--udf=2.50"], false),
        (vec!["--udf", "--udf-special", "keep"], true),
        (vec!["--udf", "--media", "dvd", "--pad"], false),
        (vec!["--format", "udf", "--udf=1.02", "--media", "hdd"], true),
        (vec!["--format", "udf", "--udf=2.50", "--media", "hdd"], true),
        (vec!["--format", "udf", "--media", "bd", "--dedup"], true),
    ];
    let choices: Vec<(Vec<&str>, bool)> = alone.into_iter().chain(others).collect();
    let images: Vec<PathBuf> = choices
        .iter()
        .enumerate()
        .map(|(number, (options, _))| sample.image_of_tree(&format!("{number}.udf"), options))
        .collect();
    let mut disks: Vec<(&Path, &str)> = images.iter().map(|image| (image.as_path(), "udf")).collect();
    // A bridge has another side.
    let bridge = REVISIONS.len();
    disks.push((&images[bridge], "iso9660"));
    let Some(mut listings) = kernel::listings(&disks) else { return };
    let iso9660 = listings.pop().expect("as many as disks").expect("the kernel mounts a bridge as ISO 9660");
    // isofs cuts the longest names.
    let names = |tree: &Tree| -> Tree {
        tree.keys().filter(|path| path.len() < 250).map(|path| (path.clone(), Seen::default())).collect()
    };
    same("Linux as ISO 9660", choices[bridge].0.as_slice(), &names(&source), &names(&iso9660));
    for ((options, specials), listing) in choices.iter().zip(listings) {
        let mut seen = listing.unwrap_or_else(|error| panic!("{options:?}: {error}"));
        // Linux counts directories' links in its own way.
        seen.values_mut().filter(|seen| seen.kind == "directory").for_each(|seen| seen.links.clear());
        let mut source = if *specials { source.clone() } else { plain(&source) };
        if options.contains(&"hdd") {
            // It reads no symbolic link whose path components take more than a block.
            assert!(source.remove("longlink").is_some() && seen.remove("longlink").is_none());
        }
        same("Linux", options, &source, &seen);
    }
}

/// What a reader can say of a name: leaves out what it is known not to read.
type Limits = fn(&str, &Seen) -> bool;

/// Names that fit into 16-bit characters, times that fit into 32 bits, ...
const EVERYTHING: Limits = |_, _| true;
const NO_SURROGATES: Limits = |path, _| path.chars().all(|c| u32::from(c) < 0x1_0000);
const OLD_TIMES: Limits = |_, seen| seen.modified.parse().is_ok_and(|time: i64| (0..1 << 31).contains(&time));
const ASCII_AND_OLD_TIMES: Limits = |path, seen| path.is_ascii() && OLD_TIMES(path, seen);

#[track_caller]
fn read_by(name: &str, options: &[&str], source: &Tree, reading: Reading, limits: Limits) {
    let seen = reading.unwrap_or_else(|error| panic!("isomk {options:?} read by {name}: {error}"));
    let known: Tree = source
        .iter()
        .filter(|(path, facts)| limits(path, facts))
        .map(|(path, facts)| (path.clone(), facts.clone()))
        .collect();
    // What it made of the names it cannot read.
    let garbled = |path: &String| {
        path.contains(char::REPLACEMENT_CHARACTER) || !(source.contains_key(path) || path.is_ascii())
    };
    let known_or_wrong =
        |path: &String| known.contains_key(path) || !(source.contains_key(path) || garbled(path));
    let seen: Tree = seen.into_iter().filter(|(path, _)| known_or_wrong(path)).collect();
    same(name, options, &known, &seen);
}

#[test]
fn seven_zip_and_libraries_see_the_source() {
    let sample = Workshop::new(&[TREE, MORE].join("\n"));
    let source = plain(&source(&sample));
    let images = [
        &["--udf"][..],
        &["--udf=2.50"],
        &["--format", "udf", "--udf=1.02", "--udf-special", "omit"],
        &["--format", "udf", "--udf=2.01", "--udf-special", "omit"],
        &["--format", "udf", "--udf=2.50", "--udf-special", "omit"],
        &["--format", "udf", "--udf=2.60", "--udf-special", "omit"],
    ];
    for (number, options) in images.into_iter().enumerate() {
        let image = sample.image_of_tree(&format!("{number}.udf"), options);
        read_by(
            "isols and imgsum",
            options,
            &source,
            ours::reading(&tools_folder(), &image, "udf"),
            EVERYTHING,
        );
        if peer("7zz").is_some() {
            read_by("7-Zip", options, &source, sevenzip::reading(&image), EVERYTHING);
        }
        if peer("python3").is_some() {
            read_by("libudfread", options, &source, libraries::reading("libudfread", &image), NO_SURROGATES);
        }
        // libcdio's library knows revisions up to 1.50, and takes the bytes of wide characters for UTF-8.
        let old = options.contains(&"--udf=1.02") || options == ["--udf"];
        if old && peer("python3").is_some() {
            let mut reading = libraries::reading("libudf", &image);
            // To it an empty directory is no directory.
            if let Some(seen) = reading.as_mut().ok().and_then(|tree| tree.get_mut("empty")) {
                seen.kind.clear();
            }
            read_by("libudf", options, &source, reading, ASCII_AND_OLD_TIMES);
        }
        // GRUB reads a bridge as ISO 9660, and no metadata partitions.
        let plain = options.contains(&"--udf=1.02") || options.contains(&"--udf=2.01");
        if plain && peer("grub-fstest").is_some() {
            read_by("GRUB", options, &source, grub::reading(&image), OLD_TIMES);
        }
        if peer("udfinfo").is_some() {
            let said = udfinfo::reading(&image).expect("udfinfo reads it");
            let files = source.values().filter(|seen| seen.kind == "regular file").count();
            let directories = source.len() - files + 1;
            for (key, value) in [
                ("numfiles", files.to_string()),
                ("numdirs", directories.to_string()),
                ("integrity", "closed".into()),
                ("freeblocks", "0".into()),
                ("behindblocks", "0".into()),
                ("accesstype", "readonly".into()),
            ] {
                assert_eq!(said.get(key), Some(&value), "{options:?}: {key} in {said:?}");
            }
        }
    }
}

/// No file system of Linux has names of over 255 bytes, but archives do, and UDF: 254 characters of Latin-1, or 127.
#[test]
fn names_longer_than_linux_has_them_come_from_archives_and_go_to_them() {
    let sample = Workshop::new("mkdir tree; echo latin > tree/a; echo greek > tree/b; echo cjk > tree/c; cd tree
        repeat() { printf \"$1%.0s\" $(seq $2); }
        tar --transform \"s/^a\\$/$(repeat é 254)/;s/^b\\$/$(repeat Ω 127)/;s/^c\\$/$(repeat 漢 127)/\" -cf ../x.tar a b c");
    let [latin, greek, cjk] = ["é".repeat(254), "Ω".repeat(127), "漢".repeat(127)];
    let mut images = Vec::new();
    for revision in REVISIONS {
        let script = format!(
            "isomk --format udf --strict-names {revision} -o x{revision}.udf - < x.tar
             isocat --tar x{revision}.udf | isomk --format udf {revision} - | cmp - x{revision}.udf"
        );
        let made = isokit_tests::shell(sample.folder(), &script);
        assert!(made.status.success() && made.stderr.is_empty(), "{made:?}");
        let image = sample.path(format!("x{revision}.udf"));
        let names = |reading: Reading| reading.expect("it is read").into_keys().collect::<Vec<_>>();
        let wanted = [&latin, &greek, &cjk].map(String::as_str);
        assert_eq!(names(ours::reading(&tools_folder(), &image, "udf")), wanted, "isols");
        if peer("7zz").is_some() {
            assert_eq!(names(sevenzip::reading(&image)), wanted, "7-Zip");
        }
        images.push(image);
    }
    let disks: Vec<(&Path, &str)> = images.iter().map(|image| (image.as_path(), "udf")).collect();
    for listing in kernel::listings(&disks).into_iter().flatten() {
        let seen = listing.expect("Linux mounts it");
        assert_eq!(seen.get(&greek).map(|seen| seen.size.as_str()), Some("6"), "{seen:#?}");
        // Names of over 254 bytes it cuts, and puts a checksum behind.
        let cut =
            |name: &str, letter: char| name.starts_with(letter) && name.contains('#') && name.len() <= 254;
        assert!(
            seen.len() == 3
                && seen.keys().any(|name| cut(name, 'é'))
                && seen.keys().any(|name| cut(name, '漢'))
        );
    }
}
