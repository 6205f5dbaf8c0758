//! UDF that isomk writes, structure by structure, held against the standards by a checker of its own.

use isokit_tests::Workshop;
use isokit_tests::fsck::{self, Report, seal};
use isokit_tests::sample::TREE;

fn image(sample: &Workshop, options: &[&str]) -> Vec<u8> {
    std::fs::read(sample.image_of_tree("image", options)).expect("isomk made it")
}

const REVISIONS: [&str; 5] = ["--udf=1.02", "--udf=1.50", "--udf=2.01", "--udf=2.50", "--udf=2.60"];

#[test]
fn every_revision_block_size_and_bridge_is_in_order() {
    let more = "ln tree/hello.txt tree/z; cp tree/big.txt tree/same; mkdir tree/é; touch \"tree/漢\"";
    let sample = Workshop::new(&[TREE, more].join("\n"));
    for revision in REVISIONS {
        for options in [
            &["--format", "udf", revision][..],
            &["--format", "udf", revision, "--media", "hdd", "--dedup"],
            &["--format", "udf", revision, "--media", "bd", "--pad", "--udf-special", "omit"],
            &[revision],
            &[revision, "--udf-special", "keep", "--media", "dvd", "--dedup", "--pad"],
        ] {
            let image = image(&sample, options);
            let report = fsck::check(&image);
            assert!(report.problems.is_empty(), "{options:?}: {:#?}", report.problems);
            assert!(report.entries.contains_key("many/file-77.txt"), "{options:?}");
            if options.contains(&"bd") {
                assert!(image.len().is_multiple_of(65_536));
            }
            if options.contains(&"dvd") {
                assert!(image.len().is_multiple_of(32_768));
            }
        }
    }
}

/// No block of a plain volume is there for nothing.
#[test]
fn all_of_the_partition_is_used() {
    let sample = Workshop::new(TREE);
    for revision in ["--udf=1.02", "--udf=2.01"] {
        let report = fsck::check(&image(&sample, &["--format", "udf", revision]));
        assert_eq!((report.problems.as_slice(), report.unused), (&[][..], 0), "{revision}");
    }
}

/// The checker sees what it is there to see: one field changed, its descriptor sealed again.
#[test]
fn each_lie_is_found() {
    let sample = Workshop::new(TREE);
    for revision in ["--udf=1.02", "--udf=2.50"] {
        let image = image(&sample, &["--format", "udf", revision]);
        let Report { entries, problems, .. } = fsck::check(&image);
        assert_eq!(problems, [""; 0]);
        let head = if revision == "--udf=1.02" { 176 } else { 216 };
        let lies: [(&str, &str, usize, &str); 5] = [
            ("hello.txt", "link count", 48, "names and says"),
            ("big.txt", "information length", 56, "information length"),
            ("big.txt", "allocation descriptor", head + 4, "is used by"),
            ("noextension", "unique id", head - 16, "unique id"),
            ("a", "strategy", 20, "ICB strategy"),
        ];
        for (path, what, field, found) in lies {
            let mut image = image.clone();
            let at = entries[path];
            image[at + field] ^= 1;
            seal(&mut image[at..]);
            let problems = fsck::check(&image).problems;
            assert!(problems.iter().any(|problem| problem.contains(found)), "{what}: {problems:?}");
        }
        let mut broken = image.clone();
        broken[entries["big.txt"] + 100] ^= 1;
        let problems = fsck::check(&broken).problems;
        assert!(problems.iter().any(|problem| problem == "entry of /big.txt: CRC"), "{problems:?}");
    }
}
