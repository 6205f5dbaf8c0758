//! Partition tables, and what they point to.

use super::values::Values;
use crate::dialect::partition_type;
use crate::request::{self, Appended, AppendedSource};
use isokit_core::partition::gpt::EFI_SYSTEM;
use isokit_core::partition::plan::Kind;
use isokit_core::{Error, Result};

/// What was asked for of partitions.
#[derive(Debug, Default)]
pub(crate) struct Partitions {
    pub asked: request::Partitions,
    /// The EFI system partition, which is in a GPT.
    pub efi: Option<AppendedSource>,
    /// Whatever the system area gets is told what ISOLINUX's code is told.
    pub is_isohybrid: bool,
}

impl Partitions {
    /// Whether marks make a table: those of boot images within the volume's partition go with ISOLINUX's code.
    pub(super) fn has_marks(&self) -> bool {
        self.asked.code == Some(request::BootCode::Isohybrid) || self.asked.marks_without_code
    }

    /// What is asked for, beside boot entries that have marks or not.
    ///
    /// # Errors
    /// [`Error::Usage`] where some partitions have to be in a GPT and others have not.
    pub(super) fn request(mut self, marked: bool) -> Result<request::Partitions> {
        self.asked.marks_without_code &= marked;
        let Some(source) = self.efi else { return Ok(self.asked) };
        let appended = &mut self.asked.appended;
        if !appended.is_empty() && !self.asked.appended_in_gpt {
            let sentence = "-efi-boot-part: FILE is a partition of a GPT, and -append_partition makes one of the MBR; \
                            add -appended_part_as_gpt";
            return Err(Error::Usage(sentence.into()));
        }
        // Those that are in a GPT have names by their numbers, and no place in a table.
        let is_free = |number: &u8| appended.iter().all(|other| other.number != *number);
        let number = (2..=u8::MAX).find(is_free).ok_or_else(|| Error::Usage("too many partitions".into()))?;
        appended.push(Appended { number, any_number: true, kind: Kind::Gpt(EFI_SYSTEM), source });
        appended.sort_by_key(|appended| appended.number);
        self.asked.appended_in_gpt = true;
        Ok(self.asked)
    }
}

/// The type of a partition.
///
/// # Errors
/// [`Error::Usage`] for what is none.
pub(super) fn kind(values: &Values<'_>, n: usize) -> Result<Kind> {
    partition_type::kind(values.text(n)?).ok_or_else(|| values.wrong("a type byte such as 0xef, or a GUID"))
}
