//! A table of image x reader: what each peer and each tree of ours sees in every ISO 9660 image of the corpus.
//!
//! The peers' columns come from the corpus's manifest and the Linux kernel's own listings; ours are made now. An image
//! on which the default tree differs from what the best witness sees needs a sentence in
//! `doc/formats/differences.tsv`; without one this chore fails.

use crate::Outcome;
use crate::run::{cargo, root, say, target};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The manifest's columns that count entries of ISO 9660 trees, best witness first.
const WITNESSES: &[&str] =
    &["linux-iso", "xorriso", "bsdtar", "isoinfo-R", "isoinfo-J", "isoinfo", "iso-info", "linux-iso-norock"];

/// The words for `--names`, in the order of the columns.
const TREES: &[&str] = &["auto", "rr", "joliet", "iso"];

/// Fails where a difference is not explained, and where `doc/formats/readers.tsv` is another table.
pub(super) fn table() -> Outcome {
    cargo(&["build", "--quiet", "--release", "-p", "isols"])?;
    let corpus = std::env::var_os("ISOKIT_CORPUS").map_or_else(|| target().join("corpus"), PathBuf::from);
    let manifest = read(&corpus.join("MANIFEST.tsv"))?;
    let explained = explanations()?;
    let mut lines = manifest.lines();
    let columns: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let mut table = format!("image\t{}\t{}\tverdict\n", TREES.join("\t"), WITNESSES.join("\t"));
    let (mut images, mut equal, mut different) = (0_u32, 0_u32, Vec::new());
    for line in lines {
        let row: BTreeMap<&str, &str> = columns.iter().copied().zip(line.split('\t')).collect();
        let path = row.get("path").copied().unwrap_or_default();
        if !WITNESSES.iter().any(|name| counted(&row, name).is_some_and(|count| count > 0)) {
            continue;
        }
        images = images.saturating_add(1);
        let ours: Vec<Result<BTreeSet<Vec<u8>>, String>> =
            TREES.iter().map(|tree| list(&corpus.join(path), tree)).collect();
        let verdict = verdict(&corpus, path, &row, ours.first());
        let verdict = match (&verdict, explained.get(path)) {
            (Ok(same), _) => {
                equal = equal.saturating_add(1);
                same.clone()
            }
            (Err(difference), Some(reason)) => format!("{difference}: {reason}"),
            (Err(difference), None) => {
                different.push(format!("{path}: {difference}"));
                difference.clone()
            }
        };
        let ours: Vec<String> = ours
            .iter()
            .map(|tree| tree.as_ref().map_or_else(Clone::clone, |names| names.len().to_string()))
            .collect();
        let theirs: Vec<&str> = WITNESSES.iter().map(|name| row.get(name).copied().unwrap_or("-")).collect();
        table.push_str(&format!("{path}\t{}\t{}\t{verdict}\n", ours.join("\t"), theirs.join("\t")));
    }
    let file = root().join("doc/formats/readers.tsv");
    let rest = images.saturating_sub(equal);
    say(&format!(
        "{images} images that a peer lists: {equal} equal, {rest} explained or different: {}",
        file.display()
    ));
    if !different.is_empty() {
        return Err(format!("not explained:\n{}", different.join("\n")));
    }
    isokit_golden::hold(&file, &table, isokit_golden::renews())
}

/// The same names as the kernel where its listing is whole; else as many entries as the best witness.
fn verdict(
    corpus: &Path,
    path: &str,
    row: &BTreeMap<&str, &str>,
    ours: Option<&Result<BTreeSet<Vec<u8>>, String>>,
) -> Result<String, String> {
    let ours = match ours {
        Some(Ok(names)) => names,
        Some(Err(problem)) => return Err(problem.clone()),
        None => return Err("not listed".into()),
    };
    let mut difference = String::new();
    for name in WITNESSES {
        let Some(count) = counted(row, name).filter(|count| *count > 0) else { continue };
        if *name == "linux-iso" && count < 2000 {
            match kernel(corpus, path) {
                Some(names) if names == *ours => return Ok("same names as Linux".into()),
                _ => {}
            }
        }
        if count == ours.len() {
            return Ok(format!("as many as {name}"));
        }
        if difference.is_empty() {
            difference = format!("{} here, {count} by {name}", ours.len());
        }
    }
    Err(difference)
}

fn counted(row: &BTreeMap<&str, &str>, name: &str) -> Option<usize> {
    row.get(name)?.parse().ok()
}

/// Every path of one of our trees.
fn list(image: &Path, tree: &str) -> Result<BTreeSet<Vec<u8>>, String> {
    let output = Command::new(target().join("release/isols"))
        .args(["-R", "-0", "-a", "--names", tree])
        .arg(image)
        .output()
        .map_err(|error| format!("isols: {error}"))?;
    if output.stdout.is_empty() && !output.status.success() {
        return Err(format!("exit {}", output.status.code().unwrap_or(-1)));
    }
    Ok(output.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty()).map(<[u8]>::to_vec).collect())
}

/// The kernel's listing of an image, as absolute paths.
fn kernel(corpus: &Path, path: &str) -> Option<BTreeSet<Vec<u8>>> {
    let text = std::fs::read(corpus.join(format!("EXPECTED/{path}.linux-iso.tsv"))).ok()?;
    let mut names = BTreeSet::new();
    for line in text.split(|byte| *byte == b'\n') {
        if let Some(name) = line.splitn(3, |byte| *byte == b'\t').nth(2) {
            let name = name.strip_prefix(b"./").unwrap_or(name);
            let name = name.strip_prefix(b"/").unwrap_or(name);
            if !name.is_empty() && name != b"." {
                names.insert([b"/", name].concat());
            }
        }
    }
    Some(names)
}

fn explanations() -> Result<BTreeMap<String, String>, String> {
    let text = read(&root().join("doc/formats/differences.tsv"))?;
    Ok(text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .map(|(path, reason)| (path.to_owned(), reason.to_owned()))
        .collect())
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
