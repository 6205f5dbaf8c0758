//! Tar archives as inputs.

/// An archive, and what messages call it.
#[derive(Debug)]
pub(crate) struct Archive {
    pub(crate) name: String,
    pub(crate) members: isokit_tar::Archive,
}
