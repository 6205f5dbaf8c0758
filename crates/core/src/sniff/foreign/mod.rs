//! What an input is that turned out not to be an image.

mod chd;
mod containers;
mod discs;
mod file_systems;
mod files;
mod sectors;
mod sheets;
mod text;

use crate::error::{Advice, Error, Result};
use crate::number::{is_zero, wide};
use crate::source::{Section, Source};
use std::borrow::Cow;

/// Bytes of the beginning that are looked at for text and zeros.
const BEGINNING: usize = 64 << 10;

/// What kind of thing it is, and so what may be in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// It holds the bytes of a disk or disc in another form: nothing at an offset in it is at that offset of the disk.
    Container,
    /// A file of another kind, never a disk.
    File,
    /// A volume of another kind, as a disk or a partition of it may have.
    FileSystem,
    /// A disk with partitions, or at least with a boot sector.
    Disk,
    /// Zeros, as far as was looked.
    Blank,
}

/// Something that is known by its marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// What it is, with its article.
    pub name: Cow<'static, str>,
    /// Decides what is still looked for in it.
    pub class: Class,
    /// How to get at what is in it, where there is a way.
    pub advice: Option<Advice>,
}

/// What is said of a source that is none of what this crate reads.
pub(crate) const NOT_AN_IMAGE: &str = "not an ISO 9660 or UDF image";

impl Foreign {
    fn new(class: Class, name: impl Into<Cow<'static, str>>, template: &'static str) -> Self {
        let command = || Advice::Command { template, data: None };
        Self { name: name.into(), class, advice: (!template.is_empty()).then(command) }
    }

    /// Whether nothing of a disk, such as a partition table, can be looked for in it.
    pub fn hides_disk(&self) -> bool {
        matches!(self.class, Class::Container | Class::File)
    }

    /// The error for who wanted an image.
    pub fn into_error(self) -> Error {
        Error::foreign(format!("{}, {NOT_AN_IMAGE}", self.name), self.advice)
    }
}

/// What has all of these bytes at these offsets.
#[derive(Debug)]
struct Row {
    class: Class,
    marks: &'static [(u64, &'static [u8])],
    name: &'static str,
    /// Template of a command, or empty.
    advice: &'static str,
}

const fn row(
    class: Class,
    marks: &'static [(u64, &'static [u8])],
    name: &'static str,
    advice: &'static str,
) -> Row {
    Row { class, marks, name, advice }
}

impl Row {
    fn found(&self, source: &dyn Source, place: impl Fn(u64) -> Option<u64>) -> Result<Option<Foreign>> {
        for (offset, mark) in self.marks {
            let Some(at) = place(*offset) else { return Ok(None) };
            if !has(source, at, mark)? {
                return Ok(None);
            }
        }
        Ok(Some(Foreign::new(self.class, self.name, self.advice)))
    }
}

/// Whether `source` has `mark` at byte `at`.
fn has(source: &dyn Source, at: u64, mark: &[u8]) -> Result<bool> {
    let mut bytes = [0; 32];
    let Some(there) = bytes.get_mut(..mark.len()) else { return Ok(false) };
    Ok(source.read_some(at, there)? == mark.len() && there == mark)
}

fn first(source: &dyn Source, rows: &[Row]) -> Result<Option<Foreign>> {
    for row in rows {
        if let Some(found) = row.found(source, Some)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// What `source` holds, if it is one of the usual things. Of a source without a size, what is known by its end is not
/// looked for.
///
/// # Errors
/// Those of the source.
pub fn foreign(source: &dyn Source) -> Result<Option<Foreign>> {
    type Look = fn(&dyn Source) -> Result<Option<Foreign>>;
    let looks: [Look; 13] = [
        chd::found,
        |source| first(source, containers::CONTAINERS),
        sectors::found,
        |source| first(source, files::FILES),
        |source| first(source, file_systems::WITH_BOOT_SECTOR),
        |source| first(source, file_systems::TABLES),
        partitioned,
        |source| first(source, file_systems::FILE_SYSTEMS),
        |source| file_systems::BOOT_SECTOR.found(source, Some),
        trailed,
        |source| first(source, discs::DISCS),
        program,
        written,
    ];
    let part = Section::new(source, source.first(), None)?;
    for look in looks {
        if let Some(found) = look(&part)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// By a mark in its last bytes, where the end of the source is known.
fn trailed(source: &dyn Source) -> Result<Option<Foreign>> {
    let Some(size) = source.size() else { return Ok(None) };
    for row in containers::TRAILERS {
        if let Some(found) = row.found(source, |behind| size.checked_sub(behind))? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// A master boot record with a table: its entries are active or not, and one of them at least is used.
fn partitioned(source: &dyn Source) -> Result<Option<Foreign>> {
    let mut sector = [0; 512];
    let read = source.read_some(0, &mut sector)?;
    let (_, entries) = sector.split_at(446);
    let (entries, key) = entries.split_at(64);
    let possible = |entry: &[u8]| matches!(entry, [0 | 0x80, ..]);
    let used = |entry: &[u8]| matches!(entry, [_, _, _, _, kind, ..] if *kind != 0);
    let is_table = entries.chunks(16).all(possible) && entries.chunks(16).any(used);
    let is_disk = read == sector.len() && key == b"\x55\xaa" && is_table;
    Ok(is_disk.then(|| Foreign::new(Class::Disk, "a disk with partitions (MBR)", "")))
}

/// A program of Windows or UEFI, or of DOS.
fn program(source: &dyn Source) -> Result<Option<Foreign>> {
    let mut header = [0; 64];
    let read = source.read_some(0, &mut header)?;
    let [b'M', b'Z', .., a, b, c, d] = header else { return Ok(None) };
    if read < header.len() || !has(source, u32::from_le_bytes([a, b, c, d]).into(), b"PE\0\0")? {
        return Ok(None);
    }
    Ok(Some(Foreign::new(Class::File, "a PE program (Windows or UEFI)", "")))
}

/// Text, a description of a disc among it, or zeros.
fn written(source: &dyn Source) -> Result<Option<Foreign>> {
    let mut beginning = vec![0; BEGINNING];
    let read = source.read_some(0, &mut beginning)?;
    beginning.truncate(read);
    if beginning.is_empty() {
        return Ok(Some(Foreign::new(Class::File, "empty", "")));
    }
    if is_zero(&beginning) {
        let name = match source.size() {
            Some(size) if size <= wide(read) => "only zero bytes".to_owned(),
            _ => format!("only zero bytes up to byte {read:#x}"),
        };
        return Ok(Some(Foreign::new(Class::Blank, name, "")));
    }
    Ok(text::text(&beginning).map(|text| sheets::found(text).unwrap_or_else(|| text::found(text))))
}

#[cfg(test)]
mod tests;
