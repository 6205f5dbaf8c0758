//! Settings of jigdo: `--jigdo SETTING=VALUE`.

use crate::dialect::jigdo::{
    ALGORITHMS, CHECKSUM, COMPRESSION, MAPPING, SIZE, algorithms, checksum, compression, mapping, size,
};
use crate::pattern::Pattern;
use crate::request::Jigdo;
use isokit_core::{Error, Result};
use isokit_jigdo::BLOCK_LENGTH;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// What is said of a setting that is none.
const SETTINGS: &str = "file=FILE, template=FILE, list=FILE, checksum=md5|sha256, map=LABEL=PREFIX, exclude=REGEX, \
                        require=REGEX, min-size=SIZE, compress=gzip|bzip2, image-digests=ALGORITHM,... or \
                        template-digests=ALGORITHM,...";

/// Settings of which a second one would undo the first.
const ONCE: [&str; 8] =
    ["file", "template", "list", "checksum", "min-size", "compress", "image-digests", "template-digests"];

/// What `settings` ask for, if there are any.
///
/// # Errors
/// [`Error::Usage`] for one that is none or is there twice, and where a file is not named.
pub(super) fn request(settings: &[OsString]) -> Result<Option<Jigdo>> {
    if settings.is_empty() {
        return Ok(None);
    }
    let given = |key: &'static str| settings.iter().filter_map(move |setting| value_of(setting, key));
    if let Some(key) = ONCE.into_iter().find(|key| given(key).count() > 1) {
        return Err(Error::Usage(format!("--jigdo: {key}= is there twice")));
    }
    let file = |key| {
        let file = given(key).next().ok_or_else(|| Error::Usage(format!("--jigdo requires {key}=FILE")));
        file.map(PathBuf::from)
    };
    let mut jigdo = Jigdo::new(file("file")?, file("template")?, file("list")?);
    settings.iter().try_for_each(|setting| set(&mut jigdo, setting))?;
    Ok(Some(jigdo))
}

/// What follows `key` and an equals sign, if it is that setting.
fn value_of<'s>(setting: &'s OsStr, key: &str) -> Option<&'s OsStr> {
    let value = setting.as_bytes().strip_prefix(key.as_bytes())?.strip_prefix(b"=")?;
    Some(OsStr::from_bytes(value)).filter(|value| !value.is_empty())
}

fn set(jigdo: &mut Jigdo, setting: &OsStr) -> Result<()> {
    let wrong = |expected: &str| {
        let shown = setting.as_bytes().escape_ascii();
        Error::Usage(format!("--jigdo: \"{shown}\", expected {expected}"))
    };
    let bytes = setting.as_bytes();
    let equals = bytes.iter().position(|byte| *byte == b'=').ok_or_else(|| wrong(SETTINGS))?;
    let (key, value) = (bytes.get(..equals).unwrap_or_default(), bytes.get(equals + 1..).unwrap_or_default());
    let text = || std::str::from_utf8(value).unwrap_or_default();
    let pattern = || Pattern::new(value).map_err(|error| Error::Usage(format!("--jigdo: {error}")));
    match key {
        b"file" | b"template" | b"list" if !value.is_empty() => {}
        b"checksum" => jigdo.checksum = checksum(text()).ok_or_else(|| wrong(CHECKSUM))?,
        b"map" => jigdo.map.push(mapping(value).ok_or_else(|| wrong(MAPPING))?),
        b"exclude" => jigdo.exclude.push(pattern()?),
        b"require" => jigdo.require.push(pattern()?),
        b"min-size" => {
            let size = size(text()).ok_or_else(|| wrong(SIZE))?;
            if size < BLOCK_LENGTH.into() {
                return Err(wrong("1k or more: jigdo finds no shorter file"));
            }
            jigdo.min_size = size;
        }
        b"compress" => jigdo.compression = compression(text()).ok_or_else(|| wrong(COMPRESSION))?,
        b"image-digests" => jigdo.image_digests = algorithms(text()).ok_or_else(|| wrong(ALGORITHMS))?,
        b"template-digests" => {
            jigdo.template_digests = algorithms(text()).ok_or_else(|| wrong(ALGORITHMS))?
        }
        _ => return Err(wrong(SETTINGS)),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(settings: &[&str]) -> Result<Option<Jigdo>> {
        request(&settings.iter().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_no_setting_is_refused() {
        assert!(asked(&[]).expect("nothing is asked for").is_none());
        let files = ["file=a=b", "template=t", "list=-"];
        let jigdo = asked(&files).expect("all files").expect("something is asked for");
        assert_eq!((jigdo.file, jigdo.list), ("a=b".into(), "-".into()));
        for (settings, why) in [
            (vec!["file=f", "template=t"], "--jigdo requires list=FILE"),
            (vec!["file=f", "template=", "list=l"], "--jigdo requires template=FILE"),
            ([&files[..], &["list=l"]].concat(), "--jigdo: list= is there twice"),
            (
                [&files[..], &["min-size=1023"]].concat(),
                "--jigdo: \"min-size=1023\", expected 1k or more: jigdo finds no shorter file",
            ),
            ([&files[..], &["compress=xz"]].concat(), "--jigdo: \"compress=xz\", expected gzip or bzip2"),
            ([&files[..], &["exclude=["]].concat(), "--jigdo: \"[\": has [ without ]"),
        ] {
            assert_eq!(asked(&settings).expect_err("wrong").to_string(), why);
        }
        for unknown in ["gzip", "level=9", "file", "map"] {
            let error = asked(&[&files[..], &[unknown]].concat()).expect_err("unknown").to_string();
            assert!(error.starts_with(&format!("--jigdo: \"{unknown}\", expected file=FILE")), "{error}");
        }
    }
}
