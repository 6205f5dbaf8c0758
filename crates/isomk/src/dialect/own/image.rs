//! Flags on the image as a whole: names, identifiers, dates.

use crate::request::{Identifiers, Text};
use clap::Args;
use isokit_cli::words::unknown;
use isokit_core::iso9660::plan;
use isokit_core::tree::charset::Charset;
use isokit_core::{Error, Result};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

/// The image as a whole.
#[derive(Debug, Args)]
#[command(next_help_heading = FORMAT)]
pub(super) struct Image {
    /// Version of Rock Ridge: 1.12 (default), 1.10 or off
    #[arg(long, value_name = "VERSION", value_enum, hide_possible_values = true, hide_short_help = true)]
    pub rr: Option<RockRidge>,

    /// Omit Rock Ridge: the same as --rr off
    #[arg(long, hide_short_help = true)]
    pub no_rr: bool,

    /// Omit the Joliet tree
    #[arg(long)]
    pub no_joliet: bool,

    /// Maximum length of Joliet names: 103 characters (default); the specification allows 64
    #[arg(long, hide_short_help = true, value_name = "N", value_parser = clap::value_parser!(u8).range(8..=103))]
    pub joliet_length: Option<u8>,

    /// Record names of Rock Ridge in character set SET: latin1, cp850, ...
    ///
    /// Without this, they are UTF-8, as all current systems read them. This option is for old systems that take names as they
    /// are; `isols --charset SET` reads them. It concerns targets of symbolic links as well, and names of the plain tree at
    /// --iso-level 4; Joliet and UDF are Unicode always. SET is as for --charset, which concerns the names of inputs.
    /// Characters that SET lacks become _, with a warning. Two names that become the same are refused.
    #[arg(long, hide_short_help = true, value_name = "SET", value_parser = recorded_charset)]
    pub output_charset: Option<Charset>,

    /// Fail instead of changing a name or an identifier that cannot be recorded
    ///
    /// This applies to names in the Joliet and UDF trees and to targets of links in UDF. Names in the plain tree are always
    /// changed, and Rock Ridge records names unchanged. Volume identifiers must fit all descriptors: at most 16 characters
    /// with Joliet, 32 with --no-joliet, and 30 in UDF, or 15 if one is beyond Latin-1.
    #[arg(long, hide_short_help = true)]
    pub strict_names: bool,

    /// Length of primary names: 1: 8.3, 2, 3: 31, 4: 207
    ///
    /// The default is 2. Level 4 is ISO 9660:1999. At any level, a file over 4 GiB is recorded in several extents, which
    /// makes the image level 3.
    #[arg(long, value_name = "LEVEL", value_parser = clap::value_parser!(u8).range(1..=4))]
    pub iso_level: Option<u8>,

    /// Relax the rules of primary names, which Rock Ridge and Joliet names do not need
    ///
    /// lower-case, punctuated (also # - ~), ascii (all printable characters), untranslated (names as they are; too long ones are
    /// refused), several-dots, leading-dot, directory-extension, no-dot (of a file without an extension), no-version, length=N (1
    /// to 96 characters). No standard allows them, and most readers do not mind.
    #[arg(long, hide_short_help = true, value_name = "RULE[,RULE]...", value_delimiter = ',')]
    pub relaxed_names: Vec<String>,

    /// Record MD5 digests of the files and of the image in the image itself
    ///
    /// They are where libisofs has them: `xorriso -md5 on -indev IMAGE -check_media` tells whether the image is undamaged, and
    /// with Rock Ridge `-check_md5_r sorry /` which files are. An image with UDF cannot have them.
    #[arg(long, hide_short_help = true, overrides_with = "no_record_md5")]
    pub record_md5: bool,

    /// Record no MD5 digests, even if the image of --base has some
    #[arg(long, hide_short_help = true, overrides_with = "record_md5", requires = "base")]
    pub no_record_md5: bool,

    /// Move directories below the eighth level to NAME in the root; Rock Ridge readers restore them
    ///
    /// NAME is rr_moved if omitted. If the source contains rr_moved or .rr_moved, the directories are moved into it, because
    /// libarchive looks for them only there.
    #[arg(long, hide_short_help = true, value_name = "NAME", num_args = 0..=1, require_equals = true, default_missing_value = "rr_moved")]
    pub relocate: Option<String>,

