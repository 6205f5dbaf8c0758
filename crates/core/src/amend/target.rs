//! The files whose contents are to be changed: where these lie, and whose they are besides.

use super::views::{View, shown};
use super::{Change, concerning, tree};
use crate::error::{Error, Result};
use crate::image::{Image, Volume};
use crate::iso9660::layout::SECTOR;
use crate::number::round_up;
use crate::source::Source;
use crate::tree::resolve::{Follow, resolve};
use crate::tree::{Coding, Entry, Extent, Kind, Times};
use std::collections::HashMap;
use std::ops::Range;

/// A content that is to be changed.
#[derive(Debug)]
pub(super) struct Target {
    /// The names of it that are to be changed, in the tree that is shown.
    pub(super) paths: Vec<Vec<u8>>,
    /// What it is to be, by its place among the new files.
    pub(super) file: usize,
    /// Where it lies, in order; none for an empty file.
    pub(super) pieces: Vec<Extent>,
    /// Bytes behind the last of them that are its own, too.
    pub(super) tail: u64,
    /// It lies within the structure that describes the file.
    pub(super) is_embedded: bool,
}

impl Target {
    /// What `changes` are about, in the tree that `image` shows, whose contents take blocks of `block` bytes.
    ///
    /// # Errors
    /// See [`super::amend`].
    pub(super) fn find(
        source: &dyn Source,
        image: &Image<'_>,
        changes: &[Change],
        block: u64,
    ) -> Result<Vec<Self>> {
        let mut targets: Vec<Self> = Vec::new();
        for Change { path, file } in changes {
            let found = resolve(image.tree(), path, Follow::OnTheWay)?;
            let name = found.path.escape_ascii();
            refuse(&found.entry).map_err(|why| Error::Usage(format!("{name}: {why}")))?;
            if let Some(known) = targets.iter().find(|known| known.paths.contains(&found.path)) {
                if known.file == *file {
                    continue;
                }
                return Err(Error::Usage(format!("{name}: two files are to replace it")));
            }
            let new = Self::new(source, image, &found.entry, block);
            let mut new = new.map_err(|error| concerning(&found.path, error))?;
            (new.paths, new.file) = (vec![found.path.clone()], *file);
            let same = targets.iter_mut().find(|other| !new.pieces.is_empty() && other.pieces == new.pieces);
            match same {
                None => targets.push(new),
                Some(other) if other.file == new.file => other.paths.append(&mut new.paths),
                Some(other) => {
                    let first = other.name();
                    let sentence =
                        format!("{name}: shares its contents with {first}, which another file replaces");
                    return Err(Error::Usage(sentence));
                }
            }
        }
        Ok(targets)
    }

    fn new(source: &dyn Source, image: &Image<'_>, entry: &Entry, block: u64) -> Result<Self> {
        let pieces = joined(&entry.extents);
        let (mut tail, mut is_embedded) = (0, false);
        if let Some(last) = pieces.last().and_then(|last| Some((last.offset?, last.length))) {
            let end = last.0.saturating_add(last.1);
            let size = source.size().unwrap_or_default();
            if end > size {
                return Err(source.ends(last.0, size.saturating_sub(last.0), last.1));
            }
            tail = round_up(end, block).min(size).saturating_sub(end);
            let volume = shown(image);
            let session = session_start(image);
            if pieces.iter().any(|piece| piece.offset.is_some_and(|at| at < session)) {
                let sentence = "lies in an earlier session, whose tree shows it as well";
                return Err(Error::Usage(sentence.into()));
            }
            let embedded = match volume.and_then(Volume::udf) {
                Some(udf) => udf.tree().embedded(entry)?,
                None => None,
            };
            if let Some((_, room)) = embedded {
                (tail, is_embedded) = (room.saturating_sub(last.1), true);
            }
        }
        Ok(Self { paths: Vec::new(), file: 0, pieces, tail, is_embedded })
    }

    /// The first of its names, for messages.
    pub(super) fn name(&self) -> String {
        self.paths.first().map(|path| path.escape_ascii().to_string()).unwrap_or_default()
    }

    /// Bytes of the content.
    pub(super) fn size(&self) -> u64 {
        self.pieces.iter().fold(0, |sum: u64, piece| sum.saturating_add(piece.length))
    }

    /// Where the first byte lies.
    pub(super) fn start(&self) -> Option<u64> {
        self.pieces.first()?.offset
    }

