//! The directories of one tree: which records each has under which identifiers, and in what order directories are laid
//! out and numbered.

use super::LONGEST_NAME;
use crate::error::{Error, Result};
use crate::tree::Kind;
use crate::tree::build::{Build, Hidden, NameId, Order};
use crate::tree::naming::{Naming, assign};

/// A directory of one tree: a position in [`Hierarchy::directories`], 0 for the root.
pub(in crate::iso9660) type DirectoryIndex = usize;

/// Directories below this level are relocated when that is asked for; the root is level 1 (ECMA-119 6.8.2.1).
const DEEPEST: u32 = 8;

/// One tree of directories, with every record it will have.
#[derive(Debug, Clone, Default)]
pub(in crate::iso9660) struct Hierarchy {
    pub(in crate::iso9660) directories: Vec<Directory>,
    entries: Vec<Entry>,
    identifiers: Vec<u8>,
    /// Directories in the order of the medium: each before those in it, those before its next neighbour.
    pub(in crate::iso9660) placed: Vec<DirectoryIndex>,
    /// Directories in the order of the path table (ECMA-119 6.9.1).
    pub(in crate::iso9660) numbered: Vec<DirectoryIndex>,
    /// Bytes of a path table.
    pub(in crate::iso9660) path_table_size: u32,
    /// First sectors of the little-endian and the big-endian path table.
    pub(in crate::iso9660) path_tables: [u32; 2],
    /// Name of the directory that is made to hold relocated ones; empty when none is.
    holder: Vec<u8>,
}

/// The directory in the root that holds relocated ones.
#[derive(Debug, Clone)]
enum Holder {
    /// One that is in the tree: it has its own entries as well.
    Own(NameId),
    /// One that has to be made, under this name.
    Made(Vec<u8>),
}

/// The names by which libarchive knows such a directory; it is the first in the root that has one of them.
const HOLDERS: [&[u8]; 2] = [b"rr_moved", b".rr_moved"];

/// A directory: places and sizes are 0 until they are given.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::iso9660) struct Directory {
    /// The name it stands for; `None` for the directory that holds relocated ones.
    pub(in crate::iso9660) name: Option<NameId>,
    /// The directory that has its record.
    pub(in crate::iso9660) parent: DirectoryIndex,
    /// The directory it belongs to: another than `parent` when it was relocated.
    pub(in crate::iso9660) home: DirectoryIndex,
    /// Its entries in [`Hierarchy::entries`]: the first, and where they end.
    first: usize,
    end: usize,
    identifier: Identifier,
    /// Position in the path table, from 1.
    pub(in crate::iso9660) number: u32,
    /// First sector of its extent.
    pub(in crate::iso9660) sector: u32,
    /// Bytes of its records: a multiple of the sector.
    pub(in crate::iso9660) size: u32,
    /// Bytes of the continuation area behind it.
    pub(in crate::iso9660) continuation: u32,
}

impl Directory {
    /// Whether it is not where it belongs, or is the directory for such ones, which does not belong anywhere.
    pub(in crate::iso9660) fn is_relocated(&self) -> bool {
        self.is_moved() || self.name.is_none()
    }

    /// Whether it is not where it belongs.
    fn is_moved(&self) -> bool {
        self.parent != self.home
    }
}

/// A name in a directory, in as few bytes as it can be: there may be millions in each tree.
#[derive(Debug, Clone, Copy)]
pub(in crate::iso9660) struct Entry {
    /// The root, which is in no directory, for the directory that holds relocated ones.
    name: NameId,
    identifier: Identifier,
    /// 0 for a file, since the root is in no directory; else a directory, with [`RELOCATED`] for one that was moved.
    target: u32,
}

/// The bit of [`Entry::target`] that says so.
const RELOCATED: u32 = 1 << 31;

