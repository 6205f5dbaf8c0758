//! The documents name files and folders that exist.

use crate::{names, quoted, read, root};

/// The documents, by their paths.
fn documents() -> Vec<String> {
    let folders = ["", "doc", "doc/formats", "doc/decisions"];
    let inside = |folder: &'static str| {
        let name = move |name: String| if folder.is_empty() { name } else { format!("{folder}/{name}") };
        names(folder).into_iter().filter(|name| name.ends_with(".md")).map(name)
    };
    folders.into_iter().flat_map(inside).collect()
}

/// Whether `token` is a path of the workspace, written from its top or from a crate, and leads nowhere.
fn is_lost(token: &str, folders: &[String], crates: &[String]) -> bool {
    let is_path = token.chars().all(|c| c.is_alphanumeric() || "._/-".contains(c));
    let Some((first, rest)) = token.split_once('/').filter(|_| is_path && !token.contains("NAME")) else {
        return false;
    };
    let is_one_of = |all: &[String]| all.iter().any(|name| name == first);
    if is_one_of(folders) {
        return !root().join(token).exists();
    }
    // A module's file may be meant by its name alone.
    let places = ["src/", ""].map(|folder| root().join("crates").join(first).join(folder).join(rest));
    is_one_of(crates) && !places.iter().any(|place| place.exists() || place.with_extension("rs").exists())
}

#[test]
fn every_path_in_a_document_exists() {
    let top: Vec<String> =
        names("").into_iter().filter(|name| name != "target" && root().join(name).is_dir()).collect();
    let crates = names("crates");
    let mut lost = Vec::new();
    for document in documents() {
        let text = read(&document);
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let links = links.filter(|link| !link.contains("://") && !link.starts_with('#'));
        let folder = root().join(&document).parent().expect("a document is in a folder").to_owned();
        let broken = links.filter(|link| !folder.join(link.split('#').next().unwrap_or(link)).exists());
        let missing = quoted(&text).filter(|token| is_lost(token, &top, &crates));
        lost.extend(broken.chain(missing).map(|path| format!("{document}: {path}")));
    }
    assert!(lost.is_empty(), "{} paths lead nowhere:\n{}", lost.len(), lost.join("\n"));
}

#[test]
fn a_path_that_leads_nowhere_is_noticed() {
    let (folders, crates) = (["fuzz".to_owned()], ["core".to_owned()]);
    for token in ["fuzz/none", "core/none.rs", "core/tree/none"] {
        assert!(is_lost(token, &folders, &crates), "{token}");
    }
    for token in
        ["fuzz/src/lib.rs", "core/tree", "core/fields.rs", "core/tests/", "none/none", "core/*", "core"]
    {
        assert!(!is_lost(token, &folders, &crates), "{token}");
    }
}
