//! What `isohybrid` of SYSLINUX makes of an image, byte by byte: its tables have their entries in other places than
//! xorriso's, so that they are put together here. Its GUIDs are drawn by lot, and read from the image.

use super::facts::{ISOHDPFX, contents, run, stage};
use isokit_core::finding::Findings;
use isokit_core::partition::emit::Geometry;
use isokit_core::partition::emit::apm::{Part, driver_descriptor, entry as apm_entry};
use isokit_core::partition::emit::gpt::{Table, entry as gpt_entry};
use isokit_core::partition::emit::mbr::{ACTIVE, NO_ADDRESS, entry as mbr_entry};
use isokit_core::partition::mbr::{BootRecord, Entry};
use isokit_core::partition::plan::Extent;
use isokit_core::partition::{Guid, Partition, Scheme, Type, tables};
use isokit_core::source::Memory;
use isokit_tests::{peer, tool_path};
use tempfile::TempDir;
use zerocopy::{FromBytes, IntoBytes};

/// Blocks of 512 bytes of an extent.
fn blocks(extent: &Extent) -> std::ops::Range<u64> {
    extent.at / 512..extent.end() / 512
}

/// The first block, of an image with one partition over all and `marks` within.
fn boot_record(image: &[u8], loaded: u64, marks: &[(u8, &Extent)]) -> Vec<u8> {
    let code = std::fs::read(ISOHDPFX).expect("it was looked for");
    let mut record = BootRecord::read_from_bytes(&[0; 512]).expect("512 bytes");
    record.code[..code.len()].copy_from_slice(&code);
    record.code[0x1b0..].copy_from_slice(&(loaded / 512).to_le_bytes());
    record.signature = 0x1234_5678.into();
    let all = 0..u64::try_from(image.len()).expect("small") / 512;
    let kind = if marks.is_empty() { 0x17 } else { 0 };
    let whole = mbr_entry(kind, all, Some(Geometry::default())).expect("legal");
    record.entries[0] = Entry { status: ACTIVE, ..whole };
    for (slot, (kind, extent)) in record.entries.iter_mut().skip(1).zip(marks) {
        *slot = mbr_entry(*kind, blocks(extent), None).expect("legal");
        assert_eq!(slot.first_chs, NO_ADDRESS);
    }
    record.key = BootRecord::KEY;
    record.as_bytes().to_vec()
}

/// The GPT of `image`, read and made again.
fn table(image: &[u8], array: u64, first_usable: u64) -> Table {
    let found = tables(&Memory(image), &Findings::default()).expect("memory reads");
    let gpt = found.iter().find(|table| table.scheme == Scheme::Gpt).expect("there is a GPT");
    let again = |partition: &Partition| {
        let Type::Gpt(kind) = partition.kind else { panic!("{partition:?}") };
        let blocks = partition.start / 512..partition.end() / 512;
        let unique = partition.unique.expect("GPT has them");
        gpt_entry(kind, unique, blocks, partition.attributes, &partition.name).expect("legal")
    };
    Table {
        blocks: u64::try_from(image.len()).expect("small") / 512,
        disk_guid: Guid(image[568..584].try_into().expect("16 bytes")),
        partition_entry_lba: array,
        number_of_partition_entries: 128,
        first_usable_lba: first_usable,
        entries: gpt.partitions.iter().map(again).collect(),
    }
}

/// Bytes of `image` that are a table are those of `table`, in both copies.
fn assert_gpt(image: &[u8], table: &Table) {
    table.check().expect("it fits");
    let at = |block: u64| usize::try_from(block * 512).expect("small");
    let array = table.array();
    assert_eq!(image[512..1024], table.primary_header());
    assert_eq!(image[at(table.partition_entry_lba)..][..array.len()], array);
    assert_eq!(image[at(table.backup_array())..][..array.len()], array);
    assert_eq!(image[image.len() - 512..], table.backup_header());
}

/// An image by genisoimage that boots by ISOLINUX and from images for EFI, after `isohybrid`.
fn made(options: &str, efi: &[&str]) -> Option<Vec<u8>> {
    made_in(options, efi).map(|(_, image)| image)
}

/// As [`made`], and the folder in which it is, as `made.iso`.
fn made_in(options: &str, efi: &[&str]) -> Option<(TempDir, Vec<u8>)> {
    let folder = stage()?;
    for program in ["genisoimage", "isohybrid"] {
        peer(program)?;
    }
    let efi: String =
        efi.iter().map(|file| format!(" -eltorito-alt-boot -e boot/{file} -no-emul-boot")).collect();
    let script = format!(
        "cp tree/boot/efi.img tree/boot/mac.img
        genisoimage -quiet -R -o made.iso -b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot \
          -boot-load-size 4 -boot-info-table {efi} tree
        isohybrid -i 0x12345678 {options} made.iso"
    );
    run(folder.path(), &script);
    let image = std::fs::read(folder.path().join("made.iso")).expect("made");
    Some((folder, image))
}

#[test]
fn an_image_for_a_bios_is_that_of_isohybrid() {
    let Some(image) = made("", &[]) else { return };
    let (_, boot) = contents(&image);
    assert_eq!(image[..512], boot_record(&image, boot[0].at, &[]));
    assert!(image[512..32_768].iter().all(|byte| *byte == 0));
}

