//! The options by which an image was made, found from its tables.
//!
//! No table says why it is as it is. So options are tried until [`plan`] makes, for the places that the image has, the tables
//! that are there: then it makes their like for other places. What it does not make is refused, since a table that tells of
//! places where nothing is loses data.

mod added;
mod hfs_plus;

use super::mbr::{CHRP, ISO9660};
use super::{
    Added, Alignment, ApmBlock, Appended, Extent, GptMark, Kind, Label, Loader, Manner, Mark, Options,
    Places, plan,
};
use crate::error::{Error, Result, Structure};
use crate::finding::Findings;
use crate::number::{is_zero, narrow};
use crate::partition::emit::Geometry;
use crate::partition::gpt::attribute::{LEGACY_BIOS_BOOTABLE, READ_ONLY};
use crate::partition::gpt::{self, Header};
use crate::partition::mbr::{self, BootRecord, Entry, PROTECTIVE, SECTOR};
use crate::partition::system_area::{self, Content, GRUB2_SKIPPED, LENGTH};
use crate::partition::{Guid, Partition, Scheme, Table, Type, second_volume, tables};
use crate::source::Source;
use std::mem::offset_of;
use std::ops::Range;
use zerocopy::FromBytes;

const SYSTEM_AREA: Structure = Structure::new("system area", "ECMA-119 6.2.1");

/// The name of the volume's partition in a GPT of isohybrid.
const ISOHYBRID: &str = "ISOHybrid ISO";

/// Bytes of a sector of the volume.
const VOLUME_SECTOR: u64 = 2048;

/// Heads, and blocks on a track, that writers use besides those that fit.
const GEOMETRIES: [(u8, u8); 4] = [(64, 32), (255, 63), (128, 32), (255, 32)];

/// What an image was asked to be, as far as its tables tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// With the content of its system area, but for what is made anew. By the defaults besides, there are no tables.
    pub options: Options,
    /// The partitions behind the volume, one for each of [`Options::appended`].
    pub appended: Vec<Extent>,
    /// Those behind these, which other programs added, one for each of [`Options::added`].
    pub added: Vec<Extent>,
    /// The tables tell of an HFS+ volume, too, which [`plan`] does not make: these are without it.
    pub lacks_hfs_plus: bool,
    /// Bytes of the image, as far as it is not what other programs added.
    pub size: u64,
}

/// The options by which the tables of the image on `source` can be made, whose boot images lie in `boot_images`, in the order of
/// the boot catalog, and the last file of whose volume ends at byte `contents_end`. `None` for an image with nothing in its
/// system area.
///
/// Tables are the like of others if they have the same partitions in the same places, of the same types, names and attributes.
/// Of their identifiers only that of the disk is kept.
///
/// # Errors
/// [`Error::Unsupported`](crate::Error::Unsupported) for tables that [`plan`] does not make, and for what belongs to other
/// machines and would lead nowhere; those of the source.
pub fn replay(source: &dyn Source, boot_images: &[Extent], contents_end: u64) -> Result<Option<Replay>> {
    let mut area = vec![0; LENGTH];
    let have = source.read_some(source.first(), &mut area)?;
    let read = area.get(..have).unwrap_or_default();
    if is_zero(read) {
        return Ok(None);
    }
    let contents = system_area::contents(read);
    let refused = |feature: String| SYSTEM_AREA.at(source.location(source.first())).unsupported(feature);
    let is_foreign = |content: &&Content| {
        !matches!(
            content,
            Content::Isohybrid { .. }
                | Content::Grub2 { .. }
                | Content::Syslinux
                | Content::Windows
                | Content::Code
                | Content::Unknown
        )
    };
    if let Some(content) = contents.iter().find(is_foreign) {
        return Err(refused(format!("writing {content} anew")));
    }
    let tables = tables(source, &Findings::default())?;
    let loader = loader(&contents, boot_images, read)
        .ok_or_else(|| refused("boot code that loads something else than the first boot image".into()))?;
    if tables.is_empty() && loader == Loader::None {
        return Ok(Some(Replay {
            options: Options { content: area, ..Options::default() },
            appended: Vec::new(),
            added: Vec::new(),
            lacks_hfs_plus: false,
            size: source.size().unwrap_or_default(),
        }));
    }
    let mut found = Found::new(source, area, tables, boot_images, contents_end)?;
    if let Some(replay) = found.replayed(loader) {
        return Ok(Some(replay));
    }
    let refusal = found.refusal(loader);
    let places = found.places.clone();
    if let Some(replay) = found.without_added(loader, contents_end)? {
        return Ok(Some(replay));
    }
    (found.places, found.added) = (places, Vec::new());
    found.without_hfs_plus(loader, contents_end).map(Some).ok_or(refusal)
}

