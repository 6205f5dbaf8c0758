//! mtools' FAT reader: what it lists, what it copies, what it says of the volume.

use crate::{Reading, disk, last_words, run};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// A command of mtools for an image, by the clock of Greenwich and in UTF-8.
fn mtool(name: &str, image: &Path) -> Command {
    let mut command = Command::new("timeout");
    command.args(["120", name, "-i"]).arg(image).env("TZ", "UTC").env("LC_ALL", "C.UTF-8");
    command
}

/// The tree as mcopy copies it. It gives no directory its time.
///
/// # Errors
/// Its last words when it fails: also of a volume without any file.
pub fn reading(image: &Path) -> Reading {
    let folder = tempfile::tempdir().map_err(|error| format!("a temporary folder: {error}"))?;
    let copied = mtool("mcopy", image).args(["-s", "-m", "-n", "::*"]).arg(folder.path()).output();
    let copied = copied.map_err(|error| format!("mcopy: {error}"))?;
    if !copied.status.success() {
        return Err(last_words(&copied));
    }
    let mut tree = disk::reading(folder.path())?;
    for seen in tree.values_mut() {
        // FAT has neither owners nor links, and what is beyond two seconds is mcopy's.
        (seen.mode, seen.owner, seen.links, seen.fraction) = Default::default();
        if seen.kind == "directory" {
            seen.modified.clear();
        }
    }
    Ok(tree)
}

/// The paths that `mdir -/` lists, a slash behind directories.
///
/// # Errors
/// Its last words when it lists nothing: also of a volume without any file.
pub fn paths(image: &Path) -> Result<Vec<String>, String> {
    let listed = run(mtool("mdir", image).args(["-/", "-b", "::"]))?;
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    Ok(text.lines().filter_map(|line| line.strip_prefix("::/")).map(str::to_owned).collect())
}

/// Bytes that mdir says are free.
///
/// # Errors
/// Its last words when it says nothing.
pub fn free(image: &Path) -> Result<u64, String> {
    let listed = run(mtool("mdir", image).arg("::"))?;
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    let line = text.lines().find_map(|line| line.trim().strip_suffix("bytes free"));
    let digits: String = line.unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    digits.parse().map_err(|_| format!("no number of free bytes: {text}"))
}

/// What minfo says of the volume, by its words.
///
/// # Errors
/// Its last words when it says nothing.
pub fn information(image: &Path) -> Result<BTreeMap<String, String>, String> {
    let said = run(mtool("minfo", image).arg("::"))?;
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    let pairs = text.lines().filter_map(|line| line.split_once(": ").or_else(|| line.split_once('=')));
    Ok(pairs.map(|(key, value)| (key.trim().into(), value.trim().trim_matches('"').into())).collect())
}
