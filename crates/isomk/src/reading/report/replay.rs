//! What would make the system area and the boot catalog of an image anew, as xorriso tells it.

use super::facts::{BLOCK, Facts, SECTOR};
use crate::reading::quoted;
use isokit_booting::Told;
use isokit_core::iso9660::el_torito::{BootImage, Emulation, platform};
use isokit_core::partition::{Partition, Table};

/// In which words it is told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form {
    /// What stands before the value; nothing where nothing of the kind is told.
    pub(crate) words: fn(Told) -> String,
    /// What stands between these and the value.
    pub(crate) gap: fn(Told) -> &'static str,
    /// What the image itself is called as the source of bytes.
    pub(crate) image: &'static str,
}

/// GUIDs of partition types, as they lie on the disk.
mod guid {
    pub(super) const BASIC_DATA: &str = "a2a0d0ebe5b9334487c068b6b72699c7";
    pub(super) const HFS_PLUS: &str = "005346480000aa11aa1100306543ecac";
    pub(super) const EFI: &str = "28732ac11ff8d211ba4b00a0c93ec93b";
}

/// What is told so far, and what has to be known for the rest of it.
pub(super) struct Replay<'r> {
    facts: &'r Facts,
    /// The path of the image, in the quotes of a shell.
    image: Vec<u8>,
    form: Form,
    lines: Vec<Vec<u8>>,
    /// What could not be told.
    lacking: Vec<String>,
    isohybrid: bool,
    protective: bool,
    /// Appended partitions are in the GPT: whether they may be, and whether one was.
    in_gpt: bool,
    was_in_gpt: bool,
    like_isohybrid: bool,
    has_hfs_plus: bool,
    efi: Efi,
    /// Slots of the master boot record that were told as appended partitions.
    appended: Vec<usize>,
    marks: Vec<Marks>,
}

/// The partition for EFI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Efi {
    None,
    BootImage,
    Interval,
}

/// The partition tables that have a boot image.
#[derive(Debug, Clone, Copy, Default)]
struct Marks {
    basic_data: bool,
    hfs_plus: bool,
    apm: bool,
}

impl<'r> Replay<'r> {
    /// Of the image at `path`, which is called `volume` and was made at `date`, 16 digits; the lines, and what is lacking.
    pub(super) fn lines(
        facts: &'r Facts,
        path: &[u8],
        (volume, date): (&[u8], Option<&[u8]>),
        form: Form,
    ) -> (Vec<Vec<u8>>, Vec<String>) {
        if facts.found.catalog.is_none() && !facts.is_used() {
            return (Vec::new(), Vec::new());
        }
        let (options, summary) = facts.summary();
        let images = facts.images().len();
        let mut this = Self {
            facts,
            image: quoted(path),
            form,
            lines: Vec::new(),
            lacking: Vec::new(),
            isohybrid: options & 2 != 0,
            protective: options & 3 == 1,
            in_gpt: false,
            was_in_gpt: false,
            like_isohybrid: false,
            has_hfs_plus: false,
            efi: Efi::None,
            appended: Vec::new(),
            marks: vec![Marks::default(); images],
        };
        this.in_gpt = this.can_be_in_gpt();
        this.with(Told::Volume, &quoted(volume));
        if let Some(date) = date {
            this.with(Told::Date, &quoted(date));
        }
        if facts.is_used() {
            this.area(options, &summary);
        }
        this.catalog();
        (this.lines, this.lacking)
    }

    /// A line that has `value` behind the words.
    fn with(&mut self, told: Told, value: &[u8]) {
        let words = (self.form.words)(told);
        if !words.is_empty() {
            let gap = (self.form.gap)(told);
            self.lines.push([words.as_bytes(), gap.as_bytes(), value].concat());
        }
    }

    /// A line without a value.
    fn line(&mut self, told: Told) {
        let words = (self.form.words)(told);
        if !words.is_empty() {
            self.lines.push(words.into_bytes());
        }
    }

    /// Bytes of the image itself, from one number to another in `unit`.
    fn interval(&self, first: u64, last: u64, unit: char, zeroed: &str) -> Vec<u8> {
        let from = self.form.image;
        let text = format!("--interval:{from}:{first}{unit}-{last}{unit}:{zeroed}:");
        [text.as_bytes(), &self.image].concat()
    }

