//! The fixed structures of ECMA-119 (4th edition), as they lie on the medium. Byte positions (BP) count from 1, as in
//! the standard; the assertions below each structure hold its size and two landmark positions.

use crate::error::Structure;
use crate::number::{Be32, Both16, Both32, Le16, Le32};
use std::mem::offset_of;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, transmute_ref};

/// Bytes of a logical sector (ECMA-119 6.1.2), the unit of the system area and the volume descriptor set.
pub const SECTOR: u64 = 2048;

/// First sector of the volume descriptor set (ECMA-119 6.2.1): the 16 sectors before it are the system area.
pub(crate) const FIRST_DESCRIPTOR: u64 = 16;

/// A volume descriptor.
pub(crate) const VOLUME_DESCRIPTOR: Structure = Structure::new("volume descriptor", "ECMA-119 8.1");
/// A directory as a whole, which begins with its record for itself.
pub const DIRECTORY: Structure = Structure::new("directory", "ECMA-119 6.8");
/// A directory record.
pub(crate) const DIRECTORY_RECORD: Structure = Structure::new("directory record", "ECMA-119 9.1");

/// Standard identifier of every volume descriptor (ECMA-119 8.1.2).
pub(crate) const STANDARD_IDENTIFIER: [u8; 5] = *b"CD001";

/// Volume descriptor types (ECMA-119 8.1.1).
pub mod descriptor_type {
    /// Boot record (8.2).
    pub const BOOT_RECORD: u8 = 0;
    /// Primary volume descriptor (8.4).
    pub const PRIMARY: u8 = 1;
    /// Supplementary (8.5, version 1) or enhanced (ISO 9660:1999, version 2) volume descriptor.
    pub const SUPPLEMENTARY: u8 = 2;
    /// Volume partition descriptor (8.6).
    pub const PARTITION: u8 = 3;
    /// Volume descriptor set terminator (8.3).
    pub const TERMINATOR: u8 = 255;
}

/// Date and time in 17 bytes (ECMA-119 8.4.26.1): sixteen digits `YYYYMMDDhhmmsscc`, then the offset from UTC in
/// 15-minute units, -48 to 52. All digits `0` and offset 0 mean: not specified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct LongDate {
    /// Year, month, day, hour, minute, second, hundredths, as decimal digits.
    pub digits: [u8; 16],
    /// Offset from UTC in 15-minute units, two's complement.
    pub offset: i8,
}

/// Date and time in 7 bytes (ECMA-119 9.1.5). All zero means: not specified.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned, Default,
)]
#[repr(C)]
pub struct ShortDate {
    /// Years since 1900, 0 to 255.
    pub year: u8,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
    /// Offset from UTC in 15-minute units, two's complement, -48 to 52.
    pub offset: i8,
}

/// Primary, supplementary and enhanced volume descriptor: one layout (ECMA-119 8.4, 8.5).
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct VolumeDescriptor {
    /// BP 1: see [`descriptor_type`].
    pub volume_descriptor_type: u8,
    /// BP 2: `CD001`.
    pub standard_identifier: [u8; 5],
    /// BP 7: 1; 2 for an enhanced volume descriptor.
    pub volume_descriptor_version: u8,
    /// BP 8: bit 0: an escape sequence is not registered (supplementary only).
    pub volume_flags: u8,

    /// BP 9: a-characters, space padded (Joliet: UCS-2 big-endian).
    pub system_identifier: [u8; 32],

    /// BP 41: d-characters, space padded.
    pub volume_identifier: [u8; 32],

    /// BP 73: zeros.
    pub unused_73: [u8; 8],

    /// BP 81: logical blocks in the volume space.
    pub volume_space_size: Both32,

    /// BP 89: escape sequences naming the character set (supplementary only; Joliet: `%/@`, `%/C`, `%/E`).
    pub escape_sequences: [u8; 32],

    /// BP 121: volumes in the set.
    pub volume_set_size: Both16,
    /// BP 125: ordinal number of this volume in its set.
    pub volume_sequence_number: Both16,
    /// BP 129: bytes of a logical block: 2048, 1024 or 512.
    pub logical_block_size: Both16,

    /// BP 133: bytes of one path table.
    pub path_table_size: Both32,
    /// BP 141: logical block of the little-endian path table.
    pub type_l_path_table: Le32,
    /// BP 145: its optional copy, 0 for none.
    pub optional_type_l_path_table: Le32,
    /// BP 149: logical block of the big-endian path table.
    pub type_m_path_table: Be32,
    /// BP 153: its optional copy, 0 for none.
    pub optional_type_m_path_table: Be32,

    /// BP 157: directory record of the root, 34 bytes.
    pub root_directory_record: [u8; 34],

    /// BP 191: d-characters; the same in all volumes of the set.
    pub volume_set_identifier: [u8; 128],
    /// BP 319: a-characters, or `_` and the name of a file in the root directory.
    pub publisher_identifier: [u8; 128],
    /// BP 447: as the publisher identifier.
    pub data_preparer_identifier: [u8; 128],
    /// BP 575: as the publisher identifier.
    pub application_identifier: [u8; 128],
    /// BP 703: name of a file in the root directory.
    pub copyright_file_identifier: [u8; 37],
    /// BP 740: name of a file in the root directory.
    pub abstract_file_identifier: [u8; 37],
    /// BP 777: name of a file in the root directory.
    pub bibliographic_file_identifier: [u8; 37],

    /// BP 814: when the volume was made.
    pub volume_creation: LongDate,
    /// BP 831: when the volume was changed last.
    pub volume_modification: LongDate,
    /// BP 848: when the volume becomes obsolete.
    pub volume_expiration: LongDate,
    /// BP 865: when the volume may first be used.
    pub volume_effective: LongDate,

    /// BP 882: 1; 2 for an enhanced volume descriptor.
    pub file_structure_version: u8,
    /// BP 883: zero.
    pub reserved_883: u8,
    /// BP 884: free for the application.
    pub application_use: [u8; 512],
    /// BP 1396: zeros.
    pub reserved_1396: [u8; 653],
}

