//! A volume that can be mounted from the partition that it lies in: a second set of descriptors, path tables and directories.

use crate::hybrid::bytes_of;
use crate::layout::{everything, options};
use crate::tree::{Origin, tree};
use isokit_core::hybrid::{Volume, plan};
use isokit_core::image::{Image, Names, Options as Reading};
use isokit_core::iso9660::plan::{Level, Options};
use isokit_core::partition::plan::{Appended, Kind, Options as Tables};
use isokit_core::source::Memory;
use isokit_core::tree::walk::each;
use isokit_core::{Error, bridge, hybrid, udf};

/// Every entry that the tree of these names shows, places as sectors of the whole image: `image` begins `start` bytes within it.
fn seen(image: &[u8], names: Names, start: u64) -> Vec<String> {
    let source = Memory(image);
    let reading = Reading { names, ..Reading::default() };
    let opened = Image::open(&source, &reading).expect("a volume");
    let mut seen = Vec::new();
    each(opened.tree(), |path, entry| {
        let places: Vec<_> = entry
            .extents
            .iter()
            .filter(|_| entry.kind == isokit_core::tree::Kind::File)
            .map(|extent| (extent.offset.map(|at| at + start), extent.length))
            .collect();
        let size = (entry.kind == isokit_core::tree::Kind::File).then_some(entry.size);
        let (kind, posix, times, link) = (entry.kind, &entry.posix, &entry.times, &entry.link);
        seen.push(format!(
            "{} {kind:?} {size:?} {places:?} {posix:?} {times:?} {link:?}",
            path.escape_ascii()
        ));
        Ok(())
    })
    .expect("a good tree");
    seen
}

#[test]
fn both_sets_show_the_same_files_in_the_same_places() {
    let tree = everything(|_| {});
    for (start, level, appended) in
        [(16, Level::Two, false), (16, Level::Four, true), (100, Level::Two, true)]
    {
        let options = Options { partition_start: start, level, ..options(&tree) };
        let appended_too =
            appended.then_some(Appended { number: 3, kind: Kind::Mbr(0x83) }).into_iter().collect::<Vec<_>>();
        let content = tree.contents().last().expect("it has some");
        let contents: Vec<_> = appended_too.iter().map(|_| hybrid::Content::Stored(content)).collect();
        let tables = Tables {
            volume_start: start,
            marks: vec![isokit_core::partition::plan::Mark::default(); 2],
            appended: appended_too,
            ..Tables::default()
        };
        let volume = Volume::new(&tree, &options, None).expect("a good volume");
        let plan = plan(volume, contents, &tables).expect("legal");
        let image = bytes_of(&plan);
        let begin = u64::from(start) * 2048;
        let within = &image[usize::try_from(begin).expect("small")..];
        for names in ["rr", "joliet", "iso"] {
            let names: Names = names.parse().expect("a word");
            let whole = seen(&image, names, 0);
            assert!(whole.len() > 10, "{names:?}: {}", whole.len());
            assert_eq!(whole, seen(within, names, begin), "{names:?} from sector {start}");
        }
        // What the volume has is less by what lies before it.
        let number = |at: usize| u32::from_le_bytes(image[at..at + 4].try_into().expect("four bytes"));
        let second = (16 + usize::try_from(start).expect("small")) * 2048;
        assert_eq!(number(16 * 2048 + 80) - number(second + 80), start);
        // The boot record has its place on a disc, and is not there twice.
        assert_eq!((image[17 * 2048], image[second + 2048]), (0, 2));
    }
}

#[test]
fn a_second_set_has_to_have_room_and_a_partition() {
    let tree = tree();
    let refused = |error: Error| {
        assert!(matches!(error, Error::Usage(_)), "{error:?}");
        error.to_string()
    };
    let options = |start| Options { partition_start: start, ..Options::default() };
    let [near, right, far] = [15, 32, u32::MAX].map(options);
    let volume = |options| Volume::<Origin>::new(&tree, options, None);
    assert_eq!(
        refused(volume(&near).expect_err("too near")),
        "the volume's own partition begins at sector 15: expected 16 at least"
    );
    let error = volume(&far).expect_err("too far");
    assert_eq!(error.to_string(), "the image would be over 8 TiB");
    let beside = udf::plan::Options { block_size: 2048, embed: false, ..udf::plan::Options::default() };
    assert_eq!(
        refused(bridge::plan::<Origin>(&tree, &right, &beside).map(drop).expect_err("no room")),
        "UDF leaves no room for a second set of volume descriptors"
    );
    let other = Tables { volume_start: 16, ..Tables::default() };
    assert_eq!(
        refused(
            plan(volume(&right).expect("legal"), Vec::new(), &other).map(drop).expect_err("another place")
        ),
        "the partition of the volume does not begin where its second set of descriptors counts from"
    );
}
