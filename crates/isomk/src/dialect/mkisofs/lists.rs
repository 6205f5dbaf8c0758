//! Small files that options name: lists of pathspecs, patterns and weights.

use isokit_cli::input::{LARGEST_TEXT, text};
use isokit_cli::output::names_standard_input;
use isokit_cli::{Concerning, Failure, Streams};
use isokit_core::{Error, Result};
use std::path::Path;

/// Reads lists; standard input can be one of them, once.
#[derive(Debug)]
pub(crate) struct Lists<'s> {
    streams: &'s Streams,
    stdin_taken: bool,
}

impl<'s> Lists<'s> {
    pub(super) fn new(streams: &'s Streams) -> Self {
        Self { streams, stdin_taken: false }
    }

    /// The lines of a file, or for `-` of standard input, but empty ones.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn lines(&mut self, path: &Path) -> Result<Vec<Vec<u8>>, Failure> {
        let text = self.text(path)?;
        let lines = text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        Ok(lines.filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect())
    }

    /// The words of such a file, which blanks and newlines divide outside of quotes.
    ///
    /// # Errors
    /// When it cannot be read, and for a quote that is not closed.
    pub(super) fn quoted(&mut self, path: &Path) -> Result<Vec<Vec<u8>>, Failure> {
        words(&self.text(path)?).concerning(path.display().to_string())
    }

    fn text(&mut self, path: &Path) -> Result<Vec<u8>, Failure> {
        if names_standard_input(path) && std::mem::replace(&mut self.stdin_taken, true) {
            return Err(Error::Usage("standard input is named twice".into()).into());
        }
        text(path, LARGEST_TEXT, self.streams)
    }
}

/// Words; `"` and `'` keep blanks together, each also around the other, and a backslash at the end of a line joins it to the
/// next one.
fn words(text: &[u8]) -> Result<Vec<Vec<u8>>> {
    let (mut words, mut word, mut quote): (Vec<Vec<u8>>, Option<Vec<u8>>, Option<u8>) =
        (Vec::new(), None, None);
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match (quote, byte) {
            (Some(open), byte) if open == byte => quote = None,
            (None, b'"' | b'\'') => {
                quote = Some(byte);
                word.get_or_insert_default();
            }
            (None, b'\\') if bytes.next_if_eq(&b'\n').is_some() => {}
            (None, b' ' | b'\t' | b'\n' | b'\r') => words.extend(word.take()),
            (_, byte) => word.get_or_insert_default().push(byte),
        }
    }
    if let Some(open) = quote {
        return Err(Error::Usage(format!("a quotation that begins with {} does not end", char::from(open))));
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_keep_blanks_and_newlines_in_a_word() {
        let text = b"a=b 'c d'\"e'f\"\n\"g\nh\" i\\\nj ''\n";
        let want: [&[u8]; 5] = [b"a=b", b"c de'f", b"g\nh", b"ij", b""];
        assert_eq!(words(text).expect("closed"), want);
        assert!(words(b"a 'b").is_err());
    }
}
