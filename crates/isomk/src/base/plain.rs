//! The names of an image that has no others than plain ones: which rules of the standard they break.

use isokit_core::error::{Error, Result};
use isokit_core::iso9660::plan::{Characters, Relaxed};
use isokit_core::tree::walk::{Descend, Visitor, walk};
use isokit_core::tree::{Entry, Kind, Tree};

/// Characters of an identifier that ECMA-119 allows on all levels but the first, the dot among them (7.5.1).
const USUAL: usize = 31;

/// What the names of `tree` have beyond the standard, as much of it as can be seen: not whether versions and dots at the end are
/// left out, which readers do not show.
///
/// # Errors
/// Those of reading the root.
pub(super) fn relaxed(tree: &dyn Tree) -> Result<Relaxed> {
    let mut seen = Seen::default();
    walk(tree, &tree.root()?, b"", &mut seen)?;
    let Seen { mut relaxed, longest, .. } = seen;
    if longest > USUAL {
        relaxed.length = Some(u8::try_from(longest).unwrap_or(u8::MAX).min(Relaxed::LONGEST));
    }
    // One that is too long is refused then, and not shortened.
    if relaxed.characters == Characters::Untranslated && longest > usize::from(Relaxed::LONGEST) {
        relaxed.characters = Characters::Ascii;
    }
    Ok(relaxed)
}

/// A walk's visitor that looks at each name.
#[derive(Debug, Default)]
struct Seen {
    relaxed: Relaxed,
    longest: usize,
}

impl Visitor for Seen {
    fn entry(&mut self, _: &[u8], entry: &Entry) -> Result<Descend> {
        let (name, relaxed) = (entry.name.as_slice(), &mut self.relaxed);
        let is_directory = entry.kind == Kind::Directory;
        let leading = name.starts_with(b".");
        let dots = name.iter().filter(|byte| **byte == b'.').count().saturating_sub(usize::from(leading));
        relaxed.lower_case |= name.iter().any(u8::is_ascii_lowercase);
        relaxed.leading_dot |= leading;
        relaxed.several_dots |= dots > 1;
        relaxed.directory_extension |= is_directory && dots > 0;
        let rank = |characters| match characters {
            Characters::D => 0,
            Characters::Punctuated => 1,
            Characters::Ascii => 2,
            Characters::Untranslated => 3,
        };
        for byte in name {
            let needed = match byte {
                // A semicolon is before the version of a file that has several.
                b'.' | b'_' | b';' => Characters::D,
                byte if byte.is_ascii_alphanumeric() => Characters::D,
                b'#' | b'-' | b'~' => Characters::Punctuated,
                b' '..=b'~' => Characters::Ascii,
                _ => Characters::Untranslated,
            };
            if rank(needed) > rank(relaxed.characters) {
                relaxed.characters = needed;
            }
        }
        // A file without an extension gets a dot.
        let dot = usize::from(!is_directory && dots == 0);
        self.longest = self.longest.max(name.len().saturating_add(dot));
        Ok(Descend::Into)
    }

    /// It is told where the tree is taken in.
    fn failure(&mut self, _: &[u8], _: Error) -> Result<()> {
        Ok(())
    }
}
