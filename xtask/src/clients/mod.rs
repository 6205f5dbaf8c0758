//! Whether isomk stands in for mkisofs, genisoimage and xorriso: the command lines of real callers, each run by the program that it
//! was written for and by isomk, and what other programs find in the two images.
//!
//! The cases lie outside of this repository, in the folder `ISOKIT_CLIENTS`: `run.sh` makes the images. Each kind of difference needs a
//! sentence in `doc/formats/clients.tsv`, and so does each fault that `isols --check` finds in an image of isomk.

mod blocks;
mod explained;
mod facts;
mod report;
mod tree;

use crate::Outcome;
use crate::run::{bash, complain, installed, required, root, say, target};
use explained::{Explained, Finding};
use facts::Facts;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What reads the images.
const WITNESSES: [&str; 5] = ["xorriso", "isoinfo", "sfdisk", "sgdisk", "sha256sum"];

/// The names that isomk has in place of others.
const NAMES: [&str; 4] = ["xorriso", "xorrisofs", "mkisofs", "genisoimage"];

/// Columns of the names.
const INDENT: usize = 28;

/// Makes every case, or those that are named, and prints the table.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let Some(cases) = std::env::var_os("ISOKIT_CLIENTS").map(PathBuf::from) else {
        say("SKIPPED: the command lines of callers are in no folder ISOKIT_CLIENTS");
        return Ok(());
    };
    if let Some(lacking) = WITNESSES.iter().find(|program| !installed(program)) {
        say(&format!("SKIPPED: no {lacking} here (cargo xtask peers --install)"));
        return if required() { Err(format!("no {lacking}")) } else { Ok(()) };
    }
    bash("cargo build --quiet --release -p isomk -p isols", &root())?;
    let folder = target().join("clients");
    let names = names(&cases, arguments)?;
    make(&cases, &folder, &names)?;
    let mut explained = Explained::read(&root().join("doc/formats/clients.tsv"))?;
    let (mut equal, mut problems) = (0_usize, Vec::new());
    for name in &names {
        let findings = compared(name, &folder)?;
        let (kinds, unexplained) = explained.kinds(name, &findings);
        equal = equal.saturating_add(usize::from(findings.is_empty()));
        row(name, &kinds).iter().for_each(|line| say(line));
        problems.extend(unexplained);
    }
    if arguments.is_empty() {
        problems.extend(explained.unused());
    }
    say(&format!("{} cases: {equal} equal, the others differ: {}", names.len(), folder.display()));
    match problems.len() {
        0 => Ok(()),
        count => Err(format!("{count} problems:\n{}", problems.join("\n"))),
    }
}

/// What the table has of a case, in lines of 80 columns.
fn row(name: &str, kinds: &[String]) -> Vec<String> {
    let mut lines = vec![format!("{name:<INDENT$}{}", if kinds.is_empty() { "equal" } else { "" })];
    for (n, kind) in kinds.iter().enumerate() {
        let end = if n.saturating_add(1) < kinds.len() { ", " } else { "" };
        let is_full = lines.last().is_some_and(|line| {
            line.len() > INDENT
                && line.len().saturating_add(kind.len()).saturating_add(end.trim_end().len()) > 80
        });
        if is_full {
            lines.push(" ".repeat(INDENT));
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(&format!("{kind}{end}"));
        }
    }
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

/// The names of the cases: those of the folder that begin as one that is wanted does.
fn names(cases: &Path, wanted: &[String]) -> Result<Vec<String>, String> {
    let entries = std::fs::read_dir(cases).map_err(|error| format!("{}: {error}", cases.display()))?;
    let all = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let is_case = |name: &String| name.starts_with(|first: char| first.is_ascii_digit());
    let is_wanted = |name: &String| wanted.is_empty() || wanted.iter().any(|start| name.starts_with(start));
    let mut names: Vec<String> = all.filter(is_case).filter(is_wanted).collect();
    names.sort_unstable();
    if names.is_empty() { Err(format!("no such case in {}", cases.display())) } else { Ok(names) }
}

/// Makes the images, in `peer` and `ours`, at once.
fn make(cases: &Path, folder: &Path, names: &[String]) -> Outcome {
    let tools = folder.join("tools");
    std::fs::create_dir_all(&tools).map_err(|error| format!("{}: {error}", tools.display()))?;
    let isomk = target().join("release/isomk");
    for name in NAMES {
        bash(&format!("ln -sfn '{}' '{name}'", isomk.display()), &tools)?;
    }
    let start = |side: &str, more: &[&str]| {
        let mut command = Command::new("bash");
        command.arg(cases.join("run.sh")).arg("-w").arg(folder.join(side)).args(more).args(names);
        command.env_remove("SOURCE_DATE_EPOCH").stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().map_err(|error| format!("run.sh: {error}"))
    };
    let tools = tools.display().to_string();
    let makers = [("peer", start("peer", &[])?), ("isomk", start("ours", &["-t", &tools])?)];
    for (name, maker) in makers {
        let output = maker.wait_with_output().map_err(|error| format!("run.sh: {error}"))?;
        if !output.status.success() {
            let told = String::from_utf8_lossy(&output.stdout);
            told.lines().filter(|line| line.contains("FAILED")).for_each(complain);
            return Err(format!("not all images could be made by {name}"));
        }
    }
    Ok(())
}

/// What differs between the two images of a case, and what is wrong with ours. The values lie in `CASE.differences`.
fn compared(name: &str, folder: &Path) -> Result<Vec<Finding>, String> {
    let of =
        |side: &str| Facts::of(&folder.join(side).join(name)).map_err(|error| format!("{name}: {error}"));
    let (peer, ours) = (of("peer")?, of("ours")?);
    let findings = peer.against(&ours);
    let told: Vec<String> = findings.iter().map(ToString::to_string).collect();
    let file = folder.join(format!("{name}.differences"));
    std::fs::write(&file, told.concat()).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(findings)
}
