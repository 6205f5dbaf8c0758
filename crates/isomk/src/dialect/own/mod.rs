//! isomk's own command line.

mod boot;
mod conflicts;
mod disk;
mod entries;
mod format;
mod habits;
mod image;
mod input;
mod jigdo;
mod output;
mod spelling;
mod useless;
mod words;

use crate::dates::{self, When};
use crate::request::{self, Format, Request};
use boot::Boot;
use clap::{ArgAction, CommandFactory, Parser};
use disk::Disk;
use entries::Entries;
use habits::HABITS;
use image::Image;
use input::Inputs;
use isokit_cli::{Concerning, Failure, Report, Status};
use isokit_core::Error;
use isokit_core::tree::Time;
use isokit_core::udf;
use output::Outputs;
use std::ffi::OsString;

/// Also where a link gives the tool another name.
pub(super) const NAME: &str = "isomk";

/// As [`super::request`].
///
/// # Errors
/// When an argument is no value, or contradicts another one.
pub(crate) fn request(arguments: Vec<OsString>, report: &Report) -> Result<Result<Request, Status>, Failure> {
    match isokit_cli::parse::<Flags>(arguments, HABITS, report) {
        Ok(flags) => flags.request().map(Ok),
        Err(status) => Ok(Err(status)),
    }
}

/// The command line that asks for a request, and what of it no option asks for.
pub(crate) fn line(request: &Request) -> (String, Vec<&'static str>) {
    let (options, lacking) = words::request(request);
    (format!("{NAME} {}", words::shell(&options)), lacking)
}

/// The command line's definition, for manual pages and completions.
pub(crate) fn command() -> clap::Command {
    Flags::command()
}

/// Build an ISO 9660 or UDF image from files, tar archives and other images.
///
/// The image has Rock Ridge 1.12 and Joliet names. It is written to standard output or, with -o, to a file that appears
/// only once complete. The same inputs give the same bytes on every machine: nothing depends on the clock, the user or
/// the version of this program.
#[derive(Debug, Parser)]
#[command(name = NAME, version, disable_version_flag = true, after_help = EXAMPLES, after_long_help = AFTER)]
struct Flags {
    /// DIRECTORY, FILE, @ARCHIVE, @IMAGE, - or TARGET=SOURCE
    ///
    /// The contents of a DIRECTORY become the root of the image. Several directories are merged, and a later file replaces
    /// an earlier one of the same name. A FILE is stored in the root under its own name. @ARCHIVE adds the members of a tar
    /// archive, @IMAGE the tree of an existing image, as isols lists it, without what makes it boot. - and @- read either from
    /// standard input. Without the @, such a file is stored as a file.
    ///
    /// TARGET=SOURCE stores any of these at TARGET in the image: the contents of a directory, an archive or an image below
    /// it; a file under that name, or inside it if TARGET ends in a slash. The first = separates TARGET and SOURCE; write \= for a = in a
    /// name, and \\ for a backslash before = or \. A SOURCE that exists under its whole name is not divided (see
    /// --graft-points).
    ///
    /// A symbolic link to a directory stands for the directory; any other link is recorded as a link unless -H or -L is given.
    /// A named pipe or a descriptor (/dev/fd/3, /dev/stdin, <(COMMAND)) is read to its end and stored as a file. Two FILEs
    /// cannot have the same name in the image.
    #[arg(value_name = "SOURCE", required_unless_present_any = ["files_from", "base"])]
    pub sources: Vec<OsString>,

    /// Print version
    #[arg(long, hide_short_help = true, action = ArgAction::Version)]
    pub version: Option<bool>,

    #[command(flatten)]
    pub outputs: Outputs,
    #[command(flatten)]
    pub inputs: Inputs,
    #[command(flatten)]
    pub entries: Entries,
    #[command(flatten)]
    pub format: format::Format,
    #[command(flatten)]
    pub image: Image,
    #[command(flatten)]
    pub boot: Boot,
    #[command(flatten)]
    pub disk: Disk,
}

impl Flags {
    /// The image that the new one is made from, and what of it something else is asked for instead.
    ///
    /// # Errors
    /// [`Error::Usage`] for a replacement that names no file.
    fn base(&self) -> Result<Option<request::Base>, Error> {
        let Self { format, image, .. } = self;
        let Some(path) = self.inputs.base.clone() else { return Ok(None) };
        Ok(Some(request::Base {
            path,
            remove: self.inputs.removed(),
            replace: self.inputs.replacements()?,
            partitions: Vec::new(),
            partitions_in_gpt: true,
            boots: !self.boot.no_boot,
            keeps_tables: !self.boot.no_boot,
            settles_checksums: image.record_md5 || image.no_record_md5,
            keeps_boot_images: false,
            settles_format: format.format.is_some() || format.udf.is_some() || format.dvd_video,
            settles_rock_ridge: image.rr.is_some() || image.no_rr || image.relocate.is_some(),
            settles_joliet: image.no_joliet || image.joliet_length.is_some(),
            settles_level: image.iso_level.is_some(),
            settles_padding: self.outputs.padding() != request::Padding::Usual,
            settles_volume: image.volume_id.is_some(),
            settings: None,
            gives_boot: false,
            given: Vec::new(),
        }))
    }

