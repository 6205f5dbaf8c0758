//! What is found of an image, so that another one is asked to boot as it does.

use crate::dialect::{self, Line, Trees};
use crate::request::{Appended, AppendedSource, BootCode, BootEntry, BootImage, Booting, Partitions};
use isokit_core::boot;
use isokit_core::error::{Error, Result};
use isokit_core::iso9660::el_torito::{Emulation as Found, platform};
use isokit_core::iso9660::plan::{Emulation, LoadSize};
use isokit_core::number::is_zero;
use isokit_core::partition::plan::{
    ApmBlock, Extent, GptMark, Label, Loader, Manner, Mark, Options, Replay, identity,
};
use isokit_core::partition::system_area::{self, Content};
use isokit_core::partition::{Scheme, Table};
use std::path::PathBuf;

/// The file that options name for the system area.
const SYSTEM_AREA: &str = "system-area.img";

/// A program that makes images, and has options for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// isomk, by options of its own.
    Isomk,
    /// mkisofs; with options that only xorriso has, where it has none.
    Mkisofs,
}

/// A part of an image that is no file of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Its first 32 KiB.
    SystemArea,
    /// A partition of one of its tables.
    Partition(Scheme, u32),
    /// The boot image of this number, counted from 1.
    BootImage(usize),
}

/// What is asked for so that an image boots as another one does, what that takes, and what is lost.
#[derive(Debug, Default)]
pub struct Rebuilt {
    /// What is asked for.
    pub booting: Booting,
    /// Files that have to be written before, and what of the image is in them.
    pub files: Vec<(String, Part)>,
    /// Those of the files that go into the root of the image, where no tree shows them.
    hidden: Vec<String>,
    /// Where the partitions behind the volume lie, by their numbers.
    behind: Vec<(u64, u8)>,
    /// What no option asks for.
    pub losses: Vec<String>,
}

impl Rebuilt {
    /// What `program` is asked for an image that boots by `found`, whose tables are those of `replayed`, and whose volume was changed at
    /// the date of these `digits` (ECMA-119 8.4.26.1). What [`boot::Boot::replay`] does not make anew is lost.
    ///
    /// # Errors
    /// Those of `replayed` which are of reading.
    pub fn new(
        program: Program,
        found: &boot::Boot,
        replayed: Result<Option<Replay>>,
        digits: &[u8; 16],
    ) -> Result<Self> {
        let mut this = Self::default();
        let mut marks = Vec::new();
        match replayed {
            Ok(Some(Replay { options, appended, lacks_hfs_plus, .. })) => {
                if lacks_hfs_plus {
                    this.losses.push("its HFS+ volume is left out, which no option makes".into());
                }
                for added in &options.added {
                    let (number, at) = (added.number(), added.start());
                    this.losses.push(format!(
                        "partition {number}, at byte {at:#x}, was added by another program, which no option does; it is left out"
                    ));
                }
                this.disk(program, &options, &found.tables, digits);
                this.appended(&options, &appended, &found.tables);
                marks = options.marks;
            }
            Ok(None) => {}
            Err(error @ Error::Unsupported(_)) => {
                this.losses.push(format!("{error}; boot code and partition tables are left out"));
            }
            Err(error) => return Err(error),
        }
        this.entries(program, found, &marks);
        let path = found.catalog_path().map(|path| relative(path).to_vec());
        this.booting.boot.catalog = path.filter(|_| !this.booting.boot.entries.is_empty());
        Ok(this)
    }

    /// The options of `program`, where the new image has these `trees`.
    pub fn lines(&self, program: Program, trees: Trees) -> Vec<Line> {
        let (mut lines, hidden) = match program {
            Program::Isomk => (dialect::own(&self.booting), dialect::hidden_by_own(&self.hidden, trees)),
            Program::Mkisofs => {
                (dialect::mkisofs(&self.booting), dialect::hidden_by_mkisofs(&self.hidden, trees))
            }
        };
        lines.extend(hidden);
        lines
    }

    /// Boot code, and what of the tables is neither a boot image nor an appended partition.
    fn disk(&mut self, program: Program, options: &Options, tables: &[Table], digits: &[u8; 16]) {
        if !is_zero(&options.content) {
            self.booting.boot.system_area = Some(PathBuf::from(SYSTEM_AREA).into());
            self.files.push((SYSTEM_AREA.to_owned(), Part::SystemArea));
        }
        let code = code(program, options);
        if options.manner == Manner::Isohybrid {
            self.losses.push(
                "its tables are those of isohybrid; the new ones are the like that xorriso makes".into(),
            );
        }
        let has = |scheme| tables.iter().any(|table| table.scheme == scheme);
        let usual = match program {
            Program::Isomk if has(Scheme::Gpt) => ApmBlock::B2048,
            Program::Isomk | Program::Mkisofs => ApmBlock::B512,
        };
        let has_block = options.appended_in_apm && options.apm_block_size != usual;
        let guid = Some(options.disk_guid).filter(|_| has(Scheme::Gpt));
        self.booting.partitions = Partitions {
            code,
            protective: options.label == Label::Protective,
            chrp: options.label == Label::Chrp,
            active: options.force_bootable,
            volume_type: options.volume_type,
            volume_is_writable: options.volume_is_writable,
            volume_is_bios_bootable: options.volume_is_bios_bootable,
            offset: options.volume_start,
            appended: Vec::new(),
            appended_in_gpt: options.appended_in_gpt,
            appended_in_apm: options.appended_in_apm,
            apm_block: Some(options.apm_block_size).filter(|_| has_block),
            disk_guid: guid.filter(|guid| *guid != identity::disk_guid(digits)),
            marks_without_code: options.marks_only,
            geometry: options
                .geometry
                .map_or((None, None), |geometry| (Some(geometry.sectors()), Some(geometry.heads()))),
            alignment: options.alignment,
        };
    }

