//! The programs whose command lines are spoken here.

use std::ffi::OsStr;

/// A program, by the name it is called by. It decides about defaults and about how options may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    /// The first of them; Debian's is genisoimage, Fedora's xorriso.
    Mkisofs,
    Genisoimage,
    /// `xorriso -as mkisofs` under a name of its own.
    Xorrisofs,
    /// Reads commands, of which `-as mkisofs` is one.
    Xorriso,
}

/// xorriso by the name under which it extracts files.
const OSIRROX: &str = "osirrox";

impl Peer {
    pub(crate) const ALL: [Self; 4] = [Self::Mkisofs, Self::Genisoimage, Self::Xorrisofs, Self::Xorriso];

    /// Its name, which is that of its program.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Mkisofs => "mkisofs",
            Self::Genisoimage => "genisoimage",
            Self::Xorrisofs => "xorrisofs",
            Self::Xorriso => "xorriso",
        }
    }

    /// The one that is called so, with or without a folder before it, and the words that the name stands for.
    pub(crate) fn called(name: &OsStr) -> Option<(Self, &'static [&'static str])> {
        let name = std::path::Path::new(name).file_name()?;
        if name == OSIRROX {
            return Some((Self::Xorriso, &["-osirrox", "on"]));
        }
        Self::ALL.into_iter().find(|peer| name == peer.name()).map(|peer| (peer, &[][..]))
    }

    /// Whether it is xorriso under one of its names, and not a descendant of the first mkisofs.
    pub(super) const fn is_xorriso(self) -> bool {
        matches!(self, Self::Xorrisofs | Self::Xorriso)
    }
}
