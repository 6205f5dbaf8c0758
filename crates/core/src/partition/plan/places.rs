//! Where the parts of a hybrid image lie.

use super::Options;
use super::options::{Alignment, Manner, Mark};
use crate::error::{Error, Result};
use crate::number::wide;
use crate::partition::emit::Geometry;
use crate::partition::mbr;
use crate::partition::system_area::LENGTH;

/// Bytes of a block of MBR and GPT.
pub(super) const BLOCK: u64 = mbr::SECTOR;
/// Bytes of a sector of the volume.
const SECTOR: u64 = 2048;
/// Blocks of 512 bytes in it.
pub(super) const BLOCKS: u64 = SECTOR / BLOCK;
/// Entries of a GPT in a block of 512 bytes.
pub(super) const ENTRIES: u64 = 4;
/// Blocks of 512 bytes in the system area.
pub(super) const AREA_BLOCKS: u64 = 64;

/// Entries of a GPT where nothing else decides (UEFI 5.3.2).
const USUAL_ENTRIES: u32 = 128;
/// As many as the system area has room for behind the header.
const MOST_ENTRIES: u32 = 248;

/// Bytes of the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Extent {
    /// Byte at which they begin.
    pub at: u64,
    /// How many they are.
    pub length: u64,
}

impl Extent {
    /// First byte behind them.
    pub const fn end(&self) -> u64 {
        self.at.saturating_add(self.length)
    }

    /// As blocks of 512 bytes, begun ones included.
    pub(super) const fn blocks(&self) -> std::ops::Range<u64> {
        self.at / BLOCK..self.end().div_ceil(BLOCK)
    }
}

/// Where everything lies that a table tells of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    /// Bytes of the volume, with its padding, and without what rounds it up.
    pub volume: u64,
    /// Bytes of the whole image, with the backup of the GPT at its end: whole sectors of 2048 bytes.
    pub size: u64,
    /// The boot images, in the order of the boot catalog. Of those that no table tells of, nothing is looked at.
    pub boot_images: Vec<Extent>,
    /// The appended partitions: what was appended, and the zeros that round it up.
    pub appended: Vec<Extent>,
    /// The partitions that other programs added, behind all these.
    pub added: Vec<Extent>,
    /// Bytes of the image before anything was added, without the backup of a GPT; where nothing was, this is of no account.
    pub before_added: u64,
}

impl Places {
    /// The places behind a volume whose last content ends at byte `end`, and with which partitions of `appended` bytes
    /// and `padding` bytes of zeros at the end are wanted. A volume without appended partitions has the padding itself. The
    /// backup of the GPT comes last, unless there is room for it in the zeros up to the end of a cylinder. No boot image has
    /// a place yet.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for what 64 bits cannot count.
    pub fn behind(options: &Options, end: u64, padding: u64, appended: &[u64]) -> Result<Self> {
        let padding = padding.checked_next_multiple_of(SECTOR).ok_or_else(too_large)?;
        let tail = options.tail().saturating_mul(BLOCK);
        let alone = appended.is_empty();
        let volume = if alone { end.saturating_add(padding) } else { end };
        let end = if alone { end.saturating_add(padding).saturating_add(tail) } else { end };
        let geometry = options.geometry.unwrap_or_else(|| Geometry::fitting(end.div_ceil(BLOCK)));
        let mut cursor = round(end, geometry, options.is_aligned())?;
        let mut places = Vec::new();
        for length in appended {
            let end = cursor.checked_add(*length).ok_or_else(too_large)?;
            let end = round(end, geometry, options.alignment == Alignment::All)?;
            places.push(Extent { at: cursor, length: end.saturating_sub(cursor) });
            cursor = end;
        }
        if !alone {
            cursor = cursor.checked_add(padding.saturating_add(tail)).ok_or_else(too_large)?;
        }
        Ok(Self { volume, size: cursor, appended: places, ..Self::default() })
    }

    /// With places for what other programs added, whose contents have these `lengths`: where it was, if all else ends before
    /// that, and else as soon as possible on as large a boundary, up to 1 MiB. The backup of a GPT that tells of it comes last.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for what 64 bits cannot count.
    pub fn with_added(mut self, options: &Options, lengths: &[u64]) -> Result<Self> {
        if options.added.is_empty() {
            return Ok(self);
        }
        self.before_added = self.size.saturating_sub(options.tail().saturating_mul(BLOCK));
        for (added, length) in options.added.iter().zip(lengths) {
            let was = added.start();
            let boundary = (1 << was.trailing_zeros().min(20)).max(SECTOR);
            let at = match was >= self.size && was.is_multiple_of(SECTOR) {
                true => was,
                false => self.size.checked_next_multiple_of(boundary).ok_or_else(too_large)?,
            };
            self.added.push(Extent { at, length: *length });
            let end = at.checked_add(*length).and_then(|end| end.checked_next_multiple_of(SECTOR));
            self.size = end.ok_or_else(too_large)?;
        }
        let tail = options.added_tail().saturating_mul(BLOCK);
        self.size = self.size.checked_add(tail).ok_or_else(too_large)?;
        Ok(self)
    }

    /// What was there before anything was added, with a backup of the GPT of its own.
    pub(crate) fn own(&self, options: &Options) -> Self {
        let size = match self.added.is_empty() {
            true => self.size,
            false => self.before_added.saturating_add(options.tail().saturating_mul(BLOCK)),
        };
        Self { size, added: Vec::new(), ..self.clone() }
    }

    /// Block at which the first appended partition begins, or the image ends.
    pub(super) fn volume_end(&self) -> u64 {
        self.appended.iter().map(|extent| extent.at).min().unwrap_or(self.size) / BLOCK
    }

