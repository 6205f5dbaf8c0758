//! `-ls` and its relatives: names of a directory, or of what patterns match, as ls(1) prints them.

use super::find::glob;
use super::{Answers, Asked, quoted};
use globset::GlobMatcher;
use isokit_cli::date::Dates;
use isokit_cli::mode::characters;
use isokit_cli::name::inside;
use isokit_cli::{Concerning, Failure, Output};
use isokit_core::Error;
use isokit_core::boot;
use isokit_core::finding::Findings;
use isokit_core::tree::{Detail, Entry, Kind, Posix};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// What is listed, and how.
#[derive(Debug)]
pub(crate) struct Listed {
    /// Paths or patterns of them; none for the root.
    pub paths: Vec<Vec<u8>>,
    /// No path is a pattern.
    pub literal: bool,
    /// With permissions, owner, size and date.
    pub long: bool,
    /// Directories by themselves, not what is in them.
    pub itself: bool,
}

/// Seconds after which xorriso shows the year of a date: 180 days.
const RECENT: i64 = 180 * 86_400;

/// A path as it is shown, and what is there.
type Found = (Vec<u8>, Entry);

/// A component of a path that is looked for.
enum Part<'w> {
    Name(&'w [u8]),
    Pattern(GlobMatcher),
}

impl Part<'_> {
    fn is(&self, name: &[u8]) -> bool {
        match self {
            Self::Name(wanted) => *wanted == name,
            Self::Pattern(pattern) => pattern.is_match(OsStr::from_bytes(name)),
        }
    }
}

impl Asked<'_> {
    /// Prints what `listed` asks for: first what is no directory, or is to be shown by itself, then what is in directories.
    pub(super) fn list(
        &self,
        listed: &Listed,
        answers: &mut Answers,
        output: &Output,
    ) -> Result<(), Failure> {
        let dates = Dates::of_now(false).recent_within(RECENT);
        let findings = Findings::default();
        // What is wrong with a catalog is for reports about it to tell.
        let catalog = if listed.long { boot::catalog(self.source, self.image, &findings) } else { Ok(None) };
        let catalog = catalog.ok().flatten().map(|catalog| catalog.at);
        let line = |(path, entry): &Found| match listed.long {
            true => long(path, entry, catalog, &dates),
            false => quoted(path),
        };
        let root = self.image.tree().root().concerning(self.name)?;
        if listed.paths.is_empty() || (listed.paths == [b"*"] && !listed.itself && !listed.literal) {
            let found = if listed.itself { vec![(b".".to_vec(), root)] } else { self.inside(&root, b"")? };
            found.iter().for_each(|found| answers.line(&line(found)));
            return Ok(());
        }
        let mut found = Vec::new();
        for path in &listed.paths {
            let before = found.len();
            self.matching(path, listed.literal, &root, &mut found)?;
            if found.len() == before {
                let path = path.escape_ascii();
                // Callers look for these words.
                self.report.warning("Not found in ISO image", format_args!("'{path}'"));
            }
        }
        if listed.paths.iter().any(|path| path.starts_with(b"/")) {
            found
                .iter_mut()
                .filter(|(path, _)| !path.starts_with(b"/"))
                .for_each(|(path, _)| path.insert(0, b'/'));
        }
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        let is_one = found.len() == 1;
        let opens = |(_, entry): &Found| entry.kind == Kind::Directory && !listed.itself;
        let (directories, alone): (Vec<_>, Vec<_>) = found.into_iter().partition(opens);
        for found in &alone {
            answers.line(&line(found));
            answers.flush_some(output)?;
        }
        for (path, directory) in &directories {
            if !is_one {
                answers.line(b"");
                answers.line(&[quoted(path).as_slice(), b":"].concat());
            }
            let entries = self.inside(directory, path)?;
            if listed.long {
                answers.line(format!("total {}", entries.len()).as_bytes());
            }
            for found in &entries {
                answers.line(&line(found));
                answers.flush_some(output)?;
            }
        }
        Ok(())
    }

    /// What is at the paths that `word` matches.
    fn matching(
        &self,
        word: &[u8],
        literal: bool,
        root: &Entry,
        found: &mut Vec<Found>,
    ) -> Result<(), Failure> {
        let mut parts = Vec::new();
        for part in word.split(|byte| *byte == b'/').filter(|part| !matches!(*part, b"" | b".")) {
            if part == b".." {
                // As a path that leads back within the image.
                let _ = parts.pop();
            } else if !literal && part.iter().any(|byte| b"*?[".contains(byte)) {
                parts.push(Part::Pattern(pattern(part)?));
            } else {
                parts.push(Part::Name(part));
            }
        }
        let start = if word.starts_with(b"/") { &b"/"[..] } else { b"" };
        let mut here: Vec<Found> = vec![(start.to_vec(), root.clone())];
        for part in &parts {
            let mut next = Vec::new();
            for (path, directory) in here.iter().filter(|(_, entry)| entry.kind == Kind::Directory) {
                let inside = self.inside(directory, path)?.into_iter().filter(|(name, _)| part.is(name));
                next.extend(inside.map(|(name, entry)| {
                    let slash: &[u8] = if matches!(path.as_slice(), b"" | b"/") { b"" } else { b"/" };
                    ([path.as_slice(), slash, &name].concat(), entry)
                }));
            }
            here = next;
        }
        found.extend(here);
        Ok(())
    }

    /// The names in a directory and what they stand for, in the order of the names. What cannot be read is reported.
    fn inside(&self, directory: &Entry, path: &[u8]) -> Result<Vec<Found>, Failure> {
        let mut cursor = self.image.tree().open(directory, Detail::All).concerning(self.name)?;
        let (mut found, mut entry) = (Vec::new(), Entry::default());
        loop {
            match cursor.next(&mut entry) {
                Ok(false) => break,
                Ok(true) => found.push((self.mapped(&entry.name).into_owned(), entry.clone())),
                Err(error) => self.report.failure(inside(self.name, path), error),
            }
            entry.clear();
        }
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(found)
    }
}