impl Entry {
    /// An entry that has no identifier yet.
    fn new(name: Option<NameId>, target: Target) -> Result<Self> {
        let number = |directory: DirectoryIndex| {
            let number = u32::try_from(directory).ok().filter(|number| *number < RELOCATED);
            number.ok_or_else(|| Error::TooLarge("more directories than 31 bits can number".into()))
        };
        let target = match target {
            Target::File => 0,
            Target::Directory(directory) => number(directory)?,
            Target::Relocated(directory) => number(directory)? | RELOCATED,
        };
        Ok(Self { name: name.unwrap_or(Build::<()>::ROOT), identifier: Identifier::default(), target })
    }

    /// `None` for the directory that holds relocated ones, which stands for no name.
    pub(in crate::iso9660) fn name(&self) -> Option<NameId> {
        (self.name != Build::<()>::ROOT).then_some(self.name)
    }

    /// What the record leads to, taken apart.
    pub(in crate::iso9660) fn target(&self) -> Target {
        let directory = DirectoryIndex::try_from(self.target & !RELOCATED).unwrap_or(DirectoryIndex::MAX);
        match (directory, self.target & RELOCATED) {
            (0, _) => Target::File,
            (directory, 0) => Target::Directory(directory),
            (directory, _) => Target::Relocated(directory),
        }
    }
}

/// What the record of an entry leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::iso9660) enum Target {
    /// A file of any kind but directory.
    File,
    /// A directory.
    Directory(DirectoryIndex),
    /// A directory that was relocated from here.
    Relocated(DirectoryIndex),
}

/// Where an identifier is in [`Hierarchy::identifiers`]: its length in one byte, then its bytes.
#[derive(Debug, Clone, Copy, Default)]
struct Identifier(u32);

/// What a tree shows of a [`Build`].
pub(super) struct View<'a, O> {
    pub(super) build: &'a Build<O>,
    pub(super) order: &'a Order,
    /// Whether a name is to be left out of this tree.
    pub(super) hidden: fn(Hidden) -> bool,
    /// Whether it can show anything but files and directories.
    pub(super) posix: bool,
    /// Name of the directory for relocated ones, when deep ones are to be relocated.
    pub(super) relocate: Option<&'a [u8]>,
}

impl<O> View<'_, O> {
    /// The names in `directory` that this tree shows.
    fn names(&self, directory: NameId) -> impl Iterator<Item = NameId> + '_ {
        self.order.of(directory).iter().copied().filter(|id| {
            let plain = matches!(self.build.kind(*id), Kind::File | Kind::Directory);
            (plain || self.posix) && !(self.hidden)(self.build.name(*id).hidden)
        })
    }

    /// Whether directories lie deeper than ISO 9660 has them.
    fn is_deep(&self) -> bool {
        let mut levels = vec![0_u32; self.build.names().len()];
        let mut deepest = 0;
        for id in self.build.names().filter(|id| self.build.kind(*id) == Kind::Directory) {
            let parent = self.build.name(id).parent;
            levels[id.index()] = levels[parent.index()].saturating_add(1);
            deepest = deepest.max(levels[id.index()]);
        }
        deepest > DEEPEST
    }

    /// The directory for relocated ones, if one is needed.
    ///
    /// libarchive refuses relocated directories in any but the first directory of the root that is called as in
    /// [`HOLDERS`]: where the tree has one, it holds them too, as with xorriso.
    fn holder(&self) -> Result<Option<Holder>> {
        let Some(wish) = self.relocate.filter(|_| self.is_deep()) else { return Ok(None) };
        let child = |name: &[u8]| self.build.child(Build::<O>::ROOT, name);
        let shown = |id: &NameId| {
            self.build.kind(*id) == Kind::Directory && !(self.hidden)(self.build.name(*id).hidden)
        };
        if let Some(own) = HOLDERS.into_iter().filter_map(child).find(shown) {
            return Ok(Some(Holder::Own(own)));
        }
        let free = |name: &&[u8]| child(name).is_none();
        match [wish].into_iter().chain(HOLDERS).find(free) {
            Some(name) => Ok(Some(Holder::Made(name.to_vec()))),
            None => Err(Error::Usage(
                "rr_moved and .rr_moved in the root are not directories: no place to relocate deep directories to"
                    .into(),
            )),
        }
    }
}

