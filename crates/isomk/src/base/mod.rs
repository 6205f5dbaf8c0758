//! An existing image that a new one is made from. Its tree is the first source; what else it is becomes what the new image is
//! asked to be, where nothing else is asked for.

mod boot;
mod earlier;
mod identity;
mod lost;
mod plain;
mod settings;

use crate::checksums;
use crate::container::Container;
use crate::disk::Disk;
use crate::existing::Existing;
use crate::planning::Extras;
use crate::request::{
    Appended, AppendedSource, Boot, BootImage, Padding, Partitions, Request, Text, free_number,
};
use crate::spelling::{Advice, Asked};
use boot::Booting;
use isokit_cli::{Concerning, Failure, Report};
use isokit_core::error::{Error, Result};
use isokit_core::image::{Image, Options};
use isokit_core::iso9660;
use isokit_core::iso9660::plan::{Dates, Joliet, Level, LoadSize, Relaxed, RockRidge, Rrip};
use isokit_core::partition::plan::{self, Mark, Replay};
use isokit_core::partition::{Scheme, Table};
use isokit_core::source::Source;
use isokit_core::tree::build::ContentId;
use isokit_core::tree::{Detail, Entry, Extent, Time};
use isokit_core::udf;
use std::path::Path;

pub(crate) use earlier::earlier;

/// Bytes of zeros that are appended for drives that read ahead.
const TRACK: u64 = 150 * 2048;

/// What becomes of an HFS+ volume.
const LACKS_HFS_PLUS: &str =
    "its HFS+ volume is left out; a Macintosh that boots by it will not boot from the new image";

/// What an existing image gives to the new one.
#[derive(Debug)]
pub(crate) struct Base {
    /// What becomes contents, until it is taken.
    pub(crate) taken: Option<Taken>,
    /// The first 16 sectors, without what is made anew; `None` where something else is asked for.
    system_area: Option<Vec<u8>>,
    /// Its partition tables, for other places.
    disk: Option<Disk>,
}

/// What of an existing image becomes contents of the new one.
#[derive(Debug)]
pub(crate) struct Taken {
    /// Where its tree is.
    pub(crate) image: Existing,
    /// Boot images that are no files, in the order of the catalog.
    pub(crate) hidden: Vec<Extent>,
    /// Partitions behind the volume, in their order.
    pub(crate) appended: Vec<Behind>,
}

/// What a partition behind the volume is made of.
#[derive(Debug)]
pub(crate) enum Behind {
    /// The bytes of the existing image.
    Kept(Extent),
    /// Something that takes their place.
    Replaced(AppendedSource),
}

impl Base {
    /// Opens the image at `path`, and has `request` ask for what it is.
    ///
    /// # Errors
    /// When it cannot be read, or has something that cannot be made anew and that nothing replaces.
    pub(crate) fn open(path: &Path, request: &mut Request, report: &Report) -> Result<Self, Failure> {
        let image = match Container::open(path.as_os_str(), report)? {
            Container::Image(image) => image,
            Container::Archive(archive) => {
                let option = request.spelling.option(Asked::Base);
                let sentence = format!("is not an image, which {option} requires");
                return Err(Error::Unreadable(sentence)).concerning(&archive.name);
            }
        };
        let name = image.name.clone();
        look(image, request, report).concerning(&name)
    }

    /// What goes into the new image beside the tree; `hidden` are the contents of [`Taken::hidden`].
    pub(crate) fn add_to(self, extras: &mut Extras, hidden: &[ContentId]) {
        if let Some(area) = self.system_area {
            extras.system_area = area;
        }
        extras.boot_images = hidden.to_vec();
        extras.disk = self.disk;
    }
}