    /// The system area, without the tables that are in it now.
    fn code(&self) -> Vec<u8> {
        let facts = self.facts;
        let tables = [
            (!facts.entries.is_empty(), "zero_mbrpt"),
            (facts.gpt().is_some_and(|table| !table.partitions.is_empty()), "zero_gpt"),
            (facts.apm().is_some_and(|table| !table.partitions.is_empty()), "zero_apm"),
        ];
        let zeroed: Vec<&str> = tables.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
        self.interval(0, 15, 's', &zeroed.join(","))
    }

    fn image_blocks(&self) -> u64 {
        self.facts.sectors.saturating_mul(4)
    }

    /// The block behind which no file has its last sector.
    fn highest(&self) -> u64 {
        self.facts.highest().saturating_mul(4)
    }

    fn can_be_in_gpt(&self) -> bool {
        let has_partitions = self.facts.gpt().is_some_and(|table| !table.partitions.is_empty());
        let backup = self.facts.header().map_or(0, |header| header.alternate_lba.get());
        let guards = self.protective
            || matches!(self.facts.entries.as_slice(), [only] if only.slot == 1
                && only.kind == 0xee
                && only.start == 1
                && only.count == backup);
        has_partitions && guards
    }

    fn area(&mut self, options: u32, summary: &str) {
        let code = self.code();
        if options >> 10 & 15 == 1 {
            // As if there were a value.
            self.with(Told::Chrp, b"");
        }
        let mut is_told = false;
        if self.isohybrid {
            self.with(Told::Isohybrid, &code);
            is_told = true;
        }
        if summary.contains("grub2-mbr") {
            self.with(Told::Grub2, &code);
            is_told = true;
        }
        if self.protective {
            self.line(Told::ProtectiveLabel);
        }
        if let Some((_, alignment)) = summary.split_once("cyl-align-") {
            let word = alignment.split(' ').next().unwrap_or_default();
            let word = if matches!(word, "off" | "all") { word } else { "on" };
            self.with(Told::CylinderAlignment, word.as_bytes());
        }
        self.master_boot_record();
        if let Some(table) = self.facts.gpt() {
            self.gpt(table);
        }
        if let Some(table) = self.facts.apm() {
            self.apm(table);
        }
        if self.was_in_gpt {
            self.line(Told::PartitionsInGpt);
        }
        if !is_told {
            self.with(Told::Area, &code);
        }
        if let Some(kind) = self.volume_type() {
            self.with(Told::VolumeType, kind.as_bytes());
        }
    }

    /// The type of the partition that has the volume.
    fn volume_type(&self) -> Option<String> {
        let is_it = |start: u64, end: u64| start == self.facts.offset * 4 && end >= self.highest();
        let entry = self.facts.entries.iter().find(|entry| is_it(entry.start, entry.end()));
        let partitions = || self.facts.gpt().into_iter().flat_map(|table| &table.partitions);
        let partition = || partitions().find(|one| is_it(one.start / BLOCK, one.end() / BLOCK));
        match entry {
            Some(entry) => Some(format!("{:#04x}", entry.kind)),
            None => partition().map(|partition| self.facts.type_guid(partition)),
        }
    }

    fn master_boot_record(&mut self) {
        let facts = self.facts;
        if facts.entries.is_empty() {
            return;
        }
        let offset = facts.offset;
        if matches!(offset, 0 | 16) && facts.machine().is_none() {
            self.with(Told::PartitionOffset, offset.to_string().as_bytes());
        }
        let (heads, track) = facts.geometry();
        if heads > 0 && track > 0 {
            self.with(Told::Heads, heads.to_string().as_bytes());
            self.with(Told::SectorsPerTrack, track.to_string().as_bytes());
        }
        let of_volume = facts.entries.iter().find(|entry| entry.start == offset * 4);
        // An appended partition may have the place of the volume's own.
        let first = facts.entries.first().map_or(0, |first| first.start);
        let image_end = if first > self.highest() { first } else { self.image_blocks() };
        let volume_end = of_volume.map_or(image_end, |entry| entry.count.saturating_add(offset * 4));
        let tables_end = facts.entries.iter().map(super::mbr::Entry::end).max().unwrap_or(0);
        let mut was_active = false;
        for entry in &facts.entries {
            let is_behind = volume_end <= entry.start
                || (self.protective && self.image_blocks() == tables_end && entry.slot > 1);
            if !matches!(entry.kind, 0 | 0xee) && is_behind && !self.in_gpt {
                self.append(entry.slot, &format!("{:#x}", entry.kind), entry.start, entry.end());
                self.appended.push(entry.slot);
            }
            if entry.status & 0x80 != 0 && !std::mem::replace(&mut was_active, true) {
                self.line(Told::ForcedActive);
            }
        }
        for entry in &facts.entries {
            if let Some(path) = facts.path(entry.start / 4 * SECTOR) {
                let kind = if entry.kind == 0xef { guid::EFI } else { "" };
                self.mark(path, kind);
            }
        }
    }

