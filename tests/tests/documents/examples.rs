//! The examples of README and of the manual pages, run exactly as they are printed: those of one text one after the other,
//! in a directory that is empty at first, with nothing added. A word on standard error is a failure, as is a status that the
//! programs of the example are not known to end with.

use crate::root;
use isokit_tests::{peer, shell_as_is};
use std::path::Path;

/// A page's examples, without roff's escapes.
fn of_page(page: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(page).expect("the page is there");
    let plain = text.replace("\\-", "-").replace("\\&", "").replace("\\(aq", "'").replace("\\e", "\\");
    let blocks = plain.split("\n.EX\n").skip(1);
    blocks.map(|block| block.split("\n.EE").next().unwrap_or_default().to_owned()).collect()
}

/// README's indented blocks.
fn of_readme(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match line.strip_prefix("    ") {
            Some(code) if inside => {
                let last: &mut String = blocks.last_mut().expect("because it is inside of one");
                last.push('\n');
                last.push_str(code);
            }
            Some(code) => blocks.push(code.to_owned()),
            None => {}
        }
        inside = line.starts_with("    ");
    }
    blocks
}

/// Runs them in an empty directory.
fn run(what: &str, examples: &[String]) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for example in examples {
        let ended = shell_as_is(folder.path(), example);
        let said = String::from_utf8_lossy(&ended.stderr);
        // diff(1) has found what was looked for.
        let good = if example.contains("diff <(") { 1 } else { 0 };
        assert_eq!(ended.status.code(), Some(good), "{what}:\n{example}\n{said}");
        assert_eq!(said, "", "{what}:\n{example}");
    }
}

fn has_programs() -> bool {
    ["curl", "make", "file", "jq"].into_iter().all(|program| peer(program).is_some())
}

#[test]
fn every_example_of_every_page_works() {
    if !has_programs() {
        return;
    }
    let pages = std::fs::read_dir(root().join("man")).expect("there are pages");
    let mut pages: Vec<_> = pages.map(|page| page.expect("readable").path()).collect();
    // Tools' pages are made from these.
    pages.retain(|page| page.extension().is_some_and(|kind| ["in", "7"].iter().any(|known| kind == *known)));
    assert!(pages.len() >= 6, "{pages:?}");
    for page in pages {
        let examples = of_page(&page);
        assert!(!examples.is_empty(), "{} has no examples", page.display());
        run(&page.display().to_string(), &examples);
    }
}

#[test]
fn every_example_of_readme_works() {
    if !has_programs() {
        return;
    }
    let text = std::fs::read_to_string(root().join("README.md")).expect("there is a README");
    // Those that build this source tree would wait for the build that runs this; a drawing is no example.
    let (others, examples): (Vec<String>, Vec<String>) =
        of_readme(&text).into_iter().partition(|block| block.contains("cargo ") || block.contains("-->"));
    assert!(examples.len() > 10, "{examples:?}");
    assert!(others.len() <= 6, "these are not run: {others:?}");
    run("README.md", &examples);
}
