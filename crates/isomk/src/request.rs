//! What is asked for: plain values, which know neither options nor their spelling; a message that has to name one asks the
//! [`Spelling`] of the dialect. Every dialect of the command line yields a [`Request`], and collecting, planning and filling
//! know nothing else.

use crate::collect::{Attributes, Follow, Previous};
use crate::mode::Mode;
pub(crate) use crate::on_disk::OnDisk;
use crate::operand::{Operand, Target};
use crate::pattern::Pattern;
use crate::removal::Removed;
use crate::spelling::Spelling;
pub(crate) use isokit_booting::{
    Appended, AppendedSource, Boot, BootCode, BootEntry, BootImage, Booting, Loader, Partitions, Piece,
    Section, Zeroed,
};
use isokit_cli::when::When;
use isokit_core::tree::build::Hidden;
use isokit_core::tree::charset::Charset;
use isokit_core::tree::{Kind, Time};
use isokit_core::{iso9660, udf};
use isokit_digests::Algorithm;
use isokit_jigdo::{BLOCK_LENGTH, Checksum, Compression};
use std::ffi::OsString;
use std::path::PathBuf;

#[derive(Debug)]
pub(crate) struct Request {
    pub inputs: Inputs,
    pub entries: Entries,
    pub format: Format,
    /// Translation tables, if there are to be any.
    pub tables: Option<Tables>,
    pub identifiers: Identifiers,
    /// When the volume was made; `None` for the latest change of anything in it.
    pub date: Option<Time>,
    /// All dates of the volume, where they are not that one.
    pub dates: Option<iso9660::plan::Dates>,
    /// No date of a file in the image is later than this.
    pub latest: Option<Time>,
    pub boot: Boot,
    pub partitions: Partitions,
    /// The sector of the medium at which the image begins: 0, or where a later session does.
    pub start: u32,
    pub padding: Padding,
    pub product: Product,
    /// It is shown as options of isomk's own, and nothing is done.
    pub is_shown: bool,
    pub outputs: Outputs,
    pub manner: Manner,
    /// The options that ask for so much of a request, for a user to copy.
    pub in_words: fn(&Booting) -> String,
    /// How messages name the options of the dialect in which this was asked for.
    pub spelling: &'static dyn Spelling,
    /// Options that are honoured in part or not at all, and what is missing.
    pub warnings: Vec<(&'static str, &'static str)>,
}

#[derive(Debug)]
pub(crate) struct Inputs {
    /// Files in the form of zisofs are marked as such.
    pub zisofs: bool,
    /// The session that the new one continues; its tree comes before all others.
    pub previous: Option<Previous>,
    /// The image that the new one is made from, before all others.
    pub base: Option<Base>,
    /// Directories, files, archives and images, in order.
    pub operands: Vec<Operand>,
    /// Directories of the image that are made where no operand has put one.
    pub made: Vec<Target>,
    /// Paths of more files and directories; nothing below a directory is taken in with it.
    pub list: Option<List>,
    /// Patterns of paths that are left out, as lines of a gitignore(5) file.
    pub exclude: Vec<Vec<u8>>,
    /// Files of such patterns, before those.
    pub exclude_from: Vec<PathBuf>,
    /// Patterns of names that are left out.
    pub exclude_leaf: Vec<Vec<u8>>,
    /// What patterns on files on disk ask for.
    pub on_disk: OnDisk,
    /// No pattern, of these or of [`Entries`], is one: each stands for what is written like it.
    pub literal: bool,
    pub follow: Follow,
    pub attributes: Attributes,
    /// The character set of names on disk, in archives and in images, where that is not UTF-8.
    pub charset: Option<Charset>,
    /// Leading components that names in archives and images lose; what has no more is left out.
    pub strip_components: u32,
    /// Contents with the same bytes are stored once; for that all of one size are read.
    pub dedup: bool,
    /// Permissions of directories that no input describes.
    pub made_mode: u16,
}

