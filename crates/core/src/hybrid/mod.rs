//! An image that is a disc and a disk at once: a volume, the partition tables and boot code in its system area, and
//! partitions behind it. The one place that knows volumes as well as partition tables.
//!
//! The order is that of the medium: system area, volume, appended partitions, padding, backup of the GPT. A [`Volume`] is
//! laid out first, since boot code and tables have to know where its boot images lie; then [`plan`] gives the rest its
//! places.
//!
//! ```
//! use isokit_core::fill::{Bytes, write_all};
//! use isokit_core::hybrid::{Content, Volume, plan};
//! use isokit_core::iso9660;
//! use isokit_core::partition::plan::{Appended, Kind, Options};
//! use isokit_core::tree::build::{Build, File};
//! use isokit_core::tree::{self, Time};
//!
//! let time = Time { seconds: 1_700_000_000, nanoseconds: 0 };
//! let mut tree = Build::new(&File::new(tree::Kind::Directory, 0o755, time))?;
//! tree.put_bytes("motd", &File::new(tree::Kind::File, 0o644, time), Vec::from("Welcome.\n"))?;
//! let data = tree.add_content(512 * 1024, vec![1; 512 * 1024])?;
//!
//! let options = iso9660::plan::Options::default();
//! let volume = Volume::new(&tree, &options, None)?;
//! let tables = Options { appended: vec![Appended { number: 2, kind: Kind::Mbr(0x83) }], ..Options::default() };
//! let image = plan(volume, vec![Content::Stored(data)], &tables)?;
//! let mut bytes = Vec::new();
//! write_all(&image, &Bytes, &mut bytes)?;
//! assert_eq!(bytes[510..512], [0x55, 0xaa]);
//! # Ok::<(), isokit_core::Error>(())
//! ```

mod emit;
mod map;
mod volume;

pub use volume::Volume;

use crate::error::{Error, Result};
use crate::fat;
use crate::partition::plan::{Extent, Options, Places, SystemArea};
use crate::tree::build::ContentId;

/// Bytes of a sector.
const SECTOR: u64 = 2048;

/// What an appended partition holds.
#[derive(Debug)]
pub enum Content<'a> {
    /// A content of the volume's tree, from its first byte on. Where a name leads to it as well, it is in the image twice.
    Stored(ContentId),
    /// A FAT volume over a tree of its own, whose contents are those of the volume's tree.
    Fat(Box<fat::plan::Plan<'a, ContentId>>),
}

/// A hybrid image laid out.
#[derive(Debug)]
pub struct Plan<'a, O> {
    volume: Volume<'a, O>,
    appended: Vec<(Extent, Content<'a>)>,
    area: SystemArea,
}

/// Lays out `volume`, `appended` behind it, one for each of [`Options::appended`] and behind these one for each of
/// [`Options::added`], and what `options` ask for.
///
/// The volume ends where the first partition begins, and with the image where there is none, or where its partition begins behind
/// the start of the image ([`Options::volume_start`]).
///
/// # Errors
/// Those of [`crate::partition::plan::plan`]; [`Error::Usage`] for a boot image that is a partition that is not there, and for contents that the volume's tree does not
/// have; [`Error::TooLarge`] for an image of more sectors than 32 bits can count.
pub fn plan<'a, O>(
    mut volume: Volume<'a, O>,
    appended: Vec<Content<'a>>,
    options: &Options,
) -> Result<Plan<'a, O>> {
    if options.volume_start != volume.iso9660().options().partition_start {
        let sentence =
            "the partition of the volume does not begin where its second set of descriptors counts from";
        return Err(Error::Usage(sentence.into()));
    }
    let lengths: Vec<u64> = appended.iter().map(|content| content.size(&volume)).collect::<Result<_>>()?;
    let places = places(&volume, &lengths, options)?;
    let area = crate::partition::plan::plan(options, &places)?;
    // What other programs added is no part of the image that the volume's descriptors tell of.
    let sectors = sector(places.own(options).size)?;
    let leading = lengths.iter().zip(places.appended.iter().chain(&places.added));
    volume.lead_to(leading.map(|(length, extent)| Ok((sector(extent.at)?, *length))).collect::<Result<_>>()?);
    match places.appended.first() {
        Some(first) => volume.end_at(sector(first.at)?),
        None => volume.end_at(sectors),
    }
    if options.volume_start > 0 {
        // As xorriso has it: what copies the volume, or writes another session behind it, goes by this figure.
        volume.tell_end_at(sectors);
    }
    let extents = places.appended.into_iter().chain(places.added);
    Ok(Plan { volume, appended: extents.zip(appended).collect(), area })
}

/// Where the parts lie. The image has the multiple of sectors that the volume was to have, unless cylinders decide.
fn places<O>(volume: &Volume<'_, O>, lengths: &[u64], options: &Options) -> Result<Places> {
    let (lengths, added) = lengths.split_at(options.appended.len().min(lengths.len()));
    let behind = |padding| Places::behind(options, volume.contents_end(), padding, lengths);
    let padding = volume.padding();
    let places = behind(padding)?;
    let lacking = places.size.next_multiple_of(volume.multiple()).saturating_sub(places.size);
    let mut places = if lacking == 0 { places } else { behind(padding.saturating_add(lacking))? };
    places = places.with_added(options, added)?;
    // Zeros that round a partition up are not of its boot image.
    let image = |(extent, length): (&Extent, &u64)| Extent { length: *length, ..*extent };
    let images = places.appended.iter().zip(lengths).chain(places.added.iter().zip(added));
    let images: Vec<Extent> = images.map(image).collect();
    places.boot_images = volume.boot_images(&images)?;
    Ok(places)
}

fn sector(at: u64) -> Result<u32> {
    u32::try_from(at / SECTOR).map_err(|_| Error::TooLarge("the image would be over 8 TiB".into()))
}

impl Content<'_> {
    /// Bytes of it.
    fn size<O>(&self, volume: &Volume<'_, O>) -> Result<u64> {
        let outer = volume.build();
        let stored = |id: ContentId| (id.index() < outer.contents().len()).then(|| outer.content(id).size);
        match self {
            Self::Stored(id) => stored(*id).ok_or_else(|| {
                Error::Usage("an appended partition is no content of the volume's tree".into())
            }),
            Self::Fat(plan) => {
                let build = plan.build();
                let is_of = |id| stored(build.content(id).origin) == Some(build.content(id).size);
                if build.contents().all(is_of) {
                    return Ok(plan.size());
                }
                Err(Error::Usage("a FAT volume has contents that the tree of the volume has not".into()))
            }
        }
    }
}

impl<'a, O> Plan<'a, O> {
    /// With boot images that lie behind it, and with its end.
    pub fn volume(&self) -> &Volume<'a, O> {
        &self.volume
    }

    /// The appended partitions: where each lies, the zeros that round it up included, and what it holds.
    pub fn appended(&self) -> impl Iterator<Item = (Extent, &Content<'a>)> + '_ {
        self.appended.iter().map(|(extent, content)| (*extent, content))
    }

    /// The tables.
    pub fn system_area(&self) -> &SystemArea {
        &self.area
    }

    /// Bytes of the image.
    pub fn size(&self) -> u64 {
        self.area.size()
    }
}
