//! Commands of xorriso that change an image: the one that is read becomes what the new one is made from.

use super::Settings;
use super::accounts::{Account, GROUPS, USERS};
use super::date::{self, DATES};
use super::lists::Lists;
use super::patterns::{all_match, translated};
use super::values::Values;
use crate::globs::literal;
use crate::operand::{Target, components};
use crate::removal::Removed;
use crate::request::{Base, Boot, Change, Identifiers, Partitions, Required, Text};
use isokit_cli::Failure;
use isokit_cli::name::shown;
use isokit_core::tree::Time;
use isokit_core::tree::build::Hidden;
use isokit_core::{Error, Result};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// What was asked of the image that is read, besides what is asked of one that is made of files.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// The first command that makes the image another one.
    pub first: Option<String>,
    pub removed: Vec<Removed>,
    /// Commands that left an identifier empty.
    pub emptied: Vec<String>,
    /// Files on disk that `-update` names.
    pub updated: Vec<PathBuf>,
    /// Dates of what patterns match in the image.
    pub dates: Vec<(Vec<u8>, Time)>,
    /// Paths of the image are no patterns.
    pub literal: bool,
    /// What boots is what the image has: how `-boot_image` says so.
    pub kept: Option<&'static str>,
    /// Nothing that the image has boots, but what is described.
    pub discarded: bool,
    /// Owners of what patterns match in the image.
    pub owners: Vec<(Vec<u8>, Owner)>,
    /// Patterns that have to match something in the image.
    pub required: Vec<Required>,
    /// Paths of the image that commands changed, by their names: patterns unless they are literal.
    pub touched: Vec<Touched>,
    /// Permissions of all below paths other than the root were changed, which extraction does not know.
    pub modes_below: bool,
    /// Whether there is Joliet is what was said, not what the image has.
    pub joliet: bool,
    /// Whether there is Rock Ridge, likewise.
    pub rock_ridge: bool,
}

/// A path of the image that a command changed.
#[derive(Debug)]
pub(crate) struct Touched {
    /// The command.
    pub option: String,
    pub path: Vec<u8>,
    /// All below it was changed as well.
    pub below: bool,
    pub is_literal: bool,
}

/// Whom a path of the image is given to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Owner {
    User(Account),
    Group(Account),
}

/// Commands behind which an image is not what it was.
const CHANGING: &[&str] = &[
    "map",
    "mkdir",
    "rmdir",
    "add",
    "cpr",
    "update",
    "update_r",
    "rm",
    "rm_r",
    "chmod",
    "chown",
    "chown_r",
    "chgrp",
    "chgrp_r",
    "alter_date",
    "alter_date_r",
    "append_partition",
    "volid",
    "volset_id",
    "publisher",
    "application_id",
    "system_id",
    "preparer_id",
    "application_use",
    "copyright_file",
    "abstract_file",
    "biblio_file",
    "volume_date",
];

/// Those that fill a field of the volume descriptors, which the image may have filled.
const FIELDS: &[&str] =
    &["volset_id", "publisher", "application_id", "system_id", "preparer_id", "application_use"];

/// Knows that the command `name`, which was written as `option`, was done with `values`.
pub(super) fn done(changes: &mut Changes, name: &str, option: &str, values: &[OsString]) {
    if CHANGING.contains(&name) {
        changes.first.get_or_insert_with(|| option.to_owned());
    }
    if FIELDS.contains(&name) && values.iter().all(|value| value.is_empty()) {
        changes.emptied.push(name.to_owned());
    }
}

/// Gives paths of the image the date of `values`, and with `below` all below them.
///
/// # Errors
/// [`Error::Usage`] for a kind of date that is not recorded by itself, for a date that is none, and for the root alone.
pub(super) fn date(settings: &mut Settings, values: &Values<'_>, below: bool) -> Result<()> {
    // No other time is kept of what an image has.
    if !matches!(values.text(0)?, "m" | "b" | "m-c" | "b-c") {
        return Err(values.wrong("m or b, a date and paths"));
    }
    let time = date::date(values.text(1)?).ok_or_else(|| values.wrong(DATES))?;
    for word in values.words.iter().skip(2) {
        let patterns = touch(settings, values, word.as_encoded_bytes(), below);
        if patterns.is_empty() {
            return Err(values.wrong("a path below the root; -alter_date_r dates the root and all in it"));
        }
        settings.changes.dates.extend(patterns.into_iter().map(|pattern| (pattern, time)));
    }
    Ok(())
}

