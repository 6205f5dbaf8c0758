//! `-p`: the little-endian path table.

use super::Names;
use crate::escape;
use isokit_core::error::Result;
use isokit_core::iso9660::joliet::append_utf8;
use isokit_core::iso9660::layout::VolumeDescriptor;
use isokit_core::source::Source;
use std::io::Write;

/// Bytes of a table that are read: as many directories as it can number, with names of 50 characters.
const LARGEST: u32 = 4 << 20;

/// Bytes of a record before its identifier (ECMA-119 9.4).
const HEAD: usize = 8;

pub(super) fn write(
    names: Names,
    source: &dyn Source,
    descriptor: &VolumeDescriptor,
    text: &mut Vec<u8>,
) -> Result<()> {
    let (block, size) = (descriptor.type_l_path_table.get(), descriptor.path_table_size.get());
    // Writing into a vector does not fail.
    let _ = writeln!(text, "Path table starts at block {block}, size {size}");
    let at = u64::from(block).saturating_mul(descriptor.logical_block_size.get().into());
    let mut table = vec![0; usize::try_from(size.min(LARGEST)).unwrap_or_default()];
    source.read_at(at, &mut table)?;
    let mut rest = table.as_slice();
    let mut number = 1_u32;
    while let Some((head, behind)) = rest.split_at_checked(HEAD) {
        let [length, _, a, b, c, d, low, high] = *head else { break };
        if length == 0 {
            break;
        }
        let length = usize::from(length);
        let Some(identifier) = behind.get(..length) else { break };
        let extent = u32::from_le_bytes([a, b, c, d]);
        let parent = u16::from_le_bytes([low, high]);
        let name = name(names, identifier);
        let _ = writeln!(text, "{number:4}: {parent:4} {extent:x} {name}");
        number = number.saturating_add(1);
        // Padded to an even length (ECMA-119 9.4.6).
        rest = behind.get(length.next_multiple_of(2)..).unwrap_or_default();
    }
    Ok(())
}

/// The root's identifier is a zero, of which nothing is shown.
fn name(names: Names, identifier: &[u8]) -> String {
    let mut name = Vec::new();
    if names == Names::Joliet && identifier.len() > 1 {
        append_utf8(identifier, &mut name);
    } else if identifier != [0] {
        name.extend_from_slice(identifier);
    }
    escape::shown(&name)
}
