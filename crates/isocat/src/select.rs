//! Operands looked up in a tree.

use crate::operands::Operand;
use isokit_core::error::{Error, Result};
use isokit_core::tree::glob::{self, Patterns};
use isokit_core::tree::resolve::{Follow, Found, names_something, resolve};
use isokit_core::tree::walk::{Descend, Visitor, walk};
use isokit_core::tree::{Entry, Kind, Tree};
use std::collections::HashMap;

/// Paths looked up one by one; for more the tree is walked once.
const FEW: usize = 16;

/// What was found for all operands, in their order. What could be a pattern is one only where no path is written like it; a
/// pattern's finds are sorted by path.
///
/// What was not found, and what patterns had to be sought in and cannot be read, goes to `missing`, with the path.
///
/// # Errors
/// When there is no root directory.
pub(crate) fn select(
    tree: &dyn Tree,
    operands: &[Operand],
    follow: Follow,
    missing: &mut dyn FnMut(&[u8], Error),
) -> Result<Vec<Found>> {
    let mut finds = vec![Vec::new(); operands.len()];
    let operands: Vec<Sought<'_>> =
        operands.iter().map(|operand| Sought::new(tree, operand, follow)).collect();
    let has_patterns = operands.iter().any(|operand| matches!(operand, Sought::Pattern(_)));
    if has_patterns || operands.len() > FEW {
        let mut search = Search::new(&operands, &mut finds)?;
        walk(tree, &tree.root()?, b"", &mut search)?;
        if has_patterns {
            search.failures.into_iter().for_each(|(path, error)| missing(&path, error));
        }
    }
    let mut selected = Vec::new();
    for (operand, mut finds) in operands.into_iter().zip(finds) {
        finds.sort_by(|one: &Found, other| one.path.cmp(&other.path));
        match operand {
            Sought::There(found) => selected.push(*found),
            Sought::Malformed(pattern, error) => missing(pattern, error),
            _ if !finds.is_empty() => {}
            Sought::Pattern(pattern) => {
                let what = String::from_utf8_lossy(pattern);
                missing(pattern, Error::not_found(what, "nothing in the image matches"));
            }
            Sought::Path(path) => match resolve(tree, path, follow) {
                Ok(found) => selected.push(found),
                Err(error) => missing(path, error),
            },
        }
        for found in finds {
            match found.entry.kind {
                Kind::Symlink if follow == Follow::All => match resolve(tree, &found.path, follow) {
                    Ok(target) => selected.push(target),
                    Err(error) => missing(&found.path, error),
                },
                _ => selected.push(found),
            }
        }
    }
    Ok(selected)
}

enum Sought<'o> {
    /// A path, not looked up yet.
    Path(&'o [u8]),
    /// A path, written like a pattern.
    There(Box<Found>),
    /// A pattern that [`glob::check`] likes; no path is written like it.
    Pattern(&'o [u8]),
    /// Neither a path nor a pattern that [`glob::check`] likes.
    Malformed(&'o [u8], Error),
}

impl<'o> Sought<'o> {
    fn new(tree: &dyn Tree, operand: &'o Operand, follow: Follow) -> Self {
        match operand {
            Operand::Path(path) => Self::Path(path),
            // What could not be read on the way to it is met again when all is walked.
            Operand::Pattern(pattern) => match (resolve(tree, pattern, follow), glob::check(pattern)) {
                (Ok(found), _) => Self::There(Box::new(found)),
                _ if names_something(tree, pattern, follow) => Self::Path(pattern),
                (Err(_), Ok(())) => Self::Pattern(pattern),
                (Err(_), Err(error)) => Self::Malformed(pattern, error),
            },
        }
    }
}

/// A walk that looks for all operands at once.
struct Search<'a> {
    patterns: Patterns,
    /// By number of the pattern, the number of its operand.
    pattern_operands: Vec<usize>,
    /// By path, the numbers of the operands that name it.
    paths: HashMap<Vec<u8>, Vec<usize>>,
    finds: &'a mut [Vec<Found>],
    failures: Vec<(Vec<u8>, Error)>,
    matches: Vec<usize>,
}

impl<'a> Search<'a> {
    fn new(operands: &[Sought<'_>], finds: &'a mut [Vec<Found>]) -> Result<Self> {
        let mut pattern_operands = Vec::new();
        let mut paths: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
        for (number, operand) in operands.iter().enumerate() {
            match operand {
                Sought::Pattern(_) => pattern_operands.push(number),
                Sought::There(_) | Sought::Malformed(..) => {}
                Sought::Path(path) => {
                    if let Some(path) = plain(path) {
                        paths.entry(path).or_default().push(number);
                    }
                }
            }
        }
        let patterns = Patterns::new(operands.iter().filter_map(|operand| match operand {
            Sought::Pattern(pattern) => Some(*pattern),
            _ => None,
        }))?;
        Ok(Self { patterns, pattern_operands, paths, finds, failures: Vec::new(), matches: Vec::new() })
    }
}

impl Visitor for Search<'_> {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        self.matches.clear();
        self.patterns.matches(path, entry.kind == Kind::Directory, &mut self.matches);
        let found = || Found { path: path.to_vec(), entry: entry.clone() };
        for number in self.matches.iter().filter_map(|number| self.pattern_operands.get(*number)) {
            if let Some(finds) = self.finds.get_mut(*number) {
                finds.push(found());
            }
        }
        for number in self.paths.get(path).into_iter().flatten() {
            // Of two entries of one name the first is meant, as wherever paths are looked up.
            if let Some(finds) = self.finds.get_mut(*number).filter(|finds| finds.is_empty()) {
                finds.push(found());
            }
        }
        Ok(Descend::Into)
    }

    fn failure(&mut self, path: &[u8], error: Error) -> Result<()> {
        self.failures.push((path.to_vec(), error));
        Ok(())
    }
}

/// `path` as a walk gives it, unless it has to be looked up component by component.
fn plain(path: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(path.len().saturating_add(1));
    for component in path.strip_prefix(b"/").unwrap_or(path).split(|byte| *byte == b'/') {
        if matches!(component, [] | [b'.'] | [b'.', b'.']) {
            return None;
        }
        plain.push(b'/');
        plain.extend_from_slice(component);
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_need_looking_up_are_not_plain() {
        assert_eq!(plain(b"/a/b").as_deref(), Some(&b"/a/b"[..]));
        assert_eq!(plain(b"a").as_deref(), Some(&b"/a"[..]));
        for path in [&b""[..], b"/", b"a//b", b"a/", b"./a", b"a/../b", b"//a"] {
            assert_eq!(plain(path), None, "{}", path.escape_ascii());
        }
    }
}
