//! `-report_el_torito` and `-report_system_area`: what boots, in the lines that xorriso prints. Scripts look for words of them.

mod area;
mod facts;
mod mbr;
mod replay;

use super::{Answers, Asked};
pub(super) use facts::Facts;
use facts::{BLOCK, SECTOR};
use isokit_cli::{Concerning, Failure};
use isokit_core::iso9660::el_torito::{BootImage, Emulation, platform};
use isokit_core::iso9660::volume::{Descriptor, DescriptorKind};
use isokit_core::number::wide;
use isokit_core::partition::{GAP, Guid, Partition, Table};
use replay::Replay;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

pub(crate) use replay::Form;

/// What is reported.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Report {
    ElTorito,
    SystemArea,
    /// What would make both anew.
    Replay(Form),
}

impl Asked<'_> {
    /// Prints a report.
    pub(super) fn report(&self, what: Report, answers: &mut Answers) -> Result<(), Failure> {
        let facts = self.facts()?;
        let lines = match what {
            Report::ElTorito => facts.el_torito(),
            Report::SystemArea => facts.system_area(),
            Report::Replay(form) => self.replay(facts, form),
        };
        lines.iter().for_each(|line| answers.line(line));
        if !matches!(what, Report::ElTorito) && facts.machine().is_some() {
            self.report.warning(self.name, "the boot files of this machine are not reported");
        }
        Ok(())
    }
}

impl Asked<'_> {
    /// What is known of the image, which is looked at once.
    pub(super) fn facts(&self) -> Result<&Facts, Failure> {
        if let Some(facts) = self.facts.get() {
            return Ok(facts);
        }
        let facts = Facts::look(self.source, self.image).concerning(self.name)?;
        Ok(self.facts.get_or_init(|| facts))
    }

    fn replay(&self, facts: &Facts, form: Form) -> Vec<Vec<u8>> {
        let descriptors = self.image.iso9660().map_or(&[][..], |volume| volume.descriptors());
        let primary = descriptors.iter().find(|descriptor| descriptor.kind == DescriptorKind::Primary);
        let primary = primary.and_then(Descriptor::volume);
        let volume = primary.map_or(&[][..], |primary| primary.volume_identifier.trim_ascii_end());
        let dates = primary.map(|primary| [&primary.volume_creation, &primary.volume_modification]);
        let digits = dates.into_iter().flatten().map(|date| &date.digits[..]);
        let date = digits.into_iter().find(|date| is_date(date));
        let path = self.reading.image.as_ref().map_or(OsStr::new(""), |(_, path)| path);
        let (lines, lacking) = Replay::lines(facts, path.as_bytes(), (volume, date), form);
        lacking.iter().for_each(|sentence| self.report.warning(self.name, sentence));
        lines
    }
}

/// Whether sixteen bytes are a date: digits of a year, a month, a day, and a time with hundredths of a second.
fn is_date(date: &[u8]) -> bool {
    let number = |at: usize| {
        let digits = date.get(at..at + 2).and_then(|digits| std::str::from_utf8(digits).ok());
        digits.and_then(|digits| digits.parse::<u8>().ok()).unwrap_or(u8::MAX)
    };
    date.iter().all(u8::is_ascii_digit)
        && (1..=12).contains(&number(4))
        && (1..=31).contains(&number(6))
        && number(8) < 24
        && number(10) < 60
        && number(12) < 60
}

/// A line with a path at its end.
fn with_path(line: String, path: &[u8]) -> Vec<u8> {
    [line.as_bytes(), path].concat()
}

