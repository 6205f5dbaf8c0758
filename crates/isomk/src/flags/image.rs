//! Flags on the image as a whole: names, identifiers, dates.

use clap::Args;
use isokit_core::iso9660::plan;
use std::ffi::OsString;

/// The image as a whole.
#[derive(Debug, Args)]
#[command(next_help_heading = "Names")]
pub(crate) struct Image {
    /// Rock Ridge of this version, 1.12 unless given, or off
    #[arg(long, value_name = "VERSION", value_enum, hide_possible_values = false)]
    pub rr: Option<RockRidge>,

    /// No Rock Ridge: the same as --rr off
    #[arg(long)]
    pub no_rr: bool,

    /// No Joliet tree
    #[arg(long)]
    pub no_joliet: bool,

    /// Characters a Joliet name may have, 103 unless given; the specification says 64
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(8..=103))]
    pub joliet_length: Option<u8>,

    /// Fail where a name or an identifier cannot be recorded as it is, instead of changing it
    ///
    /// Names are those of the Joliet and UDF trees, and targets of links in UDF; the plain tree's are changed in any case,
    /// and Rock Ridge has them as they are. Identifiers of the volume have to fit into all descriptors: Joliet's has half
    /// the room, so a volume identifier may have 16 characters, or 32 with --no-joliet. UDF has room for 30, or 15 where
    /// one is beyond Latin-1.
    #[arg(long)]
    pub strict_names: bool,

    /// Names in the primary tree: 1 has 8.3, 2 (unless given) and 3 have 31, 4 (ISO 9660:1999) 207 characters
    ///
    /// Files over 4 GiB get several extents, and the image level 3, at any of them.
    #[arg(long, value_name = "LEVEL", value_parser = clap::value_parser!(u8).range(1..=4))]
    pub iso_level: Option<u8>,

    /// Move directories below the eighth level to NAME in the root, from where Rock Ridge readers put them back
    #[arg(long, value_name = "NAME", num_args = 0..=1, require_equals = true, default_missing_value = "rr_moved")]
    pub relocate: Option<String>,

    /// Volume identifier, up to 32 characters
    ///
    /// UDF's logical volume descriptor, where most programs look for it, takes 126, or 63 where one is beyond Latin-1;
    /// its other descriptors 30 or 15.
    #[arg(short = 'V', long, value_name = "TEXT", default_value = "ISOIMAGE", help_heading = IDENTIFIERS)]
    pub volume_id: String,

    /// System that uses the system area, up to 32 characters
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true, help_heading = IDENTIFIERS)]
    pub system_id: String,

    /// Identifier of the set of volumes, up to 128 characters
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true, help_heading = IDENTIFIERS)]
    pub volume_set: String,

    /// Publisher, up to 128 characters; 34 in UDF
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true, help_heading = IDENTIFIERS)]
    pub publisher: String,

    /// Preparer of the data, up to 128 characters; 34 in UDF
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true, help_heading = IDENTIFIERS)]
    pub preparer: String,

    /// Application, up to 128 characters; 34 in UDF
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true, help_heading = IDENTIFIERS)]
    pub application_id: String,

    /// Up to 512 bytes for the application: TEXT, or the content of @FILE
    #[arg(long, value_name = "TEXT|@FILE", help_heading = IDENTIFIERS)]
    pub application_use: Option<OsString>,

    /// File in the root of the image that says who holds the rights
    #[arg(long, value_name = "NAME", help_heading = IDENTIFIERS)]
    pub copyright: Option<OsString>,

    /// File in the root of the image that holds the abstract
    #[arg(long = "abstract", value_name = "NAME", help_heading = IDENTIFIERS)]
    pub summary: Option<OsString>,

    /// File in the root of the image that holds the bibliography
    #[arg(long, value_name = "NAME", help_heading = IDENTIFIERS)]
    pub biblio: Option<OsString>,

    /// Date of the volume: now, @SECONDS, YYYY-MM-DD[Thh:mm:ssZ] or YYYYMMDDhhmmsscc
    ///
    /// Without it SOURCE_DATE_EPOCH, else the latest change of any file in the image. Directories on the way to a
    /// TARGET have this date too.
    #[arg(long, value_name = "WHEN", help_heading = IDENTIFIERS)]
    pub date: Option<String>,
}

const IDENTIFIERS: &str = "Identifiers and dates";

/// Characters of a Joliet name that every reader takes.
const LONGEST_JOLIET: u8 = 103;

/// The versions of Rock Ridge, and none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum RockRidge {
    /// Every file has a serial number.
    #[value(name = "1.12")]
    V1_12,
    /// Hard links show by their common content only.
    #[value(name = "1.10")]
    V1_10,
    /// None: no POSIX names, modes, owners and links.
    Off,
}

impl Image {
    /// The version of Rock Ridge beside ISO 9660.
    pub(super) fn rock_ridge(&self) -> Option<plan::Rrip> {
        match self.rr {
            _ if self.no_rr => None,
            Some(RockRidge::Off) => None,
            Some(RockRidge::V1_10) => Some(plan::Rrip::V1_10),
            Some(RockRidge::V1_12) | None => Some(plan::Rrip::V1_12),
        }
    }

    /// What planning is asked for, as far as it concerns names.
    pub(crate) fn names(&self, attributes: bool) -> plan::Options {
        let deep = match &self.relocate {
            Some(name) => plan::Deep::Relocated { name: name.clone().into_bytes() },
            None => plan::Deep::AsIs,
        };
        plan::Options {
            rock_ridge: self.rock_ridge().map(|version| plan::RockRidge { version, deep, attributes }),
            joliet: (!self.no_joliet)
                .then_some(plan::Joliet { name_length: self.joliet_length.unwrap_or(LONGEST_JOLIET) }),
            strict_names: self.strict_names,
            level: match self.iso_level {
                Some(1) => plan::Level::One,
                Some(2) | None => plan::Level::Two,
                Some(3) => plan::Level::Three,
                Some(_) => plan::Level::Four,
            },
            ..plan::Options::default()
        }
    }

    /// Identifiers, but for those that name files.
    pub(crate) fn identifiers(&self) -> plan::Identifiers {
        plan::Identifiers {
            system: self.system_id.clone(),
            volume: self.volume_id.clone(),
            volume_set: self.volume_set.clone(),
            publisher: self.publisher.clone(),
            data_preparer: self.preparer.clone(),
            application: self.application_id.clone(),
            ..plan::Identifiers::default()
        }
    }
}
