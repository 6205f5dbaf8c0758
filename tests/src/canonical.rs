//! One canonical listing for trees on disk and trees in images, so that readers can be compared with the source.

use crate::output;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// What can be said of a name. A reader that cannot say a thing leaves it `None`, and it is not compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// `f`, `d`, `l`, `p`, `c`, `b`, `s`.
    pub kind: Option<String>,
    /// Permission bits, octal.
    pub mode: Option<String>,
    /// `uid:gid`.
    pub owner: Option<String>,
    /// Whole seconds since 1970.
    pub modified: Option<i64>,
    /// Bytes of a regular file.
    pub size: Option<u64>,
    /// SHA-256 of a regular file.
    pub digest: Option<String>,
    /// Target of a symbolic link.
    pub link: Option<String>,
    /// Names of a regular file.
    pub links: Option<u64>,
}

/// Facts by path, without leading slash; the root is left out.
pub type Tree = BTreeMap<String, Facts>;

/// Which facts a reader gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sees {
    /// All.
    Everything,
    /// Names, kinds and contents; no owners, modes, times or links.
    Contents,
}

/// The tree below `folder`, as find(1) and sha256sum(1) see it.
///
/// # Panics
/// When they fail.
pub fn on_disk(folder: &Path, sees: Sees) -> Tree {
    let format = r"%P\0%y\0%m\0%U:%G\0%T@\0%s\0%l\0%n\0";
    let found = output(Command::new("find").arg(".").args(["-printf", format]).current_dir(folder));
    assert!(found.status.success(), "{found:?}");
    let text = String::from_utf8(found.stdout).expect("names of test trees are UTF-8");
    let mut tree = Tree::new();
    let fields: Vec<&str> = text.split('\0').collect();
    for fields in fields.chunks_exact(8).filter(|fields| !fields[0].is_empty()) {
        let file = fields[1] == "f";
        let everything = sees == Sees::Everything;
        let facts = Facts {
            kind: Some(fields[1].into()),
            // A symbolic link's own mode is always 777 on Linux and may be anything in an image.
            mode: (everything && fields[1] != "l").then(|| fields[2].into()),
            owner: everything.then(|| fields[3].into()),
            modified: everything.then(|| fields[4].split('.').next().and_then(|s| s.parse().ok())).flatten(),
            size: if file { fields[5].parse().ok() } else { None },
            digest: None,
            link: (fields[1] == "l").then(|| fields[6].into()),
            links: if file && everything { fields[7].parse().ok() } else { None },
        };
        tree.insert(fields[0].into(), facts);
    }
    let script = "find . -type f -print0 | xargs -0 -r sha256sum -z";
    let sums = output(Command::new("bash").args(["-c", script]).current_dir(folder));
    for line in String::from_utf8(sums.stdout).expect("names are UTF-8").split('\0') {
        if let Some((digest, path)) = line.split_once("  ./") {
            tree.get_mut(path).expect("find saw it too").digest = Some(digest.into());
        }
    }
    tree
}

/// Says what differs between `source` and what `reader` saw; empty when nothing does. Facts that either side does not
/// have are not compared; names always are.
pub fn differences(source: &Tree, reader: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for path in source.keys().filter(|path| !reader.contains_key(*path)) {
        found.push(format!("{path}: not seen"));
    }
    for (path, seen) in reader {
        let Some(facts) = source.get(path) else {
            found.push(format!("{path}: not in the source"));
            continue;
        };
        let mut compare = |what: &str, ours: Option<String>, theirs: Option<String>| {
            if let (Some(ours), Some(theirs)) = (ours, theirs)
                && ours != theirs
            {
                found.push(format!("{path}: {what} is {theirs}, in the source {ours}"));
            }
        };
        compare("kind", facts.kind.clone(), seen.kind.clone());
        compare("mode", facts.mode.clone(), seen.mode.clone());
        compare("owner", facts.owner.clone(), seen.owner.clone());
        compare("mtime", facts.modified.map(|n| n.to_string()), seen.modified.map(|n| n.to_string()));
        compare("size", facts.size.map(|n| n.to_string()), seen.size.map(|n| n.to_string()));
        compare("digest", facts.digest.clone(), seen.digest.clone());
        compare("link", facts.link.clone(), seen.link.clone());
        compare("links", facts.links.map(|n| n.to_string()), seen.links.map(|n| n.to_string()));
    }
    found
}
