//! What planning is asked for: the flags, with everything that is a path in the image found in the tree.

use crate::flags::{BootEntry, Flags};
use crate::image::Options;
use crate::operand::components;
use crate::sources::Origin;
use isokit_cli::name::shown;
use isokit_core::iso9660::plan;
use isokit_core::tree::build::{Added, Build, ContentId, File, NameId};
use isokit_core::tree::{Kind, Time};
use isokit_core::{Error, Result, udf};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

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
}

/// What planning is asked for. The boot catalog gets its name in the tree, dated `date`.
///
/// # Errors
/// [`Error::NotFound`] for a boot image or text file that is not in the tree, [`Error::Usage`] for one that is empty or
/// no file.
pub(crate) fn options(
    flags: &Flags,
    extras: Extras,
    build: &mut Build<Origin>,
    date: Time,
) -> Result<Options> {
    let image = &flags.image;
    let named =
        |name: &Option<OsString>| name.as_ref().map(|name| in_root(build, name.as_bytes())).transpose();
    let identifiers = plan::Identifiers {
        copyright_file: named(&image.copyright)?,
        abstract_file: named(&image.summary)?,
        bibliographic_file: named(&image.biblio)?,
        ..image.identifiers()
    };
    let boot = boot(flags, build, date)?;
    let multiple = if boot.is_some() && !flags.outputs.no_pad { BOOT_MULTIPLE } else { 1 };
    let iso9660 = plan::Options {
        identifiers,
        dates: plan::Dates { creation: Some(date), modification: Some(date), ..plan::Dates::default() },
        application_use: extras.application_use,
        system_area: extras.system_area,
        boot,
        pad_sectors: if flags.outputs.pad { PAD_SECTORS } else { 0 },
        // UDF, which has structures behind the padding, ends the image where there is any.
        multiple: if flags.format.has_udf() { 1 } else { multiple },
        ..image.names(flags.inputs.xattr.is_some())
    };
    let udf = flags.format.has_udf().then(|| udf(flags, &iso9660.system_area, date, multiple)).transpose()?;
    Ok(Options { iso9660, udf })
}

/// What planning UDF is asked for.
fn udf(flags: &Flags, system_area: &[u8], date: Time, multiple: u32) -> Result<udf::plan::Options> {
    let options = flags.format.udf()?;
    let image = &flags.image;
    if image.volume_id.is_empty() {
        // A dstring that is not said to be optional has at least a character (ECMA-167 1/7.2.12).
        return Err(Error::Usage("--volume-id: is empty, but a UDF volume requires an identifier".into()));
    }
    let alone = !flags.format.has_iso9660();
    let text = |name: &Option<OsString>| {
        let name = name.as_ref().map_or(&[][..], |name| name.as_bytes());
        components(name).next().map_or_else(String::new, |name| String::from_utf8_lossy(name).into_owned())
    };
    Ok(udf::plan::Options {
        identifiers: udf::plan::Identifiers {
            volume: image.volume_id.clone(),
            volume_set: if image.volume_set.is_empty() {
                image.volume_id.clone()
            } else {
                image.volume_set.clone()
            },
            copyright_file: text(&image.copyright),
            abstract_file: text(&image.summary),
            information: [image.publisher.clone(), image.preparer.clone(), image.application_id.clone()],
        },
        date,
        strict_names: image.strict_names,
        system_area: if alone { system_area.to_vec() } else { Vec::new() },
        // Those of the media are multiples of it, or 1.
        multiple: options.multiple.max(multiple),
        // Beside ISO 9660 the padding is ISO 9660's.
        pad_blocks: if flags.outputs.pad { PAD_SECTORS * (2048 / options.block_size) } else { 0 },
        ..options
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

fn boot(flags: &Flags, build: &mut Build<Origin>, date: Time) -> Result<Option<plan::Boot>> {
    let entries = flags.boot.entries()?;
    if entries.is_empty() {
        return match flags.boot.boot_catalog {
            Some(_) => Err(Error::Usage("--boot-catalog: requires a boot entry".into())),
            None => Ok(None),
        };
    }
    let entries = entries.into_iter().map(|entry| entry_of(entry, build)).collect::<Result<Vec<_>>>()?;
    let catalog = match &flags.boot.boot_catalog {
        Some(path) => Some(catalog(path.as_bytes(), build, date)?),
        None => None,
    };
    Ok(Some(plan::Boot { catalog, entries }))
}

/// Boot images that will not be in the image as they are in their files.
///
/// # Errors
/// When an image is not in the tree.
pub(crate) fn marked(flags: &Flags, build: &Build<Origin>) -> Result<Vec<ContentId>> {
    let entries = flags.boot.entries()?;
    let marked = entries.iter().filter(|entry| entry.boot_info_table || entry.grub2_boot_info);
    marked.map(|entry| boot_image(build, &entry.path)).collect()
}

fn entry_of(entry: BootEntry, build: &Build<Origin>) -> Result<plan::BootEntry> {
    let image = boot_image(build, &entry.path)?;
    Ok(plan::BootEntry {
        emulation: entry.emulation,
        bootable: entry.bootable,
        load_segment: entry.load_segment,
        load_size: entry.load_size,
        id: entry.id,
        selection: entry.selection,
        boot_info_table: entry.boot_info_table,
        grub2_boot_info: entry.grub2_boot_info,
        ..plan::BootEntry::new(entry.platform, image)
    })
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
fn catalog(path: &[u8], build: &mut Build<Origin>, date: Time) -> Result<isokit_core::tree::build::FileId> {
    let parts: Vec<&[u8]> = components(path).collect();
    let (name, above) =
        parts.split_last().ok_or_else(|| Error::Usage("--boot-catalog: names no file".into()))?;
    let parent = above
        .iter()
        .try_fold(Build::<Origin>::ROOT, |at, part| build.child(at, part))
        .ok_or_else(|| Error::not_found(shown(path), "its directory is not in the image"))?;
    let file = build.add_file(&File::new(Kind::File, 0o444, date))?;
    match build.add_name(parent, name, file)? {
        Added::New(_) => Ok(file),
        Added::There(there) if build.kind(there) == Kind::File => {
            build.set_name(there, file);
            Ok(file)
        }
        Added::There(_) => Err(Error::Usage(format!("{}: exists and is not a file", shown(path)))),
    }
}