/// Looks at all that an image is besides its tree.
fn look(existing: Existing, request: &mut Request, report: &Report) -> Result<Base> {
    let source = &*existing.source();
    let name = &existing.name;
    let image = Image::open(source, &Options::default())?;
    file_systems(&image, request)?;
    checksums(source, request, report, name)?;
    identity::complete(&image, request, report, name);
    let mut booting = Booting::look(source, &image, request)?;
    let (mut system_area, mut disk, mut replaced, mut own_size) = (None, None, Vec::new(), None);
    let keeps = request.inputs.base.as_ref().is_none_or(|base| base.keeps_tables);
    let Boot { system_area: asked, loader, .. } = &request.boot;
    if keeps && asked.is_none() && loader.is_none() && request.partitions == Partitions::default() {
        let replayed = replayed(booting.found.replay(source), request)?;
        if let Some(Replay { mut options, appended, added, lacks_hfs_plus, size }) = replayed {
            if lacks_hfs_plus {
                report.warning(name, LACKS_HFS_PLUS);
            }
            let kept = options.appended.len();
            let before = options.appended.iter().map(|appended| appended.number).collect();
            replaced = replace(&mut options, &numbers(&booting.found.tables), request);
            if let Some(asked) = request.inputs.base.as_mut().and_then(|base| base.settings.take()) {
                let has_udf = request.format.udf.is_some();
                settings::apply(&mut options, &asked, &request.boot, has_udf)?;
            }
            system_area = Some(options.content.clone());
            own_size = Some(size);
            if has_tables(&options) {
                let extents = |found: &[plan::Extent]| extents(source, found);
                booting.appended = extents(&appended)?.into_iter().map(Some).collect();
                booting.appended.extend(options.appended.iter().skip(kept).map(|_| None));
                booting.appended.extend(extents(&added)?.into_iter().map(Some));
                disk = Some(Disk::of_base(adapted(options, request, report, name)?, before));
            }
        } else {
            table_of_its_own(request);
        }
    } else if !keeps {
        lost::added(&booting.found.replay(source), report, name);
    } else if asked.is_none() || request.partitions != Partitions::default() {
        lost::warn(&booting.found, &booting.found.replay(source), request, report, name);
    }
    booting.complete(request, report, name)?;
    for entry in &mut request.boot.entries {
        // What takes the place of a partition is another's size.
        let is_new = |place: &usize| replaced.iter().any(|(new, _)| new == place);
        if matches!(&entry.image, BootImage::BasePartition(place) if is_new(place)) {
            entry.load_size = LoadSize::Whole;
        }
    }
    all_there(request, &replaced)?;
    padding(own_size.or(source.size()), &image, &booting, request);
    let Booting { hidden, appended, .. } = booting;
    let behind = |(place, extent): (usize, Option<Extent>)| {
        let new = replaced.iter().find(|(replaced, _)| *replaced == place);
        new.map(|(_, new)| Behind::Replaced(new.source.clone())).or(extent.map(Behind::Kept))
    };
    let appended = appended.into_iter().enumerate().filter_map(behind).collect();
    let taken = Some(Taken { image: existing, hidden, appended });
    Ok(Base { taken, system_area, disk })
}

/// Has partitions that are added to an image without a table make one.
fn table_of_its_own(request: &mut Request) {
    let Some(base) = &mut request.inputs.base else { return };
    let mut appended = std::mem::take(&mut base.partitions);
    number(&mut appended, &[]);
    appended.sort_by_key(|appended| appended.number);
    let in_gpt = request.boot.in_gpt.unwrap_or(base.partitions_in_gpt);
    request.partitions = base.settings.take().unwrap_or_default();
    request.partitions.appended_in_gpt = in_gpt && !appended.is_empty();
    request.partitions.appended = appended;
}

/// Whether `options` make more than the bytes that they have of the system area.
fn has_tables(options: &plan::Options) -> bool {
    *options != plan::Options { content: options.content.clone(), ..plan::Options::default() }
}

/// Gives the partitions that something takes the place of their types, and adds those that are new behind those of the image;
/// which these are, counted through [`plan::Options::appended`] and [`plan::Options::added`], and what takes their place. Numbers that
/// are `taken` are those of entries of the MBR, whatever these tell of.
fn replace(options: &mut plan::Options, taken: &[u32], request: &mut Request) -> Vec<(usize, Appended)> {
    let added: Vec<u32> = options.added.iter().map(plan::Added::number).collect();
    let told = options.added.iter().flat_map(|added| &added.told).map(|told| told.number);
    let there: Vec<u32> =
        options.appended.iter().map(|old| old.number).chain(told).chain(taken.iter().copied()).collect();
    let asked = request.inputs.base.iter_mut().flat_map(|base| &mut base.partitions);
    number(asked, &there);
    let asked = request.inputs.base.iter().flat_map(|base| &base.partitions);
    let is_alone = options.appended.is_empty();
    let (mut replaced, mut of_others) = (Vec::new(), Vec::new());
    for new in asked {
        let number = u32::from(new.number);
        if let Some(place) = added.iter().position(|added| *added == number) {
            options.added[place].set_kind(new.kind);
            of_others.push((place, new.clone()));
            continue;
        }
        let place = options.appended.iter().position(|old| old.number == number);
        let place = place.unwrap_or(options.appended.len());
        let partition = plan::Appended { number, kind: new.kind };
        match options.appended.get_mut(place) {
            Some(old) => *old = partition,
            None => options.appended.push(partition),
        }
        replaced.push((place, new.clone()));
    }
    // They join those that are there.
    if is_alone && options.added_in_gpt() {
        options.appended_in_gpt = true;
    }
    let first = options.appended.len();
    replaced.extend(of_others.into_iter().map(|(place, new)| (first.saturating_add(place), new)));
    replaced
}

