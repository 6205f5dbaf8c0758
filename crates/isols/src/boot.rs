//! What boots: `--boot`. The system area, the partition tables, the El Torito images.

use crate::escape;
use crate::table::{Side, Table as Lines};
use isokit_booting::{Program, Rebuilt};
use isokit_cli::json::Writer;
use isokit_core::boot::{self, Known};
use isokit_core::error::{Error, Result};
use isokit_core::finding::Findings;
use isokit_core::image::Image;
use isokit_core::iso9660::el_torito::{BootImage, Catalog, Emulation, platform};
use isokit_core::iso9660::plan::Dates;
use isokit_core::iso9660::volume::DescriptorKind;
use isokit_core::partition::system_area::Content;
use isokit_core::partition::{Partition, Scheme, Table, is_disk};
use isokit_core::source::Source;

/// Everything that boots, and what deviates from the standards.
#[derive(Debug)]
pub(crate) struct Boot {
    origin: u64,
    found: boot::Boot,
}

impl Boot {
    /// Looks at `source`, and at the volume on it where there is one.
    ///
    /// # Errors
    /// Those of reading. A boot record that does not lead to a catalog goes to `failure`; there is more to say.
    pub(crate) fn look(
        source: &dyn Source,
        image: Option<&Image<'_>>,
        findings: &Findings,
        failure: &mut dyn FnMut(Error),
    ) -> Result<Self> {
        let catalog = match image.map(|image| boot::catalog(source, image, findings)).transpose() {
            Ok(catalog) => catalog.flatten(),
            Err(error @ Error::Io(_)) => return Err(error),
            Err(error) => {
                failure(error);
                None
            }
        };
        let found = boot::Boot::find(source, image, catalog, findings)?;
        Ok(Self { origin: source.origin(), found })
    }

    /// What `program` is asked so that an image boots as this one does, which is `image` on `source`.
    ///
    /// # Errors
    /// Those of reading.
    pub(crate) fn rebuilt(
        mut self,
        source: &dyn Source,
        image: &Image<'_>,
        program: Program,
    ) -> Result<Rebuilt> {
        // What cannot be listed is told by a check.
        if let Some(error @ Error::Io(_)) = self.found.files.failure.take() {
            return Err(error);
        }
        let primary = image.iso9660().and_then(|volume| {
            let mut descriptors = volume.descriptors().iter();
            descriptors.find(|descriptor| descriptor.kind == DescriptorKind::Primary)?.volume()
        });
        let modification = primary.and_then(|primary| primary.volume_modification.time());
        let digits = Dates { modification, ..Dates::default() }.modification_digits();
        Rebuilt::new(program, &self.found, self.found.replay(source), &digits)
    }

    /// Whether `source`, on which there is no volume, is a disk that was looked at.
    ///
    /// # Errors
    /// Those of reading.
    pub(crate) fn is_disk(&self, source: &dyn Source) -> Result<bool> {
        is_disk(source, &self.found.tables, &self.found.system_area)
    }

    /// Appends what there is to say, in words or as one JSON object.
    pub(crate) fn write(&self, json: bool, text: &mut Vec<u8>) {
        if json {
            self.json(text);
        } else {
            self.text(text);
        }
    }

    fn text(&self, text: &mut Vec<u8>) {
        let mut area: Vec<String> = self.found.system_area.iter().map(Content::to_string).collect();
        if area.is_empty() {
            area.push(if self.found.tables.is_empty() { "empty" } else { "no boot code" }.to_owned());
        }
        text.extend_from_slice(format!("system area: {}\n", area.join("; ")).as_bytes());
        for table in &self.found.tables {
            self.table_text(table, text);
        }
        match &self.found.catalog {
            Some(catalog) => self.catalog_text(catalog, text),
            None => text.extend_from_slice(b"\nel torito: none\n"),
        }
    }

    fn at(&self, offset: u64) -> u64 {
        self.origin.saturating_add(offset)
    }

