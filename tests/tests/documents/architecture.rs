//! The map in ARCHITECTURE.md has all that exists and nothing else.

use crate::{names, read, root};
use std::collections::BTreeSet;

/// The indented lines of the block that follows the line which ends so.
fn block<'t>(text: &'t str, end: &str) -> Vec<&'t str> {
    let lines = text.lines().skip_while(|line| !line.ends_with(end)).skip(1);
    let lines = lines.skip_while(|line| line.is_empty());
    lines.map_while(|line| line.strip_prefix("    ")).collect()
}

#[test]
fn the_modules_of_the_core_are_those_of_its_source() {
    let text = read("ARCHITECTURE.md");
    let words = block(&text, "Within the core:").into_iter().flat_map(|line| line.split("  "));
    // Names stand apart by two blanks; what is said of them has blanks inside.
    let is_name = |word: &&str| !word.is_empty() && word.chars().all(char::is_alphanumeric);
    let mapped: BTreeSet<&str> = words.map(str::trim).filter(is_name).collect();
    let source = read("crates/core/src/lib.rs");
    let modules = source.lines().filter_map(|line| {
        line.trim_start_matches("pub ")
            .trim_start_matches("pub(crate) ")
            .strip_prefix("mod ")?
            .strip_suffix(';')
    });
    assert_eq!(mapped, modules.collect());
}

#[test]
fn every_folder_is_on_the_map() {
    let text = read("ARCHITECTURE.md");
    let map = block(&text, "Everything else is a tool around one of these two.").join("\n");
    let words: BTreeSet<&str> = map.split(|c: char| c.is_whitespace() || c == ',').collect();
    let crates = names("crates").into_iter().map(|name| format!("crates/{name}"));
    let folders = names("").into_iter().filter(|name| root().join(name).is_dir());
    let folders = folders.filter(|name| !name.starts_with('.') && name != "target" && name != "crates");
    let missing: Vec<String> = crates.chain(folders).filter(|name| !words.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "ARCHITECTURE.md does not say what these are: {missing:?}");
}
