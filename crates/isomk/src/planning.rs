//! What planning is asked for: the request, with everything that is a path in the image found in the tree.

use crate::disk::Disk;
use crate::image::Options;
use crate::operand::components;
use crate::overrides::Overrides;
use crate::removal::Removal;
use crate::request::{Boot, BootEntry, BootImage, Booting, Identifiers, Padding, Partitions, Request};
use crate::sources::Origin;
use crate::spelling::{Advice, Asked};
use isokit_cli::name::shown;
use isokit_core::iso9660::plan;
use isokit_core::tree::build::{Added, Build, ContentId, File, FileId, NameId};
use isokit_core::tree::{Kind, Time};
use isokit_core::{Error, Result, udf};

/// Sectors some drives want behind the data.
const PAD_SECTORS: u32 = 150;

/// An image that boots has a multiple of this many sectors: see [`plan::Options::multiple`].
const BOOT_MULTIPLE: u32 = 16;

/// What comes from files beside the tree.
#[derive(Debug, Default)]
pub(crate) struct Extras {
    /// See [`plan::Options::application_use`].
    pub application_use: Vec<u8>,
    /// See [`plan::Options::system_area`].
    pub system_area: Vec<u8>,
    /// Boot images of the base that are no files.
    pub boot_images: Vec<ContentId>,
    /// The disk that the base is.
    pub disk: Option<Disk>,
}

/// What planning is asked for. The boot catalog gets its name in the tree, dated `date`, and hidden where `overrides` say so.
///
/// # Errors
/// [`Error::NotFound`] for a boot image or text file that is not in the tree, [`Error::Usage`] for one that is empty or
/// no file.
pub(crate) fn options(
    request: &Request,
    booting: &Booting,
    extras: Extras,
    build: &mut Build<Origin>,
    date: Time,
    overrides: &Overrides,
) -> Result<Options> {
    let Identifiers { system, volume, volume_set, publisher, preparer, application, .. } =
        &request.identifiers;
    let named = |name: &Option<Vec<u8>>| name.as_ref().map(|name| in_root(build, name)).transpose();
    let identifiers = plan::Identifiers {
        system: system.clone(),
        volume: volume.clone(),
        volume_set: volume_set.clone(),
        publisher: publisher.clone(),
        data_preparer: preparer.clone(),
        application: application.clone(),
        copyright_file: named(&request.identifiers.copyright_file)?,
        abstract_file: named(&request.identifiers.abstract_file)?,
        bibliographic_file: named(&request.identifiers.bibliographic_file)?,
    };
    let boot = boot(request, booting, build, date, overrides, &extras)?;
    let is_padded = request.padding != Padding::None;
    let multiple = if boot.is_some() && is_padded { BOOT_MULTIPLE } else { 1 };
    let udf = match &request.format.udf {
        Some(options) => Some(udf(request, options, &extras.system_area, date, multiple)?),
        None => None,
    };
    let of_date = || plan::Dates { creation: Some(date), modification: Some(date), ..plan::Dates::default() };
    let dates = request.dates.unwrap_or_else(of_date);
    let disk = Disk::new(booting, &extras.system_area, &dates)?.or(extras.disk);
    let iso9660 = plan::Options {
        identifiers,
        dates,
        partition_start: disk.as_ref().map_or(0, Disk::volume_start),
        application_use: extras.application_use,
        system_area: extras.system_area,
        start: request.start,
        boot,
        pad_sectors: pad_sectors(request.padding),
        // UDF, which has structures behind the padding, ends the image where there is any.
        multiple: if udf.is_some() { 1 } else { multiple },
        ..request.format.iso9660.clone().unwrap_or_default()
    };
    Ok(Options { iso9660: request.format.iso9660.as_ref().map(|_| iso9660), udf, disk })
}

