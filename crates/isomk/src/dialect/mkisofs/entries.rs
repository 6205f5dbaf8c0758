//! What trees do not show, and in which order contents lie.

use super::lists::Lists;
use super::patterns::{Pattern, pattern};
use crate::globs::literal;
use crate::mode::Mode;
use crate::operand::{Operand, components};
use crate::request::Change;
use isokit_cli::{Concerning, Failure};
use isokit_core::tree::build::Hidden;
use isokit_core::{Error, Result};
use std::path::PathBuf;

/// What was asked for of single files and directories.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    /// Patterns on names, or on paths on disk.
    pub hidden: Vec<(Vec<u8>, Hidden)>,
    /// Patterns of paths in the image.
    pub hidden_paths: Vec<(Vec<u8>, Hidden)>,
    /// Files of such patterns.
    pub hidden_lists: Vec<(PathBuf, Hidden)>,
    /// Weights of files and of trees, by their paths in the image, in order.
    pub weights: Vec<Weight>,
    /// A file of weights behind patterns on names, or on paths on disk.
    pub sort: Option<PathBuf>,
    /// A file of weights before paths in the image, and whether these are patterns.
    pub weight_list: Option<(PathBuf, bool)>,
    /// Permissions of what patterns match in the image; the last ones count. Those of the root alone have none.
    pub modes: Vec<(Vec<Vec<u8>>, Mode)>,
}

/// The weight of a file, or of all below a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Weight {
    /// A path in the image.
    pub path: Vec<u8>,
    pub weight: i32,
    /// The path is a pattern.
    pub is_pattern: bool,
}

const SHOWN: Hidden = Hidden { iso: false, joliet: false, udf: false, existence: false };
pub(super) const ISO: Hidden = Hidden { iso: true, ..SHOWN };
pub(super) const JOLIET: Hidden = Hidden { joliet: true, ..SHOWN };
pub(super) const UDF: Hidden = Hidden { udf: true, ..SHOWN };
/// Shown, and marked.
pub(super) const EXISTENCE: Hidden = Hidden { existence: true, ..SHOWN };

impl Entries {
    /// Permissions that are asked for of the root.
    pub(super) fn root(&self) -> Option<Mode> {
        let is_of_root = |patterns: &[Vec<u8>]| match patterns {
            [] => true,
            [all] => all == b"**",
            _ => false,
        };
        let of_root = self.modes.iter().rev().find(|(patterns, _)| is_of_root(patterns));
        of_root.filter(|(patterns, _)| patterns.is_empty()).map(|(_, mode)| mode.clone())
    }

    /// Permissions that are asked for of all else.
    pub(super) fn modes(&self) -> impl Iterator<Item = (Vec<u8>, Change)> + '_ {
        self.modes.iter().flat_map(|(patterns, mode)| {
            patterns.iter().map(|pattern| (pattern.clone(), Change::Mode(mode.clone())))
        })
    }

    /// What is hidden of what lies on disk.
    ///
    /// # Errors
    /// When a list cannot be read.
    pub(super) fn on_disk(&self, lists: &mut Lists<'_>) -> Result<Vec<(Vec<u8>, Hidden)>, Failure> {
        let mut all = self.hidden.clone();
        for (list, hidden) in &self.hidden_lists {
            all.extend(lists.lines(list)?.into_iter().map(|line| (line, *hidden)));
        }
        Ok(all)
    }

    /// Of patterns on what lies on disk, those on paths in the image that files without a source have.
    ///
    /// # Errors
    /// For a pattern that is none.
    pub(super) fn made(
        on_disk: &[(Vec<u8>, Hidden)],
        operands: &[Operand],
    ) -> Result<Vec<(Vec<u8>, Hidden)>> {
        let mut patterns = Vec::new();
        for (text, hidden) in on_disk {
            patterns.extend(spread(text, operands)?.into_iter().map(|pattern| (pattern, *hidden)));
        }
        Ok(patterns)
    }

    /// Weights by patterns on paths in the image; of those that match the last one counts.
    ///
    /// # Errors
    /// When a list cannot be read, and for a line or a pattern that is none.
    pub(super) fn weights(
        &self,
        operands: &[Operand],
        lists: &mut Lists<'_>,
    ) -> Result<Vec<(Vec<u8>, i32)>, Failure> {
        let mut patterns = Vec::new();
        if let Some(list) = &self.sort {
            for line in lists.lines(list)? {
                let (text, weight) = sorted(&line).concerning(list.display().to_string())?;
                patterns.extend(spread(text, operands)?.into_iter().map(|pattern| (pattern, weight)));
            }
        }
        let mut weights = Vec::new();
        if let Some((list, is_pattern)) = &self.weight_list {
            for line in lists.lines(list)? {
                weights.push(weighted(&line, *is_pattern).concerning(list.display().to_string())?);
            }
        }
        weights.extend(self.weights.iter().cloned());
        patterns.extend(in_order(&weights));
        Ok(patterns)
    }
}

