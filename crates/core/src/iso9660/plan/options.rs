//! What an image is asked to be. Nothing here is taken from the machine: no clock, no version, no user.

use super::dates;
use super::relaxed::Relaxed;
use crate::tree::Time;
use crate::tree::build::{ContentId, FileId, NameId};
use crate::tree::charset::{Charset, Encoded};

/// The choices of one image. [`Options::default`] is what `isomk DIRECTORY` makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Cut where a descriptor has no room: see [`Identifiers`].
    pub identifiers: Identifiers,
    /// Those of the volume, not of its files.
    pub dates: Dates,
    /// Up to 512 bytes free for the application, zero padded; spaces if there are none, as other writers have it
    /// (ECMA-119 8.4.32 says nothing of them).
    pub application_use: Vec<u8>,
    /// Up to 32,768 bytes for the sectors before the volume descriptors; zero padded.
    pub system_area: Vec<u8>,
    /// The sector of the medium at which the image begins: 0, or where a later session does. All sectors that the image
    /// speaks of count from the start of the medium (ECMA-119 6.1.2); only ISO 9660 alone can begin elsewhere.
    pub start: u32,
    /// Sectors of 2048 bytes before the partition as which the volume can be mounted as well: then a second set of descriptors,
    /// path tables and directories counts from there. 16 or more, or 0 for none.
    pub partition_start: u32,
    /// How the primary tree writes names. Levels differ in names only: large files get several extents at any
    /// level, which then is level 3 (ECMA-119 10.3).
    pub level: Level,
    /// What the names of the primary tree may have that no standard grants.
    pub relaxed: Relaxed,
    /// The character set of names and links by Rock Ridge, and of those of the primary tree that are recorded as they are; `None`
    /// for UTF-8. No reader is told. Joliet has its own.
    pub charset: Option<Charset>,
    /// `None`: names are those of the primary tree alone.
    pub rock_ridge: Option<RockRidge>,
    /// `None`: no Joliet tree.
    pub joliet: Option<Joliet>,
    /// Fail where a name would have to be changed to fit into the Joliet tree or into `charset`, or an identifier of the volume to fit
    /// into a descriptor.
    pub strict_names: bool,
    /// Have room for MD5 digests of the image and its contents, and directory records that lead to them: see
    /// [`super::Checksums`]. Only in ISO 9660 alone.
    pub checksums: bool,
    /// `None`: nothing boots by El Torito.
    pub boot: Option<Boot>,
    /// Sectors of zeros behind the last content. Some drives fail to read the last sectors of a track; 150 is the
    /// customary help.
    pub pad_sectors: u32,
    /// Sectors: the image, padding included, has a multiple of it; 0 and 1 ask for nothing. A boot loader that reads by
    /// the BIOS wants 16: GRUB asks for the rest of an aligned run of 8 sectors at a time and keeps aligned runs of 16,
    /// and gets wrong bytes for a run the image ends in.
    pub multiple: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            identifiers: Identifiers::default(),
            dates: Dates::default(),
            application_use: Vec::new(),
            system_area: Vec::new(),
            start: 0,
            partition_start: 0,
            level: Level::Two,
            relaxed: Relaxed::default(),
            charset: None,
            rock_ridge: Some(RockRidge::default()),
            joliet: Some(Joliet::default()),
            strict_names: false,
            checksums: false,
            boot: None,
            pad_sectors: 0,
            multiple: 1,
        }
    }
}

impl Options {
    /// `text`, a name or the target of a link, in the character set that is asked for.
    pub fn encoded<'t>(&self, text: &'t [u8]) -> Encoded<'t> {
        match self.charset {
            Some(charset) => charset.encoded(text),
            None => Encoded { bytes: text.into(), replaced: None },
        }
    }
}

/// Identifiers of the volume (ECMA-119 8.4). Characters outside ASCII become `_` in the primary descriptor and stay in
/// the Joliet one, which has room for half as many. What is cut or changed is a [`super::Note::Identifier`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identifiers {
    /// Up to 32 characters: the system that can use the system area (8.4.5).
    pub system: String,
    /// Up to 32 characters: what the medium is called when it is mounted (8.4.6).
    pub volume: String,
    /// Up to 128 characters: what all volumes of a set have in common (8.4.19).
    pub volume_set: String,
    /// Up to 128 characters (8.4.20).
    pub publisher: String,
    /// Up to 128 characters: who prepared the data (8.4.21).
    pub data_preparer: String,
    /// Up to 128 characters: how the data are recorded, or by what program (8.4.22).
    pub application: String,
    /// A file in the root directory (8.4.23).
    pub copyright_file: Option<NameId>,
    /// A file in the root directory (8.4.24).
    pub abstract_file: Option<NameId>,
    /// A file in the root directory (8.4.25).
    pub bibliographic_file: Option<NameId>,
}

/// Dates of the volume; `None` is recorded as not specified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dates {
    /// When the volume was made (8.4.26).
    pub creation: Option<Time>,
    /// When it was last changed. Boot loaders find their volume by this one.
    pub modification: Option<Time>,
    /// When the volume becomes obsolete (8.4.28).
    pub expiration: Option<Time>,
    /// When the volume may first be used (8.4.29).
    pub effective: Option<Time>,
}

impl Dates {
    /// The date of the last change as the volume descriptors record it: year to hundredth of a second, in UTC (8.4.26.1). What
    /// tells the disk from others is made of it: [`crate::partition::plan::identity`].
    pub fn modification_digits(&self) -> [u8; 16] {
        dates::long(self.modification).digits
    }
}