/// Sectors of 2048 bytes behind the last file.
const fn pad_sectors(padding: Padding) -> u32 {
    match padding {
        Padding::Track => PAD_SECTORS,
        Padding::Usual | Padding::None => 0,
    }
}

/// What planning UDF is asked for, `options` being what the format says.
fn udf(
    request: &Request,
    options: &udf::plan::Options,
    system_area: &[u8],
    date: Time,
    multiple: u32,
) -> Result<udf::plan::Options> {
    let Identifiers { volume, volume_set, copyright_file, abstract_file, .. } = &request.identifiers;
    if volume.is_empty() {
        // A dstring that is not said to be optional has at least a character (ECMA-167 1/7.2.12).
        let option = request.spelling.option(Asked::VolumeId);
        return Err(Error::Usage(format!("{option}: is empty, but a UDF volume requires an identifier")));
    }
    let alone = request.format.iso9660.is_none();
    let text = |name: &Option<Vec<u8>>| {
        let name = name.as_deref().unwrap_or_default();
        components(name).next().map_or_else(String::new, |name| String::from_utf8_lossy(name).into_owned())
    };
    let Identifiers { publisher, preparer, application, .. } = &request.identifiers;
    Ok(udf::plan::Options {
        identifiers: udf::plan::Identifiers {
            volume: volume.clone(),
            volume_set: if volume_set.is_empty() { volume.clone() } else { volume_set.clone() },
            copyright_file: text(copyright_file),
            abstract_file: text(abstract_file),
            information: [publisher.clone(), preparer.clone(), application.clone()],
        },
        date,
        system_area: if alone { system_area.to_vec() } else { Vec::new() },
        // Those of the media are multiples of it, or 1.
        multiple: options.multiple.max(multiple),
        // Beside ISO 9660 the padding is ISO 9660's.
        pad_blocks: pad_sectors(request.padding) * (2048 / options.block_size),
        ..options.clone()
    })
}

/// A file the volume descriptors name, which only the root can hold.
fn in_root(build: &Build<Origin>, name: &[u8]) -> Result<NameId> {
    let mut parts = components(name);
    match (parts.next(), parts.next()) {
        (Some(name), None) => build
            .child(Build::<Origin>::ROOT, name)
            .filter(|found| build.kind(*found) == Kind::File)
            .ok_or_else(|| Error::not_found(shown(name), "no such file in the root of the image")),
        _ => Err(Error::Usage(format!("{}: must be a file in the root of the image", shown(name)))),
    }
}

fn boot(
    request: &Request,
    booting: &Booting,
    build: &mut Build<Origin>,
    date: Time,
    overrides: &Overrides,
    extras: &Extras,
) -> Result<Option<plan::Boot>> {
    let Boot { entries, catalog: path, .. } = &booting.boot;
    let wrong = |why| Error::Usage(format!("{}: {why}", request.spelling.option(Asked::BootCatalog)));
    if entries.is_empty() {
        return path.as_ref().map_or(Ok(None), |_| Err(wrong("requires a boot entry")));
    }
    let of = |entry| entry_of(entry, build, &booting.partitions, extras);
    let entries =
        entries.iter().map(of).collect::<Result<Vec<_>>>().map_err(|error| removed(error, request))?;
    let catalog = path.as_ref().map(|path| catalog(path, build, date, overrides, &wrong)).transpose()?;
    Ok(Some(plan::Boot { catalog, entries }))
}

/// Boot images that will not be in the image as they are in their files.
///
/// # Errors
/// When an image is not in the tree.
pub(crate) fn marked(request: &Boot, build: &Build<Origin>, extras: &Extras) -> Result<Vec<ContentId>> {
    let marked = request.entries.iter().filter(|entry| entry.boot_info_table || entry.grub2_boot_info);
    let path = |entry: &'_ BootEntry| match &entry.image {
        BootImage::Path(path) => Some(boot_image(build, path)),
        BootImage::Base(number) => extras.boot_images.get(*number).copied().map(Ok),
        BootImage::Appended(_) | BootImage::BasePartition(_) => None,
    };
    marked.filter_map(path).collect()
}

