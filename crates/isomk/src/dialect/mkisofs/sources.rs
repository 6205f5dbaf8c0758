//! What the image is made of.

use super::Settings;
use super::lists::Lists;
use super::patterns::{Pattern, pattern, translated};
use super::peer::Peer;
use super::values::Values;
use crate::collect::{Follow, Previous};
use crate::globs::literal;
use crate::operand::{Input, Operand, Target, divided};
use crate::request::{Base, Inputs, OnDisk};
use isokit_cli::Failure;
use isokit_cli::name::shown;
use isokit_core::tree::build::Hidden;
use isokit_core::tree::charset::Charset;
use isokit_core::{Error, Result};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// What was asked for of the sources.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    pub pathspecs: Vec<OsString>,
    /// Files on disk, and where each goes in the image.
    pub mapped: Vec<(PathBuf, Vec<u8>)>,
    /// Directories of the image that no source describes.
    pub made: Vec<Target>,
    /// Files of pathspecs, one a line.
    pub path_lists: Vec<PathBuf>,
    /// Files of pathspecs in the quotes of a shell.
    pub quoted_lists: Vec<PathBuf>,
    pub graft_points: bool,
    /// The directory of the image that everything goes into.
    pub root: Option<Target>,
    pub follow_links: bool,
    /// Patterns on names, or on paths on disk, of what is left out.
    pub exclude: Vec<Vec<u8>>,
    /// Files of such patterns.
    pub exclude_lists: Vec<PathBuf>,
    pub no_backups: bool,
    /// That of names on disk; `None` for UTF-8.
    pub charset: Option<Charset>,
    /// That of names in the image, where it was given.
    pub output_charset: Option<Option<Charset>>,
    /// The sectors of the medium at which its last session begins, and the one that is made, and the option that told them.
    pub sessions: Option<(String, (u32, u32))>,
    /// The image of the medium, whose last session the new one continues, and the option that named it.
    pub previous: Option<(String, PathBuf)>,
    /// Options of mkisofs are among the commands of xorriso: these take pathspecs.
    pub emulates: bool,
}

/// Names of backup files, by genisoimage's manual.
const BACKUPS: [&[u8]; 3] = [b"*~*", b"*#*", b"*.bak"];

impl Sources {
    /// The character set of names in the image: that of names on disk if none is given.
    pub(super) fn recorded_charset(&self) -> Option<Charset> {
        self.output_charset.unwrap_or(self.charset)
    }

    /// The pathspecs of the command line, then those of files, as with genisoimage. There have to be some, unless there is an
    /// image that the new one is made from.
    ///
    /// # Errors
    /// When a file cannot be read, and for a pathspec that is none.
    pub(super) fn operands(
        &self,
        peer: Peer,
        has_base: bool,
        lists: &mut Lists<'_>,
    ) -> Result<Vec<Operand>, Failure> {
        let mut pathspecs: Vec<Vec<u8>> =
            self.pathspecs.iter().map(|pathspec| pathspec.as_bytes().to_vec()).collect();
        for list in &self.path_lists {
            pathspecs.extend(lists.lines(list)?);
        }
        for list in &self.quoted_lists {
            pathspecs.extend(lists.quoted(list)?);
        }
        if pathspecs.is_empty() && self.mapped.is_empty() && self.made.is_empty() && !has_base {
            let sentence = match peer == Peer::Xorriso && !self.emulates {
                true => {
                    "nothing is read, and nothing put into an image: name an image with -indev, or files with -map; \
                         -help lists what there is"
                }
                false => "no pathspec: name a directory or a file",
            };
            return Err(Error::Usage(sentence.into()).into());
        }
        let mapped = self.mapped.iter().map(|(path, place)| {
            let target = Target { into: false, ..Target::parse(place)? };
            let path = self.of_xorriso(path.as_os_str().as_bytes(), Some(&target))?;
            let target = Some(target).filter(|target| !target.names.is_empty());
            Ok(Operand { target, input: Input::Path(path) })
        });
        let operands = pathspecs.into_iter().map(|pathspec| self.operand(peer, &pathspec));
        Ok(mapped.chain(operands).collect::<Result<Vec<_>>>()?)
    }

