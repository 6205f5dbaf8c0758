//! What is asked for: plain values, which know neither options nor their spelling; a message that has to name one asks the
//! [`Spelling`] of the dialect. Every dialect of the command line yields a [`Request`], and collecting, planning and filling
//! know nothing else.

use crate::collect::{Attributes, Follow};
use crate::mode::Mode;
use crate::operand::Operand;
use crate::spelling::Spelling;
use isokit_cli::when::When;
use isokit_core::iso9660::plan::{Emulation, LoadSize, Selection, platform};
use isokit_core::tree::Time;
use isokit_core::tree::build::Hidden;
use isokit_core::tree::charset::Charset;
use isokit_core::{iso9660, udf};
use std::ffi::OsString;
use std::path::PathBuf;

/// An image, and what else is to be made of it.
#[derive(Debug)]
pub(crate) struct Request {
    /// What the image is made of.
    pub inputs: Inputs,
    /// What is recorded otherwise than the inputs have it.
    pub entries: Entries,
    /// The file systems.
    pub format: Format,
    /// What the volume says of itself.
    pub identifiers: Identifiers,
    /// When the volume was made; `None` for the latest change of anything in it.
    pub date: Option<Time>,
    /// No date in the image is later than this.
    pub latest: Option<Time>,
    /// What boots.
    pub boot: Boot,
    /// What follows the last file.
    pub padding: Padding,
    /// What is to come out.
    pub product: Product,
    /// Where it goes.
    pub outputs: Outputs,
    /// How the work is done and told of.
    pub manner: Manner,
    /// How messages spell what they name of the request.
    pub spelling: &'static dyn Spelling,
}

/// What the image is made of.
#[derive(Debug)]
pub(crate) struct Inputs {
    /// Directories, files and archives, in order.
    pub operands: Vec<Operand>,
    /// More files and directories, each by itself.
    pub list: Option<List>,
    /// Patterns of paths that are left out, as lines of a gitignore(5) file.
    pub exclude: Vec<Vec<u8>>,
    /// Files of such patterns, before those.
    pub exclude_from: Vec<PathBuf>,
    /// Patterns of names that are left out.
    pub exclude_leaf: Vec<Vec<u8>>,
    /// No pattern, of these or of [`Entries`], is one: each stands for what is written like it.
    pub literal: bool,
    /// Which symbolic links are followed.
    pub follow: Follow,
    /// Which extended attributes are recorded.
    pub attributes: Attributes,
    /// The character set of names, where that is not UTF-8.
    pub charset: Option<Charset>,
    /// Leading components that names in archives lose.
    pub strip_components: u32,
    /// Equal contents are stored once.
    pub dedup: bool,
}

/// A list of paths.
#[derive(Debug)]
pub(crate) struct List {
    /// `-` is standard input.
    pub path: PathBuf,
    /// What ends a path.
    pub end: u8,
}

/// What is recorded otherwise than the inputs have it; of all that a pattern matches, the last one counts.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    /// By patterns of paths.
    pub changes: Vec<(Vec<u8>, Change)>,
    /// The trees that do not show what matches a pattern.
    pub hidden: Vec<(Vec<u8>, Hidden)>,
    /// A file of patterns and weights, which order the contents.
    pub weights: Option<PathBuf>,
}

/// One thing recorded of a file.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// Its owner.
    Owner(u32),
    /// Its group.
    Group(u32),
    /// Its permissions.
    Mode(Mode),
    /// When it changed last.
    Modified(Time),
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

impl Format {
    /// Bytes of the longest name that all trees can hold, if need be changed.
    pub(crate) fn longest_name(&self) -> usize {
        match &self.iso9660 {
            Some(options) if options.rock_ridge.is_some() => iso9660::plan::LONGEST_NAME,
            _ => isokit_core::tree::build::LONGEST_NAME,
        }
    }
}

/// What the volume says of itself.
#[derive(Debug, Default)]
pub(crate) struct Identifiers {
    /// Who may read the system area.
    pub system: String,
    /// The volume's name.
    pub volume: String,
    /// That of the set it belongs to.
    pub volume_set: String,
    /// Who published it.
    pub publisher: String,
    /// Who prepared it.
    pub preparer: String,
    /// What prepared it.
    pub application: String,
    /// What the application keeps for itself.
    pub application_use: Text,
    /// The file, in the root of the image, with the copyright statement.
    pub copyright_file: Option<Vec<u8>>,
    /// That with the abstract.
    pub abstract_file: Option<Vec<u8>>,
    /// That with the bibliography.
    pub bibliographic_file: Option<Vec<u8>>,
}

/// Bytes, or a file that has them.
#[derive(Debug)]
pub(crate) enum Text {
    /// These.
    Bytes(Vec<u8>),
    /// Those of this file.
    File(PathBuf),
}

impl Default for Text {
    fn default() -> Self {
        Self::Bytes(Vec::new())
    }
}

/// How the image boots.
#[derive(Debug, Default)]
pub(crate) struct Boot {
    /// The entries of the boot catalog, in its order.
    pub entries: Vec<BootEntry>,
    /// The path at which the catalog is a file.
    pub catalog: Option<Vec<u8>>,
    /// The file that has the system area.
    pub system_area: Option<PathBuf>,
}

/// An entry of the boot catalog: as [`iso9660::plan::BootEntry`], but its image is a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BootEntry {
    /// In the image.
    pub path: Vec<u8>,
    /// See [`platform`].
    pub platform: u8,
    /// What the image is to the firmware.
    pub emulation: Emulation,
    /// How much BIOS loads.
    pub load_size: LoadSize,
    /// Where to, in units of 16 bytes.
    pub load_segment: u16,
    /// The entry's name.
    pub id: Vec<u8>,
    /// When to choose it.
    pub selection: Option<Selection>,
    /// Patch in the boot information table.
    pub boot_info_table: bool,
    /// Patch in GRUB's.
    pub grub2_boot_info: bool,
    /// Whether firmware may boot it.
    pub bootable: bool,
}

impl BootEntry {
    /// The usual one for BIOS.
    pub(crate) fn new(path: Vec<u8>) -> Self {
        Self {
            path,
            platform: platform::X86,
            emulation: Emulation::None,
            load_size: LoadSize::Usual,
            load_segment: 0,
            id: Vec::new(),
            selection: None,
            boot_info_table: false,
            grub2_boot_info: false,
            bootable: true,
        }
    }
}

/// Zeros behind the last file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Padding {
    /// What readers need: see `doc/decisions/padding.md`.
    Usual,
    /// 150 sectors, for drives that read ahead.
    Track,
    /// None.
    None,
}

/// What comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Product {
    /// The image.
    Image,
    /// Its size.
    Size,
    /// Its layout.
    Map,
}

/// Where the image goes, and what is written beside it.
#[derive(Debug)]
pub(crate) struct Outputs {
    /// The image's file; `None` for standard output.
    pub image: Option<PathBuf>,
    /// It is flushed to the disk.
    pub sync: bool,
    /// The file that gets the digests of all files.
    pub sums: Option<PathBuf>,
    /// The file that gets a rule for make(1).
    pub depfile: Option<PathBuf>,
    /// What the rule calls the image, if not by its path.
    pub depfile_target: Option<OsString>,
    /// No file appears if anything could not be recorded.
    pub whole_or_nothing: bool,
}

/// How the work is done and told of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    /// Threads, one at least.
    pub threads: usize,
    /// When progress is shown.
    pub progress: When,
    /// Notes are printed.
    pub verbose: bool,
    /// Warnings are not.
    pub quiet: bool,
}
