//! The trees of directories of an image, and where everything lies that their records speak of.

use super::boot::Catalog;
use super::checksums::Places;
use super::files::Files;
use super::hierarchy::Hierarchy;
use super::options::Options;
use super::set::{Frame, Set};
use crate::tree::build::Build;
use std::fmt;

/// A tree of directories that an image can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tree {
    /// The primary one, with Rock Ridge if that was asked for.
    Primary,
    /// That of the supplementary volume descriptor, with names in UCS-2.
    Joliet,
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Primary => "primary",
            Self::Joliet => "Joliet",
        })
    }
}

/// The trees of an image. Sectors are 0 until everything has its place.
#[derive(Debug)]
pub(in crate::iso9660) struct Trees<'a, O> {
    pub(in crate::iso9660) build: &'a Build<O>,
    pub(in crate::iso9660) options: &'a Options,
    pub(in crate::iso9660) primary: Hierarchy,
    pub(in crate::iso9660) joliet: Option<Hierarchy>,
    pub(in crate::iso9660) files: Files,
    /// First sector of each content, by [`ContentId`](crate::tree::build::ContentId); 0 for one that is not stored.
    pub(in crate::iso9660) sectors: Vec<u32>,
    pub(in crate::iso9660) catalog: Catalog,
    /// Digests of the image, if there are to be any.
    pub(super) checksums: Option<Places>,
    /// How [`Set::Partition`] counts; from 0 where there is no such set.
    pub(super) partition: Frame,
    /// Where empty files are said to lie: see [`Plan::place`](super::Plan).
    pub(in crate::iso9660) empty: u32,
}

impl<O> Trees<'_, O> {
    pub(in crate::iso9660) fn hierarchy(&self, tree: Tree) -> &Hierarchy {
        match (tree, &self.joliet) {
            (Tree::Joliet, Some(joliet)) => joliet,
            _ => &self.primary,
        }
    }

    pub(super) fn hierarchy_mut(&mut self, tree: Tree) -> &mut Hierarchy {
        match (tree, &mut self.joliet) {
            (Tree::Joliet, Some(joliet)) => joliet,
            _ => &mut self.primary,
        }
    }

    /// The sets of descriptors that there are, that of the image first.
    pub(in crate::iso9660) fn sets(&self) -> impl Iterator<Item = Set> + use<O> {
        [Set::Image, Set::Partition].into_iter().take(1 + usize::from(self.partition.origin > 0))
    }

    /// How a set counts.
    pub(in crate::iso9660) fn frame(&self, set: Set) -> Frame {
        match set {
            Set::Image => Frame::default(),
            Set::Partition => self.partition,
        }
    }

    /// Those there are, the primary one first.
    pub(in crate::iso9660) fn all(&self) -> impl Iterator<Item = Tree> + use<O> {
        [Tree::Primary, Tree::Joliet].into_iter().take(1 + usize::from(self.joliet.is_some()))
    }
}
