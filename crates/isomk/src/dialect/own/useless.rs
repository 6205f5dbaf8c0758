//! Partition tables that can be asked for, and that nobody looks at: what is told of them. They are written, since other programs
//! write them, too, and an image that has them can be made again.

use crate::request::{Boot, BootImage, Partitions};
use isokit_core::partition::plan::GptMark;

/// An option, and what its user should know.
type Warning = (&'static str, &'static str);

/// What `partitions` have that firmware passes over, beside the entries of `boot`.
pub(super) fn warnings(boot: &Boot, partitions: &Partitions) -> Option<Warning> {
    let in_gpt = partitions.appended_in_gpt && !partitions.appended.is_empty();
    // An appended partition of the GPT is told of as that.
    let is_there = |image: &BootImage| in_gpt && matches!(image, BootImage::Appended(_));
    let is_within = |gpt: GptMark| matches!(gpt, GptMark::BasicData | GptMark::HfsPlus);
    let mut entries = boot.entries.iter();
    if !entries.any(|entry| entry.mark.gpt.is_some_and(is_within) && !is_there(&entry.image)) {
        return None;
    }
    if partitions.marks_without_code {
        let sentence = "no partition of the MBR guards the GPT, which UEFI firmware made from EDK II and Linux do not look at then; \
                        partition=efi is looked at";
        return Some(("--partitions nested", sentence));
    }
    let sentence = "beside a partition of the MBR that guards the GPT, UEFI firmware made from EDK II ignores what lies within the \
                    volume's partition; mbr puts appended partitions into the MBR, and partition=efi is looked at";
    (in_gpt || partitions.protective).then_some(("--boot-entry partition=gpt", sentence))
}
