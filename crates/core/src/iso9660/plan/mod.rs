//! Planning an image: a tree and options become every byte range of the image and what fills it.
//!
//! Nothing is read and nothing is asked of the machine: the same tree and options give the same plan everywhere. A
//! directory has one description, in `records`, which is run once to learn its size and again, when all addresses are
//! known, for its bytes. That works because no length depends on an address.

pub(super) mod boot;
mod charset;
mod checksums;
pub(super) mod dates;
mod files;
mod hierarchy;
mod identifiers;
mod joliet;
mod map;
mod options;
mod records;
mod relaxed;
mod reserved;
mod segments;
mod set;
mod trees;
mod volume;

pub use crate::iso9660::el_torito::platform;
pub use checksums::{Checksum, Checksums, Digests};
pub use options::{
    Boot, BootEntry, BootSource, Dates, Deep, Emulation, Identifiers, Joliet, Level, LoadSize, Options,
    RockRidge, Rrip, Selection,
};
pub use relaxed::{Characters, Relaxed};
pub(crate) use reserved::Reserved;
pub(crate) use segments::{Descriptor, Endian, Segment, What};
pub use set::Set;
pub use trees::Tree;
pub use volume::Changed;

pub(crate) use records::Pages;
pub(super) use volume::text;

use crate::error::{Error, Result};
use crate::iso9660::layout::{FIRST_DESCRIPTOR, SECTOR};
use crate::number::wide;
use crate::tree::Kind;
use crate::tree::build::{Build, ContentId, FileId, NameId};
use boot::Catalog;
use checksums::Places;
use dates::{LONG_YEARS, SHORT_YEARS};
use files::Files;
use hierarchy::{Hierarchy, View};
use identifiers::Primary;
use joliet::Ucs2;
use records::SECTION;
use set::Frame;
use trees::Trees;

/// Bytes of the longest name Rock Ridge can have. RRIP says no number; no system that reads it takes more.
pub const LONGEST_NAME: usize = 255;

/// What a user may want to know about a plan, none of which keeps it from being good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// A name had to be changed to fit into the Joliet tree.
    Renamed {
        /// The name as the user knows it.
        name: NameId,
        /// What it is in the tree that had no room for it, in UTF-8.
        to: String,
    },
    /// A name that the character set of the primary tree does not have.
    Unencoded {
        /// The name as the user knows it.
        name: NameId,
        /// What it is there, in UTF-8.
        to: String,
    },
    /// The target of a symbolic link, likewise.
    UnencodedLink {
        /// The link.
        name: NameId,
        /// What its target is there, in UTF-8.
        to: String,
    },
    /// A name that no tree can show: without Rock Ridge only files and directories can be.
    LeftOut(NameId),
    /// An identifier of the volume had to be changed to fit into a descriptor.
    Identifier(Changed),
    /// More directories than a path table can number (65,535); readers that use path tables will miss some.
    PathTable(Tree),
    /// A file has a time outside the years 1 to 9999, without Rock Ridge 1900 to 2155; the nearest is recorded.
    Time(NameId),
    /// A file takes more sections than Linux reads of one, [`MOST_SECTIONS`]: the rest of it is lost there.
    Sections(NameId),
    /// A file was modified outside the years 1900 to 2155: its date is right by Rock Ridge, in Joliet the nearest.
    JolietTime(NameId),
}

/// Sections of a file that Linux reads at the most, as of version 6; each is up to 4 GiB less a sector.
pub const MOST_SECTIONS: u64 = 100;

/// An image laid out: every structure has its place. It borrows what it was made from.
#[derive(Debug)]
pub struct Plan<'a, O> {
    pub(super) trees: Trees<'a, O>,
    /// Sectors up to the end of the contents.
    body: u32,
    reserved: Reserved,
    /// First sector of [`Reserved::middle`].
    middle: u32,
    /// The sector at which the volume ends, where that is not behind the padding.
    end: Option<u32>,
    /// The sector at which the descriptors say that it ends, where that is another.
    told_end: Option<u32>,
    /// First sector and bytes of what lies behind the volume.
    appended: Vec<(u32, u64)>,
    notes: Vec<Note>,
}

