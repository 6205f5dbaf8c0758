//! Options of isomk.

use super::{is_plain, is_plain_efi, relative, whole};
use crate::rebuilt::{Facts, SYSTEM_AREA, Spelled};
use isokit_core::boot::Known;
use isokit_core::iso9660::el_torito::{BootImage, Emulation, platform};

pub(super) fn options(facts: &Facts<'_>) -> Spelled {
    let mut spelled = Spelled::default();
    let last = facts.images.len();
    for (image, known) in facts.images.iter().zip(facts.known) {
        let Some(path) = &known.path else {
            let loss = format!("boot image {} is not a file of the image; it is left out", image.number);
            spelled.losses.push(loss);
            continue;
        };
        let path = relative(path);
        if image.number == 1 && is_plain_bios(image, known) {
            spelled.value("--bios-boot", path);
            if known.measure.boot_info_table {
                spelled.option("--boot-info-table");
            }
            if known.measure.grub2_boot_info {
                spelled.option("--grub2-boot-info");
            }
        } else if image.number == last && is_plain_efi(image, known) {
            spelled.value("--efi-boot", path);
        } else {
            spelled.value("--boot-entry", &entry(image, known, path));
        }
    }
    if let Some(path) = facts.catalog {
        spelled.value("--boot-catalog", relative(path));
    }
    if !facts.tables.is_empty() {
        spelled
            .losses
            .push("partition tables are left out; mkisofs has options for them: use --as mkisofs".to_owned());
    } else if !facts.system_area.is_empty() {
        spelled.value("--system-area", SYSTEM_AREA.as_bytes());
        spelled.needs_system_area();
    }
    spelled
}

/// Whether `image` is one for BIOS that isomk records so unless it is told otherwise.
fn is_plain_bios(image: &BootImage, known: &Known) -> bool {
    let is_patched = known.measure.boot_info_table || known.measure.grub2_boot_info;
    let all = known.measure.length.div_ceil(512).next_multiple_of(4);
    let usual = if is_patched { 4 } else { u16::try_from(all).unwrap_or(u16::MAX) };
    is_plain(image, platform::X86, usual)
}

/// An entry with all its settings.
fn entry(image: &BootImage, known: &Known, path: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for byte in path {
        if matches!(byte, b',' | b'\\') {
            text.push(b'\\');
        }
        text.push(*byte);
    }
    let mut set = |setting: &[u8]| {
        text.push(b',');
        text.extend_from_slice(setting);
    };
    match image.platform {
        platform::X86 => {}
        platform::POWER_PC => set(b"platform=ppc"),
        platform::MAC => set(b"platform=mac"),
        platform::EFI => set(b"platform=efi"),
        other => set(format!("platform={other}").as_bytes()),
    }
    match image.emulation {
        Emulation::None | Emulation::Other(_) => {}
        Emulation::Floppy(_) => set(b"emulation=floppy"),
        Emulation::HardDisk => set(b"emulation=hard-disk"),
    }
    if image.sector_count == whole(known) && image.emulation == Emulation::None {
        set(b"load-size=whole");
    } else {
        set(format!("load-size={}", image.sector_count).as_bytes());
    }
    if image.load_segment != 0 {
        set(format!("load-segment={:#x}", image.load_segment).as_bytes());
    }
    if !image.identifier.is_empty() {
        set(&[b"id=", image.identifier.as_slice()].concat());
    }
    if image.criteria_type != 0 || !image.criteria.is_empty() {
        set(format!("selection={}:{}", image.criteria_type, hex::encode(&image.criteria)).as_bytes());
    }
    if known.measure.boot_info_table {
        set(b"boot-info-table");
    }
    if known.measure.grub2_boot_info {
        set(b"grub2-boot-info");
    }
    if !image.bootable {
        set(b"not-bootable");
    }
    text
}
