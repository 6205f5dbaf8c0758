//! The words of a command line become options with their values, and pathspecs, by the rules of the program that is spoken.
//!
//! genisoimage reads them with getopt_long_only(3): one hyphen or two, `-option=value`, what is a prefix of one option alone, and
//! single letters together (`-JR`), the last of them with its value (`-VLABEL`). xorriso wants whole names, and the value as a
//! word of its own; of letters it takes together those without values.

use super::option::{Definition, Of};
use super::peer::Peer;
use super::table;
use isokit_core::{Error, Result};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// What one or more words say.
#[derive(Debug)]
pub(super) enum Said {
    Option {
        definition: &'static Definition,
        /// As it was written, without its value.
        option: String,
        words: Vec<OsString>,
    },
    Pathspec(OsString),
}

/// Reads `words` until there are none, or, of xorriso, until `--`: what follows that stays in `words` and is for xorriso's own
/// commands.
///
/// # Errors
/// [`Error::Usage`] for an option that is none, or that lacks its value.
pub(super) fn scan(peer: Peer, words: &mut std::vec::IntoIter<OsString>) -> Result<Vec<Said>> {
    let mut said = Vec::new();
    while let Some(word) = words.next() {
        match word.as_bytes() {
            b"--" if peer.is_xorriso() => return Ok(said),
            b"--" => {
                said.extend(words.by_ref().map(Said::Pathspec));
            }
            [b'-', _, ..] => option(peer, &word, words, &mut said)?,
            _ => said.push(Said::Pathspec(word)),
        }
    }
    Ok(said)
}

fn option(
    peer: Peer,
    word: &OsStr,
    words: &mut std::vec::IntoIter<OsString>,
    said: &mut Vec<Said>,
) -> Result<()> {
    let bytes = word.as_bytes();
    let hyphens = if bytes.starts_with(b"--") { 2 } else { 1 };
    let name = bytes.get(hyphens..).unwrap_or_default();
    let (long, value) = match name.iter().position(|byte| *byte == b'=') {
        Some(equals) => (name.get(..equals).unwrap_or_default(), name.get(equals + 1..)),
        None => (name, None),
    };
    // A letter that is no option may be the beginning of one: -q.
    let is_letter = long.len() < 2 && (long.is_empty() || named(long).is_some());
    if !is_letter
        && let Some(definition) =
            named(long).map_or_else(|| begun(peer, long, word), |found| Ok(Some(found)))?
    {
        let option = shown(bytes.get(..hyphens + long.len()).unwrap_or_default());
        said.push(with_values(definition, option, value, words)?);
        return Ok(());
    }
    if hyphens == 1 && letters(peer, name, words, said)? {
        return Ok(());
    }
    Err(Error::Usage(format!("{}: is not an option of {}", shown(bytes), peer.name())))
}

/// The option that has this name.
fn named(name: &[u8]) -> Option<&'static Definition> {
    let is_it = |known: &str| known.trim_start_matches('-').as_bytes() == name;
    table::all().find(|definition| definition.names.iter().any(|known| is_it(known)))
}

/// The only option whose name begins so, where that suffices.
///
/// # Errors
/// [`Error::Usage`] where there are several.
fn begun(peer: Peer, start: &[u8], word: &OsStr) -> Result<Option<&'static Definition>> {
    if peer.is_xorriso() {
        return Ok(None);
    }
    let begins = |known: &str| known.trim_start_matches('-').as_bytes().starts_with(start);
    let of_peer = table::all().filter(|definition| definition.of != Of::Xorrisofs);
    let mut found = of_peer.filter(|definition| definition.names.iter().any(|known| begins(known)));
    match (found.next(), found.next()) {
        (Some(one), Some(two)) => {
            let names = [one, two].map(|definition| definition.names.iter().find(|known| begins(known)));
            let [one, two] = names.map(|name| name.copied().unwrap_or_default());
            let word = shown(word.as_bytes());
            Err(Error::Usage(format!("{word}: is the beginning of {one} and of {two}; write the whole name")))
        }
        (found, _) => Ok(found),
    }
}

/// Reads letters that are options, the last one with its value; false where one is none.
///
/// # Errors
/// [`Error::Usage`] for a letter without its value.
fn letters(
    peer: Peer,
    letters: &[u8],
    words: &mut std::vec::IntoIter<OsString>,
    said: &mut Vec<Said>,
) -> Result<bool> {
    let mut found = Vec::new();
    let mut rest = letters;
    while let [letter, after @ ..] = rest {
        let Some(definition) = named(std::slice::from_ref(letter)) else { return Ok(false) };
        let option = shown(&[b'-', *letter]);
        let takes = !definition.takes.is_empty();
        let alone = letters.len() == 1;
        match after {
            [b'=', ..] => {
                return Err(Error::Usage(format!(
                    "{option}: takes its value without =, as a word of its own"
                )));
            }
            _ if takes && peer.is_xorriso() && !alone => return Ok(false),
            [_, ..] if takes => {
                found.push(with_values(definition, option, Some(after), words)?);
                break;
            }
            _ => found.push(with_values(definition, option, None, words)?),
        }
        rest = after;
    }
    said.extend(found);
    Ok(true)
}

/// The option with as many words as it takes, of which `value` is the first one.
fn with_values(
    definition: &'static Definition,
    option: String,
    value: Option<&[u8]>,
    words: &mut std::vec::IntoIter<OsString>,
) -> Result<Said> {
    if definition.takes.is_empty() && value.is_some() {
        return Err(Error::Usage(format!("{option}: takes no value")));
    }
    let first = value.map(|value| OsString::from_vec(value.to_vec()));
    let lacking = definition.takes.len().saturating_sub(usize::from(first.is_some()));
    let given: Vec<OsString> = first.into_iter().chain(words.by_ref().take(lacking)).collect();
    match definition.takes.get(given.len()) {
        Some(lacking) => Err(Error::Usage(format!("{option}: requires {lacking}"))),
        None => Ok(Said::Option { definition, option, words: given }),
    }
}

fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}
