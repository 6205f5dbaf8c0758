//! Paths looked up in a tree.

use crate::error::{Error, Result};
use crate::tree::{Detail, Entry, Kind, Tree};

/// Symbolic links followed for one path, as Linux has it.
const MOST_LINKS: usize = 40;

/// Which symbolic links are followed, inside the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Follow {
    /// Those on the way, not the last component: what lstat(2) does.
    #[default]
    OnTheWay,
    /// The last component too: what open(2) does.
    All,
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The path without `.`, `..`, doubled slashes and followed links; begins with `/`, but empty for the root.
    pub path: Vec<u8>,
    /// As its directory has it; the root has no name.
    pub entry: Entry,
}

/// Looks `path` up from the root; a leading `/` may be left out, `..` stays within the image.
///
/// Names match exactly. Where no name does, `NAME:STREAM` means the stream of that name that the file `NAME` has, and
/// `NAME;1` means `NAME`, `NAME;2` that version of it, and `NAME` the latest version there is; and in a tree that records no POSIX attributes, so that its names are of a system without case,
/// the one name that differs in case only is taken. `FILE/:STREAM` is always the stream.
///
/// # Errors
/// [`Error::NotFound`], or what was wrong with the directory it might have been in.
pub fn resolve(tree: &dyn Tree, path: &[u8], follow: Follow) -> Result<Found> {
    let missing = |problem| Error::not_found(String::from_utf8_lossy(path), problem);
    let mut here = vec![Found { path: Vec::new(), entry: tree.root()? }];
    let mut rest = components(path);
    let mut links = 0;
    let must_be_directory = path.ends_with(b"/") || path.ends_with(b"/.") || path.ends_with(b"/..");
    while let Some(component) = rest.pop() {
        if component == b".." {
            here.truncate(here.len().saturating_sub(1).max(1));
            continue;
        }
        let Some(parent) = here.last() else { break };
        let in_directory = parent.entry.kind == Kind::Directory;
        let found = match in_directory {
            true => look_up(tree, &parent.entry, &component)?,
            false if rest.is_empty() && component.starts_with(b":") => None,
            false => return Err(missing("a component of the path is not a directory")),
        };
        let found = match found {
            None if rest.is_empty() => stream(tree, &parent.entry, &component)?,
            found => found,
        };
        let entry = found.ok_or_else(|| missing("no such file in the image"))?;
        let followed = !rest.is_empty() || follow == Follow::All || must_be_directory;
        if entry.kind == Kind::Symlink && followed {
            links += 1;
            if links > MOST_LINKS {
                return Err(missing("too many levels of symbolic links"));
            }
            if entry.link.starts_with(b"/") {
                here.truncate(1);
            }
            rest.extend(components(&entry.link));
            continue;
        }
        let mut path = parent.path.clone();
        if in_directory {
            path.push(b'/');
        }
        path.extend_from_slice(&entry.name);
        here.push(Found { path, entry });
    }
    let found = here.pop().ok_or_else(|| missing("no such file in the image"))?;
    if must_be_directory && found.entry.kind != Kind::Directory {
        return Err(missing("not a directory"));
    }
    Ok(found)
}

/// Whether `path` ends in slashes and something is called so without them: a path that is no directory, but no pattern either.
pub fn names_something(tree: &dyn Tree, path: &[u8], follow: Follow) -> bool {
    let end = path.iter().rposition(|byte| *byte != b'/').map_or(0, |last| last.saturating_add(1));
    let trimmed = path.get(..end).unwrap_or_default();
    !trimmed.is_empty() && trimmed.len() < path.len() && resolve(tree, trimmed, follow).is_ok()
}

