//! A fault of an image: where it is, what it is, and who stumbles over it.

use crate::error::{Corrupt, Location, Structure, Subject};
use crate::finding::Finding;
use std::fmt;

/// Something that is wrong with an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What was looked at.
    pub kind: Kind,
    /// Where the structure begins, or the field that is wrong.
    pub at: Location,
    /// Its noun comes before the deviation in the message.
    pub what: Structure,
    /// What was found and what was expected, in one clause.
    pub deviation: String,
    /// Which firmware, loader or reader stumbles, and how: one clause.
    pub consequence: String,
    /// Path of the file that it is about, in the tree that is shown.
    pub path: Option<Vec<u8>>,
}

impl Fault {
    pub(super) fn new(
        kind: Kind,
        subject: Subject,
        deviation: impl Into<String>,
        consequence: impl Into<String>,
    ) -> Self {
        let Subject { at, what } = subject;
        Self { kind, at, what, deviation: deviation.into(), consequence: consequence.into(), path: None }
    }

    /// The same, about the file at `path`.
    pub(super) fn about(self, path: Option<&[u8]>) -> Self {
        Self { path: path.map(<[u8]>::to_vec), ..self }
    }

    /// What a reader met that breaks its standard.
    pub(super) fn damage(kind: Kind, corrupt: Corrupt, consequence: impl Into<String>) -> Self {
        let Corrupt { at, what, problem } = corrupt;
        Self::new(kind, what.at(at), problem.to_string(), consequence)
    }

    /// What a reader met and tolerated.
    pub(super) fn tolerated(finding: Finding) -> Self {
        let Finding { at, what, deviation, .. } = finding;
        Self::new(Kind::Deviation, what.at(at), deviation, who_reads(what))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, what, deviation, consequence, .. } = self;
        write!(f, "{at}: {what}: {deviation}; {consequence}")
    }
}

/// Who else reads the structure `what`, and may not tolerate what was tolerated here.
fn who_reads(what: Structure) -> &'static str {
    let reads = |word: &str| what.name.contains(word);
    if reads("boot catalog validation") {
        "UEFI firmware made from EDK II ignores the catalog"
    } else if reads("boot catalog") {
        "firmware may not find the entries from here on"
    } else if reads("GPT") {
        "UEFI firmware and partitioning programs may reject the table or repair it"
    } else if reads("master boot record") || reads("extended boot record") {
        "operating systems may not find the partitions"
    } else if reads("partition map") {
        "macOS and Open Firmware may not find the partitions"
    } else {
        "other readers may fail here or read something else"
    }
}

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Something that cannot be read.
    Damage,
    /// The input ends before the volume does.
    Truncation,
    /// Something that deviates from its standard and can be read all the same.
    Deviation,
    /// Where the boot record lies.
    BootRecord,
    /// What the boot record leads to.
    BootCatalog,
    /// The platform, emulation and indicator of a boot entry.
    BootEntry,
    /// Where a boot image lies.
    LoadAddress,
    /// How much of a boot image is loaded.
    LoadSize,
    /// What a boot image was told of itself.
    BootInfoTable,
    /// What is on the boot image, or the system partition, that UEFI firmware boots from.
    EfiImage,
    /// The entries of a partition table, and of what it guards.
    PartitionTable,
    /// The end of a partition.
    PartitionEnd,
    /// Partitions that share bytes.
    PartitionOverlap,
    /// The partition that is marked active.
    ActiveFlag,
    /// What the boot code of an MBR loads.
    BootCode,
    /// The copies of a GPT, its GUIDs and the blocks that it uses.
    Gpt,
    /// What is in one tree and not in another.
    TreeDifference,
    /// What one name leads to in several trees.
    TreeContents,
}

impl Kind {
    /// One word for scripts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Damage => "damage",
            Self::Truncation => "truncation",
            Self::Deviation => "deviation",
            Self::BootRecord => "boot-record",
            Self::BootCatalog => "boot-catalog",
            Self::BootEntry => "boot-entry",
            Self::LoadAddress => "load-address",
            Self::LoadSize => "load-size",
            Self::BootInfoTable => "boot-info-table",
            Self::EfiImage => "efi-image",
            Self::PartitionTable => "partition-table",
            Self::PartitionEnd => "partition-end",
            Self::PartitionOverlap => "partition-overlap",
            Self::ActiveFlag => "active-flag",
            Self::BootCode => "boot-code",
            Self::Gpt => "gpt",
            Self::TreeDifference => "tree-difference",
            Self::TreeContents => "tree-contents",
        }
    }
}
