//! What the user wants recorded otherwise than the inputs have it: owners, modes, times, hidden names, weights.

use crate::globs::{Globs, lines};
use crate::hidden::both;
use crate::mode::Mode;
use crate::request::{Change, Entries, Required};
use crate::sources::Origin;
use isokit_cli::name::shown;
use isokit_core::tree::build::{Build, File, FileId, Hidden, NameId};
use isokit_core::tree::{Kind, Time};
use isokit_core::{Error, Result};
use std::collections::HashSet;

/// All that is recorded of entries otherwise than the inputs have it, ready to be applied.
#[derive(Debug)]
pub(crate) struct Overrides {
    root: Option<Mode>,
    changes: Globs<Change>,
    hidden: Globs<Hidden>,
    hidden_made: Globs<Hidden>,
    weights: Globs<i32>,
    required: Globs<usize>,
    /// Of those, what was not met yet: the sentence that says so.
    missing: Vec<Option<String>>,
}

impl Overrides {
    /// What is asked for, and `weights`. No time is later than `latest`; with `literal` no pattern is one.
    ///
    /// # Errors
    /// [`Error::Usage`] for patterns that are none.
    pub(crate) fn new(
        entries: &Entries,
        weights: Vec<(&[u8], i32)>,
        latest: Option<Time>,
        literal: bool,
    ) -> Result<Self> {
        let clamped = |change: &Change| match (change, latest) {
            (Change::Modified(time), Some(latest)) => Change::Modified(latest.min(*time)),
            (change, _) => change.clone(),
        };
        let changes = entries.changes.iter().map(|(glob, change)| (glob.as_slice(), clamped(change)));
        let hidden = |globs: &[(Vec<u8>, Hidden)]| {
            Globs::new(globs.iter().map(|(glob, hidden)| (glob.as_slice(), *hidden)))
        };
        let required = entries.required.iter();
        let all = Self {
            root: entries.root.clone(),
            changes: Globs::new(changes)?,
            hidden: hidden(&entries.hidden)?,
            hidden_made: hidden(&entries.hidden_made)?,
            weights: Globs::new(weights)?,
            required: Globs::new(required.enumerate().map(|(n, required)| (required.pattern.as_slice(), n)))?,
            missing: entries.required.iter().map(|required| Some(missing(required))).collect(),
        };
        Ok(if literal { all.literally() } else { all })
    }

    /// Knows that there will be something at `path`, which is no directory and has no source.
    pub(crate) fn meet(&mut self, path: &[u8]) {
        for met in self.required.of(path, false) {
            self.missing.get_mut(*met).into_iter().for_each(|sentence| *sentence = None);
        }
    }

    /// Which trees do not show what lies at `path`, which is no directory and has no source.
    pub(crate) fn hidden(&self, path: &[u8]) -> Hidden {
        self.hidden.of(path, false).chain(self.hidden_made.of(path, false)).fold(Hidden::default(), both)
    }

    /// Owner and group of what lies at `path`, which is no directory and has no source.
    pub(crate) fn owners(&self, path: &[u8]) -> (u32, u32) {
        self.changes.of(path, false).fold((0, 0), |(uid, gid), change| match change {
            Change::Owner(owner) => (*owner, gid),
            Change::Group(group) => (uid, *group),
            _ => (uid, gid),
        })
    }

    fn literally(self) -> Self {
        Self {
            root: self.root,
            changes: self.changes.literally(),
            hidden: self.hidden.literally(),
            hidden_made: self.hidden_made.literally(),
            weights: self.weights.literally(),
            required: self.required,
            missing: self.missing,
        }
    }

    /// Applies all of it; what is `kept` of an earlier session is described as it was.
    ///
    /// # Errors
    /// [`Error::Usage`] for a malformed pattern that is no name either.
    pub(crate) fn apply(&mut self, build: &mut Build<Origin>, kept: &HashSet<FileId>) -> Result<()> {
        let has_patterns = !(self.changes.is_empty() && self.hidden.is_empty() && self.weights.is_empty());
        if self.root.is_none() && !has_patterns && self.missing.is_empty() {
            return Ok(());
        }
        self.know(build);
        // The weight each directory hands down; names come after their directories.
        let mut handed_down = Vec::new();
        for name in build.names() {
            let path = build.path(name);
            let directory = build.kind(name) == Kind::Directory;
            if !kept.contains(&build.name(name).file) {
                self.change(build, name, &path, directory)?;
            }
            let hidden = self.hidden.of(&path, directory).fold(build.name(name).hidden, both);
            build.set_hidden(name, hidden);
            self.weigh(build, name, &path, &mut handed_down);
            for met in self.required.of(&path, directory) {
                self.missing.get_mut(*met).into_iter().for_each(|sentence| *sentence = None);
            }
        }
        self.required.check()?;
        if let Some(sentence) = self.missing.iter().flatten().next() {
            return Err(Error::Usage(sentence.clone()));
        }
        self.changes.check()?;
        self.hidden.check()?;
        self.weights.check()
    }

