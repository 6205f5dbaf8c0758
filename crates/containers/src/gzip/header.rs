//! The header of a gzip member (RFC 1952 2.3).

use crate::error::{Error, Result};
use crate::gzip::TRAILER;
use crate::input::Input;
use isokit_core::number::{narrow, wide};
use isokit_core::sniff::GZIP;

/// For errors: what lies where the input is damaged.
const HEADER: &str = "gzip header";

const FHCRC: u8 = 1 << 1;
const FEXTRA: u8 = 1 << 2;
const FNAME: u8 = 1 << 3;
const FCOMMENT: u8 = 1 << 4;
const RESERVED: u8 = 0xe0;

/// OS: unknown, so that the same input gives the same bytes on every system.
const UNKNOWN_SYSTEM: u8 = 255;

/// What of a member's header matters to decoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    /// Byte offset of the member in the input.
    pub(super) at: u64,
    /// Bytes of the header.
    pub(super) length: u64,
    /// Bytes of the whole member, when an extra field says so.
    pub(super) member: Option<u64>,
}

impl Header {
    /// Bytes of the member after its header, when known and possible.
    pub(super) fn body(&self) -> Option<u64> {
        self.member?.checked_sub(self.length).filter(|body| *body > wide(TRAILER))
    }
}

/// A header being read, with its running CRC.
struct Reader<'a, 'b> {
    input: &'a mut Input<'b>,
    crc: crc32fast::Hasher,
}

impl Reader<'_, '_> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let bytes = self.input.array::<N>(HEADER)?;
        self.crc.update(&bytes);
        Ok(bytes)
    }

    fn text(&mut self) -> Result<()> {
        while self.array::<1>()? != [0] {}
        Ok(())
    }
}

/// Bytes of the shortest member: of its header, of the data and of its trailer.
const SHORTEST: usize = 10 + 2 + TRAILER;

/// Longest header that is looked at before it is passed over.
const LONGEST: usize = 4096;

/// The header that `bytes`, which lie at `at`, begin with: `None` when it is not whole, or is wrong.
pub(super) fn of(at: u64, bytes: &[u8]) -> Option<Header> {
    let (&[id1, id2, method, flags, ..], mut rest) = bytes.split_first_chunk::<10>()?;
    if [id1, id2, method] != GZIP || flags & RESERVED != 0 {
        return None;
    }
    let mut member = None;
    if flags & FEXTRA != 0 {
        let (length, after) = rest.split_first_chunk()?;
        let (extra, next) = after.split_at_checked(u16::from_le_bytes(*length).into())?;
        (member, rest) = (member_size(extra), next);
    }
    for text in [FNAME, FCOMMENT] {
        if flags & text != 0 {
            let end = rest.iter().position(|byte| *byte == 0)?;
            rest = rest.get(end + 1..)?;
        }
    }
    let mut length = bytes.len() - rest.len();
    if flags & FHCRC != 0 {
        let stored = u16::from_le_bytes(*rest.first_chunk()?);
        if crc32fast::hash(bytes.get(..length)?) & 0xffff != u32::from(stored) {
            return None;
        }
        length += 2;
    }
    Some(Header { at, length: wide(length), member })
}

/// The header of the next member, not passed over; `None` when there is none, or one that is wrong or very long.
pub(super) fn ahead(input: &mut Input<'_>) -> Result<Option<Header>> {
    let at = input.offset();
    let mut least = SHORTEST;
    loop {
        let bytes = input.peek(least)?;
        let header = of(at, bytes);
        let is_end = bytes.len() < least;
        if header.is_some() || is_end || bytes.len() >= LONGEST || !bytes.starts_with(&GZIP) {
            return Ok(header);
        }
        least = bytes.len() + 1;
    }
}

