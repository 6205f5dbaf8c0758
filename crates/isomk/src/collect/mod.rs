//! Collecting: the inputs become the tree that is to be written. The only part that looks at the input file system
//! before the image is written.

mod appended;
mod attributes;
mod base;
mod decode;
mod earlier;
mod entry;
mod existing;
mod member;
mod naming;
mod session;
mod walk;
mod zisofs;

pub(crate) use appended::Appended;
pub(crate) use attributes::Choice as Attributes;
pub(crate) use session::Previous;

use crate::container::Container;
use crate::globs::Excludes;
use crate::on_disk::Patterns;
use crate::operand::{Input, Operand, Target};
use crate::removal::Removal;
use crate::sources::Origin;
use crate::spelling::{Asked, Spelling};
use crate::stores::Stores;
use isokit_cli::name::shown;
use isokit_cli::{Failure, Report, Written};
use isokit_core::Error;
use isokit_core::tree::build::{Build, ContentId, File, FileId, NameId};
use isokit_core::tree::charset::Charset;
use isokit_core::tree::{Kind, Time};
use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::Path;

/// Which symbolic links are followed; the others are stored as links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Follow {
    /// None, but for an operand that leads to a directory.
    #[default]
    None,
    /// None at all.
    Never,
    /// Those that are operands; links below them are stored.
    Operands,
    All,
}

impl Follow {
    /// Whether any link is followed to a file.
    pub(crate) const fn is_asked(self) -> bool {
        matches!(self, Self::Operands | Self::All)
    }
}

#[derive(Debug)]
pub(crate) struct Options<'w> {
    pub excludes: Excludes,
    pub on_disk: Patterns,
    pub follow: Follow,
    pub attributes: Attributes,
    /// What this run writes: never part of the image.
    pub written: &'w Written<Asked>,
    /// The image that what is written replaces when it is whole, and that can be read until then.
    pub replaced: Option<&'w Path>,
    /// In bytes: see [`Format::longest_name`](crate::request::Format::longest_name).
    pub longest_name: usize,
    /// Later times are recorded as this one.
    pub latest: Option<Time>,
    /// The character set of the names in file systems, archives and images, where that is not UTF-8.
    pub charset: Option<Charset>,
    /// Leading components that the names in archives and images lose; what has no more is left out.
    pub strip_components: u32,
    /// Permissions of directories that no input describes.
    pub made_mode: u16,
    /// Keep the paths of all inputs, for a dependency file.
    pub list_inputs: bool,
    /// Say what was merged, renamed or left as it is.
    pub verbose: bool,
    /// Files in the form of zisofs are marked as such.
    pub zisofs: bool,
    /// Those of the base and of the session before stay so.
    pub encoded: bool,
    /// The session that the new one continues.
    pub previous: Option<&'w Previous>,
    /// How messages name what was asked for.
    pub spelling: &'static dyn Spelling,
}

#[derive(Debug)]
pub(crate) struct Collected {
    pub build: Build<Origin>,
    pub stores: Stores,
    /// Every file and directory that was looked at, each ended by NUL, directories by a slash before it.
    pub inputs: Vec<u8>,
    /// Directories that were not taken in, but files in them by a list, as in `inputs`.
    pub around: Vec<u8>,
    /// Device and inode of the directories in `inputs`.
    pub folders: HashSet<(u64, u64)>,
    /// What no input describes: directories on the way to others, and what came out of pipes.
    pub implicit: HashSet<NameId>,
    /// What stays as an earlier session has it.
    pub kept: HashSet<FileId>,
    /// The directories that have a translation table, by its number in [`Origin::Table`].
    pub tables: Vec<NameId>,
    /// What lies behind the volume, in its order.
    pub appended: Vec<Appended>,
    /// Whether links lead to any contents.
    pub follow: bool,
    /// Contents of the base to which no name leads: its boot images that are no files.
    pub hidden: Vec<ContentId>,
    /// Files of the base whose contents are to be others.
    pub replaced: Vec<NameId>,
}

/// Device and inode: two paths with the same lead to one file.
type Identity = (u64, u64);

/// Takes in one input after the other. Where two name the same place, directories merge and a later file replaces an
/// earlier one, unless both are operands: then neither is there to be lost.
#[derive(Debug)]
pub(crate) struct Collector<'a> {
    /// What will be the whole.
    taken: Collected,
    /// The files named by operands, by their names in the image: which file, by which path.
    named: HashMap<NameId, (Identity, Vec<u8>)>,
    /// What is removed of the tree that is taken in now.
    removal: Option<Removal>,
    /// Leading components that names lose now.
    strip_components: u32,
    /// Files with several names, by device and inode.
    links: HashMap<(u64, u64), FileId>,
    /// Contents by device and inode, kept where one file can be met twice under one name.
    contents: HashMap<(u64, u64), ContentId>,
    meets_twice: bool,
    unreadable: u64,
    options: &'a Options<'a>,
    report: &'a Report,
}

