//! Sectors of a CD with everything around the user data (ECMA-130 14).

use super::{Class, Foreign, has};
use crate::error::Result;
use crate::source::Source;

/// The synchronization pattern that a raw sector begins with (ECMA-130 14.1).
const SYNC: &[u8] = b"\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0";

/// Bytes of a sector: with the subchannel behind it or without.
const SIZES: [u64; 2] = [2352, 2448];

/// `source` as raw sectors, if it is made of them.
pub(super) fn found(source: &dyn Source) -> Result<Option<Foreign>> {
    if !has(source, 0, SYNC)? {
        return Ok(None);
    }
    let mut header = [0; 16];
    source.read_some(0, &mut header)?;
    let [.., mode] = header;
    let mut size = None;
    for candidate in SIZES {
        if size.is_none() && has(source, candidate, SYNC)? {
            size = Some(candidate);
        }
    }
    let name = match size {
        Some(size) => format!("raw CD sectors of {size} bytes (mode {mode})"),
        None => format!("raw CD sectors (mode {mode})"),
    };
    Ok(Some(Foreign::new(Class::Container, name, "iat {} {stem}.iso")))
}
