//! Contents that UEFI is to boot from: images of FAT, looked at before they are written.

use crate::contents::Contents;
use crate::sources::Origin;
use isokit_core::check::efi_image;
use isokit_core::extents::Extents;
use isokit_core::fill::{Contents as _, Opened};
use isokit_core::number::narrow;
use isokit_core::source::{File, Memory, Source};
use isokit_core::tree::build::Content;
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
    /// Looks at `content`; `None` where it cannot be read, which writing it tells.
    pub(crate) fn look(contents: &Contents<'_>, content: &Content<Origin>) -> Option<Self> {
        Self::read(contents, content).ok()
    }

    fn read(contents: &Contents<'_>, content: &Content<Origin>) -> Result<Self> {
        let opened = contents.open(&content.origin).map_err(|error| Error::io("open", error))?;
        match opened {
            Opened::File(file) => Self::of(&File::new(file)?),
            Opened::Bytes(bytes) => Self::of(&Memory(bytes)),
            Opened::Made(bytes) => Self::of(&Memory(bytes.as_slice())),
            Opened::Extents(extents) => Self::of(&Pieces { extents, size: content.size }),
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

/// A content that lies in pieces of an image, behind the last of which there may be more of that.
#[derive(Debug)]
struct Pieces<'a> {
    extents: Extents<'a>,
    size: u64,
}

impl Source for Pieces<'_> {
    fn size(&self) -> Option<u64> {
        Some(self.size)
    }

    fn read_some(&self, at: u64, into: &mut [u8]) -> Result<usize> {
        let rest = narrow(self.size.saturating_sub(at)).min(into.len());
        self.extents.read(at, into.get_mut(..rest).unwrap_or_default())
    }
}