/// Interchange levels (ECMA-119 clause 10), as far as they concern names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Level {
    /// Eight characters, three of extension, eight of a directory.
    One,
    /// Thirty of name and extension together, thirty-one of a directory.
    #[default]
    Two,
    /// As level 2, with files of several extents.
    Three,
    /// ISO 9660:1999: up to 207 bytes (193 beside Rock Ridge), any case, several dots, no version; an enhanced volume
    /// descriptor says so.
    Four,
}

/// Rock Ridge in the primary tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RockRidge {
    /// Readers know either; the difference is serial numbers.
    pub version: Rrip,
    /// What becomes of directories below the eighth level.
    pub deep: Deep,
    /// Record extended attributes and ACLs (AAIP 2.0).
    pub attributes: bool,
}

impl RockRidge {
    /// Whether files have serial numbers: from version 1.12 on.
    pub(in crate::iso9660) fn has_serials(&self) -> bool {
        self.version == Rrip::V1_12
    }
}

/// Versions of the Rock Ridge Interchange Protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rrip {
    /// 1.10: without serial numbers, so hard links show by their common content only.
    V1_10,
    /// 1.12: every file has a serial number.
    #[default]
    V1_12,
}

/// Directories below the eighth level (ECMA-119 6.8.2.1 has no more).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Deep {
    /// Recorded where they are. Every current reader takes that.
    #[default]
    AsIs,
    /// Moved into a directory of the root, from where Rock Ridge readers put them back.
    Relocated {
        /// Its name. Readers know `rr_moved` and `.rr_moved`; when the tree has that name, the other one is taken.
        name: Vec<u8>,
    },
}

/// The tree of a supplementary volume descriptor with names in UCS-2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joliet {
    /// UTF-16 units a name may have: 64 by the specification; up to 103 are read everywhere and leave room for the
    /// version in a record.
    pub name_length: u8,
}

impl Default for Joliet {
    fn default() -> Self {
        Self { name_length: 103 }
    }
}

/// An El Torito boot catalog and its images.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Boot {
    /// The (empty) file that stands for the catalog in the tree; `None` hides it.
    pub catalog: Option<FileId>,
    /// At least one; the first is the initial/default entry. Neighbours of one platform and id share a section.
    pub entries: Vec<BootEntry>,
}

/// An entry of the boot catalog (El Torito 2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BootEntry {
    /// See [`crate::iso9660::el_torito::platform`].
    pub platform: u8,
    /// Where the boot image is.
    pub image: BootSource,
    /// What the firmware shows the boot image as.
    pub emulation: Emulation,
    /// Else the entry is there, and firmware passes over it.
    pub bootable: bool,
    /// Where BIOS loads it, in units of 16 bytes; 0 means 0x7C0.
    pub load_segment: u16,
    /// How much of it firmware loads.
    pub load_size: LoadSize,
    /// Up to 24 bytes for the initial entry (there it names the manufacturer), 28 for a section.
    pub id: Vec<u8>,
    /// When to choose this entry; not for the initial one, which has no room for it.
    pub selection: Option<Selection>,
    /// Write the boot information table of 56 bytes at byte 8 of the image, as isolinux wants it.
    pub boot_info_table: bool,
    /// Write the image's place at byte 2548 of the image, as GRUB's `cdboot.img` wants it.
    pub grub2_boot_info: bool,
}

impl BootEntry {
    /// A bootable no-emulation entry for `platform` with the usual load size.
    pub fn new(platform: u8, image: impl Into<BootSource>) -> Self {
        Self {
            platform,
            image: image.into(),
            emulation: Emulation::None,
            bootable: true,
            load_segment: 0,
            load_size: LoadSize::Usual,
            id: Vec::new(),
            selection: None,
            boot_info_table: false,
            grub2_boot_info: false,
        }
    }
}

/// Where a boot image is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BootSource {
    /// In the volume: a content of the tree, whether or not a name points to it.
    Content(ContentId),
    /// Behind the volume: the partition that is appended at this place, from 0, of those that [`crate::hybrid::plan`] is given.
    Appended(usize),
}

impl From<ContentId> for BootSource {
    fn from(content: ContentId) -> Self {
        Self::Content(content)
    }
}

impl BootSource {
    /// The content, if it is in the volume.
    pub const fn content(self) -> Option<ContentId> {
        match self {
            Self::Content(content) => Some(content),
            Self::Appended(_) => None,
        }
    }
}

/// Boot media types (El Torito 2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Emulation {
    /// The image is loaded as it is.
    #[default]
    None,
    /// A floppy disk, its type told by the image's size: 1,228,800, 1,474,560 or 2,949,120 bytes.
    Floppy,
    /// A hard disk; the image starts with a master boot record with one partition.
    HardDisk,
}

/// The sector count of a boot entry, in virtual sectors of 512 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LoadSize {
    /// 1 with emulation. Without, 4 of an image that is told where it lies and loads the rest itself; of another all, at most
    /// 65,535. For EFI the whole image.
    #[default]
    Usual,
    /// The whole image, rounded up to a multiple of 4 as mkisofs does. A count over 65,535 is recorded as 0, which UEFI reads as `to the end of the volume`.
    Whole,
    /// As many sectors of 512 bytes, whatever the image's size.
    Sectors(u16),
}

/// Selection criteria of a section entry (El Torito 2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// 1: language and version information (IBM); others are vendors' own.
    pub kind: u8,
    /// Up to 19 bytes in the entry and 30 more in each of any number of extension records.
    pub criteria: Vec<u8>,
}
