//! An image that is cut off is said to be, by every tool, in every report, from files and pipes: also where nothing that was
//! asked for lies in what is missing.

use crate::ran;
use isokit_tests::{peer, shell};
use std::path::Path;

const TREE: &str =
    "mkdir -p tree/sub; seq 50000 > tree/a; seq 3000 > tree/sub/b; ln -s a tree/zlink; mkdir tree/zz";

/// What reads `x`, an image that holds `/a`, to where its end is known.
const READERS: [&str; 14] = [
    "isols x",
    "isols -R x",
    "isols -l x /a",
    "isols --tree x",
    "isols --json -R x",
    "isols --volume x",
    "isols --boot x",
    "isols --sessions x",
    "isocat x /a",
    "isocat --tar x",
    "isocat --tar x /sub",
    "imgsum --files x",
    "cat x | isocat --tar -",
    "cat x | imgsum --files -",
];

/// That the image which `recipe` makes is whole to all readers, and cut to all of them without its last `missing` bytes, which
/// no file needs.
#[track_caller]
fn is_said_by_all(recipe: &str, missing: u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let made = shell(folder.path(), &format!("set -e; {TREE}; {recipe}; cp whole x"));
    assert!(made.status.success(), "{made:?}");
    let whole = READERS.map(|reader| ran(folder.path(), reader));
    let size = std::fs::metadata(folder.path().join("x")).expect("made").len();
    let end = size.checked_sub(missing).expect("large enough");
    ran(folder.path(), &format!("head -c -{missing} whole > x"));
    let more = if missing == 1 { "byte is" } else { "bytes are" };
    let sentence =
        format!("byte {end:#x} (sector {}): image: ends here; {missing} more {more} needed", end / 2048);
    for (reader, (status, out, said)) in READERS.iter().zip(whole) {
        assert_eq!((status, said.as_str()), (Some(0), ""), "{recipe}: {reader}");
        let (cut, of_cut, problems) = ran(folder.path(), reader);
        assert_eq!(cut, Some(1), "{recipe}: {reader}: {problems}");
        assert_eq!(problems.matches(&sentence).count(), 1, "{recipe}: {reader}: {problems}");
        let tells_size = reader.contains("--volume") || reader.contains("--boot");
        assert!(tells_size || of_cut == out, "{recipe}: {reader}: all that is there is written");
    }
    for reader in ["imgsum --volume x", "cat x | imgsum --volume -"] {
        let (status, out, problems) = ran(folder.path(), reader);
        assert_eq!((status, out.len()), (Some(1), 0), "{recipe}: {reader}: {problems}");
        assert!(problems.contains("image: ends here; "), "{recipe}: {reader}: {problems}");
    }
    let (status, _, problems) =
        ran(folder.path(), "isocat -o out x /a; s=$?; cmp out tree/a || exit 9; exit $s");
    assert_eq!(status, Some(1), "the file is whole, and has its name: {problems}");
}

#[test]
fn padding_that_is_missing_is_said_by_all() {
    if peer("genisoimage").is_none() {
        return;
    }
    for missing in [1, 2048, 300 << 10] {
        is_said_by_all("genisoimage -quiet -R -o whole tree", missing);
    }
    is_said_by_all("genisoimage -quiet -R -J -udf -o whole tree", 2048);
}

#[test]
fn padding_of_other_writers_too() {
    is_said_by_all("isomk --pad -o whole tree", 1);
    is_said_by_all("isomk --udf -o whole tree", 2048);
    if peer("xorriso").is_some() {
        is_said_by_all("xorriso -as mkisofs -quiet -R -o whole tree 2>&1 | cat", 2048);
    }
}

#[test]
fn a_later_session_ends_where_it_counts_from_itself() {
    if peer("genisoimage").is_none() {
        return;
    }
    let recipe = "mkdir more; seq 9 > more/new; genisoimage -quiet -R -o whole tree
        sectors=$(( ($(stat -c %s whole) / 2048 + 31) / 32 * 32 ))
        genisoimage -quiet -R -C 0,$sectors -M whole -o second more
        truncate -s $((sectors * 2048)) whole; cat second >> whole";
    is_said_by_all(recipe, 2048);
}