    fn append(&mut self, slot: usize, kind: &str, start: u64, end: u64) {
        let interval = self.interval(start, end.saturating_sub(1), 'd', "");
        self.with(Told::Partition, &[format!("{slot} {kind} ").as_bytes(), &interval].concat());
    }

    /// Remembers that the boot image that is the file at `path` is a partition of this type.
    fn mark(&mut self, path: &[u8], kind: &str) {
        let images = self.facts.images().iter();
        let known = images.zip(&self.facts.found.images).zip(&mut self.marks);
        for ((image, known), marks) in known {
            if known.path.as_deref() != Some(path) {
                continue;
            }
            match (self.isohybrid, kind) {
                (true, guid::BASIC_DATA | guid::EFI) => marks.basic_data = true,
                (true, guid::HFS_PLUS) => marks.hfs_plus = true,
                (true, _) => {}
                (false, _) if image.platform == platform::EFI => self.efi = Efi::BootImage,
                (false, _) => continue,
            }
            return;
        }
    }

    fn gpt(&mut self, table: &Table) {
        for partition in &table.partitions {
            self.gpt_partition(partition);
            if let Some(path) = self.facts.path(partition.start / SECTOR * SECTOR) {
                let kind = self.facts.type_guid(partition);
                self.mark(path, &kind);
            }
        }
    }

    fn gpt_partition(&mut self, partition: &Partition) {
        let facts = self.facts;
        let (start, end) = (partition.start / BLOCK, partition.end() / BLOCK);
        let kind = facts.type_guid(partition);
        if self.highest() < start && !partition.is_gap() {
            let slot = usize::try_from(partition.number).unwrap_or(usize::MAX);
            if facts.entries.iter().all(|entry| entry.start != start) {
                let byte = if kind == guid::EFI { "0xef" } else { "0xcd" };
                self.append(slot, if self.in_gpt { &kind } else { byte }, start, end);
                self.was_in_gpt = self.in_gpt;
            }
            let only_guards = matches!(facts.entries.as_slice(), [first, others @ ..] if first.kind == 0xee
                && (others.is_empty() || matches!(others, [one] if one.is_placeholder())));
            if !(only_guards && self.protective) {
                self.mark_behind(start, &kind);
            }
        } else if kind == guid::EFI
            && facts.path(partition.start / SECTOR * SECTOR).is_none()
            && self.image_blocks() >= end
            && self.efi == Efi::None
        {
            let interval = self.interval(start, end.saturating_sub(1), 'd', "");
            self.with(Told::EfiPartition, &interval);
            self.efi = Efi::Interval;
        }
    }

    /// Remembers that the boot image that begins at this block, behind the volume, is a partition of the GPT as well.
    fn mark_behind(&mut self, start: u64, kind: &str) {
        let images = self.facts.images().iter();
        let Some(n) = images.enumerate().find(|(_, image)| image.at / BLOCK == start / 4 * 4).map(|(n, _)| n)
        else {
            return;
        };
        let Some(marks) = self.marks.get(n).copied() else { return };
        if !(marks.basic_data || marks.hfs_plus || self.like_isohybrid) {
            self.line(Told::AsIsohybrid);
            (self.like_isohybrid, self.in_gpt, self.was_in_gpt) = (true, false, false);
        }
        if let Some(marks) = self.marks.get_mut(n) {
            marks.basic_data |= matches!(kind, guid::BASIC_DATA | guid::EFI);
            marks.hfs_plus |= kind == guid::HFS_PLUS;
        }
    }

    fn apm(&mut self, table: &Table) {
        let size = table.block_size.to_string();
        self.with(Told::ApmBlockSize, size.as_bytes());
        for partition in &table.partitions {
            let path = self.facts.path(partition.start / SECTOR * SECTOR);
            let is_hfs = partition.kind.to_string() == "Apple_HFS";
            let is_hybrid = partition.name == "HFSPLUS_Hybrid";
            if is_hfs && is_hybrid && path.is_none() && !std::mem::replace(&mut self.has_hfs_plus, true) {
                self.line(Told::HfsPlus);
                self.lacking.push("blessed files of HFS+ are not reported".into());
            }
            for (known, marks) in self.facts.found.images.iter().zip(&mut self.marks) {
                marks.apm |=
                    self.isohybrid && is_hfs && !is_hybrid && path.is_some() && known.path.as_deref() == path;
            }
        }
    }

