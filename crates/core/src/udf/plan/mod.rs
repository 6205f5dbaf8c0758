//! Planning a UDF volume: a tree and options become every byte range of the image and what fills it.
//!
//! Nothing is read and nothing is asked of the machine. No length depends on an address, so that all structures are
//! measured first (`Census`), then placed (`Places`), then written with their addresses.

mod capacity;
mod census;
mod identifiers;
mod map;
mod names;
mod options;
mod places;
mod segments;

pub use identifiers::{Changed, Identifiers};
pub use options::{Options, Revision};
pub(crate) use segments::{Segment, What};

pub(in crate::udf) use capacity::EntryCapacity;
pub(in crate::udf) use census::{Census, Directory, is_shown};
pub(in crate::udf) use places::{Places, SEQUENCE};

use crate::error::{Error, Result};
use crate::tree::Kind;
use crate::tree::build::{Build, ContentId, FileId, NameId, Order};
use crate::udf::time::YEARS;
use census::Walk;

/// What a user may want to know about a plan, none of which keeps it from being good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// A name had to be changed to fit.
    Renamed {
        /// The name as the user knows it.
        name: NameId,
        /// What it is there, in UTF-8.
        to: String,
    },
    /// A symbolic link, named pipe, socket or device that was not to be there.
    LeftOut(NameId),
    /// A symbolic link leads elsewhere, or says in other words where it leads.
    Target {
        /// The name of the link.
        name: NameId,
        /// Where it leads there, in UTF-8.
        to: String,
    },
    /// A path of more than 1,023 bytes (UDF clause 2).
    Path(NameId),
    /// An identifier of the volume had to be cut to fit into a descriptor.
    Identifier(Changed),
    /// A file has more names, or a directory more directories in it, than a file entry can count (65,535).
    Links(NameId),
    /// A file has a time outside the years 1 to 9999; the nearest is recorded.
    Time(NameId),
}

/// Bytes of the longest path (UDF clause 2, "maximum pathsize"): those of its identifiers, each of which begins with a byte
/// that says how wide its characters are, where a path has a slash.
pub(crate) const LONGEST_PATH: usize = 1023;

/// Blocks of the area of structures before the root: the file set descriptor and what ends its sequence.
pub(in crate::udf) const BEFORE_ROOT: u32 = 2;

/// A volume laid out: every structure has its place. It borrows what it was made from.
#[derive(Debug)]
pub struct Plan<'a, O> {
    pub(in crate::udf) build: &'a Build<O>,
    pub(in crate::udf) options: &'a Options,
    pub(in crate::udf) order: Order,
    pub(in crate::udf) census: Census,
    pub(in crate::udf) capacity: EntryCapacity,
    pub(in crate::udf) places: Places,
    contents: Vec<ContentId>,
    /// First block of each content, by [`ContentId`]; 0 for one that is not stored, or lies in file entries.
    pub(in crate::udf) sectors: Vec<u32>,
    /// A file that something else fills, its first block and its bytes.
    pub(in crate::udf) elsewhere: Option<(FileId, (u32, u64))>,
    notes: Vec<Note>,
}

/// Lays out a volume of `build`.
///
/// # Errors
/// [`Error::Usage`] when the options make no sense, or when strict names were asked for and one would have to be changed;
/// [`Error::TooLarge`] when the volume would have more blocks than 32 bits can count.
pub fn plan<'a, O>(build: &'a Build<O>, options: &'a Options) -> Result<Plan<'a, O>> {
    let mut plan = survey(build, options)?;
    let block_size = u64::from(options.block_size);
    plan.places.put_front(16 * 2048, plan.places.partition)?;
    let mut next = u64::from(plan.places.contents);
    for id in &plan.contents {
        next = next.saturating_add(build.blocks_before(*id, next, block_size));
        plan.sectors[id.index()] = number(next)?;
        next = next.saturating_add(build.content(*id).size.div_ceil(block_size));
    }
    let end = number(next)?;
    plan.places.put_back(end, number(next.saturating_add(options.pad_blocks.into()))?)?;
    Ok(plan)
}

