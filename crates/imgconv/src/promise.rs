//! What the names of files promise, and data that is known and not converted.

use isokit_containers::{Expected, Format};
use isokit_core::error::Result;
use isokit_core::sniff::{self, Class};
use isokit_core::source::Memory;
use isokit_tar::is_header;
use std::ffi::OsStr;
use std::path::Path;

/// Zeros that no image begins with, whatever file system is in it: 128 KiB.
const EMPTY: usize = 128 << 10;

/// The last extension of `path`, in lower case.
pub(crate) fn extension(path: &Path) -> Option<String> {
    path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase())
}

/// The format that the name of a file asks for: raw for all names that ask for none.
///
/// # Errors
/// The suffix, when that asks for one that is not written.
pub(crate) fn of_name(path: &Path) -> Result<Format, String> {
    let Some(suffix) = extension(path) else { return Ok(Format::Raw) };
    match Format::of_suffix(&suffix) {
        Some(Format::Container(container)) if container.writing.is_none() => {}
        Some(format) => return Ok(format),
        None if unconverted_suffix(&suffix).is_some() => {}
        None => return Ok(Format::Raw),
    }
    Err(suffix)
}

/// The format that the name of `path` promises and that is known by its content, though not converted.
pub(crate) fn promised_otherwise(path: &Path) -> Option<&'static str> {
    unconverted_suffix(&extension(path)?).flatten()
}

/// Whether `suffix` is that of a format that is not converted, and the name of the format where content always tells it.
pub(crate) fn unconverted_suffix(suffix: &str) -> Option<Option<&'static str>> {
    UNCONVERTED.iter().find(|(known, _)| *known == suffix).map(|(_, name)| *name)
}

/// Suffixes of compressed data, archives and disk containers that hold something else than raw bytes.
const UNCONVERTED: &[(&str, Option<&str>)] = &[
    ("7z", Some("7-zip")),
    ("br", None),
    ("cab", None),
    ("chd", None),
    ("cso", None),
    ("dmg", None),
    ("ecm", None),
    ("lrz", Some("lrzip")),
    ("lz", Some("lzip")),
    ("lzh", None),
    ("lzma", Some("lzma")),
    ("lzo", Some("lzop")),
    ("mdf", None),
    ("nrg", None),
    ("qcow", None),
    ("qcow2", Some("qcow2")),
    ("rar", Some("RAR")),
    ("rz", None),
    ("tlz", None),
    ("vdi", Some("VDI")),
    ("vhd", None),
    ("vhdx", Some("VHDX")),
    ("vmdk", Some("VMDK")),
    ("wim", Some("WIM")),
    ("z", Some("compress")),
    ("zip", Some("Zip")),
    ("zso", None),
];

/// Whether `path` names a tar archive, compressed or not.
pub(crate) fn names_tar(path: &Path) -> bool {
    let is_tar = |path: &OsStr| extension(Path::new(path)).as_deref() == Some("tar");
    let stem = path.file_stem().is_some_and(is_tar);
    match extension(path).as_deref() {
        Some("tar") => true,
        Some(suffix) => match Format::of_suffix(suffix) {
            Some(Format::Container(container)) => container.archive_suffixes.contains(&suffix) || stem,
            _ => false,
        },
        None => false,
    }
}

/// What is expected where a name promises a tar archive.
pub(crate) fn tar() -> Expected {
    let otherwise = "not a tar archive, which the name of the output promises";
    Expected { is_right: is_tar, otherwise }
}

/// Whether a tar archive can begin with these `bytes`, or be them: with a header, or with the zeros of an empty archive, of
/// which an image has some too, before what it holds.
fn is_tar(bytes: &[u8], is_all: bool) -> Option<bool> {
    let Some(block) = bytes.first_chunk() else { return is_all.then_some(false) };
    if is_header(block) {
        return Some(true);
    }
    if bytes.iter().any(|byte| *byte != 0) {
        return Some(false);
    }
    (is_all || bytes.len() >= EMPTY).then_some(true)
}

