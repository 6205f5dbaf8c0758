//! The four entries of a master boot record, and the geometry that their addresses agree on.

use isokit_core::partition::mbr::{self, BootRecord};

/// An entry that is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// From 1.
    pub(super) slot: usize,
    /// 0x80: active.
    pub(super) status: u8,
    pub(super) kind: u8,
    /// In blocks of 512 bytes.
    pub(super) start: u64,
    pub(super) count: u64,
    first: Address,
    last: Address,
}

impl Entry {
    /// Whether it is there only to have the active flag, which some firmware wants.
    pub(super) fn is_placeholder(&self) -> bool {
        (self.status, self.kind, self.start, self.count) == (0x80, 0, 0, 1)
    }

    pub(super) fn end(&self) -> u64 {
        self.start.saturating_add(self.count)
    }
}

/// A cylinder, a head and a sector, which counts from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Address {
    cylinder: u64,
    head: u64,
    sector: u64,
}

impl Address {
    /// From the three bytes of an entry: the sector has the two highest bits of the cylinder.
    fn new([head, sector, cylinder]: [u8; 3]) -> Self {
        let high = u64::from(sector & 0xc0) << 2;
        Self { cylinder: high | u64::from(cylinder), head: head.into(), sector: u64::from(sector & 0x3f) }
    }

    /// Its block, on a disk of so many heads, and sectors on a track.
    fn block(self, heads: u64, sectors: u64) -> u64 {
        ((self.cylinder * heads + self.head) * sectors + self.sector).wrapping_sub(1)
    }

    /// Whether it says anything of the geometry, of the address of `block`.
    fn tells(self, block: u64) -> bool {
        let is_first = self.cylinder == 0 && self.head == 0 && block.wrapping_add(1) == self.sector;
        let is_beyond = self.cylinder == 1023 && self.head >= 254 && self.sector == 63;
        !(is_first || is_beyond)
    }
}

/// The entries of `record` that are in use.
pub(super) fn entries(record: &BootRecord) -> Vec<Entry> {
    let used = (1..).zip(&record.entries).filter(|(_, entry)| entry.length.get() > 0);
    let entry = |(slot, entry): (usize, &mbr::Entry)| Entry {
        slot,
        status: entry.status,
        kind: entry.kind,
        start: entry.start.get().into(),
        count: entry.length.get().into(),
        first: Address::new(entry.first_chs),
        last: Address::new(entry.last_chs),
    };
    used.map(entry).collect()
}

/// Heads, and sectors on a track, that all `entries` agree on, of an image of so many sectors of 2048 bytes; 0 and 0 where they
/// say nothing.
pub(super) fn geometry(entries: &[Entry], sectors: u64) -> (u64, u64) {
    let ends = entries.first().map(|entry| (entry.last.head.saturating_add(1), entry.last.sector));
    let agrees = |(heads, track): &(u64, u64)| {
        let fits = |entry: &Entry| {
            (entry.last.head + 1, entry.last.sector) == (*heads, *track)
                && entry.last.block(*heads, *track) == entry.end().saturating_sub(1)
        };
        *track > 0 && entries.iter().all(fits)
    };
    if let Some(found) = ends.filter(agrees) {
        return found;
    }
    let last = entries.iter().map(|entry| entry.end().div_ceil(4)).max().unwrap_or(0).max(sectors);
    let told: Vec<(Address, u64)> = entries
        .iter()
        .flat_map(|entry| [(entry.first, entry.start), (entry.last, entry.end().saturating_sub(1))])
        .filter(|(address, block)| address.tells(*block))
        .collect();
    if told.is_empty() {
        return (0, 0);
    }
    // 1024 cylinders have to reach the end.
    let possible = |(heads, track): &(u64, u64)| {
        256 * heads * track > last
            && told.iter().all(|(address, block)| address.block(*heads, *track) == *block)
    };
    let usual = [(64, 32), (255, 63)];
    let all = (1..=255).flat_map(|heads| (1..=63).map(move |track| (heads, track)));
    let largest = all.filter(possible).max_by_key(|(heads, track)| heads * track);
    usual.into_iter().find(possible).or(largest).unwrap_or((0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(slots: [[u8; 16]; 2]) -> Vec<Entry> {
        let mut record = [0; 512];
        record[446..478].copy_from_slice(&slots.concat());
        record[510..512].copy_from_slice(&BootRecord::KEY);
        entries(&BootRecord::parse(record).expect("it ends as one"))
    }

    #[test]
    fn entries_in_use_tell_the_geometry_of_their_last_address() {
        let whole = [0x80, 0, 1, 0, 0x17, 63, 32, 1, 0, 0, 0, 0, 0, 16, 0, 0];
        let found = of([whole, [0; 16]]);
        assert_eq!(
            (found.len(), found[0].slot, found[0].status, found[0].kind, found[0].count),
            (1, 1, 0x80, 0x17, 4096)
        );
        assert_eq!(geometry(&found, 1024), (64, 32));
    }

    #[test]
    fn addresses_beyond_the_last_cylinder_say_nothing() {
        let guard = [0, 0, 2, 0, 0xee, 0xfe, 0xff, 0xff, 1, 0, 0, 0, 0xff, 0xff, 0, 0];
        assert_eq!(geometry(&of([guard, [0; 16]]), 1024), (0, 0));
        assert_eq!(geometry(&[], 0), (0, 0));
    }
}
