//! Options of mkisofs; partition tables, and what else that has no option for, with those that xorriso adds.

use super::{is_plain_efi, relative};
use crate::rebuilt::{Facts, Part, SYSTEM_AREA, Spelled};
use isokit_core::boot::Known;
use isokit_core::iso9660::el_torito::{BootImage, Emulation, platform};
use isokit_core::partition::gpt::{BASIC_DATA, EFI_SYSTEM, HFS_PLUS};
use isokit_core::partition::mbr;
use isokit_core::partition::system_area::Content;
use isokit_core::partition::{Partition, Scheme, Table, Type};

pub(super) fn options(facts: &Facts<'_>) -> Spelled {
    let mut spelled = Spelled::default();
    code(facts, &mut spelled);
    label(facts, &mut spelled);
    let appended: Vec<&Partition> = appended(facts).collect();
    for partition in &appended {
        let file = format!("partition-{}.img", partition.number);
        spelled.lines.push(format!("-append_partition {} {} {file}", partition.number, kind(partition)));
        spelled.files.push((file, Part::Partition(partition.scheme, partition.number)));
    }
    if appended.iter().any(|partition| partition.scheme == Scheme::Gpt) {
        spelled.option("-appended_part_as_gpt");
    }
    match facts.catalog {
        Some(path) => spelled.value("-c", relative(path)),
        None if !facts.images.is_empty() => spelled.option("--boot-catalog-hide"),
        None => {}
    }
    let mut further = false;
    for (image, known) in facts.images.iter().zip(facts.known) {
        let partition = appended.iter().find(|partition| partition.start == image.at);
        let path = match (&known.path, partition) {
            (Some(path), _) => relative(path).to_vec(),
            (None, Some(partition)) => {
                format!("--interval:appended_partition_{}:all::", partition.number).into_bytes()
            }
            (None, None) => {
                let loss = format!(
                    "boot image {} is neither a file nor a partition of the image; it is left out",
                    image.number
                );
                spelled.losses.push(loss);
                continue;
            }
        };
        if further {
            spelled.option("-eltorito-alt-boot");
        }
        further = true;
        entry(image, known, &path, &mut spelled);
        marks(facts, image, known, &mut spelled);
    }
    spelled
}

/// The code in the system area.
fn code(facts: &Facts<'_>, spelled: &mut Spelled) {
    let option = match facts.system_area.first() {
        Some(Content::Isohybrid { .. }) => "-isohybrid-mbr",
        Some(Content::Grub2 { .. }) => "--grub2-mbr",
        Some(_) => "-G",
        None => return,
    };
    spelled.value(option, SYSTEM_AREA.as_bytes());
    spelled.needs_system_area();
}

fn of<'a>(facts: &Facts<'a>, scheme: Scheme) -> Option<&'a Table> {
    facts.tables.iter().find(|table| table.scheme == scheme)
}

/// What of the tables belongs to no boot image and to no appended partition.
fn label(facts: &Facts<'_>, spelled: &mut Spelled) {
    if facts.has_offset {
        spelled.option("-partition_offset 16");
    }
    let Some(table) = of(facts, Scheme::Mbr) else { return };
    let Some(first) = table.partitions.first() else { return };
    let guards = |partition: &Partition| matches!(partition.kind, Type::Mbr(0xcd | mbr::PROTECTIVE));
    if guards(first) && first.start == table.block_size {
        spelled.option("--protective-msdos-label");
    }
    // What guards a GPT cannot be active itself.
    let is_dummy =
        |partition: &Partition| partition.active && partition.kind == Type::Mbr(0) && partition.length == 512;
    if table.protective && table.partitions.iter().any(is_dummy) {
        spelled.option("--mbr-force-bootable");
    }
}

/// Partitions behind the volume, which were files of their own; of several tables the first that has them.
fn appended<'a>(facts: &Facts<'a>) -> impl Iterator<Item = &'a Partition> {
    let end = facts.end;
    let is_appended = move |partition: &&Partition| {
        partition.start >= end
            && partition.length > 0
            && !partition.is_gap()
            && partition.kind != Type::Mbr(0)
    };
    let table = [Scheme::Mbr, Scheme::Gpt].into_iter().filter_map(|scheme| of(facts, scheme));
    let table =
        table.into_iter().find(|table| table.partitions.iter().any(|partition| is_appended(&partition)));
    table.into_iter().flat_map(|table| &table.partitions).filter(is_appended)
}

/// The type of an appended partition.
fn kind(partition: &Partition) -> String {
    match &partition.kind {
        Type::Gpt(EFI_SYSTEM) => "0xef".to_owned(),
        kind => kind.to_string(),
    }
}

/// One entry of the boot catalog.
fn entry(image: &BootImage, known: &Known, path: &[u8], spelled: &mut Spelled) {
    if image.platform == platform::EFI {
        spelled.value("-e", path);
    } else {
        match image.platform {
            platform::X86 => {}
            platform::POWER_PC => spelled.option("-eltorito-platform PPC"),
            platform::MAC => spelled.option("-eltorito-platform Mac"),
            other => spelled.lines.push(format!("-eltorito-platform {other:#x}")),
        }
        spelled.value("-b", path);
    }
    match image.emulation {
        Emulation::None | Emulation::Other(_) => spelled.option("-no-emul-boot"),
        Emulation::HardDisk => spelled.option("-hard-disk-boot"),
        Emulation::Floppy(_) => {}
    }
    if image.load_segment != 0 {
        spelled.lines.push(format!("-boot-load-seg {:#x}", image.load_segment));
    }
    if image.emulation == Emulation::None && !is_plain_efi(image, known) {
        spelled.lines.push(format!("-boot-load-size {}", image.sector_count));
    }
    if known.measure.boot_info_table {
        spelled.option("-boot-info-table");
    }
    if known.measure.grub2_boot_info {
        spelled.option("--grub2-boot-info");
    }
    if !image.identifier.is_empty() {
        spelled.value("-eltorito-id", &image.identifier);
    }
    if image.criteria_type != 0 || !image.criteria.is_empty() {
        let criteria = hex::encode(&image.criteria);
        spelled.lines.push(format!("-eltorito-selcrit {:02x}{criteria}", image.criteria_type));
    }
    if !image.bootable {
        spelled.option("-no-boot");
    }
}

/// The partitions that `image`, a file, is as well.
fn marks(facts: &Facts<'_>, image: &BootImage, known: &Known, spelled: &mut Spelled) {
    if known.path.is_none() {
        return;
    }
    let at = |scheme: Scheme| {
        let partitions = of(facts, scheme).map(|table| table.partitions.as_slice()).unwrap_or_default();
        partitions.iter().find(|partition| partition.start == image.at)
    };
    match at(Scheme::Gpt).map(|partition| &partition.kind) {
        Some(Type::Gpt(BASIC_DATA)) => spelled.option("-isohybrid-gpt-basdat"),
        Some(Type::Gpt(HFS_PLUS)) => spelled.option("-isohybrid-gpt-hfsplus"),
        Some(Type::Gpt(EFI_SYSTEM)) => spelled.option("-efi-boot-part --efi-boot-image"),
        _ => {}
    }
    if at(Scheme::Apm).is_some_and(|partition| partition.kind == Type::Apm("Apple_HFS".into())) {
        spelled.option("-isohybrid-apm-hfsplus");
    }
}
