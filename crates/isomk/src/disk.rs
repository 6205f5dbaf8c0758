//! The disk that an image is as well: boot code, partition tables, and what is appended for them.

use crate::collect::Appended;
use crate::request::{self, BootCode, Booting, Partitions};
use crate::sources::Origin;
use isokit_cli::Report;
use isokit_core::hybrid::{self, Content, Volume};
use isokit_core::iso9660::plan::{BootSource, Dates};
use isokit_core::partition::emit::Geometry;
use isokit_core::partition::plan::{self, ApmBlock, Displaced, Kind, Label, Loader, Mark, identity};
use isokit_core::partition::system_area::{self, Content as Found};
use isokit_core::{Error, Result, fat};

/// What is asked of the disk.
#[derive(Debug)]
pub(crate) struct Disk {
    /// Without the loader, which has to know where the volume's boot image lies.
    tables: plan::Options,
    loader: Option<fn(u64) -> Loader>,
    /// Of the FAT volumes that appended directories become.
    fat: fat::plan::Options,
    /// Numbers of appended partitions that take no other's place: in a new image the first, which stands for the volume's own if it
    /// is asked for; of an existing image, those that it had.
    before: Vec<u32>,
}

impl Disk {
    /// What `booting` asks for, the system area beginning with `content`; `None` where it asks for no disk.
    ///
    /// # Errors
    /// [`Error::Usage`] for a geometry that no disk has, and for boot code that nobody is known to have written.
    pub(crate) fn new(booting: &Booting, content: &[u8], dates: &Dates) -> Result<Option<Self>> {
        let Booting { boot, partitions } = booting;
        let Partitions { appended, code, .. } = partitions;
        let marks: Vec<Mark> = boot.entries.iter().map(|entry| entry.mark).collect();
        if *partitions == Partitions::default() && marks.iter().all(|mark| *mark == Mark::default()) {
            return Ok(None);
        }
        let digits = dates.modification_digits();
        let tables = plan::Options {
            content: content.to_vec(),
            disk_signature: identity::disk_signature(&digits),
            disk_guid: partitions.disk_guid.unwrap_or_else(|| identity::disk_guid(&digits)),
            appended: appended.iter().map(partition).collect(),
            ..tables(partitions, &marks)?
        };
        let loader = code.map(|code| loader(code, content)).transpose()?;
        Ok(Some(Self { tables, loader, fat: fat_options(), before: vec![1] }))
    }

    /// With tables of an existing image, made anew for other places, which had appended partitions of these numbers `before`.
    pub(crate) fn of_base(tables: plan::Options, before: Vec<u32>) -> Self {
        let loader: Option<fn(u64) -> Loader> = match tables.loader {
            Loader::None => None,
            Loader::Isolinux(_) => Some(Loader::Isolinux),
            Loader::Grub2(_) => Some(Loader::Grub2),
        };
        Self { tables, loader, fat: fat_options(), before }
    }

    /// The sector at which the volume can be mounted as well; 0: nowhere.
    pub(crate) fn volume_start(&self) -> u32 {
        self.tables.volume_start
    }

    /// Warns of partitions of an MBR whose types have no number there.
    pub(crate) fn warn(&self, report: &Report) {
        let plan::Options { appended, appended_in_gpt, appended_in_apm, .. } = &self.tables;
        let is_in_mbr = !appended_in_gpt && !appended_in_apm;
        for partition in appended.iter().filter(|one| is_in_mbr && one.kind.in_mbr().is_none()) {
            let kind = match partition.kind {
                Kind::Gpt(guid) => guid.to_string(),
                Kind::Mbr(number) => number.to_string(),
            };
            let sentence = format!("an MBR has no number for its type, {kind}; it gets 0x83, as Linux has");
            report.warning(format_args!("partition {}", partition.number), sentence);
        }
    }

    /// Warns of partitions that are in the MBR no more, as those that are appended have their numbers.
    pub(crate) fn warn_of_displaced(&self, area: &plan::SystemArea, report: &Report) {
        let is_new = |displaced: &&Displaced| !self.before.contains(&displaced.number);
        for Displaced { number, kind, at } in area.displaced().iter().filter(is_new) {
            let sentence = format!(
                "takes the place of the MBR's partition {number} of type {kind:#04x}, at byte {at:#x}, which is left out there"
            );
            report.warning(format_args!("partition {number}"), sentence);
        }
    }

