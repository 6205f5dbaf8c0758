//! System use fields (SUSP 1.12): the entries of one record, and how those that do not fit into it go to the continuation
//! area of its directory.

use crate::iso9660::layout::SECTOR;
use crate::number::Both32;
use zerocopy::IntoBytes;

/// Bytes of a CE entry (SUSP 5.1).
const CE: usize = 28;

/// The entries of one record, in order.
#[derive(Debug, Default)]
pub(super) struct SystemUse {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl SystemUse {
    /// Forgets all entries and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// Adds an entry of version 1 whose data are `parts` one after the other, 251 bytes at the most.
    pub(super) fn entry(&mut self, signature: &[u8; 2], parts: &[&[u8]]) {
        let data: usize = parts.iter().map(|part| part.len()).sum();
        let length =
            u8::try_from(data.saturating_add(4)).expect("because entries are made to fit their length byte");
        self.bytes.extend_from_slice(signature);
        self.bytes.extend_from_slice(&[length, 1]);
        for part in parts {
            self.bytes.extend_from_slice(part);
        }
        self.ends.push(self.bytes.len());
    }

    /// The entries, each with its header.
    #[cfg(test)]
    pub(super) fn entries(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.bytes[start..*end])
    }

    /// Writes the entries to `record` as far as `room` bytes go, and the rest to `area`, whose first byte lies in
    /// `sector`. No piece in the area crosses a sector: the Linux kernel reads a piece from one.
    pub(super) fn write(&self, record: &mut Vec<u8>, room: usize, area: &mut Vec<u8>, sector: u32) {
        let Some(mut from) = self.piece(0, room, record) else { return };
        // Each piece but the last ends in a CE entry, filled in when it is known where the next one begins and ends.
        let mut link = reserve(record);
        let mut in_record = true;
        loop {
            let mut left = SECTOR_BYTES - area.len() % SECTOR_BYTES;
            let next = self.ends.iter().copied().find(|end| *end > from).unwrap_or(from);
            if left < self.bytes.len() - from && left < next - from + CE {
                area.resize(area.len() + left, 0);
                left = SECTOR_BYTES;
            }
            let start = area.len();
            let more = self.piece(from, left, area);
            let next_link = more.map(|_| reserve(area));
            let continuation = Continuation { sector, start, length: area.len() - start };
            continuation.fill(if in_record { &mut *record } else { &mut *area }, link);
            match (more, next_link) {
                (Some(at), Some(slot)) => (from, link, in_record) = (at, slot, false),
                _ => return,
            }
        }
    }

    /// Writes entries from `from` on, leaving room for a CE entry unless all fit; where the next piece goes on.
    fn piece(&self, from: usize, room: usize, out: &mut Vec<u8>) -> Option<usize> {
        if self.bytes.len() - from <= room {
            out.extend_from_slice(&self.bytes[from..]);
            return None;
        }
        let fits = |end: &usize| *end > from && *end - from + CE <= room;
        let end = self.ends.iter().copied().rfind(fits).unwrap_or(from);
        out.extend_from_slice(&self.bytes[from..end]);
        Some(end)
    }
}

const SECTOR_BYTES: usize = {
    assert!(SECTOR == 2048);
    2048
};

fn reserve(out: &mut Vec<u8>) -> usize {
    let at = out.len();
    out.extend_from_slice(&[b'C', b'E', 28, 1]);
    out.resize(at + CE, 0);
    at
}

/// A piece of a continuation area, as a CE entry names it (SUSP 5.1).
struct Continuation {
    /// First sector of the area.
    sector: u32,
    start: usize,
    length: usize,
}

impl Continuation {
    fn fill(&self, out: &mut [u8], at: usize) {
        let number = |n: usize| Both32::new(u32::try_from(n).unwrap_or(u32::MAX));
        let block = u32::try_from(self.start / SECTOR_BYTES).unwrap_or(u32::MAX);
        let fields = [
            Both32::new(self.sector.saturating_add(block)),
            number(self.start % SECTOR_BYTES),
            number(self.length),
        ];
        out[at + 4..at + CE].copy_from_slice(fields.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::{Be32, Le32};
    use zerocopy::FromBytes;

    fn entries(lengths: &[usize]) -> SystemUse {
        let mut system_use = SystemUse::default();
        for (n, length) in lengths.iter().enumerate() {
            let fill = vec![u8::try_from(n % 256).expect("small"); length - 4];
            system_use.entry(b"XX", &[&fill]);
        }
        system_use
    }

    fn number(bytes: &[u8]) -> usize {
        let (little, big) = bytes.split_at(4);
        let little = Le32::read_from_bytes(little).expect("four bytes").get();
        assert_eq!(little, Be32::read_from_bytes(big).expect("four bytes").get());
        usize::try_from(little).expect("small")
    }

    /// All entries but CE, found the way a reader finds them.
    fn follow(record: &[u8], area: &[u8], sector: usize) -> Vec<u8> {
        let (mut found, mut piece) = (Vec::new(), record.to_vec());
        loop {
            let mut next = None;
            let mut rest = piece.as_slice();
            while !rest.is_empty() {
                let (entry, after) = rest.split_at(usize::from(rest[2]));
                match &entry[..2] {
                    b"CE" => {
                        next = Some((number(&entry[4..12]), number(&entry[12..20]), number(&entry[20..28])))
                    }
                    _ => found.extend_from_slice(entry),
                }
                rest = after;
            }
            let Some((at, offset, length)) = next else { return found };
            assert!(offset + length <= 2048, "a piece crosses a sector");
            let start = (at - sector) * 2048 + offset;
            piece = area[start..start + length].to_vec();
        }
    }

    #[test]
    fn what_does_not_fit_is_found_again_by_following_the_continuations() {
        let cases: [&[usize]; 6] = [
            &[44, 26],
            &[44, 26, 255],
            &[255; 7],
            &[255; 8],
            &[255; 40],
            &[100, 228, 254, 7, 5, 250, 28, 27, 29, 4],
        ];
        for lengths in cases {
            for room in [28, 70, 100, 220] {
                let system_use = entries(lengths);
                let mut area = vec![0; 2000];
                let mut record = Vec::new();
                system_use.write(&mut record, room, &mut area, 77);
                assert!(record.len() <= room);
                assert_eq!(follow(&record, &area, 77), system_use.bytes, "{lengths:?} in {room}");
            }
        }
    }

    #[test]
    fn lengths_do_not_depend_on_addresses() {
        let mut lengths = Vec::new();
        for sector in [0, 18, u32::MAX] {
            let (mut record, mut area) = (Vec::new(), Vec::new());
            entries(&[200; 30]).write(&mut record, 60, &mut area, sector);
            lengths.push((record.len(), area.len()));
        }
        lengths.dedup();
        assert_eq!(lengths.len(), 1);
    }
}
