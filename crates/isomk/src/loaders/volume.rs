//! Contents that UEFI is to boot from: images of FAT, looked at before they are written.

use crate::contents::Contents;
use crate::sources::Origin;
use isokit_core::check::efi_image;
use isokit_core::extents::Extents;
use isokit_core::fill::{Contents as _, Opened};
use isokit_core::source::{File, Memory, Source};
use isokit_core::{Error, Result};

/// What was found of a content.
#[derive(Debug)]
pub(crate) struct Volume {
    /// Whether UEFI finds something to start there.
    pub(crate) has_loader: bool,
    /// What is wrong with it, a sentence each.
    pub(crate) faults: Vec<String>,
}

impl Volume {
    /// Looks at what `origin` stands for; `None` where it cannot be read, which writing it tells.
    pub(crate) fn look(contents: &Contents<'_>, origin: &Origin) -> Option<Self> {
        Self::read(contents, origin).ok()
    }

    fn read(contents: &Contents<'_>, origin: &Origin) -> Result<Self> {
        let opened = contents.open(origin).map_err(|error| Error::io("open", error))?;
        match opened {
            Opened::File(file) => Self::of(&File::new(file)?),
            Opened::Bytes(bytes) => Self::of(&Memory(bytes)),
            Opened::Made(bytes) => Self::of(&Memory(bytes.as_slice())),
            Opened::Extents(extents) => Self::of(&Pieces(extents)),
        }
    }

    fn of(source: &dyn Source) -> Result<Self> {
        let mut faults = Vec::new();
        let has_loader = efi_image(source, &mut |fault| {
            faults.extend(fault.map(|fault| format!("{}; {}", fault.deviation, fault.consequence)));
        })?;
        Ok(Self { has_loader, faults })
    }
}

/// A content that lies in pieces.
#[derive(Debug)]
struct Pieces<'a>(Extents<'a>);

impl Source for Pieces<'_> {
    fn size(&self) -> Option<u64> {
        Some(self.0.size())
    }

    fn read_some(&self, at: u64, into: &mut [u8]) -> Result<usize> {
        self.0.read(at, into)
    }
}