/// Gives those of `asked` that have no number the lowest that neither they nor the partitions that are `there` have.
fn number<'a>(asked: impl IntoIterator<Item = &'a mut Appended>, there: &[u32]) {
    let asked: Vec<&mut Appended> = asked.into_iter().collect();
    let mut taken: Vec<u32> = there.to_vec();
    taken.extend(asked.iter().map(|appended| u32::from(appended.number)));
    for appended in asked.into_iter().filter(|appended| appended.number == 0) {
        appended.number = free_number(|number| taken.contains(&number.into()));
        taken.push(appended.number.into());
    }
}

/// The numbers of partitions in the MBR.
fn numbers(tables: &[Table]) -> Vec<u32> {
    let of_mbr = tables.iter().filter(|table| table.scheme == Scheme::Mbr);
    of_mbr.flat_map(|table| &table.partitions).map(|partition| partition.number).collect()
}

/// That each partition is there that something is to take the place of.
fn all_there(request: &Request, replaced: &[(usize, Appended)]) -> Result<()> {
    let mut asked = request.inputs.base.iter().flat_map(|base| &base.partitions);
    let lacking = asked.find(|asked| replaced.iter().all(|(_, new)| new.number != asked.number));
    lacking.map_or(Ok(()), |lacking| {
        let number = lacking.number;
        Err(Error::Usage(format!("has no partition {number} behind its volume, which could be replaced")))
    })
}

/// What makes the tables and boot code of the image.
fn replayed(found: Result<Option<Replay>>, request: &Request) -> Result<Option<Replay>> {
    found.map_err(|error| match error {
        Error::Unsupported(_) if request.format.iso9660.is_none() => {
            let option = request.spelling.option(Asked::SystemArea);
            let sentence = "boot code and partition tables are written for images with ISO 9660 only";
            Error::Usage(format!("{sentence}; {option} /dev/null leaves them out"))
        }
        Error::Unsupported(error) => {
            let option = request.spelling.option(Asked::SystemArea);
            let others = request.spelling.advice(Advice::Loader);
            Error::Usage(format!("{error}; {option} FILE replaces it, and /dev/null leaves it out{others}"))
        }
        error => error,
    })
}

/// `options` as far as they can be had in the new image.
fn adapted(options: plan::Options, request: &Request, report: &Report, name: &str) -> Result<plan::Options> {
    if request.format.iso9660.is_none() {
        return Err(Error::Usage("partition tables are written for images with ISO 9660 only".into()));
    }
    let entries = request.boot.entries.len();
    let boots = request.inputs.base.as_ref().is_none_or(|base| base.boots);
    let marks = if entries == 0 && boots {
        options.marks
    } else if options.marks.iter().all(|mark| *mark == Mark::default()) {
        vec![Mark::default(); entries]
    } else {
        let option = request.spelling.option(Asked::SystemArea);
        let sentence = match entries {
            0 => "its partition tables tell of boot images, which the new image has not",
            _ => "its partition tables tell of boot images, which other boot entries replace",
        };
        return Err(Error::Usage(format!("{sentence}; {option} FILE replaces the tables, too")));
    };
    let mut volume_start = options.volume_start;
    if volume_start > 0 && request.format.udf.is_some() {
        let sentence = "its volume can also be mounted from a partition, that of the new image from the whole disk only: UDF \
                        leaves no room for a second set of descriptors";
        report.warning(name, sentence);
        volume_start = 0;
    }
    Ok(plan::Options { marks, volume_start, ..options })
}

/// Where partitions lie, all of which have to be there.
fn extents(source: &dyn Source, partitions: &[plan::Extent]) -> Result<Vec<Extent>> {
    let size = source.size().unwrap_or(u64::MAX);
    let lacking = partitions.iter().find(|partition| partition.end() > size);
    match lacking {
        Some(partition) => {
            Err(source.ends(partition.at, size.saturating_sub(partition.at), partition.length))
        }
        None => {
            Ok(partitions.iter().map(|partition| Extent::recorded(partition.at, partition.length)).collect())
        }
    }
}

