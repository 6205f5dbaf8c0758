//! 7-Zip's readers of UDF and FAT: what they list, and what they extract.

use crate::{Reading, Seen, Tree, digests, run};
use std::path::Path;
use std::process::Command;

/// The tree as 7-Zip sees it in UDF.
///
/// # Errors
/// Its sentence when it refuses the image.
pub fn reading(image: &Path) -> Reading {
    reading_as("udf", image)
}

/// The tree as 7-Zip sees it, of an image in the format that it calls `format`.
///
/// # Errors
/// As [`reading`].
pub fn reading_as(format: &str, image: &Path) -> Reading {
    let format = format!("-t{format}");
    let mut command = Command::new("timeout");
    let output = command
        .env("TZ", "UTC")
        .args(["60", "7zz", "l", "-slt", "-ba", "-sccUTF-8", &format])
        .arg(image)
        .output();
    let output = output.map_err(|error| format!("7zz: {error}"))?;
    let mut tree = Tree::new();
    let mut path = String::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Some((key, value)) = line.split_once(" = ") else { continue };
        if key == "Path" {
            path = value.to_owned();
            tree.insert(path.clone(), Seen::default());
        }
        let Some(seen) = tree.get_mut(&path) else { continue };
        match key {
            "Folder" if value == "+" => seen.kind = "directory".into(),
            "Folder" => seen.kind = "regular file".into(),
            "Size" => seen.size = value.into(),
            // Of a directory it shows what is recorded, the kernel one more.
            "Links" if seen.kind != "directory" => seen.links = value.into(),
            "Modified" => (seen.modified, seen.fraction) = time(value).unwrap_or_default(),
            _ => {}
        }
    }
    if tree.is_empty() && !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        let why = ["Unsupported feature", "Headers Error", "Unexpected end of archive", "Is not archive"];
        let why = why.iter().find(|why| said.contains(**why)).unwrap_or(&"no entries, and an error");
        return Err((*why).into());
    }
    contents(&format, image, &mut tree)?;
    Ok(tree)
}

fn contents(format: &str, image: &Path, tree: &mut Tree) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| format!("a temporary folder: {error}"))?;
    let mut command = Command::new("timeout");
    command.args(["120", "7zz", "x", "-y", "-bd", "-bso0", "-bse0", format]);
    let _ = run(command.arg(format!("-o{}", folder.path().display())).arg(image));
    for (path, digest) in digests(folder.path())? {
        // A name it changes to extract it is left without a digest.
        if let Some(seen) = tree.get_mut(&path) {
            seen.content = digest;
        }
    }
    Ok(())
}

/// Seconds and nanoseconds of `2026-11-21 03:31:36.192435`, which it shows in the local time zone: UTC is asked for.
fn time(text: &str) -> Option<(String, String)> {
    let (second, fraction) = text.split_once('.').unwrap_or((text, ""));
    let seconds = crate::ours::seconds(&format!("{}Z", second.replace(' ', "T")))?;
    Some((seconds.to_string(), format!("{fraction:0<9}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn microseconds_become_nanoseconds() {
        assert_eq!(time("2004-11-09 11:33:20.192435"), Some(("1100000000".into(), "192435000".into())));
    }
}
