//! What xorriso reports of what boots and of partition tables.

use std::collections::BTreeMap;

/// An entry of the boot catalog.
#[derive(Default)]
pub(super) struct Entry {
    /// Platform, whether it boots, emulation, segment, type and sectors to load.
    pub(super) words: String,
    /// First block of 512 bytes.
    pub(super) at: u64,
    /// Blocks of 512 bytes.
    pub(super) blocks: u64,
    /// Where a name leads to it.
    pub(super) path: Option<String>,
    /// What is written into it.
    pub(super) patches: String,
}

/// A partition of any table.
#[derive(Default)]
pub(super) struct Partition {
    /// First block of 512 bytes.
    pub(super) start: u64,
    /// First block behind it.
    pub(super) end: u64,
    /// Name, type, flags and what it is a partition of, a line each.
    pub(super) words: String,
    /// Whether it is an EFI system partition.
    pub(super) is_efi: bool,
}

#[derive(Default)]
pub(super) struct Report {
    pub(super) entries: BTreeMap<u32, Entry>,
    /// By names such as `MBR partition 1`.
    pub(super) partitions: BTreeMap<String, Partition>,
    /// The block that GPT gives as the end of those that partitions may have.
    pub(super) usable_end: Option<u64>,
    pub(super) catalog_path: Option<String>,
    /// Lines about the whole, by their labels.
    pub(super) lines: BTreeMap<String, String>,
    /// GUIDs of disk and partitions, in their order.
    pub(super) guids: Vec<String>,
}

/// Labels of lines that tell how the rest is arranged, and of what is told by other lines as well.
const HEADINGS: [&str; 11] = [
    "El Torito catalog",
    "El Torito images",
    "ISO image size/512",
    "MBR partition table",
    "GPT",
    "GPT partition name",
    "APM",
    "MBR partition path",
    "GPT partition path",
    "APM partition path",
    "APM block size",
];

impl Report {
    /// Reads what `-report_el_torito plain -report_system_area plain` prints.
    pub(super) fn read(text: &str) -> Self {
        let mut report = Self::default();
        for (label, rest) in text.lines().filter_map(|line| line.split_once(':')) {
            report.line(label.trim(), rest.trim());
        }
        report
    }

    fn line(&mut self, label: &str, rest: &str) {
        let words: Vec<&str> = rest.split_whitespace().collect();
        let number = |n: usize| words.get(n).and_then(|word| word.parse::<u64>().ok()).unwrap_or_default();
        let behind = || rest.split_once(char::is_whitespace).map_or("", |(_, rest)| rest.trim()).to_owned();
        let index = u32::try_from(number(0)).unwrap_or_default();
        match label {
            "El Torito cat path" => self.catalog_path = Some(rest.to_owned()),
            "El Torito boot img" => {
                let entry = self.entries.entry(index).or_default();
                entry.words = words.get(1..7).unwrap_or_default().join(" ");
                (entry.blocks, entry.at) = (number(6), number(7).saturating_mul(4));
            }
            "El Torito img path" => self.entries.entry(index).or_default().path = Some(behind()),
            "El Torito img opts" => self.entries.entry(index).or_default().patches = behind(),
            "El Torito img blks" => {
                self.entries.entry(index).or_default().blocks = number(1).saturating_mul(4);
            }
            "MBR partition" => {
                let partition = self.partition("MBR", index);
                (partition.start, partition.end) = (number(3), number(3).saturating_add(number(4)));
                partition.words = words.get(1..3).unwrap_or_default().join(" type ");
                partition.is_efi = words.get(2) == Some(&"0xef");
            }
            "GPT disk GUID" => self.guids.push(rest.to_owned()),
            "GPT partition GUID" => self.guids.push(behind()),
            "GPT lba range" => {
                self.usable_end = Some(number(1));
                self.lines.insert(label.to_owned(), format!("from {}", number(0)));
            }
            "GPT start and size" => {
                let partition = self.partition("GPT", index);
                (partition.start, partition.end) = (number(1), number(1).saturating_add(number(2)));
            }
            "APM start and size" => {
                let partition = self.partition("APM", index);
                partition.start = number(1).saturating_mul(4);
                partition.end = partition.start.saturating_add(number(2).saturating_mul(4));
            }
            _ if HEADINGS.contains(&label) => {}
            _ => self.other(label, rest, index, &behind()),
        }
    }

    /// A line about a partition, or about the whole.
    fn other(&mut self, label: &str, rest: &str, index: u32, behind: &str) {
        let table = label.split(' ').next().unwrap_or_default();
        let is_of_one = ["partition", "partname", "type"]
            .iter()
            .any(|word| label.starts_with(&format!("{table} {word}")));
        if !is_of_one || index == 0 {
            self.lines.insert(label.to_owned(), rest.to_owned());
            return;
        }
        let partition = self.partition(table, index);
        partition.words.push_str(&format!("\n{label}: {behind}"));
        partition.is_efi |= behind == "28732ac11ff8d211ba4b00a0c93ec93b";
    }

    fn partition(&mut self, table: &str, index: u32) -> &mut Partition {
        self.partitions.entry(format!("{table} partition {index}")).or_default()
    }
}
