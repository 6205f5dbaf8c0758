//! The trees that a volume announces, and the one of them that is shown.

use super::file::TreeKind;
use super::high_sierra::Standard;
use super::layout::{VOLUME_DESCRIPTOR, VolumeDescriptor};
use super::session::Reach;
use super::tree::Iso9660Tree;
use super::volume::{DescriptorKind, DescriptorSet, block_size};
use crate::error::{Error, Result};
use crate::finding::Findings;
use crate::source::Source;
use crate::tree::{Detail, Entry, Tree};
use std::sync::Arc;

/// Which of the trees of a volume names are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Names {
    /// Those of the richest tree: Rock Ridge, else Joliet, else 1999, else plain.
    #[default]
    Auto,
    /// Those of this tree; it is an error if the volume has none.
    Only(TreeKind),
}

/// Something that the descriptors announce and that cannot be read.
#[derive(Debug)]
pub struct Damage {
    /// What that is, e.g. `the Joliet tree`.
    pub what: &'static str,
    /// Why it cannot be read, which is said once.
    pub error: Error,
}

/// The tree that is shown, and what there is to say of that.
pub(super) struct Chosen<'s> {
    pub(super) tree: Iso9660Tree<'s>,
    /// In words for people, without a full stop.
    pub(super) reason: &'static str,
    pub(super) damage: Vec<Damage>,
}

/// The trees of a volume, before one of them is chosen.
pub(super) struct Choice<'s> {
    /// Those that can be read, richest first.
    pub(super) trees: Vec<Iso9660Tree<'s>>,
    /// Those that cannot, and why.
    lost: Vec<(TreeKind, Error)>,
    /// The richest of these whose descriptor can be read.
    spare: Option<Iso9660Tree<'s>>,
    /// What else is announced and cannot be read.
    damage: Vec<Damage>,
    /// The tree of Rock Ridge was passed over because it names nothing.
    is_nameless: bool,
}

impl<'s> Choice<'s> {
    /// Those that `set` announces. The root directory of each is read, of a source that passes once only within reach.
    ///
    /// # Errors
    /// Why the richest one cannot be read, where none can; those of the source.
    pub(super) fn new(source: &'s dyn Source, set: &DescriptorSet, findings: &Arc<Findings>) -> Result<Self> {
        let damage = set.damage().into_iter();
        let damage = damage.map(|error| Damage { what: "the volume descriptor set", error }).collect();
        let mut choice =
            Self { trees: Vec::new(), lost: Vec::new(), spare: None, damage, is_nameless: false };
        for (kind, recorded) in [
            (TreeKind::RockRidge, set.primary()),
            (TreeKind::Joliet, set.first(|kind| matches!(kind, DescriptorKind::Joliet(_)))),
            (TreeKind::Enhanced, set.first(|kind| kind == DescriptorKind::Enhanced)),
            (TreeKind::Plain, set.primary()),
        ] {
            let Some((descriptor, volume)) = recorded else { continue };
            // High Sierra is older than Rock Ridge, whose readers do not look for it there.
            if kind == TreeKind::RockRidge && volume.standard() == Standard::HighSierra {
                continue;
            }
            let tree = block_size(descriptor, volume, findings).and_then(|size| {
                Iso9660Tree::new(source, kind, volume, descriptor.at, size, set.start, Arc::clone(findings))
            });
            choice.add(kind, source, volume, tree)?;
        }
        if choice.trees.is_empty() {
            let Some(spare) = choice.spare.take() else {
                let failure = choice.lost.into_iter().next();
                return Err(failure.map_or_else(|| no_tree(set), |(_, error)| error));
            };
            // Who lists it is told why that cannot be done.
            if first(&spare).is_err() {
                choice.lost.clear();
            }
            choice.trees.push(spare);
        }
        Ok(choice)
    }

    /// Adds what was found of the tree of `kind` in `volume`, if there is one.
    fn add(
        &mut self,
        kind: TreeKind,
        source: &dyn Source,
        volume: &VolumeDescriptor,
        tree: Result<Iso9660Tree<'s>>,
    ) -> Result<()> {
        let is_primary = kind == TreeKind::Plain;
        let same = |kind: &TreeKind| is_primary && *kind == TreeKind::RockRidge;
        let is_known = self.trees.iter().any(|tree| same(&tree.kind()));
        let checked = tree.and_then(|tree| {
            let is_checked = is_known || !is_near(source, &tree);
            match if is_checked { Ok(()) } else { tree.check_root(volume) } {
                Ok(()) => Ok(tree),
                Err(error) => {
                    self.spare = self.spare.take().or(Some(tree));
                    Err(error)
                }
            }
        });
        match checked {
            Ok(tree) if kind == TreeKind::RockRidge && !tree.has_rock_ridge() => {}
            Ok(tree) => self.trees.push(tree),
            Err(error @ Error::Io(_)) => return Err(error),
            // The same root directory cannot be read for the same reason.
            Err(_) if self.lost.iter().any(|(kind, _)| same(kind)) => {}
            Err(error) => self.lost.push((kind, error)),
        }
        Ok(())
    }

    /// The tree of the `names` that are wanted.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none; why it cannot be read.
    pub(super) fn take(mut self, names: Names, findings: &Findings) -> Result<Chosen<'s>> {
        let position = match names {
            Names::Only(kind) => {
                let position = self.trees.iter().position(|tree| tree.kind() == kind);
                let is_it =
                    |lost: TreeKind| lost == kind || (lost == TreeKind::RockRidge && kind == TreeKind::Plain);
                match self.lost.iter().position(|(lost, _)| is_it(*lost)) {
                    Some(lost) if position.is_none() => return Err(self.lost.swap_remove(lost).1),
                    _ => position,
                }
            }
            Names::Auto => Some(self.richest(findings)),
        };
        let reason = match names {
            Names::Only(_) => "it was asked for",
            Names::Auto if !(self.lost.is_empty() && self.damage.is_empty()) => {
                "it is the richest tree that can be read"
            }
            Names::Auto if position == Some(0) => "it is the richest tree of the volume",
            Names::Auto if self.is_nameless => "the Rock Ridge tree records no names",
            Names::Auto => "richer trees of the volume are empty",
        };
        let damage = match names {
            // What was asked for is there.
            Names::Only(_) => Vec::new(),
            Names::Auto => {
                let trees = self.lost.into_iter().map(|(kind, error)| Damage { what: kind.records(), error });
                trees.chain(self.damage).collect()
            }
        };
        match position {
            Some(position) if position < self.trees.len() => {
                Ok(Chosen { tree: self.trees.swap_remove(position), reason, damage })
            }
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

/// Whether reading the root directory of `tree` takes a source that passes once no further than it may be read ahead.
fn is_near(source: &dyn Source, tree: &Iso9660Tree<'_>) -> bool {
    Reach::Near.covers(source, tree.root_end())
}

/// Whether the root directory has no entry. One that cannot be read is not empty: the error is worth seeing.
fn is_empty(tree: &Iso9660Tree<'_>) -> bool {
    matches!(first(tree), Ok(false))
}

/// Whether the root directory of `tree` has an entry.
fn first(tree: &Iso9660Tree<'_>) -> Result<bool> {
    tree.open(&tree.root()?, Detail::Names)?.next(&mut Entry::default())
}

fn no_tree(set: &DescriptorSet) -> Error {
    let at = set.descriptors.first().map(|descriptor| descriptor.at).unwrap_or_default();
    VOLUME_DESCRIPTOR.at(at).out_of_range(
        "number of volume descriptors with a tree",
        0,
        "at least a primary one",
    )
}
