//! An ISO 9660 image opened: the session, its descriptors, the trees there are, and the one chosen.

use super::displaced;
use super::file::TreeKind;
use super::layout::{SECTOR, VOLUME_DESCRIPTOR, VolumeDescriptor};
use super::path_table;
use super::read::Iso9660Tree;
use super::refusal::not_an_image;
use super::session::{
    Head, Reach, Session, SessionChoice, at_sector, found, newest_start, sessions, start_of,
};
use super::volume::{Descriptor, DescriptorKind, DescriptorSet, block_size};
use crate::error::{Error, Problem, Result};
use crate::fields::corrupt;
use crate::finding::{Finding, Findings};
use crate::source::Source;
use crate::tree::{Detail, Entry, Tree};
use std::sync::Arc;

/// Which names are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Names {
    /// Those of the richest tree: Rock Ridge, else Joliet, else 1999, else plain.
    #[default]
    Auto,
    /// Those of this tree.
    Only(TreeKind),
}

/// How an image is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Which names are wanted.
    pub names: Names,
    /// The session; `None` for the newest, of which a pipe tells only where it comes within [`LOOK_AHEAD`] bytes of
    /// what was read anyway.
    ///
    /// [`LOOK_AHEAD`]: super::session::LOOK_AHEAD
    pub session: Option<SessionChoice>,
}

/// An image whose descriptors were read.
#[derive(Debug)]
pub struct Image<'s> {
    source: &'s dyn Source,
    sessions: Vec<Session>,
    /// The last session that was looked for, where one behind it may come to light.
    last: Option<Head>,
    start: u64,
    descriptors: DescriptorSet,
    trees: Vec<TreeKind>,
    reason: &'static str,
    tree: Iso9660Tree<'s>,
    findings: Arc<Findings>,
}

impl<'s> Image<'s> {
    /// Reads the volume descriptors of the session asked for, and no more of each tree than its first records.
    ///
    /// # Errors
    /// [`Error::Foreign`] when there is no volume, [`Error::NotFound`] when the tree or session asked for does not
    /// exist.
    pub fn open(source: &'s dyn Source, options: &Options) -> Result<Self> {
        let findings = Arc::new(Findings::default());
        let (sessions, last, start) = session(source, options.session, &findings)?;
        let descriptors = DescriptorSet::read(source, start, &findings)
            .map_err(|error| not_an_image(source, start, error))?;
        displaced::check(source, &descriptors)?;
        let mut choice = Choice::new(source, &descriptors, &findings)?;
        let trees = choice.trees.iter().map(Iso9660Tree::kind).collect();
        let (tree, reason) = choice.take(options.names, &findings)?;
        tree.check_size();
        Ok(Self { source, sessions, last, start, descriptors, trees, reason, tree, findings })
    }

    /// The sessions, oldest first; of a pipe, unless one was asked for, those that come early enough.
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// First sector of the session that is shown.
    pub fn session_start(&self) -> u64 {
        self.start
    }

    /// That a pipe, read as far as it now is, turns out to hold a newer session than the one that is shown.
    pub fn newer_session(&self) -> Option<Error> {
        let last = self.last.as_ref()?;
        self.source.passed()?;
        let at = self.source.origin().saturating_add(last.followed_by(self.source, Reach::Near)?);
        Some(Error::Usage(format!(
            "a newer session begins at byte {at:#x} and was not read: from a pipe it has to be asked for \
             (--session newest)"
        )))
    }

    /// The volume descriptors, in the order they are recorded.
    pub fn descriptors(&self) -> &[Descriptor] {
        &self.descriptors.descriptors
    }

    /// The descriptor of the chosen tree.
    pub fn volume(&self) -> Option<&VolumeDescriptor> {
        self.descriptor().map(|(_, volume)| volume)
    }

