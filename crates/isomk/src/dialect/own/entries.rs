//! Flags that change how entries are recorded.

use crate::dates::{self, When};
use crate::mode::Mode;
use crate::request::{self, Change};
use clap::Args;
use isokit_core::tree::build::Hidden;
use isokit_core::{Error, Result};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// How entries are recorded.
#[derive(Debug, Args)]
#[command(next_help_heading = "Entries")]
pub(super) struct Entries {
    /// Record owner UID for everything or for GLOB
    ///
    /// --owner, --group, --mode and --mtime may be repeated; the last match wins. `dir` matches the directory itself, `dir/**`
    /// everything in it. A path that is spelled exactly like GLOB matches too.
    #[arg(long, value_name = "[GLOB=]UID")]
    pub owner: Vec<OsString>,

    /// Record group GID likewise
    #[arg(long, value_name = "[GLOB=]GID")]
    pub group: Vec<OsString>,

    /// Record MODE, octal or as in chmod(1), likewise
    ///
    /// Symbolic modes use + and -, separated by commas: a+rX,go-w. The modes of symbolic links do not change.
    #[arg(long, value_name = "[GLOB=]MODE", allow_hyphen_values = true)]
    pub mode: Vec<OsString>,

    /// Record modification time WHEN likewise
    ///
    /// WHEN is now, @SECONDS or YYYY-MM-DD[Thh:mm:ssZ].
    #[arg(long, hide_short_help = true, value_name = "[GLOB=]WHEN")]
    pub mtime: Vec<OsString>,

    /// Hide what matches GLOB from the primary tree and Rock Ridge; its contents are still stored
    #[arg(long, hide_short_help = true, value_name = "GLOB")]
    pub hide: Vec<OsString>,

    /// Hide what matches GLOB from the Joliet tree
    #[arg(long, hide_short_help = true, value_name = "GLOB")]
    pub hide_joliet: Vec<OsString>,

    /// Hide what matches GLOB from the UDF tree
    #[arg(long, hide_short_help = true, value_name = "GLOB")]
    pub hide_udf: Vec<OsString>,

    /// Order contents by the weights in FILE, heaviest first: lines of GLOB and WEIGHT
    ///
    /// WEIGHT is a number from -2147483648 to 2147483647 after the last blank of the line. The weight of a directory applies
    /// to everything below it. The last match wins. The default weight is 0. Contents of equal weight are ordered by path.
    #[arg(long, hide_short_help = true, value_name = "FILE")]
    pub sort: Option<PathBuf>,

    /// Store what GLOB matches earlier (WEIGHT > 0) or later (WEIGHT < 0)
    ///
    /// As a line of --sort, behind those. The default is 0. May be repeated; the last match wins.
    #[arg(long, hide_short_help = true, value_name = "GLOB=WEIGHT")]
    pub weight: Vec<OsString>,
}

impl Entries {
    /// What is asked for.
    ///
    /// # Errors
    /// [`Error::Usage`] for values that are none.
    pub(super) fn request(&self) -> Result<request::Entries> {
        const NUMBER: &str = "a number from 0 to 4294967295";
        const MODE: &str = "octal digits up to 7777, or letters as in a+rX,go-w";
        let mut changes = Vec::new();
        let mut add = |option: &str, expected: &str, texts: &[OsString], read: &Read| -> Result<()> {
            for text in texts {
                changes.push(assigned(option, expected, text, read)?);
            }
            Ok(())
        };
        add("--owner", NUMBER, &self.owner, &|value| value.parse().ok().map(Change::Owner))?;
        add("--group", NUMBER, &self.group, &|value| value.parse().ok().map(Change::Group))?;
        add("--mode", MODE, &self.mode, &|value| Mode::parse(value).map(Change::Mode))?;
        add("--mtime", dates::EXPECTED, &self.mtime, &|value| {
            When::parse(value).ok().map(|when| Change::Modified(when.time()))
        })?;
        let hidden = |globs: &[OsString], hidden: Hidden| -> Vec<_> {
            globs.iter().map(|glob| (glob.as_bytes().to_vec(), hidden)).collect()
        };
        let hidden = [
            hidden(&self.hide, Hidden { iso: true, ..Hidden::default() }),
            hidden(&self.hide_joliet, Hidden { joliet: true, ..Hidden::default() }),
            hidden(&self.hide_udf, Hidden { udf: true, ..Hidden::default() }),
        ];
        Ok(request::Entries {
            hidden_made: Vec::new(),
            root: None,
            changes,
            hidden: hidden.concat(),
            weights: self.sort.clone(),
            more_weights: self.weights()?,
            required: Vec::new(),
        })
    }
}

impl Entries {
    fn weights(&self) -> Result<Vec<(Vec<u8>, i32)>> {
        let weight = |text: &OsString| {
            let Assignment { glob, value } = Assignment::parse("--weight", text)?;
            let weight = value.parse().ok().filter(|_| text.as_bytes().contains(&b'='));
            weight.map(|weight| (glob.to_vec(), weight)).ok_or_else(|| {
                let given = text.as_bytes().escape_ascii();
                Error::Usage(format!("--weight: \"{given}\", expected GLOB=WEIGHT, a whole number"))
            })
        };
        self.weight.iter().map(weight).collect()
    }
}

/// Reads a value, if it is one.
type Read = dyn Fn(&str) -> Option<Change>;

/// What the `text` of `option` changes, and of what.
fn assigned(option: &str, expected: &str, text: &OsStr, read: &Read) -> Result<(Vec<u8>, Change)> {
    let Assignment { glob, value } = Assignment::parse(option, text)?;
    let change = read(value).ok_or_else(|| {
        let given = text.as_bytes().escape_ascii();
        Error::Usage(format!("{option}: \"{given}\", expected {expected}, or GLOB= and that"))
    })?;
    Ok((glob.to_vec(), change))
}

/// `[GLOB=]VALUE`, divided at the last `=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Assignment<'a> {
    /// What it concerns; `**`, for everything, where only a value was written.
    glob: &'a [u8],
    /// Not read yet: what it may be depends on the option.
    value: &'a str,
}

impl<'a> Assignment<'a> {
    /// Divides the text of `flag`.
    ///
    /// # Errors
    /// [`Error::Usage`] for a value that is not UTF-8.
    fn parse(flag: &str, text: &'a OsStr) -> Result<Self> {
        let bytes = text.as_bytes();
        let (glob, value) = match bytes.iter().rposition(|byte| *byte == b'=') {
            Some(equals) => (&bytes[..equals], &bytes[equals + 1..]),
            None => (&b"**"[..], bytes),
        };
        match std::str::from_utf8(value) {
            Ok(value) => Ok(Self { glob, value }),
            Err(_) => Err(Error::Usage(format!("{flag} \"{}\": is not UTF-8", bytes.escape_ascii()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_equals_sign_divides_pattern_and_value() {
        let parsed = |text| Assignment::parse("--mode", OsStr::new(text)).expect("UTF-8");
        assert_eq!(parsed("0644"), Assignment { glob: b"**", value: "0644" });
        assert_eq!(parsed("a=b/*=0644"), Assignment { glob: b"a=b/*", value: "0644" });
    }
}