    fn catalog(&mut self) {
        let Some(catalog) = self.facts.found.catalog.as_ref() else { return };
        if self.efi == Efi::BootImage {
            self.with(Told::EfiPartition, b"--efi-boot-image");
        }
        match self.facts.path(catalog.at) {
            Some(path) => self.with(Told::Catalog, &quoted(path)),
            None => self.line(Told::HiddenCatalog),
        }
        let mut platform_before = platform::X86;
        for (n, image) in catalog.images.iter().enumerate() {
            if !matches!(image.load_segment, 0 | 0x7c0) {
                self.lacking.push(format!("boot image {} is loaded to a segment of its own", image.number));
                continue;
            }
            if n > 0 {
                self.line(Told::NextImage);
            }
            match self.place(n, image) {
                Some(path) => self.entry(n, image, &path, &mut platform_before),
                None => {
                    let sentence = format!("boot image {} is neither a file nor a partition", image.number);
                    self.lacking.push(sentence);
                }
            }
        }
    }

    /// The file that a boot image is, or the partition.
    fn place(&mut self, n: usize, image: &BootImage) -> Option<Vec<u8>> {
        if let Some(path) = self.facts.found.images.get(n).and_then(|known| known.path.clone()) {
            return Some(path);
        }
        let start = image.at / BLOCK;
        let is_as_long =
            |count: u64| matches!(image.sector_count, 0 | 1) || count == u64::from(image.sector_count);
        let named = |slot: u64, count: u64| {
            let sector = image.at / SECTOR;
            format!("--interval:appended_partition_{slot}_start_{sector}s_size_{count}d:all::").into_bytes()
        };
        let entries = self.facts.entries.iter().copied();
        let entry = entries.filter(|entry| entry.start == start && is_as_long(entry.count)).find(|entry| {
            self.appended.contains(&entry.slot) || self.facts.path(entry.start / 4 * SECTOR).is_none()
        });
        if let Some(entry) = entry {
            if !self.appended.contains(&entry.slot) {
                self.appended.push(entry.slot);
                if !self.in_gpt {
                    self.append(entry.slot, &format!("{:#x}", entry.kind), entry.start, entry.end());
                }
            }
            return Some(named(u64::try_from(entry.slot).unwrap_or(u64::MAX), entry.count));
        }
        let partitions = self.facts.gpt().into_iter().flat_map(|table| &table.partitions);
        let mut partitions = partitions.filter(|_| self.protective && self.efi != Efi::Interval);
        let found = partitions.find(|one| one.start / BLOCK == start && is_as_long(one.length / BLOCK));
        found.map(|partition| named(partition.number.into(), partition.length / BLOCK))
    }

    fn entry(&mut self, n: usize, image: &BootImage, path: &[u8], platform_before: &mut u8) {
        let path = quoted(path);
        let known = self.facts.found.images.get(n).map(|known| known.measure);
        let has_table = known.as_ref().is_some_and(|measure| measure.boot_info_table);
        let has_grub2 = known.as_ref().is_some_and(|measure| measure.grub2_boot_info);
        let loader = match (has_grub2, self.facts.suitable.get(n)) {
            (true, _) => "grub",
            (_, Some(true)) => "isolinux",
            _ => "any",
        };
        let id = format!("{:#04x}", image.platform);
        if image.platform == platform::EFI {
            self.with(Told::EfiImage(loader), &path);
        } else {
            if *platform_before != image.platform {
                self.with(Told::OtherPlatform, id.as_bytes());
            }
            *platform_before = image.platform;
            self.with(Told::Image(loader), &path);
        }
        self.with(Told::Platform, id.as_bytes());
        self.line(match image.emulation {
            Emulation::None => Told::NoEmulation,
            Emulation::HardDisk => Told::HardDisk,
            _ => Told::Diskette,
        });
        let blocks = u64::from(image.sector_count);
        self.with(Told::LoadedBlocks, blocks.to_string().as_bytes());
        self.with(Told::LoadedBytes, (blocks * BLOCK).to_string().as_bytes());
        let marks = self.marks.get(n).copied().unwrap_or_default();
        for (is, told) in [
            (has_table, Told::BootInfoTable),
            (has_grub2, Told::Grub2BootInfo),
            (marks.basic_data, Told::GptBasicData),
            (marks.hfs_plus, Told::GptHfsPlus),
            (marks.apm, Told::ApmHfsPlus),
        ] {
            if is {
                self.line(told);
            }
        }
    }
}
