//! What others say of the tables: no other writer's image is looked at, but what was planned, with zeros for the volume.

use super::facts::{run, stage};
use super::layouts::{Layout, grub, isohybrid, plain};
use super::xorriso::{PADDING, made, planned};
use gpt_disk_io::gpt_disk_types::{BlockSize, GptHeader, GptPartitionEntryArray};
use gpt_disk_io::{BlockIoAdapter, Disk};
use isokit_core::finding::Findings;
use isokit_core::partition::plan::SystemArea;
use isokit_core::partition::{Scheme, tables};
use isokit_core::source::Memory;
use isokit_tests::peer;
use std::path::Path;

/// An image of zeros with what was planned.
fn image(area: &SystemArea) -> Vec<u8> {
    let mut image = area.front().to_vec();
    image.resize(usize::try_from(area.back_at()).expect("small"), 0);
    image.extend_from_slice(area.back());
    image
}

/// The named layouts, planned.
fn judged(folder: &Path, layouts: Vec<Layout>, names: &[&str]) -> Vec<(&'static str, Vec<u8>)> {
    let chosen = layouts.into_iter().filter(|layout| names.contains(&layout.name));
    let images: Vec<_> = chosen
        .map(|layout| (layout.name, image(&planned(folder, &layout, &made(folder, &layout), PADDING))))
        .collect();
    assert_eq!(images.len(), names.len(), "{names:?}");
    images
}

#[test]
fn sgdisk_and_sfdisk_find_no_fault_with_a_gpt_of_partitions_side_by_side() {
    let Some(stage) = stage() else { return };
    if peer("sgdisk").is_none() || peer("sfdisk").is_none() {
        return;
    }
    let names = ["GRUB, appended in GPT", "GRUB as Fedora and Ubuntu", "GRUB, EFI system partition"];
    let mut images = judged(stage.path(), grub(), &names);
    images.extend(judged(stage.path(), plain(), &["appended in GPT, no boot", "appended in GPT of Linux"]));
    for (name, bytes) in images {
        std::fs::write(stage.path().join("judged.iso"), bytes).expect("room");
        let said = run(stage.path(), "sgdisk -v judged.iso; sfdisk -V judged.iso; sfdisk -d judged.iso");
        assert!(said.contains("No problems found."), "{name}: {said}");
        assert!(said.contains("No errors detected."), "{name}: {said}");
        assert!(said.contains("label: gpt"), "{name}: {said}");
        let appended = said.lines().filter(|line| line.contains("name=\"Appended")).count();
        assert_eq!(appended > 0, name != "GRUB, EFI system partition", "{name}: {said}");
    }
}

#[test]
fn sfdisk_finds_no_fault_with_an_mbr() {
    let Some(stage) = stage() else { return };
    if peer("sfdisk").is_none() {
        return;
    }
    let mut images =
        judged(stage.path(), plain(), &["all four", "appended with an offset", "appended, aligned"]);
    images.extend(judged(stage.path(), grub(), &["GRUB, protective", "GRUB, all aligned"]));
    images.extend(judged(stage.path(), isohybrid(), &["isohybrid", "appended"]));
    for (name, bytes) in images {
        std::fs::write(stage.path().join("judged.iso"), bytes).expect("room");
        let said = run(stage.path(), "sfdisk -V judged.iso; sfdisk -d judged.iso");
        assert!(said.contains("No errors detected."), "{name}: {said}");
        assert!(said.contains("label: dos"), "{name}: {said}");
        let active = said.lines().filter(|line| line.ends_with(", bootable")).count();
        let wanted = usize::from(!matches!(name, "appended with an offset" | "appended, aligned"));
        assert_eq!(active, wanted, "{name}: {said}");
    }
}

/// The crate of another author reads header and entries, and computes their sums.
#[test]
fn gpt_disk_io_reads_both_copies() {
    let Some(stage) = stage() else { return };
    let names = ["GPT", "GPT and Apple map of several", "appended in nested GPT with an offset"];
    let mut images = judged(stage.path(), isohybrid(), &names);
    images.extend(judged(stage.path(), plain(), &["Apple map and GPT of appended"]));
    for (name, bytes) in images {
        let found = tables(&Memory(&bytes), &Findings::default()).expect("memory reads");
        let gpt = found.into_iter().find(|table| table.scheme == Scheme::Gpt).expect("there is a GPT");
        assert_eq!(gpt.backup, u64::try_from(bytes.len() - 512).ok(), "{name}");
        let mut disk =
            Disk::new(BlockIoAdapter::new(bytes.as_slice(), BlockSize::BS_512)).expect("whole blocks");
        let mut block = [0; 512];
        let primary = disk.read_primary_gpt_header(&mut block).expect("memory reads");
        let backup = disk.read_secondary_gpt_header(&mut block).expect("memory reads");
        for header in [primary, backup] {
            assert_eq!(partitions(&mut disk, &header, name), gpt.partitions.len(), "{name}");
        }
    }
}

/// How many partitions the array of `header` has, after its sums were compared.
fn partitions(disk: &mut Disk<BlockIoAdapter<&[u8]>>, header: &GptHeader, name: &str) -> usize {
    assert!(header.is_signature_valid(), "{name}");
    assert_eq!(header.header_crc32, header.calculate_header_crc32(), "{name}");
    let layout = header.get_partition_entry_array_layout().expect("legal");
    let mut buffer = vec![0; layout.num_bytes_rounded_to_block_as_usize(BlockSize::BS_512).expect("small")];
    let array: GptPartitionEntryArray<'_> =
        disk.read_gpt_partition_entry_array(layout, &mut buffer).expect("memory reads");
    assert_eq!(header.partition_entry_array_crc32, array.calculate_crc32(), "{name}");
    (0..layout.num_entries)
        .filter(|index| array.get_partition_entry(*index).is_some_and(|entry| entry.is_used()))
        .count()
}
