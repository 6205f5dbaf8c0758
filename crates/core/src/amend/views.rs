//! All trees of an image: those of its volumes, and those of the volume once more, as it is mounted from a partition.

use crate::error::{Error, Result};
use crate::fill::{Edit, NewContent};
use crate::finding::{Finding, Findings};
use crate::image::{Image, Options, TreeKind, Volume};
use crate::iso9660::layout::SECTOR;
use crate::partition::{second_volume, tables};
use crate::source::{Section, Source};
use crate::tree::{Entry, Tree};

use super::NewFile;

/// A tree of the image.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'v> {
    volume: &'v dyn Volume,
    /// Byte of the image from which on its places count.
    pub(super) shift: u64,
}

impl View<'_> {
    /// The tree itself.
    pub(super) fn tree(&self) -> &dyn Tree {
        self.volume.tree()
    }

    /// Which tree of its volume it is.
    pub(super) fn kind(&self) -> TreeKind {
        self.volume.kind()
    }

    /// The deviations that were met since they were taken last.
    pub(super) fn take_findings(&self) -> Vec<Finding> {
        self.volume.take_findings()
    }

    /// What the tree says of all its names.
    ///
    /// # Errors
    /// Those of reading.
    pub(super) fn announcements(&self) -> Result<Vec<u8>> {
        self.volume.iso9660().map_or(Ok(Vec::new()), |volume| volume.tree().announcements())
    }

    /// Bytes of a block, which the contents in it take a whole number of.
    pub(super) fn block(&self) -> u64 {
        let iso9660 = self.volume.iso9660().map(|volume| volume.tree().block_size());
        let udf = self.volume.udf().map(|volume| volume.tree().block_size());
        iso9660.or(udf).unwrap_or(SECTOR)
    }

    /// What of the records of `entry` becomes other bytes, so that they tell of `file`; see the trees' own.
    pub(super) fn amended(&self, entry: &Entry, file: &NewFile<'_>) -> Result<Vec<Edit>> {
        let NewFile { content, length, modified } = *file;
        let new = NewContent { length, modified, source: content };
        match (self.volume.iso9660(), self.volume.udf()) {
            (Some(volume), _) => volume.tree().amended(entry, &new),
            (None, Some(volume)) => volume.tree().amended(entry, &new),
            (None, None) => Ok(Vec::new()),
        }
    }
}

/// The volume whose tree `image` shows.
pub(super) fn shown<'i, 's>(image: &'i Image<'s>) -> Option<&'i (dyn Volume + 's)> {
    image.volumes().find(|volume| volume.kind() == image.shown())
}

/// Shows `see` all trees of `image`, which is on `source`, the one that it shows first. Of trees of the same records it is one.
///
/// # Errors
/// Those of `see`, which end it, and those of opening the volume once more.
pub(super) fn each(
    source: &dyn Source,
    image: &Image<'_>,
    see: &mut dyn FnMut(View<'_>) -> Result<()>,
) -> Result<()> {
    trees(source, image, 0, see)?;
    let tables = tables(source, &Findings::default())?;
    let Some(sector) = second_volume(source, &tables, image.volume_end())? else { return Ok(()) };
    let shift = u64::from(sector).saturating_mul(SECTOR);
    let section = Section::new(source, shift, None)?;
    let again = Image::open(&section, &Options::default())?;
    trees(&section, &again, shift, see)
}

fn trees(
    source: &dyn Source,
    image: &Image<'_>,
    shift: u64,
    see: &mut dyn FnMut(View<'_>) -> Result<()>,
) -> Result<()> {
    if let Some(volume) = shown(image) {
        see(View { volume, shift })?;
    }
    let mut seen = vec![image.shown().records];
    image.other_trees(source, |volume| {
        seen.push(volume.kind().records);
        see(View { volume, shift })
    })?;
    match image.trees().into_iter().find(|kind| !seen.contains(&kind.records)) {
        Some(kind) => Err(Error::Usage(format!("{} cannot be read again", kind.records))),
        None => Ok(()),
    }
}