/// An image that the new one is made from: what it is the new one is asked to be, as far as nothing else is asked for.
#[derive(Debug)]
pub(crate) struct Base {
    /// `-` is standard input.
    pub path: PathBuf,
    /// What of its tree is left out.
    pub remove: Vec<Removed>,
    /// Files of its tree, and the files on disk that replace their contents.
    pub replace: Vec<(Target, PathBuf)>,
    /// Partitions that are added behind its volume, or take the place of those of their numbers; 0 stands for the lowest
    /// number from 2 on that is free.
    pub partitions: Vec<Appended>,
    /// If the image has no partitions, the table that these make is a GPT.
    pub partitions_in_gpt: bool,
    /// Settings of its tables that are others; [`Boot`] has those of its code. If the image has no tables, they make some.
    pub settings: Option<Partitions>,
    /// What boots by El Torito is what boots of it, where nothing else is asked for.
    pub boots: bool,
    /// Its boot code, its tables and the partitions behind it are kept, where nothing else is asked for.
    pub keeps_tables: bool,
    /// Whether MD5 digests are recorded is as [`Format`] says.
    pub settles_checksums: bool,
    /// Boot images whose files are left out boot all the same, and no name leads to them.
    pub keeps_boot_images: bool,
    /// The file systems are those of [`Format`].
    pub settles_format: bool,
    /// Whether there is Rock Ridge, likewise.
    pub settles_rock_ridge: bool,
    /// Whether there is Joliet, likewise.
    pub settles_joliet: bool,
    /// The level of the primary names, likewise.
    pub settles_level: bool,
    /// The padding is that of [`Request`].
    pub settles_padding: bool,
    /// The volume identifier is that of [`Identifiers`].
    pub settles_volume: bool,
    /// Its boot entries are those of the new image, once it was looked at.
    pub gives_boot: bool,
    /// The identifiers that the image gives, once it was looked at, in the standard's nouns: `publisher identifier`.
    pub given: Vec<&'static str>,
}

/// The lowest number of a partition, from 2 on, that is not taken.
pub(crate) fn free_number(is_taken: impl Fn(u8) -> bool) -> u8 {
    (2..=u8::MAX).find(|number| !is_taken(*number)).unwrap_or(u8::MAX)
}

/// A list of paths, each taken in by itself.
#[derive(Debug)]
pub(crate) struct List {
    /// `-` is standard input.
    pub path: PathBuf,
    /// What ends a path: newline or zero.
    pub end: u8,
}

/// What is recorded otherwise than the inputs have it; of all that a pattern matches, the last one counts.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    /// By patterns of paths in the image.
    pub changes: Vec<(Vec<u8>, Change)>,
    /// Permissions of the root directory.
    pub root: Option<Mode>,
    /// The trees that do not show what matches a pattern.
    pub hidden: Vec<(Vec<u8>, Hidden)>,
    /// Likewise, of files that no source describes: the boot catalog, translation tables.
    pub hidden_made: Vec<(Vec<u8>, Hidden)>,
    /// A file of patterns and weights, which order the contents.
    pub weights: Option<PathBuf>,
    /// More of them, behind those of the file.
    pub more_weights: Vec<(Vec<u8>, i32)>,
    /// What has to match something: who asks for it, the path as it was written, and the pattern.
    pub required: Vec<Required>,
}

/// A pattern that has to match something in the image.
#[derive(Debug, Clone)]
pub(crate) struct Required {
    /// The option or command that it is a value of.
    pub option: String,
    /// As it was written.
    pub path: Vec<u8>,
    pub pattern: Vec<u8>,
}

#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// The owner's number.
    Owner(u32),
    /// The group's number.
    Group(u32),
    /// New permissions, or changes to those that are there.
    Mode(Mode),
    /// As before, of this kind of file alone.
    ModeOf(Kind, Mode),
    /// The time of the last change.
    Modified(Time),
}

/// A file in each directory that tells what the names of the primary tree are elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tables {
    /// What each is called.
    pub name: Vec<u8>,
    /// The primary tree alone shows them.
    pub hidden: bool,
}

/// The file systems, of which there is one at least.
#[derive(Debug)]
pub(crate) struct Format {
    /// ISO 9660: names, Rock Ridge and Joliet. What depends on other parts of a request is added in planning.
    pub iso9660: Option<iso9660::plan::Options>,
    /// UDF: revision, blocks and specials; likewise.
    pub udf: Option<udf::plan::Options>,
    /// Whether the user decided about specials in UDF.
    pub decides_specials: bool,
    /// Files lie where DVD-Video requires.
    pub dvd_video: bool,
}

impl Request {
    /// Whether files in the form of zisofs can stay as they are: Rock Ridge tells readers what they are, and no list has to
    /// have the digests of what they decode to.
    pub(crate) fn keeps_zisofs(&self) -> bool {
        let has_rock_ridge = self.format.iso9660.as_ref().is_some_and(|options| options.rock_ridge.is_some());
        has_rock_ridge && self.format.udf.is_none() && self.outputs.sums.is_none()
    }
}

impl Format {
    /// Bytes of the longest name that all trees can hold, if need be changed.
    pub(crate) fn longest_name(&self) -> usize {
        match &self.iso9660 {
            Some(options) if options.rock_ridge.is_some() => iso9660::plan::LONGEST_NAME,
            _ => isokit_core::tree::build::LONGEST_NAME,
        }
    }
}

