//! Where contents lie before the image is written.

use crate::archive::Archive;
use crate::existing::Existing;
use crate::passed::Passed;
use crate::sources::Sources;
use isokit_core::error::{Error, Result};

/// What the contents of a tree are opened from: see [`Origin`](crate::sources::Origin).
#[derive(Debug, Default)]
pub(crate) struct Stores {
    /// The directories and names of files on disk.
    pub sources: Sources,
    /// The archives, by their numbers.
    pub archives: Vec<Archive>,
    /// The images, by their numbers.
    pub existing: Vec<Existing>,
    /// What came out of pipes, by its number.
    pub passed: Passed,
}

impl Stores {
    /// The number of the image that is added next.
    ///
    /// # Errors
    /// [`Error::TooLarge`] if there are as many as can be numbered.
    pub(crate) fn next_image(&self) -> Result<u32> {
        let number = u32::try_from(self.existing.len());
        number.map_err(|_| Error::TooLarge("more images than 32 bits can number".into()))
    }
}