    /// The partitions behind the volume.
    fn appended(&mut self, options: &Options, extents: &[Extent], tables: &[Table]) {
        let numbers: Vec<u32> = options.appended.iter().map(|appended| appended.number).collect();
        if !numbers.is_sorted() {
            self.losses.push("partitions lie in another order; they are put in that of their numbers".into());
        }
        for (appended, extent) in options.appended.iter().zip(extents) {
            let partitions = tables.iter().flat_map(|table| &table.partitions);
            let mut there =
                partitions.filter(|partition| partition.start == extent.at && partition.length > 0);
            let part = there.next().map(|there| Part::Partition(there.scheme, there.number));
            let (Some(part), Ok(number)) = (part, u8::try_from(appended.number)) else {
                self.losses
                    .push(format!("partition {} cannot be numbered so; it is left out", appended.number));
                continue;
            };
            let file = format!("partition-{number}.img");
            let source = AppendedSource::Disk(file.clone().into());
            self.booting.partitions.appended.push(Appended {
                number,
                any_number: false,
                kind: appended.kind,
                source,
            });
            self.files.push((file, part));
            self.behind.push((extent.at, number));
        }
        self.booting.partitions.appended.sort_by_key(|appended| appended.number);
    }

    fn entries(&mut self, program: Program, found: &boot::Boot, marks: &[Mark]) {
        let images = found.catalog.iter().flat_map(|catalog| &catalog.images).zip(&found.images);
        for (n, (image, known)) in images.enumerate() {
            let number = image.number;
            let behind = self.behind.iter().find(|(at, _)| *at == image.at).map(|(_, number)| *number);
            let place = match (&known.path, behind) {
                (Some(path), _) => BootImage::Path(relative(path).to_vec()),
                (None, Some(number)) => BootImage::Appended(number),
                (None, None) => BootImage::Path(self.hide(number)),
            };
            let mut entry = match crate::entry(image, known, place) {
                Ok(entry) => BootEntry { mark: marks.get(n).copied().unwrap_or_default(), ..entry },
                Err(error) => {
                    self.losses.push(format!("{error}; it is left out"));
                    continue;
                }
            };
            if image.system_type != 0 && image.emulation != Found::HardDisk {
                let kind = image.system_type;
                let sentence =
                    format!("boot image {number}: system type {kind:#04x} is recorded of hard disks only");
                self.losses.push(sentence);
            }
            match program {
                Program::Mkisofs => count(&mut entry, image.sector_count),
                Program::Isomk if n == 0 && entry.selection.take().is_some() => {
                    self.losses.push("boot image 1: the first entry gets no selection criteria".into());
                }
                Program::Isomk => {}
            }
            self.booting.boot.entries.push(entry);
        }
        let is_own = |entry: &&BootEntry| entry.mark.gpt == Some(GptMark::EfiSystem);
        if program == Program::Mkisofs && self.booting.boot.entries.iter().filter(is_own).count() > 1 {
            let sentence =
                "of several boot images that are EFI system partitions, the first alone becomes one";
            self.losses.push(sentence.into());
        }
    }

    /// The name under which the boot image of this number, which is no file, becomes one.
    fn hide(&mut self, number: usize) -> Vec<u8> {
        let name = format!("boot-image-{number}.img");
        self.files.push((name.clone(), Part::BootImage(number)));
        self.hidden.push(name.clone());
        name.into_bytes()
    }
}

/// Whom the boot code of `options` is called after. isomk sees that of what ISOLINUX and GRUB wrote; what others wrote, as Memtest86+,
/// is told its place in one of these two manners.
fn code(program: Program, options: &Options) -> Option<BootCode> {
    let named = match options.loader {
        Loader::None => return None,
        Loader::Isolinux(_) => BootCode::Isohybrid,
        Loader::Grub2(_) => BootCode::Grub2,
    };
    let seen = match system_area::code(&options.content) {
        Some(Content::Isohybrid { .. }) => Some(BootCode::Isohybrid),
        Some(Content::Grub2 { .. }) => Some(BootCode::Grub2),
        _ => None,
    };
    Some(if program == Program::Isomk && seen == Some(named) { BootCode::Either } else { named })
}

/// Has `entry` say how many sectors are loaded, which programs do not agree on if it does not. All of an image for UEFI is loaded.
fn count(entry: &mut BootEntry, sectors: u16) {
    let is_whole = entry.load_size == LoadSize::Usual && entry.platform == platform::EFI;
    if entry.emulation == Emulation::None && !is_whole {
        entry.load_size = LoadSize::Sectors(sectors);
    }
}

/// The path of a file as programs take it: from the root of the image, without a slash.
fn relative(path: &[u8]) -> &[u8] {
    path.strip_prefix(b"/").unwrap_or(path)
}
