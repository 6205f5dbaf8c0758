//! An ISO 9660 image opened: the session, its descriptors, the trees there are, and the one chosen.

use super::layout::{SECTOR, VOLUME_DESCRIPTOR, VolumeDescriptor};
use super::read::{Iso9660Tree, TreeKind};
use super::session::{Session, newest_start, sessions};
use super::volume::{Descriptor, DescriptorKind, DescriptorSet, block_size};
use crate::error::{Error, Problem, Result};
use crate::fields::corrupt;
use crate::finding::{Finding, Findings};
use crate::source::Source;
use crate::tree::{Entry, Tree};
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
    /// Number of the session, counted from 1; `None` for the newest.
    pub session: Option<u32>,
}

/// An image whose descriptors were read.
#[derive(Debug)]
pub struct Image<'s> {
    sessions: Vec<Session>,
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
    /// [`Error::Corrupt`] when there is no volume, [`Error::NotFound`] when the tree or session asked for does not
    /// exist.
    pub fn open(source: &'s dyn Source, options: &Options) -> Result<Self> {
        let findings = Arc::new(Findings::default());
        let (sessions, start) = session(source, options.session, &findings)?;
        let descriptors = DescriptorSet::read(source, start, &findings)?;
        let mut choice = Choice::new(source, &descriptors, &findings)?;
        let trees = choice.trees.iter().map(Iso9660Tree::kind).collect();
        let (tree, reason) = choice.take(options.names, &findings)?;
        tree.check_size();
        Ok(Self { sessions, start, descriptors, trees, reason, tree, findings })
    }

    /// The sessions, oldest first. Of a source without a known size only the first is looked for, unless a session was
    /// asked for by its number.
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// First sector of the session that is shown.
    pub fn session_start(&self) -> u64 {
        self.start
    }

    /// The volume descriptors, in the order they are recorded.
    pub fn descriptors(&self) -> &[Descriptor] {
        &self.descriptors.descriptors
    }

    /// The descriptor of the chosen tree.
    pub fn volume(&self) -> Option<&VolumeDescriptor> {
        let found = self.descriptors.first(|kind| {
            matches!(
                (self.tree.kind(), kind),
                (TreeKind::Joliet, DescriptorKind::Joliet(_))
                    | (TreeKind::Enhanced, DescriptorKind::Enhanced)
                    | (TreeKind::Plain | TreeKind::RockRidge, DescriptorKind::Primary)
            )
        });
        found.map(|(_, volume)| volume)
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

/// The sessions to choose from, and the sector at which the one that `wanted` numbers is read.
fn session(source: &dyn Source, wanted: Option<u32>, findings: &Findings) -> Result<(Vec<Session>, u64)> {
    // Whether a newer session follows is only known behind the end of the first: a pipe is not read to there unasked.
    if source.size().is_none() && wanted.is_none() {
        return Ok((Vec::new(), 0));
    }
    let sessions = sessions(source);
    let Some(number) = wanted else {
        let start = newest_start(&sessions);
        if start > 0 {
            let at = source.origin().saturating_add(start.saturating_mul(SECTOR));
            findings.note(at, VOLUME_DESCRIPTOR, "a newer session than the first is shown");
        }
        return Ok((sessions, start));
    };
    match sessions.iter().find(|session| session.number == number) {
        Some(session) => {
            let start = session.start;
            Ok((sessions, start))
        }
        None => Err(Error::not_found(format!("session {number}"), "the image has no such session")),
    }
}

/// The trees of a volume, richest first.
struct Choice<'s> {
    trees: Vec<Iso9660Tree<'s>>,
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
            (false, _) => Ok(Self { trees }),
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
            Names::Auto => "richer trees of the volume are empty",
        };
        match position {
            Some(position) if position < self.trees.len() => Ok((self.trees.swap_remove(position), reason)),
            _ => Err(Error::not_found("tree", "the image has no such tree")),
        }
    }

    /// The first tree that is not empty, else the first.
    fn richest(&self, findings: &Findings) -> usize {
        let position = self.trees.iter().position(|tree| !is_empty(tree)).unwrap_or_default();
        if position > 0
            && let Some(tree) = self.trees.get(position)
        {
            let at = tree.root().map(|root| root.at).unwrap_or_default();
            findings.note(at, VOLUME_DESCRIPTOR, "richer trees are empty, this one is not");
        }
        position
    }
}

/// Whether the root directory has no entry. One that cannot be read is not empty: the error is worth seeing.
fn is_empty(tree: &Iso9660Tree<'_>) -> bool {
    let mut entry = Entry::default();
    let first = tree.root().and_then(|root| tree.open(&root)?.next(&mut entry));
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
