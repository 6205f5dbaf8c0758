//! Boot loaders: their files are looked for in the image, and what they need becomes entries, code and partitions as they could
//! have been asked for one by one. A file beside this one says what a loader needs, and [`needs`] who that is for.

mod efi;
mod emulated;
mod grub;
mod isolinux;
mod limine;
mod machine;
mod numbers;
mod systemd_boot;
mod tree;
mod volume;
mod windows;

use crate::collect::{self, Collector};
use crate::contents::Contents;
use crate::request::{Appended, AppendedSource, BootEntry, Booting, Loader, Partitions, Request};
use efi::PROGRAMS;
use isokit_cli::{Failure, Report};
use isokit_core::Error;
use isokit_core::fill::{Contents as _, Reader};
use isokit_core::partition::plan::{Kind, Mark};
use isokit_core::partition::{gpt, mbr};
use isokit_core::tree::build::{Build, ContentId, NameId};
use tree::Tree;
use volume::Volume;

/// How the image boots: by what was asked for, and before that by what the boot loader needs that it was asked to boot by. Warns
/// of boot images in which UEFI finds nothing to start.
///
/// # Errors
/// [`Error::Usage`] when the loader is not in the image, and for a boot image that is not the hard disk that it is to be shown as; those
/// of reading these files.
pub(crate) fn booting(
    request: &Request,
    collector: &Collector<'_>,
    report: &Report,
) -> Result<Booting, Failure> {
    let contents = Contents::new(collector.stores(), request.inputs.follow.is_asked());
    let tree = Tree::new(collector.build(), &contents);
    let mut asked = Booting { boot: request.boot.clone(), partitions: request.partitions.clone() };
    let booting = match request.boot.loader {
        Some(loader) => with(loader, asked, request, &tree, report)?,
        None => {
            let taken = numbers::of_marks(&asked);
            numbers::avoid(&taken, &mut asked);
            asked
        }
    };
    emulated::check(&booting.boot.entries, &tree, request, report)?;
    efi::check(&booting.boot.entries, &tree, report);
    Ok(booting)
}

/// What was `asked` for besides the `loader`, and what that needs.
fn with(
    loader: Loader,
    mut asked: Booting,
    request: &Request,
    tree: &Tree<'_>,
    report: &Report,
) -> Result<Booting, Failure> {
    let mut booting = needs(loader, tree, report)?;
    let own = booting.partitions.appended.iter().map(|appended| appended.number).collect::<Vec<_>>();
    numbers::avoid(&own, &mut asked);
    if let Some(twice) = asked.partitions.appended.iter().find(|appended| own.contains(&appended.number)) {
        let number = twice.number;
        return Err(Error::Usage(format!(
            "partition {number} is that of the boot loader; append others behind it"
        ))
        .into());
    }
    add_entries(&mut booting.boot.entries, asked.boot.entries);
    booting.boot.catalog = asked.boot.catalog.or(booting.boot.catalog);
    if asked.boot.system_area.is_some() {
        booting.boot.system_area = asked.boot.system_area;
        booting.partitions.code = asked.partitions.code;
    }
    // ISOLINUX's code for disks starts from an MBR, in which BIOSes look for an active partition.
    let needs_mbr = loader == Loader::Isolinux && booting.partitions.code.is_some();
    let is_appended = !booting.partitions.appended.is_empty() || !asked.partitions.appended.is_empty();
    let own = Partitions {
        active: asked.boot.active.unwrap_or(booting.partitions.active),
        appended_in_gpt: is_appended && asked.boot.in_gpt.unwrap_or(!needs_mbr),
        ..asked.partitions
    };
    add_partitions(&mut booting.partitions, own);
    let taken = numbers::of_marks(&booting);
    numbers::avoid(&taken, &mut booting);
    booting.partitions.appended.iter_mut().for_each(|appended| appended.any_number = false);
    if request.manner.verbose {
        let options = (request.in_words)(&booting);
        report.note("boot loader", format_args!("the same as {options}"));
    }
    Ok(booting)
}

/// Adds entries that were asked for; one whose image the loader has an entry for takes the place of that, and the loader finds in it
/// what it loads itself by.
fn add_entries(entries: &mut Vec<BootEntry>, asked: Vec<BootEntry>) {
    for mut new in asked {
        match entries.iter_mut().find(|entry| entry.image == new.image) {
            Some(found) => {
                new.boot_info_table |= found.boot_info_table;
                new.grub2_boot_info |= found.grub2_boot_info;
                let Mark { gpt, apm } = found.mark;
                new.mark = Mark { gpt: new.mark.gpt.or(gpt), apm: new.mark.apm || apm };
                *found = new;
            }
            None => entries.push(new),
        }
    }
}

