//! Text, whatever it says.

use super::{Class, Foreign};

/// `beginning` as text: UTF-8, possibly cut in a character, without the control characters that text does not have.
pub(super) fn text(beginning: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(beginning) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(beginning.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    let is_binary = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\x08' | '\x0c' | '\x1b');
    (!text.is_empty() && !text.contains(is_binary)).then_some(text)
}

/// What `text` is: a description of a disc, or any text.
pub(super) fn found(text: &str) -> Foreign {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let begins = |word: &str| start.get(..word.len()).is_some_and(|there| there.eq_ignore_ascii_case(word));
    let name = if begins("<!doctype html") || begins("<html") {
        "an HTML page"
    } else if begins("<?xml") {
        "an XML file"
    } else if start.starts_with("#!") {
        "a script"
    } else {
        "a text file"
    };
    Foreign::new(Class::File, name, "")
}
