//! What `doc/adding.md` says of what a new thing touches is true of the things that exist.

use crate::{names, quoted, read, root};
use isokit_core::image::Names;
use std::path::Path;

/// What exists of the kind that a heading names; nothing where no list of it can be made.
fn existing(kind: &str) -> Vec<String> {
    let stem = |name: String| name.split('.').next().map(str::to_owned).unwrap_or_default();
    match kind {
        "A tool" | "An option" => names("crates").into_iter().filter(|name| is_tool(name)).collect(),
        "A library crate" => names("crates").into_iter().filter(|name| !is_tool(name)).collect(),
        "A member of the JSON output" => names("doc/json").into_iter().map(stem).collect(),
        "A check" => between(&read("crates/core/src/check/fault.rs"), "=> \"", "\","),
        "A file system" => {
            let table = between(&read("crates/core/src/image/formats/mod.rs"), "= &[", "];");
            table.iter().flat_map(|rows| rows.split(", ")).map(|row| row.replace("::FORMAT", "")).collect()
        }
        "A container" => {
            let document = read("doc/formats/containers.md");
            let rows = document.lines().filter(|line| line.starts_with("| ")).skip(1);
            rows.filter_map(|row| Some(row.split('|').nth(1)?.trim().to_owned())).collect()
        }
        "A peer" => peers(),
        "A suite of tests" => {
            // A folder without files is what git leaves of a suite that was moved.
            let is_suite = |name: &String| !names(&format!("tests/tests/{name}")).is_empty();
            names("tests/tests").into_iter().filter(is_suite).collect()
        }
        "A golden text" => Vec::new(),
        other => panic!("doc/adding.md: {other}: this test does not know what exists of it"),
    }
}

fn is_tool(name: &str) -> bool {
    root().join("crates").join(name).join("src/main.rs").exists()
}

/// The programs that `cargo xtask peers` installs.
fn peers() -> Vec<String> {
    let text: String = read("xtask/src/peers.rs").split_whitespace().collect();
    between(&text, "Peer(\"", "\",")
}

/// What stands between each `start` and the next `end`.
fn between(text: &str, start: &str, end: &str) -> Vec<String> {
    text.split(start).skip(1).filter_map(|rest| Some(rest.split_once(end)?.0.to_owned())).collect()
}

/// Whether `word` stands in a file, or in one of a folder, by itself.
fn has(path: &Path, word: &str) -> bool {
    if path.is_dir() {
        let mut entries = std::fs::read_dir(path).expect("a folder of the sources").flatten();
        return entries.any(|entry| has(&entry.path(), word));
    }
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (text[..at].chars().next_back(), text[at + word.len()..].chars().next());
        !before.is_some_and(inside) && !after.is_some_and(inside)
    })
}

/// The items of a list, each with the lines it goes on for.
fn items(section: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for line in section.lines() {
        if line.starts_with("- ") {
            items.push(line.to_owned());
        } else if let (Some(item), Some(more)) = (items.last_mut(), line.strip_prefix("  ")) {
            item.push(' ');
            item.push_str(more);
        }
    }
    items
}

/// What is not as an item says: paths that do not exist or that do not name what exists, and words that are in none of them.
fn wrong(item: &str, existing: &[String]) -> Vec<String> {
    let (paths, rest) = item.split_once(": ").unwrap_or((item, ""));
    let mut wrong = Vec::new();
    let mut places = Vec::new();
    for path in quoted(paths) {
        let named = existing.iter().map(|name| (name, root().join(path.replace("NAME", name))));
        for (name, place) in named {
            if !place.exists() {
                wrong.push(format!("{} does not exist", place.display()));
            } else if !path.contains("NAME") && !has(&place, name) && !has(&place, &name.to_uppercase()) {
                wrong.push(format!("{path} does not name {name}"));
            }
            places.push(place);
        }
        if !path.contains("NAME") {
            places.push(root().join(path));
        }
    }
    let is_word = |word: &&str| word.chars().all(|c| c.is_alphanumeric() || c == '_') && *word != "NAME";
    let words = quoted(rest).filter(is_word);
    wrong.extend(
        words
            .filter(|word| !places.iter().any(|place| has(place, word)))
            .map(|word| format!("{paths} has no {word}")),
    );
    wrong
}

#[test]
fn what_exists_is_where_the_page_says() {
    let page = read("doc/adding.md");
    let mut all = Vec::new();
    for section in page.split("\n## ").skip(1) {
        let (kind, text) = section.split_once('\n').expect("a heading and its section");
        let existing = existing(kind);
        assert!(existing.len() > 1 || kind == "A golden text", "{kind}: {existing:?}");
        let items = items(text);
        assert!(!items.is_empty(), "{kind} has no list");
        all.extend(
            items.iter().flat_map(|item| wrong(item, &existing)).map(|wrong| format!("{kind}: {wrong}")),
        );
    }
    assert!(all.is_empty(), "{} of doc/adding.md:\n{}", all.len(), all.join("\n"));
}

#[test]
fn the_help_of_names_has_the_word_of_every_tree() {
    let error = "?".parse::<Names>().expect_err("not a word").to_string();
    let words = error.strip_prefix("?: not a tree: auto").expect("the words");
    let help = format!("auto (most complete){words}\n");
    assert!(read("crates/cli/src/flags/mod.rs").contains(&help), "{help}");
}

#[test]
fn every_program_that_a_test_asks_for_is_installed() {
    let listed = peers();
    let mut pending =
        vec![root().join("tests"), root().join("crates"), root().join("man"), root().join("witness")];
    let mut asked = 0;
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(
                std::fs::read_dir(path).expect("a folder of the sources").flatten().map(|e| e.path()),
            );
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path).expect("a source is text");
            for program in between(&text, concat!("peer", "(\""), "\")") {
                asked += 1;
                assert!(
                    listed.contains(&program),
                    "{}: {program} is not in xtask/src/peers.rs",
                    path.display()
                );
            }
        }
    }
    assert!(asked > 50, "{asked} were found");
}

#[test]
fn tests_of_several_tools_are_in_a_suite() {
    // A file beside the suites would be a program by itself, to be linked with everything.
    let files: Vec<String> = names("tests/tests").into_iter().filter(|name| name.contains('.')).collect();
    assert!(files.is_empty(), "these belong into a suite: {files:?}");
}
