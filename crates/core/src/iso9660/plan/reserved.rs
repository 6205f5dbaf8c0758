//! Sectors that a plan leaves to others.

/// Sectors left free for another file system over the same contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Reserved {
    /// The first sector that path tables and directories may have; those before it, behind the volume descriptors, are
    /// free.
    pub(crate) front: u32,
    /// Sectors between the directories and the first content.
    pub(crate) middle: u32,
}
