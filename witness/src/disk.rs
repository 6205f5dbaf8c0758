//! A folder on disk, as find(1), stat(1) and sha256sum(1) see it: what images made of it are compared with.

use crate::{Reading, Seen, Tree, digests, kind_of, run};
use std::path::Path;
use std::process::Command;

/// The tree below `folder`. Links of directories and modes of symbolic links are not said: what stands on disk for them
/// has no meaning in an image.
///
/// # Errors
/// When a program it needs is not installed.
pub fn reading(folder: &Path) -> Reading {
    let format = r"%P\0%y\0%m\0%U:%G\0%T@\0%s\0%l\0%n\0";
    let found = run(Command::new("find").arg(".").args(["-printf", format]).current_dir(folder))?;
    let text = String::from_utf8_lossy(&found.stdout).into_owned();
    let fields: Vec<&str> = text.split('\0').collect();
    let mut tree = Tree::new();
    for fields in fields.chunks_exact(8) {
        let [path, kind, mode, owner, time, size, link, links] = fields else { continue };
        if path.is_empty() {
            continue;
        }
        let (seconds, fraction) = time.split_once('.').unwrap_or((time, ""));
        // find says -5.9 as -6 and 0.1: the whole seconds before and a fraction after.
        let seen = Seen {
            kind: kind_of(kind.chars().next().unwrap_or_default()).into(),
            mode: if *kind == "l" { String::new() } else { (*mode).into() },
            owner: (*owner).into(),
            modified: seconds.into(),
            fraction: fraction.chars().chain("000000000".chars()).take(9).collect(),
            size: if *kind == "f" { (*size).into() } else { String::new() },
            content: if *kind == "l" { (*link).into() } else { String::new() },
            links: if *kind == "f" { (*links).into() } else { String::new() },
            device: device(folder, path, kind)?,
        };
        tree.insert((*path).to_owned(), seen);
    }
    for (path, digest) in digests(folder)? {
        if let Some(seen) = tree.get_mut(&path) {
            seen.content = digest;
        }
    }
    Ok(tree)
}

/// Major and minor number of a device, hexadecimal; empty for all else.
fn device(folder: &Path, path: &str, kind: &str) -> Result<String, String> {
    if !matches!(kind, "b" | "c") {
        return Ok(String::new());
    }
    let output = run(Command::new("stat").args(["-c", "%t,%T"]).arg(folder.join(path)))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
