//! Boot loaders: their files are looked for in the image, and what they need becomes entries, code and partitions as they could
//! have been asked for one by one. A file beside this one says what a loader needs, and [`needs`] who that is for.

mod efi;
mod grub;
mod isolinux;
mod limine;
mod machine;
mod systemd_boot;
mod tree;
mod windows;

use crate::collect::{Collector, Follow};
use crate::contents::Contents;
use crate::request::{Appended, Booting, Loader, Request};
use efi::PROGRAMS;
use isokit_cli::{Failure, Report};
use isokit_core::Error;
use isokit_core::partition::plan::Kind;
use isokit_core::partition::{gpt, mbr};
use isokit_core::tree::build::{Build, ContentId};
use tree::Tree;

/// How the image boots: by what was asked for, and before that by what the boot loader needs that it was asked to boot by.
///
/// # Errors
/// [`Error::Usage`] when the loader is not in the image; those of reading its files.
pub(crate) fn booting(
    request: &Request,
    collector: &Collector<'_>,
    report: &Report,
) -> Result<Booting, Failure> {
    let asked = Booting { boot: request.boot.clone(), partitions: request.partitions.clone() };
    let Some(loader) = request.boot.loader else { return Ok(asked) };
    let contents = Contents::new(collector.stores(), request.inputs.follow != Follow::None);
    let tree = Tree::new(collector.build(), &contents);
    let mut booting = needs(loader, &tree, report)?;
    booting.boot.entries.extend(asked.boot.entries);
    booting.boot.catalog = asked.boot.catalog.or(booting.boot.catalog);
    if asked.boot.system_area.is_some() {
        booting.boot.system_area = asked.boot.system_area;
        booting.partitions.code = asked.partitions.code;
    }
    let own = booting.partitions.appended.iter().map(|appended| appended.number).collect::<Vec<_>>();
    if let Some(twice) = asked.partitions.appended.iter().find(|appended| own.contains(&appended.number)) {
        let number = twice.number;
        return Err(Error::Usage(format!(
            "partition {number} is that of the boot loader; append others behind it"
        ))
        .into());
    }
    booting.partitions.appended.extend(asked.partitions.appended);
    booting.partitions.volume_type = asked.partitions.volume_type;
    booting.partitions.offset = asked.partitions.offset;
    booting.partitions.disk_guid = asked.partitions.disk_guid;
    booting.partitions.geometry = asked.partitions.geometry;
    booting.partitions.alignment = asked.partitions.alignment;
    if request.manner.verbose {
        let options = (request.in_words)(&booting);
        report.note("boot loader", format_args!("the same as {options}"));
    }
    Ok(booting)
}

/// Warns of a volume of the EFI system partition's type in which UEFI finds nothing to start.
pub(crate) fn check(appended: &Appended, volume: Option<&Build<ContentId>>, report: &Report) {
    let is_efi = matches!(appended.kind, Kind::Mbr(mbr::EFI_SYSTEM) | Kind::Gpt(gpt::EFI_SYSTEM));
    let Some(volume) = volume.filter(|_| is_efi) else { return };
    if !volume.names().any(|name| efi::is_program(&volume.path(name))) {
        let sentence = format!("has no {PROGRAMS} for UEFI to start");
        report.warning(format_args!("partition {}", appended.number), sentence);
    }
}

fn needs(loader: Loader, tree: &Tree<'_>, report: &Report) -> Result<Booting, Failure> {
    match loader {
        Loader::Grub => grub::needs(tree, report),
        Loader::Isolinux => isolinux::needs(tree, report),
        Loader::Limine => limine::needs(tree, report),
        Loader::SystemdBoot => systemd_boot::needs(tree, report),
        Loader::Windows => windows::needs(tree),
    }
}

/// Says that a loader is not there, whose files would be `expected`.
fn lacking(loader: &str, expected: &str) -> Failure {
    Error::Usage(format!("{loader} is not in the image, expected {expected}")).into()
}