/// A pattern of a shell, in which braces are characters.
fn pattern(part: &[u8]) -> Result<GlobMatcher, Error> {
    let mut escaped = Vec::with_capacity(part.len());
    for byte in part {
        if matches!(byte, b'{' | b'}') {
            escaped.push(b'\\');
        }
        escaped.push(*byte);
    }
    glob("pattern", &escaped)
}

/// A line as xorriso's `-lsl` has it. It counts one link of everything, and the boot
/// catalog, at this byte, is a kind of file.
fn long(path: &[u8], entry: &Entry, catalog: Option<u64>, dates: &Dates) -> Vec<u8> {
    let kind = entry.kind;
    let posix = entry.posix.unwrap_or_default();
    // Where no permissions are recorded, xorriso says that all may read and search.
    let mode = entry.posix.map_or(0o555, |posix| posix.mode);
    let permissions = characters(kind, Some(Posix { mode, ..posix }));
    let (uid, gid) = entry.owners();
    let size = match posix.device.filter(|_| matches!(kind, Kind::BlockDevice | Kind::CharacterDevice)) {
        Some((major, minor)) => format!("{major},{minor}"),
        None if kind == Kind::File => entry.size.to_string(),
        None => "0".to_owned(),
    };
    let mut line = permissions.to_vec();
    let is_catalog = kind == Kind::File && entry.extents.iter().any(|extent| extent.offset == catalog);
    if let Some(letter) = line.first_mut().filter(|_| is_catalog && catalog.is_some()) {
        *letter = b'e';
    }
    line.extend_from_slice(format!("    1 {uid:<8} {gid:<8} {size:>8} ").as_bytes());
    dates.write(entry.times.modified, &mut line);
    line.push(b' ');
    line.extend_from_slice(&quoted(path));
    if kind == Kind::Symlink {
        line.extend_from_slice(b" -> ");
        line.extend_from_slice(&quoted(&entry.link));
    }
    line
}