    fn table_text(&self, table: &Table, text: &mut Vec<u8>) {
        let mut heading = format!("\n{}:", table.scheme);
        if !table.identifier.is_empty() {
            heading.push_str(&format!(" id {},", table.identifier));
        }
        if table.protective {
            heading.push_str(" protective,");
        }
        heading.push_str(&format!(" blocks of {} bytes", table.block_size));
        heading.push('\n');
        text.extend_from_slice(heading.as_bytes());
        let mut lines = Lines::new(&[
            ("N", Side::Right),
            ("", Side::Left),
            ("OFFSET", Side::Right),
            ("LENGTH", Side::Right),
            ("TYPE", Side::Left),
            ("NAME", Side::Left),
        ]);
        for partition in &table.partitions {
            lines.row(vec![
                partition.number.to_string(),
                if partition.active { "*" } else { "" }.to_owned(),
                self.at(partition.start).to_string(),
                partition.length.to_string(),
                type_text(partition),
                escape::shown(partition.name.as_bytes()),
            ]);
        }
        lines.write("  ", text);
        if let Some(backup) = table.backup {
            text.extend_from_slice(format!("  backup: byte {}\n", self.at(backup)).as_bytes());
        }
    }

    fn catalog_text(&self, catalog: &Catalog, text: &mut Vec<u8>) {
        let mut heading = format!("\nel torito: catalog at byte {}", self.at(catalog.at));
        if !catalog.identifier.is_empty() {
            heading.push_str(&format!(", id \"{}\"", escape::shown(&catalog.identifier)));
        }
        heading.push('\n');
        text.extend_from_slice(heading.as_bytes());
        let mut lines = Lines::new(&[
            ("N", Side::Right),
            ("", Side::Left),
            ("PLATFORM", Side::Left),
            ("EMULATION", Side::Left),
            ("OFFSET", Side::Right),
            ("LENGTH", Side::Right),
            ("LOADS", Side::Right),
            ("FILE", Side::Left),
        ]);
        for (image, known) in catalog.images.iter().zip(&self.found.images) {
            lines.row(vec![
                image.number.to_string(),
                if image.bootable { "*" } else { "" }.to_owned(),
                platform_word(image.platform),
                emulation_text(image.emulation),
                self.at(image.at).to_string(),
                known.measure.length.to_string(),
                image.loaded().to_string(),
                known.path.as_ref().map(|path| escape::shown(path)).unwrap_or_default(),
            ]);
        }
        lines.write("  ", text);
        for (image, known) in catalog.images.iter().zip(&self.found.images) {
            let more = remarks(image, known);
            if !more.is_empty() {
                text.extend_from_slice(format!("  image {}: {}\n", image.number, more.join(", ")).as_bytes());
            }
        }
    }

    fn json(&self, text: &mut Vec<u8>) {
        let mut object = Writer::object(text);
        object.texts("system_area", self.found.system_area.iter().map(|content| content.word()));
        object.list("tables", &self.found.tables, |object, table| {
            object.text("scheme", table.scheme.to_string());
            object.raw("offset", self.at(table.at));
            object.raw("block_size", table.block_size);
            if !table.identifier.is_empty() {
                object.text("id", &table.identifier);
            }
            object.raw("protective", table.protective);
            if let Some(backup) = table.backup {
                object.raw("backup", self.at(backup));
            }
            object.list("partitions", &table.partitions, |object, partition| {
                self.partition_json(partition, object);
            });
        });
        if let Some(catalog) = &self.found.catalog {
            object.nested("el_torito", |object| {
                object.raw("offset", self.at(catalog.at));
                object.raw("length", catalog.length);
                platform_json(catalog.platform, object);
                object.bytes("id", &catalog.identifier);
                object.list(
                    "images",
                    catalog.images.iter().zip(&self.found.images),
                    |object, (image, known)| {
                        self.image_json(image, known, object);
                    },
                );
            });
        }
        object.end();
        text.push(b'\n');
    }

    fn partition_json(&self, partition: &Partition, object: &mut Writer<'_>) {
        object.raw("number", partition.number);
        object.raw("offset", self.at(partition.start));
        object.raw("length", partition.length);
        object.text("type", partition.kind.to_string());
        if let Some(meaning) = partition.kind.meaning() {
            object.text("meaning", meaning);
        }
        if !partition.name.is_empty() {
            object.text("name", &partition.name);
        }
        object.raw("active", partition.active);
        if let Some(unique) = partition.unique {
            object.text("guid", unique.to_string());
        }
        if partition.scheme != Scheme::Mbr {
            // More than 53 bits: a JSON number would be rounded.
            object.text("attributes", format!("{:#x}", partition.attributes));
        }
    }

