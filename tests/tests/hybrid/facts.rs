//! Another writer's image, and what our readers find in it that a plan has to be given.

use isokit_core::finding::Findings;
use isokit_core::image::{Image, Options};
use isokit_core::iso9660::el_torito::{BootImage, Catalog};
use isokit_core::partition::plan::Extent;
use isokit_core::source::Memory;
use isokit_core::tree::walk::each;
use isokit_tests::{output, peer, skip, text};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Digits of the modification date that images are made with.
pub(super) const DATE: &[u8; 16] = b"2024010203040507";

/// ISOLINUX's and GRUB's code for an MBR, with their packages.
pub(super) const ISOHDPFX: &str = "/usr/lib/ISOLINUX/isohdpfx.bin";
const BOOT_HYBRID: &str = "/usr/lib/grub/i386-pc/boot_hybrid.img";

/// Contents of an image, and partitions to be appended: one that ends within a sector.
const STAGE: &str = "
mkdir -p tree/isolinux tree/boot
cp /usr/lib/ISOLINUX/isolinux.bin tree/isolinux/
{ cat /usr/lib/grub/i386-pc/cdboot.img; head -c 30720 /usr/lib/ISOLINUX/isolinux.bin; } > tree/boot/core.img
yes abcdefghi | head -c 1474560 > tree/boot/efi.img
yes 0123456789 | head -c 2048000 > tree/large
yes ESP | head -c 1474560 > esp.img
yes odd | head -c 1000001 > odd.img
yes 'what is there before' | head -c 32768 > area.bin
";

/// A folder with contents; `None`, said loudly, where what they are made of is missing.
pub(super) fn stage() -> Option<TempDir> {
    peer("xorriso")?;
    for file in ["/usr/lib/ISOLINUX/isolinux.bin", ISOHDPFX, BOOT_HYBRID] {
        if !Path::new(file).is_file() {
            skip(&format!("{file} is not installed (cargo xtask peers)"));
            return None;
        }
    }
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    run(folder.path(), STAGE);
    Some(folder)
}

/// Runs a script of other people's programs, each line of which must succeed; what it printed.
#[track_caller]
pub(super) fn run(folder: &Path, script: &str) -> String {
    let mut bash = Command::new("bash");
    let out = output(bash.args(["-ec", script]).current_dir(folder).env_remove("SOURCE_DATE_EPOCH"));
    assert!(out.status.success(), "{script}: {out:?}");
    text(&out.stdout)
}

/// The file in which the bytes before the first descriptor begin that a layout is made with.
pub(super) fn content(arguments: &str) -> Vec<u8> {
    let file = if arguments.contains("isohdpfx.bin") {
        ISOHDPFX
    } else if arguments.contains("boot_hybrid.img") {
        BOOT_HYBRID
    } else {
        return Vec::new();
    };
    std::fs::read(file).expect("it was looked for")
}

/// Byte at which the contents of an image end, and where its boot images lie: files are as long as they are, others as the
/// catalog says.
pub(super) fn contents(image: &[u8]) -> (u64, Vec<Extent>) {
    let source = Memory(image);
    let opened = Image::open(&source, &Options::default()).expect("another writer's image is good");
    let (mut end, mut files) = (0, BTreeMap::new());
    each(opened.tree(), |_, entry| {
        let ends = entry.extents.iter().filter_map(|extent| extent.offset.map(|at| at + extent.length));
        end = ends.fold(end, u64::max);
        if let Some(at) = entry.extents.first().and_then(|extent| extent.offset) {
            files.insert(at, entry.size);
        }
        Ok(())
    })
    .expect("its tree is good");
    let record = &image[17 * 2048..18 * 2048];
    if record[0] != 0 {
        return (end, Vec::new());
    }
    let sector = u32::from_le_bytes(record[71..75].try_into().expect("four bytes"));
    let catalog = Catalog::read(&source, sector, &Findings::default()).expect("its catalog is good");
    let loaded = |image: &BootImage| u64::from(image.sector_count) * 512;
    let length = |image: &BootImage| files.get(&image.at).copied().unwrap_or_else(|| loaded(image));
    (end, catalog.images.iter().map(|image| Extent { at: image.at, length: length(image) }).collect())
}
