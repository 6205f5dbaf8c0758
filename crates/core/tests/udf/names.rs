//! Directories read for their names only.

use crate::disc::{Disc, File, ROOT, long, name, named};
use crate::sources::over_sources;
use isokit_core::source::Source;
use isokit_core::tree::walk::{Descend, Visitor, walk};
use isokit_core::tree::{Detail, Entry, Tree};
use isokit_core::udf::Image;
use isokit_core::udf::layout::{characteristics, file_type};
use isokit_core::{Error, Result};

struct Lines(Detail, Vec<String>);

impl Visitor for Lines {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        let hidden = if entry.hidden { " hidden" } else { "" };
        self.1.push(format!("{} {}{hidden}", entry.kind.letter(), path.escape_ascii()));
        Ok(Descend::Into)
    }

    fn detail(&self) -> Detail {
        self.0
    }

    fn failure(&mut self, path: &[u8], error: Error) -> Result<()> {
        self.1.push(format!("! {}: {error}", path.escape_ascii()));
        Ok(())
    }
}

fn list(source: &dyn Source, detail: Detail) -> Vec<String> {
    let image = Image::open(source).expect("a volume");
    let mut lines = Lines(detail, Vec::new());
    walk(image.tree(), &image.tree().root().expect("a root"), b"", &mut lines)
        .expect("lines take everything");
    lines.1.extend(image.take_findings().iter().map(|finding| format!("? {finding}")));
    lines.1
}

fn assert_lists(disc: &Disc, detail: Detail, want: &[&str]) {
    over_sources(&disc.bytes, |source| assert_eq!(list(source, detail), want));
}

fn directory(text: &str, block: u32) -> Vec<u8> {
    name(text, long(2048, 0, block), characteristics::DIRECTORY)
}

#[test]
fn names_need_the_file_entries_of_directories_only() {
    let mut disc = Disc::new(2048);
    let hidden = name("hidden", long(2048, 0, 4), characteristics::HIDDEN);
    disc.directory(ROOT, &[directory("d", 2), named("damaged", 3), hidden, directory("lost", 3)]);
    disc.directory(2, &[named("link", 5)]);
    disc.file(4, &File::embedded(b"x"));
    disc.file(5, &File { kind: file_type::SYMLINK, ..File::embedded(b"\x03\0\0\0") });
    disc.block(3, b"no descriptor");
    let failure = |name: &str| {
        format!(
            "! /{name}: byte 0x97800 (sector 303): file entry: tag identifier is 28526, expected 261 or 266"
        )
    };
    let (lost, damaged) = (failure("lost"), failure("damaged"));
    assert_lists(&disc, Detail::Names, &["d /d", "- /d/link", "- /damaged", "- /hidden hidden", &lost]);
    assert_lists(&disc, Detail::All, &["d /d", "l /d/link", &damaged, "- /hidden hidden", &lost]);
}

#[test]
fn a_wrong_directory_bit_is_found_where_the_file_entry_is_read() {
    let mut disc = Disc::new(2048);
    disc.directory(ROOT, &[directory("file", 2), named("directory", 3)]);
    disc.file(2, &File::embedded(b"x"));
    disc.directory(3, &[named("inner", 2)]);
    let wrong = |at: &str| {
        format!(
            "? {at}: file identifier descriptor: the directory bit contradicts the file entry; the file entry was used"
        )
    };
    let (file, other) = (wrong("byte 0x968b0 (sector 301)"), wrong("byte 0x968dc (sector 301)"));
    assert_lists(&disc, Detail::Names, &["- /file", "- /directory", &file]);
    assert_lists(&disc, Detail::All, &["- /file", "d /directory", "- /directory/inner", &file, &other]);
}

#[test]
fn a_file_entry_behind_the_end_of_the_image_is_missed_by_name() {
    let mut disc = Disc::new(2048);
    disc.directory(ROOT, &[named("here", 2), named("gone", 150)]);
    disc.file(2, &File::embedded(b"x"));
    disc.bytes.truncate(disc.at(151) - 1000);
    let source = isokit_core::source::Memory(&disc.bytes);
    let missing = "! /gone: byte 0xe1418 (sector 450): image: ends here; 1000 more bytes are needed";
    for detail in [Detail::Names, Detail::All] {
        assert_eq!(list(&source, detail), ["- /here", missing], "{detail:?}");
    }
}