    /// Patterns that are written like something in the tree are no patterns.
    fn know(&mut self, build: &Build<Origin>) {
        if !(self.changes.wants_paths() || self.hidden.wants_paths() || self.weights.wants_paths()) {
            return;
        }
        for name in build.names() {
            let path = build.path(name);
            self.changes.know(&path);
            self.hidden.know(&path);
            self.weights.know(&path);
        }
    }

    fn change(&self, build: &mut Build<Origin>, name: NameId, path: &[u8], directory: bool) -> Result<()> {
        let id = build.name(name).file;
        let file = build.file(id);
        let (mut uid, mut gid, mut mode, mut modified) = (file.uid, file.gid, file.mode, file.modified);
        for change in self.changes.of(path, directory) {
            match change {
                Change::Owner(owner) => uid = *owner,
                Change::Group(group) => gid = *group,
                Change::ModeOf(kind, _) if file.kind != *kind => {}
                Change::Mode(_) if file.kind == Kind::Symlink => {}
                Change::Mode(change) | Change::ModeOf(_, change) => mode = change.applied(mode, directory),
                Change::Modified(time) => modified = *time,
            }
        }
        if let Some(change) = self.root.as_ref().filter(|_| name == Build::<Origin>::ROOT) {
            mode = change.applied(mode, directory);
        }
        if (uid, gid, mode, modified) == (file.uid, file.gid, file.mode, file.modified) {
            return Ok(());
        }
        let (link, attributes) = (file.link.to_vec(), file.attributes.to_vec());
        let changed = File {
            uid,
            gid,
            mode,
            modified,
            accessed: modified,
            changed: modified,
            link: &link,
            attributes: &attributes,
            ..file
        };
        let changed = File { link: &link, attributes: &attributes, ..changed };
        build.set_file(id, &changed)
    }

    /// A content has the highest weight any of its names gives it.
    fn weigh(&self, build: &mut Build<Origin>, name: NameId, path: &[u8], handed_down: &mut Vec<i32>) {
        let found = build.name(name);
        let above = handed_down.get(found.parent.index()).copied().unwrap_or(0);
        let directory = build.kind(name) == Kind::Directory;
        let weight = self.weights.of(path, directory).next_back().copied().unwrap_or(above);
        handed_down.push(weight);
        if let Some(content) = build.file(found.file).content {
            let known = build.content(content).weight;
            build.set_weight(content, if known == 0 { weight } else { weight.max(known) });
        }
    }
}

/// That nothing is what has to be there.
fn missing(required: &Required) -> String {
    format!("{}: {}: no such file in the image", required.option, shown(&required.path))
}

/// The patterns in the lines of the weights file `text`, and their weights.
///
/// # Errors
/// [`Error::Usage`] for a line that has none.
pub(crate) fn weights(text: &[u8]) -> Result<Vec<(&[u8], i32)>> {
    lines(text).map(weighted).collect()
}

fn weighted(line: &[u8]) -> Result<(&[u8], i32)> {
    let wrong = || Error::Usage(format!("line \"{}\", expected GLOB and WEIGHT", line.escape_ascii()));
    let blank = line.iter().rposition(|byte| matches!(byte, b' ' | b'\t')).ok_or_else(wrong)?;
    let (glob, weight) = line.split_at(blank);
    let weight = std::str::from_utf8(weight.trim_ascii()).ok().and_then(|text| text.parse().ok());
    match (glob.trim_ascii_end(), weight) {
        ([], _) | (_, None) => Err(wrong()),
        (glob, Some(weight)) => Ok((glob, weight)),
    }
}

/// The latest change of anything an input describes.
pub(crate) fn newest(build: &Build<Origin>, implicit: &HashSet<NameId>) -> Option<Time> {
    let described = build.names().filter(|name| !implicit.contains(name));
    described.map(|name| build.file(build.name(name).file).modified).max()
}

/// Gives what no input describes a date.
///
/// # Errors
/// Never, but for the numbering of [`Build`].
pub(crate) fn date_implicit(build: &mut Build<Origin>, implicit: &HashSet<NameId>, date: Time) -> Result<()> {
    for name in implicit {
        let id = build.name(*name).file;
        let File { kind, mode, content, uid, gid, modified, .. } = build.file(id);
        // Whoever asked for another date has it.
        let date = if modified == Time::default() { date } else { modified };
        build.set_file(id, &File { content, uid, gid, ..File::new(kind, mode, date) })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_follows_the_last_blank() {
        assert_eq!(weighted(b"a b/*.txt\t -7").expect("good"), (&b"a b/*.txt"[..], -7));
        for wrong in [&b"a"[..], b"a x", b" 7", b"a 4294967296"] {
            assert!(weighted(wrong).is_err(), "{}", wrong.escape_ascii());
        }
    }
}