    /// The geometry of a disk that holds the volume.
    pub(super) fn geometry(&self, options: &Options) -> Geometry {
        options.geometry.unwrap_or_else(|| Geometry::fitting(self.volume_end()))
    }

    /// Whether an appended partition begins at byte `at`.
    pub(super) fn is_appended(&self, at: u64) -> bool {
        self.appended.iter().any(|extent| extent.at == at)
    }

    /// Whether the parts are those of `options`, lie on sectors, within the image, and apart.
    pub(super) fn check(&self, options: &Options) -> Result<()> {
        let wanted = (options.marks.len(), options.appended.len());
        if wanted != (self.boot_images.len(), self.appended.len()) || options.added.len() != self.added.len()
        {
            return Err(Error::Usage(format!(
                "{} boot images and {} appended partitions have places, expected {} and {}",
                self.boot_images.len(),
                self.appended.len().saturating_add(self.added.len()),
                wanted.0,
                wanted.1.saturating_add(options.added.len())
            )));
        }
        let own = if self.added.is_empty() { self.size } else { self.before_added };
        if let Some(size) = [self.size, own].into_iter().find(|size| !size.is_multiple_of(SECTOR)) {
            return Err(Error::Usage(format!("{size} bytes are not whole sectors of {SECTOR} bytes")));
        }
        apart(&self.appended, wide(LENGTH), own, |extent| on_a_sector("partition", extent))?;
        apart(&self.added, own, self.size, |_| Ok(()))?;
        let told = options.marks.iter().zip(&self.boot_images).filter(|(mark, _)| **mark != Mark::default());
        told.map(|(_, extent)| extent).try_for_each(|extent| self.check_boot_image(extent))
    }

    /// A boot image lies in the volume or is within an appended partition.
    fn check_boot_image(&self, extent: &Extent) -> Result<()> {
        on_a_sector("boot image", extent)?;
        let volume = Extent { at: 0, length: self.volume_end().saturating_mul(BLOCK) };
        let holds = |other: &Extent| other.at <= extent.at && extent.end() <= other.end();
        if holds(&volume) || self.appended.iter().any(holds) {
            Ok(())
        } else {
            Err(overlap("boot image", extent))
        }
    }
}

impl Options {
    /// Blocks of 512 bytes that the backup of the GPT takes at the end of the image, in whole sectors.
    pub(super) fn tail(&self) -> u64 {
        if !self.has_gpt() {
            return 0;
        }
        self.gpt_entries().div_ceil(ENTRIES).saturating_add(1).next_multiple_of(BLOCKS)
    }

    /// Entries of a GPT that tells of what was added and of nothing else.
    pub(super) fn added_entries(&self) -> u64 {
        let most = self.added_numbers().into_iter().max().unwrap_or_default();
        u64::from(USUAL_ENTRIES.max(most.min(MOST_ENTRIES))).next_multiple_of(ENTRIES)
    }

    /// As [`Options::tail`], of a GPT that may be there for what was added.
    fn added_tail(&self) -> u64 {
        match self.tail() {
            0 if !self.added_in_gpt() => 0,
            0 => self.added_entries().div_ceil(ENTRIES).saturating_add(1).next_multiple_of(BLOCKS),
            own => own,
        }
    }

    /// Entries of the GPT: as many as are usual, or as fit the system area.
    pub(super) fn gpt_entries(&self) -> u64 {
        match self.manner {
            Manner::Isohybrid => 128,
            Manner::Xorriso => AREA_BLOCKS.saturating_sub(self.array_block()).saturating_mul(ENTRIES),
        }
    }

    /// Block of the primary array: behind the header, or behind an Apple map that lies there.
    pub(super) fn array_block(&self) -> u64 {
        match wide(self.map_blocks()) {
            0 => 2,
            entries => BLOCKS.saturating_mul(entries.saturating_add(1)).min(AREA_BLOCKS),
        }
    }
}

/// Byte `end`, rounded up to a sector, or to the sector in which its cylinder ends.
fn round(end: u64, geometry: Geometry, aligned: bool) -> Result<u64> {
    let block = end.div_ceil(BLOCK);
    let block = if aligned { geometry.align(block) } else { block };
    let sector = block.div_ceil(BLOCKS);
    sector.checked_mul(SECTOR).ok_or_else(too_large)
}

/// Whether `extents` lie apart between byte `start` and byte `end`, and each is as `check` wants it.
fn apart(extents: &[Extent], start: u64, end: u64, check: impl Fn(&Extent) -> Result<()>) -> Result<()> {
    let mut sorted = extents.to_vec();
    sorted.sort_unstable();
    let mut before = start;
    for extent in &sorted {
        check(extent)?;
        if extent.at < before {
            return Err(overlap("partition", extent));
        }
        before = extent.end();
    }
    if !sorted.is_empty() && before > end {
        return Err(Error::Usage(format!("the partitions end at byte {before}, behind the image")));
    }
    Ok(())
}

fn on_a_sector(what: &str, extent: &Extent) -> Result<()> {
    if extent.at.is_multiple_of(SECTOR) && extent.length > 0 {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "a {what} of {} bytes at byte {}: expected at least one, from the start of a sector of {SECTOR} bytes",
        extent.length, extent.at
    )))
}

fn overlap(what: &str, extent: &Extent) -> Error {
    Error::Usage(format!(
        "a {what} at bytes {} to {} overlaps what lies before or behind it",
        extent.at,
        extent.end()
    ))
}

fn too_large() -> Error {
    Error::TooLarge("the image would be too large for its partitions to have places".into())
}