/// Knows that a command changes what lies at a `path` of the image, and with `below` all below it. The patterns of that; none of
/// the root alone.
pub(super) fn touch(settings: &mut Settings, values: &Values<'_>, path: &[u8], below: bool) -> Vec<Vec<u8>> {
    let is_literal = settings.changes.literal;
    let part = |part: &[u8]| if is_literal { literal(part) } else { translated(part) };
    let parts: Vec<Vec<u8>> = components(path).map(part).collect();
    let pattern = parts.iter().fold(Vec::new(), |path, part| [path.as_slice(), b"/", part].concat());
    let (option, path) = (values.option.to_owned(), path.to_vec());
    if !parts.is_empty() {
        let (option, path, pattern) = (option.clone(), path.clone(), pattern.clone());
        settings.changes.required.push(Required { option, path, pattern });
    }
    settings.changes.touched.push(Touched { option, path, below, is_literal });
    let all: &[u8] = if parts.is_empty() { b"**" } else { b"/**" };
    let below = below.then(|| [pattern.as_slice(), all].concat());
    below.into_iter().chain(Some(pattern).filter(|pattern| !pattern.is_empty())).collect()
}

/// Refuses what a command puts at `place` of the image, where one before it changed what is there and would change that as well:
/// xorriso changes what is there when the command is read.
///
/// # Errors
/// [`Error::Usage`] with both commands.
pub(super) fn refuse_touched(settings: &Settings, option: &str, place: &[u8]) -> Result<()> {
    for touched in &settings.changes.touched {
        let parts: Vec<&[u8]> = components(&touched.path).collect();
        let is_deeper = components(place).count() > parts.len();
        if (touched.below || !is_deeper) && !parts.is_empty() && meet(&parts, place, touched.is_literal)?
            || (parts.is_empty() && touched.below)
        {
            let place = shown(place);
            let sentence = format!(
                "{} before it would change this as well; put it into the image first",
                touched.option
            );
            return Err(Error::Usage(format!("{option}: {place}: {sentence}")));
        }
    }
    Ok(())
}

/// Gives the paths of `values` to a user or a group, and with `below` all below them.
///
/// # Errors
/// [`Error::Usage`] for an account that is none, and for the root alone.
pub(super) fn own(
    settings: &mut Settings,
    values: &Values<'_>,
    owner: fn(Account) -> Owner,
    below: bool,
) -> Result<()> {
    let name = values.text(0)?;
    let account = name.parse().map_or_else(|_| Account::Name(name.to_owned()), Account::Number);
    for word in values.words.iter().skip(1) {
        let path = word.as_encoded_bytes();
        if components(path).next().is_none() && !below {
            return Err(values.wrong("a path below the root; the root is changed with all in it"));
        }
        for pattern in touch(settings, values, path, below) {
            settings.changes.owners.push((pattern, owner(account.clone())));
        }
    }
    Ok(())
}

/// Gives up what is where the image is written, also if it is the image that is to be changed.
pub(super) fn blank(settings: &mut Settings) {
    settings.output.blank = false;
    let is_changed = |(option, _): &(String, OsString)| option.trim_start_matches('-') == "dev";
    if settings.output.path.is_none() && settings.reading.image.as_ref().is_some_and(is_changed) {
        settings.output.path = settings.reading.image.take().map(|(_, path)| path.into());
    }
}

/// Makes what is at the second of `values` in the image what is at the first on disk.
///
/// # Errors
/// [`Error::Usage`] for the root, and for what a command before has put there.
pub(super) fn update(settings: &mut Settings, values: &Values<'_>) -> Result<()> {
    let path = values.bytes(1);
    let parts: Vec<&[u8]> = components(&path).collect();
    if parts.is_empty() || parts.contains(&&b".."[..]) {
        return Err(values.wrong("a path on disk and one below the root of the image"));
    }
    refuse_put(settings, values, &parts, true)?;
    let names: Vec<Vec<u8>> = parts.iter().map(|part| literal(part)).collect();
    let pattern = [b"/", names.join(&b'/').as_slice()].concat();
    settings.changes.removed.push(Removed { pattern, directories: true, replaced: true, empty: false });
    settings.sources.mapped.push((values.path(0), path));
    Ok(())
}

