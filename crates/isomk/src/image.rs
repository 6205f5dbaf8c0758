//! The image that is planned: ISO 9660, UDF, or both over the same contents, and the disk that it is as well.

use crate::collect::Appended;
use crate::disk::Disk;
use crate::sources::Origin;
use isokit_core::fill::Layout;
use isokit_core::hybrid::{self, Content, Volume};
use isokit_core::tree::build::{Build, ContentId};
use isokit_core::{Error, Result};
use isokit_core::{bridge, fat, iso9660, udf};

#[derive(Debug)]
pub(crate) struct Options {
    /// `None`: no ISO 9660.
    pub iso9660: Option<iso9660::plan::Options>,
    /// `None`: no UDF.
    pub udf: Option<udf::plan::Options>,
    /// `None`: the image is no disk.
    pub disk: Option<Disk>,
}

#[derive(Debug)]
pub(crate) enum Image<'a> {
    Iso9660(iso9660::plan::Plan<'a, Origin>),
    Udf(udf::plan::Plan<'a, Origin>),
    /// Both, over the same contents.
    Bridge(Box<bridge::Plan<'a, Origin>>),
    /// ISO 9660, with UDF or without, on a disk with partitions.
    Hybrid(Box<hybrid::Plan<'a, Origin>>),
}

impl<'a> Image<'a> {
    /// Plans the image, with what is `appended` behind the volume.
    ///
    /// # Errors
    /// Those of the planners; [`Error::Usage`] without a file system, and for a disk without ISO 9660.
    pub(crate) fn plan(
        build: &'a Build<Origin>,
        options: &'a Options,
        appended: &'a [Appended],
    ) -> Result<Self> {
        if let Some(disk) = &options.disk {
            let iso9660 = options.iso9660.as_ref().ok_or_else(|| {
                Error::Usage("partition tables are written for images with ISO 9660 only".into())
            })?;
            let volume = Volume::new(build, iso9660, options.udf.as_ref())?;
            return disk.plan(volume, appended).map(|plan| Self::Hybrid(Box::new(plan)));
        }
        match (&options.iso9660, &options.udf) {
            (Some(iso9660), None) => iso9660::plan::plan(build, iso9660).map(Self::Iso9660),
            (Some(iso9660), Some(udf)) => {
                bridge::plan(build, iso9660, udf).map(|plan| Self::Bridge(Box::new(plan)))
            }
            (None, Some(udf)) => udf::plan::plan(build, udf).map(Self::Udf),
            (None, None) => Err(Error::Usage("an image requires a file system".into())),
        }
    }

    /// `None` where there is UDF alone.
    pub(crate) fn iso9660(&self) -> Option<&iso9660::plan::Plan<'a, Origin>> {
        match self {
            Self::Iso9660(plan) => Some(plan),
            Self::Udf(_) => None,
            Self::Bridge(plan) => Some(plan.iso9660()),
            Self::Hybrid(plan) => Some(plan.volume().iso9660()),
        }
    }

    /// `None` where there is ISO 9660 alone.
    pub(crate) fn udf(&self) -> Option<&udf::plan::Plan<'a, Origin>> {
        match self {
            Self::Iso9660(_) => None,
            Self::Udf(plan) => Some(plan),
            Self::Bridge(plan) => Some(plan.udf()),
            Self::Hybrid(plan) => plan.volume().udf(),
        }
    }

    /// Bytes of the whole image.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Iso9660(plan) => plan.size(),
            Self::Udf(plan) => plan.size(),
            Self::Bridge(plan) => plan.udf().size(),
            Self::Hybrid(plan) => plan.size(),
        }
    }

    /// Contents and the bytes of the image at which they begin, in its order: see [`Layout::places`].
    pub(crate) fn places(&self) -> Vec<(u64, ContentId)> {
        match self {
            Self::Iso9660(plan) => plan.places().collect(),
            Self::Udf(plan) => plan.places().collect(),
            Self::Bridge(plan) => plan.places().collect(),
            Self::Hybrid(plan) => plan.places().collect(),
        }
    }

    /// Where everything lies, as lines of text.
    pub(crate) fn map(&self) -> String {
        match self {
            Self::Iso9660(plan) => plan.to_string(),
            Self::Udf(plan) => plan.to_string(),
            Self::Bridge(plan) => plan.to_string(),
            Self::Hybrid(plan) => plan.to_string(),
        }
    }

    /// The FAT volumes in it.
    pub(crate) fn fat(&self) -> impl Iterator<Item = &fat::plan::Plan<'a, ContentId>> {
        let hybrid = match self {
            Self::Hybrid(plan) => Some(plan),
            Self::Iso9660(_) | Self::Udf(_) | Self::Bridge(_) => None,
        };
        hybrid.into_iter().flat_map(|plan| plan.appended()).filter_map(|(_, content)| match content {
            Content::Fat(plan) => Some(&**plan),
            Content::Stored(_) => None,
        })
    }
}
