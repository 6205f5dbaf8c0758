//! Flags on which file systems the image has.

use clap::{Args, ValueEnum};
use isokit_core::udf::plan;
use isokit_core::{Error, Result};

/// Which file systems the image has.
#[derive(Debug, Args)]
#[command(next_help_heading = super::image::FORMAT)]
pub(super) struct Format {
    /// iso9660 (default), or udf for UDF alone
    ///
    /// --udf writes both. UDF alone refuses options that require ISO 9660, Rock Ridge, Joliet or El Torito.
    #[arg(long, hide_possible_values = true, value_name = "FORMAT", value_enum)]
    pub format: Option<Kind>,

    /// Add UDF over the same contents
    ///
    /// REVISION is 1.02, 1.50, 2.01, 2.50 or 2.60.
    ///
    /// The default REVISION depends on the medium: 1.02 beside ISO 9660 and for --media dvd, 2.50 for --media bd, 2.01 for
    /// --format udf and --media hdd. With --format udf, this only sets the revision.
    #[arg(long, value_name = "REVISION", value_enum, num_args = 0..=1, require_equals = true, hide_possible_values = true)]
    pub udf: Option<Option<Revision>>,

    /// Links, named pipes and devices in the UDF tree: keep or omit
    ///
    /// 7-Zip refuses a UDF volume that contains any of them. The default is omit beside ISO 9660, which always records
    /// them, and keep for UDF alone.
    #[arg(long, hide_short_help = true, hide_possible_values = true, value_name = "WHAT", value_enum)]
    pub udf_special: Option<Special>,

    /// Lay out UDF for dvd, bd (Blu-ray) or hdd
    ///
    /// dvd and bd use blocks of 2048 bytes and pad the image to a multiple of the medium's error correction block; hdd
    /// uses blocks of 512 bytes and requires --format udf.
    #[arg(long, hide_short_help = true, value_name = "MEDIUM", value_enum, hide_possible_values = true)]
    pub media: Option<Media>,

    /// Lay out VIDEO_TS as DVD-Video requires
    ///
    /// The files of VIDEO_TS come first, in the order and at the distances that the IFO files record. Implies --udf=1.02
    /// --media dvd; with --format udf, the image is UDF alone.
    #[arg(long, hide_short_help = true)]
    pub dvd_video: bool,
}

/// The main file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// ISO 9660, and what --udf adds
    Iso9660,
    /// UDF alone
    Udf,
}

/// What becomes of names that are neither files nor directories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Special {
    /// They are in the UDF tree
    Keep,
    /// They are not
    Omit,
}

/// Revisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Revision {
    /// UDF 1.02.
    #[value(name = "1.02")]
    V1_02,
    /// UDF 1.50.
    #[value(name = "1.50")]
    V1_50,
    /// UDF 2.01.
    #[value(name = "2.01")]
    V2_01,
    /// UDF 2.50.
    #[value(name = "2.50")]
    V2_50,
    /// UDF 2.60.
    #[value(name = "2.60")]
    V2_60,
}

/// Media.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Media {
    /// DVD.
    Dvd,
    /// Blu-ray.
    Bd,
    /// Hard disks, flash memory.
    Hdd,
}

impl Format {
    pub(super) fn has_iso9660(&self) -> bool {
        self.format != Some(Kind::Udf)
    }

    pub(super) fn has_udf(&self) -> bool {
        !self.has_iso9660() || self.udf.is_some() || self.dvd_video
    }

    /// What planning UDF is asked for, as far as the format concerns it.
    ///
    /// # Errors
    /// [`Error::Usage`] for flags that contradict each other.
    pub(super) fn udf(&self) -> Result<Option<plan::Options>> {
        if !self.has_udf() {
            return Ok(None);
        }
        let bridge = self.has_iso9660();
        if bridge && self.media == Some(Media::Hdd) {
            return Err(Error::Usage(
                "--media hdd: its blocks are too small for ISO 9660; try --format udf".into(),
            ));
        }
        let media = if self.dvd_video { Some(self.media.unwrap_or(Media::Dvd)) } else { self.media };
        let usual = match media {
            Some(Media::Dvd) => plan::Revision::V1_02,
            Some(Media::Bd) => plan::Revision::V2_50,
            Some(Media::Hdd) => plan::Revision::V2_01,
            None if bridge => plan::Revision::V1_02,
            None => plan::Revision::V2_01,
        };
        let revision = self.udf.flatten().map_or(usual, |revision| match revision {
            Revision::V1_02 => plan::Revision::V1_02,
            Revision::V1_50 => plan::Revision::V1_50,
            Revision::V2_01 => plan::Revision::V2_01,
            Revision::V2_50 => plan::Revision::V2_50,
            Revision::V2_60 => plan::Revision::V2_60,
        });
        if self.dvd_video && (revision != plan::Revision::V1_02 || media != Some(Media::Dvd)) {
            return Err(Error::Usage("--dvd-video: DVD-Video requires UDF 1.02 and --media dvd".into()));
        }
        Ok(Some(plan::Options {
            revision,
            block_size: if media == Some(Media::Hdd) { 512 } else { 2048 },
            multiple: match media {
                Some(Media::Dvd) => 16,
                Some(Media::Bd) => 32,
                _ => 1,
            },
            specials: self.udf_special.map_or(!bridge, |special| special == Special::Keep),
            // DVD-Video players look for files in extents.
            embed: !bridge && !self.dvd_video,
            ..plan::Options::default()
        }))
    }
}