/// Refuses paths at or near which a command before has put something: what is removed is removed first.
fn refuse_put(settings: &Settings, values: &Values<'_>, parts: &[&[u8]], is_literal: bool) -> Result<()> {
    let made = settings.sources.made.iter().map(|made| made.names.join(&b'/'));
    for place in settings.sources.mapped.iter().map(|(_, place)| place.clone()).chain(made) {
        if meet(parts, &place, is_literal)? {
            let path = parts.join(&b'/');
            let sentence = "removes what a command before it puts there; remove first";
            return Err(Error::Usage(format!("{}: {}: {sentence}", values.option, path.escape_ascii())));
        }
    }
    Ok(())
}

/// Puts a file on disk at a path of the image, the last of `values`, or several below it.
///
/// # Errors
/// [`Error::Usage`] for a directory alone, which goes below the path only if that is a directory already, and for a file without
/// a name.
pub(super) fn copy(settings: &mut Settings, values: &Values<'_>) -> Result<()> {
    let Some((place, files @ [_, ..])) = values.words.split_last() else {
        return Err(values.wrong("files on disk, and a path of the image"));
    };
    let place = place.as_bytes();
    let is_below = files.len() > 1;
    for file in files {
        // A slash at the end of a link does not make it what it leads to.
        let path = Path::new(file).components().as_path().to_owned();
        let sentence = match path.file_name() {
            Some(name) if is_below => {
                let inside = [place, b"/", name.as_bytes()].concat();
                settings.sources.mapped.push((path, inside));
                continue;
            }
            Some(_) if !path.is_dir() || (path.is_symlink() && !settings.sources.follow_links) => {
                settings.sources.mapped.push((path, place.to_vec()));
                continue;
            }
            Some(_) => "is a directory; -map takes in all of it",
            None => "has no name to have in the image",
        };
        return Err(Error::Usage(format!("{}: {}: {sentence}", values.option, path.display())));
    }
    Ok(())
}

/// What a command removes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Removes {
    /// Files of all kinds but directories.
    Files,
    /// Directories too, with all below them.
    All,
    /// Directories in which nothing is left.
    Empty,
}

/// Has directories of the image made, which may be there.
///
/// # Errors
/// [`Error::Usage`] for a path that is none.
pub(super) fn make(settings: &mut Settings, values: &Values<'_>) -> Result<()> {
    for word in values.words {
        let target = Target { into: true, ..Target::parse(word.as_encoded_bytes())? };
        if target.names.is_empty() {
            return Err(values.wrong("paths below the root of the image"));
        }
        settings.sources.made.push(target);
    }
    Ok(())
}

/// Removes the paths of `values` from the image, as far as they are of that kind.
///
/// # Errors
/// [`Error::Usage`] for a path that is none, and for one that a command before has put there.
pub(super) fn remove(settings: &mut Settings, values: &Values<'_>, kind: Removes) -> Result<()> {
    for word in values.words {
        let path = word.as_encoded_bytes();
        let parts: Vec<&[u8]> = components(path).collect();
        if parts.is_empty() || parts.contains(&&b".."[..]) {
            return Err(values.wrong("paths below the root of the image"));
        }
        let is_literal = settings.changes.literal;
        refuse_put(settings, values, &parts, is_literal)?;
        let part = |part: &&[u8]| if is_literal { literal(part) } else { translated(part) };
        let parts: Vec<Vec<u8>> = parts.iter().map(part).collect();
        let pattern = [b"/", parts.join(&b'/').as_slice()].concat();
        settings.changes.removed.push(Removed {
            pattern,
            directories: kind != Removes::Files,
            replaced: false,
            empty: kind == Removes::Empty,
        });
    }
    Ok(())
}

