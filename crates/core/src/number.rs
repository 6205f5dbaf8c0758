//! On-disk numbers: byte order as a type, and the few conversions between widths.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, big_endian, little_endian};

pub use zerocopy::big_endian::{U16 as Be16, U32 as Be32, U64 as Be64};
pub use zerocopy::little_endian::{U16 as Le16, U32 as Le32, U64 as Le64};

/// Whether `bytes` are zeros, many of them at a time.
pub fn is_zero(bytes: &[u8]) -> bool {
    const ZEROS: [u8; 512] = [0; 512];
    bytes.chunks(ZEROS.len()).all(|chunk| ZEROS.starts_with(chunk))
}

/// A 16-bit number recorded little-endian first, then big-endian (ECMA-119 7.2.3).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned, Default,
)]
#[repr(C)]
pub struct Both16 {
    little: little_endian::U16,
    big: big_endian::U16,
}

impl Both16 {
    /// Both halves set to `value`.
    pub const fn new(value: u16) -> Self {
        Self { little: little_endian::U16::new(value), big: big_endian::U16::new(value) }
    }

    /// The little-endian half, which is the right one on every image seen where the two differ.
    pub const fn get(self) -> u16 {
        self.little.get()
    }

    /// The big-endian half, whether it agrees or not.
    pub const fn big(self) -> u16 {
        self.big.get()
    }

    /// Whether both halves say the same.
    pub const fn agree(self) -> bool {
        self.little.get() == self.big.get()
    }
}

/// A 32-bit number recorded little-endian first, then big-endian (ECMA-119 7.3.3).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned, Default,
)]
#[repr(C)]
pub struct Both32 {
    little: little_endian::U32,
    big: big_endian::U32,
}

impl Both32 {
    /// Both halves set to `value`.
    pub const fn new(value: u32) -> Self {
        Self { little: little_endian::U32::new(value), big: big_endian::U32::new(value) }
    }

    /// The little-endian half, which is the right one on every image seen where the two differ.
    pub const fn get(self) -> u32 {
        self.little.get()
    }

    /// The big-endian half, whether it agrees or not.
    pub const fn big(self) -> u32 {
        self.big.get()
    }

    /// Whether both halves say the same.
    pub const fn agree(self) -> bool {
        self.little.get() == self.big.get()
    }
}

/// A length in memory as a length in an image. Never fails: no supported machine has wider pointers.
#[expect(clippy::as_conversions, reason = "usize is at most 64 bits wide")]
pub const fn wide(length: usize) -> u64 {
    length as u64
}

/// A length in an image as a length in memory, or the largest one: for bounding, never for allocating.
pub fn narrow(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

/// `value` rounded up to a multiple of `unit`; saturates at the largest multiple-free value, `u64::MAX`.
pub const fn round_up(value: u64, unit: u64) -> u64 {
    match value.checked_next_multiple_of(unit) {
        Some(rounded) => rounded,
        None => u64::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_halves_are_written_and_compared() {
        assert_eq!(Both32::new(0x0102_0304).as_bytes(), [4, 3, 2, 1, 1, 2, 3, 4]);
        assert_eq!(Both16::new(0x0102).as_bytes(), [2, 1, 1, 2]);
        let lying = Both16::read_from_bytes(&[1, 0, 0, 2]).expect("four bytes");
        assert!(!lying.agree());
        assert_eq!((lying.get(), lying.big()), (1, 2));
    }
}
