//! What of an image does not hold any more once a file in it was changed.

use super::image::Locked;
use crate::checksums;
use isokit_cli::Report;
use isokit_core::source::Source;

/// Sectors in which the descriptors of a volume are looked for.
const DESCRIPTORS: std::ops::Range<usize> = 16..48;

/// Bytes of a sector.
const SECTOR: usize = 2048;

/// With what `implantisomd5` begins its checksum, in the application use field of the primary volume descriptor.
const IMPLANTED: &[u8] = b"ISO MD5SUM";

/// Warns of checksums of the whole image.
pub(super) fn warn(image: &Locked, report: &Report) {
    let mut bytes = vec![0; DESCRIPTORS.len() * SECTOR];
    let Ok(have) = image.source.read_some(16 * 2048, &mut bytes) else { return };
    let sectors = || bytes.get(..have).unwrap_or_default().chunks(SECTOR);
    let is_implanted = |sector: &[u8]| {
        sector.starts_with(b"\x01CD001") && sector.windows(IMPLANTED.len()).any(|found| found == IMPLANTED)
    };
    if sectors().any(is_implanted) {
        let sentence = "its implanted MD5 checksum does not hold any more; implantisomd5 renews it";
        report.warning(&image.name, sentence);
    }
    if sectors().any(checksums::is_tag) {
        let sentence = "its MD5 checksums of libisofs do not hold any more for what is changed";
        report.warning(&image.name, sentence);
    }
}
