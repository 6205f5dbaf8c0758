//! What the system area is for, in one number and in words.

use super::facts::{Facts, SECTOR};
use super::mbr;
use isokit_core::partition::system_area::Content;

/// Bits of the number: the options by which libisofs makes a system area.
mod option {
    /// A partition over the whole image guards it.
    pub(super) const PROTECTIVE: u32 = 1;
    /// Code of ISOLINUX.
    pub(super) const ISOHYBRID: u32 = 1 << 1;
    /// The machine, from here on; 0: one with a master boot record.
    pub(super) const MACHINE: u32 = 2;
    /// Which partitions end with a cylinder, from here on.
    pub(super) const ALIGNMENT: u32 = 8;
    /// What kind of master boot record, from here on: one with tables of its own, CHRP, or any.
    pub(super) const KIND: u32 = 10;
    /// Code of GRUB 2.
    pub(super) const GRUB2: u32 = 1 << 14;
}

const CHRP: u32 = 1;
const ANY: u32 = 2;

/// Words for alignments, by their numbers.
const ALIGNMENTS: [&str; 4] = ["auto", "on", "off", "all"];

impl Facts {
    /// The machine whose boot block the system area is, other than one with a master boot record: its number and its name.
    pub(super) fn machine(&self) -> Option<(u32, &'static str)> {
        self.found.system_area.iter().find_map(|content| match content {
            Content::Mips => Some((1, "MIPS-Big-Endian")),
            Content::MipsLittle => Some((2, "MIPS-Little-Endian")),
            Content::Sun => Some((3, "SUN-SPARC-Disk-Label")),
            Content::Palo(version) => Some((u32::from(*version), "HP-PA-PALO")),
            Content::Alpha => Some((6, "DEC-Alpha")),
            _ => None,
        })
    }

    /// Heads, and sectors on a track.
    pub(super) fn geometry(&self) -> (u64, u64) {
        mbr::geometry(&self.entries, self.sectors)
    }

    /// The number, and the words.
    pub(super) fn summary(&self) -> (u32, String) {
        let options = match self.machine() {
            Some((machine, _)) => machine << option::MACHINE,
            None if self.record.is_some() => self.options(),
            None => 0,
        };
        let kind = options >> option::KIND & 15;
        let mut words = match self.machine() {
            Some((_, name)) => vec![name.to_owned()],
            None if options & 3 != 0 || kind == CHRP || kind == ANY => vec!["MBR".to_owned()],
            None if !self.entries.is_empty() => vec!["MBR".to_owned()],
            None => vec!["not-recognized".to_owned()],
        };
        if self.machine().is_none() && (options & 3 != 0 || kind == CHRP || kind == ANY) {
            let isohybrid = options & option::ISOHYBRID != 0;
            match () {
                () if isohybrid => words.push("isohybrid".into()),
                () if options & option::PROTECTIVE != 0 => words.push("protective-msdos-label".into()),
                () if kind == CHRP => words.push("CHRP".into()),
                () => {}
            }
            if options & option::GRUB2 != 0 && !isohybrid {
                words.push("grub2-mbr".into());
            }
            let alignment = ALIGNMENTS.iter().zip(0..).find(|(_, n)| options >> option::ALIGNMENT & 3 == *n);
            words.extend(alignment.map(|(word, _)| format!("cyl-align-{word}")));
        }
        words.extend(
            self.gpt().into_iter().filter(|table| !table.partitions.is_empty()).map(|_| "GPT".to_owned()),
        );
        words.extend(self.apm().into_iter().map(|_| "APM".to_owned()));
        (options, words.join(" "))
    }

    /// The number, of a master boot record.
    fn options(&self) -> u32 {
        let (isohybrid, grub2) = self.code();
        let protective = self.is_protective(isohybrid);
        let kind = match () {
            () if protective || isohybrid => 0,
            () if self.is_chrp() => CHRP,
            () => ANY,
        };
        let bit = |is, bit| if is { bit } else { 0 };
        bit(protective, option::PROTECTIVE)
            | bit(isohybrid, option::ISOHYBRID)
            | self.alignment() << option::ALIGNMENT
            | kind << option::KIND
            | bit(grub2, option::GRUB2)
    }

    /// Whether the code is ISOLINUX's, and whether it is GRUB 2's, and loads the first boot image.
    fn code(&self) -> (bool, bool) {
        let (Some(first), Some(record)) = (self.images().first(), &self.record) else {
            return (false, false);
        };
        let sector = first.at / SECTOR;
        let is_named = record.code.windows(8).any(|word| word == b"isolinux");
        // The place of the boot image, in blocks of 512 bytes, ends the code of both; ISOLINUX's reads half of it.
        let loads = record.code.last_chunk().map_or(0, |place| u64::from_le_bytes(*place));
        let isohybrid =
            self.suitable.first() == Some(&true) && is_named && (loads & u64::from(u32::MAX)) / 4 == sector;
        let grub2 = loads / 4 == sector.saturating_add(1);
        (isohybrid, grub2 && !isohybrid)
    }

    fn is_protective(&self, isohybrid: bool) -> bool {
        let Some(first) = self.entries.first().filter(|first| first.kind == 0xee || !isohybrid) else {
            return false;
        };
        let image = self.sectors.saturating_mul(4);
        let alone = match self.entries.as_slice() {
            [_] => true,
            [_, second] => second.kind == 0,
            _ => false,
        };
        let next = self.entries.get(1).map_or(0, |entry| entry.start);
        let end = first.count.saturating_add(1);
        first.start == 1 && (end == image || end == next || (first.kind == 0xee && end >= image && alone))
    }

    fn is_chrp(&self) -> bool {
        let image = self.sectors.saturating_mul(4);
        matches!(self.entries.as_slice(), [only] if only.kind == 0x96
            && only.start == 0
            && only.count <= image
            && only.count.saturating_add(600) >= image)
    }

    /// Which partitions end with a cylinder: 1: that of the volume, 2: none, 3: all.
    fn alignment(&self) -> u32 {
        let (heads, track) = self.geometry();
        let cylinder = heads.saturating_mul(track);
        if cylinder == 0 || self.entries.is_empty() {
            return 2;
        }
        let aligned = self.entries.iter().take_while(|entry| entry.end().is_multiple_of(cylinder)).count();
        let is_behind = self.entries.iter().any(|entry| entry.start >= self.sectors);
        match aligned {
            0 => 2,
            count if count == self.entries.len() && is_behind => 3,
            _ => 1,
        }
    }
}
