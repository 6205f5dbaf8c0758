//! Which entries the MBR has.

use super::options::{GptMark, Label, Loader, Options};
use super::places::{BLOCK, BLOCKS, Extent, Places};
use crate::error::{Error, Result};
use crate::number::narrow;
use crate::partition::emit::Geometry;
use crate::partition::emit::mbr::{ACTIVE, UNUSED, entry};
use crate::partition::mbr::{EFI_SYSTEM, Entry, PROTECTIVE};

/// Type of a partition that only says that there is an ISO 9660 volume.
pub(super) const ISO9660: u8 = 0xcd;
/// Type of the volume's partition in an image with ISOLINUX's loader.
const ISOHYBRID: u8 = 0x17;
/// Type of the volume's partition in an image for CHRP.
pub(super) const CHRP: u8 = 0x96;
/// Type of the volume's partition beside appended ones.
const LINUX: u8 = 0x83;

/// An entry of an MBR in whose place an appended partition is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Displaced {
    /// Of both, from 1.
    pub number: u32,
    /// System identifier of the entry.
    pub kind: u8,
    /// Byte of the image at which it began.
    pub at: u64,
}

/// What the entries are made of.
pub(super) struct Entries<'p> {
    options: &'p Options,
    places: &'p Places,
    geometry: Geometry,
    /// The GPT has partitions within that of the volume.
    nested: bool,
}

impl<'p> Entries<'p> {
    pub(super) fn new(options: &'p Options, places: &'p Places, nested: bool) -> Self {
        Self { options, places, geometry: places.geometry(options), nested }
    }

    /// The four entries; `None` if nothing wants to be in an MBR. Where only an active partition is required, it is added to
    /// those that are `present`.
    pub(super) fn all(&self, present: [Entry; 4]) -> Result<Option<[Entry; 4]>> {
        let mut entries = self.own()?;
        self.put_appended(&mut entries)?;
        let planned = entries.iter().any(is_used);
        if !planned && !self.options.force_bootable {
            return Ok(None);
        }
        if !planned {
            entries = present;
        }
        self.activate(&mut entries);
        Ok(Some(entries))
    }

    /// Those of the volume and its boot images.
    fn own(&self) -> Result<[Entry; 4]> {
        let mut entries = [UNUSED; 4];
        if let Some(first) = self.first()? {
            entries[0] = first;
        }
        // Beside a guard, other writers tell of boot images only if the volume begins with the image.
        let guarded = entries[0].kind == PROTECTIVE;
        if self.options.is_isohybrid() && (!guarded || self.options.volume_start == 0) {
            self.put_marks(&mut entries)?;
        }
        Ok(entries)
    }

    /// Whether the first entry only keeps others away, though nobody asked for it: beside a GPT with partitions of its own.
    fn is_guarded(&self) -> bool {
        let efi = self.options.marks.iter().any(|mark| mark.gpt == Some(GptMark::EfiSystem));
        efi || (self.options.appended_in_gpt && !self.options.appended.is_empty())
    }

    /// The volume's own entry, or what stands for it.
    fn first(&self) -> Result<Option<Entry>> {
        let options = self.options;
        let (start, end) = (u64::from(options.volume_start).saturating_mul(BLOCKS), self.volume_end());
        let kind = |usual| options.volume_type.map_or(usual, |kind| kind.only_number().unwrap_or(usual));
        let (kind, start, end) = if options.label == Label::Protective || self.is_guarded() {
            if options.has_gpt() && !(self.nested && options.marks_only) {
                (PROTECTIVE, 1, self.places.size / BLOCK)
            } else {
                (kind(ISO9660), start.max(1), self.end_beside_gpt())
            }
        } else if options.label == Label::Chrp {
            (CHRP, 0, end)
        } else if options.is_isohybrid() {
            let hides = self.nested || options.has_apm_marks();
            (if hides { 0 } else { kind(ISOHYBRID) }, start, end)
        } else if start > 0 {
            (kind(ISO9660), start, end)
        } else if !options.appended.is_empty() {
            (kind(LINUX), start, end)
        } else {
            return Ok(None);
        };
        entry(kind, start..end, Some(self.geometry)).map(Some)
    }

    /// Block behind the volume: the last whole cylinder, where it was rounded up to one.
    fn volume_end(&self) -> u64 {
        let end = self.places.volume_end();
        let whole = end - end % self.geometry.cylinder();
        if self.options.is_aligned() && whole > 0 && end - whole < BLOCKS { whole } else { end }
    }