/// Hides `path` and all below it from `trees`.
///
/// # Errors
/// [`Error::Usage`] for a tree that is not known, and for the root.
pub(super) fn hide(settings: &mut Settings, values: &Values<'_>, path: &[u8], trees: &[u8]) -> Result<()> {
    let mut hidden = Hidden::default();
    for tree in trees.split(|byte| *byte == b':') {
        hidden = match tree {
            b"on" => Hidden { iso: true, joliet: true, ..hidden },
            b"off" => Hidden::default(),
            b"iso_rr" => Hidden { iso: true, ..hidden },
            b"joliet" => Hidden { joliet: true, ..hidden },
            // There is no such tree.
            b"hfsplus" => hidden,
            _ => return Err(values.wrong("on, iso_rr, joliet, hfsplus or off behind hide")),
        };
    }
    let Some(pattern) = touch(settings, values, path, false).pop() else {
        return Err(values.wrong("a path below the root, which no tree is without"));
    };
    settings.entries.hidden_paths.retain(|(other, _)| *other != pattern);
    if hidden != Hidden::default() {
        settings.entries.hidden_paths.push((pattern, hidden));
    }
    settings.changes.first.get_or_insert_with(|| values.option.to_owned());
    Ok(())
}

/// Whether one of the two paths may lie below the other; the names of the first may be patterns.
///
/// # Errors
/// [`Error::Usage`] for a pattern that is malformed.
fn meet(parts: &[&[u8]], place: &[u8], is_literal: bool) -> Result<bool> {
    let place: Vec<&[u8]> = components(place).collect();
    if parts.iter().zip(&place).all(|(one, other)| one == other) {
        return Ok(true);
    }
    Ok(!is_literal && all_match(parts, &place)?)
}

impl Changes {
    /// Owners and groups of what patterns match.
    ///
    /// # Errors
    /// For a name that the system's list does not have.
    pub(super) fn owners(&self, lists: &mut Lists<'_>) -> Result<Vec<(Vec<u8>, Change)>, Failure> {
        let mut changes = Vec::new();
        for (pattern, owner) in &self.owners {
            let change = match owner {
                Owner::User(account) => Change::Owner(account.number(USERS, lists)?),
                Owner::Group(account) => Change::Group(account.number(GROUPS, lists)?),
            };
            changes.push((pattern.clone(), change));
        }
        Ok(changes)
    }

    /// Has `identifiers` ask for fields of spaces, where commands left them empty: empty ones would be those of the image.
    pub(super) fn empty(&self, identifiers: &mut Identifiers) {
        for command in &self.emptied {
            let field = match command.as_str() {
                "volset_id" => &mut identifiers.volume_set,
                "publisher" => &mut identifiers.publisher,
                "application_id" => &mut identifiers.application,
                "system_id" => &mut identifiers.system,
                "preparer_id" => &mut identifiers.preparer,
                _ => {
                    if matches!(&identifiers.application_use, Text::Bytes(bytes) if bytes.is_empty()) {
                        identifiers.application_use = Text::Bytes(vec![b' '; 512]);
                    }
                    continue;
                }
            };
            if field.is_empty() {
                field.push(' ');
            }
        }
    }

    /// That what boots is all of the image that is changed, or all described.
    ///
    /// # Errors
    /// [`Error::Usage`] where it would be some of both.
    pub(super) fn check(&self, boot: &Boot, partitions: &Partitions) -> Result<()> {
        let described = !boot.entries.is_empty();
        if let Some(kept) = self.kept.filter(|_| described) {
            let sentence = "keeps the boot entries of the image; others cannot be described beside them";
            return Err(Error::Usage(format!("-boot_image any {kept}: {sentence}")));
        }
        if !described && *partitions != Partitions::default() {
            let sentence = "the partitions of an image that is changed are kept as they are, \
                            unless what boots is described by -boot_image any bin_path=PATH or efi_path=PATH";
            return Err(Error::Usage(sentence.into()));
        }
        Ok(())
    }
}

