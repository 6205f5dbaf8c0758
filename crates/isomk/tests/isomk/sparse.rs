//! Sparse members of tar archives, in every form that archivers write them in, and by liars.

use isokit_core::number::wide;
use isokit_tests::Workshop;
use isokit_tests::archive::{archive, member};
use isokit_tests::{output, peer};
use std::fs::File;
use std::os::unix::fs::{FileExt, MetadataExt};

/// Holes everywhere; as many extents as fit into a header of old GNU tar and into one, two and more blocks behind it, and
/// one more; more than 8 GiB.
const TREE: &str = "mkdir tree; cd tree
    put() { head -c $3 /dev/urandom | dd of=$1 bs=4096 seek=$2 conv=notrunc status=none iflag=fullblock; }
    put start 500 20017; put middle 0 4096; put middle 700 5; put end 0 8192; truncate -s 3000001 end
    truncate -s 2000003 hole; put small 20 100; truncate -s 100000 small; echo plain > plain
    for n in 3 4 5 24 25 26 46 47 100; do
      for i in $(seq $n); do printf '%4096s' $i | dd of=extents$n bs=4096 seek=$((i*16)) conv=notrunc status=none; done
    done
    ln extents47 hard; cp --sparse=always extents47 same
    put large 1 4096; put large 2097153 8192; put large 2359297 100; truncate -s 10G large; put large 2400000 7
    find . -exec touch -h -d 2001-02-03T04:05:06Z {} +; cd ..";

const ARCHIVERS: [(&str, &str); 6] = [
    ("tar", "tar --sparse --format=gnu"),
    ("tar", "tar --sparse --format=posix --sparse-version=0.0"),
    ("tar", "tar --sparse --format=posix --sparse-version=0.1"),
    ("tar", "tar --sparse --format=posix --sparse-version=1.0"),
    ("tar", "tar --sparse --hole-detection=raw --format=gnu --exclude=./large"),
    ("bsdtar", "bsdtar --format=pax --read-sparse"),
];

/// The data of a file with holes: all blocks of 4096 bytes that have any, by their offset.
fn data(file: &File) -> Vec<(u64, Vec<u8>)> {
    use rustix::fs::{SeekFrom, seek};
    let (size, mut at, mut found) = (file.metadata().expect("it is open").len(), 0, Vec::new());
    while let Ok(start) = seek(file, SeekFrom::Data(at)) {
        at = seek(file, SeekFrom::Hole(start)).expect("there is one at the end");
        for offset in (start / 4096 * 4096..at).step_by(4096) {
            let mut block = vec![0; 4096.min(usize::try_from(size - offset).unwrap_or(4096))];
            file.read_exact_at(&mut block, offset).expect("it is there");
            if block.iter().any(|byte| *byte != 0) {
                found.push((offset, block));
            }
        }
    }
    found
}

#[test]
fn an_archive_gives_the_image_its_files_would() {
    let workshop = Workshop::new(TREE);
    let open = |name: &str| File::open(workshop.path(name)).expect("it was made");
    for (archiver, command) in ARCHIVERS {
        if peer(archiver).is_none() {
            continue;
        }
        workshop.shell(&format!("rm -f *.tar *.iso; {command} -c -C tree . > tree.tar"));
        let stored = open("tree.tar").metadata().expect("it is open").len();
        assert!(stored < 4 << 20, "{command}: the archive has {stored} bytes and is not sparse");
        let exclude = if command.contains("large") { "--exclude large" } else { "" };
        workshop.shell(&format!("isomk --udf {exclude} -o direct.iso tree"));
        let direct = open("direct.iso");
        for make in ["isomk --udf -o image.iso @tree.tar", "cat tree.tar | isomk --udf -o image.iso -"] {
            workshop.shell(&format!("rm -f image.iso; {make}"));
            let image = open("image.iso");
            let (direct_about, about) = (direct.metadata().expect("open"), image.metadata().expect("open"));
            assert_eq!(about.len(), direct_about.len(), "{command}; {make}");
            assert!(about.blocks() * 512 < 8 << 20, "{command}; {make}: {} blocks", about.blocks());
            assert!(data(&image) == data(&direct), "{command}; {make}");
        }
    }
}

