//! The Linux kernel's listings of the corpus, and ours in the same words.

use isokit_core::error::Result;
use isokit_core::source::{Memory, Source};
use isokit_core::tree::content::Content;
use isokit_core::tree::walk::{Descend, Visitor, walk};
use isokit_core::tree::{Entry, Kind, Tree};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What is known of one path.
#[derive(Debug, PartialEq, Eq, Clone)]
pub struct Line {
    /// As ls(1) prints it.
    pub mode: String,
    /// Names.
    pub links: String,
    /// `uid:gid`.
    pub owner: String,
    /// Bytes.
    pub size: String,
    /// Whole seconds since 1970.
    pub modified: String,
    /// Device numbers in hexadecimal.
    pub device: String,
    /// SHA-256 of a file, `-> target` of a symbolic link, else `-`.
    pub content: String,
    /// It asks not to be shown; the kernel's listings do not say.
    pub hidden: bool,
}

/// What a walk through `tree` on `source` finds: every path, and what could not be read.
///
/// # Panics
/// When the root cannot be read.
pub fn listed(source: &dyn Source, tree: &dyn Tree) -> (BTreeMap<Vec<u8>, Line>, Vec<String>) {
    let mut lister = Lister { source, lines: BTreeMap::new(), failures: Vec::new() };
    let root = tree.root().expect("a root that can be read");
    walk(tree, &root, b"", &mut lister).expect("a lister returns no error");
    (lister.lines, lister.failures)
}

struct Lister<'a> {
    source: &'a dyn Source,
    lines: BTreeMap<Vec<u8>, Line>,
    failures: Vec<String>,
}

impl Visitor for Lister<'_> {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        self.lines.insert(path.to_vec(), line(self.source, entry));
        Ok(Descend::Into)
    }

    fn failure(&mut self, path: &[u8], error: isokit_core::Error) -> Result<()> {
        self.failures.push(format!("{}: {error}", path.escape_ascii()));
        Ok(())
    }
}

fn line(source: &dyn Source, entry: &Entry) -> Line {
    let content = match entry.kind {
        Kind::File => digest(source, entry),
        Kind::Symlink => format!("-> {}", String::from_utf8_lossy(&entry.link)),
        _ => "-".into(),
    };
    let posix = entry.posix.unwrap_or_default();
    let (major, minor) = posix.device.unwrap_or_default();
    Line {
        mode: entry.posix.map_or("?".into(), |posix| mode(entry.kind, posix.mode)),
        links: posix.links.to_string(),
        owner: format!("{}:{}", posix.uid, posix.gid),
        size: entry.size.to_string(),
        modified: entry.times.modified.map_or(String::new(), |time| time.seconds.to_string()),
        device: format!("{major:x},{minor:x}"),
        content,
        hidden: entry.hidden,
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

/// A mode as ls(1) and the kernel's listings print it.
fn mode(kind: Kind, mode: u32) -> String {
    let mut text = String::from(kind.letter());
    for (shift, special, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
        let bits = mode >> shift;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        text.push(match (mode & special != 0, bits & 1 != 0) {
            (false, false) => '-',
            (false, true) => 'x',
            (true, true) => letter,
            (true, false) => letter.to_ascii_uppercase(),
        });
    }
    text
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
    compare: impl Fn(&dyn Source, &BTreeMap<Vec<u8>, Line>) -> Vec<String>,
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
fn expected(path: &Path) -> BTreeMap<Vec<u8>, Line> {
    let bytes = std::fs::read(path).expect("a listing of the corpus");
    let mut lines = BTreeMap::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let mut parts = line.splitn(3, |byte| *byte == b'\t');
        let (Some(facts), Some(content), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let facts = String::from_utf8_lossy(facts).into_owned();
        let facts: Vec<&str> = facts.split(' ').collect();
        let [mode, links, owner, size, modified, device] = facts[..] else { continue };
        let line = Line {
            mode: mode.into(),
            links: links.into(),
            owner: owner.into(),
            size: size.into(),
            modified: modified.into(),
            device: device.into(),
            content: String::from_utf8_lossy(content).into_owned(),
            hidden: false,
        };
        lines.insert(name.strip_prefix(b".").unwrap_or(name).to_vec(), line);
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
