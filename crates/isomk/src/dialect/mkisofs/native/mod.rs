//! Commands of xorriso around `-as mkisofs`: those that real callers put before it, and behind the `--` that ends it.

mod change;
mod read;
mod run;
mod volume;

use super::Settings;
use super::changes;
use super::option::{Definition, Does};
use super::peer::Peer;
use super::scan::scan;
use super::table;
use super::values::Values;
use isokit_core::{Error, Result};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

/// Reads commands until there are no more words.
///
/// # Errors
/// [`Error::Usage`] for a command that is not known here, and for a value that is none.
pub(super) fn commands(settings: &mut Settings, words: &mut std::vec::IntoIter<OsString>) -> Result<()> {
    while let Some(word) = words.next() {
        let option = word.as_bytes().escape_ascii().to_string();
        let name = option.trim_start_matches('-');
        if name.is_empty() && !option.is_empty() {
            continue;
        }
        if !option.starts_with('-') {
            return Err(Error::Usage(format!(
                "{option}: is no command; what goes into the image is named behind -as mkisofs"
            )));
        }
        if name == "as" {
            emulate(settings, words)?;
            continue;
        }
        let is_it =
            |known: &&Definition| known.names.iter().any(|known| known.trim_start_matches('-') == name);
        let Some(command) = all().find(is_it) else {
            return Err(Error::Usage(format!(
                "{option}: this command of xorriso is not supported; see isomk-mkisofs(1)"
            )));
        };
        let values = values(command, words);
        if let Some(lacking) = command.takes.get(values.len()).filter(|lacking| !lacking.starts_with('[')) {
            return Err(Error::Usage(format!("{option}: requires {lacking}")));
        }
        let is_ending = matches!(name, "commit" | "commit_eject" | "end" | "rollback_end");
        if settings.output.is_committed && !is_ending && matches!(command.does, Does::Sets(_)) {
            let sentence = "comes behind -commit; one image is made in a run";
            return Err(Error::Usage(format!("{option}: {sentence}")));
        }
        let put = settings.sources.mapped.len();
        command.apply(settings, &Values { option: &option, words: &values })?;
        for (_, place) in settings.sources.mapped.iter().skip(put) {
            changes::refuse_touched(settings, &option, place)?;
        }
        changes::done(&mut settings.changes, name, &option, &values);
        if settings.output.is_ended {
            break;
        }
    }
    Ok(())
}

/// The words that a command takes. A list of them ends with a `--`, or with all words.
fn values(command: &Definition, words: &mut std::vec::IntoIter<OsString>) -> Vec<OsString> {
    match command.takes {
        [first @ .., list] if list.contains(LIST) => {
            let mut values: Vec<OsString> = words.by_ref().take(first.len()).collect();
            values.extend(words.take_while(|word| word != "--"));
            values
        }
        takes => words.take(takes.len()).collect(),
    }
}

/// What the name of a value contains that is a list of words.
const LIST: &str = "...";

fn emulate(settings: &mut Settings, words: &mut std::vec::IntoIter<OsString>) -> Result<()> {
    let name = words.next().unwrap_or_default();
    if !matches!(name.as_bytes(), b"mkisofs" | b"genisofs" | b"genisoimage" | b"xorrisofs") {
        let name = name.as_bytes().escape_ascii();
        return Err(Error::Usage(format!("-as {name}: only mkisofs is supported, and its other names")));
    }
    settings.sources.emulates = true;
    let said = scan(Peer::Xorriso, words)?;
    settings.take(said)
}

/// The commands.
pub(crate) fn all() -> impl Iterator<Item = &'static Definition> {
    [run::COMMANDS, change::COMMANDS, read::COMMANDS, volume::COMMANDS].into_iter().flatten()
}

fn on(values: &Values<'_>) -> Result<bool> {
    match values.text(0)? {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(values.wrong("on or off")),
    }
}

/// Does what the option of mkisofs does.
fn as_option(name: &'static str, settings: &mut Settings, values: &Values<'_>) -> Result<()> {
    let option = table::all().find(|definition| definition.names.contains(&name));
    option.map_or(Ok(()), |option| option.apply(settings, values))
}