    /// The descriptor of the chosen tree, and where it was found.
    pub fn descriptor(&self) -> Option<(&Descriptor, &VolumeDescriptor)> {
        self.descriptors.first(|kind| {
            matches!(
                (self.tree.kind(), kind),
                (TreeKind::Joliet, DescriptorKind::Joliet(_))
                    | (TreeKind::Enhanced, DescriptorKind::Enhanced)
                    | (TreeKind::Plain | TreeKind::RockRidge, DescriptorKind::Primary)
            )
        })
    }

    /// The byte of the source behind the volume space, as the descriptor of the chosen tree declares it; 0 where it declares
    /// none. Some writers count the space of a later session from the start of the image, others from that of the session:
    /// it is the latter where the root directory would lie behind the space otherwise.
    pub fn end(&self) -> u64 {
        let Some(volume) = self.volume() else { return 0 };
        let block = self.tree.block_size();
        let size = u64::from(volume.blocks()).saturating_mul(block);
        let location = volume.root_directory_record.get(2..6).and_then(|location| location.try_into().ok());
        let root = location.map_or(0, u32::from_le_bytes);
        let counts_from_session = size > 0 && u64::from(root).saturating_mul(block) >= size;
        let start = if counts_from_session { self.start.saturating_mul(SECTOR) } else { 0 };
        start.saturating_add(size)
    }

    /// Directories of the chosen tree, as its path table counts them: those of all depths, the root and the directory in
    /// which Rock Ridge keeps what was relocated included. `None` for a table that cannot be read.
    pub fn directories(&self, source: &dyn Source) -> Option<u32> {
        path_table::directories(source, self.volume()?)
    }

    /// The trees there are, richest first.
    pub fn trees(&self) -> &[TreeKind] {
        &self.trees
    }

    /// Why the chosen tree was chosen, in words.
    pub fn reason(&self) -> &'static str {
        self.reason
    }

    /// The chosen tree.
    pub fn tree(&self) -> &Iso9660Tree<'s> {
        &self.tree
    }

    /// Takes the deviations tolerated so far; reading on adds more.
    pub fn take_findings(&self) -> Vec<Finding> {
        self.findings.take()
    }
}

/// The sessions to choose from, the last of them where more may come to light, and the sector at which the one that
/// is `wanted` is read.
fn session(
    source: &dyn Source,
    wanted: Option<SessionChoice>,
    findings: &Findings,
) -> Result<(Vec<Session>, Option<Head>, u64)> {
    let Some(wanted) = wanted else {
        let (sessions, last) = found(source, Reach::Near);
        let start = newest_start(&sessions, start_of(source));
        note_newer(source, start, findings);
        if source.size().is_none() {
            let at = source.origin();
            findings.note(at, VOLUME_DESCRIPTOR, "a newer session far ahead in the pipe is not looked for");
        }
        return Ok((sessions, last, start));
    };
    let sessions = sessions(source);
    let number = match wanted {
        SessionChoice::Newest => {
            let start = newest_start(&sessions, start_of(source));
            note_newer(source, start, findings);
            return Ok((sessions, None, start));
        }
        SessionChoice::Number(number) => number,
        SessionChoice::Sector(start) => {
            let start = u64::from(start);
            let is_known = sessions.iter().any(|session| session.start == start);
            let alone = if is_known { None } else { at_sector(source, start).map(|session| vec![session]) };
            return Ok((alone.unwrap_or(sessions), None, start));
        }
    };
    match sessions.iter().find(|session| session.number == number) {
        Some(session) => {
            let start = session.start;
            Ok((sessions, None, start))
        }
        None => Err(Error::not_found(format!("session {number}"), "the image has no such session")),
    }
}

fn note_newer(source: &dyn Source, start: u64, findings: &Findings) {
    if start > start_of(source) {
        let at = source.origin().saturating_add(start.saturating_mul(SECTOR));
        findings.note(at, VOLUME_DESCRIPTOR, "a newer session than the first is shown");
    }
}

