//! Operands looked up in a tree.

use crate::operands::Operand;
use isokit_core::error::{Error, Result};
use isokit_core::tree::glob::Patterns;
use isokit_core::tree::resolve::{Follow, Found, resolve};
use isokit_core::tree::walk::{Descend, Visitor, walk};
use isokit_core::tree::{Entry, Kind, Tree};
use std::collections::HashMap;

/// Paths looked up one by one; for more the tree is walked once.
const FEW: usize = 16;

/// What was found for all operands, in their order. A pattern's finds are sorted by path.
///
/// What was not found, and what patterns had to be sought in and cannot be read, goes to `missing`, with the path.
///
/// # Errors
/// When a pattern is malformed or there is no root directory.
pub(crate) fn select(
    tree: &dyn Tree,
    operands: &[Operand],
    follow: Follow,
    missing: &mut dyn FnMut(&[u8], Error),
) -> Result<Vec<Found>> {
    let patterns = |operand: &&Operand| matches!(operand, Operand::Pattern(_));
    let mut finds = vec![Vec::new(); operands.len()];
    let has_patterns = operands.iter().any(|operand| patterns(&operand));
    if has_patterns || operands.len() > FEW {
        let mut search = Search::new(operands, &mut finds)?;
        walk(tree, &tree.root()?, b"", &mut search)?;
        if has_patterns {
            search.failures.into_iter().for_each(|(path, error)| missing(&path, error));
        }
    }
    let mut selected = Vec::new();
    for (operand, mut finds) in operands.iter().zip(finds) {
        finds.sort_by(|one: &Found, other| one.path.cmp(&other.path));
        // A pattern that matches nothing means itself, as in a shell.
        if finds.is_empty() {
            match (resolve(tree, operand.bytes(), follow), operand) {
                (Ok(found), _) => selected.push(found),
                (Err(_), Operand::Pattern(pattern)) => {
                    let what = String::from_utf8_lossy(pattern);
                    missing(pattern, Error::not_found(what, "nothing in the image matches"));
                }
                (Err(error), _) => missing(operand.bytes(), error),
            }
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

/// A walk that looks for all operands at once.
struct Search<'a> {
    patterns: Patterns,
    /// The operand that each pattern is.
    pattern_operands: Vec<usize>,
    /// The operands that each path is.
    paths: HashMap<Vec<u8>, Vec<usize>>,
    finds: &'a mut [Vec<Found>],
    failures: Vec<(Vec<u8>, Error)>,
    matches: Vec<usize>,
}

impl<'a> Search<'a> {
    fn new(operands: &[Operand], finds: &'a mut [Vec<Found>]) -> Result<Self> {
        let mut pattern_operands = Vec::new();
        let mut paths: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
        for (number, operand) in operands.iter().enumerate() {
            match operand {
                Operand::Pattern(_) => pattern_operands.push(number),
                Operand::Path(path) => {
                    if let Some(path) = plain(path) {
                        paths.entry(path).or_default().push(number);
                    }
                }
            }
        }
        let patterns = Patterns::new(operands.iter().filter_map(|operand| match operand {
            Operand::Pattern(pattern) => Some(pattern.as_slice()),
            Operand::Path(_) => None,
        }))?;
        Ok(Self { patterns, pattern_operands, paths, finds, failures: Vec::new(), matches: Vec::new() })
    }
}

impl Visitor for Search<'_> {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        self.matches.clear();
        self.patterns.matches(path, &mut self.matches);
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
