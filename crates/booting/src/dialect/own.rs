//! Options of isomk.

use super::{Line, Lines, Trees};
use crate::request::{Appended, AppendedSource, BootCode, BootEntry, BootImage, Booting, Piece};
use isokit_core::iso9660::plan::{Emulation, LoadSize, platform};
use isokit_core::partition::gpt;
use isokit_core::partition::plan::{Alignment, ApmBlock, GptMark, Kind, Mark};
use std::os::unix::ffi::OsStrExt;

/// The types of partitions that have a name.
pub const TYPES: [(&str, Kind); 3] = [
    ("efi", Kind::Gpt(gpt::EFI_SYSTEM)),
    ("linux", Kind::Gpt(gpt::LINUX)),
    ("data", Kind::Gpt(gpt::BASIC_DATA)),
];

/// The options that ask for `booting`.
pub fn own(booting: &Booting) -> Vec<Line> {
    let Booting { boot, partitions } = booting;
    let mut lines = Lines::default();
    let with_directory = is_boot_efi(booting);
    let entries = boot.entries.split_last().filter(|_| with_directory);
    let entries = entries.map_or(boot.entries.as_slice(), |(_, others)| others);
    let last = entries.len().saturating_sub(1);
    for (n, entry) in entries.iter().enumerate() {
        let is_short = n == 0 && lines.bios(entry) || n == last && lines.efi(entry);
        if !is_short {
            lines.entry(entry);
        }
    }
    if let Some(path) = &boot.catalog {
        lines.value("--boot-catalog", path);
    }
    if let Some(Piece { path, section: None }) = &boot.system_area {
        let option = if partitions.code.is_some() { "--boot-code" } else { "--system-area" };
        lines.value(option, path.as_os_str().as_bytes());
    }
    lines.partitions(booting);
    lines.0
}

/// The options that append partitions behind the volume of a base, or put others in their places.
pub fn own_partitions(appended: &[Appended]) -> Vec<Line> {
    let mut lines = Lines::default();
    lines.appended(appended, &[]);
    lines.0
}

/// The options that put the files `names` on disk into the root of the image, where none of its `trees` shows them.
pub(crate) fn hidden(names: &[String], trees: Trees) -> Vec<Line> {
    let options = [(true, "--hide"), (trees.joliet, "--hide-joliet"), (trees.udf, "--hide-udf")];
    let mut lines = Lines::default();
    for name in names {
        lines.0.push(vec![format!("/{name}={name}").into()]);
        for (_, option) in options.iter().filter(|(is, _)| *is) {
            lines.value(option, format!("/{name}").as_bytes());
        }
    }
    lines.0
}

/// Whether one option asks for the last entry and for its partition, the last of these.
fn is_boot_efi(booting: &Booting) -> bool {
    let Booting { boot, partitions } = booting;
    let Some((appended, entry)) = partitions.appended.last().zip(boot.entries.last()) else { return false };
    let usual = BootEntry { platform: platform::EFI, ..BootEntry::new(BootImage::Appended(appended.number)) };
    let numbers: Vec<u8> = partitions.appended.iter().map(|appended| appended.number).collect();
    let in_order = numbers.iter().copied().eq((2..).take(numbers.len()));
    *entry == usual && appended.kind == TYPES[0].1 && in_order
}

impl Lines {
    /// An entry that has options of its own, if it is one.
    fn bios(&mut self, entry: &BootEntry) -> bool {
        let BootImage::Path(path) = &entry.image else { return false };
        let (boot_info_table, grub2_boot_info) = (entry.boot_info_table, entry.grub2_boot_info);
        let usual = BootEntry { boot_info_table, grub2_boot_info, ..BootEntry::new(entry.image.clone()) };
        if *entry != usual {
            return false;
        }
        self.value("--bios-boot", path);
        for (is, option) in [(boot_info_table, "--boot-info-table"), (grub2_boot_info, "--grub2-boot-info")] {
            if is {
                self.option(option);
            }
        }
        true
    }

    /// Likewise, one for UEFI.
    fn efi(&mut self, entry: &BootEntry) -> bool {
        let BootImage::Path(path) = &entry.image else { return false };
        let usual = BootEntry { platform: platform::EFI, ..BootEntry::new(entry.image.clone()) };
        if *entry != usual {
            return false;
        }
        self.value("--efi-boot", path);
        true
    }

    fn entry(&mut self, entry: &BootEntry) {
        let mut value = match &entry.image {
            BootImage::Path(path) => escaped(path),
            BootImage::Appended(number) => format!("partition:{number}").into_bytes(),
            // These come with the base.
            BootImage::Base(_) | BootImage::BasePartition(_) => return,
        };
        for setting in settings(entry) {
            value.push(b',');
            value.extend_from_slice(&setting);
        }
        self.value("--boot-entry", &value);
    }

    fn partitions(&mut self, booting: &Booting) {
        let partitions = &booting.partitions;
        let (shown, efi) = match (is_boot_efi(booting), partitions.appended.split_last()) {
            (true, Some((efi, others))) => (others, Some(efi)),
            _ => (partitions.appended.as_slice(), None),
        };
        self.appended(shown, &booting.boot.entries);
        for source in efi.into_iter().flat_map(sources) {
            self.value("--boot-efi", &source);
        }
        let settings = table(booting);
        if !settings.is_empty() {
            self.value("--partitions", settings.join(",").as_bytes());
        }
    }

    /// A number that nobody chose is named where one of the `entries` has it.
    fn appended(&mut self, appended: &[Appended], entries: &[BootEntry]) {
        for appended in appended {
            let image = BootImage::Appended(appended.number);
            let is_chosen = !appended.any_number && appended.number > 0;
            let is_named = is_chosen || entries.iter().any(|entry| entry.image == image);
            let number = if is_named { format!("{}:", appended.number) } else { String::new() };
            for source in sources(appended) {
                let what = format!("{number}{}=", kind(appended.kind));
                self.value("--append-partition", &[what.as_bytes(), &source].concat());
            }
        }
    }
}

