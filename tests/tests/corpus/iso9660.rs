//! Every ISO 9660 image of the corpus, read here and by the Linux kernel: the same entries with the same facts, or a
//! reason why not.

use isokit_core::iso9660::{Image, Names, Options, SessionChoice, TreeKind};
use isokit_core::source::Source;
use isokit_tests::corpus::{ByPath, Explained, assert_listed, listed};
use isokit_witness::Seen;

/// Images whose listing differs from the kernel's: in how many facts, and why.
const EXPLAINED: &[Explained] = &[
    ("corkami+mitra/input/iso.iso", 1, "the recorded hour is 25: no time of day, so none is shown"),
    ("corkami+pocs/mini/iso.iso", 1, "the recorded hour is 25: no time of day, so none is shown"),
    (
        "hostile/grub-iso9660_ce_loop.iso",
        1,
        "the CE loop is noted and what came before it is shown; the kernel shows nothing",
    ),
    (
        "hostile/grub-iso9660_ce_loop2.iso",
        1,
        "the CE loop is noted and what came before it is shown; the kernel shows nothing",
    ),
    (
        "hostile/libarchive-test_fuzz_1.iso",
        167,
        "the kernel's listing stops at depth 40, and shows the emptied rr_moved",
    ),
    (
        "hostile/libarchive-test_read_format_iso_rockridge_ce_loop.iso",
        1,
        "the CE loop is noted and what came before it is shown; the kernel shows nothing",
    ),
    (
        "hostile/libarchive-test_read_format_iso_rockridge_zf_overflow.iso",
        2,
        "a directory without records, which the kernel calls empty, is an error",
    ),
    (
        "hostile/libarchive-test_read_format_iso_zisofs_overflow.iso",
        1,
        "both fail to read the file, in different words",
    ),
    (
        "made/bsd-02-zisofs.iso",
        3,
        "three blocks of a broken writer end early: the kernel pads one with zeros and fails on the others, here all fail",
    ),
    (
        "made/gen-03-level3-rr-joliet-udf.iso",
        4,
        "a link target that genisoimage cut into bad system use entries is shown as far as it goes; the emptied rr_moved is not shown; the kernel's isofs cuts names of 254 and 255 bytes",
    ),
    (
        "made/gen-04-level4-iso1999.iso",
        3,
        "the kernel turns `;` into a dot and finds one name for two that differ in case",
    ),
    (
        "made/gen-05-rational-r-deep-norrmoved.iso",
        2,
        "bad system use entries after a name: the name stands here, the kernel takes the identifier",
    ),
    ("made/gen-06-rr-deep-relocated.iso", 3, "as in gen-05; the emptied rr_moved is not shown"),
    ("made/gen-07-rr-deep-rrmoved-visible.iso", 3, "as in gen-05; the emptied rr_moved is not shown"),
    ("made/gen-16-untranslated-U.iso", 3, "as in gen-04"),
    ("made/gen-18-cache-inodes.iso", 4, "as in gen-05; the kernel's isofs cuts names of 254 and 255 bytes"),
    ("made/gen-20-utf8-rr-joliet-udf.iso", 2, "the kernel's isofs cuts names of 254 and 255 bytes"),
    (
        "made/mf-02-rockridge.iso",
        13,
        "makefs marks relocated directories by PL alone: the kernel shows them twice",
    ),
    ("made/mf-03-rr-deep-allow.iso", 13, "as in mf-02"),
    ("made/mf-05-hide-rrmoved.iso", 11, "as in mf-02"),
    ("made/xo-01-rr110-mkisofs.iso", 2, "the kernel's isofs cuts names of 254 and 255 bytes"),
    ("made/xo-02-rr112-aaip-hardlinks.iso", 2, "the kernel's isofs cuts names of 254 and 255 bytes"),
    ("made/xo-03-rr110-aaip-susp110.iso", 2, "the kernel's isofs cuts names of 254 and 255 bytes"),
    ("made/xo-13-iso1999-untranslated.iso", 3, "as in gen-04"),
    (
        "microsoft+RecursiveExtractor/RecursiveExtractor.Tests/TestData/TestDataArchives/UdfTestWithMultiSystem.iso",
        2,
        "TF records a time that is not specified: the recording date stands, the kernel shows 1970",
    ),
];

#[test]
fn every_image_is_listed_as_the_kernel_lists_it() {
    assert_listed(".linux-iso.tsv", EXPLAINED, compare);
}

/// What differs between the kernel's listing and ours.
fn compare(source: &dyn Source, theirs: &ByPath) -> Vec<String> {
    let image = match Image::open(source, &Options::default()) {
        Ok(image) => image,
        Err(error) => return vec![format!("not opened: {error}")],
    };
    // Of a file the kernel shows the session at sector 16, which is the first unless that was overwritten.
    let session = (image.session_start() > 0).then_some(SessionChoice::Number(1));
    // The kernel knows no enhanced volume descriptor.
    let kernel =
        image.trees().iter().find(|kind| **kind != TreeKind::Enhanced).copied().unwrap_or(TreeKind::Plain);
    let image = match Image::open(source, &Options { names: Names::Only(kernel), session }) {
        Ok(image) => image,
        Err(error) => return vec![format!("not opened: {error}")],
    };
    let found = listed(source, image.tree());
    let mut differences = found.failures;
    let shown = |path: Vec<u8>| if kernel == TreeKind::Plain { path.to_ascii_lowercase() } else { path };
    let ours: ByPath = found.paths.into_iter().map(|(path, seen)| (shown(path), seen)).collect();
    for path in ours.keys().chain(theirs.keys().filter(|path| !ours.contains_key(*path))) {
        let shown = path.escape_ascii();
        match (ours.get(path), theirs.get(path)) {
            (Some(ours), Some(theirs)) => facts(&shown.to_string(), kernel, ours, theirs, &mut differences),
            (Some(_), None) => differences.push(format!("{shown}: only here")),
            _ => differences.push(format!("{shown}: only in the kernel")),
        }
    }
    differences
}

fn facts(path: &str, kernel: TreeKind, ours: &Seen, theirs: &Seen, differences: &mut Vec<String>) {
    let mut compare = |what, ours: &str, theirs: &str| {
        if ours != theirs {
            differences.push(format!("{path}: {what} {ours}, kernel {theirs}"));
        }
    };
    if kernel == TreeKind::RockRidge {
        compare("kind", &ours.kind, &theirs.kind);
        compare("mode", &ours.mode, &theirs.mode);
        compare("links", &ours.links, &theirs.links);
        compare("owner", &ours.owner, &theirs.owner);
        compare("device", &ours.device, &theirs.device);
    }
    if theirs.kind == "regular file" {
        compare("size", &ours.size, &theirs.size);
    }
    compare("modified", &wrapped(&ours.modified), &theirs.modified);
    compare("content", &ours.content, &theirs.content);
}

/// `seconds` as the kernel's isofs keeps them: in 32 bits.
fn wrapped(seconds: &str) -> String {
    let wrap = |seconds: i64| (seconds + (1 << 31)).rem_euclid(1 << 32) - (1 << 31);
    seconds.parse().map_or(String::new(), |seconds| wrap(seconds).to_string())
}