/// Measures a volume of `build` and places nothing yet.
///
/// # Errors
/// As [`plan`].
pub(crate) fn survey<'a, O>(build: &'a Build<O>, options: &'a Options) -> Result<Plan<'a, O>> {
    if !matches!(options.block_size, 512 | 2048) {
        let found = options.block_size;
        return Err(Error::Usage(format!("UDF blocks of {found} bytes, expected 512 or 2048")));
    }
    if options.system_area.len() > 32_768 {
        let found = options.system_area.len();
        return Err(Error::Usage(format!("system area: {found} bytes, expected at most 32768")));
    }
    let changed = options.identifiers.changed();
    if let (true, Some(first)) = (options.strict_names, changed.first()) {
        return Err(Error::Usage(format!("with strict names, {first}")));
    }
    let order = build.order();
    let capacity = EntryCapacity::new(options);
    let mut notes: Vec<Note> = changed.into_iter().map(Note::Identifier).collect();
    let mut walk = Walk { build, order: &order, options, capacity, notes: &mut notes };
    let census = Census::take(&mut walk, BEFORE_ROOT)?;
    if !options.specials {
        let special = |name: &NameId| {
            !matches!(build.kind(*name), Kind::File | Kind::Directory) && !build.name(*name).hidden.udf
        };
        notes.extend(build.names().filter(special).map(Note::LeftOut));
    }
    let many = census.crowded(build);
    notes.extend(many.map(Note::Links));
    notes.extend(build.dated_outside(&YEARS).into_iter().map(Note::Time));
    let places = Places::new(options, &census);
    let contents = census::contents(build, &order, options, &capacity);
    let sectors = vec![0; build.contents().len()];
    Ok(Plan { build, options, order, census, capacity, places, contents, sectors, elsewhere: None, notes })
}

impl<'a, O> Plan<'a, O> {
    /// What the plan was made from; filling needs it, too.
    pub fn build(&self) -> &'a Build<O> {
        self.build
    }

    /// As they were given; what could not be had is a [`Note`].
    pub fn options(&self) -> &'a Options {
        self.options
    }

    /// Exact bytes of the image, padding included.
    pub fn size(&self) -> u64 {
        self.byte(self.places.blocks)
    }

    /// What was changed and left out, in a fixed order.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Stored contents in the order of the medium.
    pub fn contents(&self) -> &[ContentId] {
        &self.contents
    }

    /// Absolute byte offset of a stored content.
    pub fn content_at(&self, content: ContentId) -> u64 {
        self.byte(self.sectors[content.index()])
    }

    /// Absolute byte offset of what follows the contents.
    pub(crate) fn contents_end(&self) -> u64 {
        self.byte(self.places.contents_end)
    }

    /// First sector of the partition: structures and contents have to lie behind it.
    pub(crate) fn partition_start(&self) -> u32 {
        self.places.partition
    }

    /// Sectors to leave between other structures and the contents.
    pub(crate) fn front_blocks(&self) -> u32 {
        self.places.most_front()
    }

    /// Places everything around contents that something else has placed, in the order `contents`, each beginning at its
    /// element of `sectors`: structures from `front` on, the rest from `back` on. `recognition` is the byte at which the
    /// volume recognition sequence goes on.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for more blocks than 32 bits can count.
    pub(crate) fn place_around(
        &mut self,
        recognition: u64,
        front: u32,
        (contents, sectors): (Vec<ContentId>, Vec<u32>),
        (end, back): (u32, u32),
    ) -> Result<()> {
        self.places.put_front(recognition, front)?;
        (self.contents, self.sectors) = (contents, sectors);
        self.places.put_back(end, back)
    }

    /// Lets `file`, which has no content, lead to the `size` bytes from `sector` on, which something else fills.
    pub(crate) fn lead(&mut self, file: FileId, sector: u32, size: u64) {
        self.elsewhere = Some((file, (sector, size)));
    }

    /// Blocks of the whole volume, padding included.
    pub(crate) fn blocks(&self) -> u32 {
        self.places.blocks
    }

    pub(in crate::udf) fn byte(&self, sector: u32) -> u64 {
        u64::from(sector).saturating_mul(self.options.block_size.into())
    }
}

pub(in crate::udf) fn number(sector: u64) -> Result<u32> {
    u32::try_from(sector)
        .map_err(|_| Error::TooLarge("the volume would have more blocks than 32 bits count".into()))
}
