//! The volume space (ECMA-119 6.2): which bytes of the source a file section is, and where the space ends.

use super::high_sierra::Standard;
use super::layout::{DIRECTORY_RECORD, SECTOR, VOLUME_DESCRIPTOR, VolumeDescriptor};
use super::record::Record;
use crate::error::{Location, Result};
use crate::finding::Findings;
use crate::number::Both32;
use crate::source::Source;
use crate::tree::{Entry, Extent};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// File units of an interleaved file that become extents, at the most.
const MOST_UNITS: u64 = 1 << 20;

/// The space of one volume: where its blocks lie on the source, and which there are.
#[derive(Debug)]
pub(super) struct Space<'s> {
    pub(super) source: &'s dyn Source,
    /// Bytes of a logical block: 512, 1024 or 2048.
    pub(super) block: u64,
    /// Byte of the source at which it ends, as the volume declares.
    end: u64,
    /// Content behind it was noted: once is enough.
    is_exceeded: AtomicBool,
    pub(super) findings: Arc<Findings>,
    /// Where its records have their flags and dates.
    pub(super) standard: Standard,
}

impl<'s> Space<'s> {
    /// The space that `volume` declares, of blocks of `block` bytes; its session starts at sector `session_start`.
    pub(super) fn new(
        source: &'s dyn Source,
        volume: &VolumeDescriptor,
        block: u64,
        session_start: u64,
        findings: Arc<Findings>,
    ) -> Self {
        // A session counts its volume space from the start of the image or from its own.
        let size = u64::from(volume.blocks()).saturating_mul(block);
        let end = session_start.saturating_mul(SECTOR).saturating_add(size);
        let standard = volume.standard();
        Self { source, block, end, is_exceeded: AtomicBool::new(false), findings, standard }
    }

    /// Notes a `deviation` of the directory record at `at`.
    pub(super) fn note(&self, at: Location, deviation: &'static str) {
        self.findings.note(at, DIRECTORY_RECORD, deviation);
    }

    /// The number two byte orders record. Where they disagree the little-endian half wins, unless it cannot be true
    /// and the other half can.
    fn number(&self, both: Both32, at: Location, possible: impl Fn(u64) -> bool) -> u64 {
        let (little, big) = (u64::from(both.get()), u64::from(both.big()));
        if little == big {
            return little;
        }
        if !possible(little) && possible(big) {
            self.note(at, "the two byte orders of a number disagree; only the big-endian half is plausible");
            return big;
        }
        self.note(at, "the two byte orders of a number disagree; the little-endian half was used");
        little
    }

    /// Whether the image can have `length` bytes at `at`.
    pub(super) fn exists(&self, at: u64, length: u64) -> bool {
        self.source.size().is_none_or(|size| at.saturating_add(length) <= size)
    }

    /// The byte of the source at which the extent of `record` begins, with its extended attribute record if it has one.
    pub(super) fn start(&self, record: &Record<'_>) -> u64 {
        let place = |block: u64| block.saturating_mul(self.block);
        let is_possible = |block| block > 0 && self.exists(place(block), 1);
        place(self.number(record.fixed.location_of_extent, record.at, is_possible))
    }

    /// The pieces of the file section that `record` describes, appended to `extents`.
    ///
    /// # Errors
    /// `Problem::OutOfRange` for more than 1,048,576 file units.
    pub(super) fn extents(&self, record: &Record<'_>, extents: &mut Vec<Extent>) -> Result<()> {
        let fixed = record.fixed;
        let start = self.start(record);
        // What one byte order alone calls empty most likely is not.
        let length =
            self.number(fixed.data_length, record.at, |length| length > 0 && self.exists(start, length));
        if length == 0 {
            return Ok(());
        }
        let attributes = u64::from(fixed.extended_attribute_record_length).saturating_mul(self.block);
        let unit = u64::from(fixed.file_unit_size).saturating_mul(self.block);
        let gap = u64::from(fixed.interleave_gap_size).saturating_mul(self.block);
        if unit == 0 || gap == 0 {
            extents.push(Extent::recorded(start.saturating_add(attributes), length));
            return Ok(());
        }
        if length.div_ceil(unit) > MOST_UNITS {
            return Err(DIRECTORY_RECORD.at(record.at).out_of_range(
                "number of file units",
                length.div_ceil(unit),
                format!("at most {MOST_UNITS}"),
            ));
        }
        // An extended attribute record takes a whole file unit of its own (ECMA-119 6.4.3.2).
        let skipped = if attributes == 0 { 0 } else { unit.saturating_add(gap) };
        let mut at = start.saturating_add(skipped);
        let mut left = length;
        // Behind the end of the source nothing can be told apart, so that a lie costs no more than the source has units.
        let end = self.source.size().unwrap_or(u64::MAX);
        while left > 0 {
            let piece = if at < end { left.min(unit) } else { left };
            extents.push(Extent::recorded(at, piece));
            at = at.saturating_add(unit).saturating_add(gap);
            left = left.saturating_sub(piece);
        }
        Ok(())
    }

    /// Notes, at `at` of the descriptor, a space that is larger than the image.
    pub(super) fn check_size(&self, at: Location) {
        if let Some(size) = self.source.size().filter(|size| *size < self.end) {
            let deviation = format!("the volume space ends at byte {:#x}, the image at {size:#x}", self.end);
            // That the image is cut off is an error of its own, whoever reads it.
            self.findings.remark(at, VOLUME_DESCRIPTOR, deviation);
        }
    }

    /// Notes the first file that lies behind the end; some writers declare the space too small.
    pub(super) fn check_end(&self, entry: &Entry) {
        let behind =
            |extent: &Extent| extent.offset.is_some_and(|at| at.saturating_add(extent.length) > self.end);
        if entry.extents.last().is_some_and(behind) && !self.is_exceeded.swap(true, Ordering::Relaxed) {
            self.note(entry.at, "contents lie beyond the end of the volume space");
        }
    }
}