/// Lays out an image of `build`.
///
/// # Errors
/// [`Error::Usage`] when the options contradict themselves or the tree, or when strict names were asked for and one would
/// have to be changed; [`Error::TooLarge`] when the image would have more sectors than 32 bits can count.
pub fn plan<'a, O>(build: &'a Build<O>, options: &'a Options) -> Result<Plan<'a, O>> {
    options.check_alone()?;
    plan_around(build, options, Reserved::default())
}

/// As [`plan`], with sectors `reserved` for what this format does not know, and with boot images behind the volume, which
/// [`Plan::lead_to`] gives their places.
///
/// # Errors
/// As [`plan`].
pub(crate) fn plan_around<'a, O>(
    build: &'a Build<O>,
    options: &'a Options,
    reserved: Reserved,
) -> Result<Plan<'a, O>> {
    options.check(build)?;
    options.check_beside(reserved)?;
    let order = build.order();
    let mut notes = Vec::new();
    let rock_ridge = options.rock_ridge.as_ref();
    let view = View {
        build,
        order: &order,
        hidden: |hidden| hidden.iso,
        posix: rock_ridge.is_some(),
        relocate: match rock_ridge.map(|rock_ridge| &rock_ridge.deep) {
            Some(Deep::Relocated { name }) => Some(name),
            _ => None,
        },
    };
    let (level, relaxed, charset) = (options.level, options.relaxed, options.charset);
    let naming = Primary { level, relaxed, rock_ridge: rock_ridge.is_some(), charset };
    let primary = Hierarchy::build(&view, &naming, &mut |name, identifier| {
        let bytes = options.encoded(build.name(name).bytes).bytes;
        match rock_ridge {
            Some(_) if bytes.len() > LONGEST_NAME => Err(too_long(build, name)),
            _ if naming.is_untranslated() && *bytes != *identifier => {
                Err(untranslatable(build, name, identifier))
            }
            _ => Ok(()),
        }
    })?;
    let joliet = match options.joliet {
        None => None,
        Some(joliet) => {
            let view = View { hidden: |hidden| hidden.joliet, posix: false, relocate: None, ..view };
            let naming = Ucs2 { length: usize::from(joliet.name_length) };
            let mut given = |name, identifier: &[u8]| {
                if !Ucs2::says(build.name(name).bytes, identifier) {
                    notes.push(renamed(build, options, name, identifier)?);
                }
                Ok(())
            };
            Some(Hierarchy::build(&view, &naming, &mut given)?)
        }
    };
    charset::note(build, options, &mut notes)?;
    let special = |name: &NameId| !matches!(build.kind(*name), Kind::File | Kind::Directory);
    notes.extend(build.names().filter(|name| rock_ridge.is_none() && special(name)).map(Note::LeftOut));
    notes.extend(build.names().filter(|name| is_too_long(build, *name)).map(Note::Sections));
    note_dates(build, options, &mut notes);
    let files = Files::count(build, &order, options);
    let sectors = vec![0; build.contents().len()];
    let catalog = Catalog { sector: 0, size: boot::catalog_size(options) };
    let partition = Frame { origin: options.partition_start, behind: 0 };
    let checksums = Places::number(build, &files.contents, options);
    let trees =
        Trees { build, options, primary, joliet, files, sectors, catalog, checksums, partition, empty: 0 };
    let mut plan =
        Plan { trees, body: 0, reserved, middle: 0, end: None, told_end: None, appended: Vec::new(), notes };
    plan.identifiers()?;
    plan.measure()?;
    plan.place()?;
    Ok(plan)
}

/// Notes what has a date that the trees cannot record.
fn note_dates<O>(build: &Build<O>, options: &Options, notes: &mut Vec<Note>) {
    let years = if options.rock_ridge.is_some() { LONG_YEARS } else { SHORT_YEARS };
    notes.extend(build.dated_outside(&years).into_iter().map(Note::Time));
    if options.joliet.is_some() {
        let short = |name: &NameId| {
            let modified = build.file(build.name(*name).file).modified;
            years.contains(&modified) && !SHORT_YEARS.contains(&modified) && !build.name(*name).hidden.joliet
        };
        notes.extend(build.names().filter(short).map(Note::JolietTime));
    }
}