impl Facts {
    fn el_torito(&self) -> Vec<Vec<u8>> {
        let Some(catalog) = &self.found.catalog else { return Vec::new() };
        let sectors = catalog.length.div_ceil(SECTOR);
        let mut lines = vec![format!("El Torito catalog  : {}  {sectors}", catalog.at / SECTOR).into_bytes()];
        if let Some(path) = self.path(catalog.at) {
            lines.push(with_path("El Torito cat path : ".into(), path));
        }
        let head = "El Torito images   :   N  Pltf  B   Emul  Ld_seg  Hdpt  Ldsiz         LBA";
        lines.push(head.into());
        for image in &catalog.images {
            lines.push(
                format!(
                    "El Torito boot img : {:>3}  {:>4}  {}  {:>5}  {:#06x}  {:#04x}  {:>5}  {:>10}",
                    image.number,
                    platform_word(image.platform),
                    if image.bootable { 'y' } else { 'n' },
                    emulation_word(image),
                    image.load_segment,
                    image.system_type,
                    image.sector_count,
                    image.at / SECTOR
                )
                .into_bytes(),
            );
        }
        for ((image, known), suitable) in catalog.images.iter().zip(&self.found.images).zip(&self.suitable) {
            let number = image.number;
            match &known.path {
                Some(path) => lines.push(with_path(format!("El Torito img path : {number:>3}  "), path)),
                None => {
                    let sectors = known.measure.length.div_ceil(SECTOR);
                    lines.push(format!("El Torito img blks : {number:>3}  {sectors}").into_bytes());
                }
            }
            if image.emulation == Emulation::HardDisk {
                let blocks = known.measure.length / BLOCK;
                lines.push(format!("El Torito hdsiz/512: {number:>3}  {blocks}").into_bytes());
            }
            let options = [
                (known.measure.boot_info_table, "boot-info-table"),
                (*suitable, "isohybrid-suitable"),
                (known.measure.grub2_boot_info, "grub2-boot-info"),
            ];
            let options: Vec<&str> = options.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
            if !options.is_empty() {
                lines.push(format!("El Torito img opts : {number:>3}  {}", options.join(" ")).into_bytes());
            }
        }
        lines
    }

    /// What boots, in a line.
    pub(in crate::reading) fn boot_record(&self) -> Option<String> {
        let area = self.is_used().then(|| self.summary().1);
        match (self.el_torito().is_empty(), area) {
            (true, None) => None,
            (true, Some(area)) => Some(format!("(system area only) , {area}")),
            (false, None) => Some("El Torito".into()),
            (false, Some(area)) => Some(format!("El Torito , {area}")),
        }
    }

    fn system_area(&self) -> Vec<Vec<u8>> {
        if !self.is_used() {
            return Vec::new();
        }
        let (options, summary) = self.summary();
        let mut lines: Vec<Vec<u8>> = vec![
            format!("System area options: {options:#010x}").into(),
            format!("System area summary: {summary}").into(),
            format!("ISO image size/512 : {}", self.sectors.saturating_mul(4)).into(),
        ];
        self.mbr_lines(&mut lines);
        if let Some(table) = self.gpt() {
            self.gpt_lines(table, &mut lines);
        }
        if let Some(table) = self.apm() {
            self.apm_lines(table, &mut lines);
        }
        lines
    }

    fn mbr_lines(&self, lines: &mut Vec<Vec<u8>>) {
        if self.entries.is_empty() {
            return;
        }
        if self.machine().is_none() {
            lines.push(format!("Partition offset   : {}", self.offset).into());
        }
        let (heads, track) = self.geometry();
        lines.push(format!("MBR heads per cyl  : {heads}").into());
        lines.push(format!("MBR secs per head  : {track}").into());
        lines.push(b"MBR partition table:   N Status  Type        Start       Blocks".to_vec());
        for entry in &self.entries {
            let mbr::Entry { slot, status, kind, start, count, .. } = *entry;
            let line = format!(
                "MBR partition      : {slot:>3}   {status:#04x}  {kind:#04x}  {start:>11}  {count:>11}"
            );
            lines.push(line.into());
        }
        for entry in &self.entries {
            if let Some(path) = self.path(entry.start / 4 * SECTOR) {
                lines.push(with_path(format!("MBR partition path : {:>3}  ", entry.slot), path));
            }
        }
    }