    /// A file goes into a TARGET that ends in a slash, but not with xorriso, for which it is the TARGET all the same.
    fn operand(&self, peer: Peer, pathspec: &[u8]) -> Result<Operand> {
        let (target, source) = match self.graft_points {
            true => divided(pathspec),
            false => (None, pathspec.to_vec()),
        };
        if source.is_empty() {
            return Err(Error::Usage(format!("\"{}\": names no source", pathspec.escape_ascii())));
        }
        let mut target = target.as_deref().map(Target::parse).transpose()?;
        if let Some(target) = target.as_mut().filter(|_| peer.is_xorriso()) {
            target.into = target.names.is_empty();
        }
        let target = match (&self.root, target) {
            (None, target) => target,
            (Some(root), None) => Some(Target { into: true, ..root.clone() }),
            (Some(root), Some(target)) => {
                let names = root.names.iter().chain(&target.names).cloned().collect();
                Some(Target { names, into: target.into })
            }
        };
        let path = match peer.is_xorriso() {
            true => self.of_xorriso(&source, target.as_ref())?,
            false => OsString::from_vec(source).into(),
        };
        Ok(Operand { target, input: Input::Path(path) })
    }

    /// A path on disk as xorriso takes it: a slash at its end is nothing, so that a link to a directory is a link.
    ///
    /// # Errors
    /// [`Error::Usage`] for what is to be the root and is no directory.
    fn of_xorriso(&self, source: &[u8], target: Option<&Target>) -> Result<PathBuf> {
        let end = source.iter().rposition(|byte| *byte != b'/').map_or(source.len().min(1), |last| last + 1);
        let path = Path::new(OsStr::from_bytes(source.get(..end).unwrap_or_default()));
        if target.is_some_and(|target| target.names.is_empty()) {
            let about = if self.follow_links { path.metadata() } else { path.symlink_metadata() };
            if about.is_ok_and(|about| !about.is_dir()) {
                let path = shown(path.as_os_str().as_bytes());
                return Err(Error::Usage(format!(
                    "{path}: is no directory, and cannot be the root of the image"
                )));
            }
        }
        Ok(path.to_owned())
    }
}

/// What collecting is asked for, `operands` being the pathspecs, and `hidden` what patterns on what lies on disk hide.
///
/// # Errors
/// When a list cannot be read, and for a pattern that is none.
pub(super) fn inputs(
    settings: &Settings,
    hidden: Vec<(Vec<u8>, Hidden)>,
    base: Option<Base>,
    operands: Vec<Operand>,
    lists: &mut Lists<'_>,
) -> Result<Inputs, Failure> {
    let Settings { sources, trees, .. } = settings;
    let mut patterns = sources.exclude.clone();
    for list in &sources.exclude_lists {
        patterns.extend(lists.lines(list)?);
    }
    if sources.no_backups {
        patterns.extend(BACKUPS.map(<[u8]>::to_vec));
    }
    let mut exclude: Vec<Vec<u8>> = patterns.iter().map(|pattern| translated(pattern)).collect();
    // Tables of an earlier image are no files of this one.
    exclude.extend(trees.table.as_deref().map(literal));
    let has_more = base.is_some() || sources.previous.is_some();
    let on_disk = OnDisk {
        in_image: in_image(&patterns, &hidden, &operands, has_more)?,
        exclude,
        hidden: hidden.into_iter().map(|(pattern, trees)| (translated(&pattern), trees)).collect(),
        from: match settings.peer.is_xorriso() {
            true => Some(working_directory()?),
            false => None,
        },
        renamed: !settings.peer.is_xorriso(),
    };
    Ok(Inputs {
        zisofs: trees.zisofs && trees.rock_ridge,
        previous: previous(settings)?,
        made: sources.made.clone(),
        operands,
        list: None,
        exclude: Vec::new(),
        exclude_from: Vec::new(),
        exclude_leaf: Vec::new(),
        on_disk,
        literal: false,
        follow: if sources.follow_links { Follow::All } else { Follow::Never },
        attributes: trees.attributes,
        charset: sources.charset,
        strip_components: 0,
        dedup: false,
        base,
        made_mode: trees.made_mode,
    })
}

