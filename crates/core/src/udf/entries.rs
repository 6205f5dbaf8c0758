//! The entries of a directory: some descriptors, then the file entries they lead to in the order of the disc.

use super::charset;
use super::file;
use super::icb::Block;
use super::identifiers::Identifiers;
use super::layout::{FILE_IDENTIFIER, ICB, LongAd, characteristics, extent_type};
use super::space::Space;
use crate::error::{Error, Problem, Result};
use crate::number::{narrow, wide};
use crate::source::Source;
use crate::tree::{Cursor, Detail, Entry, Kind};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Extents that are kept of each name of a batch: 12 MiB of the largest one.
const MOST_KEPT: usize = 1024;
/// Extended attributes that are kept of each, and bytes of their values.
const MOST_ATTRIBUTES: usize = 64;
const MOST_VALUES: usize = 32 << 10;
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
pub(super) struct Pending {
    pub(super) entry: Entry,
    /// Leads to the file entry, where that is wanted.
    pub(super) icb: Option<LongAd>,
    /// What the file characteristics say; the file entry may say otherwise.
    is_directory: bool,
    /// Whether the file entry has more extents or attributes than are kept: it is read again when it is this name's turn.
    is_large: bool,
    /// Byte of the source at which its file entry lies.
    place: u64,
    failure: Option<Error>,
}

impl Pending {
    /// Notes that the file entry, which was read, is not what the name says.
    pub(super) fn check_kind(&self, space: &Space<'_>) {
        if self.is_directory != (self.entry.kind == Kind::Directory) {
            let deviation = "the directory bit contradicts the file entry; the file entry was used";
            space.findings.note(self.entry.at, FILE_IDENTIFIER, deviation);
        }
    }
}

/// The memory that reading a directory takes, kept from one to the next.
#[derive(Debug, Default)]
struct Workspace {
    identifiers: Vec<u8>,
    batch: Vec<Pending>,
    order: Vec<usize>,
    windows: Vec<Range<u64>>,
    window: Vec<u8>,
    block: Block,
}

/// Directories whose memory is kept for others.
const MOST_WORKSPACES: usize = 8;

/// The memory of directories that were read.
#[derive(Debug, Default)]
pub(super) struct Workspaces(Mutex<Vec<Workspace>>);