fn entry_of(
    entry: &BootEntry,
    build: &Build<Origin>,
    partitions: &Partitions,
    extras: &Extras,
) -> Result<plan::BootEntry> {
    let image = match &entry.image {
        BootImage::Path(path) => boot_image(build, path)?.into(),
        BootImage::Base(number) => {
            let content = extras.boot_images.get(*number).copied();
            content.ok_or_else(|| Error::Usage("a boot image is no part of the base".into()))?.into()
        }
        BootImage::BasePartition(place) => plan::BootSource::Appended(*place),
        BootImage::Appended(number) => {
            let place = partitions.appended.iter().position(|appended| appended.number == *number);
            plan::BootSource::Appended(place.ok_or_else(|| {
                Error::Usage(format!(
                    "a boot image is partition {number}, but none of that number is appended"
                ))
            })?)
        }
    };
    Ok(plan::BootEntry {
        emulation: entry.emulation,
        bootable: entry.bootable,
        load_segment: entry.load_segment,
        load_size: entry.load_size,
        id: entry.id.clone(),
        selection: entry.selection.clone(),
        boot_info_table: entry.boot_info_table,
        grub2_boot_info: entry.grub2_boot_info,
        ..plan::BootEntry::new(entry.platform, image)
    })
}

/// `error`, unless a boot image is not there because it is removed from the base that boots by it.
fn removed(error: Error, request: &Request) -> Error {
    let Some(base) = request.inputs.base.as_ref().filter(|base| base.boots) else { return error };
    let Ok(removal) = Removal::new(&base.remove, request.inputs.literal) else { return error };
    let paths = request.boot.entries.iter().filter_map(|entry| match &entry.image {
        BootImage::Path(path) => Some(path),
        _ => None,
    });
    let is_lacking = matches!(error, Error::NotFound(_));
    match paths.filter(|_| is_lacking).find(|path| removal.removes_file(path)) {
        Some(path) => {
            let advice = request.spelling.advice(Advice::NoBoot);
            Error::Usage(format!("{}: is removed, but the image boots by it{advice}", shown(path)))
        }
        None => error,
    }
}

fn boot_image(build: &Build<Origin>, path: &[u8]) -> Result<ContentId> {
    let name = build.find(path).ok_or_else(|| {
        Error::not_found(shown(path), "no such file in the image; a boot image must be in the image")
    })?;
    let content = build.file(build.name(name).file).content;
    content.ok_or_else(|| {
        Error::Usage(format!("{}: is not a regular file with content; cannot be a boot image", shown(path)))
    })
}

/// Makes the empty file that stands for the catalog.
fn catalog(
    path: &[u8],
    build: &mut Build<Origin>,
    date: Time,
    overrides: &Overrides,
    wrong: &dyn Fn(&'static str) -> Error,
) -> Result<FileId> {
    let parts: Vec<&[u8]> = components(path).collect();
    let (name, above) = parts.split_last().ok_or_else(|| wrong("names no file"))?;
    let parent = above
        .iter()
        .try_fold(Build::<Origin>::ROOT, |at, part| build.child(at, part))
        .ok_or_else(|| Error::not_found(shown(path), "its directory is not in the image"))?;
    let (uid, gid) = overrides.owners(&parts.join(&b'/'));
    let file = build.add_file(&File { uid, gid, ..File::new(Kind::File, 0o444, date) })?;
    match build.add_name(parent, name, file)? {
        Added::New(made) => {
            build.set_hidden(made, overrides.hidden(&parts.join(&b'/')));
            Ok(file)
        }
        Added::There(there) if build.kind(there) == Kind::File => {
            build.set_name(there, file);
            Ok(file)
        }
        Added::There(_) => Err(Error::Usage(format!("{}: exists and is not a file", shown(path)))),
    }
}
