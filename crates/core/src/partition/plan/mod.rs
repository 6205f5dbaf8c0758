//! Hybrid images: what lies in the system area of a volume, and at the end of its image, so that it boots from a disc, from a
//! USB stick and from a partition, by a BIOS, by UEFI and on a Mac.
//!
//! [`plan`] is given what is wanted ([`Options`]) and where the parts lie ([`Places`]), and gives bytes ([`SystemArea`]); it
//! reads nothing. Where the parts may lie is for [`Places::behind`] to say, before the volume is laid out.
//!
//! The bytes are those of xorriso 1.5.4 for the same wishes and places, but for differences that
//! `doc/formats/partitions.md` lists.
//!
//! ```
//! use isokit_core::partition::plan::{Label, Options, Places, plan};
//!
//! let options = Options { label: Label::Protective, ..Options::default() };
//! let places = Places::behind(&options, 1 << 20, 0, &[])?;
//! let area = plan(&options, &places)?;
//! assert_eq!(area.front()[446..451], [0x80, 0, 2, 0, 0xcd]);
//! # Ok::<(), isokit_core::Error>(())
//! ```

mod added;
mod apm;
mod gpt;
pub mod identity;
mod mbr;
mod options;
mod places;
mod replay;

use super::emit::apm::driver_descriptor;
use super::mbr::{BootRecord, Entry};
use super::system_area::{GRUB2_SKIPPED, LENGTH};
use crate::error::{Error, Result};
use crate::number::{narrow, wide};
pub use mbr::Displaced;
use mbr::Entries;
pub use options::{
    Added, Alignment, ApmBlock, Appended, GptMark, Kind, Label, Loader, Manner, Mark, Options,
};
use places::BLOCK;
pub use places::{Extent, Places};
pub use replay::{Replay, replay};
use std::mem::offset_of;
use zerocopy::{FromBytes, IntoBytes};

/// The place in GRUB's and ISOLINUX's code for the block that they load.
const LOADED_BLOCK: usize = 0x1b0;

/// What the first block begins with in an Apple map beside ISOLINUX's code: 32 bytes that its code leaves free, and which
/// do nothing as instructions.
const BESIDE_ISOLINUX: [u8; 28] = {
    let mut bytes = [0; 28];
    bytes[2] = 0x90;
    bytes[3] = 0x90;
    bytes
};

/// As [`BESIDE_ISOLINUX`], beside other code, which a jump leads to.
const BESIDE_OTHERS: [u8; 4] = [0xeb, 0x02, 0xff, 0xff];

/// The bytes of a hybrid image that are not its volume's nor its partitions'.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemArea {
    front: Vec<u8>,
    back: Vec<u8>,
    size: u64,
    displaced: Vec<Displaced>,
}

impl SystemArea {
    /// The first 16 sectors of the image.
    pub fn front(&self) -> &[u8] {
        &self.front
    }

    /// The last bytes of the image: the backup of the GPT; empty without one.
    pub fn back(&self) -> &[u8] {
        &self.back
    }

    /// Byte of the image at which the backup of the GPT begins, and the image ends without one.
    pub fn back_at(&self) -> u64 {
        self.size.saturating_sub(wide(self.back.len()))
    }

    /// Bytes of the image.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Entries that the MBR lacks, since appended partitions have their numbers.
    pub fn displaced(&self) -> &[Displaced] {
        &self.displaced
    }
}

/// What `options` ask for, of an image whose parts lie in `places`.
///
/// # Errors
/// [`Error::Usage`] for wishes that exclude each other, and for parts that overlap, do not begin on a sector or lie behind the
/// image; [`Error::TooLarge`] for more than a table or the system area has room for, and for what lies beyond 2 TiB and has to
/// be in an MBR.
pub fn plan(options: &Options, places: &Places) -> Result<SystemArea> {
    options.check()?;
    places.check(options)?;
    let whole = places;
    let places = &whole.own(options);
    let mut front = options.content.clone();
    front.resize(LENGTH, 0);
    let nested = mbr::nested_marks(options, places).next().is_some();
    let present = BootRecord::ref_from_prefix(&front)
        .map_or([super::emit::mbr::UNUSED; 4], |(record, _)| record.entries);
    let entries = Entries::new(options, places, nested);
    if let Some(entries) = entries.all(present)? {
        put_entries(&mut front, &entries);
    }
    let displaced = entries.displaced()?;
    put_loader(&mut front, options);
    put_map(&mut front, options, places)?;
    added::put_in_mbr(&mut front, options, whole)?;
    let mut back = Vec::new();
    if let Some(table) = added::table(options, whole, gpt::table(options, places)?)? {
        let array = table.array();
        put(&mut front, narrow(BLOCK), &table.primary_header());
        put(&mut front, narrow(table.partition_entry_lba.saturating_mul(BLOCK)), &array);
        back = array;
        back.extend_from_slice(&table.backup_header());
    }
    Ok(SystemArea { front, back, size: whole.size, displaced })
}

