//! What is found in an image, by kind, in words that do not depend on the order of its files.

use super::blocks::Blocks;
use super::explained::Finding;
use super::report::Report;
use super::tree::{attributes, contents, told};
use crate::faults::faults;
use std::collections::BTreeMap;
use std::path::Path;

/// How much larger or smaller one of two images may be: the padding and a cluster of partitions.
const TOLERANCE: u64 = 512 << 10;

/// Beginnings of identifiers that name the program that made an image.
const PROGRAMS: [&str; 3] = ["XORRISO", "GENISOIMAGE", "MKISOFS"];

/// Parts of lines in which sgdisk tells what the order of the files happens to make.
const ACCIDENTS: [&str; 4] = [
    "free sectors",
    "segments, the largest",
    "doesn't end on a",
    "result in problems with some disk encryption",
];

pub(super) struct Facts {
    /// Bytes of the image.
    size: u64,
    /// What is found, by kind.
    found: BTreeMap<String, String>,
    /// Words of the faults that isols finds, and its lines.
    faults: BTreeMap<String, String>,
}

impl Facts {
    /// Of `out.iso` in a folder.
    pub(super) fn of(folder: &Path) -> Result<Self, String> {
        let file = folder.join("out.iso");
        let size = std::fs::metadata(&file).map_err(|error| format!("{}: {error}", file.display()))?.len();
        let image = file.display().to_string();
        let area = ["-report_el_torito", "plain", "-report_system_area", "plain"];
        let report =
            Report::read(&told("xorriso", &[&["-no_rc", "-indev", &image], &area[..]].concat(), false)?);
        let descriptor = told("isoinfo", &["-d", "-i", &image], true)?;
        let sectors = descriptor.lines().find_map(|line| line.strip_prefix("Volume size is: "));
        let volume = sectors.and_then(|text| text.trim().parse::<u64>().ok()).unwrap_or_default();
        let blocks = Blocks::of(&report, volume.saturating_mul(4), size / 512);
        let mut facts = Self { size, found: BTreeMap::new(), faults: faults(&file)? };
        facts.put("volume size", blocks.start(volume.saturating_mul(4)));
        facts.identify(&descriptor);
        facts.tell(&report, &blocks);
        facts.tables(&image, &blocks)?;
        for (kind, value) in attributes(&image, report.catalog_path.as_deref())? {
            facts.put(kind, value);
        }
        facts.put("contents", contents(&image, &report, folder)?);
        for (kind, tree) in [("plain names", &["-f"][..]), ("Joliet names", &["-J", "-f"])] {
            let listing = told("isoinfo", &[tree, &["-i", &image]].concat(), false)?;
            let mut names: Vec<&str> = listing.lines().collect();
            names.sort_unstable();
            facts.put(kind, names.join("\n"));
        }
        Ok(facts)
    }

    fn put(&mut self, kind: &str, value: String) {
        self.found.insert(kind.to_owned(), value);
    }

    /// Lines of the volume descriptors, and of the validation entry.
    fn identify(&mut self, descriptor: &str) {
        for line in descriptor.lines() {
            if let Some((label, value)) = line.split_once(" id: ") {
                let is_program = PROGRAMS.iter().any(|name| value.starts_with(name));
                self.put(
                    &format!("identifier: {label}"),
                    if is_program { "" } else { value.trim() }.to_owned(),
                );
            } else if let Some(id) = line.strip_prefix("    ID ") {
                self.put("validation entry: identifier", id.to_owned());
            } else if let Some(platform) = line.strip_prefix("    Arch ") {
                self.put("validation entry: platform", platform.to_owned());
            } else if line.starts_with("Joliet") || line.starts_with("NO Joliet") {
                self.put("Joliet", line.to_owned());
            } else if line.contains("Rock Ridge") {
                self.put("Rock Ridge", line.to_owned());
            } else if line.starts_with("Volume set") || line.starts_with("Logical block") {
                self.found.entry("volume set".into()).or_default().push_str(&format!("{line}\n"));
            }
        }
    }

    /// What xorriso reports.
    fn tell(&mut self, report: &Report, blocks: &Blocks) {
        self.put("boot catalog: path", report.catalog_path.clone().unwrap_or_default());
        for (number, entry) in &report.entries {
            self.put(&format!("boot catalog: entry {number}"), entry.words.clone());
            let path = entry.path.as_deref().unwrap_or("(no file)");
            self.put(&format!("boot catalog: image {number}"), format!("{path} {}", entry.patches));
        }
        for (name, partition) in &report.partitions {
            let (start, end) = (blocks.start(partition.start), blocks.end(partition.start, partition.end));
            self.put(name, format!("{}\nfrom {start}\nto {end}", partition.words.trim()));
        }
        for (label, line) in &report.lines {
            self.put(label, line.clone());
        }
        self.put("GPT GUIDs", report.guids.join("\n"));
    }