/// What boot code is told; `None` for a place that is not the first boot image's.
fn loader(contents: &[Content], boot_images: &[Extent], area: &[u8]) -> Option<Loader> {
    let first = boot_images.first().map(|image| image.at);
    for content in contents {
        match *content {
            Content::Isohybrid { boot_image } if Some(boot_image) == first => {
                return Some(Loader::Isolinux(boot_image));
            }
            Content::Grub2 { core_image }
                if core_image.checked_sub(GRUB2_SKIPPED) == first && first.is_some() =>
            {
                return Some(Loader::Grub2(core_image.saturating_sub(GRUB2_SKIPPED)));
            }
            Content::Isohybrid { .. } | Content::Grub2 { .. } => return None,
            // Others have their code told the place as ISOLINUX's or GRUB's is: so has Memtest86+.
            Content::Code => {
                let told = system_area::told_place(area);
                match first {
                    Some(at) if Some(at) == told => return Some(Loader::Isolinux(at)),
                    Some(at) if at.checked_add(GRUB2_SKIPPED) == told => return Some(Loader::Grub2(at)),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    Some(Loader::None)
}

/// What is known of the image.
struct Found<'s> {
    source: &'s dyn Source,
    /// The system area as it is.
    front: Vec<u8>,
    /// Without tables.
    content: Vec<u8>,
    tables: Vec<Table>,
    places: Places,
    /// That of the GPT, if there is one.
    header: Option<Header>,
    appended: Vec<Appended>,
    added: Vec<Added>,
    /// The tables are not as they were read.
    is_changed: bool,
    appended_in: [bool; 3],
    marks: Vec<Mark>,
    volume_start: u32,
    manner: Manner,
    disk_guid: Guid,
}

/// Positions in [`Found::appended_in`].
const IN: [Scheme; 3] = [Scheme::Mbr, Scheme::Gpt, Scheme::Apm];

impl<'s> Found<'s> {
    fn new(
        source: &'s dyn Source,
        front: Vec<u8>,
        tables: Vec<Table>,
        boot_images: &[Extent],
        contents_end: u64,
    ) -> Result<Self> {
        let mut header = [0; size_of::<Header>()];
        source.read_some(SECTOR, &mut header)?;
        let header = Header::parse(&header);
        let header = header.filter(|_| tables.iter().any(|table| table.scheme == Scheme::Gpt));
        let size = match header {
            Some(header) => header.alternate_lba.get().saturating_add(1).saturating_mul(SECTOR),
            None => source.size().unwrap_or_default(),
        };
        let mut found = Self {
            source,
            content: without_tables(&front, &tables),
            front,
            places: Places {
                volume: size,
                size: size - size % VOLUME_SECTOR,
                boot_images: boot_images.to_vec(),
                ..Places::default()
            },
            appended: Vec::new(),
            added: Vec::new(),
            is_changed: false,
            appended_in: [false; 3],
            marks: Vec::new(),
            volume_start: 0,
            manner: Manner::Xorriso,
            disk_guid: header.map_or(Guid::NIL, |header| Guid(header.disk_guid)),
            header: header.copied(),
            tables,
        };
        found.look_behind(contents_end);
        found.volume_start = second_volume(source, &found.tables, contents_end)?.unwrap_or_default();
        found.look_within();
        found.set_manner();
        Ok(found)
    }

    /// Sees whose tables those are like.
    fn set_manner(&mut self) {
        let of_isohybrid = |partition: &&Partition| partition.name == ISOHYBRID && partition.start == 0;
        let volume = self.partitions(Scheme::Gpt).find(of_isohybrid).map(Partition::end);
        if let Some(volume) = volume {
            self.manner = Manner::Isohybrid;
            self.places.volume = volume;
        }
    }

    fn partitions(&self, scheme: Scheme) -> impl Iterator<Item = &Partition> {
        self.tables.iter().filter(move |table| table.scheme == scheme).flat_map(|table| &table.partitions)
    }

    /// The partitions from byte `end` on, that of the contents, which hold something.
    fn behind(&self, scheme: Scheme, end: u64) -> impl Iterator<Item = &Partition> {
        self.partitions(scheme).filter(move |partition| {
            let guards = partition.kind == Type::Mbr(PROTECTIVE);
            partition.start >= end && partition.length > 0 && !partition.is_gap() && !guards
        })
    }

    /// Finds the partitions behind the volume: in the MBR, else in the GPT.
    fn look_behind(&mut self, contents_end: u64) {
        let is_added =
            |partition: &&Partition| self.added.iter().any(|added| added.start() == partition.start);
        let mut all: Vec<(Extent, Appended)> = Vec::new();
        let mut held = [false; 3];
        for (scheme, held) in IN.into_iter().zip(&mut held) {
            for partition in self.behind(scheme, contents_end).filter(|partition| !is_added(partition)) {
                *held = true;
                let at = Extent { at: partition.start, length: partition.length };
                let kind = match partition.kind {
                    Type::Mbr(number) => Kind::Mbr(number),
                    Type::Gpt(guid) => Kind::Gpt(guid),
                    Type::Apm(_) => Kind::Mbr(ISO9660),
                };
                let number = named_number(partition).unwrap_or(partition.number);
                match all.iter_mut().find(|(extent, _)| extent.at == at.at) {
                    // A GUID may tell more than the number that stands for it.
                    Some((_, other))
                        if kind.number() == other.kind.number() && kind.guid() != other.kind.guid() =>
                    {
                        other.kind = kind;
                    }
                    Some(_) => {}
                    None => all.push((at, Appended { number, kind })),
                }
            }
        }
        all.sort_by_key(|(extent, _)| extent.at);
        self.appended_in = held;
        (self.places.appended, self.appended) = all.into_iter().unzip();
    }

    /// Finds the boot images that are partitions as well.
    fn look_within(&mut self) {
        let of = |extent: &Extent, scheme| {
            let mut partitions = self.partitions(scheme).filter(|partition| !partition.is_gap());
            partitions.find(|partition| partition.start == extent.at)
        };
        let mark = |extent: &Extent| {
            let (appended, added) = (&self.places.appended, &self.places.added);
            if appended.iter().chain(added).any(|behind| behind.at == extent.at) {
                return Mark::default();
            }
            let gpt = of(extent, Scheme::Gpt).and_then(|partition| match partition.kind {
                Type::Gpt(gpt::EFI_SYSTEM) => Some(GptMark::EfiSystem),
                Type::Gpt(gpt::HFS_PLUS) => Some(GptMark::HfsPlus),
                Type::Gpt(gpt::BASIC_DATA) => Some(GptMark::BasicData),
                _ => None,
            });
            Mark { gpt, apm: of(extent, Scheme::Apm).is_some() }
        };
        self.marks = self.places.boot_images.iter().map(mark).collect();
    }

    /// The first options that make such tables; those that make the same bytes, if there are any.
    fn replayed(&self, loader: Loader) -> Option<Replay> {
        let mut alike = None;
        // What is appended ends with a sector of the volume.
        if self.places.appended.iter().any(|appended| !appended.length.is_multiple_of(VOLUME_SECTOR)) {
            return None;
        }
        let known = GEOMETRIES.iter().map(|(heads, sectors)| Geometry::new(*heads, *sectors).ok());
        let geometries: Vec<Option<Geometry>> = std::iter::once(None).chain(known).collect();
        'tried: for options in self.tried(loader) {
            for geometry in &geometries {
                let content = self.content.clone();
                let geometry = options.geometry.or(*geometry);
                if options.alignment == Alignment::All && !geometry.is_none_or(|one| self.all_aligned(one)) {
                    continue;
                }
                let options = Options { content, geometry, ..options.clone() };
                let Ok(planned) = plan(&options, &self.places) else { break };
                let entries = offset_of!(BootRecord, entries)..offset_of!(BootRecord, key);
                let has = |range: Range<usize>| planned.front().get(range.clone()) == self.front.get(range);
                let has_others = has(0..entries.start)
                    && has(entries.end..LENGTH)
                    && self.has(planned.back_at(), planned.back());
                if has_others && has(entries) {
                    alike = Some(options);
                    break 'tried;
                }
                if alike.is_none() && self.is_alike(&planned) {
                    alike = Some(options);
                }
                // The geometry shows in the entries alone. Other programs, which write all of them anew, have none.
                if !has_others {
                    break;
                }
            }
        }
        let Places { appended, added, .. } = &self.places;
        let (appended, added) = (appended.clone(), added.clone());
        alike.map(|options| {
            let size = self.places.own(&options).size;
            Replay { options, appended, added, lacks_hfs_plus: false, size }
        })
    }

    /// Why there are no options that make such tables: the first partition that those which come nearest do not make.
    fn refusal(&self, loader: Loader) -> Error {
        let mut nearest: Option<Vec<&Partition>> = None;
        for options in self.tried(loader) {
            let options = Options { content: self.content.clone(), ..options };
            let Ok(planned) = plan(&options, &self.places) else { continue };
            let Ok(tables) = tables(&Planned(&planned), &Findings::default()) else { continue };
            let made = |there: &&Partition| {
                let is_it = |made: &Partition| same(made) == same(there);
                tables.iter().flat_map(|table| &table.partitions).any(is_it)
            };
            let all = self.tables.iter().flat_map(|table| &table.partitions);
            let lacking: Vec<&Partition> = all.filter(|there| !made(there)).collect();
            if nearest.as_ref().is_none_or(|nearest| lacking.len() < nearest.len()) {
                nearest = Some(lacking);
            }
        }
        let scheme = self.tables.first().map_or(Scheme::Mbr, |table| table.scheme);
        let extended = self.extended();
        let nearest = extended.or_else(|| nearest.and_then(|lacking| lacking.first().copied()));
        let within = if extended.is_some() { ", which has logical partitions within" } else { "" };
        let (scheme, what) = match nearest {
            Some(Partition { scheme, number, kind, start, length, .. }) => {
                let place = format!("{length} bytes from byte {start:#x} on");
                (*scheme, format!("partition {number} (type {kind}, {place}){within}"))
            }
            None => {
                let schemes: Vec<String> = self.tables.iter().map(|table| table.scheme.to_string()).collect();
                (scheme, format!("what is in the partition tables ({})", schemes.join(", ")))
            }
        };
        let feature = format!("{what}, as neither xorriso, isohybrid nor isomk would make it,");
        let table = self.tables.iter().find(|table| table.scheme == scheme);
        let at = table.map_or_else(|| self.source.first(), |table| table.at);
        scheme.structure().at(self.source.location(at)).unsupported(feature)
    }

    /// The partition of the MBR that has others within, which none that is written has.
    fn extended(&self) -> Option<&Partition> {
        let mut all = self.partitions(Scheme::Mbr);
        let is_extended = |kind: &Type| matches!(kind, Type::Mbr(number) if mbr::is_extended(*number));
        let found = all.find(|partition| is_extended(&partition.kind));
        found.filter(|_| self.partitions(Scheme::Mbr).any(|partition| partition.number > 4))
    }

    /// The options worth a try, plain ones first, without the content of the system area, which all have.
    fn tried(&self, loader: Loader) -> Vec<Options> {
        let [in_mbr, in_gpt, in_apm] = self.appended_in;
        let block =
            self.tables.iter().find(|table| table.scheme == Scheme::Apm).map(|table| table.block_size);
        let mut tried = vec![Options {
            loader,
            volume_start: self.volume_start,
            manner: self.manner,
            geometry: (self.manner == Manner::Isohybrid).then(Geometry::default),
            appended: self.appended.clone(),
            added: self.added.clone(),
            appended_in_apm: in_apm && !in_mbr,
            apm_block_size: if block == Some(512) { ApmBlock::B512 } else { ApmBlock::B2048 },
            disk_signature: self.record().map_or(0, |record| record.signature.get()),
            disk_guid: self.disk_guid,
            ..Options::default()
        }];
        let [writable, bootable] = self.volume_attributes();
        tried[0].volume_is_writable = writable;
        tried[0].volume_is_bios_bootable = bootable;
        // What is in a GPT for boot images alone has the appended ones of an Apple map, too.
        let either = if in_gpt && in_apm && !in_mbr { vec![true, false] } else { vec![in_gpt && !in_mbr] };
        vary(&mut tried, either, |options, in_gpt| options.appended_in_gpt = *in_gpt);
        vary(&mut tried, self.marks(), |options, marks| options.marks.clone_from(marks));
        vary(&mut tried, self.labels(), |options, label| options.label = *label);
        vary(&mut tried, self.volume_types(), |options, kind| options.volume_type = *kind);
        // Code for a BIOS is there to be booted by one.
        let force = loader != Loader::None;
        vary(&mut tried, vec![force, !force], |options, force| options.force_bootable = *force);
        let nested = tried.iter().any(|options| options.marks.iter().any(|mark| *mark != Mark::default()));
        let marks_only = if nested { vec![false, true] } else { vec![false] };
        vary(&mut tried, marks_only, |options, only| options.marks_only = *only);
        vary(&mut tried, self.alignments(loader), |options, alignment| options.alignment = *alignment);
        tried
    }

    /// The first block.
    fn record(&self) -> Option<&BootRecord> {
        BootRecord::ref_from_prefix(&self.front).ok().map(|(record, _)| record)
    }

    /// What the first entry of the MBR can be, besides what the loader and the appended partitions make of it.
    fn labels(&self) -> Vec<Label> {
        match self.record().map(|record| record.entries[0]) {
            Some(Entry { kind: CHRP, .. }) => vec![Label::Chrp, Label::None, Label::Protective],
            Some(Entry { kind: PROTECTIVE | ISO9660, .. }) => vec![Label::None, Label::Protective],
            // From block 1 on, whatever its type.
            Some(entry) if entry.start.get() == 1 => vec![Label::Protective, Label::None],
            _ => vec![Label::None],
        }
    }

    /// What the volume's own partition can be.
    fn volume_types(&self) -> Vec<Option<Kind>> {
        let start = u64::from(self.volume_start).saturating_mul(VOLUME_SECTOR);
        let first = self.record().map(|record| Kind::Mbr(record.entries[0].kind));
        let of_gpt = self.partitions(Scheme::Gpt).find(|partition| partition.start == start);
        let of_gpt = of_gpt.and_then(|partition| match partition.kind {
            Type::Gpt(guid) => Some(Kind::Gpt(guid)),
            _ => None,
        });
        let known = [gpt::BASIC_DATA, gpt::LINUX].map(|guid| Some(Kind::Gpt(guid)));
        let mut types: Vec<Option<Kind>> = Vec::new();
        for kind in [None, first, of_gpt].into_iter().chain(known) {
            if !types.contains(&kind) {
                types.push(kind);
            }
        }
        types
    }

    /// Whether the volume's own partition in the GPT is not read-only, and whether a BIOS boots it.
    fn volume_attributes(&self) -> [bool; 2] {
        let start = u64::from(self.volume_start).saturating_mul(VOLUME_SECTOR);
        let mut partitions = self.partitions(Scheme::Gpt).filter(|partition| !partition.is_gap());
        let volume = partitions.find(|partition| partition.start == start);
        let attributes = volume.map_or(READ_ONLY, |partition| partition.attributes);
        [attributes & READ_ONLY == 0, attributes & LEGACY_BIOS_BOOTABLE != 0]
    }

    /// Whether each appended partition ends where a cylinder does.
    fn all_aligned(&self, geometry: Geometry) -> bool {
        self.places.appended.iter().all(|one| is_aligned(one.end(), geometry))
    }

    /// What can have been aligned. No table says it, but places do.
    fn alignments(&self, loader: Loader) -> Vec<Alignment> {
        let places = &self.places;
        let geometry = match self.manner {
            Manner::Isohybrid => Geometry::default(),
            Manner::Xorriso => Geometry::fitting(places.volume_end()),
        };
        let is_usual = matches!(loader, Loader::Isolinux(_));
        let volume = is_aligned(places.volume_end().saturating_mul(SECTOR), geometry);
        let likely = match volume {
            true if !places.appended.is_empty() && self.all_aligned(geometry) => Alignment::All,
            is if is == is_usual => Alignment::Auto,
            true => Alignment::On,
            false => Alignment::Off,
        };
        let mut alignments = vec![likely];
        let others = [Alignment::Auto, Alignment::Off, Alignment::On];
        alignments.extend(others.into_iter().filter(|other| *other != likely));
        alignments
    }

    /// Which boot images can have been marked. Of one that is appended, and of HFS+, both tables can tell without being asked to.
    fn marks(&self) -> Vec<Vec<Mark>> {
        let places = &self.places;
        let with = |appended: Mark, both: bool| -> Vec<Mark> {
            let marks = self.marks.iter().zip(&places.boot_images);
            marks
                .map(|(mark, extent)| match mark {
                    _ if places.is_appended(extent.at) => appended,
                    Mark { apm: true, .. } if !both => Mark { gpt: None, apm: true },
                    mark => *mark,
                })
                .collect()
        };
        let data = Mark { gpt: Some(GptMark::BasicData), apm: false };
        let mut marks = vec![with(Mark::default(), true), with(Mark::default(), false), with(data, true)];
        marks.dedup();
        marks
    }

    /// Whether `bytes` are at byte `at` of the image.
    fn has(&self, at: u64, bytes: &[u8]) -> bool {
        let mut there = vec![0; bytes.len()];
        self.source.read_at(at, &mut there).is_ok() && there == bytes
    }

    /// Whether `planned` has the same partitions, and boot code that does the same.
    fn is_alike(&self, planned: &super::SystemArea) -> bool {
        let code = offset_of!(BootRecord, signature);
        if self.front.get(..code) != planned.front().get(..code) {
            return false;
        }
        let planned = Planned(planned);
        let Ok(tables) = tables(&planned, &Findings::default()) else { return false };
        let is_added = self.is_changed || !self.added.is_empty();
        // Who makes the disk longer does not always make a guard longer, nor keeps in it what a BIOS looks for.
        let guard = |partition: Partition| match partition {
            Partition { kind: Type::Mbr(PROTECTIVE), .. } if is_added => {
                Partition { length: 0, active: false, ..partition }
            }
            partition => partition,
        };
        let partitions =
            |table: &Table| -> Vec<Partition> { table.partitions.iter().map(same).map(guard).collect() };
        tables.len() == self.tables.len()
            && tables.iter().zip(&self.tables).all(|(one, other)| {
                (one.scheme, one.protective, one.block_size, one.backup.is_some())
                    == (other.scheme, other.protective, other.block_size, other.backup.is_some())
                    && partitions(one) == partitions(other)
            })
    }
}

/// Whether a cylinder ends at byte `end`, or in the sector before: whole sectors reach into the next.
fn is_aligned(end: u64, geometry: Geometry) -> bool {
    end % geometry.cylinder().saturating_mul(SECTOR).max(1) < VOLUME_SECTOR
}

/// The number that an appended partition has by its name, as xorriso has it in a GPT.
fn named_number(partition: &Partition) -> Option<u32> {
    partition.name.strip_prefix("Appended").and_then(|number| number.parse().ok())
}

/// What of `partition` has to be the same in a table that is alike.
fn same(partition: &Partition) -> Partition {
    Partition { unique: None, ..partition.clone() }
}

/// Each of `tried` with each of `values`, in their order.
fn vary<T>(tried: &mut Vec<Options>, values: Vec<T>, set: impl Fn(&mut Options, &T)) {
    let with = |options: &Options, value: &T| {
        let mut options = options.clone();
        set(&mut options, value);
        options
    };
    *tried = values.iter().flat_map(|value| tried.iter().map(move |options| with(options, value))).collect();
}

/// The system area `front` without its `tables`; what they lie in is zeros.
fn without_tables(front: &[u8], tables: &[Table]) -> Vec<u8> {
    let mut content = front.to_vec();
    for table in tables {
        match table.scheme {
            Scheme::Mbr => {
                let entries = offset_of!(BootRecord, entries)..size_of::<BootRecord>();
                content.get_mut(entries).unwrap_or_default().fill(0);
            }
            Scheme::Gpt => system_area::clear_gpt(&mut content),
            Scheme::Apm => system_area::clear_map(&mut content, table.block_size),
        }
    }
    content
}

/// An image of which nothing is there but its system area and the end.
#[derive(Debug)]
struct Planned<'p>(&'p super::SystemArea);

impl Source for Planned<'_> {
    fn size(&self) -> Option<u64> {
        Some(self.0.size())
    }

    fn read_some(&self, at: u64, into: &mut [u8]) -> Result<usize> {
        let there = narrow(self.0.size().saturating_sub(at)).min(into.len());
        let into = into.get_mut(..there).unwrap_or_default();
        into.fill(0);
        for (from, bytes) in [(0, self.0.front()), (self.0.back_at(), self.0.back())] {
            let bytes = bytes.get(narrow(at.saturating_sub(from))..).unwrap_or_default();
            super::put(into, narrow(from.saturating_sub(at)), bytes);
        }
        Ok(there)
    }
}