    /// Block behind an entry that keeps others away without guarding a GPT.
    fn end_beside_gpt(&self) -> u64 {
        if self.options.appended_in_gpt { self.places.size / BLOCK } else { self.volume_end() }
    }

    /// Boot images within the volume from the second entry on, as far as there are entries.
    fn put_marks(&self, entries: &mut [Entry; 4]) -> Result<()> {
        let marks = nested_marks(self.options, self.places);
        for (slot, (mark, extent)) in entries.iter_mut().skip(1).zip(marks) {
            let kind = if mark == GptMark::BasicData { EFI_SYSTEM } else { 0 };
            if !self.places.is_appended(extent.at) {
                *slot = entry(kind, extent.blocks(), None)?;
            }
        }
        Ok(())
    }

    /// What is told of where appended partitions have the numbers: nothing else tells of it in the MBR then.
    pub(super) fn displaced(&self) -> Result<Vec<Displaced>> {
        if !self.has_appended() {
            return Ok(Vec::new());
        }
        let entries = self.own()?;
        let options = self.options;
        let numbers = options.appended.iter().map(|appended| appended.number);
        let displaced = numbers.filter_map(|number| {
            let entry = entries.get(narrow(number.into()).checked_sub(1)?).filter(|entry| is_used(entry))?;
            let at = u64::from(entry.start.get()).saturating_mul(BLOCK);
            Some(Displaced { number, kind: entry.kind, at })
        });
        // That of a volume is there for the sake of the appended ones alone, if nothing else asks for one.
        let is_asked = options.label != Label::None
            || options.is_isohybrid()
            || options.volume_start > 0
            || options.has_gpt();
        Ok(displaced.filter(|displaced| displaced.number > 1 || is_asked).collect())
    }

    fn has_appended(&self) -> bool {
        !self.options.appended_in_gpt && !self.options.appended_in_apm && !self.options.appended.is_empty()
    }

    /// Appended partitions under their numbers, whatever was there before.
    fn put_appended(&self, entries: &mut [Entry; 4]) -> Result<()> {
        if !self.has_appended() {
            return Ok(());
        }
        for (appended, extent) in self.options.appended.iter().zip(&self.places.appended) {
            let slot = usize::try_from(appended.number).unwrap_or(usize::MAX).checked_sub(1);
            let Some(slot) = slot.and_then(|slot| entries.get_mut(slot)) else {
                return Err(Error::TooLarge(format!(
                    "partition {}: an MBR has room for partitions 1 to 4",
                    appended.number
                )));
            };
            *slot = entry(appended.kind.number(), extent.blocks(), Some(self.geometry))?;
        }
        Ok(())
    }

    /// Marks a partition as active: one that is neither a guard nor for EFI, which BIOSes do not boot. Where one is required and
    /// none is such, it is made: one block long, of no type.
    fn activate(&self, entries: &mut [Entry; 4]) {
        let options = self.options;
        let wanted = options.label != Label::None || options.loader != Loader::None;
        if !(wanted || options.force_bootable) || entries.iter().any(|entry| entry.status & ACTIVE != 0) {
            return;
        }
        let boots = |entry: &&mut Entry| is_used(entry) && !matches!(entry.kind, PROTECTIVE | EFI_SYSTEM);
        if let Some(entry) = entries.iter_mut().find(boots) {
            entry.status = ACTIVE;
        } else if options.force_bootable {
            match entries.iter_mut().find(|entry| !is_used(entry)) {
                Some(free) => {
                    *free = entry(0, 0..1, Some(self.geometry)).unwrap_or(UNUSED);
                    free.status = ACTIVE;
                }
                None => entries[0].status = ACTIVE,
            }
        }
    }
}

fn is_used(entry: &Entry) -> bool {
    entry.length.get() != 0
}

/// Boot images that the GPT has within the volume, in the order of the boot catalog. One that is an appended partition of the
/// GPT is there already.
pub(super) fn nested_marks<'p>(
    options: &'p Options,
    places: &'p Places,
) -> impl Iterator<Item = (GptMark, &'p Extent)> {
    options.marks.iter().zip(&places.boot_images).filter_map(|(mark, extent)| {
        let kind = mark.gpt.filter(|kind| kind.is_nested())?;
        let there = options.appended_in_gpt && places.is_appended(extent.at);
        (!there).then_some((kind, extent))
    })
}
