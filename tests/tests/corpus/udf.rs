//! Every UDF image of the corpus, read here and by the Linux kernel: the same entries with the same facts and the same
//! bytes, or a reason why not.

use isokit_core::error::Result;
use isokit_core::source::{Memory, Source};
use isokit_core::tree::walk::{Descend, Visitor, walk};
use isokit_core::tree::{Detail, Entry, Kind, Posix, Tree};
use isokit_core::udf::Image;
use isokit_tests::corpus::{ByPath, Explained, Found, assert_listed, listed};
use isokit_witness::Seen;
use std::collections::BTreeMap;

/// Images whose listing differs from the kernel's: in how many facts, and why.
const EXPLAINED: &[Explained] = &[
    ("made/pycdlib-01-rr112-joliet3-udf260.iso", 1, "the kernel gives every symbolic link mode 777"),
    ("made/pycdlib-02-udf260-iso.iso", 1, "as in pycdlib-01"),
];

/// Entries in a listing of the corpus, at the most.
const CUT: usize = 2000;

#[test]
fn every_image_is_listed_as_the_kernel_lists_it() {
    assert_listed(".linux-udf.tsv", EXPLAINED, compare);
}

/// What differs between the kernel's listing and ours.
fn compare(source: &dyn Source, theirs: &ByPath) -> Vec<String> {
    let image = match Image::open(source) {
        Ok(image) => image,
        Err(error) => return vec![format!("not opened: {error}")],
    };
    let found = listed(source, image.tree());
    let mut differences = by_name(image.tree(), &found);
    let Found { paths: ours, hidden, failures } = found;
    differences.extend(failures);
    for (path, seen) in &ours {
        let shown = path.escape_ascii();
        match theirs.get(path) {
            Some(theirs) => facts(&shown.to_string(), seen, theirs, &mut differences),
            // The kernel does not show hidden files unless it is mounted so.
            None if hidden.contains(path) || theirs.len() >= CUT => {}
            None => differences.push(format!("{shown}: only here")),
        }
    }
    let missing = theirs.keys().filter(|path| !path.is_empty() && !ours.contains_key(*path));
    differences.extend(missing.map(|path| format!("{}: only in the kernel", path.escape_ascii())));
    differences
}

/// What differs when only the names are read: nothing, in an image whose writer knew what it did.
fn by_name(tree: &dyn Tree, all: &Found) -> Vec<String> {
    let mut names = ByName(BTreeMap::new());
    walk(tree, &tree.root().expect("a root"), b"", &mut names).expect("every name can be read");
    let said = |(path, seen): (&Vec<u8>, &Seen)| {
        (path.clone(), (seen.kind == "directory", all.hidden.contains(path)))
    };
    let all: BTreeMap<_, _> = all.paths.iter().map(said).collect();
    if names.0 == all { Vec::new() } else { vec![format!("by name {:?}, in all {all:?}", names.0)] }
}

/// Paths, whether they are directories, and whether they are hidden.
struct ByName(BTreeMap<Vec<u8>, (bool, bool)>);

impl Visitor for ByName {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        self.0.insert(path.to_vec(), (entry.kind == Kind::Directory, entry.hidden));
        Ok(Descend::Into)
    }

    fn detail(&self) -> Detail {
        Detail::Names
    }

    fn failure(&mut self, _: &[u8], error: isokit_core::Error) -> Result<()> {
        Err(error)
    }
}

fn facts(path: &str, ours: &Seen, theirs: &Seen, differences: &mut Vec<String>) {
    let mut compare = |what, ours: &str, theirs: &str| {
        if ours != theirs {
            differences.push(format!("{path}: {what} {ours}, kernel {theirs}"));
        }
    };
    // The kernel's number of an owner that was not recorded.
    let owner = ours.owner.replace(&Posix::UNSPECIFIED.to_string(), "65534");
    compare("kind", &ours.kind, &theirs.kind);
    compare("mode", &ours.mode, &theirs.mode);
    compare("links", &ours.links, &theirs.links);
    compare("owner", &owner, &theirs.owner);
    compare("device", &ours.device, &theirs.device);
    compare("size", &ours.size, &theirs.size);
    compare("modified", &ours.modified, &theirs.modified);
    compare("content", &ours.content, &theirs.content);
}

/// The streams of a file set belong to its root; mkudffs makes one for what a rewritable disc cannot allocate.
#[test]
fn system_streams_are_those_of_the_root() {
    let Some(corpus) = isokit_tests::corpus() else { return };
    let source =
        Memory(std::fs::read(corpus.join("made/mkudffs/dvdrw-2.01.udf")).expect("an image of the corpus"));
    let image = Image::open(&source).expect("a volume");
    let root = image.tree().root().expect("a root");
    let streams = image.tree().streams(&root).expect("a stream directory");
    let names: Vec<&[u8]> = streams.iter().map(|stream| stream.name.as_slice()).collect();
    assert_eq!(names, [b"*UDF Non-Allocatable Space"]);
}
