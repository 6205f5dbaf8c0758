//! The tree of a logical volume, read: file identifiers and file entries become entries.

use super::directory::Identifiers;
use super::icb::{self, Block};
use super::layout::{
    FILE_ENTRY, FILE_IDENTIFIER, ICB, LongAd, PATH_COMPONENTS, characteristics, extent_type,
};
use super::space::Space;
use super::{allocation, attributes, charset, link};
use crate::error::{Error, Problem, Result};
use crate::fields::corrupt;
use crate::number::{narrow, wide};
use crate::tree::{Cursor, Entry, Extent, Kind, Tree};

/// Bytes of path components a symbolic link may have.
const LONGEST_LINK: u64 = 64 << 10;

/// The tree of a file set.
#[derive(Debug)]
pub struct UdfTree<'s> {
    space: Space<'s>,
    root: LongAd,
    /// Absolute byte of the file set descriptor.
    root_at: u64,
}

impl<'s> UdfTree<'s> {
    /// The tree whose root the file set descriptor at absolute byte `root_at` names.
    pub(super) fn new(space: Space<'s>, root: LongAd, root_at: u64) -> Self {
        Self { space, root, root_at }
    }

    /// Bytes of a logical block.
    pub fn block_size(&self) -> u64 {
        self.space.block
    }

    /// Gives `entry` what the ICB that `icb` leads to says; `block` holds the first block of it.
    fn describe(&self, icb: &LongAd, block: &mut Block, entry: &mut Entry) -> Result<()> {
        let space = &self.space;
        icb::settle(space, icb, block, entry.at)?;
        let found = block.entry(space)?;
        let place = block.place;
        entry.kind = found.kind().unwrap_or_default();
        if found.kind().is_none() {
            let kind = found.head.icb_tag.file_type;
            space.findings.note(
                space.absolute(place),
                FILE_ENTRY,
                format!("file type {kind} is shown as a file"),
            );
        }
        found.describe(entry);
        if let Some(posix) = &mut entry.posix {
            posix.serial = place.checked_div(space.block).filter(|serial| *serial != 0);
        }
        let (bytes, start) = found.attributes;
        attributes::take(bytes, space.absolute(place).saturating_add(wide(start)), entry, &space.findings);
        match entry.kind {
            Kind::File | Kind::Directory | Kind::Symlink => {
                entry.size = found.size();
                entry.size = allocation::extents(space, &found, block.partition, place, &mut entry.extents)?;
            }
            Kind::CharacterDevice | Kind::BlockDevice | Kind::Fifo | Kind::Socket => {}
        }
        if entry.kind == Kind::Symlink {
            self.link(entry)?;
        }
        Ok(())
    }

    /// Makes the content of a symbolic link its target.
    fn link(&self, entry: &mut Entry) -> Result<()> {
        let at = entry.extents.first().and_then(|first| first.offset).unwrap_or_default();
        let at = self.space.absolute(at);
        if entry.size > LONGEST_LINK {
            let limit = format!("at most {LONGEST_LINK}");
            let problem = Problem::OutOfRange { field: "information length", got: entry.size, limit };
            return Err(corrupt(at, PATH_COMPONENTS, problem));
        }
        let mut bytes = vec![0; narrow(entry.size)];
        let mut rest = bytes.as_mut_slice();
        for extent in &entry.extents {
            let Some((piece, after)) = rest.split_at_mut_checked(narrow(extent.length)) else { break };
            if let Some(offset) = extent.offset {
                self.space.source.read_at(offset, piece)?;
            }
            rest = after;
        }
        link::append(&bytes, at, &mut entry.link)?;
        entry.extents.clear();
        entry.size = wide(entry.link.len());
        Ok(())
    }
}