    fn gpt_lines(&self, table: &Table, lines: &mut Vec<Vec<u8>>) {
        let Some(header) = self.header() else { return };
        let is_overlapping = table.partitions.iter().enumerate().any(|(n, one)| {
            let others = table.partitions.get(n + 1..).unwrap_or_default();
            others.iter().any(|other| one.start < other.end() && other.start < one.end())
        });
        let order = if is_overlapping { "overlapping" } else { "separated" };
        let array = header.partition_entry_lba;
        let entries = header.number_of_partition_entries;
        lines.push(b"GPT                :   N  Info".to_vec());
        lines.push(format!("GPT disk GUID      :      {}", hex::encode(header.disk_guid)).into());
        lines.push(format!("GPT entry array    :      {array}  {entries}  {order}").into());
        let (first, last) = (header.first_usable_lba, header.last_usable_lba);
        lines.push(format!("GPT lba range      :      {first}  {last}  {}", header.alternate_lba).into());
        for partition in &table.partitions {
            let number = partition.number;
            let name = self.gpt_entry(partition).map_or(&[][..], |entry| &entry.partition_name);
            let end = name.chunks(2).rposition(|unit| unit != [0, 0]).map_or(0, |last| (last + 1) * 2);
            let name = hex::encode(name.get(..end).unwrap_or_default());
            lines.push(format!("GPT partition name : {number:>3}  {name}").into());
            if end > 0 {
                lines.push(format!("GPT partname local : {number:>3}  {}", partition.name).into());
            }
            let unique = hex::encode(partition.unique.unwrap_or(Guid::NIL).0);
            lines.push(format!("GPT partition GUID : {number:>3}  {unique}").into());
            lines.push(format!("GPT type GUID      : {number:>3}  {}", self.type_guid(partition)).into());
            lines.push(format!("GPT partition flags: {number:>3}  {:#018x}", partition.attributes).into());
            self.place_lines("GPT", BLOCK, partition, lines);
        }
    }

    fn apm_lines(&self, table: &Table, lines: &mut Vec<Vec<u8>>) {
        let others = || {
            table.partitions.iter().filter(|partition| partition.kind.to_string() != "Apple_partition_map")
        };
        let gaps = others().filter(|partition| is_gap(partition)).count();
        lines.push(b"APM                :   N  Info".to_vec());
        lines.push(format!("APM block size     :      {}", table.block_size).into());
        lines.push(format!("APM gap fillers    :      {gaps}").into());
        for (number, partition) in (1..).zip(others()) {
            lines.push(format!("APM partition name : {number:>3}  {}", partition.name).into());
            lines.push(format!("APM partition type : {number:>3}  {}", partition.kind).into());
            let numbered = Partition { number, ..partition.clone() };
            self.place_lines("APM", table.block_size, &numbered, lines);
        }
    }

    /// Where a partition lies, in blocks of so many bytes, and the file that lies there.
    fn place_lines(&self, table: &str, block: u64, partition: &Partition, lines: &mut Vec<Vec<u8>>) {
        let Partition { number, start, length, .. } = *partition;
        let block = block.max(1);
        lines.push(
            format!("{table} start and size : {number:>3}  {}  {}", start / block, length / block).into(),
        );
        if let Some(path) = self.path(start / SECTOR * SECTOR).filter(|_| length > 0) {
            lines.push(with_path(format!("{table} partition path : {number:>3}  "), path));
        }
    }
}

/// Whether a partition only fills the room between others.
fn is_gap(partition: &Partition) -> bool {
    let digits = partition.name.strip_prefix(GAP).unwrap_or_default();
    let is_numbered = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_numbered && partition.kind.to_string() == "ISO9660_data"
}

fn platform_word(number: u8) -> String {
    match number {
        platform::X86 => "BIOS".into(),
        platform::POWER_PC => "PPC".into(),
        platform::MAC => "Mac".into(),
        platform::EFI => "UEFI".into(),
        other => format!("{other:#04x}"),
    }
}

fn emulation_word(image: &BootImage) -> String {
    match image.emulation {
        Emulation::None => "none".into(),
        Emulation::HardDisk => "hd".into(),
        Emulation::Floppy(1_228_800) => "fd1.2".into(),
        Emulation::Floppy(1_474_560) => "fd1.4".into(),
        Emulation::Floppy(_) => "fd2.8".into(),
        Emulation::Other(number) => format!("{:#04x}", wide(number.into())),
    }
}