/// The stream of an entry of `above`, or of itself, that `wanted` means: the entry's name, a colon, the stream's name. Its
/// own name is then all of that.
fn stream(tree: &dyn Tree, above: &Entry, wanted: &[u8]) -> Result<Option<Entry>> {
    for (colon, _) in wanted.iter().enumerate().filter(|(_, byte)| **byte == b':') {
        let (name, stream) = wanted.split_at(colon);
        let owner = match name {
            [] => Some(above.clone()),
            name if above.kind == Kind::Directory => look_up(tree, above, name)?,
            _ => None,
        };
        let Some(owner) = owner.filter(|owner| owner.streams.is_some()) else { continue };
        let streams = tree.streams(&owner)?;
        if let Some(mut found) =
            streams.into_iter().find(|found| Some(found.name.as_slice()) == stream.get(1..))
        {
            found.name = wanted.to_vec();
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The components of `path`, last first, without those that mean nothing.
fn components(path: &[u8]) -> Vec<Vec<u8>> {
    let meant = path.split(|byte| *byte == b'/').filter(|part| !matches!(part, [] | [b'.']));
    meant.rev().map(<[u8]>::to_vec).collect()
}

/// How well a name answers to what was asked for, better ones higher: of two versions the later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    None,
    CaseAside(Option<u32>),
    VersionAside(Option<u32>),
}

/// The entry of `directory` that `wanted` means.
fn look_up(tree: &dyn Tree, directory: &Entry, wanted: &[u8]) -> Result<Option<Entry>> {
    match tree.lookup(directory, wanted) {
        Ok(None) => like(tree, directory, wanted, None),
        Err(error) => like(tree, directory, wanted, Some(error)),
        found => found,
    }
}

/// The entry of `directory`, which has none named `wanted`, that is meant by it all the same; if there is none, `failure` may be
/// why.
fn like(
    tree: &dyn Tree,
    directory: &Entry,
    wanted: &[u8],
    mut failure: Option<Error>,
) -> Result<Option<Entry>> {
    let mut cursor = tree.open(directory, Detail::All)?;
    let mut entry = Entry::default();
    let mut best = (Likeness::None, Entry::default());
    let mut ambiguous = false;
    loop {
        match cursor.next(&mut entry) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                if entry.name.is_empty() || likeness(&entry, wanted) > Likeness::None {
                    failure.get_or_insert(error);
                }
                continue;
            }
        }
        let likeness = likeness(&entry, wanted);
        if let (Likeness::CaseAside(_), Likeness::CaseAside(_)) = (best.0, likeness) {
            ambiguous |= stem(&best.1) != stem(&entry);
        }
        if likeness > best.0 {
            ambiguous &= matches!(likeness, Likeness::CaseAside(_));
            best = (likeness, entry.clone());
        }
    }
    match (best, failure) {
        ((Likeness::None, _), Some(failure)) => Err(failure),
        ((Likeness::None, _), None) => Ok(None),
        ((_, entry), _) => Ok((!ambiguous).then_some(entry)),
    }
}

fn likeness(entry: &Entry, wanted: &[u8]) -> Likeness {
    let version = entry.version;
    let stem = stem(entry);
    if stem == wanted {
        return Likeness::VersionAside(version);
    }
    let (unversioned, number) = without_version(wanted);
    if number.is_some_and(|number| number != version.unwrap_or(1)) {
        Likeness::None
    } else if stem == unversioned {
        Likeness::VersionAside(version)
    } else if entry.posix.is_none() && stem.eq_ignore_ascii_case(unversioned) {
        Likeness::CaseAside(version)
    } else {
        Likeness::None
    }
}

/// The name of `entry` without the version number that it records.
fn stem(entry: &Entry) -> &[u8] {
    let Some(version) = entry.version else { return &entry.name };
    let mut parts = entry.name.rsplitn(2, |byte| *byte == b';');
    match (parts.next().map(number), parts.next()) {
        (Some(Some(number)), Some(stem)) if number == version => stem,
        _ => &entry.name,
    }
}

/// `name` without the version number of a plain ISO 9660 name, and that.
fn without_version(name: &[u8]) -> (&[u8], Option<u32>) {
    let mut parts = name.rsplitn(2, |byte| *byte == b';');
    match (parts.next().map(number), parts.next()) {
        (Some(Some(number)), Some(stem)) => (stem.strip_suffix(b".").unwrap_or(stem), Some(number)),
        _ => (name, None),
    }
}

fn number(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok().filter(|text| !text.starts_with('+'))?.parse().ok()
}
