//! Very many names, and very large files.

use crate::tree::{Origin, TIME, Witness, add, content, file, image, tree};
use isokit_core::fill;
use isokit_core::iso9660::plan::{Level, Options, plan};
use isokit_core::tree::Kind;
use isokit_core::tree::build::File;
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::{FileExt, MetadataExt};

#[cfg_attr(isokit_portable, ignore = "without holes that are known 9 GiB are written")]
#[test]
fn a_file_of_nine_gib_has_three_extents_and_its_holes_stay_holes() {
    let mut sparse = tempfile::NamedTempFile::new().expect("a temporary file");
    const SIZE: u64 = 9 << 30;
    const MARK: u64 = 5_000_000_001;
    sparse.as_file().set_len(SIZE).expect("holes take no room");
    sparse.seek(SeekFrom::Start(MARK)).and_then(|_| sparse.write_all(b"mark")).expect("room for a few bytes");
    let mut tree = tree();
    let large = content(&mut tree, "large", SIZE, Origin::File(sparse.path().into()));
    file(&mut tree, "zz", b"after");
    let options = Options::default();
    let plan = plan(&tree, &options).expect("a good plan");
    assert_eq!(plan.level(), Level::Three);
    let image = tempfile::tempfile().expect("a temporary file");
    let witness = Witness::default();
    fill::fill_in_place(&plan, &crate::tree::Open, &witness, 2, &image, 0).expect("the disk has room");
    assert_eq!(*witness.deviations.lock().expect("no thread panicked"), Vec::<String>::new());
    assert_eq!(image.metadata().expect("a size").len(), plan.size());
    assert!(image.metadata().expect("blocks").blocks() < 10_000, "the image is sparse");
    let mut mark = [0; 4];
    image.read_exact_at(&mut mark, plan.content_at(large) + MARK).expect("within the image");
    assert_eq!(&mark, b"mark");
    let mut after = [0; 5];
    image.read_exact_at(&mut after, plan.size() - 2048).expect("within the image");
    assert_eq!(&after, b"after");

    let mut descriptor = [0; 2048];
    image.read_exact_at(&mut descriptor, 16 * 2048).expect("within the image");
    let number = |bytes: &[u8]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    let mut root = [0; 2048];
    image.read_exact_at(&mut root, u64::from(number(&descriptor[158..])) * 2048).expect("within the image");
    let records: Vec<(u32, u32, u8)> = root
        .windows(8)
        .enumerate()
        .filter(|(_, window)| window == b"LARGE.;1")
        .map(|(at, _)| (number(&root[at - 31..]), number(&root[at - 23..]), root[at - 8]))
        .collect();
    let first = u32::try_from(plan.content_at(large) / 2048).expect("small");
    let section = 0xffff_f800_u32;
    let last = u32::try_from(SIZE - 2 * u64::from(section)).expect("small");
    assert_eq!(
        records,
        [
            (first, section, 0x80),
            (first + section / 2048, section, 0x80),
            (first + 2 * (section / 2048), last, 0)
        ]
    );
}

#[test]
fn gaps_between_contents_take_no_memory() {
    const GAP: u32 = 1 << 29;
    let mut tree = tree();
    for (name, bytes) in [("a", b"before"), ("b", b"behind")] {
        let content = file(&mut tree, name, bytes);
        tree.set_gap(content, GAP);
    }
    let options = Options::default();
    let plan = plan(&tree, &options).expect("a good plan");
    let image = tempfile::tempfile().expect("a temporary file");
    // A TiB each: were they filled in memory, the allocation would fail.
    fill::fill_in_place(&plan, &crate::tree::Open, &Witness::default(), 2, &image, 0)
        .expect("holes take no room");
    let metadata = image.metadata().expect("a size");
    assert_eq!(metadata.len(), plan.size());
    assert!(metadata.len() > 2 * u64::from(GAP) * 2048 && metadata.blocks() < 10_000, "{metadata:?}");
    let mut end = [0; 6];
    image.read_exact_at(&mut end, plan.size() - 2048).expect("within the image");
    assert_eq!(&end, b"behind");
}

#[test]
fn twenty_thousand_names_in_one_directory_that_wish_for_the_same() {
    let mut tree = tree();
    for n in 0..20_000 {
        add(
            &mut tree,
            &format!("a name that is long enough to collide {n}.text"),
            &File::new(Kind::File, 0o644, TIME),
        );
    }
    let image = image(&tree, &Options::default());
    assert!(image.len() < 12_000_000, "{} bytes", image.len());
}
