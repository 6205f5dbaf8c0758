//! Partition tables, and what they point to.

use super::values::Values;
use crate::dialect::partition_type;
use crate::request;
use isokit_core::Result;
use isokit_core::partition::plan::Kind;

/// What was asked for of partitions.
#[derive(Debug, Default)]
pub(crate) struct Partitions {
    pub asked: request::Partitions,
}

impl Partitions {
    /// Whether marks make a table: those of boot images within the volume's partition go with ISOLINUX's code.
    pub(super) fn has_marks(&self) -> bool {
        self.asked.code == Some(request::BootCode::Isohybrid) || self.asked.marks_without_code
    }

    /// What is asked for, beside boot entries that have marks or not.
    pub(super) fn request(mut self, marked: bool) -> request::Partitions {
        self.asked.marks_without_code &= marked;
        self.asked
    }
}

/// The type of a partition.
///
/// # Errors
/// [`Error::Usage`] for what is none.
pub(super) fn kind(values: &Values<'_>, n: usize) -> Result<Kind> {
    partition_type::kind(values.text(n)?).ok_or_else(|| values.wrong("a type byte such as 0xef, or a GUID"))
}