#[test]
fn a_partition_of_udf_that_is_cut_is_said() {
    if peer("mkudffs").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    ran(folder.path(), "truncate -s 20M v; mkudffs -b 2048 v; head -c 19M v > x");
    for reader in ["isols -R", "isols --volume", "isocat --tar", "imgsum --files"] {
        let (status, _, said) = ran(folder.path(), &format!("{reader} v"));
        assert_eq!((status, said.as_str()), (Some(0), ""), "{reader}");
        for from in ["x", "- < x"] {
            let (status, _, said) = ran(folder.path(), &format!("{reader} {from}"));
            assert!(status == Some(1) && said.contains("image: ends here; "), "{reader} {from}: {said}");
        }
    }
}

#[test]
fn a_pipe_that_is_not_read_to_its_end_is_not_known_to_be_cut() {
    let folder = tempfile::tempdir().expect("a folder");
    let (status, ..) = ran(
        folder.path(),
        &format!("{TREE}; truncate -s 40M tree/z; isomk --pad tree > whole && head -c -2048 whole > x"),
    );
    assert_eq!(status, Some(0));
    let (status, _, said) =
        ran(folder.path(), "cat x | isocat - /a > out; s=${PIPESTATUS[1]}; cmp out tree/a && exit $s");
    assert_eq!((status, said.as_str()), (Some(0), ""));
}

/// `x`, an image of genisoimage with this number of `little` and of `big` in both halves of its volume space size.
fn declaring(folder: &Path, little: u32, big: u32) {
    let mut bytes = std::fs::read(folder.join("whole")).expect("made");
    bytes[16 * 2048 + 80..][..8].copy_from_slice(&[little.to_le_bytes(), big.to_be_bytes()].concat());
    std::fs::write(folder.join("x"), bytes).expect("room");
}

#[test]
fn the_digest_of_a_volume_that_declares_too_little_goes_to_its_last_file() {
    if peer("genisoimage").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let made = shell(folder.path(), &format!("set -e; {TREE}; genisoimage -quiet -R -o whole tree"));
    assert!(made.status.success(), "{made:?}");
    // 150 sectors of padding follow the last file, /sub/b.
    let (_, last, _) =
        ran(folder.path(), "isols --json whole /sub/b | grep -o '\"extents\":[^]]*' | grep -o '[0-9]*'");
    let last = String::from_utf8(last).expect("numbers");
    let [at, length] =
        last.split_whitespace().map(|number| number.parse().expect("one")).collect::<Vec<u64>>()[..]
    else {
        panic!("{last}")
    };
    let sectors = (at + length).div_ceil(2048);
    for declared in [0, 20, u32::try_from(sectors - 1).expect("small")] {
        declaring(folder.path(), declared, declared);
        let (_, want, _) =
            ran(folder.path(), &format!("head -c $(({sectors} * 2048)) x | sha256sum | head -c 64"));
        for (input, from) in [("x", "imgsum --volume x"), ("standard input", "cat x | imgsum --volume -")] {
            let (status, out, said) = ran(folder.path(), from);
            assert_eq!((status, out.get(..64)), (Some(1), Some(want.as_slice())), "{from}: {said}");
            let bytes = sectors * 2048;
            assert_eq!(
                said,
                format!(
                    "imgsum: {input}: byte 0x8050 (sector 16): volume descriptor: volume space size is {declared}, \
                     expected at least {sectors}, as /sub/b lies behind its end; the digest is that of {bytes} bytes\n"
                )
            );
        }
    }
    let exact = u32::try_from(sectors).expect("small");
    declaring(folder.path(), exact, exact);
    assert_eq!(ran(folder.path(), "imgsum --volume x").0, Some(0), "it holds all there is");
}

#[test]
fn one_half_of_the_volume_space_size_is_enough() {
    if peer("genisoimage").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let made = shell(folder.path(), &format!("set -e; {TREE}; genisoimage -quiet -R -o whole tree"));
    assert!(made.status.success(), "{made:?}");
    let size = std::fs::metadata(folder.path().join("whole")).expect("made").len();
    let sectors = u32::try_from(size / 2048).expect("small");
    for (little, big) in [(0, sectors), (sectors, 0)] {
        declaring(folder.path(), little, big);
        let (status, out, said) = ran(folder.path(), "imgsum --volume x; sha256sum x");
        assert_eq!((status, said.as_str()), (Some(0), ""));
        let lines = String::from_utf8(out).expect("sums");
        let mut lines = lines.lines();
        assert_eq!(lines.next(), lines.next(), "{little} {big}");
        ran(folder.path(), "head -c -1 x > cut");
        assert_eq!(ran(folder.path(), "isocat --tar cut").0, Some(1), "{little} {big}");
    }
}