/// What begins with `beginning` and is a packed format or a disk container that is not converted, by its name.
///
/// # Errors
/// None that a source in memory can give.
pub(crate) fn unconverted(beginning: &[u8]) -> Result<Option<String>> {
    if let Some(packed) = sniff::packed(beginning) {
        return Ok(Some(packed.to_string()));
    }
    match beginning {
        [0xfd, 0x2f, 0xb5, 0x1e, ..] | [0x22..=0x27, 0xb5, 0x2f, 0xfd, ..] => {
            return Ok(Some("Zstandard data of a version before 0.8".into()));
        }
        _ if is_lzma(beginning) => return Ok(Some("LZMA data".into())),
        _ => {}
    }
    let found = sniff::foreign(&Memory(beginning.to_vec()))?;
    let archive = |name: &str| ["a RAR archive", "a Microsoft cabinet"].contains(&name);
    Ok(found
        .filter(|found| found.class == Class::Container || archive(&found.name))
        .map(|found| found.name.into_owned()))
}

/// Whether `beginning` is the header of an .lzma file: properties, a dictionary of a size that encoders choose, a
/// possible size of the data, and the first byte of the range coder, which is zero.
fn is_lzma(beginning: &[u8]) -> bool {
    let Some((&[properties, a, b, c, d, ref size @ ..], [0, ..])) = beginning.split_first_chunk::<13>()
    else {
        return false;
    };
    let dictionary = u32::from_le_bytes([a, b, c, d]);
    let highest = dictionary.checked_ilog2().map_or(0, |log| 1_u32 << log);
    let is_usual = dictionary >= 4096 && [0, highest >> 1].contains(&(dictionary - highest));
    let size = u64::from_le_bytes(*size);
    properties < 9 * 5 * 5 && is_usual && (size == u64::MAX || size < 1 << 38)
}

/// What is said of raw data from a file whose name promises the format `promised`.
pub(crate) fn broken(beginning: &[u8], promised: &str) -> String {
    let known = unconverted(beginning).ok().flatten();
    let foreign = || {
        let found = sniff::foreign(&Memory(beginning.to_vec())).ok().flatten();
        found.filter(|found| found.class == Class::File).map(|found| found.name.into_owned())
    };
    let what = match known.or_else(foreign) {
        _ if beginning.is_empty() => "an empty file".into(),
        Some(name) => name,
        None => "raw data".into(),
    };
    format!("{what}, not {promised} data as its name says")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_that_is_not_converted_is_known_and_raw_data_is_not() {
        let lzma = b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0\x34";
        let sized = b"\x5d\0\0\x40\0\x06\0\0\0\0\0\0\0\0\x34";
        for (bytes, name) in [
            (&lzma[..], "LZMA data"),
            (sized, "LZMA data"),
            (b"\x27\xb5\x2f\xfd\0", "Zstandard data of a version before 0.8"),
            (b"\xfd\x2f\xb5\x1e\0", "Zstandard data of a version before 0.8"),
            (b"LZIP\x01\x0c", "lzip data"),
            (b"PK\x03\x04\x14\0", "a Zip archive"),
        ] {
            assert_eq!(unconverted(bytes).expect("memory").as_deref(), Some(name));
        }
        for raw in [&[0; 4096][..], b"\xeb\x63\x90 boot code", b"", b"<!DOCTYPE html><html>", b"hello\n"] {
            assert_eq!(unconverted(raw).expect("memory"), None);
        }
    }

    #[test]
    fn the_name_of_the_output_asks_for_a_format() {
        for (name, format) in [("a.iso.ZST", "zstd"), ("a.iso", "raw"), ("gz", "raw"), ("a.tbz", "bzip2")] {
            assert_eq!(of_name(Path::new(name)).ok().map(Format::name), Some(format));
        }
        for (name, suffix) in [("x.zip", "zip"), ("x.iso.7Z", "7z"), ("x.Z", "z"), ("x.lzma", "lzma")] {
            assert_eq!(of_name(Path::new(name)).err().as_deref(), Some(suffix));
        }
    }

    #[test]
    fn names_of_tar_archives() {
        for name in ["a.tar", "a.tar.gz", "a.TGZ", "a.b.tar.zst", "x.txz"] {
            assert!(names_tar(Path::new(name)), "{name}");
        }
        for name in ["a.gz", "tar.gz", "a.tar.img", "a.img.xz", "a.tar/b.gz"] {
            assert!(!names_tar(Path::new(name)), "{name}");
        }
    }
}
