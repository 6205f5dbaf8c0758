//! Numbers of partitions that nobody asked for, where boot images or boot loaders have them already.

use crate::request::{BootCode, BootImage, Booting, free_number};
use isokit_core::partition::plan::GptMark;

/// The numbers in the MBR of boot images within the volume's partition, which ISOLINUX's code for disks makes from the second entry
/// on; none where appended partitions are elsewhere.
pub(super) fn of_marks(booting: &Booting) -> Vec<u8> {
    let Booting { boot, partitions } = booting;
    let is_in_mbr = !partitions.appended_in_gpt && !partitions.appended_in_apm;
    let is_isohybrid = matches!(partitions.code, Some(BootCode::Isohybrid | BootCode::Either));
    if !is_in_mbr || !is_isohybrid {
        return Vec::new();
    }
    let is_nested = |mark: GptMark| mark != GptMark::EfiSystem;
    let nested = boot.entries.iter().filter(|entry| entry.mark.gpt.is_some_and(is_nested));
    let numbered = (2..).zip(nested);
    let own = numbered.filter(|(_, entry)| !matches!(entry.image, BootImage::Appended(_)));
    own.map(|(number, _)| number).collect()
}

/// Gives partitions of any number the lowest that neither others have nor are `taken`, in their order, and has boot entries follow.
pub(super) fn avoid(taken: &[u8], booting: &mut Booting) {
    let appended = &mut booting.partitions.appended;
    let fixed = appended.iter().filter(|appended| !appended.any_number).map(|appended| appended.number);
    let mut numbers: Vec<u8> = fixed.chain(taken.iter().copied()).collect();
    let mut moved = Vec::new();
    for appended in appended.iter_mut().filter(|appended| appended.any_number) {
        let number = free_number(|number| numbers.contains(&number));
        numbers.push(number);
        moved.push((std::mem::replace(&mut appended.number, number), number));
    }
    appended.sort_by_key(|appended| appended.number);
    for entry in &mut booting.boot.entries {
        let BootImage::Appended(is) = &mut entry.image else { continue };
        if let Some((_, new)) = moved.iter().find(|(old, _)| old == is) {
            *is = *new;
        }
    }
}
