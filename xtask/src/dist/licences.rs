//! The licences of everything that is linked into the programs, which ask for their texts to go with them.

use crate::run::{TOOLS, root};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every package that a tool is linked with, and under them each text that applies, once.
pub(super) fn text() -> Result<String, String> {
    let packages = packages()?;
    let linked = linked()?;
    let mut texts = BTreeMap::<String, BTreeSet<String>>::new();
    let mut text = String::from("The isokit programs contain the following packages.\n\n");
    for package in packages.iter().filter(|package| linked.contains(&package.name)) {
        text.push_str(&format!("{}: {}\n", package.name, package.licence));
        for file in licence_files(&package.folder) {
            let words =
                std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            texts.entry(words.trim().to_owned()).or_default().insert(package.name.clone());
        }
    }
    for (words, names) in texts {
        let names: Vec<String> = names.into_iter().collect();
        text.push_str(&format!("\n{}\n{}\n\n{words}\n", "=".repeat(78), names.join(", ")));
    }
    Ok(text)
}

struct Package {
    /// As in the lock file.
    name: String,
    licence: String,
    folder: PathBuf,
}

/// Every package that the lock file names and that is not ours, sorted.
fn packages() -> Result<Vec<Package>, String> {
    let said = cargo(&["metadata", "--locked", "--format-version", "1"])?;
    let known: Value = serde_json::from_str(&said).map_err(|error| format!("cargo metadata: {error}"))?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = known["packages"].as_array().into_iter().flatten();
    let mut packages: Vec<Package> = all
        .filter(|package| !package["source"].is_null())
        .map(|package| Package {
            name: format!("{} {}", text(&package["name"]), text(&package["version"])),
            licence: text(&package["license"]),
            folder: Path::new(&text(&package["manifest_path"]))
                .parent()
                .map(Path::to_owned)
                .unwrap_or_default(),
        })
        .collect();
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(packages)
}

/// Name and version of every package that is in a program.
fn linked() -> Result<BTreeSet<String>, String> {
    let mut arguments =
        vec!["tree", "--locked", "--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"];
    for tool in TOOLS {
        arguments.extend(["--package", tool]);
    }
    // `name v1.2.3 (where it is)`
    let said = cargo(&arguments)?;
    let name = |line: &str| {
        let mut words = line.split(' ');
        Some(format!("{} {}", words.next()?, words.next()?.trim_start_matches('v')))
    };
    Ok(said.lines().filter_map(name).collect())
}

/// The texts that a package brings, those of C sources it contains included.
fn licence_files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut pending) = (Vec::new(), vec![(folder.to_owned(), 0)]);
    while let Some((next, depth)) = pending.pop() {
        for entry in std::fs::read_dir(next).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().to_ascii_uppercase();
            let is_text = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"];
            if entry.path().is_dir() {
                // liblzma-sys/xz, zstd-sys/zstd and their like.
                if depth < 1 {
                    pending.push((entry.path(), depth + 1));
                }
            } else if is_text.iter().any(|start| name.starts_with(start)) {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

fn cargo(arguments: &[&str]) -> Result<String, String> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let said = cargo.args(arguments).current_dir(root()).output();
    let said = said.map_err(|error| format!("cargo {arguments:?}: {error}"))?;
    if !said.status.success() {
        return Err(format!("cargo {arguments:?}: {}", String::from_utf8_lossy(&said.stderr)));
    }
    String::from_utf8(said.stdout).map_err(|error| format!("cargo {arguments:?}: {error}"))
}
