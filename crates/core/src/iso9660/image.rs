//! An ISO 9660 image opened: the session, its descriptors, the trees there are, and the one chosen.

pub use super::choice::Names;
use super::choice::{Choice, Chosen, Damage};
use super::displaced;
use super::file::TreeKind;
use super::layout::{SECTOR, VOLUME_DESCRIPTOR, VolumeDescriptor};
use super::path_table;
use super::refusal::not_an_image;
use super::session::{
    Head, Reach, Session, SessionChoice, at_sector, found, newest_start, sessions, start_of,
};
use super::tree::Iso9660Tree;
use super::volume::{Descriptor, DescriptorKind, DescriptorSet};
use crate::error::{Advice, Error, Result, Told};
use crate::finding::{Finding, Findings};
use crate::source::Source;
use std::sync::Arc;

/// How an image is to be read. The default is what a user expects who gives no options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// The tree that is wanted, or the richest.
    pub names: Names,
    /// The session; `None` for the newest, of which a pipe tells only where it comes within 16 MiB of what was
    /// read anyway.
    pub session: Option<SessionChoice>,
}

/// An image whose descriptors were read, and whose tree was chosen.
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
    damage: Vec<Damage>,
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
        let choice = Choice::new(source, &descriptors, &findings)?;
        let trees = choice.trees.iter().map(Iso9660Tree::kind).collect();
        let Chosen { tree, reason, damage } = choice.take(options.names, &findings)?;
        tree.check_size();
        Ok(Self { source, sessions, last, start, descriptors, trees, reason, damage, tree, findings })
    }

    /// The sessions, oldest first; of a pipe, unless one was asked for, those that come early enough.
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// The source that it was opened on.
    pub fn source(&self) -> &dyn Source {
        self.source
    }

    /// First sector of the session that is shown.
    pub fn session_start(&self) -> u64 {
        self.start
    }

    /// That a pipe, read as far as it now is, turns out to hold a newer session than the one that is shown.
    pub fn newer_session(&self) -> Option<Told> {
        let last = self.last.as_ref()?;
        self.source.passed()?;
        let at = self.source.location(last.followed_by(self.source, Reach::Near)?);
        let sentence = format!("a newer session begins at byte {:#x} and was not read", at.byte());
        Some(Told::new(sentence, Advice::NewestSession))
    }

    /// Reads on across the gap between the sessions of a disc, if the source passes once and goes on there, so that
    /// [`Image::newer_session`] knows of one behind it.
    pub(crate) fn cross_gap(&self) {
        if let Some(last) = self.last.as_ref().filter(|_| !self.source.access().is_random()) {
            let _ = last.followed_by(self.source, Reach::Whole);
        }
    }

    /// The volume descriptors, in the order they are recorded.
    pub fn descriptors(&self) -> &[Descriptor] {
        &self.descriptors.descriptors
    }

    /// `None` where the tree lacks a descriptor that can be read.
    pub fn volume(&self) -> Option<&VolumeDescriptor> {
        self.descriptor().map(|(_, volume)| volume)
    }

    /// As [`Image::volume`], with its place and kind.
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

    /// Takes what the volume announces and cannot be read, so that the chosen tree may be poorer than what was recorded.
    /// A tree that was asked for is chosen whatever is wrong with others.
    pub fn take_damage(&mut self) -> Vec<Damage> {
        std::mem::take(&mut self.damage)
    }

    /// The tree that [`Options::names`] asked for, or the richest.
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
        if !source.access().is_random() {
            let at = source.location(0);
            findings.remark(
                at,
                VOLUME_DESCRIPTOR,
                "a newer session far ahead in the pipe is not searched for",
            );
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
        let at = source.location(start.saturating_mul(SECTOR));
        findings.remark(at, VOLUME_DESCRIPTOR, "a newer session than the first is shown");
    }
}