fn sources(appended: &Appended) -> Vec<Vec<u8>> {
    match &appended.source {
        AppendedSource::Disk(path) => vec![path.as_os_str().as_bytes().to_vec()],
        // No option asks for it.
        AppendedSource::Section { .. } => Vec::new(),
        AppendedSource::Image(paths) => {
            paths.iter().map(|path| [b"image:/", path.as_slice()].concat()).collect()
        }
    }
}

/// A path before settings, in which commas divide.
fn escaped(path: &[u8]) -> Vec<u8> {
    let path = if path.starts_with(b"partition:") { [b"./", path].concat() } else { path.to_vec() };
    let escape = |byte: &u8| match byte {
        b',' | b'\\' => vec![b'\\', *byte],
        other => vec![*other],
    };
    path.iter().flat_map(escape).collect()
}

/// What differs from the usual in an entry.
fn settings(entry: &BootEntry) -> Vec<Vec<u8>> {
    let mut settings = Vec::new();
    match entry.platform {
        platform::X86 => {}
        platform::POWER_PC => settings.push("platform=ppc".to_owned()),
        platform::MAC => settings.push("platform=mac".to_owned()),
        platform::EFI => settings.push("platform=efi".to_owned()),
        other => settings.push(format!("platform={other}")),
    }
    match entry.emulation {
        Emulation::None => {}
        Emulation::Floppy => settings.push("emulation=floppy".to_owned()),
        Emulation::HardDisk => settings.push("emulation=hard-disk".to_owned()),
    }
    match entry.load_size {
        LoadSize::Usual => {}
        LoadSize::Whole => settings.push("load-size=whole".to_owned()),
        LoadSize::Sectors(sectors) => settings.push(format!("load-size={sectors}")),
    }
    if entry.load_segment > 0 {
        settings.push(format!("load-segment={:#x}", entry.load_segment));
    }
    if let Some(selection) = &entry.selection {
        settings.push(format!("selection={}:{}", selection.kind, hex::encode(&selection.criteria)));
    }
    let flags = [
        (entry.boot_info_table, "boot-info-table"),
        (entry.grub2_boot_info, "grub2-boot-info"),
        (!entry.bootable, "not-bootable"),
    ];
    settings.extend(flags.iter().filter(|(set, _)| *set).map(|(_, word)| (*word).to_owned()));
    let Mark { gpt, apm } = entry.mark;
    settings.extend(gpt.map(|gpt| {
        let word = match gpt {
            GptMark::BasicData => "gpt",
            GptMark::HfsPlus => "gpt-hfs",
            GptMark::EfiSystem => "efi",
        };
        format!("partition={word}")
    }));
    settings.extend(apm.then(|| "partition=apm".to_owned()));
    let mut settings: Vec<Vec<u8>> = settings.into_iter().map(String::into_bytes).collect();
    if !entry.id.is_empty() {
        settings.push([b"id=", escaped(&entry.id).as_slice()].concat());
    }
    settings
}

fn kind(kind: Kind) -> String {
    match (TYPES.iter().find(|(_, known)| *known == kind), kind) {
        (Some((word, _)), _) => (*word).to_owned(),
        (None, Kind::Mbr(byte)) => format!("{byte:#04x}"),
        (None, Kind::Gpt(guid)) => guid.to_string(),
    }
}

/// The settings of the tables that are not usual.
fn table(Booting { boot, partitions }: &Booting) -> Vec<String> {
    let appended = !partitions.appended.is_empty();
    let marked = boot.entries.iter().any(|entry| entry.mark.gpt.is_some());
    let has_gpt = marked || (appended && partitions.appended_in_gpt);
    let active = partitions.code.is_some();
    let flags = [
        (appended && !partitions.appended_in_gpt, "mbr"),
        (partitions.appended_in_apm, "apm"),
        (partitions.apm_block == Some(ApmBlock::B512), "apm-block=512"),
        (partitions.apm_block == Some(ApmBlock::B2048), "apm-block=2048"),
        (partitions.active && !active, "active"),
        (!partitions.active && active, "inactive"),
        (partitions.protective && !partitions.chrp, "protective"),
        (partitions.volume_is_writable, "writable"),
        (partitions.volume_is_bios_bootable, "bios-bootable"),
        (partitions.marks_without_code, "nested"),
        // It has no effect in a GPT that the MBR guards, and protective has none beside it.
        (partitions.chrp && (!has_gpt || partitions.marks_without_code), "chrp"),
        (partitions.alignment == Alignment::On, "align=on"),
        (partitions.alignment == Alignment::Off, "align=off"),
        (partitions.alignment == Alignment::All, "align=all"),
    ];
    let mut settings: Vec<String> =
        flags.iter().filter(|(set, _)| *set).map(|(_, word)| (*word).to_owned()).collect();
    settings.extend(match partitions.code {
        Some(BootCode::Isohybrid) => Some("code=isolinux".to_owned()),
        Some(BootCode::Grub2) => Some("code=grub".to_owned()),
        Some(BootCode::Either) | None => None,
    });
    settings.extend((partitions.offset > 0).then(|| format!("offset={}", partitions.offset)));
    settings.extend(partitions.volume_type.map(|of| format!("volume-type={}", kind(of))));
    settings.extend(partitions.disk_guid.map(|guid| format!("guid={guid}")));
    settings.extend(partitions.geometry.1.map(|heads| format!("heads={heads}")));
    settings.extend(partitions.geometry.0.map(|sectors| format!("sectors={sectors}")));
    settings
}
