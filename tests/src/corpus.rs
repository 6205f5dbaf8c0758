//! The Linux kernel's listings of the corpus, and ours, in the form of the witnesses.

use isokit_core::error::Result;
use isokit_core::source::{Memory, Source};
use isokit_core::tree::content::Content;
use isokit_core::tree::walk::{Descend, Visitor, walk};
use isokit_core::tree::{Entry, Kind, Tree};
use isokit_witness::{Seen, kind_of};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What is seen of each path. Paths are bytes here: those of the corpus are in every character set.
pub type ByPath = BTreeMap<Vec<u8>, Seen>;

/// What a walk over a whole tree finds.
#[derive(Debug, Default)]
pub struct Found {
    /// Every path, hidden ones too.
    pub paths: ByPath,
    /// Paths that ask not to be shown.
    pub hidden: BTreeSet<Vec<u8>>,
    /// Messages about what could not be read.
    pub failures: Vec<String>,
}

/// What a walk through `tree` on `source` finds.
///
/// # Panics
/// When the root cannot be read.
pub fn listed(source: &dyn Source, tree: &dyn Tree) -> Found {
    let mut lister = Lister { source, found: Found::default() };
    let root = tree.root().expect("a root that can be read");
    walk(tree, &root, b"", &mut lister).expect("a lister returns no error");
    lister.found
}

struct Lister<'a> {
    source: &'a dyn Source,
    found: Found,
}

impl Visitor for Lister<'_> {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        self.found.paths.insert(path.to_vec(), seen(self.source, entry));
        if entry.hidden {
            self.found.hidden.insert(path.to_vec());
        }
        Ok(Descend::Into)
    }

    fn failure(&mut self, path: &[u8], error: isokit_core::Error) -> Result<()> {
        self.found.failures.push(format!("{}: {error}", path.escape_ascii()));
        Ok(())
    }
}

fn seen(source: &dyn Source, entry: &Entry) -> Seen {
    let content = match entry.kind {
        Kind::File => digest(source, entry),
        Kind::Symlink => String::from_utf8_lossy(&entry.link).into_owned(),
        _ => String::new(),
    };
    let posix = entry.posix.unwrap_or_default();
    let (major, minor) = posix.device.unwrap_or_default();
    Seen {
        mode: entry.posix.map_or(String::new(), |posix| format!("{:o}", posix.mode & 0o7777)),
        kind: kind_of(entry.kind.letter()).into(),
        links: posix.links.to_string(),
        owner: format!("{}:{}", posix.uid, posix.gid),
        size: entry.size.to_string(),
        modified: entry.times.modified.map_or(String::new(), |time| time.seconds.to_string()),
        fraction: String::new(),
        device: format!("{major:x},{minor:x}"),
        content,
    }
}

fn digest(source: &dyn Source, entry: &Entry) -> String {
    let mut sha = Sha256::new();
    let copied = Content::open(source, entry).and_then(|mut content| {
        content.copy(0..u64::MAX, &mut |bytes| {
            sha.update(bytes);
            Ok(())
        })
    });
    match copied {
        Ok(()) => sha.finalize().iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a string takes all");
            text
        }),
        Err(error) => format!("ERR {error}"),
    }
}

/// Kind and permission bits of a mode as ls(1) prints it.
fn parsed(mode: &str) -> (&'static str, String) {
    let mut letters = mode.chars();
    let kind = kind_of(letters.next().unwrap_or('-'));
    let mut bits = 0_u32;
    for (place, letter) in letters.take(9).enumerate() {
        let (bit, special) = (0o400 >> place, [0o4000, 0o2000, 0o1000][place / 3]);
        bits |= match letter {
            '-' => 0,
            's' | 't' => special | bit,
            'S' | 'T' => special,
            _ => bit,
        };
    }
    (kind, format!("{bits:o}"))
}

/// An image whose listing differs from the kernel's: its name, in how many facts, and why.
pub type Explained = (&'static str, usize, &'static str);

/// Holds every image of the corpus that the kernel listed, in a file whose name ends in `end`, against that listing by
/// `compare`, which says what differs.
///
/// # Panics
/// When an image differs in more or fewer facts than are `explained`.
pub fn assert_listed(
    end: &str,
    explained: &[Explained],
    compare: impl Fn(&dyn Source, &ByPath) -> Vec<String>,
) {
    let Some(corpus) = crate::corpus() else { return };
    let expectations = corpus.join("EXPECTED");
    let found = listings(&expectations, end);
    assert!(found.len() > 100, "the corpus has more listings than {}", found.len());
    let mut report = Vec::new();
    for listing in &found {
        let name = listing.strip_prefix(&expectations).expect("it was found there").to_string_lossy();
        let name = name.replace(end, "");
        // A few listings are of images that the corpus names but does not carry.
        let Ok(image) = std::fs::read(corpus.join(&name)) else { continue };
        let differences = compare(&Memory(image), &expected(listing));
        let explained = explained.iter().find(|(image, ..)| *image == name).map_or(0, |(_, count, _)| *count);
        if differences.len() != explained {
            let list = differences.join("\n    ");
            report.push(format!(
                "{name}: {} differences, {explained} explained\n    {list}",
                differences.len()
            ));
        }
    }
    assert!(report.is_empty(), "{} images differ:\n{}", report.len(), report.join("\n"));
}

/// The kernel's listing: absolute path to facts.
fn expected(path: &Path) -> ByPath {
    let bytes = std::fs::read(path).expect("a listing of the corpus");
    let mut lines = ByPath::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let mut parts = line.splitn(3, |byte| *byte == b'\t');
        let (Some(facts), Some(content), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let facts = String::from_utf8_lossy(facts).into_owned();
        let facts: Vec<&str> = facts.split(' ').collect();
        let [mode, links, owner, size, modified, device] = facts[..] else { continue };
        let (kind, mode) = parsed(mode);
        let content = String::from_utf8_lossy(content).into_owned();
        let content = content.strip_prefix("-> ").unwrap_or(&content);
        let seen = Seen {
            mode,
            kind: kind.into(),
            links: links.into(),
            owner: owner.into(),
            size: size.into(),
            modified: modified.into(),
            fraction: String::new(),
            device: device.into(),
            content: if content == "-" { String::new() } else { content.into() },
        };
        lines.insert(name.strip_prefix(b".").unwrap_or(name).to_vec(), seen);
    }
    lines
}

/// The kernel's listings below `folder` whose names end in `end`, in order.
fn listings(folder: &Path, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of the corpus") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                pending.push(path);
            } else if path.to_string_lossy().ends_with(end) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_of_ls_are_kinds_and_bits() {
        for (mode, kind, bits) in [
            ("-rw-r--r--", "regular file", "644"),
            ("drwxrwxrwt", "directory", "1777"),
            ("-rwsr-Sr-T", "regular file", "7744"),
            ("l---------", "symbolic link", "0"),
        ] {
            assert_eq!(parsed(mode), (kind, bits.to_owned()), "{mode}");
        }
    }
}
