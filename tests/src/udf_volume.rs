//! UDF volumes to be broken on purpose: the tags' sums are made right again, so that only the lie itself is wrong.

use crate::udf_image;

/// An image in memory, some of which a test is to break.
#[derive(Debug, Clone)]
pub struct Volume {
    /// Of the whole image.
    pub bytes: Vec<u8>,
    /// Bytes of a sector, which is a logical block here.
    pub block: usize,
}

impl Volume {
    /// One of the images other software made, with blocks of `block` bytes; `None` when it was not made.
    ///
    /// # Panics
    /// As [`udf_image`], and for a file that cannot be read.
    pub fn open(name: &str, block: usize) -> Option<Self> {
        let path = udf_image(name)?;
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Some(Self { bytes, block })
    }

    /// The 32-bit number at byte `at`.
    ///
    /// # Panics
    /// Past the end, as all methods here.
    #[must_use]
    pub fn number(&self, at: usize) -> usize {
        let bytes = self.bytes[at..at + 4].try_into().expect("four bytes");
        usize::try_from(u32::from_le_bytes(bytes)).expect("it fits")
    }

    /// Overwrites what is at byte `at`, without making any checksum right.
    pub fn set(&mut self, at: usize, bytes: &[u8]) {
        self.bytes[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// Makes `number` the 32-bit number at byte `at`.
    ///
    /// # Panics
    /// When it does not fit.
    pub fn set_number(&mut self, at: usize, number: usize) {
        self.set(at, &u32::try_from(number).expect("it fits").to_le_bytes());
    }

    /// Offset and length of the main (0) or reserve (1) volume descriptor sequence, by the anchor at sector 256.
    #[must_use]
    pub fn sequence(&self, which: usize) -> (usize, usize) {
        let anchor = 256 * self.block + 16 + 8 * which;
        (self.number(anchor + 4) * self.block, self.number(anchor))
    }

    /// Offsets of all descriptors with this tag whose checksum holds, wherever they begin.
    #[must_use]
    pub fn descriptors(&self, tag: u16) -> Vec<usize> {
        let tag = tag.to_le_bytes();
        (0..self.bytes.len() - 16)
            .step_by(4)
            .filter(|at| self.bytes[*at..*at + 2] == tag && self.bytes[at + 4] == self.checksum(*at))
            .filter(|at| matches!(self.bytes[at + 2], 2 | 3) && self.bytes[at + 5] == 0)
            .collect()
    }

    fn checksum(&self, at: usize) -> u8 {
        let sum =
            |range: std::ops::Range<usize>| self.bytes[range].iter().fold(0_u8, |a, b| a.wrapping_add(*b));
        sum(at..at + 4).wrapping_add(sum(at + 5..at + 16))
    }

    /// Makes the tag at `at` right again for the bytes behind it.
    pub fn seal(&mut self, at: usize) {
        let length = usize::from(u16::from_le_bytes([self.bytes[at + 10], self.bytes[at + 11]]));
        let mut crc = 0_u16;
        for byte in &self.bytes[at + 16..at + 16 + length] {
            crc ^= u16::from(*byte) << 8;
            for _ in 0..8 {
                crc = if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 };
            }
        }
        self.set(at + 8, &crc.to_le_bytes());
        self.bytes[at + 4] = self.checksum(at);
        // A directory's content may lie inside its file entry.
        let entry = at - at % self.block;
        if entry != at && matches!(self.bytes[entry..entry + 2], [5 | 10, 1]) {
            self.seal(entry);
        }
    }

    /// The file identifier descriptor of this name (Latin), and the offset of its ICB's block number.
    #[must_use]
    pub fn name(&self, name: &str) -> (usize, usize) {
        let found = self.descriptors(257).into_iter().find(|at| {
            let uses = usize::from(u16::from_le_bytes([self.bytes[at + 36], self.bytes[at + 37]]));
            let length = usize::from(self.bytes[at + 19]);
            let start = at + 38 + uses;
            length == name.len() + 1 && self.bytes[start + 1..start + length] == *name.as_bytes()
        });
        let at = found.unwrap_or_else(|| panic!("{name} is in the volume"));
        (at, at + 24)
    }

    /// The file entry that says it lies in this block, and where its allocation descriptors begin.
    #[must_use]
    pub fn entry(&self, block: usize) -> (usize, usize) {
        let entries = [(261, 176), (266, 216)];
        let all = entries.iter().flat_map(|(tag, size)| {
            self.descriptors(*tag).into_iter().map(move |at| (at, at + size)).collect::<Vec<_>>()
        });
        let mut found = all.filter(|(at, _)| self.number(at + 12) == block && at % self.block == 0);
        let (at, fixed) = found.next().expect("the block holds a file entry");
        (at, fixed + self.number(fixed - 8))
    }
}