    /// Volume identifier [default: ISOIMAGE]
    ///
    /// Up to 32 characters.
    ///
    /// In UDF, the logical volume descriptor, which most programs read, holds 126 characters, or 63 if one is beyond
    /// Latin-1; the other descriptors hold 30 or 15.
    #[arg(short = 'V', long, value_name = "TEXT", display_order = 0)]
    pub volume_id: Option<String>,

    /// System that uses the system area, up to 32 characters
    #[arg(long, hide_short_help = true, value_name = "TEXT", default_value = "", hide_default_value = true, help_heading = IDENTIFIERS)]
    pub system_id: String,

    /// Volume set identifier, up to 128 characters
    #[arg(long, hide_short_help = true, value_name = "TEXT", default_value = "", hide_default_value = true, help_heading = IDENTIFIERS)]
    pub volume_set: String,

    /// Publisher, up to 128 characters; 34 in UDF
    #[arg(long, hide_short_help = true, value_name = "TEXT", default_value = "", hide_default_value = true, help_heading = IDENTIFIERS)]
    pub publisher: String,

    /// Data preparer, up to 128 characters; 34 in UDF
    #[arg(long, hide_short_help = true, value_name = "TEXT", default_value = "", hide_default_value = true, help_heading = IDENTIFIERS)]
    pub preparer: String,

    /// Application, up to 128 characters; 34 in UDF
    #[arg(long, hide_short_help = true, value_name = "TEXT", default_value = "", hide_default_value = true, help_heading = IDENTIFIERS)]
    pub application_id: String,

    /// Application use field, up to 512 bytes: TEXT, or the contents of @FILE
    #[arg(long, hide_short_help = true, value_name = "TEXT|@FILE", help_heading = IDENTIFIERS)]
    pub application_use: Option<OsString>,

    /// File in the root of the image that contains the copyright statement
    #[arg(long, hide_short_help = true, value_name = "NAME", help_heading = IDENTIFIERS)]
    pub copyright: Option<OsString>,

    /// File in the root of the image that contains the abstract
    #[arg(hide_short_help = true, long = "abstract", value_name = "NAME", help_heading = IDENTIFIERS)]
    pub summary: Option<OsString>,

    /// File in the root of the image that contains the bibliography
    #[arg(long, hide_short_help = true, value_name = "NAME", help_heading = IDENTIFIERS)]
    pub biblio: Option<OsString>,

    /// Date of the volume
    ///
    /// WHEN is now, @SECONDS, YYYY-MM-DD[Thh:mm:ssZ] or YYYYMMDDhhmmsscc.
    ///
    /// The default is SOURCE_DATE_EPOCH if set, otherwise the latest modification time of any file in the image. Parent
    /// directories that are created for a TARGET get this date too.
    #[arg(long, hide_short_help = true, value_name = "WHEN", help_heading = IDENTIFIERS)]
    pub date: Option<String>,
}

/// The heading of what the image contains.
pub(super) const FORMAT: &str = "Format and names";

/// How a volume is called for which nobody has a name.
const VOLUME: &str = "ISOIMAGE";

const IDENTIFIERS: &str = "Identifiers and dates";

/// Characters of a Joliet name that every reader takes.
const LONGEST_JOLIET: u8 = 103;

/// The versions of Rock Ridge, and none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum RockRidge {
    /// Every file has a serial number.
    #[value(name = "1.12")]
    V1_12,
    /// Hard links show by their common content only.
    #[value(name = "1.10")]
    V1_10,
    /// None: no POSIX names, modes, owners and links.
    Off,
}

/// A rule that is on or off.
type Flag = fn(&mut plan::Relaxed) -> &mut bool;