impl Settings {
    /// Whether an image is only read.
    ///
    /// # Errors
    /// [`Error::Usage`] where it is changed besides, or another is made.
    pub(super) fn only_reads(&self) -> Result<bool> {
        let Self { sources, output, reading, changes, .. } = self;
        // Permissions alone are those of files that are extracted.
        let alters_modes =
            !self.entries.modes.is_empty() && !reading.extracting && reading.commands.is_empty();
        let changes = changes.first.is_some()
            || alters_modes
            || !sources.pathspecs.is_empty()
            || !sources.mapped.is_empty()
            || output.path.is_some()
            || output.blank;
        if !changes || !reading.is_asked() {
            if !changes && self.changes.modes_below {
                let sentence = "-chmod_r: expected / as the only path, where files are extracted";
                return Err(Error::Usage(sentence.into()));
            }
            return Ok(!changes && reading.is_asked());
        }
        let answers = !reading.commands.is_empty() || reading.session.is_some();
        if answers || reading.image.is_none() {
            let sentence = "an image is read for answers or files, and one is made; isomk does one at a time";
            return Err(Error::Usage(sentence.into()));
        }
        Ok(false)
    }

    /// The image that the new one is made from, if there is one; where it is to be changed itself, it is the output.
    ///
    /// # Errors
    /// [`Error::Usage`] where the new image has no place, and for changes of none.
    pub(super) fn base(&mut self) -> Result<Option<Base>> {
        let Some((option, path)) = self.reading.image.take() else { return self.baseless().map(|()| None) };
        let path = PathBuf::from(path);
        let has_output = self.output.blank || self.output.path.is_some();
        if !has_output && option.trim_start_matches('-') == "indev" {
            let sentence = "the changed image has no place; name one with -outdev, or use -dev to change the image itself";
            return Err(Error::Usage(format!("{option}: {sentence}")));
        }
        if !has_output {
            if path == Path::new("-") {
                return Err(Error::Usage(format!("{option}: standard input cannot be changed")));
            }
            self.output.path = Some(path.clone());
            let is_blank = path.metadata().map_or_else(
                |error| error.kind() == std::io::ErrorKind::NotFound,
                |about| about.is_file() && about.len() == 0,
            );
            if is_blank {
                return self.baseless().map(|()| None);
            }
            self.output.over_base = true;
        }
        if let Some(directory) = self.changes.updated.iter().find(|path| path.is_dir()) {
            let directory = directory.display();
            return Err(Error::Usage(format!(
                "-update: {directory} is a directory; -map takes in all of it"
            )));
        }
        Ok(Some(Base {
            path,
            remove: std::mem::take(&mut self.changes.removed),
            replace: Vec::new(),
            partitions: Vec::new(),
            partitions_in_gpt: false,
            boots: !self.changes.discarded,
            keeps_tables: true,
            settles_checksums: self.trees.checksums || self.trees.no_checksums,
            keeps_boot_images: self.changes.kept != Some("replay"),
            settles_format: self.trees.udf || self.trees.dvd_video,
            settles_rock_ridge: self.changes.rock_ridge || self.trees.serials || !self.trees.rock_ridge,
            settles_joliet: self.changes.joliet || self.trees.joliet,
            settles_level: self.names.level.is_some(),
            settles_padding: true,
            settles_volume: self.identifiers.named,
            settings: None,
            gives_boot: false,
            given: Vec::new(),
        }))
    }

    /// That nothing was asked for that needs an image which is changed.
    fn baseless(&self) -> Result<()> {
        let command = match (self.changes.kept, self.changes.removed.iter().any(|removed| !removed.replaced))
        {
            (Some(_), _) => "-boot_image any keep, patch or replay",
            (None, true) => "-rm",
            (None, false) => return Ok(()),
        };
        Err(Error::Usage(format!("{command}: there is no image to change; name one with -indev or -dev")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_removed_may_be_what_was_put_there() {
        let path = |text: &'static str| components(text.as_bytes()).collect::<Vec<_>>();
        for (removed, put, want) in [
            ("/a", "/a/b", true),
            ("/a/b/c", "a/b", true),
            ("/a/b", "/a/c", false),
            ("/a/*.x", "/a/c.x/d", true),
            ("/a/*.x", "/a/c", false),
            ("/ab", "/a", false),
            ("/d", "/", true),
        ] {
            assert_eq!(meet(&path(removed), put.as_bytes(), false).expect("legal"), want, "{removed} {put}");
        }
        assert!(!meet(&path("/a/*"), b"/a/c", true).expect("no pattern"));
    }
}
