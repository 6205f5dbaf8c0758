//! The tables of clauses in `doc/formats` name symbols and tests that exist.

use crate::root;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What the sources define, the words in them, and the paths of their files.
#[derive(Default)]
struct Sources {
    names: BTreeSet<String>,
    words: BTreeSet<String>,
    files: Vec<String>,
}

impl Sources {
    fn read() -> Self {
        let mut sources = Self::default();
        let mut pending: Vec<PathBuf> =
            ["crates", "tests", "witness", "xtask"].map(|folder| root().join(folder)).into();
        while let Some(folder) = pending.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder of the sources").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    pending.push(path);
                } else if path.extension().is_some_and(|end| end == "rs") {
                    sources.file(&path);
                }
            }
        }
        sources
    }

    fn file(&mut self, path: &Path) {
        let text = std::fs::read_to_string(path).expect("a source is text");
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let defines = ["fn", "struct", "enum", "mod", "const", "trait", "type"];
        let pairs = words.windows(2).filter(|pair| pair.first().is_some_and(|word| defines.contains(word)));
        self.names.extend(pairs.filter_map(|pair| Some(pair.last()?.to_string())));
        self.words.extend(words.into_iter().map(str::to_owned));
        if let Some(stem) = path.file_stem() {
            self.names.insert(stem.to_string_lossy().into_owned());
        }
        self.files.push(path.to_string_lossy().into_owned());
    }

    /// Whether `token`, which a table has between backquotes, is a file of the sources, a path of names, or no symbol.
    fn have(&self, token: &str) -> bool {
        if token.ends_with(".rs") || token.ends_with('/') || token.ends_with(".map") {
            let there = root().join(token).exists() || root().join("crates/core/tests").join(token).exists();
            return there || self.files.iter().any(|file| file.contains(&format!("/{token}")));
        }
        let has_file = |end: &str| self.files.iter().any(|file| file.ends_with(end));
        let legal = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '/');
        if !token.chars().all(legal) {
            return true;
        }
        if token.contains('/') {
            // A module of tests, without its end.
            return has_file(&format!("/{token}.rs"));
        }
        // What comes behind a type may be a field or a variant, which no keyword announces.
        let (first, rest) = token.split_once("::").unwrap_or((token, ""));
        let is_suite = root().join("tests/tests").join(first).exists();
        let module = rest.split("::").next().unwrap_or_default();
        if is_suite && !module.is_empty() && !root().join("crates/core/src").join(first).exists() {
            return has_file(&format!("/tests/tests/{first}/{module}.rs"));
        }
        let rest = rest.split("::").filter(|name| !name.is_empty());
        self.names.contains(first) && rest.into_iter().all(|name| self.words.contains(name))
    }
}

#[test]
fn tables_of_clauses_name_what_exists() {
    let sources = Sources::read();
    let (mut rows, mut missing) = (0, Vec::new());
    for entry in std::fs::read_dir(root().join("doc/formats")).expect("the formats").flatten() {
        if entry.path().extension().is_none_or(|end| end != "md") {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).expect("a document is text");
        let tables = text.split("\n\n").filter(|part| {
            let head = part.lines().next().unwrap_or_default();
            head.starts_with("| clause") && head.contains("| test")
        });
        for row in tables.flat_map(|table| table.lines().skip(2)) {
            rows += 1;
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let [_, clause, _, symbol, test, ..] = cells[..] else { panic!("{row}: fewer than four cells") };
            let tokens = [symbol, test].into_iter().flat_map(|cell| cell.split('`').skip(1).step_by(2));
            let wrong = tokens.filter(|token| !sources.have(token));
            let name = entry.file_name();
            missing.extend(wrong.map(|token| format!("{}: {clause}: {token}", name.display())));
        }
    }
    assert!(rows > 100, "only {rows} rows were found");
    assert!(missing.is_empty(), "{} do not exist:\n{}", missing.len(), missing.join("\n"));
}