/// Adds what was asked for of partitions to those that the loader needs.
fn add_partitions(needed: &mut Partitions, asked: Partitions) {
    let mut appended = std::mem::take(&mut needed.appended);
    appended.extend(asked.appended);
    *needed = Partitions {
        code: needed.code,
        appended,
        protective: needed.protective || asked.protective,
        ..asked
    };
}

/// Has `collector` append a partition: a directory as a FAT volume, an image of FAT as it is, be it in the image as well.
///
/// # Errors
/// Those of [`Collector::append`].
pub(crate) fn append(
    appended: &Appended,
    collector: &mut Collector<'_>,
    options: &collect::Options<'_>,
    report: &Report,
) -> Result<(), Failure> {
    match image(&appended.source, collector) {
        Some(name) => collector.append_again(name)?,
        None => collector.append(&appended.source, options)?,
    }
    check(appended, collector, report);
    Ok(())
}

/// The file of the image that is to be a partition by itself, since it is a FAT volume with a loader.
fn image(source: &AppendedSource, collector: &Collector<'_>) -> Option<NameId> {
    let AppendedSource::Image(paths) = source else { return None };
    let [path] = paths.as_slice() else { return None };
    let build = collector.build();
    let name = build.find(path)?;
    let content = build.content(build.file(build.name(name).file).content?);
    let contents = Contents::new(collector.stores(), true);
    Volume::look(&contents, content).filter(|volume| volume.has_loader).map(|_| name)
}

/// Warns of an EFI system partition, the last that `collector` has appended, in which UEFI finds nothing to start, or on which
/// something else is wrong.
fn check(appended: &Appended, collector: &Collector<'_>, report: &Report) {
    let is_efi = matches!(appended.kind, Kind::Mbr(mbr::EFI_SYSTEM) | Kind::Gpt(gpt::EFI_SYSTEM));
    let name = format_args!("partition {}", appended.number);
    match collector.appended().filter(|_| is_efi) {
        Some(collect::Appended::Directory(volume)) => {
            if let Some(fault) = fault(volume, collector) {
                report.warning(name, fault);
            }
        }
        Some(collect::Appended::File(content)) => {
            let contents = Contents::new(collector.stores(), true);
            let content = collector.build().content(*content);
            efi::warn(name, Volume::look(&contents, content).as_ref(), report);
        }
        None => {}
    }
}

/// Why UEFI finds nothing to start in a FAT volume that is made of files, if it does not. What cannot be read, writing it tells.
fn fault(volume: &Build<ContentId>, collector: &Collector<'_>) -> Option<String> {
    let contents = Contents::new(collector.stores(), true);
    let mut programs = volume.names().filter(|name| efi::is_program(&volume.path(*name))).peekable();
    if programs.peek().is_none() {
        return Some(format!("has no {PROGRAMS} for UEFI to start"));
    }
    let is_other = |name| {
        let Some(content) = volume.file(volume.name(name).file).content else { return true };
        let origin = &collector.build().content(volume.content(content).origin).origin;
        let mut start = [0; efi::SIGNATURE.len()];
        let have = contents.open(origin).and_then(|opened| Reader::new(opened).read(&mut start));
        have.is_ok_and(|have| have < start.len() || start != efi::SIGNATURE)
    };
    programs
        .all(is_other)
        .then(|| format!("{PROGRAMS} is not a program; UEFI firmware finds nothing to start"))
}

fn needs(loader: Loader, tree: &Tree<'_>, report: &Report) -> Result<Booting, Failure> {
    match loader {
        Loader::Grub => grub::needs(tree, report),
        Loader::Isolinux => isolinux::needs(tree, report),
        Loader::Limine => limine::needs(tree, report),
        Loader::SystemdBoot => systemd_boot::needs(tree, report),
        Loader::Windows => windows::needs(tree, report),
    }
}

/// Says that a loader is not there, whose files would be `expected`.
fn lacking(loader: &str, expected: &str) -> Failure {
    Error::Usage(format!("{loader} is not in the image, expected {expected}")).into()
}
