//! The trees of an image, as other programs list and extract them.

use super::report::{Entry, Report};
use crate::run::bash;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Command;

/// Bytes that tell where a boot file lies and what follows from it: LBA and checksum of the boot information table, and what GRUB
/// has of it.
const PLACES: [(u64, usize); 3] = [(12, 4), (20, 4), (2548, 8)];

/// Standard output, and standard error where `both`, of a program of which the status tells nothing.
pub(super) fn told(program: &str, arguments: &[&str], both: bool) -> Result<String, String> {
    let mut command = Command::new(program);
    command.args(arguments).env("LC_ALL", "C").env("TZ", "UTC");
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    if both {
        text.push_str(&String::from_utf8_lossy(&output.stderr));
    }
    Ok(text)
}

/// What xorriso lists: modes, owners, links, sizes, dates and what links lead to, by their names; a line for each path. The boot
/// catalog has the time at which it was made.
pub(super) fn attributes(
    image: &str,
    catalog: Option<&str>,
) -> Result<BTreeMap<&'static str, String>, String> {
    let listing = told("xorriso", &["-no_rc", "-indev", image, "-find", "/", "-exec", "lsdl", "--"], false)?;
    let mut lines: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in listing.lines() {
        let Some((facts, path)) = line.split_once(" '") else { continue };
        lines.push((path, facts.split_whitespace().collect()));
    }
    lines.sort_unstable();
    let mut all: BTreeMap<&'static str, String> = BTreeMap::new();
    for (path, facts) in lines {
        let [mode, links, user, group, size, month, day, year] = facts[..] else {
            return Err(format!("xorriso lists {facts:?} of {path}"));
        };
        // Of today are only what the case did not give a date.
        let date = if year.contains(':') { "of today".to_owned() } else { format!("{year} {month} {day}") };
        let mut put = |what, value: &str| {
            all.entry(what).or_default().push_str(&format!("{value} {path}\n"));
        };
        put("tree: modes", mode);
        put("tree: links", links);
        put("tree: owners", &format!("{user}:{group}"));
        put("tree: sizes", size);
        if catalog.is_none_or(|catalog| path.trim_end_matches('\'') != catalog) {
            put("tree: dates", &date);
        }
    }
    Ok(all)
}

/// Digests of what xorriso extracts, and of boot images and EFI system partitions, without what follows from where they lie.
pub(super) fn contents(image: &str, report: &Report, scratch: &Path) -> Result<String, String> {
    let (tree, lone) = (scratch.join("extracted"), scratch.join("lone"));
    let shown = (tree.display(), lone.display());
    bash(&format!("rm -rf '{0}' '{1}'; mkdir '{0}' '{1}'", shown.0, shown.1), scratch)?;
    let out = tree.display().to_string();
    told("xorriso", &["-no_rc", "-osirrox", "on", "-indev", image, "-extract", "/", &out], false)?;
    bash(&format!("chmod -R u+rwX '{out}'"), scratch)?;
    if let Some(path) = &report.catalog_path {
        // It is what the report tells of.
        let _ = std::fs::remove_file(tree.join(path.trim_start_matches('/')));
    }
    let io = |error: std::io::Error| format!("{image}: {error}");
    for (number, entry) in &report.entries {
        match &entry.path {
            Some(path) => clear(&tree.join(path.trim_start_matches('/')), entry).map_err(io)?,
            None => {
                let file = lone.join(format!("boot image {number}"));
                cut(image, (entry.at, entry.blocks), &file).map_err(io)?;
                clear(&file, entry).map_err(io)?;
            }
        }
    }
    for (name, partition) in report.partitions.iter().filter(|(_, partition)| partition.is_efi) {
        let blocks = partition.end.saturating_sub(partition.start);
        cut(image, (partition.start, blocks), &lone.join(name)).map_err(io)?;
    }
    let script = "find extracted lone -type f -print0 | sort -z | xargs -0 -r sha256sum";
    let output = Command::new("bash").args(["-c", script]).current_dir(scratch).output().map_err(io)?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Writes blocks of 512 bytes of an image, as far as there are any, to a file.
fn cut(image: &str, (at, blocks): (u64, u64), file: &Path) -> std::io::Result<()> {
    let mut source = File::open(image)?;
    source.seek(SeekFrom::Start(at.saturating_mul(512)))?;
    std::io::copy(&mut source.take(blocks.saturating_mul(512)), &mut File::create(file)?).map(|_| ())
}

/// Clears in a boot image what tells of its place.
fn clear(file: &Path, entry: &Entry) -> std::io::Result<()> {
    let mut file = match File::options().read(true).write(true).open(file) {
        // A remaster may have removed it.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    let is_patched = |(at, _): &&(u64, usize)| match at {
        2548 => entry.patches.contains("grub2-boot-info"),
        _ => entry.patches.contains("boot-info-table"),
    };
    for (at, length) in PLACES.iter().filter(is_patched) {
        file.seek(SeekFrom::Start(*at))?;
        file.write_all(&vec![0; *length])?;
    }
    Ok(())
}
