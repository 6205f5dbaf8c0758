//! What differs between two readers.

use crate::Tree;
use std::collections::BTreeMap;
use std::fmt::Write;

/// One difference: the path, the fact (`missing`, `extra` or a field of [`crate::Seen`]) and both values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// In the image, without a leading slash.
    pub path: String,
    /// `missing`, `extra` or the name of a field.
    pub fact: &'static str,
    /// What the reference says; empty where it has no such path.
    pub reference: String,
    /// What the reader says; empty where it has no such path.
    pub reader: String,
}

/// Every difference of `reader` from `reference`, by path. What either does not say is not compared.
#[must_use]
pub fn differences(reference: &Tree, reader: &Tree) -> Vec<Difference> {
    let mut found = Vec::new();
    for path in reference.keys().filter(|path| !reader.contains_key(*path)) {
        found.push(Difference {
            path: path.clone(),
            fact: "missing",
            reference: "there".into(),
            reader: String::new(),
        });
    }
    for (path, theirs) in reader {
        let Some(seen) = reference.get(path) else {
            found.push(Difference {
                path: path.clone(),
                fact: "extra",
                reference: String::new(),
                reader: "there".into(),
            });
            continue;
        };
        for (fact, reference, reader) in [
            ("kind", &seen.kind, &theirs.kind),
            ("mode", &seen.mode, &theirs.mode),
            ("links", &seen.links, &theirs.links),
            ("owner", &seen.owner, &theirs.owner),
            ("size", &seen.size, &theirs.size),
            ("modified", &seen.modified, &theirs.modified),
            ("fraction", &seen.fraction, &theirs.fraction),
            ("device", &seen.device, &theirs.device),
            ("content", &seen.content, &theirs.content),
        ] {
            // The kernel gives every symbolic link mode 777, whatever is recorded.
            let no_mode = fact == "mode" && seen.kind == "symbolic link";
            if !no_mode && !reference.is_empty() && !reader.is_empty() && reference != reader {
                let (reference, reader) = (reference.clone(), reader.clone());
                found.push(Difference { path: path.clone(), fact, reference, reader });
            }
        }
    }
    found
}

/// The differences in a line: how many of which fact, `2 missing, 1 size`; empty when there is none.
#[must_use]
pub fn summary(differences: &[Difference]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for difference in differences {
        let count = counts.entry(difference.fact).or_default();
        *count = count.saturating_add(1);
    }
    let mut line = String::new();
    for (fact, count) in counts {
        let comma = if line.is_empty() { "" } else { ", " };
        // Writing into a string does not fail.
        let _ = write!(line, "{comma}{count} {fact}");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Seen;

    #[test]
    fn what_is_not_said_is_not_compared() {
        let file = |size: &str, mode: &str| Seen { size: size.into(), mode: mode.into(), ..Seen::default() };
        let reference = Tree::from([("a".into(), file("1", "644")), ("b".into(), file("2", "600"))]);
        let reader = Tree::from([("a".into(), file("1", "")), ("c".into(), file("2", ""))]);
        assert_eq!(summary(&differences(&reference, &reader)), "1 extra, 1 missing");
        let reader = Tree::from([("a".into(), file("3", "644")), ("b".into(), file("2", "644"))]);
        assert_eq!(summary(&differences(&reference, &reader)), "1 mode, 1 size");
        assert!(differences(&reference, &reference).is_empty());
    }
}
