//! Which format is written, and with which settings.

use crate::flags::Flags;
use crate::promise::{extension, names_tar, tar, unconverted_suffix};
use isokit_containers::{Format, Options, Settings};
use isokit_core::Error;
use std::path::Path;

/// The format that the name of a file asks for: raw for all names that ask for none.
///
/// # Errors
/// When it asks for one that is not written.
pub(crate) fn of_name(path: &Path) -> Result<Format, Error> {
    let Some(suffix) = extension(path) else { return Ok(Format::Raw) };
    match Format::of_suffix(&suffix) {
        Some(Format::Container(container)) if container.writing.is_none() => {}
        Some(format) => return Ok(format),
        None if unconverted_suffix(&suffix).is_some() => {}
        None => return Ok(Format::Raw),
    }
    Err(Error::Usage(format!("{suffix} is not written; --to raw puts the bytes there as they are")))
}

/// How the output, which becomes `to`, is made, or what contradicts it.
///
/// # Errors
/// [`Error::Usage`].
pub(crate) fn options(flags: &Flags, to: Format) -> Result<Options, Error> {
    let usage = |text: String| Err(Error::Usage(text));
    let writing = match to {
        Format::Raw => None,
        Format::Container(container) => container.writing.as_ref(),
    };
    if flags.members && !writing.is_some_and(|writing| writing.members) {
        return usage(format!("--members is for gzip; the output is {}", to.name()));
    }
    let level = match (flags.level, writing.and_then(|writing| writing.levels.as_ref())) {
        (None, levels) => levels.map_or(0, |levels| levels.default),
        (Some(level), Some(levels)) if levels.range.contains(&level) => level,
        (Some(level), Some(levels)) => {
            let (first, last) = (levels.range.start(), levels.range.end());
            return usage(format!("level {level}: {} has levels {first} to {last}", to.name()));
        }
        (Some(level), None) => return usage(format!("level {level}: {} has no levels", to.name())),
    };
    let (members, long, threads) = (flags.members, flags.long, flags.threads.count());
    Ok(Options {
        settings: Settings { level, members, long, threads },
        trailing: flags.trailing,
        expected: flags.output.output.as_deref().is_some_and(names_tar).then(tar),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_output_asks_for_a_format() {
        for (name, format) in [("a.iso.ZST", "zstd"), ("a.iso", "raw"), ("gz", "raw"), ("a.tbz", "bzip2")] {
            assert_eq!(of_name(Path::new(name)).ok().map(Format::name), Some(format));
        }
        for name in ["x.zip", "x.iso.7Z", "x.qcow2", "x.Z", "x.lzma"] {
            let error = of_name(Path::new(name)).expect_err("not written").to_string();
            assert!(error.ends_with(" is not written; --to raw puts the bytes there as they are"), "{error}");
        }
    }
}
