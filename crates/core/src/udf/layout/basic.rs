//! What the larger structures are made of.

use crate::number::{Le16, Le32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

on_disk! {
    /// Descriptor tag (ECMA-167 3/7.2).
    pub struct Tag = 16 {
        /// BP 0: what the descriptor is, of those in [`tag`](super::tag).
        pub identifier: Le16,
        /// BP 2: 2 with NSR02, 3 with NSR03.
        pub version: Le16,
        /// BP 4: sum modulo 256 of the other bytes of the tag.
        pub checksum: u8,
        /// BP 5: zero.
        pub reserved: u8,
        /// BP 6: tells descriptors of this volume from those of one before it.
        pub serial_number: Le16,
        /// BP 8: CRC-16/XMODEM of the bytes behind the tag.
        pub crc: Le16,
        /// BP 10: bytes the CRC covers.
        pub crc_length: Le16,
        /// BP 12: block this descriptor lies in; of the partition when it belongs to one.
        pub location: Le32,
    }
}

on_disk! {
    /// Extent (ECMA-167 3/7.1).
    pub struct ExtentAd = 8 {
        /// BP 0: bytes.
        pub length: Le32,
        /// BP 4: first logical sector.
        pub location: Le32,
    }
}

on_disk! {
    /// Address of a logical block (ECMA-167 4/7.1).
    pub struct LbAddr = 6 {
        /// BP 0: block of the partition.
        pub block: Le32,
        /// BP 4: partition reference number: an index into the partition maps.
        pub partition: Le16,
    }
}

on_disk! {
    /// Long allocation descriptor (ECMA-167 4/14.14.2).
    pub struct LongAd = 16 {
        /// BP 0: bytes in the low 30 bits, extent type in the high two.
        pub length: Le32,
        /// BP 4: first block.
        pub location: LbAddr,
        /// BP 10: flags, then a unique id in a file identifier descriptor (UDF 2.3.4.3).
        pub implementation_use: [u8; 6],
    }
}

impl LongAd {
    /// Itself, unless it has no length and leads nowhere.
    pub fn if_any(self) -> Option<Self> {
        (self.length.get() & super::extent_type::LENGTH != 0).then_some(self)
    }
}

on_disk! {
    /// Short allocation descriptor (ECMA-167 4/14.14.1).
    pub struct ShortAd = 8 {
        /// BP 0: bytes in the low 30 bits, extent type in the high two.
        pub length: Le32,
        /// BP 4: first block, of the partition that holds the file entry.
        pub block: Le32,
    }
}

on_disk! {
    /// Extended allocation descriptor (ECMA-167 4/14.14.3).
    pub(crate) struct ExtAd = 20 {
        /// BP 0: bytes in the low 30 bits, extent type in the high two.
        pub extent_length: Le32,
        /// BP 4: bytes recorded.
        pub recorded_length: Le32,
        /// BP 8: bytes of information.
        pub information_length: Le32,
        /// BP 12: first block.
        pub location: LbAddr,
        /// BP 18: free for the implementation.
        pub implementation_use: [u8; 2],
    }
}

on_disk! {
    /// Time stamp (ECMA-167 1/7.3).
    pub struct Timestamp = 12 {
        /// BP 0: type in the high 4 bits (1: local time), offset from UTC in minutes, 12 bits two's complement, -2047
        /// for not specified.
        pub type_and_zone: Le16,
        /// BP 2: 1 to 9999.
        pub year: Le16,
        /// BP 4: 1 to 12.
        pub month: u8,
        /// BP 5: 1 to 31.
        pub day: u8,
        /// BP 6: 0 to 23.
        pub hour: u8,
        /// BP 7: 0 to 59.
        pub minute: u8,
        /// BP 8: 0 to 59.
        pub second: u8,
        /// BP 9: 0 to 99.
        pub centiseconds: u8,
        /// BP 10: 0 to 99.
        pub hundreds_of_microseconds: u8,
        /// BP 11: 0 to 99.
        pub microseconds: u8,
    }
}

on_disk! {
    /// Entity identifier (ECMA-167 1/7.4).
    pub struct EntityId = 32 {
        /// BP 0: bit 0 dirty, bit 1 protected; UDF has 0.
        pub flags: u8,
        /// BP 1: zero padded.
        pub identifier: [u8; 23],
        /// BP 24: for a domain, the UDF revision in binary coded decimal first (UDF 2.1.5.3).
        pub suffix: [u8; 8],
    }
}

impl EntityId {
    /// The identifier without its padding.
    pub fn name(&self) -> &[u8] {
        let end = self.identifier.iter().position(|byte| *byte == 0).unwrap_or(self.identifier.len());
        self.identifier.get(..end).unwrap_or_default()
    }
}

on_disk! {
    /// Character set (ECMA-167 1/7.2.1).
    pub struct CharSpec = 64 {
        /// BP 0: 0 for CS0.
        pub set_type: u8,
        /// BP 1: `OSTA Compressed Unicode`, zero padded.
        pub information: [u8; 63],
    }
}