/// What other people read out of the image is what was put in.
#[test]
fn peers_find_the_files() {
    let workshop = Workshop::new(TREE);
    workshop.shell("rm tree/large; cd tree; sha256sum * > ../SUMS");
    let ways = [
        "isomk -o image.iso --sums sums @tree.tar; cmp sums SUMS",
        "cat tree.tar | isomk - > image.iso",
        "cat tree.tar | isomk --dedup - | cat > image.iso",
    ];
    for ((archiver, command), make) in ARCHIVERS.iter().zip(ways.iter().cycle()) {
        if peer(archiver).is_none() {
            continue;
        }
        let command = command.replace(" --exclude=./large", "");
        workshop.shell(&format!("rm -f *.tar *.iso; {command} -c -C tree . > tree.tar"));
        workshop.shell(&format!("rm -f image.iso; {make}"));
        for (reader, extract) in [
            ("xorriso", "xorriso -osirrox on -indev image.iso -extract / out 2> log || { cat log; exit 1; }"),
            ("7zz", "7zz x -oout image.iso > log || { cat log; exit 1; }"),
            ("bsdtar", "mkdir out; bsdtar -xf image.iso -C out"),
        ] {
            if peer(reader).is_some() {
                workshop.shell(&format!(
                    "{extract}; cd out; sha256sum --quiet -c ../SUMS; cd ..; chmod -R u+w out; rm -r out"
                ));
            }
        }
    }
}

#[test]
fn equal_contents_are_one_whatever_holes_they_have() {
    let workshop = Workshop::new(
        "mkdir tree; printf %4096s x > tree/a; truncate -s 500000 tree/a; cat tree/a > tree/b
         tar --sparse --format=posix -cf x.tar -C tree .",
    );
    let size = |arguments: &str| -> u64 {
        workshop.shell(&format!("isomk --print-size {arguments}")).trim().parse().expect("a number")
    };
    let (twice, once) = (size("@x.tar"), size("--dedup @x.tar"));
    assert_eq!(twice - once, 500_000_u64.next_multiple_of(2048));
    assert_eq!(size("--dedup @x.tar again=tree"), size("--dedup tree again=tree"));
}

#[test]
fn what_is_not_wanted_of_an_archive_is_passed_over() {
    let workshop = Workshop::new(
        "mkdir tree; for f in a b; do printf %9000s x > tree/$f; truncate -s 500000 tree/$f; done; echo z > tree/z
         ln tree/a tree/c; tar --sparse --format=posix --transform 's,^b$,../b,' -Pcf x.tar -C tree a b c z",
    );
    let made = workshop.isomk(&["--exclude", "a", "-o", "image.iso", "@x.tar"]).assert().code(1);
    let said = String::from_utf8_lossy(&made.get_output().stderr).into_owned();
    assert_eq!(said, "isomk: x.tar: ../b: its path contains ..; omitted\n");
    if let Some(found) = workshop.paths("image.iso") {
        assert_eq!(found, "/c\n/z");
    }
    if let Some(content) = workshop.content("image.iso", "/c") {
        assert!(content == workshop.read("tree/a"), "a hard link outlives the name it was made to");
    }
}

/// A member with these records, whose keys lack `GNU.sparse.`.
fn sparse(records: &[(&str, &str)], content: &[u8]) -> Vec<u8> {
    let mut text = String::new();
    for (key, value) in records {
        let record = format!(" GNU.sparse.{key}={value}\n");
        let length = (record.len()..).find(|n| *n == record.len() + n.to_string().len());
        text += &format!("{}{record}", length.expect("some length counts itself"));
    }
    [member("x", b'x', "", text.as_bytes()), member("GNUSparseFile.0/s", b'0', "", content)].concat()
}

const LINES: [(&str, &str); 4] = [("major", "1"), ("minor", "0"), ("name", "s"), ("realsize", "3000")];