impl Workspaces {
    fn take(&self) -> Workspace {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn keep(&self, workspace: Workspace) {
        let mut workspaces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if workspaces.len() < MOST_WORKSPACES {
            workspaces.push(workspace);
        }
    }
}

/// One directory being read: some descriptors, then the file entries they lead to in the order of the disc.
#[derive(Debug)]
pub(super) struct Entries<'t, 's> {
    space: &'t Space<'s>,
    workspaces: &'t Workspaces,
    identifiers: Identifiers<'t, 's>,
    detail: Detail,
    workspace: Workspace,
    /// How many of the batch are filled.
    used: usize,
    next: usize,
    limit: usize,
}

impl<'t, 's> Entries<'t, 's> {
    /// The entries of `directory`, at its first, with `detail`.
    ///
    /// # Errors
    /// [`Error::Corrupt`] for a directory larger than the image.
    pub(super) fn new(
        space: &'t Space<'s>,
        workspaces: &'t Workspaces,
        directory: &Entry,
        detail: Detail,
    ) -> Result<Self> {
        let mut workspace = workspaces.take();
        let buffer = std::mem::take(&mut workspace.identifiers);
        let identifiers = Identifiers::new(space, directory, buffer)?;
        Ok(Self { space, workspaces, identifiers, detail, workspace, used: 0, next: 0, limit: FIRST_BATCH })
    }
}

impl Drop for Entries<'_, '_> {
    fn drop(&mut self) {
        let mut workspace = std::mem::take(&mut self.workspace);
        workspace.identifiers = self.identifiers.take_buffer();
        self.workspaces.keep(workspace);
    }
}

impl Cursor for Entries<'_, '_> {
    fn next(&mut self, entry: &mut Entry) -> Result<bool> {
        if self.next >= self.used {
            self.gather();
            self.resolve();
        }
        entry.clear();
        if entry.extents.capacity() > MOST_KEPT {
            entry.extents = Vec::new();
        }
        let pending = self.workspace.batch.get_mut(self.next).filter(|_| self.next < self.used);
        self.next = self.next.saturating_add(1);
        match pending {
            None => Ok(false),
            Some(pending) => match pending.failure.take() {
                Some(failure) => {
                    std::mem::swap(&mut entry.name, &mut pending.entry.name);
                    Err(failure)
                }
                None => {
                    std::mem::swap(entry, &mut pending.entry);
                    if let Some(icb) = pending.icb.filter(|_| pending.is_large) {
                        file::again(self.space, &icb, &mut self.workspace.block, entry)?;
                    }
                    Ok(true)
                }
            },
        }
    }
}

impl Entries<'_, '_> {
    /// Takes names from the directory, until the batch is full.
    fn gather(&mut self) {
        (self.used, self.next) = (0, 0);
        while self.used < self.limit {
            if self.workspace.batch.len() <= self.used {
                self.workspace.batch.push(Pending::default());
            }
            let Some(pending) = self.workspace.batch.get_mut(self.used) else { return };
            pending.entry.clear();
            (pending.icb, pending.failure, pending.is_large) = (None, None, false);
            match take(self.space, &mut self.identifiers, self.detail, pending) {
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
        let known = self.workspace.batch.get(..self.used).unwrap_or_default();
        self.workspace.order.clear();
        self.workspace.order.extend(
            (0..known.len()).filter(|number| known.get(*number).is_some_and(|one| one.icb.is_some())),
        );
        self.workspace.order.sort_by_key(|number| known.get(*number).map(|one| one.place));
        let order = std::mem::take(&mut self.workspace.order);
        let mut windows = std::mem::take(&mut self.workspace.windows);
        self.divide(&order, &mut windows);
        self.space.source.will_read(&windows);
        let mut rest = order.as_slice();
        for window in &windows {
            let count = rest.iter().take_while(|number| window.contains(&self.place(**number))).count();
            let (these, others) = rest.split_at(count.max(1).min(rest.len()));
            self.read_window(window.clone(), these);
            rest = others;
        }
        (self.workspace.order, self.workspace.windows) = (order, windows);
    }

    /// The `windows` in which the file entries of the names in `order` lie, that of each in one alone.
    fn divide(&self, order: &[usize], windows: &mut Vec<Range<u64>>) {
        windows.clear();
        for number in order {
            let place = self.place(*number);
            let after = place.saturating_add(self.space.block);
            match windows.last_mut() {
                Some(last)
                    if place.saturating_sub(last.end) <= GAP
                        && after.saturating_sub(last.start) <= WINDOW =>
                {
                    last.end = last.end.max(after);
                }
                Some(last) if last.contains(&place) => {}
                _ => windows.push(place..after),
            }
        }
    }

    fn place(&self, number: usize) -> u64 {
        self.workspace.batch.get(number).map_or(0, |pending| pending.place)
    }

    /// Reads the bytes of `window`, and in them the file entries of the names `numbers`.
    fn read_window(&mut self, window: Range<u64>, numbers: &[usize]) {
        let start = window.start;
        self.workspace.window.resize(narrow(window.end.saturating_sub(start)), 0);
        let space = self.space;
        match space.source.read_some(start, &mut self.workspace.window) {
            Ok(have) => self.workspace.window.truncate(have),
            // What a scratch does not take is still there.
            Err(_) => return numbers.iter().for_each(|number| self.read_one(*number)),
        }
        for number in numbers {
            let Some(pending) = self.workspace.batch.get_mut(*number) else { continue };
            let Some(icb) = pending.icb else { continue };
            let from = narrow(pending.place.saturating_sub(start));
            let Some(bytes) = self.workspace.window.get(from..from.saturating_add(narrow(space.block)))
            else {
                let have = wide(self.workspace.window.len().saturating_sub(from));
                pending.failure = Some(space.source.ends(pending.place, have, space.block));
                continue;
            };
            self.workspace.block.bytes.clear();
            self.workspace.block.bytes.extend_from_slice(bytes);
            self.workspace.block.place = pending.place;
            self.workspace.block.partition = icb.location.partition.get();
            self.workspace.block.number = icb.location.block.get();
            self.describe(*number, &icb);
        }
    }

    /// Reads the file entry of one name.
    fn read_one(&mut self, number: usize) {
        let Some(pending) = self.workspace.batch.get_mut(number) else { return };
        let Some(icb) = pending.icb else { return };
        match file::first(self.space, &icb, &mut self.workspace.block, pending.entry.at) {
            Ok(()) => self.describe(number, &icb),
            Err(error) => pending.failure = Some(error),
        }
    }

    /// Gives a name what the file entry in the block says.
    fn describe(&mut self, number: usize, icb: &LongAd) {
        let space = self.space;
        let Some(pending) = self.workspace.batch.get_mut(number) else { return };
        pending.failure = file::describe(space, icb, &mut self.workspace.block, &mut pending.entry).err();
        let extents = &mut pending.entry.extents;
        let attributes = &mut pending.entry.attributes;
        let values = attributes.iter().fold(0_usize, |sum, one| sum.saturating_add(one.value.len()));
        pending.is_large =
            extents.len() > MOST_KEPT || attributes.len() > MOST_ATTRIBUTES || values > MOST_VALUES;
        if pending.is_large {
            (*extents, *attributes) = (Vec::new(), Vec::new());
        }
        extents.shrink_to(MOST_KEPT);
        if pending.failure.is_none() {
            pending.check_kind(space);
        }
    }
}

/// Takes the next name into `pending`: `None` at the end, `false` for a descriptor that is not to be shown.
pub(super) fn take(
    space: &Space<'_>,
    identifiers: &mut Identifiers<'_, '_>,
    detail: Detail,
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
        FILE_IDENTIFIER
            .at(found.at)
            .corrupt(Problem::Text { field: "file identifier", bytes: found.name.to_vec() })
    };
    charset::decode(found.name, &mut entry.name).ok_or_else(illegal)?;
    if charset::clean(&mut entry.name) {
        let deviation = "a name contains a slash or NUL; replaced by `_`";
        space.findings.note(found.at, FILE_IDENTIFIER, deviation);
    }
    if matches!(entry.name.as_slice(), b"" | b"." | b"..") {
        entry.name.clear();
        return Err(illegal());
    }
    if found.icb.length.get() & extent_type::LENGTH == 0 {
        return Err(FILE_IDENTIFIER.at(found.at).out_of_range("length of the ICB", 0, "at least one block"));
    }
    let location = found.icb.location;
    pending.place =
        space.stretch(location.partition.get(), location.block.get().into(), ICB.at(found.at))?.place;
    pending.is_directory = is(characteristics::DIRECTORY);
    if pending.is_directory || detail == Detail::All {
        pending.icb = Some(found.icb);
    } else if space.source.size().is_some_and(|size| size < pending.place.saturating_add(space.block)) {
        return Err(space.source.ends(pending.place, space.block, space.block));
    }
    Ok(Some(true))
}
