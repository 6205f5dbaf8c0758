//! The layout of DVD-Video: the files of VIDEO_TS come first, in their order, each where the IFO files say it lies.
//!
//! A set is an IFO file, the VOB of its menu, the VOBs of its titles and a BUP file, a copy of the IFO at its end. The
//! sectors an IFO file names count from its own first one (DVD specifications for read-only disc, part 3).

use crate::contents::Contents;
use crate::sources::Origin;
use isokit_cli::Report;
use isokit_cli::name::shown;
use isokit_core::error::{Error, Result};
use isokit_core::fill::{Contents as _, Reader};
use isokit_core::tree::build::{Build, ContentId, File, FileId, NameId};

const SECTOR: u64 = 2048;

/// Bytes a file may have, in whole sectors: it has to be a single extent (UDF 1.02 6.9.2), of less than 1 GiB.
const LARGEST: u64 = (1 << 30) - SECTOR;

/// Sectors of the largest disc, one side with two layers: no file is further behind another.
const DISC: u32 = 4_173_824;

/// Offsets in an IFO file's first table, of big-endian sector numbers.
mod field {
    /// The last sector of the set.
    pub(super) const LAST: usize = 0x0C;
    /// The last sector of the IFO file.
    pub(super) const OWN_LAST: usize = 0x1C;
    /// The first sector of the menu's VOB; 0 when there is none.
    pub(super) const MENU: usize = 0xC0;
    /// The first sector of the titles' VOBs; in the video manager that of the table of titles.
    pub(super) const TITLES: usize = 0xC4;
}

/// Bytes of an IFO file's first table that are looked at.
const TABLE: usize = 0x100;

/// Bytes of the table of titles that are looked at: 99 titles of 12 bytes behind a head of 8.
const TITLES: usize = 8 + 99 * 12;

/// Places the files of VIDEO_TS, which the option `named` asks for; their contents, which none else may share. A BUP file
/// that is missing is said.
///
/// # Errors
/// [`Error::NotFound`] when there is no DVD-Video; [`Error::Foreign`] when its files do not fit into the places its IFO files
/// give them, or an IFO file is shorter than it says.
pub(crate) fn place(
    build: &mut Build<Origin>,
    contents: &Contents<'_>,
    named: &str,
    report: &Report,
) -> Result<Vec<ContentId>> {
    let folder =
        build.child(Build::<Origin>::ROOT, b"VIDEO_TS").filter(|name| has(build, *name, "VIDEO_TS.IFO"));
    let folder = folder.ok_or_else(|| {
        Error::not_found(format!("{named}: VIDEO_TS/VIDEO_TS.IFO"), "no such file in the image")
    })?;
    let mut disc = Disc { build, contents, report, folder, next: 0, placed: Vec::new() };
    let starts = disc.set(0, 0)?;
    for number in 1..=99 {
        if has(disc.build, folder, &ifo(number)) {
            let start = starts.iter().find(|(set, _)| *set == number).map_or(disc.next, |(_, start)| *start);
            disc.set(number, start)?;
        }
    }
    let placed = disc.placed;
    keep_behind(build, &placed);
    Ok(placed)
}

/// Keeps files that the user wants in front from lying between those that have their places.
fn keep_behind(build: &mut Build<Origin>, placed: &[ContentId]) {
    let most = i32::MAX - i32::try_from(placed.len()).unwrap_or(i32::MAX);
    for file in build.files() {
        if let Some(content) = build.file(file).content.filter(|content| !placed.contains(content)) {
            build.set_weight(content, build.content(content).weight.min(most));
        }
    }
}

fn has(build: &Build<Origin>, folder: NameId, name: &str) -> bool {
    build
        .child(folder, name.as_bytes())
        .is_some_and(|name| build.file(build.name(name).file).content.is_some())
}

fn stem(set: u64) -> String {
    if set == 0 { "VIDEO_TS".into() } else { format!("VTS_{set:02}_0") }
}

fn ifo(set: u64) -> String {
    format!("{}.IFO", stem(set))
}

