//! A file system of which this crate knows nothing: it is looked for like the others, through the public interface.

use crate::support::{Builder, record};
use isokit_core::error::Result;
use isokit_core::finding::Finding;
use isokit_core::image::{Format, Image, Names, Options, TreeKind, Volume};
use isokit_core::source::{Memory, Source};
use isokit_core::tree::walk::each;
use isokit_core::tree::{Cursor, Detail, Entry, Extent, Kind, Tree};

/// Four letters at the start, and one file: the letter behind.
const TOY: Format = Format {
    trees: &[TREE],
    recognize: |source| {
        let mut start = [0; 4];
        Ok((source.read_some(0, &mut start)? == 4 && start == *b"TOY!").then_some("a toy"))
    },
    open: |source, options, found| match (TOY.recognize)(source)? {
        Some(_) => Image::join(found, Toy(source), options),
        None => found,
    },
};

const TREE: TreeKind = TreeKind { word: "toy", is_unicode: true, records: "the toy" };

#[derive(Debug)]
struct Toy<'s>(&'s dyn Source);

impl Tree for Toy<'_> {
    fn root(&self) -> Result<Entry> {
        Ok(Entry { kind: Kind::Directory, ..Entry::default() })
    }

    fn open<'t>(&'t self, _: &Entry, _: Detail) -> Result<Box<dyn Cursor + 't>> {
        Ok(Box::new(File(true)))
    }
}

struct File(bool);

impl Cursor for File {
    fn next(&mut self, entry: &mut Entry) -> Result<bool> {
        let extents = vec![Extent::recorded(4, 1)];
        *entry = Entry { name: b"letter".into(), size: 1, extents, ..Entry::default() };
        Ok(std::mem::take(&mut self.0))
    }
}

impl Volume for Toy<'_> {
    fn tree(&self) -> &dyn Tree {
        self
    }

    fn kind(&self) -> TreeKind {
        TREE
    }

    fn source(&self) -> &dyn Source {
        self.0
    }

    fn end(&self) -> u64 {
        5
    }

    fn take_findings(&self) -> Vec<Finding> {
        Vec::new()
    }
}

/// What is shown of `bytes` where the tree `names` is wanted, why, and all of its names.
fn shown(bytes: &[u8], names: &str) -> Result<String, String> {
    let names = Names::parse(names, &[TOY]).map_err(|error| error.to_string())?;
    let options = Options { names, further: &[TOY], ..Options::default() };
    let memory = Memory(bytes);
    let image = Image::open(&memory, &options).map_err(|error| error.to_string())?;
    let mut said = format!("{}: {};", image.shown().word, image.reason());
    each(image.tree(), |path, entry| {
        said += &format!(" {} {}", String::from_utf8_lossy(path), entry.size);
        Ok(())
    })
    .map_err(|error| error.to_string())?;
    let trees: Vec<&str> = image.trees().iter().map(|tree| tree.word).collect();
    let withheld = image.withheld().map(|damage| damage.to_string());
    Ok(withheld.fold(format!("{said} of {}", trees.join(", ")), |said, damage| format!("{said}! {damage}")))
}

#[test]
fn a_file_system_of_another_crate_is_looked_for_behind_the_others() {
    let alone = b"TOY!x";
    assert_eq!(shown(alone, "auto").expect("a toy"), "toy: it is the only one; /letter 1 of toy");
    assert_eq!(shown(alone, "toy").expect("a toy"), "toy: it was asked for; /letter 1 of toy");
    assert_eq!(shown(alone, "rr").expect_err("a toy"), "tree: the image has no such tree");
    let unknown = shown(alone, "ext4").expect_err("no tree");
    assert_eq!(unknown, "ext4: not a tree: auto, rr, joliet, iso, 1999, udf or toy");
    let known = "ext4".parse::<Names>().expect_err("no tree").to_string();
    assert_eq!(known, "ext4: not a tree: auto, rr, joliet, iso, 1999 or udf");
}

#[test]
fn a_file_system_of_another_crate_stands_beside_the_others() {
    let mut image = Builder::new(24, 2048);
    image.directory(20, b"", &[record(b"FILE.;1", 21, 5, 0, b"")]);
    let without = shown(&image.bytes, "toy").expect_err("no toy");
    assert_eq!(without, "tree: the image has no such tree");
    image.bytes[..5].copy_from_slice(b"TOY!x");
    let auto = shown(&image.bytes, "auto").expect("ISO 9660");
    assert_eq!(auto, "iso: it is the richest tree of the volume; /FILE 5 of iso, toy");
    let toy = shown(&image.bytes, "toy").expect("a toy");
    assert_eq!(toy, "toy: it was asked for; /letter 1 of iso, toy");
    // Bytes of a logical block: 4096.
    image.bytes[16 * 2048 + 128..][..4].copy_from_slice(&[0, 16, 16, 0]);
    let damaged = shown(&image.bytes, "auto").expect("a toy");
    let said = "toy: it is the only one that can be read; /letter 1 of toy! another volume is damaged; the toy tree is shown: \
                byte 0x8000 (sector 16): volume descriptor: logical block size is 4096, expected 2048, 1024 or 512";
    assert_eq!(damaged, said);
}
