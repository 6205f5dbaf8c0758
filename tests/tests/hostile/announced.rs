//! A tree that is announced and cannot be read is damage: every tool says so, in every report, and ends in 1, whichever tree
//! is shown instead. Where a tree is asked for that is whole, there is nothing to say.

use crate::ran;
use isokit_tests::{peer, shell};
use std::fs;

/// What reads `x`, an image whose ISO 9660 trees have `/readme` only.
const READERS: [&str; 15] = [
    "isols x",
    "isols -R x",
    "isols -l x /readme",
    "isols --tree x",
    "isols --json -R x",
    "isols --volume x",
    "isols --boot x",
    "isols --sessions x",
    "isocat x /readme",
    "isocat --tar x",
    "imgsum --files x",
    "imgsum --volume x",
    "cat x | isols -R -",
    "cat x | isocat --tar -",
    "cat x | imgsum --files -",
];

/// A bridge that holds everything in UDF, and a note in ISO 9660.
const MEDIA: &str =
    "mkdir -p tree/sources; echo note > tree/readme; seq 5000 > tree/sources/boot.wim; seq 90 > tree/setup
    isomk --udf --hide sources --hide-joliet sources --hide setup --hide-joliet setup -o whole tree";

/// The sectors of `image` that begin with a whole tag of UDF for `identifier` and their own number, or, in a partition, any.
fn tagged(image: &[u8], identifier: u16) -> Vec<usize> {
    let is_tag = |sector: &[u8]| {
        let sum = sector.iter().take(16).enumerate().filter(|(at, _)| *at != 4);
        let sum = sum.fold(0_u8, |sum, (_, byte)| sum.wrapping_add(*byte));
        sector[..2] == identifier.to_le_bytes() && sector[4] == sum && sector[2..4] != [0, 0]
    };
    let sectors = image.chunks_exact(2048).enumerate();
    sectors.filter(|(_, sector)| is_tag(sector)).map(|(number, _)| number).collect()
}

/// That all readers tell of the image which `patch` makes of the one of `recipe` that `what` is damaged.
#[track_caller]
fn is_said_by_all(recipe: &str, what: &str, patch: impl Fn(&mut Vec<u8>)) {
    let folder = tempfile::tempdir().expect("a folder");
    let made = shell(folder.path(), &format!("set -e; {recipe}; cp whole x"));
    assert!(made.status.success(), "{made:?}");
    for reader in READERS {
        let (status, _, said) = ran(folder.path(), reader);
        assert_eq!((status, said.as_str()), (Some(0), ""), "{reader}");
    }
    let mut image = fs::read(folder.path().join("x")).expect("made");
    patch(&mut image);
    fs::write(folder.path().join("x"), image).expect("written");
    let sentence = format!(": {what} is damaged; the ");
    for reader in READERS {
        let (status, _, said) = ran(folder.path(), reader);
        assert_eq!(status, Some(1), "{what}: {reader}: {said}");
        assert_eq!(said.matches(&sentence).count(), 1, "{what}: {reader}: {said}");
    }
    let (_, _, said) = ran(folder.path(), "isols -v x");
    assert!(!said.contains("richest tree of the volume"), "{said}");
    let (status, _, said) =
        ran(folder.path(), "isocat -o out x /readme; s=$?; test ! -e out || exit 9; exit $s");
    assert_eq!(status, Some(1), "{said}");
}

#[test]
fn each_descriptor_that_leads_to_udf_is_announced() {
    // Logical volume, file set, partition descriptors; the main sequence and its copy are damaged alike.
    for identifier in [6, 256, 5] {
        is_said_by_all(MEDIA, "the UDF volume", |image| {
            let found = tagged(image, identifier);
            assert!(!found.is_empty(), "{identifier}");
            found.iter().for_each(|sector| image[sector * 2048 + 20] ^= 0x55);
        });
    }
    // The anchors, of which there are several.
    is_said_by_all(MEDIA, "the UDF volume", |image| {
        tagged(image, 2).iter().for_each(|sector| image[sector * 2048 + 4] ^= 1);
    });
}

#[test]
fn the_root_directory_of_udf_is_too() {
    is_said_by_all(MEDIA, "the UDF volume", |image| {
        let set = tagged(image, 256)[0];
        // The file entry of the root follows the file set descriptor and what ends its sequence.
        let entries = tagged(image, 261).into_iter().chain(tagged(image, 266));
        let root = entries.filter(|sector| *sector > set).min().expect("it has one");
        image[root * 2048..][..2048].fill(0);
    });
}

#[test]
fn what_is_asked_for_and_whole_is_no_damage() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = shell(folder.path(), &format!("set -e; {MEDIA}"));
    assert!(made.status.success(), "{made:?}");
    let mut image = fs::read(folder.path().join("whole")).expect("made");
    tagged(&image, 256).iter().for_each(|sector| image[sector * 2048 + 20] ^= 0x55);
    fs::write(folder.path().join("x"), image).expect("written");
    for reader in ["isols --names rr x", "isocat --names joliet --tar x", "imgsum --names iso --files x"] {
        let (status, out, said) = ran(folder.path(), reader);
        assert_eq!((status, said.as_str()), (Some(0), ""), "{reader}");
        assert!(!out.is_empty(), "{reader}");
    }
    let (status, _, said) = ran(folder.path(), "isols --names udf x");
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("file set descriptor: descriptor CRC is "), "{said}");
}

#[test]
fn trees_of_iso_9660_are_announced_by_their_descriptors() {
    let plain = "mkdir tree; echo note > tree/readme";
    let both = format!("{plain}; isomk -o whole tree");
    let nowhere = 5_u32;
    let point = |image: &mut Vec<u8>, descriptor: usize| {
        let at = descriptor * 2048 + 158;
        image[at..at + 4].copy_from_slice(&nowhere.to_le_bytes());
        image[at + 4..at + 8].copy_from_slice(&nowhere.to_be_bytes());
    };
    is_said_by_all(&both, "the primary tree", |image| point(image, 16));
    is_said_by_all(&both, "the Joliet tree", |image| point(image, 17));
    is_said_by_all(&both, "the volume descriptor set", |image| image[17 * 2048 + 1] ^= 1);
    for (peer_name, recipe) in [
        ("genisoimage", "genisoimage -quiet -R -J -o whole tree"),
        ("xorriso", "xorriso -as mkisofs -quiet -J -o whole tree"),
    ] {
        if peer(peer_name).is_some() {
            is_said_by_all(&format!("{plain}; {recipe}"), "the primary tree", |image| point(image, 16));
        }
    }
}