/// Rules of the primary tree that are on or off.
pub(super) const FLAGS: [(&str, Flag); 6] = [
    ("lower-case", |relaxed| &mut relaxed.lower_case),
    ("several-dots", |relaxed| &mut relaxed.several_dots),
    ("leading-dot", |relaxed| &mut relaxed.leading_dot),
    ("directory-extension", |relaxed| &mut relaxed.directory_extension),
    ("no-dot", |relaxed| &mut relaxed.no_dot),
    ("no-version", |relaxed| &mut relaxed.no_version),
];

/// Characters that names of the primary tree keep.
pub(super) const CHARACTERS: [(&str, plan::Characters); 3] = [
    ("punctuated", plan::Characters::Punctuated),
    ("ascii", plan::Characters::Ascii),
    ("untranslated", plan::Characters::Untranslated),
];

/// A character set that names can be recorded in.
fn recorded_charset(label: &str) -> Result<Charset, String> {
    let charset = label.parse::<Charset>().and_then(Charset::for_recording);
    charset.map_err(|error| error.to_string())
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
    ///
    /// # Errors
    /// [`Error::Usage`] for a rule that is none.
    pub(super) fn names(&self, attributes: bool) -> Result<plan::Options> {
        let deep = match &self.relocate {
            Some(name) => plan::Deep::Relocated { name: name.clone().into_bytes() },
            None => plan::Deep::AsIs,
        };
        Ok(plan::Options {
            relaxed: self.relaxed()?,
            rock_ridge: self.rock_ridge().map(|version| plan::RockRidge { version, deep, attributes }),
            joliet: (!self.no_joliet)
                .then_some(plan::Joliet { name_length: self.joliet_length.unwrap_or(LONGEST_JOLIET) }),
            charset: self.output_charset,
            strict_names: self.strict_names,
            checksums: self.record_md5,
            level: match self.iso_level {
                Some(1) => plan::Level::One,
                Some(2) | None => plan::Level::Two,
                Some(3) => plan::Level::Three,
                Some(_) => plan::Level::Four,
            },
            ..plan::Options::default()
        })
    }

    /// Whether names of the primary tree are recorded as they are, but for `--iso-level 4`.
    pub(super) fn keeps_names(&self) -> bool {
        self.relaxed_names.iter().any(|rule| rule == "untranslated")
    }

    fn relaxed(&self) -> Result<plan::Relaxed> {
        let mut relaxed = plan::Relaxed::default();
        for rule in &self.relaxed_names {
            let flag = FLAGS.iter().find(|(name, _)| name == rule);
            let characters = CHARACTERS.iter().find(|(name, _)| name == rule);
            match (flag, characters, rule.strip_prefix("length=").map(str::parse)) {
                (Some((_, flag)), ..) => *flag(&mut relaxed) = true,
                (_, Some((_, characters)), _) => relaxed.characters = *characters,
                (.., Some(Ok(length))) => relaxed.length = Some(length),
                _ => {
                    let names = FLAGS.iter().map(|(name, _)| *name).chain(CHARACTERS.map(|(name, _)| name));
                    let problem = match rule.split_once('=') {
                        Some(("length", value)) => {
                            format!("\"length={}\", expected length=1..96", value.escape_debug())
                        }
                        _ => unknown(rule, names.chain(["length=N"]), "isomk --help"),
                    };
                    return Err(Error::Usage(format!("--relaxed-names: {problem}")));
                }
            }
        }
        Ok(relaxed)
    }

    pub(super) fn identifiers(&self) -> Identifiers {
        let name = |name: &Option<OsString>| name.as_ref().map(|name| name.as_bytes().to_vec());
        Identifiers {
            system: self.system_id.clone(),
            volume: self.volume_id.clone().unwrap_or_else(|| VOLUME.to_owned()),
            volume_set: self.volume_set.clone(),
            publisher: self.publisher.clone(),
            preparer: self.preparer.clone(),
            application: self.application_id.clone(),
            application_use: match self.application_use.as_ref().map(|text| text.as_bytes()) {
                Some([b'@', path @ ..]) => Text::File(OsStr::from_bytes(path).into()),
                text => Text::Bytes(text.unwrap_or_default().to_vec()),
            },
            copyright_file: name(&self.copyright),
            abstract_file: name(&self.summary),
            bibliographic_file: name(&self.biblio),
        }
    }
}