impl<'a> Collector<'a> {
    /// Nothing taken in yet. `several`: more than one input will be.
    ///
    /// # Errors
    /// Never, but for the numbering of [`Build`].
    pub(crate) fn new(options: &'a Options<'a>, report: &'a Report, several: bool) -> Result<Self, Failure> {
        let root = File::new(Kind::Directory, options.made_mode, Time::default());
        let taken = Collected {
            build: Build::new(&root)?,
            stores: Stores::default(),
            inputs: Vec::new(),
            around: Vec::new(),
            folders: HashSet::new(),
            implicit: HashSet::from([Build::<Origin>::ROOT]),
            kept: HashSet::new(),
            tables: Vec::new(),
            appended: Vec::new(),
            follow: options.follow.is_asked(),
            hidden: Vec::new(),
            replaced: Vec::new(),
        };
        Ok(Self {
            taken,
            named: HashMap::new(),
            removal: None,
            strip_components: options.strip_components,
            links: HashMap::new(),
            contents: HashMap::new(),
            meets_twice: several || options.follow == Follow::All,
            unreadable: 0,
            options,
            report,
        })
    }

    /// Takes in one operand.
    ///
    /// # Errors
    /// When it cannot be read at all, contradicts what is there, or is what this run writes. Files and directories in
    /// it that cannot be read are named at once, and make [`Collector::finish`] fail.
    pub(crate) fn operand(&mut self, operand: &Operand) -> Result<(), Failure> {
        match &operand.input {
            Input::Path(path) | Input::Container(path) => self.options.written.refuse(path.as_os_str())?,
            Input::Stream => self.options.written.refuse(OsStr::new("-"))?,
        }
        match &operand.input {
            Input::Path(path) => self.path(path, operand.target.as_ref()),
            Input::Container(path) => {
                let container = Container::open(path.as_os_str(), self.report)?;
                self.list_input(path.as_os_str().as_encoded_bytes());
                self.container(container, operand.target.as_ref())
            }
            Input::Stream => {
                let container = Container::open("-".as_ref(), self.report)?;
                self.container(container, operand.target.as_ref())
            }
        }
    }

    fn container(&mut self, container: Container, target: Option<&Target>) -> Result<(), Failure> {
        match container {
            Container::Archive(archive) => self.archive(*archive, target),
            Container::Image(image) => self.existing(image, target),
        }
    }

    /// The tree as far as it was taken in.
    pub(crate) fn build(&self) -> &Build<Origin> {
        &self.taken.build
    }

    /// Where its contents lie.
    pub(crate) fn stores(&self) -> &Stores {
        &self.taken.stores
    }

    /// The whole tree.
    ///
    /// # Errors
    /// When something in it could not be read.
    pub(crate) fn finish(self) -> Result<Collected, Failure> {
        if self.unreadable > 0 {
            let inputs = if self.unreadable == 1 { "input" } else { "inputs" };
            let sentence = format!("{} {inputs} cannot be read; no image was written", self.unreadable);
            return Err(Error::Unreadable(sentence).into());
        }
        let mut collected = self.taken;
        let is_directory = |appended: &Appended| matches!(appended, Appended::Directory(_));
        collected.follow |= collected.appended.iter().any(is_directory);
        Ok(collected)
    }

    /// An input that stops the image from being written; the others are looked at all the same.
    fn unreadable(&mut self, path: &[u8], problem: impl std::fmt::Display) {
        self.not_taken(shown(path), problem);
    }

    /// As [`Collector::unreadable`], of what `input` names.
    fn not_taken(&mut self, input: String, problem: impl std::fmt::Display) {
        self.unreadable += 1;
        self.report.failure(input, problem);
    }

    /// Something worth knowing with `-v`.
    fn note(&self, path: &[u8], sentence: &str) {
        if self.options.verbose {
            self.report.note(shown(path), sentence);
        }
    }

    fn list_input(&mut self, path: &[u8]) {
        if self.options.list_inputs {
            self.taken.inputs.extend_from_slice(path);
            self.taken.inputs.push(0);
        }
    }

    fn list_directory(&mut self, path: &[u8], identity: (u64, u64)) {
        if self.options.list_inputs {
            self.taken.inputs.extend_from_slice(path);
            self.taken.inputs.extend_from_slice(b"/\0");
            self.taken.folders.insert(identity);
        }
    }

    /// Knows the directory of a file that a list names; once for all files that follow each other.
    fn list_around(&mut self, folder: &[u8]) {
        if self.options.list_inputs
            && !folder.is_empty()
            && !self.taken.around.ends_with(&[folder, b"/\0"].concat())
        {
            self.taken.around.extend_from_slice(folder);
            self.taken.around.extend_from_slice(b"/\0");
        }
    }

    /// A time as the image may record it.
    fn clamped(&self, time: Time) -> Time {
        self.options.latest.map_or(time, |latest| time.min(latest))
    }
}