/// Whether a file that a tree shows has more sections than Linux reads.
fn is_too_long<O>(build: &Build<O>, name: NameId) -> bool {
    let found = build.name(name);
    let sections = |content| build.content(content).size.div_ceil(SECTION);
    let shown = !(found.hidden.iso && found.hidden.joliet);
    shown && build.file(found.file).content.is_some_and(|content| sections(content) > MOST_SECTIONS)
}

fn too_long<O>(build: &Build<O>, name: NameId) -> Error {
    let path = build.path(name);
    let path = path.escape_ascii();
    Error::Usage(format!(
        "/{path}: the name is longer than {LONGEST_NAME} bytes, the most that Rock Ridge allows"
    ))
}

fn untranslatable<O>(build: &Build<O>, name: NameId, identifier: &[u8]) -> Error {
    let path = build.path(name);
    let (path, most) = (path.escape_ascii(), identifier.len());
    Error::Usage(format!(
        "/{path}: the name is longer than {most} bytes, the most that untranslated names may have"
    ))
}

fn renamed<O>(build: &Build<O>, options: &Options, name: NameId, identifier: &[u8]) -> Result<Note> {
    let units: Vec<u16> = identifier.as_chunks().0.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
    let to = String::from_utf16_lossy(&units);
    if options.strict_names {
        let path = build.path(name);
        let path = path.escape_ascii();
        return Err(Error::Usage(format!("/{path}: the Joliet tree cannot hold this name, only \"{to}\"")));
    }
    Ok(Note::Renamed { name, to })
}