/// The files being placed. Sectors count from the first of VIDEO_TS.IFO.
struct Disc<'d> {
    build: &'d mut Build<Origin>,
    contents: &'d Contents<'d>,
    report: &'d Report,
    folder: NameId,
    /// Everything before has an owner: nothing may be placed there any more.
    next: u64,
    placed: Vec<ContentId>,
}

/// The error for files of VIDEO_TS that are not what a disc of DVD-Video needs.
fn damaged(sentence: String) -> Error {
    Error::foreign(sentence, None)
}

impl Disc<'_> {
    /// Places a set whose IFO file begins at `start`; of set 0 the sets of titles and where they begin.
    fn set(&mut self, set: u64, start: u64) -> Result<Vec<(u64, u64)>> {
        let name = ifo(set);
        let table = self.read(&name, 0, TABLE)?;
        let magic: &[u8] = if set == 0 { b"DVDVIDEO-VMG" } else { b"DVDVIDEO-VTS" };
        if !table.starts_with(magic) {
            return Err(damaged(format!("VIDEO_TS/{name}: is not an IFO file of DVD-Video")));
        }
        let [last, own_last, menu, titles] =
            [field::LAST, field::OWN_LAST, field::MENU, field::TITLES].map(|at| number(&table, at));
        let (size, least) = (self.size(&name).unwrap_or(0), (own_last + 1) * SECTOR);
        if size < least {
            return Err(damaged(format!(
                "VIDEO_TS/{name}: {size} bytes, expected at least {least}, the size that it records"
            )));
        }
        self.file(&name, start)?;
        let menu_vob = format!("{}.VOB", stem(set));
        if menu > 0 {
            self.file(&menu_vob, start + menu)?;
        }
        let mut starts = Vec::new();
        if set == 0 {
            starts = title_sets(&self.read(&name, titles * SECTOR, TITLES)?);
        } else {
            let mut at = start + titles;
            for part in 1..=9 {
                let vob = format!("VTS_{set:02}_{part}.VOB");
                if has(self.build, self.folder, &vob) {
                    self.file(&vob, at)?;
                    at = self.next;
                }
            }
        }
        self.backup(set, start, last)?;
        Ok(starts)
    }

    /// Places the copy of the IFO file at the end of a set that begins at `start`, with `last` its last sector from there.
    fn backup(&mut self, set: u64, start: u64, last: u64) -> Result<()> {
        let bup = format!("{}.BUP", stem(set));
        let Some(size) = self.size(&bup) else {
            let sentence = "is missing; players need it if the IFO file cannot be read";
            self.report.warning(format_args!("VIDEO_TS/{bup}"), sentence);
            return Ok(());
        };
        let sectors = size.div_ceil(SECTOR);
        let first = (last + 1).checked_sub(sectors).ok_or_else(|| {
            damaged(format!("VIDEO_TS/{bup}: is larger than the whole title set that its IFO file describes"))
        })?;
        self.file(&bup, start + first)
    }

    fn size(&self, name: &str) -> Option<u64> {
        let name = self.build.child(self.folder, name.as_bytes())?;
        let content = self.build.file(self.build.name(name).file).content?;
        Some(self.build.content(content).size)
    }

    /// Places a file at a sector; one that is not there or empty needs no place.
    fn file(&mut self, name: &str, at: u64) -> Result<()> {
        let Some(size) = self.size(name) else { return Ok(()) };
        let wrong = |why: String| Err(damaged(format!("VIDEO_TS/{}: {why}", shown(name.as_bytes()))));
        if size > LARGEST {
            return wrong(format!("{size} bytes, expected at most {LARGEST} in DVD-Video"));
        }
        let Some(gap) = at.checked_sub(self.next) else {
            return wrong(format!(
                "must be at sector {at} according to the IFO files, but earlier files occupy it"
            ));
        };
        let content = self.own_content(name)?;
        let order = i32::try_from(self.placed.len()).unwrap_or(i32::MAX);
        self.build.set_weight(content, i32::MAX - order);
        let Some(gap) = u32::try_from(gap).ok().filter(|gap| *gap < DISC) else {
            return wrong(format!(
                "must be at sector {at} according to the IFO files, beyond the end of any disc"
            ));
        };
        self.build.set_gap(content, gap);
        self.placed.push(content);
        self.next = at + size.div_ceil(SECTOR);
        Ok(())
    }

    /// A file of VIDEO_TS, and its content.
    fn content(&self, name: &str) -> Result<(NameId, ContentId)> {
        let missing = || damaged(format!("VIDEO_TS/{name}: is missing"));
        let found = self.build.child(self.folder, name.as_bytes()).ok_or_else(missing)?;
        let content = self.build.file(self.build.name(found).file).content.ok_or_else(missing)?;
        Ok((found, content))
    }

    /// The content of a file that no other file has: where two names stand for one file, as IFO and BUP may, each needs
    /// a place of its own.
    fn own_content(&mut self, name: &str) -> Result<ContentId> {
        let (name, content) = self.content(name)?;
        let id = self.build.name(name).file;
        if !self.placed.contains(&content) {
            return Ok(content);
        }
        let item = self.build.content(content);
        let (size, origin) = (item.size, item.origin);
        let copy = self.build.add_content(size, origin)?;
        let file = self.copy(id)?;
        self.build.set_content(file, copy);
        self.build.set_name(name, file);
        Ok(copy)
    }

    /// A second file of the same description, so that the two names can have contents of their own.
    fn copy(&mut self, id: FileId) -> Result<FileId> {
        let file = self.build.file(id);
        let (link, attributes) = (file.link.to_vec(), file.attributes.to_vec());
        let file = File { link: &[], attributes: &[], ..file };
        self.build.add_file(&File { link: &link, attributes: &attributes, ..file })
    }

    /// Up to `length` bytes of an IFO file from byte `from` on; zeros behind its end.
    fn read(&self, name: &str, from: u64, length: usize) -> Result<Vec<u8>> {
        let (_, content) = self.content(name)?;
        let failed = |error| Error::io("read", error);
        let opened = self.contents.open(&self.build.content(content).origin).map_err(failed)?;
        let mut reader = Reader::new(opened);
        let mut left = from.min(self.build.content(content).size);
        let mut bytes = vec![0; length.max(2048)];
        while left > 0 {
            let step = isokit_core::number::narrow(left).min(2048);
            let got = reader.read(bytes.get_mut(..step).unwrap_or_default()).map_err(failed)?;
            if got == 0 {
                break;
            }
            left -= isokit_core::number::wide(got);
        }
        bytes.fill(0);
        bytes.truncate(length);
        reader.read(&mut bytes).map_err(failed)?;
        Ok(bytes)
    }
}

/// The big-endian 32-bit number at byte `at`; 0 behind the end of `bytes`.
fn number(bytes: &[u8], at: usize) -> u64 {
    let four = bytes.get(at..).and_then(|rest| rest.first_chunk());
    four.map_or(0, |four| u32::from_be_bytes(*four).into())
}

/// Sets of titles and their first sectors, from the table of titles: a count of titles, then for each the number of its
/// set in byte 6 and the set's first sector in bytes 8 to 11.
fn title_sets(table: &[u8]) -> Vec<(u64, u64)> {
    let count = table.first_chunk().map_or(0, |two| usize::from(u16::from_be_bytes(*two)));
    let (titles, _) = table.get(8..).unwrap_or_default().as_chunks::<12>();
    titles.iter().take(count).map(|title| (u64::from(title[6]), number(title, 8))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_titles_says_where_sets_begin() {
        let mut table = vec![0, 2, 0, 0, 0, 0, 0, 31];
        table.extend([0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 9]);
        table.extend([0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 1, 0]);
        table.extend([9; 12]);
        assert_eq!(title_sets(&table), [(1, 9), (2, 256)]);
        assert_eq!(title_sets(&[]), []);
    }
}
