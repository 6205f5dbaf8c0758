//! Flags on what comes out.

use super::conflicts::NOT_IN_PLACE;
use super::jigdo;
use crate::request::{self, InPlace, Manner, Padding, Product};
use clap::Args;
use isokit_cli::flags::{OutputFlags, ProgressFlags, ThreadsFlags, VerbosityFlags};
use isokit_core::Result;
use std::ffi::OsString;
use std::path::PathBuf;

/// What comes out.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct Outputs {
    #[command(flatten)]
    pub to: OutputFlags,

    #[command(flatten)]
    pub progress: ProgressFlags,

    #[command(flatten)]
    pub threads: ThreadsFlags,

    /// Append 150 sectors of zeros, for drives that cannot read the last sectors of a track
    ///
    /// By default, an image with a boot entry is padded to a multiple of 32 KiB, because boot loaders misread the end of
    /// the last file if the image ends within such a block; any other image ends with its last file. The volume's size
    /// includes the padding.
    #[arg(long, hide_short_help = true, overrides_with = "no_pad")]
    pub pad: bool,

    /// Append nothing, even to an image that boots
    #[arg(long, hide_short_help = true, overrides_with = "pad")]
    pub no_pad: bool,

    /// Print the exact size of the image in bytes; write nothing
    ///
    /// File contents are read only with --dedup and from tar streams.
    #[arg(long, hide_short_help = true, conflicts_with_all = ["map", "sums", "depfile"])]
    pub print_size: bool,

    /// Print the layout of the image; write nothing
    #[arg(long, hide_short_help = true, conflicts_with_all = ["sums", "depfile"])]
    pub map: bool,

    /// Print the options that ask for the same, and do nothing
    ///
    /// As the first argument, before --as, it translates the command line of another program.
    #[arg(long, hide_short_help = true)]
    pub print_request: bool,

    /// Also write the SHA-256 of every file to FILE
    ///
    /// The format is that of sha256sum(1). Paths have no leading slash, so that `sha256sum -c` finds the files where the image
    /// is mounted or extracted.
    #[arg(long, value_name = "FILE")]
    pub sums: Option<PathBuf>,

    /// Also write to FILE a make(1) rule that lists all inputs
    ///
    /// The rule is for GNU make. It lists every file and directory that was read, and prevents make from remaking them by its
    /// built-in rules. If the exit status is 1, or if make cannot name an input, the rule causes make to rebuild the image.
    #[arg(long, value_name = "FILE")]
    pub depfile: Option<PathBuf>,

    /// Name of the image in the make(1) rule, instead of the FILE of -o
    #[arg(long, value_name = "NAME", hide_short_help = true, requires = "depfile")]
    pub depfile_target: Option<OsString>,

    /// Also write the files from which jigdo makes the image again
    ///
    /// file=FILE, the .jigdo file; template=FILE, which gets all of the image but the files of a list; list=FILE, whose lines are a
    /// checksum in hexadecimal, two blanks, the size in 12 columns, two blanks and the path of a file, which jigdo is to get
    /// elsewhere. A file of the image is one of them if name, size and checksum are the same. These three are required.
    ///
    /// checksum=md5|sha256: of the list, and of both files (default: md5); map=LABEL=PREFIX: paths that begin with PREFIX begin with
    /// LABEL: in the .jigdo file; exclude=REGEX: files whose absolute path matches stay in the template; require=REGEX: those
    /// that match have to be in the list, or nothing is written; min-size=SIZE: shorter files stay in the template
    /// (default and least: 1k); compress=gzip|bzip2: of the template; image-digests=ALGORITHM,..., template-digests=ALGORITHM,...:
    /// told in the .jigdo file, of md5, sha1, sha256 and sha512. REGEX is a basic regular expression, as grep(1) takes them.
    #[arg(long, value_name = "SETTING=VALUE", hide_short_help = true, conflicts_with_all = ["map", "print_size"])]
    pub jigdo: Vec<OsString>,

    /// Change files in the image of --base itself; write no new image
    ///
    /// Each FILE of --replace takes the place of PATH if it needs no more blocks than that has. All else in IMAGE stays as it
    /// is, dates and identifiers of the volume included. The change is written to a journal first, so that a crash leaves the
    /// old files or the new ones: if it was interrupted, --in-place finishes it, with --replace or without.
    #[arg(long, hide_short_help = true, requires = "base", conflicts_with_all = NOT_IN_PLACE)]
    pub in_place: bool,

    /// File for the journal of --in-place [default: IMAGE.isomk-journal]
    ///
    /// A block device requires it.
    #[arg(long, value_name = "FILE", hide_short_help = true, requires = "in_place")]
    pub journal: Option<PathBuf>,

    /// Write no file at all if the exit status would be 1
    #[arg(long, hide_short_help = true, conflicts_with_all = ["map", "print_size"])]
    pub whole_or_nothing: bool,

    #[command(flatten)]
    pub verbosity: VerbosityFlags,
}

impl Outputs {
    /// # Errors
    /// [`isokit_core::Error::Usage`] for settings of jigdo that are none, or not all that is needed.
    pub(super) fn request(&self) -> Result<request::Outputs> {
        Ok(request::Outputs {
            image: self.to.output.clone(),
            sync: self.to.sync,
            sums: self.sums.clone(),
            depfile: self.depfile.clone(),
            depfile_target: self.depfile_target.clone(),
            whole_or_nothing: self.whole_or_nothing,
            log: None,
            over_base: false,
            in_place: self.in_place.then(|| InPlace { journal: self.journal.clone() }),
            jigdo: jigdo::request(&self.jigdo)?,
        })
    }

    pub(super) fn product(&self) -> Product {
        match (self.print_size, self.map) {
            (true, _) => Product::Size,
            (_, true) => Product::Map,
            _ => Product::Image,
        }
    }

    pub(super) fn padding(&self) -> Padding {
        match (self.pad, self.no_pad) {
            (true, _) => Padding::Track,
            (_, true) => Padding::None,
            _ => Padding::Usual,
        }
    }

    pub(super) fn manner(&self) -> Manner {
        Manner {
            threads: self.threads.count(),
            progress: self.progress.progress,
            verbose: self.verbosity.notes.verbose,
            quiet: self.verbosity.quiet,
        }
    }
}