impl<'a, O> Plan<'a, O> {
    /// What the plan was made from; filling needs it, too.
    pub fn build(&self) -> &'a Build<O> {
        self.trees.build
    }

    /// As they were given; what could not be had is a [`Note`].
    pub fn options(&self) -> &'a Options {
        self.trees.options
    }

    /// Exact bytes of the image, padding included, without what lies before it on the medium.
    pub fn size(&self) -> u64 {
        self.sector_count().saturating_mul(SECTOR)
    }

    /// Renamed and left out names, in a fixed order.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The interchange level: 3 at least when a file has several extents (ECMA-119 10.3).
    pub fn level(&self) -> Level {
        let large = |id: &ContentId| self.trees.build.content(*id).size > SECTION;
        let kept = self.trees.build.contents().filter(|id| self.trees.build.kept(*id).is_some());
        let several = self.trees.files.contents.iter().copied().chain(kept).any(|id| large(&id));
        if several { self.trees.options.level.max(Level::Three) } else { self.trees.options.level }
    }

    /// The directories of the primary tree; `None` for one that was made to hold relocated ones.
    pub fn directories(&self) -> impl ExactSizeIterator<Item = Option<NameId>> + '_ {
        self.trees.primary.directories.iter().map(|directory| directory.name)
    }

    /// What the primary tree has in the directory at this position of [`Plan::directories`], in the order of the records: each
    /// name, and the identifier under which it is recorded, with its version number (ECMA-119 7.5).
    pub fn recorded(&self, position: usize) -> impl Iterator<Item = (NameId, Vec<u8>)> + '_ {
        let primary = &self.trees.primary;
        let entries =
            primary.directories.get(position).map_or(&[][..], |directory| primary.entries(directory));
        entries.iter().filter_map(|entry| {
            let mut room = [0; 255];
            Some((entry.name()?, self.trees.versioned(Tree::Primary, entry, &mut room).to_vec()))
        })
    }

    /// Stored contents in the order of the medium.
    pub fn contents(&self) -> &[ContentId] {
        &self.trees.files.contents
    }

    /// Byte offset of a content on the medium.
    pub fn content_at(&self, content: ContentId) -> u64 {
        u64::from(self.trees.sectors[content.index()]).saturating_mul(SECTOR)
    }

    /// Byte offset on the medium of what follows the contents.
    pub(crate) fn contents_end(&self) -> u64 {
        u64::from(self.body).saturating_mul(SECTOR)
    }

    /// Where the digests of the image lie, if it was to have any.
    pub fn checksums(&self) -> Option<Checksums<'_>> {
        let Trees { checksums, files, options, .. } = &self.trees;
        let places = checksums.as_ref()?;
        Some(Checksums { places, start: options.start, contents: &files.contents })
    }

    /// The file that stands for the boot catalog, the catalog's first sector and its bytes.
    pub(crate) fn boot_catalog(&self) -> Option<(FileId, u32, u64)> {
        let file = self.trees.options.boot.as_ref()?.catalog?;
        Some((file, self.trees.catalog.sector, self.trees.catalog.size.into()))
    }

    /// First sector of [`Reserved::middle`].
    pub(crate) fn middle(&self) -> u32 {
        self.middle
    }

    /// First sector behind the volume descriptor set.
    pub(crate) fn descriptors_end(&self) -> u64 {
        self.end_of_descriptors(Set::Image)
    }

    /// First sector behind the descriptors of a set, and the tag behind them.
    fn end_of_descriptors(&self, set: Set) -> u64 {
        let tags = u64::from(set == Set::Image && self.trees.checksums.is_some());
        self.first_descriptor(set).saturating_add(wide(self.descriptors(set).count())).saturating_add(tags)
    }

    /// Sector of the primary volume descriptor of a set.
    pub(in crate::iso9660) fn first_descriptor(&self, set: Set) -> u64 {
        let origin = self.trees.options.start.saturating_add(self.trees.frame(set).origin);
        FIRST_DESCRIPTOR.saturating_add(origin.into())
    }

    /// Makes the volume end at this sector: behind what others have put behind its contents, or before the padding, where that
    /// lies behind what follows the volume.
    pub(crate) fn end_at(&mut self, sector: u32) {
        self.end = Some(sector.max(self.body));
    }

    /// Makes the descriptors tell of a volume that ends at this sector and has in it what lies behind its contents.
    pub(crate) fn tell_end_at(&mut self, sector: u32) {
        self.told_end = Some(sector);
    }

    /// Gives what lies behind the volume its places, each the first sector and the bytes.
    pub(crate) fn lead_to(&mut self, appended: Vec<(u32, u64)>) {
        self.appended = appended;
    }

    /// First sector and bytes of a boot image.
    pub(in crate::iso9660) fn boot_image(&self, image: BootSource) -> (u32, u64) {
        match image {
            BootSource::Content(content) => {
                (self.trees.sectors[content.index()], self.trees.build.content(content).size)
            }
            BootSource::Appended(n) => self.appended.get(n).copied().unwrap_or_default(),
        }
    }

    /// Sectors of the whole image, padding included: at most what 32 bits can count.
    pub fn sector_count(&self) -> u64 {
        self.end_sector().saturating_sub(self.trees.options.start.into())
    }

    /// Sectors that the descriptors tell of.
    pub(in crate::iso9660) fn volume_space(&self) -> u64 {
        let end = self.told_end.map_or_else(|| self.end_sector(), u64::from);
        end.saturating_sub(self.trees.options.start.into())
    }

    /// The sector of the medium behind the image.
    pub(super) fn end_sector(&self) -> u64 {
        let padded = u64::from(self.body).saturating_add(self.pad_sectors());
        self.end.map_or(padded, u64::from)
    }

    /// Sectors of zeros behind the last content: those asked for, and as many as make a multiple.
    pub(super) fn pad_sectors(&self) -> u64 {
        let options = self.trees.options;
        let end = u64::from(self.body).saturating_add(u64::from(options.pad_sectors));
        end.next_multiple_of(options.multiple.max(1).into()).saturating_sub(u64::from(self.body))
    }

    /// Bytes of zeros of the volume behind its last content.
    pub(crate) fn padding_size(&self) -> u64 {
        let there = self.end_sector().saturating_sub(self.body.into());
        self.pad_sectors().min(there).saturating_mul(SECTOR)
    }

    /// Tells which identifiers of the volume will not read as they were given.
    fn identifiers(&mut self) -> Result<()> {
        let options = self.trees.options;
        for tree in self.trees.all().collect::<Vec<_>>() {
            let changed: Vec<_> = options.identifiers.changed(tree).chain(self.trees.unnamed(tree)).collect();
            if let (true, Some(first)) = (options.strict_names, changed.first()) {
                return Err(Error::Usage(format!("with strict names, {first}")));
            }
            self.notes.extend(changed.into_iter().map(Note::Identifier));
        }
        Ok(())
    }

    /// Learns the size of every directory by making it, with all addresses still 0.
    fn measure(&mut self) -> Result<()> {
        // A file of 8 EiB would have two thousand million records. Such a size costs nothing but a hole.
        let mut contents = Allocator(0);
        for id in &self.trees.files.contents {
            contents.take(self.trees.build.content(*id).size)?;
        }
        let mut pages = Pages::default();
        for tree in self.trees.all().collect::<Vec<_>>() {
            for index in 0..self.trees.hierarchy(tree).directories.len() {
                self.trees.directory(Set::Image, tree, index, &mut pages);
                let size = |bytes: &[u8]| {
                    u32::try_from(bytes.len())
                        .map_err(|_| Error::TooLarge("a directory of over 4 GiB".into()))
                };
                let (size, continuation) = (size(&pages.records)?, size(&pages.area)?);
                let directory = &mut self.trees.hierarchy_mut(tree).directories[index];
                (directory.size, directory.continuation) = (size, continuation);
            }
            if self.trees.hierarchy(tree).directories.iter().any(|directory| {
                self.trees.hierarchy(tree).directories[directory.parent].number > u32::from(u16::MAX)
            }) {
                self.notes.push(Note::PathTable(tree));
            }
        }
        Ok(())
    }

    /// Gives everything its sector: descriptors, path tables, directories with their continuation areas, the boot
    /// catalog, then the contents, so that a listing needs the front of the image only.
    ///
    /// Empty files are said to lie in the last sector of the body. They take no space that way, no reader is led into
    /// the first 32 sectors, which some dislike, and the sector is always within the volume.
    fn place(&mut self) -> Result<()> {
        let descriptors = self.trees.sets().map(|set| self.end_of_descriptors(set)).fold(0, u64::max);
        let mut next = Allocator(descriptors.max(self.reserved.front.into()));
        let first = next.sector()?;
        let superblock = Allocator(self.end_of_descriptors(Set::Image)).sector()?.saturating_sub(1);
        for tree in self.trees.all().collect::<Vec<_>>() {
            let hierarchy = self.trees.hierarchy_mut(tree);
            let size = u64::from(hierarchy.path_table_size);
            hierarchy.path_tables = [next.take(size)?, next.take(size)?];
        }
        for tree in self.trees.all().collect::<Vec<_>>() {
            let hierarchy = self.trees.hierarchy_mut(tree);
            for index in hierarchy.placed.clone() {
                let directory = &mut hierarchy.directories[index];
                directory.sector = next.take(u64::from(directory.size))?;
                next.take(u64::from(directory.continuation))?;
            }
        }
        if self.trees.sets().any(|set| set == Set::Partition) {
            let behind = next.sector()?.saturating_sub(first);
            next.take(u64::from(behind).saturating_mul(SECTOR))?;
            self.trees.partition.behind = behind;
        }
        if let Some(checksums) = &mut self.trees.checksums {
            checksums.superblock = superblock;
            checksums.tree = next.take(checksums.size(Checksum::Tree))?;
        }
        self.trees.catalog.sector = next.take(u64::from(self.trees.catalog.size))?;
        self.middle = next.take(u64::from(self.reserved.middle).saturating_mul(SECTOR))?;
        for id in self.trees.build.contents() {
            self.trees.sectors[id.index()] = self.trees.build.kept(id).unwrap_or_default();
        }
        for id in &self.trees.files.contents {
            let before = self.trees.build.blocks_before(*id, next.0, SECTOR);
            next.take(before.saturating_mul(SECTOR))?;
            self.trees.sectors[id.index()] = next.take(self.trees.build.content(*id).size)?;
        }
        self.trees.empty = next.sector()?.saturating_sub(1);
        if let Some(checksums) = &mut self.trees.checksums {
            checksums.array = next.take(checksums.size(Checksum::Array))?;
            checksums.session = next.take(checksums.size(Checksum::Session))?;
        }
        self.body = next.sector()?;
        next.take(self.pad_sectors().saturating_mul(SECTOR)).map(drop)
    }
}

/// The next sector that nothing has yet.
struct Allocator(u64);

impl Allocator {
    /// The first of as many sectors as `bytes` need.
    fn take(&mut self, bytes: u64) -> Result<u32> {
        let first = self.sector()?;
        self.0 = self.0.saturating_add(bytes.div_ceil(SECTOR));
        self.sector().map(|_| first)
    }

    fn sector(&self) -> Result<u32> {
        u32::try_from(self.0).map_err(|_| Error::TooLarge("the image would be over 8 TiB".into()))
    }
}
