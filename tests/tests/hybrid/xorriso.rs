//! Byte by byte what xorriso makes, its sizes included: places are worked out from where its contents end.

use super::facts::{DATE, content, contents, run, stage};
use super::layouts::{Layout, active, another_offset, grub, isohybrid, plain};
use isokit_core::partition::plan::{Loader, Places, SystemArea, identity, plan};
use isokit_tests::text;
use std::fmt::Write;
use std::path::Path;

/// Bytes of zeros that xorriso puts behind a volume unless told otherwise.
pub(super) const PADDING: u64 = 150 * 2048;

/// The image that xorriso makes of a layout.
pub(super) fn made(folder: &Path, layout: &Layout) -> Vec<u8> {
    let date = str::from_utf8(DATE).expect("digits");
    let script = format!(
        "cd tree; SOURCE_DATE_EPOCH=1700000000 xorriso -as mkisofs -quiet -R --modification-date={date} {} \
         -o ../out.iso . 2> ../said || {{ cat ../said; exit 1; }}",
        layout.arguments
    );
    let _ = std::fs::remove_file(folder.join("out.iso"));
    run(folder, &script);
    std::fs::read(folder.join("out.iso")).expect("made")
}

/// What the planner makes of the same layout, when contents end where they do in `image`, before `padding` bytes of zeros.
pub(super) fn planned(folder: &Path, layout: &Layout, image: &[u8], padding: u64) -> SystemArea {
    let (end, boot_images) = contents(image);
    let mut options = layout.options.clone();
    options.content = if layout.arguments.contains("-G ") {
        std::fs::read(folder.join("area.bin")).expect("staged")
    } else {
        content(&layout.arguments)
    };
    options.disk_signature = identity::disk_signature(DATE);
    options.disk_guid = identity::disk_guid(DATE);
    let first = boot_images.first().map_or(0, |extent| extent.at);
    options.loader = match options.loader {
        Loader::Isolinux(_) => Loader::Isolinux(first),
        Loader::Grub2(_) => Loader::Grub2(first),
        loader => loader,
    };
    let mut places = Places::behind(&options, end, padding, &layout.appended)
        .unwrap_or_else(|error| panic!("{}: {error}", layout.name));
    places.boot_images = boot_images;
    plan(&options, &places).unwrap_or_else(|error| panic!("{}: {error}", layout.name))
}

/// The bytes that differ, as a list of runs; empty if none do.
fn differences(what: &str, ours: &[u8], theirs: &[u8]) -> String {
    let mut said = String::new();
    for (block, (ours, theirs)) in ours.chunks(16).zip(theirs.chunks(16)).enumerate() {
        if ours != theirs {
            let _ = writeln!(said, "{what} {:#06x}: {ours:02x?}, xorriso {theirs:02x?}", block * 16);
        }
    }
    said
}

/// How what is planned differs from `image`; the backup of the GPT has its place at the end of the image.
pub(super) fn compared(area: &SystemArea, image: &[u8]) -> String {
    let mut said = String::new();
    if area.size() != u64::try_from(image.len()).expect("small") {
        let _ = writeln!(said, "size: {}, xorriso {}", area.size(), image.len());
    }
    let end = image.len() - area.back().len();
    said + &differences("front", area.front(), image) + &differences("back", area.back(), &image[end..])
}

fn same(layouts: Vec<Layout>) {
    if let Some(stage) = stage() {
        same_in(stage.path(), layouts);
    }
}

fn same_in(folder: &Path, layouts: impl IntoIterator<Item = Layout>) {
    let mut said = String::new();
    for layout in layouts {
        let image = made(folder, &layout);
        let area = planned(folder, &layout, &image, PADDING);
        let found = compared(&area, &image);
        if !found.is_empty() {
            let _ = writeln!(said, "== {}: xorriso {}\n{found}", layout.name, layout.arguments);
        }
    }
    assert!(said.is_empty(), "{said}");
}

#[test]
fn images_with_isolinux_are_those_of_xorriso() {
    same(isohybrid());
}

#[test]
fn images_with_grub_are_those_of_xorriso() {
    same(grub());
}

#[test]
fn images_without_boot_code_are_those_of_xorriso() {
    same(plain());
}

/// Contents end where padding and the backup of the GPT have just room, or not, before the end of a cylinder, and where
/// the volume itself ends with one.
#[test]
fn sizes_around_the_end_of_a_cylinder_are_those_of_xorriso() {
    let Some(stage) = stage() else { return };
    let layouts =
        || isohybrid().into_iter().filter(|layout| matches!(layout.name, "GPT" | "appended in GPT"));
    let (end, _) = contents(&made(stage.path(), &layouts().next().expect("named")));
    for sectors in [0, 1, 149, 150, 151, 165, 166, 167] {
        let wanted = 4 * (1 << 20) - sectors * 2048;
        let large = std::fs::File::options().write(true).open(stage.path().join("tree/large"));
        large.and_then(|file| file.set_len(2_048_000 + wanted - end)).expect("room");
        same_in(stage.path(), layouts());
    }
}

/// Where xorriso does otherwise on purpose or by mistake: doc/formats/partitions.md has the reasons.
#[test]
fn differences_from_xorriso_are_those_that_are_told() {
    let Some(stage) = stage() else { return };
    let found = |layout: Layout| {
        let image = made(stage.path(), &layout);
        (planned(stage.path(), &layout, &image, PADDING), image)
    };
    let (area, mut image) = found(active());
    assert_eq!(image[510..512], [0, 0], "xorriso has an entry and no signature");
    image[510..512].copy_from_slice(&[0x55, 0xaa]);
    assert_eq!(compared(&area, &image), "");

    let names = |image: &[u8]| {
        let entries = image[1024..1024 + 4 * 128].chunks(128);
        entries.map(|entry| text(&entry[56..]).replace('\0', "")).collect::<Vec<_>>()
    };
    let (area, image) = found(another_offset());
    assert_eq!(names(&image), ["Gap0", "Appended2", "Gap1", ""]);
    assert_eq!(names(area.front()), ["Gap0", "ISO9660", "Appended2", "Gap2"]);

    run(stage.path(), "printf x >> tree/boot/efi.img");
    let (area, image) = found(isohybrid().into_iter().find(|layout| layout.name == "GPT").expect("named"));
    assert_eq!(image[446..512], area.front()[446..512], "the MBR has all of the boot image");
    let blocks = |image: &[u8]| {
        let [first, last] = [1024 + 128 + 32, 1024 + 128 + 40]
            .map(|at: usize| u64::from_le_bytes(image[at..at + 8].try_into().expect("eight bytes")));
        last + 1 - first
    };
    assert_eq!((blocks(&image), blocks(area.front())), (2880, 2881), "the end of the boot image");
}