    fn request(&self) -> Result<Request, Failure> {
        self.check()?;
        let date = self.image.date.as_deref().map(When::parse).transpose().concerning("--date")?;
        let latest = dates::latest(std::env::var_os("SOURCE_DATE_EPOCH").as_deref())?;
        // Whatever date is asked for, none is later than what the build environment sets.
        let within = |date: Time| latest.map_or(date, |latest| date.min(latest));
        let mut boot = self.boot.request()?;
        let mut base = self.base()?;
        let partitions = match &mut base {
            Some(base) if self.disk.keeps_tables() && !self.boot.replaces_tables() => {
                base.partitions = self.disk.added()?;
                base.settings = self.disk.settings(&mut boot)?;
                request::Partitions::default()
            }
            _ => self.disk.request(&mut boot)?,
        };
        let warnings = useless::warnings(&boot, &partitions).into_iter().collect();
        let names = self.image.names(self.inputs.xattr.is_some())?;
        Ok(Request {
            inputs: request::Inputs { base, ..self.inputs.request(&self.sources)? },
            entries: self.entries.request()?,
            format: Format {
                udf: self
                    .format
                    .udf()?
                    .map(|udf| udf::plan::Options { strict_names: names.strict_names, ..udf }),
                iso9660: self.format.has_iso9660().then_some(names),
                decides_specials: self.format.udf_special.is_some(),
                dvd_video: self.format.dvd_video,
            },
            tables: None,
            identifiers: self.image.identifiers(),
            date: date.map(When::time).map(within),
            dates: None,
            latest,
            boot,
            partitions,
            start: 0,
            padding: self.outputs.padding(),
            product: self.outputs.product(),
            is_shown: self.outputs.print_request,
            outputs: self.outputs.request()?,
            manner: self.outputs.manner(),
            in_words: |booting| words::shell(&isokit_booting::own(booting).concat()),
            spelling: &spelling::Own,
            warnings,
        })
    }
}

const AFTER: &str = "\
Patterns (GLOB) work as in gitignore(5) and match paths in the image. A pattern
without a slash matches a name at any depth; one with a slash is a path from the
root. * and ? do not match slashes, ** does. A slash at the end restricts the
pattern to directories.

Called as mkisofs, genisoimage, xorrisofs or xorriso, or with --as and one of these
names as its first arguments, isomk speaks that program's command line; see
isomk-mkisofs(1).

Environment:
  SOURCE_DATE_EPOCH  no date in the image is later than this (seconds since 1970)
  TMPDIR             where the contents of a tar stream are kept until written

Exit status:
  0  the image is complete
  1  an input could not be recorded as it is, or the image not written
  2  could not start: usage error or unreadable input";

const EXAMPLES: &str = "\
--help describes all options.

Examples:
  isomk -V BACKUP -o backup.iso photos letters=docs/letters
  isomk -o live.iso --boot isolinux tree";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Flags::command().debug_assert();
    }

    #[test]
    fn every_flag_is_documented_and_in_a_group() {
        let command = Flags::command();
        let general = |flag: &clap::Arg| flag.is_positional() || flag.get_id() == "version";
        for flag in command.get_arguments().filter(|flag| !general(flag)) {
            assert!(flag.get_help().is_some(), "{flag}");
            assert!(flag.get_help_heading().is_some(), "{flag}");
        }
    }

    #[test]
    fn every_habit_is_one_of_other_tools() {
        use isokit_cli::habits::shadowed;
        let command = Flags::command();
        assert_eq!(shadowed(HABITS, &command), None);
    }

    #[test]
    fn what_habits_say_to_type_is_an_option() {
        let command = Flags::command();
        let known: Vec<&str> = command.get_arguments().filter_map(clap::Arg::get_long).collect();
        for habit in HABITS {
            // What follows is the command line of another program.
            let own = habit.instead.split("--as ").next().unwrap_or_default();
            let words = own.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
            for long in words.filter_map(|word| word.strip_prefix("--")).filter(|long| !long.is_empty()) {
                assert!(known.contains(&long) || long == "help", "{}: --{long}", habit.option);
            }
        }
    }
}