    /// The image: `volume` and what is `appended`.
    ///
    /// # Errors
    /// Those of the planners, and [`Error::Usage`] for boot code without a boot image in the volume.
    pub(crate) fn plan<'a>(
        &'a self,
        volume: Volume<'a, Origin>,
        appended: &'a [Appended],
    ) -> Result<hybrid::Plan<'a, Origin>> {
        let contents = appended.iter().map(|appended| match appended {
            Appended::File(content) => Ok(Content::Stored(*content)),
            Appended::Directory(build) => {
                fat::plan::plan(build, &self.fat).map(|plan| Content::Fat(Box::new(plan)))
            }
        });
        let contents = contents.collect::<Result<Vec<_>>>()?;
        let loader = match self.loader {
            Some(loader) => loader(first_image(&volume)?),
            None => Loader::None,
        };
        hybrid::plan(volume, contents, &plan::Options { loader, ..self.tables.clone() })
    }
}

/// Whom boot code is told where it finds its next stage.
fn loader(code: BootCode, content: &[u8]) -> Result<fn(u64) -> Loader> {
    match (code, system_area::code(content)) {
        (BootCode::Isohybrid, _) | (BootCode::Either, Some(Found::Isohybrid { .. })) => Ok(Loader::Isolinux),
        (BootCode::Grub2, _) | (BootCode::Either, Some(Found::Grub2 { .. })) => Ok(Loader::Grub2),
        (BootCode::Either, found) => {
            let found = found.map_or_else(|| "no boot code".to_owned(), |found| found.to_string());
            let expected = "expected isohdpfx.bin of ISOLINUX, boot_hybrid.img of GRUB 2, or their like";
            Err(Error::Usage(format!("boot code: {found}, {expected}")))
        }
    }
}

/// FAT volumes that are made are as long as the sectors of the medium that their partitions take.
fn fat_options() -> fat::plan::Options {
    let size = fat::plan::Size::Least { free: 0, multiple: 4 };
    fat::plan::Options { label: "EFI".into(), size, ..fat::plan::Options::default() }
}

/// Byte of the boot image that boot code in an MBR loads.
fn first_image(volume: &Volume<'_, Origin>) -> Result<u64> {
    let boot = volume.iso9660().options().boot.as_ref();
    match boot.and_then(|boot| boot.entries.first()).map(|entry| entry.image) {
        Some(BootSource::Content(content)) => Ok(volume.content_at(content)),
        Some(BootSource::Appended(_)) | None => {
            let sentence =
                "boot code in the MBR loads the first boot image, which has to be a file of the image";
            Err(Error::Usage(sentence.into()))
        }
    }
}

/// What is asked for without a look at anything else.
fn tables(asked: &Partitions, marks: &[Mark]) -> Result<plan::Options> {
    let geometry = match asked.geometry {
        (None, None) => None,
        (sectors, heads) => Some(Geometry::new(heads.unwrap_or(64), sectors.unwrap_or(32))?),
    };
    let label = match (asked.chrp, asked.protective) {
        (true, _) => Label::Chrp,
        (false, true) => Label::Protective,
        (false, false) => Label::None,
    };
    let in_gpt = marks.iter().any(|mark| mark.gpt.is_some());
    let has_gpt = in_gpt || (asked.appended_in_gpt && !asked.appended.is_empty());
    let usual = if has_gpt { ApmBlock::B2048 } else { ApmBlock::B512 };
    Ok(plan::Options {
        label,
        force_bootable: asked.active,
        volume_type: asked.volume_type,
        volume_is_writable: asked.volume_is_writable,
        volume_is_bios_bootable: asked.volume_is_bios_bootable,
        volume_start: asked.offset,
        alignment: asked.alignment,
        geometry,
        marks: marks.to_vec(),
        marks_only: asked.marks_without_code,
        appended_in_gpt: asked.appended_in_gpt,
        appended_in_apm: asked.appended_in_apm,
        apm_block_size: asked.apm_block.unwrap_or(usual),
        ..plan::Options::default()
    })
}

fn partition(appended: &request::Appended) -> plan::Appended {
    plan::Appended { number: appended.number.into(), kind: appended.kind }
}