fn spread(text: &[u8], operands: &[Operand]) -> Result<Vec<Vec<u8>>> {
    Ok(match pattern(text, operands)? {
        Pattern::Name(name) => vec![name],
        Pattern::Paths(paths) => paths,
    })
}

/// A line of `-sort`: a pattern, a blank and a weight.
fn sorted(line: &[u8]) -> Result<(&[u8], i32)> {
    let wrong = || Error::Usage(format!("line \"{}\", expected a path and a weight", line.escape_ascii()));
    let blank = line.iter().rposition(|byte| matches!(byte, b' ' | b'\t')).ok_or_else(wrong)?;
    let (path, weight) = line.split_at(blank);
    let weight = std::str::from_utf8(weight.trim_ascii()).ok().and_then(|text| text.parse().ok());
    weight.map(|weight| (path.trim_ascii(), weight)).filter(|(path, _)| !path.is_empty()).ok_or_else(wrong)
}

/// A line of `--sort-weight-list`: a weight, a blank and a path.
fn weighted(line: &[u8], is_pattern: bool) -> Result<Weight> {
    let wrong = || Error::Usage(format!("line \"{}\", expected a weight and a path", line.escape_ascii()));
    let blank = line.iter().position(|byte| matches!(byte, b' ' | b'\t')).ok_or_else(wrong)?;
    let (weight, path) = line.split_at(blank);
    let weight = std::str::from_utf8(weight).ok().and_then(|text| text.parse().ok()).ok_or_else(wrong)?;
    Ok(Weight { path: path.get(1..).unwrap_or_default().to_vec(), weight, is_pattern })
}

/// xorriso gives each weight to all of a tree when it comes to it: a later one of a directory undoes earlier ones below it.
fn in_order(weights: &[Weight]) -> Vec<(Vec<u8>, i32)> {
    let parts = |weight: &Weight| components(&weight.path).map(<[u8]>::to_vec).collect::<Vec<_>>();
    let mut patterns = Vec::new();
    for (n, weight) in weights.iter().enumerate() {
        let own = parts(weight);
        let later = weights.get(n + 1..).unwrap_or_default();
        if later.iter().any(|later| !later.is_pattern && own.starts_with(&parts(later))) {
            continue;
        }
        let pattern = |part: &Vec<u8>| if weight.is_pattern { part.clone() } else { literal(part) };
        let path: Vec<Vec<u8>> = own.iter().map(pattern).collect();
        match path.as_slice() {
            // Whatever else is said of what lies in the root says more.
            [] => patterns.insert(0, (b"/*".to_vec(), weight.weight)),
            path => patterns.push(([b"/", path.join(&b'/').as_slice()].concat(), weight.weight)),
        }
    }
    patterns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(weights: &[(i32, &str)]) -> Vec<(String, i32)> {
        let weight = |(weight, path): &(i32, &str)| Weight {
            path: path.as_bytes().to_vec(),
            weight: *weight,
            is_pattern: false,
        };
        let weights: Vec<Weight> = weights.iter().map(weight).collect();
        let text = |(path, weight): (Vec<u8>, i32)| (String::from_utf8(path).expect("UTF-8"), weight);
        in_order(&weights).into_iter().map(text).collect()
    }

    #[test]
    fn a_later_weight_of_a_directory_undoes_those_below_it() {
        let pair = |path: &str, weight| (path.to_owned(), weight);
        assert_eq!(ordered(&[(0, "/"), (1, "/a")]), [pair("/*", 0), pair("/a", 1)]);
        assert_eq!(ordered(&[(1, "/a"), (2, "/")]), [pair("/*", 2)]);
        assert_eq!(ordered(&[(5, "/a/b"), (1, "a"), (7, "/ab")]), [pair("/a", 1), pair("/ab", 7)]);
    }

    #[test]
    fn lists_of_weights_have_them_on_their_own_side() {
        assert_eq!(sorted(b"tree/a b -5").expect("good"), (&b"tree/a b"[..], -5));
        let want = Weight { path: b"/a b".to_vec(), weight: -5, is_pattern: false };
        assert_eq!(weighted(b"-5 /a b", false).expect("good"), want);
        assert!(sorted(b"5").is_err() && weighted(b"a 5", false).is_err());
    }
}
