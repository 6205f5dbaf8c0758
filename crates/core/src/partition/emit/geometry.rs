//! Cylinders, heads and sectors: what a disk is said to have, by which MBR entries give places and to which hybrid images
//! are rounded.

use crate::error::{Error, Result};

/// Cylinders that an entry can tell: it has ten bits for them.
const CYLINDERS: u64 = 1024;

/// Heads and sectors of a disk; the number of cylinders follows from its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geometry {
    heads: u8,
    sectors: u8,
}

impl Default for Geometry {
    /// 64 heads of 32 sectors: cylinders of 1 MiB, as hybrid images have since ISOLINUX made the first.
    fn default() -> Self {
        Self { heads: 64, sectors: 32 }
    }
}

impl Geometry {
    /// With 1 to 255 heads, and tracks of 1 to 63 blocks of 512 bytes.
    ///
    /// # Errors
    /// [`Error::Usage`] for other numbers.
    pub fn new(heads: u8, sectors: u8) -> Result<Self> {
        if heads == 0 || !(1..=63).contains(&sectors) {
            return Err(Error::Usage(format!(
                "{heads} heads of {sectors} sectors: expected 1 to 255 heads of 1 to 63 sectors"
            )));
        }
        Ok(Self { heads, sectors })
    }

    /// The one in which a disk of `blocks` blocks of 512 bytes has at most 1024 cylinders: 64 heads of 32 sectors, then
    /// more heads, then tracks of 63 sectors and heads in fours, so that cylinders are whole sectors of 2048 bytes; for
    /// what is larger than all of them, 255 heads of 63.
    pub fn fitting(blocks: u64) -> Self {
        let fits = |geometry: &Self| geometry.cylinder().saturating_mul(CYLINDERS) >= blocks;
        let short = (64..=u8::MAX).map(|heads| Self { heads, sectors: 32 });
        let long = (64..=252).step_by(4).map(|heads| Self { heads, sectors: 63 });
        short.chain(long).find(fits).unwrap_or(Self { heads: u8::MAX, sectors: 63 })
    }

    /// Heads: tracks of a cylinder.
    pub const fn heads(&self) -> u8 {
        self.heads
    }

    /// Blocks of 512 bytes on a track.
    pub const fn sectors(&self) -> u8 {
        self.sectors
    }

    /// Blocks of 512 bytes in a cylinder.
    pub fn cylinder(&self) -> u64 {
        u64::from(self.heads).saturating_mul(self.sectors.into())
    }

    /// The first block from `block` on that begins a cylinder.
    pub fn align(&self, block: u64) -> u64 {
        block.div_ceil(self.cylinder()).saturating_mul(self.cylinder())
    }

    /// Head, sector and cylinder of `block` as an entry has them (UEFI 5.2.1 table 5.2); of a block in a cylinder that
    /// cannot be told, the last place that can.
    pub fn address(&self, block: u64) -> [u8; 3] {
        let (heads, sectors) = (u64::from(self.heads), u64::from(self.sectors));
        let cylinder = block / self.cylinder();
        let (head, sector, cylinder) = if cylinder < CYLINDERS {
            (block / sectors % heads, block % sectors + 1, cylinder)
        } else {
            (heads - 1, sectors, CYLINDERS - 1)
        };
        let low = |number: u64| number.to_le_bytes()[0];
        [low(head), low(sector | cylinder >> 8 << 6), low(cylinder)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_known_images() {
        let geometry = Geometry::default();
        assert_eq!(geometry.address(0), [0, 1, 0]);
        assert_eq!(geometry.address(64), [2, 1, 0]);
        assert_eq!(geometry.address(7151), [0x1f, 0x10, 3]);
        assert_eq!(geometry.address(2_091_008), [0, 0xc1, 0xfd]);
        assert_eq!(geometry.address(u64::MAX), [0x3f, 0xe0, 0xff]);
        assert_eq!(Geometry::fitting(u64::MAX).address(u64::MAX), [0xfe, 0xff, 0xff]);
    }

    #[test]
    fn heads_grow_before_tracks_do() {
        let of = |blocks| Geometry::fitting(blocks);
        assert_eq!(of(2_097_152), Geometry { heads: 64, sectors: 32 });
        assert_eq!(of(2_097_153), Geometry { heads: 65, sectors: 32 });
        assert_eq!(of(10_442_000), Geometry { heads: 164, sectors: 63 });
        assert_eq!(of(1 << 40), Geometry { heads: 255, sectors: 63 });
    }

    #[test]
    fn a_disk_has_heads_and_sectors() {
        assert!(Geometry::new(0, 32).is_err());
        assert!(Geometry::new(64, 64).is_err());
        assert_eq!(Geometry::new(64, 32).expect("legal"), Geometry::default());
        assert_eq!(Geometry::default().align(7152), 8192);
        assert_eq!(Geometry::default().align(8192), 8192);
    }
}
