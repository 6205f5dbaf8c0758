//! What an option of mkisofs and its relatives is: its spellings, what follows it, and what becomes of it.

use super::settings::Settings;
use super::values::Values;
use isokit_core::{Error, Result};

/// A line of the table.
#[derive(Debug)]
pub(crate) struct Definition {
    /// As its own manual writes them, the usual one first. One hyphen or two make no difference.
    pub names: &'static [&'static str],
    /// What help calls the words that follow it.
    pub takes: &'static [&'static str],
    /// Whose it is. The others are understood all the same.
    pub of: Of,
    pub does: Does,
    /// What it is about, for help and the manual.
    pub help: &'static str,
}

/// The program that has an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Both,
    /// genisoimage and mkisofs.
    Genisoimage,
    /// xorrisofs, which is `xorriso -as mkisofs`.
    Xorrisofs,
}

/// What becomes of an option.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Does {
    /// It is honoured.
    Sets(fn(&mut Settings, &Values<'_>) -> Result<()>),
    /// It makes no difference here, for this reason.
    Nothing(&'static str),
    /// It ends the run, for this reason.
    Refused(&'static str),
}

/// A line of the table of options that both programs have.
pub(super) const fn both(
    names: &'static [&'static str],
    takes: &'static [&'static str],
    does: Does,
    help: &'static str,
) -> Definition {
    Definition { names, takes, of: Of::Both, does, help }
}

/// As [`both`], of an option of genisoimage alone.
pub(super) const fn genisoimage(
    names: &'static [&'static str],
    takes: &'static [&'static str],
    does: Does,
    help: &'static str,
) -> Definition {
    Definition { names, takes, of: Of::Genisoimage, does, help }
}

/// As [`both`], of an option of xorrisofs alone.
pub(super) const fn xorrisofs(
    names: &'static [&'static str],
    takes: &'static [&'static str],
    does: Does,
    help: &'static str,
) -> Definition {
    Definition { names, takes, of: Of::Xorrisofs, does, help }
}

impl Definition {
    /// Does what the option asks for.
    ///
    /// # Errors
    /// [`Error::Usage`] for a value that is none, and for an option that is refused.
    pub(super) fn apply(&self, settings: &mut Settings, values: &Values<'_>) -> Result<()> {
        match self.does {
            Does::Sets(set) => set(settings, values),
            Does::Nothing(_) => Ok(()),
            Does::Refused(because) => {
                Err(Error::Usage(format!("{}: is not supported: {because}", values.option)))
            }
        }
    }
}