/// What the volume descriptors say of the volume (ECMA-119 8.4).
#[derive(Debug, Default)]
pub(crate) struct Identifiers {
    /// System identifier: who may read the system area.
    pub system: String,
    /// Volume identifier, which is what media are called when they are mounted.
    pub volume: String,
    /// Volume set identifier: what several volumes have in common.
    pub volume_set: String,
    /// Publisher identifier: who is responsible for the volume.
    pub publisher: String,
    /// Data preparer identifier: who prepared the data.
    pub preparer: String,
    /// Application identifier: what prepared the data.
    pub application: String,
    /// Application use, 512 bytes at the most: no standard says of what.
    pub application_use: Text,
    /// Copyright file identifier: the path of a file in the root.
    pub copyright_file: Option<Vec<u8>>,
    /// Abstract file identifier; likewise.
    pub abstract_file: Option<Vec<u8>>,
    /// Bibliographic file identifier; likewise.
    pub bibliographic_file: Option<Vec<u8>>,
}

/// Bytes from the command line, or from a file that is read before planning.
#[derive(Debug)]
pub(crate) enum Text {
    Bytes(Vec<u8>),
    File(PathBuf),
}

impl Default for Text {
    fn default() -> Self {
        Self::Bytes(Vec::new())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Padding {
    /// What readers need: see `doc/decisions/padding.md`.
    Usual,
    /// 150 sectors, for drives that read ahead.
    Track,
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Product {
    Image,
    /// Its size in bytes, as a line of text.
    Size,
    /// Its size in sectors of 2048 bytes, likewise.
    Sectors,
    /// Where everything would lie, as lines of text.
    Map,
}

#[derive(Debug)]
pub(crate) struct Outputs {
    /// `None` for standard output.
    pub image: Option<PathBuf>,
    /// The image is on the disk before it appears under its name.
    pub sync: bool,
    /// The file that gets the SHA-256 digests of all files, as sha256sum(1) lists them.
    pub sums: Option<PathBuf>,
    /// The file that gets a rule for make(1).
    pub depfile: Option<PathBuf>,
    /// What the rule calls the image; `None`: by its path.
    pub depfile_target: Option<OsString>,
    /// The files from which jigdo makes the image again.
    pub jigdo: Option<Jigdo>,
    /// No file appears if anything could not be recorded.
    pub whole_or_nothing: bool,
    /// The file that gets the messages in place of standard error.
    pub log: Option<PathBuf>,
    /// The image is that of [`Base`], which is what it was until the new one takes its place.
    pub over_base: bool,
    /// There is no new image: files of [`Base`] are changed where they lie.
    pub in_place: Option<InPlace>,
}

/// The files from which jigdo makes an image again: one has what lies between the files of a list, the other says where these
/// come from.
#[derive(Debug)]
pub(crate) struct Jigdo {
    /// The .jigdo file.
    pub file: PathBuf,
    /// The template.
    pub template: PathBuf,
    /// The list of the files that jigdo gets elsewhere; `-` is standard input.
    pub list: PathBuf,
    /// The checksums of the list and of both files.
    pub checksum: Checksum,
    /// Beginnings of paths of the list, and the labels that replace them in the .jigdo file; the first that fits counts.
    pub map: Vec<Mapping>,
    /// Files whose paths on disk match one of these stay in the template.
    pub exclude: Vec<Pattern>,
    /// Files whose paths match one of these have to be in the list.
    pub require: Vec<Pattern>,
    /// Bytes of the shortest file that does not stay in the template: [`BLOCK_LENGTH`] at least.
    pub min_size: u64,
    pub compression: Compression,
    /// Digests of the image that the .jigdo file tells, besides that of the checksum.
    pub image_digests: Vec<Algorithm>,
    /// Those of the template, likewise.
    pub template_digests: Vec<Algorithm>,
}

/// What replaces the beginning of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mapping {
    /// A label of jigdo's servers.
    pub label: Vec<u8>,
    pub from: Vec<u8>,
}

impl Jigdo {
    /// With the settings that genisoimage and xorriso have if nothing else is asked for.
    pub(crate) fn new(file: PathBuf, template: PathBuf, list: PathBuf) -> Self {
        Self {
            file,
            template,
            list,
            checksum: Checksum::Md5,
            map: Vec::new(),
            exclude: Vec::new(),
            require: Vec::new(),
            min_size: BLOCK_LENGTH.into(),
            compression: Compression::Gzip,
            image_digests: vec![Algorithm::Md5, Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512],
            template_digests: vec![Algorithm::Md5, Algorithm::Sha256],
        }
    }
}

/// How files are changed where they lie.
#[derive(Debug)]
pub(crate) struct InPlace {
    /// Where the journal is kept; `None` for beside the image.
    pub journal: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    /// At least 1.
    pub threads: usize,
    pub progress: When,
    /// Print notes: what was chosen, tolerated or changed.
    pub verbose: bool,
    /// Print no warnings; failures are printed all the same.
    pub quiet: bool,
}