/// That `name` can be the name of the directory that holds relocated ones.
///
/// # Errors
/// [`Error::Usage`] when it cannot.
pub(super) fn check_holder(name: &[u8]) -> Result<()> {
    let is_name = !matches!(name, b"" | b"." | b"..") && name.len() <= LONGEST_NAME;
    if is_name && !name.iter().any(|byte| matches!(byte, b'/' | b'\0' | b'\n')) {
        return Ok(());
    }
    let name = name.escape_ascii();
    Err(Error::Usage(format!(
        "\"{name}\": is not the name of a directory for relocated ones; names have up to 255 bytes and no slashes"
    )))
}

/// Which identifier a name was given.
pub(super) type Given<'c> = dyn FnMut(NameId, &[u8]) -> Result<()> + 'c;

impl Hierarchy {
    /// The tree that `view` shows, under the identifiers of `naming`; `given` hears of each.
    pub(super) fn build<O>(view: &View<'_, O>, naming: &impl Naming, given: &mut Given<'_>) -> Result<Self> {
        let mut this = Self::default();
        let root = this.add(Some(Build::<O>::ROOT), 0, 0);
        let (own, mut holder) = match view.holder()? {
            None => (None, None),
            Some(Holder::Own(name)) => (Some(name), None),
            Some(Holder::Made(name)) => {
                this.holder = name;
                (None, Some(this.add(None, root, root)))
            }
        };
        if let Some(name) = own {
            holder = Some(this.add(Some(name), root, root));
        }
        let (mut relocated, mut of_holder): (Vec<DirectoryIndex>, Vec<Entry>) = (Vec::new(), Vec::new());
        let mut stack = vec![(root, 1_u32)];
        while let Some((at, level)) = stack.pop() {
            let Some(name) = this.directories[at].name else { continue };
            let mut entries = Vec::new();
            for child in view.names(name) {
                let target = match (view.build.kind(child), holder) {
                    (Kind::Directory, Some(holder)) if own == Some(child) => {
                        stack.push((holder, 2));
                        Target::Directory(holder)
                    }
                    (Kind::Directory, Some(holder)) if level >= DEEPEST => {
                        let moved = this.add(Some(child), holder, at);
                        relocated.push(moved);
                        stack.push((moved, 3));
                        Target::Relocated(moved)
                    }
                    (Kind::Directory, _) => {
                        let inner = this.add(Some(child), at, at);
                        stack.push((inner, level.saturating_add(1)));
                        Target::Directory(inner)
                    }
                    _ => Target::File,
                };
                entries.push(Entry::new(Some(child), target)?);
            }
            if let (0, None, Some(holder)) = (at, own, holder) {
                entries.push(Entry::new(None, Target::Directory(holder))?);
            }
            if Some(at) == holder {
                of_holder = entries;
            } else {
                this.fill(view, naming, at, &entries, given)?;
            }
        }
        if let Some(holder) = holder {
            for moved in relocated {
                of_holder.push(Entry::new(this.directories[moved].name, Target::Directory(moved))?);
            }
            this.fill(view, naming, holder, &of_holder, given)?;
        }
        this.number(holder)?;
        Ok(this)
    }

    /// The entries of a directory, in the order of their records.
    pub(in crate::iso9660) fn entries(&self, directory: &Directory) -> &[Entry] {
        self.entries.get(directory.first..directory.end).unwrap_or_default()
    }

    /// Empty where none is made: then a directory of the tree holds them, or none is relocated.
    pub(in crate::iso9660) fn holder_name(&self) -> &[u8] {
        &self.holder
    }

    /// Links of the directory that holds relocated ones.
    pub(in crate::iso9660) fn holder_links(&self) -> u32 {
        let held = self.directories.iter().filter(|directory| directory.parent != directory.home).count();
        u32::try_from(held).unwrap_or(u32::MAX).saturating_add(2)
    }

    /// An entry's identifier, without version number.
    pub(in crate::iso9660) fn identifier(&self, entry: &Entry) -> &[u8] {
        self.text(entry.identifier)
    }

    /// A directory's identifier in the path table: one zero byte for the root.
    pub(in crate::iso9660) fn directory_identifier(&self, index: DirectoryIndex) -> &[u8] {
        match index {
            0 => &[0],
            _ => self.text(self.directories[index].identifier),
        }
    }