/// Writes `bytes` from byte `at` of `area` on, as far as it goes.
fn put(area: &mut [u8], at: usize, bytes: &[u8]) {
    let room = area.get_mut(at..).unwrap_or_default();
    for (byte, value) in room.iter_mut().zip(bytes) {
        *byte = *value;
    }
}

fn put_entries(front: &mut [u8], entries: &[Entry; 4]) {
    put(front, offset_of!(BootRecord, entries), entries.as_bytes());
    put(front, offset_of!(BootRecord, key), &BootRecord::KEY);
}

fn put_loader(front: &mut [u8], options: &Options) {
    let (at, skipped) = match options.loader {
        Loader::None => return,
        Loader::Isolinux(at) => (at, 0),
        Loader::Grub2(at) => (at, GRUB2_SKIPPED),
    };
    put(front, LOADED_BLOCK, &(at.saturating_add(skipped) / BLOCK).to_le_bytes());
    if options.is_isohybrid() {
        put(front, offset_of!(BootRecord, signature), &options.disk_signature.to_le_bytes());
        put(front, offset_of!(BootRecord, reserved), &[0; 2]);
    }
}

fn put_map(front: &mut [u8], options: &Options, places: &Places) -> Result<()> {
    let entries = apm::entries(options, places)?;
    if entries.is_empty() {
        return Ok(());
    }
    let size = options.map_block().bytes();
    if entries.len() > options.map_blocks()
        || entries.len().saturating_add(1).saturating_mul(size.into()) > LENGTH
    {
        return Err(Error::TooLarge(format!(
            "the system area has no room for {} entries of an Apple partition map",
            entries.len()
        )));
    }
    put(front, 0, &driver_descriptor(size));
    let beside: &[u8] =
        if options.is_isohybrid() && options.has_apm_marks() { &BESIDE_ISOLINUX } else { &BESIDE_OTHERS };
    put(front, 4, beside);
    for (block, entry) in (1_usize..).zip(&entries) {
        let at = block.saturating_mul(size.into());
        put(front, at, &vec![0; size.into()]);
        put(front, at, entry.as_bytes());
    }
    Ok(())
}

impl Options {
    /// Whether the wishes can be had together.
    fn check(&self) -> Result<()> {
        if self.content.len() > LENGTH {
            return Err(Error::TooLarge(format!(
                "the system area has room for {LENGTH} bytes, not for {}",
                self.content.len()
            )));
        }
        let nested = self.marks.iter().any(|mark| mark.gpt.is_some_and(GptMark::is_nested));
        let own = self.marks.iter().any(|mark| mark.gpt.is_some_and(|kind| !kind.is_nested()));
        let refusal = if nested && own {
            "a GPT has boot images either within the volume's partition or beside it"
        } else if (nested || self.has_apm_marks()) && !self.is_isohybrid() && !self.marks_only {
            "boot images within the volume's partition require ISOLINUX's code in the MBR"
        } else if self.manner == Manner::Isohybrid
            && !(self.is_isohybrid() && nested && self.appended.is_empty())
        {
            "tables in the manner of isohybrid require its code, and boot images within the volume's partition alone"
        } else if self.is_isohybrid() && self.label != Label::None && !self.has_gpt() {
            "ISOLINUX's code in the MBR requires an entry for the whole volume"
        } else if self.has_gpt() && self.map_blocks() > 0 && self.map_block() == ApmBlock::B512 {
            "an Apple partition map beside a GPT requires blocks of 2048 bytes"
        } else if (1..16).contains(&self.volume_start) {
            "a second set of volume descriptors lies in sector 16 or behind it"
        } else if matches!(self.loader, Loader::Isolinux(at) | Loader::Grub2(at) if !at.is_multiple_of(2048))
        {
            "a boot image begins on a sector of 2048 bytes"
        } else if self.appended.iter().any(|appended| appended.number == 0) {
            "partitions are counted from 1"
        } else {
            return self.check_numbers();
        };
        Err(Error::Usage(refusal.into()))
    }

    fn check_numbers(&self) -> Result<()> {
        let mut numbers: Vec<u32> = self.appended.iter().map(|appended| appended.number).collect();
        numbers.sort_unstable();
        match numbers.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(Error::Usage(format!("two partitions have number {}", pair[0]))),
            None => Ok(()),
        }
    }
}