/// What patterns on paths on disk leave out, as patterns on paths in the image; `None` where these, or those by which
/// something is hidden, could mean something else, as where `has_more` than operands is taken in.
///
/// # Errors
/// [`Error::Usage`] for a pattern that is malformed.
fn in_image(
    patterns: &[Vec<u8>],
    hidden: &[(Vec<u8>, Hidden)],
    operands: &[Operand],
    has_more: bool,
) -> Result<Option<Vec<Vec<u8>>>> {
    let is_placed = |operand: &Operand| operand.target.as_ref().is_some_and(|at| !at.names.is_empty());
    let hides_paths = hidden.iter().any(|(pattern, _)| pattern.contains(&b'/'));
    let is_other = (has_more && !(hidden.is_empty() && patterns.is_empty()))
        || (hides_paths && operands.len() > 1)
        || (!hidden.is_empty() && operands.iter().any(is_placed));
    let mut paths = Vec::new();
    for text in patterns {
        if let Pattern::Paths(found) = pattern(text, operands)? {
            paths.extend(found);
        }
    }
    let is_certain = !is_other && (paths.is_empty() || operands.len() < 2);
    Ok(is_certain.then_some(paths))
}

fn working_directory() -> Result<Vec<u8>> {
    let directory = std::env::current_dir().map_err(|error| Error::io("working directory", error))?;
    Ok(directory.into_os_string().into_vec())
}

/// The session that the new one continues. xorriso stores again what is named again; genisoimage believes size and date.
///
/// # Errors
/// [`Error::Usage`] where it is not known where that begins.
fn previous(settings: &Settings) -> Result<Option<Previous>> {
    let Settings { sources, trees, .. } = settings;
    let Some((option, path)) = &sources.previous else { return Ok(None) };
    let Some((_, (start, _))) = sources.sessions else {
        return Err(Error::Usage(format!("{option}: requires -C, which tells where sessions begin")));
    };
    let believed = !settings.peer.is_xorriso();
    Ok(Some(Previous {
        path: path.clone(),
        start,
        believed,
        identifies: !believed,
        patched: settings.boot.patched(),
        table: trees.table.clone(),
        charset: sources.recorded_charset(),
    }))
}

/// The character set of names in the image; `None` for UTF-8.
///
/// # Errors
/// As [`charset`], and for one in which no names can be recorded.
pub(super) fn output_charset(values: &Values<'_>) -> Result<Option<Charset>> {
    let wrong = |error: Error| Error::Usage(format!("{}: {error}", values.option));
    charset(values)?.map(Charset::for_recording).transpose().map_err(wrong)
}

/// The character set of names on disk, where other bytes than those of ASCII are something: in ASCII, as locales without a
/// language have it, they are as they are.
///
/// # Errors
/// As [`charset`].
pub(super) fn input_charset(values: &Values<'_>) -> Result<Option<Charset>> {
    match values.word(0).to_string_lossy().to_ascii_lowercase().as_str() {
        "ascii" | "us-ascii" | "ansi_x3.4-1968" | "646" | "c" | "posix" => Ok(None),
        _ => charset(values),
    }
}

/// A character set; `None` for UTF-8, and for what the locale says, which no image depends on.
///
/// # Errors
/// [`Error::Usage`] for one that is not known.
pub(super) fn charset(values: &Values<'_>) -> Result<Option<Charset>> {
    let name = values.word(0).to_string_lossy().to_ascii_lowercase();
    match name.as_str() {
        "utf8" | "utf-8" | "default" => Ok(None),
        _ => name.parse().map(Some).map_err(|error: Error| {
            let name = name.escape_debug();
            Error::Usage(format!("{}: \"{name}\" is {error}", values.option))
        }),
    }
}
