//! What the options have said so far, each group in a value of its own.

use super::boot::Boot;
use super::changes::Changes;
use super::entries::Entries;
use super::identifiers::Identifiers;
use super::jigdo::Jigdo;
use super::names::Names;
use super::output::Output;
use super::partitions::Partitions;
use super::peer::Peer;
use super::sources::Sources;
use super::trees::Trees;
use crate::reading::Reading;
use std::path::Path;

/// What was asked for instead of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Help,
    Version,
}

#[derive(Debug)]
pub(crate) struct Settings {
    pub peer: Peer,
    /// The first that was asked for.
    pub answer: Option<Answer>,
    pub sources: Sources,
    pub entries: Entries,
    pub names: Names,
    pub trees: Trees,
    pub identifiers: Identifiers,
    pub boot: Boot,
    pub partitions: Partitions,
    pub output: Output,
    pub jigdo: Jigdo,
    /// What is asked of an image that is read, in place of making one.
    pub reading: Reading,
    /// What is changed of an image that is read.
    pub changes: Changes,
    /// Options that are honoured only in part, and what is missing; each is said once.
    pub warnings: Vec<(&'static str, &'static str)>,
}

impl Settings {
    /// The defaults of `peer`.
    pub(crate) fn new(peer: Peer) -> Self {
        Self {
            peer,
            answer: None,
            sources: Sources::default(),
            entries: Entries::default(),
            names: Names::default(),
            trees: Trees::new(peer),
            identifiers: Identifiers::new(peer),
            boot: Boot::default(),
            partitions: Partitions::default(),
            output: Output::default(),
            jigdo: Jigdo::default(),
            reading: Reading::default(),
            changes: Changes::default(),
            warnings: Vec::new(),
        }
    }

    /// The image that is read.
    pub(super) fn imported(&self) -> Option<&Path> {
        self.reading.image.as_ref().map(|(_, path)| Path::new(path))
    }

    /// Has the user warned, once.
    pub(super) fn warn(&mut self, option: &'static str, sentence: &'static str) {
        if !self.warnings.iter().any(|(_, said)| *said == sentence) {
            self.warnings.push((option, sentence));
        }
    }
}
