//! The tree: what goes where. Unpacked into `/usr/local` or `~/.local`, everything is where shells and man(1) look.

use super::licences;
use crate::Outcome;
use crate::dist::build::Build;
use crate::run::{TOOLS, root, target};
use std::fs;
use std::path::Path;

/// Puts everything into `tree`, which is made anew.
pub(super) fn make(tree: &Path, build: &Build) -> Outcome {
    let _ = fs::remove_dir_all(tree);
    let completions = target().join("completions");
    for tool in TOOLS {
        put(&build.programs().join(tool), tree, "bin", tool)?;
        for (made, folder, name) in [
            (format!("{tool}.bash"), "share/bash-completion/completions", tool.to_owned()),
            (format!("_{tool}"), "share/zsh/site-functions", format!("_{tool}")),
            (format!("{tool}.fish"), "share/fish/vendor_completions.d", format!("{tool}.fish")),
        ] {
            put(&completions.join(made), tree, folder, &name)?;
        }
    }
    for page in files(&root().join("man"))? {
        let section = page.rsplit_once('.').map_or("", |(_, section)| section);
        if matches!(section, "1" | "5" | "7") {
            put(&root().join("man").join(&page), tree, &format!("share/man/man{section}"), &page)?;
        }
    }
    for name in ["README.md", "CHANGELOG.md", "SHORTCOMINGS.md", "LICENSE-MIT", "LICENSE-APACHE"] {
        put(&root().join(name), tree, "share/doc/isokit", name)?;
    }
    for schema in files(&root().join("doc/json"))? {
        put(&root().join("doc/json").join(&schema), tree, "share/doc/isokit/json", &schema)?;
    }
    let text = licences::text()?;
    let file = tree.join("share/doc/isokit/LICENSES-OF-DEPENDENCIES");
    fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))
}

/// Copies `file` into `folder` of `tree` as `name`.
fn put(file: &Path, tree: &Path, folder: &str, name: &str) -> Outcome {
    let folder = tree.join(folder);
    let copied = fs::create_dir_all(&folder).and_then(|()| fs::copy(file, folder.join(name)));
    copied.map(drop).map_err(|error| format!("{}: {error}", file.display()))
}

/// Names of the files in `folder`, sorted.
fn files(folder: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let files = entries.flatten().filter(|entry| entry.path().is_file());
    let mut names: Vec<String> = files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    Ok(names)
}
