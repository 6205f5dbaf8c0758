//! Sources to read a disc over, and what a walk finds as text.

use crate::disc::Disc;
use crate::lookups::assert_lookups_are_scans;
use crate::sources::over_sources;
use isokit_core::source::{Memory, Source};
use isokit_core::tree::content::Content;
use isokit_core::tree::walk::{Descend, Visitor, walk};
use isokit_core::tree::{Entry, Kind, Tree};
use isokit_core::udf::Image;
use isokit_core::{Error, Result};

struct Lines<'a> {
    source: &'a dyn Source,
    lines: Vec<String>,
}

impl Visitor for Lines<'_> {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        self.lines.push(line(self.source, &String::from_utf8_lossy(path), entry));
        Ok(Descend::Into)
    }

    fn failure(&mut self, path: &[u8], error: Error) -> Result<()> {
        self.lines.push(format!("! {}: {error}", path.escape_ascii()));
        Ok(())
    }
}

/// One entry in words; of a file its content.
pub(crate) fn line(source: &dyn Source, path: &str, entry: &Entry) -> String {
    let hidden = if entry.hidden { " hidden" } else { "" };
    match entry.kind {
        Kind::File => format!("- {path} {}{hidden}", content(source, entry)),
        Kind::Symlink => format!("l {path} -> {}", entry.link.escape_ascii()),
        Kind::Directory => format!("d {path}{hidden}"),
        kind => format!("{} {path} {:?}", kind.letter(), entry.posix.and_then(|posix| posix.device)),
    }
}

/// The content of a file, runs of one byte counted.
fn content(source: &dyn Source, entry: &Entry) -> String {
    let mut bytes = Vec::new();
    let copied = Content::open(source, entry).and_then(|mut content| {
        content.copy(0..u64::MAX, &mut |chunk| {
            bytes.extend_from_slice(chunk);
            Ok(())
        })
    });
    if let Err(error) = copied {
        return format!("ERROR {error}");
    }
    let runs = bytes.chunk_by(|one, other| one == other).map(|run| match run {
        [byte] => byte.escape_ascii().to_string(),
        [byte, ..] => format!("{}*{}", byte.escape_ascii(), run.len()),
        [] => String::new(),
    });
    runs.collect::<Vec<_>>().join(",")
}

/// Every path with its content, every failure, and then every finding as `? `.
pub(crate) fn list(source: &dyn Source) -> Vec<String> {
    let image = match Image::open(source) {
        Ok(image) => image,
        Err(error) => return vec![format!("!! {error}")],
    };
    let root = match image.tree().root() {
        Ok(root) => root,
        Err(error) => return vec![format!("!! {error}")],
    };
    let mut lines = Lines { source: image.source(), lines: Vec::new() };
    walk(image.tree(), &root, b"", &mut lines).expect("lines take everything");
    lines.lines.extend(image.take_findings().iter().map(|finding| format!("? {finding}")));
    lines.lines
}

/// The same of `bytes`, whatever kind of source gives them.
pub(crate) fn listed(bytes: &[u8]) -> Vec<String> {
    let lines = list(&Memory(bytes));
    over_sources(bytes, |source| assert_eq!(list(source), lines));
    lines
}

/// Asserts what is listed, over every kind of source, and that names are found as they are listed.
pub(crate) fn assert_lists(disc: &Disc, want: &[&str]) {
    over_sources(&disc.bytes, |source| assert_eq!(list(source), want));
    let memory = Memory(&disc.bytes);
    assert_lookups_are_scans(Image::open(&memory).expect("a volume").tree());
}