impl Tree for UdfTree<'_> {
    fn root(&self) -> Result<Entry> {
        let mut entry = Entry { at: self.root_at, ..Entry::default() };
        let mut block = Block::default();
        let location = self.root.location;
        block.read(&self.space, location.partition.get(), location.block.get(), self.root_at)?;
        self.describe(&self.root, &mut block, &mut entry)?;
        if entry.kind != Kind::Directory {
            let problem = Problem::OutOfRange { field: "file type of the root", got: 0, limit: "4".into() };
            return Err(corrupt(self.space.absolute(block.place), FILE_ENTRY, problem));
        }
        Ok(entry)
    }

    fn open<'t>(&'t self, directory: &Entry) -> Result<Box<dyn Cursor + 't>> {
        Ok(Box::new(Directory {
            tree: self,
            identifiers: Identifiers::new(&self.space, directory.extents.clone(), directory.at)?,
            batch: Vec::new(),
            used: 0,
            next: 0,
            limit: FIRST_BATCH,
            window: Vec::new(),
            order: Vec::new(),
            block: Block::default(),
        }))
    }
}

/// File entries read together at first: a path that is looked up may be found among them.
const FIRST_BATCH: usize = 16;
/// File entries read together at the most.
const LARGEST_BATCH: usize = 512;
/// Bytes read at once for file entries that lie close together.
const WINDOW: u64 = 64 << 10;
/// Bytes between two file entries that are read over rather than past.
const GAP: u64 = 16 << 10;

/// A name whose file entry is to be read, or was.
#[derive(Debug, Default)]
struct Pending {
    entry: Entry,
    icb: Option<LongAd>,
    /// Byte of the source at which its file entry lies.
    place: u64,
    failure: Option<Error>,
}

/// One directory being read: some descriptors, then the file entries they lead to in the order of the disc.
#[derive(Debug)]
struct Directory<'t, 's> {
    tree: &'t UdfTree<'s>,
    identifiers: Identifiers<'t, 's>,
    /// The first `used` are filled; they keep their capacities.
    batch: Vec<Pending>,
    used: usize,
    next: usize,
    limit: usize,
    window: Vec<u8>,
    order: Vec<usize>,
    block: Block,
}

impl Cursor for Directory<'_, '_> {
    fn next(&mut self, entry: &mut Entry) -> Result<bool> {
        if self.next >= self.used {
            self.gather();
            self.resolve();
        }
        entry.clear();
        let pending = self.batch.get_mut(self.next).filter(|_| self.next < self.used);
        self.next = self.next.saturating_add(1);
        match pending {
            None => Ok(false),
            Some(pending) => match pending.failure.take() {
                Some(failure) => Err(failure),
                None => {
                    std::mem::swap(entry, &mut pending.entry);
                    Ok(true)
                }
            },
        }
    }
}

impl Directory<'_, '_> {
    /// Takes the next names.
    fn gather(&mut self) {
        (self.used, self.next) = (0, 0);
        while self.used < self.limit {
            if self.batch.len() <= self.used {
                self.batch.push(Pending::default());
            }
            let Some(pending) = self.batch.get_mut(self.used) else { return };
            pending.entry.clear();
            (pending.icb, pending.failure) = (None, None);
            match take(self.tree, &mut self.identifiers, pending) {
                Ok(Some(true)) => {}
                Ok(Some(false)) => continue,
                Ok(None) => break,
                Err(error) => (pending.icb, pending.failure) = (None, Some(error)),
            }
            self.used = self.used.saturating_add(1);
        }
        self.limit = self.limit.saturating_mul(2).min(LARGEST_BATCH);
    }

    /// Reads the file entries of the names taken, in the order of the disc.
    fn resolve(&mut self) {
        let known = self.batch.get(..self.used).unwrap_or_default();
        self.order.clear();
        self.order.extend(
            (0..known.len()).filter(|number| known.get(*number).is_some_and(|one| one.icb.is_some())),
        );
        self.order.sort_by_key(|number| known.get(*number).map(|one| one.place));
        let order = std::mem::take(&mut self.order);
        let mut rest = order.as_slice();
        while let Some(first) = rest.first() {
            let start = self.place(*first);
            let mut end = start;
            let near = rest.iter().take_while(|number| {
                let place = self.place(**number);
                let after = place.saturating_add(self.tree.space.block);
                let fits = place.saturating_sub(end) <= GAP && after.saturating_sub(start) <= WINDOW;
                if fits {
                    end = after;
                }
                fits || place == start
            });
            let count = near.count().max(1);
            let (these, others) = rest.split_at(count.min(rest.len()));
            self.read_window(start, end.max(start.saturating_add(self.tree.space.block)), these);
            rest = others;
        }
        self.order = order;
    }