impl VolumeDescriptor {
    /// The primary volume descriptor that a sector is, if it is one (ECMA-119 8.4.1 to 8.4.3).
    pub fn primary(sector: &[u8; 2048]) -> Option<&Self> {
        let volume: &Self = transmute_ref!(sector);
        let begins = (volume.volume_descriptor_type, volume.volume_descriptor_version)
            == (descriptor_type::PRIMARY, 1);
        (begins && volume.standard_identifier == *b"CD001").then_some(volume)
    }

    /// Logical blocks in the volume space. Where only the big-endian half is recorded, that is taken.
    pub fn blocks(&self) -> u32 {
        match self.volume_space_size.get() {
            0 => self.volume_space_size.big(),
            blocks => blocks,
        }
    }
}

const _: () = assert!(size_of::<VolumeDescriptor>() == 2048);
const _: () = assert!(offset_of!(VolumeDescriptor, root_directory_record) == 156);
const _: () = assert!(offset_of!(VolumeDescriptor, application_use) == 883);

/// Boot record (ECMA-119 8.2) as El Torito 1.0 section 2.0 fills it.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct BootRecord {
    /// BP 1: 0.
    pub volume_descriptor_type: u8,
    /// BP 2: `CD001`.
    pub standard_identifier: [u8; 5],
    /// BP 7: 1.
    pub volume_descriptor_version: u8,
    /// BP 8: `EL TORITO SPECIFICATION`, zero padded.
    pub boot_system_identifier: [u8; 32],
    /// BP 40: zero.
    pub boot_identifier: [u8; 32],
    /// BP 72: sector of the boot catalog, in sectors of 2048 bytes whatever the logical block size.
    pub boot_catalog: Le32,
    /// BP 76: free for the boot system; zeros.
    pub boot_system_use: [u8; 1973],
}

const _: () = assert!(size_of::<BootRecord>() == 2048);
const _: () = assert!(offset_of!(BootRecord, boot_catalog) == 71);

/// The fixed part of a directory record (ECMA-119 9.1). The file identifier follows, a padding byte if that has an
/// even length, then the system use field to the end of the record.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct DirectoryRecord {
    /// BP 1: bytes of the whole record, 34 to 255 and even; 0: no more records in this sector.
    pub length: u8,
    /// BP 2: logical blocks of extended attribute record before the content.
    pub extended_attribute_record_length: u8,
    /// BP 3: first logical block of the extent (extended attribute record included).
    pub location_of_extent: Both32,
    /// BP 11: bytes of content in this extent (extended attribute record not included).
    pub data_length: Both32,
    /// BP 19: when the content was recorded.
    pub recording_date: ShortDate,
    /// BP 26: see [`file_flags`].
    pub file_flags: u8,
    /// BP 27: logical blocks of a file unit, 0 when not interleaved.
    pub file_unit_size: u8,
    /// BP 28: logical blocks between file units, 0 when not interleaved.
    pub interleave_gap_size: u8,
    /// BP 29: the volume of the set that holds the extent.
    pub volume_sequence_number: Both16,
    /// BP 33: bytes of the file identifier, 1 to 222.
    pub length_of_file_identifier: u8,
}

const _: () = assert!(size_of::<DirectoryRecord>() == 33);
const _: () = assert!(offset_of!(DirectoryRecord, file_flags) == 25);

/// Bits of [`DirectoryRecord::file_flags`] (ECMA-119 9.1.6).
pub mod file_flags {
    /// Need not be shown to the user.
    pub const EXISTENCE: u8 = 1 << 0;
    /// The extent holds records; the root, too, has it in its own record.
    pub const DIRECTORY: u8 = 1 << 1;
    /// An associated file, which has the identifier of the file that it belongs to.
    pub const ASSOCIATED: u8 = 1 << 2;
    /// The extended attribute record says the record format.
    pub const RECORD: u8 = 1 << 3;
    /// The extended attribute record says owner and permissions.
    pub const PROTECTION: u8 = 1 << 4;
    /// Not the last record of the file: the next one continues it.
    pub const MULTI_EXTENT: u8 = 1 << 7;
}

/// The fixed part of a path table record (ECMA-119 9.4), little-endian form; the directory identifier follows, then a
/// padding byte if that has an odd length.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct PathTableRecord {
    /// BP 1: bytes of the directory identifier.
    pub length_of_directory_identifier: u8,
    /// BP 2: logical blocks of extended attribute record.
    pub extended_attribute_record_length: u8,
    /// BP 3: first logical block of the directory.
    pub location_of_extent: Le32,
    /// BP 7: record number of the parent, counted from 1.
    pub parent_directory_number: Le16,
}

const _: () = assert!(size_of::<PathTableRecord>() == 8);
const _: () = assert!(offset_of!(PathTableRecord, parent_directory_number) == 6);
