//! What is asked for: paths and patterns from the command line, paths from a file.

use isokit_cli::input::{LARGEST_TEXT, text};
use isokit_cli::{Failure, Streams};
use isokit_core::tree::glob::is_pattern;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// What an operand may stand for, before the image is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Operand {
    /// A path, even if it is written like a pattern.
    Path(Vec<u8>),
    /// A pattern, unless there is a path that is written like it.
    Pattern(Vec<u8>),
}

impl Operand {
    /// An operand of the command line; a `literal` one is never a pattern.
    pub(crate) fn new(operand: &OsStr, literal: bool) -> Self {
        let bytes = operand.as_bytes().to_vec();
        if !literal && is_pattern(&bytes) { Self::Pattern(bytes) } else { Self::Path(bytes) }
    }
}

/// How the paths of a list are divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Divided {
    /// By newlines, so that no path has one.
    ByNewline,
    /// By zero bytes, so that any path can be in it.
    ByZero,
}

/// The operands of the command line, then those of the list in `files_from`. What a list names means itself: it was
/// written by a program.
///
/// # Errors
/// When the list cannot be read.
pub(crate) fn operands(
    paths: &[OsString],
    literal: bool,
    files_from: Option<&OsStr>,
    divided: Divided,
    streams: &Streams,
) -> Result<Vec<Operand>, Failure> {
    let mut operands: Vec<Operand> = paths.iter().map(|path| Operand::new(path, literal)).collect();
    if let Some(list) = files_from {
        let bytes = text(Path::new(list), LARGEST_TEXT, streams)?;
        operands.extend(listed(&bytes, divided).map(|path| Operand::Path(path.to_vec())));
    }
    Ok(operands)
}

/// The paths in a list; empty ones are passed over.
fn listed(list: &[u8], divided: Divided) -> impl Iterator<Item = &[u8]> {
    let end = match divided {
        Divided::ByNewline => b'\n',
        Divided::ByZero => 0,
    };
    list.split(move |byte| *byte == end).filter(|path| !path.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_divided_as_asked() {
        let paths: Vec<_> = listed(b"/a\n/b c\n\n/d*", Divided::ByNewline).collect();
        assert_eq!(paths, [&b"/a"[..], b"/b c", b"/d*"]);
        let paths: Vec<_> = listed(b"/a\nb\0/c\0", Divided::ByZero).collect();
        assert_eq!(paths, [&b"/a\nb"[..], b"/c"]);
    }

    #[test]
    fn only_operands_of_the_command_line_are_patterns() {
        assert_eq!(Operand::new(OsStr::new("/a*"), false), Operand::Pattern(b"/a*".to_vec()));
        assert_eq!(Operand::new(OsStr::new("/a*"), true), Operand::Path(b"/a*".to_vec()));
        assert_eq!(Operand::new(OsStr::new("/a\\b"), false), Operand::Path(b"/a\\b".to_vec()));
    }
}