    /// The bytes of the image that are its own, in order.
    pub(super) fn ranges(&self) -> impl DoubleEndedIterator<Item = Range<u64>> + '_ {
        let last = self.pieces.len().saturating_sub(1);
        self.pieces.iter().enumerate().filter_map(move |(number, piece)| {
            let start = piece.offset?;
            let tail = if number == last { self.tail } else { 0 };
            Some(start..start.saturating_add(piece.length).saturating_add(tail))
        })
    }

    /// That a content of `length` bytes finds room.
    ///
    /// # Errors
    /// [`Error::TooLarge`] where it does not.
    pub(super) fn fits(&self, length: u64) -> Result<()> {
        let room = self.size().saturating_add(self.tail);
        if length <= room {
            return Ok(());
        }
        let name = self.name();
        Err(Error::TooLarge(match room {
            0 => format!("{name}: is empty and has no room in the image for {length} bytes"),
            room => format!("{name}: has room for {room} bytes in the image, and {length} are needed"),
        }))
    }
}

/// First byte that no earlier session recorded. The descriptors of the newest session may have been copied to the beginning of the
/// image, so that it seems to start there.
fn session_start(image: &Image<'_>) -> u64 {
    let sessions = image.iso9660().map(crate::iso9660::Image::sessions).unwrap_or_default();
    let newest = sessions.iter().map(|session| session.start).max().unwrap_or_default();
    let shown = shown(image).map_or(0, Volume::session_start);
    newest.saturating_mul(SECTOR).max(shown)
}

/// Why the file `entry` is not changed.
fn refuse(entry: &Entry) -> std::result::Result<(), &'static str> {
    match entry.kind {
        Kind::File => {}
        Kind::Directory => return Err("is a directory, not a regular file"),
        Kind::Symlink => return Err("is a symbolic link, not a regular file"),
        _ => return Err("is not a regular file"),
    }
    if entry.coding != Coding::Plain {
        return Err("is stored compressed or sparse");
    }
    if entry.streams.is_some() {
        return Err("has named streams");
    }
    if entry.extents.iter().any(|extent| extent.offset.is_none()) {
        return Err("has holes that are not recorded");
    }
    Ok(())
}

/// Extents, those that follow each other in one.
pub(super) fn joined(extents: &[Extent]) -> Vec<Extent> {
    let mut joined: Vec<Extent> = Vec::new();
    for extent in extents.iter().filter(|extent| extent.length > 0) {
        let end = |last: &Extent| last.offset.map(|offset| offset.saturating_add(last.length));
        match joined.last_mut() {
            Some(last) if end(last) == extent.offset && extent.offset.is_some() => {
                last.length = last.length.saturating_add(extent.length);
            }
            _ => joined.push(*extent),
        }
    }
    joined
}

/// The bytes of the image that are to be changed, and whose they are.
#[derive(Debug)]
pub(super) struct Wanted {
    /// In order.
    ranges: Vec<(Range<u64>, usize)>,
    /// The contents, by where they begin.
    contents: HashMap<u64, (usize, Vec<Extent>)>,
    /// Empty files, by their paths.
    empty: HashMap<Vec<u8>, usize>,
}

impl Wanted {
    /// Those of `targets`.
    ///
    /// # Errors
    /// [`Error::Usage`] for contents that overlap.
    pub(super) fn new(targets: &[Target]) -> Result<Self> {
        let (mut ranges, mut contents, mut empty) = (Vec::new(), HashMap::new(), HashMap::new());
        for (number, target) in targets.iter().enumerate() {
            ranges.extend(target.ranges().map(|range| (range, number)));
            match target.start() {
                Some(start) => drop(contents.insert(start, (number, target.pieces.clone()))),
                None => empty.extend(target.paths.iter().map(|path| (path.clone(), number))),
            }
        }
        ranges.sort_unstable_by_key(|(range, _)| range.start);
        let overlap = ranges.windows(2).find_map(|pair| match pair {
            [(one, first), (two, second)] if one.end > two.start => Some((*first, *second)),
            _ => None,
        });
        if let Some((one, two)) = overlap {
            let name = |number: usize| targets.get(number).map(Target::name).unwrap_or_default();
            let sentence = format!("{}: its contents overlap those of {}", name(two), name(one));
            return Err(Error::Usage(sentence));
        }
        Ok(Self { ranges, contents, empty })
    }

    /// Which of the contents has a byte in `range` of the image.
    pub(super) fn at(&self, range: &Range<u64>) -> Option<usize> {
        let after = self.ranges.partition_point(|(own, _)| own.end <= range.start);
        let (own, number) = self.ranges.get(after)?;
        (own.start < range.end && range.start < range.end).then_some(*number)
    }

