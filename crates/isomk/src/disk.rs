//! The disk that an image is as well: boot code, partition tables, and what is appended for them.

use crate::collect::Appended;
use crate::request::{
    self, Boot, BootCode, BootImage, DiskGuid, Mark as Marked, PartitionType, Partitions, Request,
};
use crate::sources::Origin;
use isokit_core::hybrid::{self, Content, Volume};
use isokit_core::iso9660::plan::{BootSource, Dates, platform};
use isokit_core::partition::Guid;
use isokit_core::partition::emit::Geometry;
use isokit_core::partition::plan::{self, ApmBlock, GptMark, Kind, Label, Loader, Mark, identity};
use isokit_core::{Error, Result, fat};

/// What a request asks of the disk.
#[derive(Debug)]
pub(crate) struct Disk {
    /// Without the loader, which has to know where the volume's boot image lies.
    tables: plan::Options,
    loader: Option<fn(u64) -> Loader>,
    /// Of the FAT volumes that appended directories become.
    fat: fat::plan::Options,
}

impl Disk {
    /// What `request` asks for, the system area beginning with `content`; `None` where it asks for no disk.
    ///
    /// # Errors
    /// [`Error::Usage`] for what is asked of a boot image that is not there.
    pub(crate) fn new(request: &Request, content: &[u8], dates: &Dates) -> Result<Option<Self>> {
        let Partitions { appended, code, .. } = &request.partitions;
        if request.partitions == Partitions::default() {
            return Ok(None);
        }
        let digits = dates.modification_digits();
        let tables = plan::Options {
            content: content.to_vec(),
            disk_signature: identity::disk_signature(&digits),
            disk_guid: match request.partitions.disk_guid {
                Some(DiskGuid::Given(bytes)) => Guid(bytes),
                Some(DiskGuid::OfDate) | None => identity::disk_guid(&digits),
            },
            marks: marks(&request.boot, &request.partitions)?,
            appended: appended.iter().map(partition).collect(),
            ..tables(&request.partitions)?
        };
        let loader = |code| -> fn(u64) -> Loader {
            match code {
                BootCode::Isohybrid => Loader::Isolinux,
                BootCode::Grub2 => Loader::Grub2,
            }
        };
        let fat = fat::plan::Options { label: "EFI".into(), ..fat::plan::Options::default() };
        Ok(Some(Self { tables, loader: code.map(loader), fat }))
    }

    /// With tables of an existing image, made anew for other places.
    pub(crate) fn of_base(tables: plan::Options) -> Self {
        let loader: Option<fn(u64) -> Loader> = match tables.loader {
            Loader::None => None,
            Loader::Isolinux(_) => Some(Loader::Isolinux),
            Loader::Grub2(_) => Some(Loader::Grub2),
        };
        Self { tables, loader, fat: fat::plan::Options::default() }
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
fn tables(asked: &Partitions) -> Result<plan::Options> {
    let geometry = match asked.geometry {
        (None, None) => None,
        (sectors, heads) => Some(Geometry::new(heads.unwrap_or(64), sectors.unwrap_or(32))?),
    };
    let label = match (asked.chrp, asked.protective) {
        (true, _) => Label::Chrp,
        (false, true) => Label::Protective,
        (false, false) => Label::None,
    };
    let has_gpt = asked.efi || (asked.appended_in_gpt && !asked.appended.is_empty());
    let usual = if has_gpt { ApmBlock::B2048 } else { ApmBlock::B512 };
    Ok(plan::Options {
        label,
        force_bootable: asked.active,
        volume_type: asked.volume_type.map(kind),
        volume_start: asked.offset,
        alignment: asked.alignment,
        geometry,
        marks_only: asked.marks_without_code,
        appended_in_gpt: asked.appended_in_gpt,
        appended_in_apm: asked.appended_in_apm,
        apm_block_size: asked.apm_block.unwrap_or(usual),
        ..plan::Options::default()
    })
}

fn partition(appended: &request::Appended) -> plan::Appended {
    plan::Appended { number: appended.number.into(), kind: kind(appended.kind) }
}

fn kind(kind: PartitionType) -> Kind {
    match kind {
        PartitionType::Byte(byte) => Kind::Mbr(byte),
        PartitionType::Guid(bytes) => Kind::Gpt(Guid(bytes)),
    }
}

/// Which tables tell of which boot image.
fn marks(boot: &Boot, asked: &Partitions) -> Result<Vec<Mark>> {
    let mut marks = vec![Mark::default(); boot.entries.len()];
    for (entry, marked) in &asked.marks {
        let Some(mark) = marks.get_mut(*entry) else { continue };
        match marked {
            Marked::GptBasicData => mark.gpt = Some(GptMark::BasicData),
            Marked::GptHfsPlus => mark.gpt = Some(GptMark::HfsPlus),
            Marked::ApmHfsPlus => mark.apm = true,
        }
    }
    if asked.efi {
        let is_it = |entry: &request::BootEntry| {
            entry.platform == platform::EFI && matches!(entry.image, BootImage::Path(_))
        };
        let entry = boot.entries.iter().position(is_it).and_then(|entry| marks.get_mut(entry));
        let lacking = || {
            let sentence = "a boot image for UEFI is to be a partition, but no file of the image is one";
            Error::Usage(sentence.into())
        };
        entry.ok_or_else(lacking)?.gpt = Some(GptMark::EfiSystem);
    }
    Ok(marks)
}
