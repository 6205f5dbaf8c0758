//! What of an image does not hold any more once a file in it was changed.

use super::image::Locked;
use super::new::New;
use crate::checksums;
use isokit_cli::Report;
use isokit_cli::name::shown;
use isokit_core::amend::Change;
use isokit_core::image::{Image, Options};
use isokit_core::source::Source;
use isokit_core::tree::Time;
use isokit_core::tree::resolve::{Follow, resolve};

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

/// Warns of files whose dates the image cannot record: the nearest is in it now.
pub(super) fn warn_of_dates(image: &Locked, changes: &[Change], news: &[New], report: &Report) {
    let Ok(shown_image) = Image::open(&image.source, &Options::default()) else { return };
    for change in changes {
        let Some(new) = news.get(change.file) else { continue };
        let found = resolve(shown_image.tree(), &change.path, Follow::OnTheWay);
        let recorded = found.ok().and_then(|found| found.entry.times.modified);
        let is_other = |recorded: Time| recorded.seconds != new.modified().seconds;
        if recorded.is_some_and(is_other) {
            let path = shown(&change.path);
            let sentence =
                "its date is outside the years that the image records it in; the nearest date is recorded";
            report.warning(format_args!("/{path}"), sentence);
        }
    }
}