    /// Which of the contents `entry`, at `path`, has, all of it and nothing else; its places count from byte `shift`.
    pub(super) fn exact(&self, path: &[u8], entry: &Entry, shift: u64) -> Option<usize> {
        if entry.kind != Kind::File || entry.coding != Coding::Plain {
            return None;
        }
        let Some(start) = entry.start() else {
            return self.empty.get(path).copied().filter(|_| entry.size == 0);
        };
        let (number, pieces) = self.contents.get(&start.saturating_add(shift))?;
        let moved = joined(&entry.extents).into_iter().map(|extent| Extent {
            offset: extent.offset.map(|offset| offset.saturating_add(shift)),
            ..extent
        });
        moved.eq(pieces.iter().copied()).then_some(*number)
    }
}

/// A name whose content, or whose directory, lies where something is to be changed.
#[derive(Debug)]
pub(super) struct Touching {
    pub(super) path: Vec<u8>,
    pub(super) entry: Entry,
    /// The content that it has a byte of.
    pub(super) touched: usize,
    /// The same, where it has all of it and nothing else.
    pub(super) target: Option<usize>,
}

/// Makes sure that all names in one tree that have anything of the contents of `targets` are to be changed; `touching` are those.
/// In the tree that is shown, which is the `first`, that are the names which were asked for and hard links to them, whose number
/// is put into `names`.
///
/// # Errors
/// [`Error::Usage`] for another name.
pub(super) fn judge(
    view: &View<'_>,
    targets: &[Target],
    touching: &[Touching],
    first: bool,
    names: &mut [usize],
) -> Result<()> {
    let word = tree(view.kind());
    if let Some(name) = touching.iter().find(|name| name.target.is_none()) {
        let owner = targets.get(name.touched).map(Target::name).unwrap_or_default();
        let path = name.path.escape_ascii();
        let sentence = format!("{owner}: its contents overlap those of {path} in the {word} tree");
        return Err(Error::Usage(sentence));
    }
    for (number, target) in targets.iter().enumerate() {
        let own: Vec<&Touching> = touching.iter().filter(|name| name.target == Some(number)).collect();
        let other = if first {
            if let Some(count) = names.get_mut(number) {
                *count = own.len();
            }
            let asked: Vec<&Entry> =
                own.iter().filter(|name| target.paths.contains(&name.path)).map(|name| &name.entry).collect();
            if asked.len() < target.paths.len() {
                let sentence = format!("{}: is no file of a directory", target.name());
                return Err(Error::Usage(sentence));
            }
            let is_link = |name: &Touching| asked.iter().any(|asked| is_same(asked, &name.entry));
            own.into_iter().find(|name| !target.paths.contains(&name.path) && !is_link(name))
        } else {
            refuse_others(view, target, own.is_empty())?;
            let known = names.get(number).copied().unwrap_or_default();
            own.into_iter().skip(known).next_back()
        };
        if let Some(other) = other {
            let path = other.path.escape_ascii();
            let sentence = format!("{}: shares its contents with {path}", target.name());
            let place = if first { String::new() } else { format!(" in the {word} tree") };
            return Err(Error::Usage(format!("{sentence}{place}, which is not replaced")));
        }
    }
    Ok(())
}

/// Whether two names of the same content are hard links of one file. Where no serial numbers are recorded, they are if all that
/// is told of them is the same.
fn is_same(one: &Entry, other: &Entry) -> bool {
    let (Some(first), Some(second)) = (one.posix, other.posix) else { return false };
    match (first.serial, second.serial) {
        (Some(first), Some(second)) => first == second,
        (None, None) => {
            let times = |entry: &Entry| Times { accessed: None, ..entry.times };
            first.links > 1 && first == second && times(one) == times(other)
        }
        _ => false,
    }
}

/// Makes sure that the tree of `view`, where nothing has the content of `target`, has no other content under its name.
fn refuse_others(view: &View<'_>, target: &Target, is_absent: bool) -> Result<()> {
    if !is_absent {
        return Ok(());
    }
    for path in &target.paths {
        let found = resolve(view.tree(), path, Follow::OnTheWay);
        let Ok(found) = found else { continue };
        if found.entry.kind == Kind::File && (found.entry.size > 0 || target.size() > 0) {
            let word = tree(view.kind());
            let sentence = format!("{}: has other contents in the {word} tree", target.name());
            return Err(Error::Usage(sentence));
        }
    }
    Ok(())
}