    /// What programs for partition tables tell, of which only places depend on the order of the files.
    fn tables(&mut self, image: &str, blocks: &Blocks) -> Result<(), String> {
        let dump = told("sfdisk", &["-d", image], true)?.replace(image, "IMAGE");
        let mut lines = Vec::new();
        for line in dump.lines() {
            let Some((label, value)) = line.split_once(':') else { continue };
            match label {
                "label-id" | "last-lba" => {}
                _ if label.starts_with("IMAGE") => lines.push(format!("{label}: {}", placed(value, blocks))),
                _ => lines.push(line.to_owned()),
            }
        }
        self.put("sfdisk", lines.join("\n"));
        let verdict = told("sgdisk", &["-v", image], true)?;
        let kept = verdict.lines().filter(|line| !ACCIDENTS.iter().any(|part| line.contains(part)));
        let text = kept.map(|line| line.trim().to_owned()).filter(|line| !line.is_empty());
        let text = text.collect::<Vec<_>>().join("\n");
        self.put("sgdisk", text.replace(|c: char| c.is_ascii_digit(), "#"));
        Ok(())
    }

    /// What another image of the same command line does not have in common with this, of a peer.
    pub(super) fn against(&self, ours: &Self) -> Vec<Finding> {
        let kinds = self.found.keys().chain(ours.found.keys().filter(|kind| !self.found.contains_key(*kind)));
        let value = |facts: &Self, kind: &String| facts.found.get(kind).cloned().unwrap_or_default();
        let mut findings: Vec<Finding> = kinds
            .map(|kind| Finding { kind: kind.clone(), peer: value(self, kind), ours: value(ours, kind) })
            .filter(|finding| finding.peer != finding.ours)
            .collect();
        for finding in &mut findings {
            if finding.kind.starts_with("identifier: ") && a_characters(&finding.ours) == finding.peer {
                "identifier: characters".clone_into(&mut finding.kind);
            }
        }
        if self.size.abs_diff(ours.size) > TOLERANCE {
            findings.push(Finding {
                kind: "size of the image".into(),
                peer: self.size.to_string(),
                ours: ours.size.to_string(),
            });
        }
        findings.extend(self.faults_against(ours));
        findings.sort_by(|one, two| one.kind.cmp(&two.kind));
        findings
    }

    /// What isols finds wrong with either.
    fn faults_against(&self, ours: &Self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for kind in
            self.faults.keys().chain(ours.faults.keys().filter(|kind| !self.faults.contains_key(*kind)))
        {
            let [peer, here] = [self, ours].map(|facts| facts.faults.get(kind).cloned().unwrap_or_default());
            let whose = match (peer.is_empty(), here.is_empty()) {
                (false, false) => "fault of both",
                (true, _) => "fault",
                (false, true) => "fault of the peer's",
            };
            findings.push(Finding { kind: format!("{whose}: {kind}"), peer, ours: here });
        }
        findings
    }
}

/// As ISO 9660 has it: capital letters, digits and some other characters (ECMA-119 A.1).
fn a_characters(text: &str) -> String {
    let character = |c: char| match c.to_ascii_uppercase() {
        c @ (' '..='"' | '%'..='?' | 'A'..='Z' | '_') => c,
        _ => '_',
    };
    text.chars().map(character).collect()
}

/// A partition of sfdisk's, with names for its places.
fn placed(value: &str, blocks: &Blocks) -> String {
    let mut start = 0_u64;
    let fields = value.split(',').map(|field| {
        let field = field.trim();
        let number = |text: &str| text.trim().parse::<u64>().ok();
        if let Some(block) = field.strip_prefix("start=").and_then(number) {
            start = block;
            return format!("start={}", blocks.start(block));
        }
        match field.strip_prefix("size=").and_then(number) {
            Some(size) => format!("end={}", blocks.end(start, start.saturating_add(size))),
            None if field.starts_with("uuid=") => "uuid".into(),
            None => field.to_owned(),
        }
    });
    fields.collect::<Vec<_>>().join(", ")
}
