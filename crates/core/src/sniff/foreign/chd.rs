//! MAME's compressed hunks of data: of a CD, a DVD or a hard disk, as the first metadata says.

use super::{Class, Foreign, has};
use crate::error::Result;
use crate::source::Source;

/// `source` as a CHD, if it is one.
pub(super) fn found(source: &dyn Source) -> Result<Option<Foreign>> {
    if !has(source, 0, b"MComprHD")? {
        return Ok(None);
    }
    let mut header = [0_u8; 56];
    let read = source.read_some(0, &mut header)?;
    // Version 5 has the offset of the metadata at byte 48, versions 3 and 4 at byte 36.
    let at = if header.get(15) == Some(&5) { 48 } else { 36 };
    let offset = header.get(at..).and_then(|rest| rest.first_chunk()).map(|bytes| u64::from_be_bytes(*bytes));
    let mut tag = [0; 4];
    if let Some(offset) = offset.filter(|_| read == header.len()) {
        source.read_some(offset, &mut tag)?;
    }
    let (name, advice) = match &tag {
        b"GDDD" => ("a CHD image of a hard disk", "chdman extracthd -i {} -o {stem}.img"),
        b"DVD " => ("a CHD image of a DVD", "chdman extractdvd -i {} -o {stem}.iso"),
        b"CHGD" | b"CHGT" => ("a CHD image of a GD-ROM", "chdman extractcd -i {} -o {stem}.gdi"),
        b"AVAV" => ("a CHD image of a laser disc", ""),
        _ => ("a CHD image of a CD", "chdman extractcd -i {} -o {stem}.cue -ob {stem}.bin"),
    };
    Ok(Some(Foreign::new(Class::Container, name, advice)))
}