/// The trees of a volume, richest first.
struct Choice<'s> {
    trees: Vec<Iso9660Tree<'s>>,
    /// The tree of Rock Ridge was passed over because it names nothing.
    is_nameless: bool,
}

impl<'s> Choice<'s> {
    fn new(source: &'s dyn Source, set: &DescriptorSet, findings: &Arc<Findings>) -> Result<Self> {
        let mut trees = Vec::new();
        let mut failure = None;
        for (kind, recorded) in [
            (TreeKind::RockRidge, set.primary()),
            (TreeKind::Joliet, set.first(|kind| matches!(kind, DescriptorKind::Joliet(_)))),
            (TreeKind::Enhanced, set.first(|kind| kind == DescriptorKind::Enhanced)),
            (TreeKind::Plain, set.primary()),
        ] {
            let Some((descriptor, volume)) = recorded else { continue };
            let tree = block_size(descriptor, volume, findings).and_then(|size| {
                Iso9660Tree::new(source, kind, volume, descriptor.at, size, set.start, Arc::clone(findings))
            });
            match tree {
                Ok(tree) if kind == TreeKind::RockRidge && !tree.has_rock_ridge() => {}
                Ok(tree) => trees.push(tree),
                Err(error @ Error::Io(_)) => return Err(error),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        match (trees.is_empty(), failure) {
            (false, _) => Ok(Self { trees, is_nameless: false }),
            (true, Some(failure)) => Err(failure),
            (true, None) => Err(no_tree(set)),
        }
    }

    fn take(&mut self, names: Names, findings: &Findings) -> Result<(Iso9660Tree<'s>, &'static str)> {
        let position = match names {
            Names::Only(kind) => self.trees.iter().position(|tree| tree.kind() == kind),
            Names::Auto => Some(self.richest(findings)),
        };
        let reason = match names {
            Names::Only(_) => "it was asked for",
            Names::Auto if position == Some(0) => "it is the richest tree of the volume",
            Names::Auto if self.is_nameless => "the Rock Ridge tree records no names",
            Names::Auto => "richer trees of the volume are empty",
        };
        match position {
            Some(position) if position < self.trees.len() => Ok((self.trees.swap_remove(position), reason)),
            _ => Err(Error::not_found("tree", "the image has no such tree")),
        }
    }

    /// The first tree that is not empty, else the first. A tree of Rock Ridge that names nothing comes behind others with
    /// long names.
    fn richest(&mut self, findings: &Findings) -> usize {
        let position = self.trees.iter().position(|tree| !is_empty(tree)).unwrap_or_default();
        if position > 0
            && let Some(tree) = self.trees.get(position)
        {
            let at = tree.root().map(|root| root.at).unwrap_or_default();
            findings.note(at, VOLUME_DESCRIPTOR, "richer trees are empty, this one is not");
        }
        let has_long_names = |tree: &Iso9660Tree<'_>| {
            matches!(tree.kind(), TreeKind::Joliet | TreeKind::Enhanced) && !is_empty(tree)
        };
        match self.trees.iter().position(has_long_names) {
            Some(named) if self.trees.get(position).is_some_and(Iso9660Tree::names_nothing) => {
                self.is_nameless = true;
                named
            }
            _ => position,
        }
    }
}

/// Whether the root directory has no entry. One that cannot be read is not empty: the error is worth seeing.
fn is_empty(tree: &Iso9660Tree<'_>) -> bool {
    let mut entry = Entry::default();
    let first = tree.root().and_then(|root| tree.open(&root, Detail::Names)?.next(&mut entry));
    matches!(first, Ok(false))
}

fn no_tree(set: &DescriptorSet) -> Error {
    let at = set.descriptors.first().map_or(0, |descriptor| descriptor.at);
    let problem = Problem::OutOfRange {
        field: "number of volume descriptors with a tree",
        got: 0,
        limit: "at least a primary one".into(),
    };
    corrupt(at, VOLUME_DESCRIPTOR, problem)
}
