//! A GUID partition table: the header in block 1 with its array of entries, and both again at the end of the disk, in
//! the opposite order (UEFI 5.3.1).

use crate::error::{Error, Result};
use crate::number::{Le32, Le64, narrow, wide};
use crate::partition::Guid;
use crate::partition::gpt::{Entry, Header, SIGNATURE};
use crc32fast::hash;
use std::ops::Range;
use zerocopy::IntoBytes;

/// Bytes of a block.
const BLOCK: u64 = 512;
/// Block of the primary header.
const PRIMARY: u64 = 1;
/// Entries in a block.
const ENTRIES: u64 = 4;
/// UTF-16 units that a name may have; a NUL need not follow.
const NAME_UNITS: usize = 36;

/// An entry that is not used.
pub const UNUSED: Entry = Entry {
    partition_type_guid: [0; 16],
    unique_partition_guid: [0; 16],
    starting_lba: Le64::ZERO,
    ending_lba: Le64::ZERO,
    attributes: Le64::ZERO,
    partition_name: [0; 72],
};

/// A table of a disk with blocks of 512 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Blocks of the disk; the backup's header is the last.
    pub blocks: u64,
    /// Names the disk.
    pub disk_guid: Guid,
    /// First block of the primary array: 2, or more where something else lies behind the header.
    pub partition_entry_lba: u64,
    /// Entries of the array, unused ones included; as many as its blocks have room for, four to a block.
    pub number_of_partition_entries: u32,
    /// First block that partitions may use.
    pub first_usable_lba: u64,
    /// Up to [`Table::number_of_partition_entries`] of them.
    pub entries: Vec<Entry>,
}

/// The entry of a partition of `blocks`.
///
/// # Errors
/// [`Error::TooLarge`] for a name of more than 36 units of UTF-16; [`Error::Usage`] for a partition without blocks.
pub fn entry(kind: Guid, unique: Guid, blocks: Range<u64>, attributes: u64, name: &str) -> Result<Entry> {
    let mut partition_name = [0; 72];
    let (units, _) = partition_name.as_chunks_mut::<2>();
    for (unit, value) in units.iter_mut().zip(name.encode_utf16()) {
        *unit = value.to_le_bytes();
    }
    if name.encode_utf16().count() > NAME_UNITS {
        return Err(Error::TooLarge(format!("{name}: the name of a partition has at most 36 characters")));
    }
    if blocks.is_empty() {
        return Err(Error::Usage(format!("{name}: a partition has to be at least one block long")));
    }
    Ok(Entry {
        partition_type_guid: kind.0,
        unique_partition_guid: unique.0,
        starting_lba: Le64::new(blocks.start),
        ending_lba: Le64::new(blocks.end.saturating_sub(1)),
        attributes: Le64::new(attributes),
        partition_name,
    })
}

impl Table {
    /// Blocks of an array.
    fn array_blocks(&self) -> u64 {
        u64::from(self.number_of_partition_entries).div_ceil(ENTRIES)
    }

    /// First block of the backup's array.
    pub fn backup_array(&self) -> u64 {
        self.blocks.saturating_sub(1).saturating_sub(self.array_blocks())
    }

    /// Whether the table fits on its disk, and the partitions into the table.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for more entries than the array has, for a disk that has no room for both copies, and for
    /// partitions that end behind it.
    pub fn check(&self) -> Result<()> {
        if wide(self.entries.len()) > self.number_of_partition_entries.into() {
            return Err(Error::TooLarge(format!(
                "the GPT has room for {} partitions, not for {}",
                self.number_of_partition_entries,
                self.entries.len()
            )));
        }
        let front = self.partition_entry_lba.saturating_add(self.array_blocks());
        if self.partition_entry_lba <= PRIMARY || front > self.first_usable_lba.min(self.backup_array()) {
            return Err(Error::TooLarge(format!(
                "an image of {} bytes has no room for a GPT and its backup",
                self.blocks.saturating_mul(BLOCK)
            )));
        }
        match self.entries.iter().find(|entry| entry.ending_lba.get() >= self.backup_array()) {
            Some(entry) => Err(Error::TooLarge(format!(
                "a partition up to byte {} does not end before the backup of the GPT at byte {}",
                entry.ending_lba.get().saturating_add(1).saturating_mul(BLOCK),
                self.backup_array().saturating_mul(BLOCK)
            ))),
            None => Ok(()),
        }
    }

    /// The array, in whole blocks.
    pub fn array(&self) -> Vec<u8> {
        let mut array = Vec::new();
        for entry in self.entries.iter().take(narrow(self.number_of_partition_entries.into())) {
            array.extend_from_slice(entry.as_bytes());
        }
        array.resize(narrow(self.array_blocks().saturating_mul(BLOCK)), 0);
        array
    }

    /// The block of the header at the start of the disk.
    pub fn primary_header(&self) -> [u8; 512] {
        self.header(PRIMARY, self.blocks.saturating_sub(1), self.partition_entry_lba)
    }

    /// The block of the header at its end.
    pub fn backup_header(&self) -> [u8; 512] {
        self.header(self.blocks.saturating_sub(1), PRIMARY, self.backup_array())
    }

    fn header(&self, own: u64, other: u64, array: u64) -> [u8; 512] {
        let summed =
            narrow(u64::from(self.number_of_partition_entries).saturating_mul(wide(size_of::<Entry>())));
        let mut header = Header {
            signature: SIGNATURE,
            revision: Le32::new(0x0001_0000),
            header_size: Le32::new(92),
            header_crc32: Le32::ZERO,
            reserved: Le32::ZERO,
            my_lba: Le64::new(own),
            alternate_lba: Le64::new(other),
            first_usable_lba: Le64::new(self.first_usable_lba),
            last_usable_lba: Le64::new(self.backup_array().saturating_sub(1)),
            disk_guid: self.disk_guid.0,
            partition_entry_lba: Le64::new(array),
            number_of_partition_entries: Le32::new(self.number_of_partition_entries),
            size_of_partition_entry: Le32::new(128),
            partition_entry_array_crc32: Le32::new(hash(self.array().get(..summed).unwrap_or_default())),
        };
        header.header_crc32 = Le32::new(hash(header.as_bytes()));
        let mut block = [0; 512];
        for (byte, value) in block.iter_mut().zip(header.as_bytes()) {
            *byte = *value;
        }
        block
    }
}