    fn add(&mut self, name: Option<NameId>, parent: DirectoryIndex, home: DirectoryIndex) -> DirectoryIndex {
        self.directories.push(Directory { name, parent, home, ..Directory::default() });
        self.directories.len() - 1
    }

    fn text(&self, identifier: Identifier) -> &[u8] {
        let start = usize::try_from(identifier.0).unwrap_or(usize::MAX);
        match self.identifiers.get(start..) {
            Some([length, rest @ ..]) => &rest[..usize::from(*length)],
            _ => &[],
        }
    }

    /// Gives `entries` identifiers and puts them into the directory `at`, in the order ECMA-119 9.3 demands: that of
    /// the identifiers without version, since all fill bytes sort below all characters.
    fn fill<O>(
        &mut self,
        view: &View<'_, O>,
        naming: &impl Naming,
        at: DirectoryIndex,
        entries: &[Entry],
        given: &mut Given<'_>,
    ) -> Result<()> {
        let name_of = |entry: &Entry| match entry.name() {
            Some(id) => view.build.name(id).bytes,
            None => &self.holder,
        };
        let named = |entry| (name_of(entry), matches!(entry.target(), Target::Directory(_)));
        let assigned = assign(naming, || entries.iter().map(named))?;
        let first = self.entries.len();
        for n in &assigned.order {
            let (bytes, entry) = (assigned.of(*n), entries[usize::try_from(*n).unwrap_or(usize::MAX)]);
            if let Some(id) = entry.name() {
                given(id, bytes)?;
            }
            let start = u32::try_from(self.identifiers.len())
                .map_err(|_| Error::TooLarge("more than 4 GiB of identifiers in one tree".into()))?;
            let length = u8::try_from(bytes.len()).expect("because no naming gives more than 207 bytes");
            self.identifiers.push(length);
            self.identifiers.extend_from_slice(bytes);
            let identifier = Identifier(start);
            if let Target::Directory(inner) = entry.target() {
                self.directories[inner].identifier = identifier;
            }
            self.entries.push(Entry { identifier, ..entry });
        }
        let directory = &mut self.directories[at];
        (directory.first, directory.end) = (first, self.entries.len());
        Ok(())
    }

    /// Puts the directories in the two orders and numbers them.
    ///
    /// In `holder`, which is first on the medium, relocated directories are before others: libarchive, which reads
    /// directories as they lie, can put relocated directories into relocated ones only before it meets the place where
    /// the outermost belongs.
    fn number(&mut self, holder: Option<DirectoryIndex>) -> Result<()> {
        let inner = |this: &Self, at: DirectoryIndex| -> Vec<DirectoryIndex> {
            let entries = this.entries(&this.directories[at]).iter();
            entries
                .filter_map(|entry| match entry.target() {
                    Target::Directory(inner) => Some(inner),
                    _ => None,
                })
                .collect()
        };
        let mut stack = vec![0];
        while let Some(at) = stack.pop() {
            self.placed.push(at);
            let moved = |inner: &DirectoryIndex| self.directories[*inner].is_moved();
            let first = |inner: &DirectoryIndex| Some(*inner) == holder || moved(inner);
            let (first, others): (Vec<_>, Vec<_>) = inner(self, at).into_iter().rev().partition(first);
            stack.extend(others.into_iter().chain(first));
        }
        self.numbered.push(0);
        let (mut next, mut size) = (0, 0_u32);
        while let Some(at) = self.numbered.get(next).copied() {
            next += 1;
            self.directories[at].number = u32::try_from(next).unwrap_or(u32::MAX);
            let length = u32::try_from(self.directory_identifier(at).len()).unwrap_or(u32::MAX);
            let record = 8_u32.saturating_add(length).saturating_add(length % 2);
            size = size.checked_add(record).ok_or_else(|| Error::TooLarge("path table over 4 GiB".into()))?;
            let directories = inner(self, at);
            self.numbered.extend(directories);
        }
        self.path_table_size = size;
        Ok(())
    }
}