/// The trees that the image has.
fn file_systems(image: &Image<'_>, request: &mut Request) -> Result<()> {
    let Some(asked) = &request.inputs.base else { return Ok(()) };
    let trees = image.trees();
    let has = |word: &str| trees.iter().any(|tree| tree.word == word);
    let names = request.format.iso9660.clone().unwrap_or_default();
    if !asked.settles_format {
        request.format.udf = image.udf().map(|found| udf(found, image.iso9660().is_some(), &names));
        request.format.iso9660 = image.iso9660().map(|_| names);
    }
    let Some(names) = &mut request.format.iso9660 else {
        let boots = request.boot.is_asked();
        let sentence = "booting requires ISO 9660, which the image has not";
        return if boots { Err(Error::Usage(sentence.into())) } else { Ok(()) };
    };
    // What is UDF alone has no trees of ISO 9660 to be like.
    if image.iso9660().is_none() {
        return Ok(());
    }
    if !asked.settles_rock_ridge {
        let usual = names.rock_ridge.take().unwrap_or_default();
        let version = version(image).unwrap_or(usual.version);
        names.rock_ridge = has("rr").then_some(RockRidge { version, ..usual });
    }
    if !asked.settles_joliet {
        names.joliet = has("joliet").then(Joliet::default);
    }
    if !asked.settles_level && has("1999") {
        names.level = Level::Four;
    }
    // Where there are other names, they are the names.
    if names.relaxed == Relaxed::default() && trees.iter().all(|tree| tree.word == "iso") {
        names.relaxed = plain::relaxed(image.tree())?;
    }
    Ok(())
}

/// Has `request` ask for MD5 digests where the image has some.
fn checksums(source: &dyn Source, request: &mut Request, report: &Report, name: &str) -> Result<()> {
    let settled = request.inputs.base.as_ref().is_none_or(|base| base.settles_checksums);
    if settled || !checksums::are_in(source)? {
        return Ok(());
    }
    match &mut request.format.iso9660 {
        Some(iso9660) if request.format.udf.is_none() => iso9660.checksums = true,
        _ => report.warning(name, "its MD5 digests are left out, which an image with UDF cannot have"),
    }
    Ok(())
}

/// The version of Rock Ridge, by whether names in the root have serial numbers; `None` where another tree is shown.
fn version(image: &Image<'_>) -> Option<Rrip> {
    if image.shown().word != "rr" {
        return None;
    }
    let mut cursor = image.tree().open(&image.tree().root().ok()?, Detail::All).ok()?;
    let mut entry = Entry::default();
    let mut version = None;
    while cursor.next(&mut entry).ok()? {
        if entry.posix.is_some_and(|posix| posix.serial.is_some()) {
            return Some(Rrip::V1_12);
        }
        version = version.or_else(|| entry.posix.map(|_| Rrip::V1_10));
    }
    version
}

/// Has `request` ask for zeros at the end where the image has as many, unless cylinders make them.
fn padding(size: Option<u64>, image: &Image<'_>, booting: &Booting, request: &mut Request) {
    let asked = request.inputs.base.as_ref().is_some_and(|base| base.settles_padding);
    let Some(size) = size.filter(|_| !asked && image.udf().is_none()) else { return };
    let ends = booting
        .appended
        .iter()
        .flatten()
        .filter_map(|extent| Some(extent.offset?.saturating_add(extent.length)));
    let end = ends.filter(|end| *end <= size).fold(booting.found.files.end, u64::max);
    if size.saturating_sub(end) >= TRACK {
        request.padding = Padding::Track;
    }
}

/// What planning UDF is asked for, to be as it is in `image`: of the revisions that are written, the last that is not newer.
fn udf(image: &udf::Image<'_>, is_bridge: bool, names: &iso9660::plan::Options) -> udf::plan::Options {
    use udf::plan::Revision;
    let known = Revision::ALL.into_iter().rev();
    let revision = known.into_iter().find(|known| known.number() <= image.revision());
    udf::plan::Options {
        revision: revision.unwrap_or_default(),
        block_size: if !is_bridge && image.tree().block_size() == 512 { 512 } else { 2048 },
        specials: !is_bridge,
        embed: !is_bridge,
        strict_names: names.strict_names,
        ..udf::plan::Options::default()
    }
}

/// `dates`, none of which is later than `latest`.
fn within(dates: Dates, latest: Option<Time>) -> Dates {
    let within = |date: Option<Time>| date.map(|date| latest.map_or(date, |latest| date.min(latest)));
    let Dates { creation, modification, expiration, effective } = dates;
    Dates { creation: within(creation), modification: within(modification), expiration, effective }
}

/// Whether nothing was asked to be in the application use field.
fn is_free(text: &Text) -> bool {
    matches!(text, Text::Bytes(bytes) if bytes.is_empty())
}