#[test]
fn a_map_that_lies_makes_no_image() {
    let workshop = Workshop::new("");
    let refuses = |members: &[Vec<u8>], sentence: &str| {
        std::fs::write(workshop.path("x.tar"), archive(members)).expect("room");
        workshop.refuses(&["@x.tar"], &format!("isomk: x.tar: {sentence}\n"));
        let ended = workshop.tries("cat x.tar | isomk -o refused.iso -");
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!((ended.status.code(), said), (Some(2), format!("isomk: standard input: {sentence}\n")));
    };
    let map = |text: &str, data: &[u8]| {
        let mut content = text.as_bytes().to_vec();
        content.resize(content.len().next_multiple_of(512), 0);
        [&content, data].concat()
    };
    for (text, stored, place, sentence) in [
        ("2\n0\n5\n4\n1\n", 6, "0xe06", "offset is 4, expected at least 5, where the previous entry ends"),
        ("2\n5\n1\n0\n1\n", 2, "0xe06", "offset is 0, expected at least 6, where the previous entry ends"),
        ("1\n2999\n2\n", 2, "0xe02", "numbytes is 2, expected at most 1, because the content ends there"),
        ("1\n3001\n0\n", 0, "0xe02", "offset is 3001, expected at most 3000, the size of the content"),
        ("1\n0\n5\n", 6, "0xe00", "size of the data is 6, expected 5, the sum of all numbytes"),
        ("1\n0\n", 6, "0xe04", "numbytes is not legal text: \"\\x00\""),
        ("99999999\n", 6, "0xe00", "number of entries is 99999999, expected at most 8388608 in an archive"),
    ] {
        // Something comes before it, so that places are not those of a lone member.
        let before = member("before", b'0', "", &[b'x'; 1500]);
        let lie = sparse(&LINES, &map(text, &vec![b'd'; stored]));
        refuses(&[before, lie], &format!("byte {place}: tar sparse map: {sentence}"));
    }
    let huge = |size| [sparse(&[("size", size), ("numblocks", "0")], b"")];
    refuses(
        &huge("9223372036854775808"),
        "byte 0x0: tar sparse map: GNU.sparse.size is 9223372036854775808, expected at most 9223372036854775807",
    );
    refuses(
        &huge("18446744073709551616"),
        "byte 0x0: pax extended header: record is not legal text: \"GNU.sparse.size=18446744073709551616\"",
    );
    std::fs::write(workshop.path("x.tar"), archive(&huge("9223372036854775807"))).expect("room");
    workshop.refuses(&["@x.tar"], "isomk: the image would be over 8 TiB");
    workshop.refuses(
        &["--format", "udf", "@x.tar"],
        "isomk: the volume would have more blocks than 32 bits count",
    );
}

#[test]
fn sparse_members_of_others_are_refused() {
    let workshop = Workshop::new("");
    // Its magic is not GNU tar's.
    std::fs::write(workshop.path("x.tar"), archive(&[member("s", b'S', "", b"")])).expect("room");
    workshop.refuses(
        &["@x.tar"],
        "isomk: x.tar: byte 0x0: tar header: a sparse member in a form other than GNU tar's is not supported",
    );
}

#[test]
fn an_archive_that_ends_within_a_map_is_cut_off() {
    let workshop = Workshop::new(
        "for i in $(seq 60); do printf '%4096s' $i | dd of=s bs=4096 seek=$((i*16)) conv=notrunc status=none; done
         tar --sparse --format=gnu -cf gnu.tar s; tar --sparse --format=posix -cf pax.tar s
         head -c 1024 gnu.tar > gnu-cut.tar; head -c 2048 pax.tar > pax-cut.tar",
    );
    for (name, place) in [("gnu", "0x400"), ("pax", "0x800")] {
        let sentence = format!("byte {place}: tar archive: truncated: 512 bytes needed, 0 there");
        workshop.refuses(&[&format!("@{name}-cut.tar")], &format!("isomk: {name}-cut.tar: {sentence}"));
        workshop.shell(&format!("isomk -o whole.iso @{name}.tar"));
        let size = wide(workshop.read("s").len());
        let listed = peer("bsdtar").map(|mut bsdtar| {
            output(bsdtar.args(["-tvf", "whole.iso"]).current_dir(workshop.path(""))).stdout
        });
        let listed = listed.map(|text| String::from_utf8_lossy(&text).into_owned());
        assert!(listed.is_none_or(|text| text.contains(&size.to_string())), "{name}");
    }
}