    fn place(&self, number: usize) -> u64 {
        self.batch.get(number).map_or(0, |pending| pending.place)
    }

    /// Reads bytes `start` to `end`, and in them the file entries of the names `numbers`.
    fn read_window(&mut self, start: u64, end: u64, numbers: &[usize]) {
        self.window.resize(narrow(end.saturating_sub(start)), 0);
        let space = &self.tree.space;
        let read = space.source.read_some(start, &mut self.window);
        let mut failure = match read {
            Ok(have) => {
                self.window.truncate(have);
                None
            }
            Err(error) => {
                self.window.clear();
                Some(error)
            }
        };
        for number in numbers {
            let Some(pending) = self.batch.get_mut(*number) else { continue };
            let Some(icb) = pending.icb else { continue };
            let from = narrow(pending.place.saturating_sub(start));
            let Some(bytes) = self.window.get(from..from.saturating_add(narrow(space.block))) else {
                let have = wide(self.window.len().saturating_sub(from));
                let missing = || space.source.ends(pending.place, have, space.block);
                pending.failure = Some(failure.take().unwrap_or_else(missing));
                continue;
            };
            self.block.bytes.clear();
            self.block.bytes.extend_from_slice(bytes);
            self.block.place = pending.place;
            self.block.partition = icb.location.partition.get();
            self.block.number = icb.location.block.get();
            pending.failure = self.tree.describe(&icb, &mut self.block, &mut pending.entry).err();
        }
    }
}

/// Takes the next name into `pending`: `None` at the end, `false` for a descriptor that is not to be shown.
fn take(
    tree: &UdfTree<'_>,
    identifiers: &mut Identifiers<'_, '_>,
    pending: &mut Pending,
) -> Result<Option<bool>> {
    let Some(found) = identifiers.next()? else { return Ok(None) };
    let is = |bit| found.characteristics & bit != 0;
    if is(characteristics::PARENT) || is(characteristics::DELETED) {
        return Ok(Some(false));
    }
    let entry = &mut pending.entry;
    entry.at = found.at;
    entry.hidden = is(characteristics::HIDDEN);
    let illegal = || {
        corrupt(
            found.at,
            FILE_IDENTIFIER,
            Problem::Text { field: "file identifier", bytes: found.name.to_vec() },
        )
    };
    charset::decode(found.name, &mut entry.name).ok_or_else(illegal)?;
    let mut replaced = false;
    for byte in &mut entry.name {
        if matches!(byte, b'/' | 0) {
            (*byte, replaced) = (b'_', true);
        }
    }
    if replaced {
        let deviation = "a name holds a slash or a NUL; `_` stands for it";
        tree.space.findings.note(found.at, FILE_IDENTIFIER, deviation);
    }
    if matches!(entry.name.as_slice(), b"" | b"." | b"..") {
        return Err(illegal());
    }
    if found.icb.length.get() & extent_type::LENGTH == 0 {
        let problem =
            Problem::OutOfRange { field: "length of the ICB", got: 0, limit: "at least one block".into() };
        return Err(corrupt(found.at, FILE_IDENTIFIER, problem));
    }
    let location = found.icb.location;
    pending.place =
        tree.space.stretch(location.partition.get(), location.block.get().into(), ICB, found.at)?.place;
    pending.icb = Some(found.icb);
    Ok(Some(true))
}

/// The content of what `entry` describes, as one list; for partitions that are files.
pub(super) fn content(space: &Space<'_>, block: &Block) -> Result<(u64, Vec<Extent>)> {
    let found = block.entry(space)?;
    let mut extents = Vec::new();
    let size = allocation::extents(space, &found, block.partition, block.place, &mut extents)?;
    Ok((size, extents))
}
