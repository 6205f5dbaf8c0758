//! What a hybrid image has of file systems that share their contents.

use super::SECTOR;
use crate::bridge;
use crate::error::{Error, Result};
use crate::iso9660;
use crate::iso9660::plan::{BootSource, Reserved};
use crate::partition::plan::Extent;
use crate::tree::build::{Build, ContentId};
use crate::udf;

/// A volume laid out, before it is known what lies behind it.
#[derive(Debug)]
pub enum Volume<'a, O> {
    /// ISO 9660 alone.
    Iso9660(Box<iso9660::plan::Plan<'a, O>>),
    /// ISO 9660 and UDF.
    Bridge(Box<bridge::Plan<'a, O>>),
}

impl<'a, O> Volume<'a, O> {
    /// Lays out the volume: as [`iso9660::plan::plan`] or, with `udf`, [`bridge::plan`] do, but with boot images that may be
    /// appended partitions ([`BootSource::Appended`]). The system area of `iso9660` is not written: that of the hybrid
    /// image is.
    ///
    /// # Errors
    /// Those of these planners.
    pub fn new(
        build: &'a Build<O>,
        iso9660: &'a iso9660::plan::Options,
        udf: Option<&'a udf::plan::Options>,
    ) -> Result<Self> {
        if iso9660.start > 0 {
            return Err(Error::Usage("a volume with partition tables can only begin with the medium".into()));
        }
        Ok(match udf {
            Some(udf) => Self::Bridge(Box::new(bridge::plan_before(build, iso9660, udf)?)),
            None => Self::Iso9660(Box::new(iso9660::plan::plan_around(build, iso9660, Reserved::default())?)),
        })
    }

    /// The ISO 9660 part of it.
    pub fn iso9660(&self) -> &iso9660::plan::Plan<'a, O> {
        match self {
            Self::Iso9660(plan) => plan,
            Self::Bridge(plan) => plan.iso9660(),
        }
    }

    /// The UDF part of it.
    pub fn udf(&self) -> Option<&udf::plan::Plan<'a, O>> {
        match self {
            Self::Iso9660(_) => None,
            Self::Bridge(plan) => Some(plan.udf()),
        }
    }

    /// What it was made from; filling needs it, too.
    pub fn build(&self) -> &'a Build<O> {
        self.iso9660().build()
    }

    /// Absolute byte offset of a content that the volume has.
    pub fn content_at(&self, content: ContentId) -> u64 {
        self.iso9660().content_at(content)
    }

    /// Byte behind the last that has to be in the volume.
    pub(super) fn contents_end(&self) -> u64 {
        match self {
            Self::Iso9660(plan) => plan.contents_end(),
            // What UDF has at its end lies behind the padding.
            Self::Bridge(plan) => plan.udf().size(),
        }
    }

    /// Bytes of zeros that were asked for and are not in the volume yet.
    pub(super) fn padding(&self) -> u64 {
        match self {
            Self::Iso9660(plan) => u64::from(plan.options().pad_sectors).saturating_mul(SECTOR),
            Self::Bridge(_) => 0,
        }
    }

    /// Bytes that the image should have a multiple of.
    pub(super) fn multiple(&self) -> u64 {
        let sectors = match self {
            Self::Iso9660(plan) => plan.options().multiple,
            Self::Bridge(plan) => plan.udf().options().multiple,
        };
        u64::from(sectors.max(1)).saturating_mul(SECTOR)
    }

    /// Where the images of the boot catalog lie, those that are appended partitions among `appended`.
    pub(super) fn boot_images(&self, appended: &[Extent]) -> Result<Vec<Extent>> {
        let entries = self.iso9660().options().boot.iter().flat_map(|boot| &boot.entries);
        let place = |image| match image {
            BootSource::Content(content) => {
                Ok(Extent { at: self.content_at(content), length: self.build().content(content).size })
            }
            BootSource::Appended(n) => appended.get(n).copied().ok_or_else(|| {
                Error::Usage(format!("a boot image is appended partition {n}, which is not there"))
            }),
        };
        entries.map(|entry| place(entry.image)).collect()
    }

    pub(super) fn lead_to(&mut self, appended: Vec<(u32, u64)>) {
        match self {
            Self::Iso9660(plan) => plan.lead_to(appended),
            Self::Bridge(plan) => plan.lead_to(appended),
        }
    }

    /// Where ISO 9660 ends; UDF has its end in it.
    pub(super) fn end_at(&mut self, sector: u32) {
        match self {
            Self::Iso9660(plan) => plan.end_at(sector),
            Self::Bridge(plan) => plan.end_at(sector),
        }
    }

    /// The end that the descriptors of ISO 9660 tell of.
    pub(super) fn tell_end_at(&mut self, sector: u32) {
        match self {
            Self::Iso9660(plan) => plan.tell_end_at(sector),
            Self::Bridge(plan) => plan.tell_end_at(sector),
        }
    }
}