    fn image_json(&self, image: &BootImage, known: &Known, object: &mut Writer<'_>) {
        object.raw("number", image.number);
        object.raw("bootable", image.bootable);
        platform_json(image.platform, object);
        object.bytes("id", &image.identifier);
        object.text("emulation", emulation_word(image.emulation));
        object.raw("media_type", image.emulation.media_type());
        object.raw("load_segment", image.load_segment);
        object.raw("system_type", image.system_type);
        object.raw("sector_count", image.sector_count);
        object.raw("offset", self.at(image.at));
        object.raw("length", known.measure.length);
        object.text("length_from", known.measure.evidence.word());
        if let Some(path) = &known.path {
            object.bytes("path", path);
        }
        object.raw("boot_info_table", known.measure.boot_info_table);
        object.raw("grub2_boot_info", known.measure.grub2_boot_info);
        if image.criteria_type != 0 || !image.criteria.is_empty() {
            object.raw("criteria_type", image.criteria_type);
            object.text("criteria_hex", hex::encode(&image.criteria));
        }
    }
}

/// What the columns have no room for.
fn remarks(image: &BootImage, known: &Known) -> Vec<String> {
    let mut more = Vec::new();
    if image.number > 1 && !image.identifier.is_empty() {
        more.push(format!("id \"{}\"", escape::shown(&image.identifier)));
    }
    if image.load_segment != 0 {
        more.push(format!("load segment {:#x}", image.load_segment));
    }
    if image.system_type != 0 {
        more.push(format!("system type {:#04x}", image.system_type));
    }
    if known.measure.boot_info_table {
        more.push("boot-info-table".to_owned());
    }
    if known.measure.grub2_boot_info {
        more.push("grub2-boot-info".to_owned());
    }
    if image.criteria_type != 0 || !image.criteria.is_empty() {
        more.push(format!("selection criteria {} {}", image.criteria_type, hex::encode(&image.criteria)));
    }
    if known.path.is_none() {
        more.push(format!("length from {}", known.measure.evidence.word()));
    }
    more
}

fn type_text(partition: &Partition) -> String {
    match (partition.scheme, partition.kind.meaning()) {
        (Scheme::Gpt, Some(meaning)) => meaning.to_owned(),
        (_, Some(meaning)) => format!("{} {meaning}", partition.kind),
        (_, None) => escape::shown(partition.kind.to_string().as_bytes()),
    }
}

fn platform_word(number: u8) -> String {
    match number {
        platform::X86 => "BIOS".to_owned(),
        platform::POWER_PC => "PowerPC".to_owned(),
        platform::MAC => "Mac".to_owned(),
        platform::EFI => "EFI".to_owned(),
        other => format!("{other:#04x}"),
    }
}

/// The platform by the word that `isomk --boot` takes, and by its number.
fn platform_json(number: u8, object: &mut Writer<'_>) {
    let word = match number {
        platform::X86 => "bios",
        platform::POWER_PC => "ppc",
        platform::MAC => "mac",
        platform::EFI => "efi",
        _ => "other",
    };
    object.text("platform", word);
    object.raw("platform_id", number);
}

/// The emulation by the word that `isomk --boot` takes.
const fn emulation_word(emulation: Emulation) -> &'static str {
    match emulation {
        Emulation::None => "none",
        Emulation::Floppy(_) => "floppy",
        Emulation::HardDisk => "hard-disk",
        Emulation::Other(_) => "other",
    }
}

fn emulation_text(emulation: Emulation) -> String {
    match emulation {
        Emulation::None => "none".to_owned(),
        Emulation::Floppy(bytes) => format!("floppy {}K", bytes / 1024),
        Emulation::HardDisk => "hard disk".to_owned(),
        Emulation::Other(number) => format!("media type {number}"),
    }
}
