//! C libraries that read UDF and have no program for it, called from Python: libudf, which is libcdio's (its iso-info 2.1
//! takes `-U` and lists the ISO 9660 tree), and libudfread, VideoLAN's for Blu-ray discs.

use crate::{Reading, Seen, Tree, run};
use std::path::Path;
use std::process::Command;

const SCRIPT: &str = include_str!("libraries.py");

/// The tree as `library` (`libudf`, `libudfread`) sees it.
///
/// # Errors
/// The library's last words when it opens nothing, and when it crashes.
pub fn reading(library: &str, image: &Path) -> Reading {
    let mut command = Command::new("timeout");
    let output = run(command.args(["60", "python3", "-c", SCRIPT, library]).arg(image))?;
    if output.status.code().is_none_or(|code| code >= 124) {
        return Err("crashes".into());
    }
    let mut tree = Tree::new();
    for record in String::from_utf8_lossy(&output.stdout).split('\0') {
        let fields: Vec<&str> = record.splitn(5, '\t').collect();
        if let [kind, size, modified, digest, path] = fields[..] {
            let kind = if kind == "d" { "directory" } else { "regular file" };
            let seen = Seen {
                kind: kind.into(),
                size: size.into(),
                modified: modified.into(),
                content: digest.into(),
                ..Seen::default()
            };
            tree.insert(path.to_owned(), seen);
        }
    }
    if tree.is_empty() && !output.status.success() {
        return Err(crate::last_words(&output));
    }
    Ok(tree)
}