/// Reads a member's header and passes over it; its optional CRC is compared (RFC 1952 2.3.1).
pub(super) fn read(input: &mut Input<'_>) -> Result<Header> {
    let at = input.offset();
    if let Some(header) = of(at, input.peek(SHORTEST)?) {
        input.consume(narrow(header.length));
        return Ok(header);
    }
    let mut reader = Reader { input, crc: crc32fast::Hasher::new() };
    let [id1, id2, method, flags] = reader.array()?;
    if [id1, id2, method] != GZIP {
        return Err(Error::damaged(
            at,
            HEADER,
            format!("begins {id1:02x} {id2:02x} {method:02x}, expected 1f 8b 08"),
        ));
    }
    if flags & RESERVED != 0 {
        return Err(Error::damaged(at + 3, HEADER, format!("reserved flags are set: {flags:#04x}")));
    }
    reader.array::<6>()?;
    let mut member = None;
    if flags & FEXTRA != 0 {
        let length = u16::from_le_bytes(reader.array()?);
        let mut extra = vec![0; usize::from(length)];
        reader.input.exactly(&mut extra, HEADER)?;
        reader.crc.update(&extra);
        member = member_size(&extra);
    }
    if flags & FNAME != 0 {
        reader.text()?;
    }
    if flags & FCOMMENT != 0 {
        reader.text()?;
    }
    let Reader { input, crc } = reader;
    if flags & FHCRC != 0 {
        let at = input.offset();
        let stored = u32::from(u16::from_le_bytes(input.array(HEADER)?));
        let computed = crc.finalize() & 0xffff;
        if stored != computed {
            return Err(Error::checksum(at, HEADER, "CRC-16", stored, computed));
        }
    }
    Ok(Header { at, length: input.offset() - at, member })
}

/// The size of the whole member as pgzip (`IG`) and BGZF (`BC`) record it.
fn member_size(extra: &[u8]) -> Option<u64> {
    let mut rest = extra;
    while let Some(([id1, id2, low, high], after)) = rest.split_first_chunk() {
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let (value, next) = after.split_at_checked(length)?;
        match ([*id1, *id2], value) {
            ([b'I', b'G'], &[a, b, c, d]) => return Some(u32::from_le_bytes([a, b, c, d]).into()),
            ([b'B', b'C'], &[a, b]) => return Some(u64::from(u16::from_le_bytes([a, b])) + 1),
            _ => rest = next,
        }
    }
    None
}

/// A header without name and time; XFL as the level asks.
pub(super) fn plain(level: u8) -> [u8; 10] {
    let [id1, id2, method] = GZIP;
    let extra_flags = match level {
        1 => 4,
        9.. => 2,
        _ => 0,
    };
    [id1, id2, method, 0, 0, 0, 0, 0, extra_flags, UNKNOWN_SYSTEM]
}

/// Bytes of a [`sized`] header.
pub(super) const SIZED: usize = 20;

/// A header that records the size of the whole member, as pgzip does.
pub(super) fn sized(level: u8, member: u32) -> [u8; SIZED] {
    let mut header = [0; SIZED];
    header[..10].copy_from_slice(&plain(level));
    header[3] = FEXTRA;
    header[10..16].copy_from_slice(&[8, 0, b'I', b'G', 4, 0]);
    header[16..].copy_from_slice(&member.to_le_bytes());
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(bytes: &[u8]) -> Result<Header> {
        read(&mut Input::new(bytes))
    }

    #[test]
    fn every_optional_field_is_passed_over() {
        let mut bytes = vec![0x1f, 0x8b, 8, FEXTRA | FNAME | FCOMMENT | FHCRC, 1, 2, 3, 4, 0, 3];
        bytes.extend_from_slice(&[6, 0, b'B', b'C', 2, 0, 0x2a, 0]);
        bytes.extend_from_slice(b"name\0comment\0");
        let crc = crc32fast::hash(&bytes) & 0xffff;
        bytes.extend_from_slice(&u16::try_from(crc).unwrap().to_le_bytes());
        let length = wide(bytes.len());
        assert_eq!(parse(&bytes).unwrap(), Header { at: 0, length, member: Some(43) });

        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        assert!(parse(&bytes).unwrap_err().to_string().starts_with("byte 0x1f: gzip header: CRC-16 is"));
    }

    #[test]
    fn reserved_flags_are_refused() {
        let bytes = [0x1f, 0x8b, 8, 0x80, 0, 0, 0, 0, 0, 0];
        assert_eq!(
            parse(&bytes).unwrap_err().to_string(),
            "byte 0x3: gzip header: reserved flags are set: 0x80"
        );
    }

    #[test]
    fn the_sized_header_reads_back() {
        let header = parse(&sized(6, 1234)).unwrap();
        assert_eq!(header, Header { at: 0, length: 20, member: Some(1234) });
    }
}