#[test]
fn an_image_for_uefi_is_that_of_isohybrid() {
    let Some(image) = made("--uefi", &["efi.img"]) else { return };
    let (_, boot) = contents(&image);
    assert_eq!(image[..512], boot_record(&image, boot[0].at, &[(0xef, &boot[1])]));
    let table = table(&image, 2, 34);
    assert_eq!(table.entries.len(), 2);
    assert_gpt(&image, &table);
}

/// Of its map's own entry isohybrid says that four blocks are the map's, and that ten of them are used; here those are the
/// map's that it has.
#[test]
fn an_image_for_a_mac_is_that_of_isohybrid() {
    let Some(image) = made("--uefi --mac", &["efi.img", "mac.img"]) else { return };
    let (_, boot) = contents(&image);
    let mut first = boot_record(&image, boot[0].at, &[(0xef, &boot[1]), (0, &boot[2])]);
    first[..32].fill(0);
    first[..4].copy_from_slice(&driver_descriptor(2048));
    first[6..8].copy_from_slice(&[0x90; 2]);
    assert_eq!(image[..512], first);
    let table = table(&image, 16, 48);
    assert_eq!(table.entries.len(), 3);
    assert_gpt(&image, &table);
    for (block, extent) in [(2, &boot[1]), (3, &boot[2])] {
        let part = Part { name: "EFI", kind: "Apple_HFS", status: 0x33 };
        let entry = apm_entry(3, extent.at / 2048..extent.end() / 2048, part).expect("legal");
        assert_eq!(image[block * 2048..][..136], *entry.as_bytes());
    }
}

/// What `isomk --base` makes of `made.iso`.
fn based(folder: &TempDir, options: &str) -> Vec<u8> {
    let isomk = tool_path("isomk");
    run(
        folder.path(),
        &format!("rm -f new.iso; {} --base made.iso --no-pad -o new.iso {options}", isomk.display()),
    );
    std::fs::read(folder.path().join("new.iso")).expect("made")
}

/// The tables of `image`, of which the GPT's array begins in block `array`, without what is drawn by lot and the sums of it.
fn drawn(image: &[u8], array: usize) -> (Vec<u8>, Vec<u8>) {
    let cleared = |header: usize, array: usize, mut bytes: Vec<u8>| {
        let entries = (0..128).map(|entry| array + entry * 128 + 16..array + entry * 128 + 32);
        let drawn = [header + 16..header + 20, header + 56..header + 72, header + 88..header + 92];
        drawn.into_iter().chain(entries).for_each(|range| bytes[range].fill(0));
        bytes
    };
    let front = cleared(512, array * 512, image[..32_768].to_vec());
    let back = cleared(32 * 512, 0, image[image.len() - 33 * 512..].to_vec());
    (front, back)
}

#[test]
fn an_image_for_uefi_that_is_made_from_one_is_that_of_isohybrid() {
    let Some((folder, _)) = made_in("--uefi", &["efi.img"]) else { return };
    let ours = based(&folder, "");
    based(&folder, "--system-area /dev/null");
    run(folder.path(), "isohybrid --uefi -i 0x12345678 new.iso");
    let theirs = std::fs::read(folder.path().join("new.iso")).expect("made");
    assert_eq!(ours.len(), theirs.len());
    assert!(drawn(&ours, 2) == drawn(&theirs, 2));
    let (_, boot) = contents(&ours);
    assert_eq!(ours[..512], boot_record(&ours, boot[0].at, &[(0xef, &boot[1])]));
    // Something more in it, and again from that.
    run(folder.path(), "cp new.iso before.iso");
    let larger = based(&folder, "large=tree/large more=esp.img");
    assert_gpt(&larger, &table(&larger, 2, 34));
    run(folder.path(), "mv new.iso made.iso");
    assert!(based(&folder, "") == larger);
}

/// isohybrid does not find the second image of a section of the catalog, which isomk records both in.
#[test]
fn an_image_for_a_mac_that_is_made_from_one_is_like_it() {
    let Some((folder, image)) = made_in("--uefi --mac", &["efi.img", "mac.img"]) else { return };
    let ours = based(&folder, "");
    let (_, boot) = contents(&ours);
    let mut first = boot_record(&ours, boot[0].at, &[(0xef, &boot[1]), (0, &boot[2])]);
    first[..32].copy_from_slice(&image[..32]);
    assert_eq!(ours[..512], first);
    assert_eq!(ours[2048..4096], image[2048..4096], "the map's own entry");
    let found = table(&ours, 16, 48);
    assert_eq!(found.entries.len(), 3);
    assert_gpt(&ours, &found);
    for (block, extent) in [(2, &boot[1]), (3, &boot[2])] {
        let part = Part { name: "EFI", kind: "Apple_HFS", status: 0x33 };
        let entry = apm_entry(3, extent.at / 2048..extent.end() / 2048, part).expect("legal");
        assert_eq!(ours[block * 2048..][..136], *entry.as_bytes());
    }
}
