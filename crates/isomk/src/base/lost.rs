//! What of an existing image is left out, since something else is asked for.

use super::has_tables;
use crate::request::Request;
use isokit_cli::Report;
use isokit_core::boot::Boot;
use isokit_core::error::Result;
use isokit_core::iso9660::el_torito::platform;
use isokit_core::number::is_zero;
use isokit_core::partition::Scheme;
use isokit_core::partition::plan::Replay;

/// Says what of the image's boot entries, boot code, tables and partitions is left out because others are asked for.
pub(super) fn warn(
    found: &Boot,
    replayed: &Result<Option<Replay>>,
    request: &Request,
    report: &Report,
    name: &str,
) {
    let mut lost = Vec::new();
    if request.boot.is_asked() {
        lost.extend(entries(found));
    }
    let (code, tables, partitions) = match replayed {
        Ok(None) => (false, false, 0),
        Ok(Some(Replay { options, appended, added, .. })) => {
            (!is_zero(&options.content), has_tables(options), appended.len().saturating_add(added.len()))
        }
        Err(_) => (true, true, 0),
    };
    if code {
        lost.push("boot code".to_owned());
    }
    for table in found.tables.iter().filter(|_| tables) {
        let what = match table.scheme {
            Scheme::Mbr => "MBR",
            Scheme::Gpt => "GPT",
            Scheme::Apm => "Apple partition map",
        };
        lost.push(what.to_owned());
    }
    match partitions {
        0 => {}
        1 => lost.push("the partition behind its volume".to_owned()),
        count => lost.push(format!("the {count} partitions behind its volume")),
    }
    let Some(last) = lost.pop() else { return };
    let one = lost.is_empty() && !last.starts_with("boot entries") && partitions < 2;
    let what = if lost.is_empty() { last } else { format!("{} and {last}", lost.join(", ")) };
    let its = if what.starts_with("the ") { "" } else { "its " };
    let end =
        if one { "is left out, as another is asked for" } else { "are left out, as others are asked for" };
    report.warning(name, format!("{its}{what} {end}"));
}

/// The boot entries by their platforms.
fn entries(found: &Boot) -> Option<String> {
    let images = &found.catalog.as_ref()?.images;
    let mut platforms: Vec<String> = Vec::new();
    for image in images {
        let platform = match image.platform {
            platform::X86 => "BIOS".to_owned(),
            platform::POWER_PC => "PowerPC".to_owned(),
            platform::MAC => "Mac".to_owned(),
            platform::EFI => "UEFI".to_owned(),
            other => format!("platform {other:#04x}"),
        };
        platforms.push(platform);
    }
    match platforms.as_slice() {
        [] => None,
        [one] => Some(format!("boot entry ({one})")),
        several => Some(format!("boot entries ({})", several.join(", "))),
    }
}

/// Says which partitions are left out with what boots, though they are not of the image itself.
pub(super) fn added(found: &Result<Option<Replay>>, report: &Report, name: &str) {
    let Ok(Some(Replay { options, .. })) = found else { return };
    for added in &options.added {
        let (number, at) = (added.number(), added.start());
        let sentence =
            format!("partition {number}, at byte {at:#x}, which another program added, is left out");
        report.warning(name, sentence);
    }
}
