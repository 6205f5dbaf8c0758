//! Looking a name up gives what all entries of the directory give.

use isokit_core::Result;
use isokit_core::tree::walk::{Descend, Visitor, walk};
use isokit_core::tree::{Cursor, Detail, Entry, Kind, Tree};

/// Names of one directory that are looked up: of more, some.
const MOST: usize = 200;

/// A tree in which names are looked up by all entries.
#[derive(Debug)]
struct Scanned<'t>(&'t dyn Tree);

impl Tree for Scanned<'_> {
    fn root(&self) -> Result<Entry> {
        self.0.root()
    }

    fn open<'c>(&'c self, directory: &Entry, detail: Detail) -> Result<Box<dyn Cursor + 'c>> {
        self.0.open(directory, detail)
    }
}

/// All directories, with the names that are met in them.
struct Directories(Vec<(Entry, Vec<Vec<u8>>)>, Vec<Vec<u8>>);

impl Visitor for Directories {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        if entry.kind == Kind::Directory {
            self.0.push((entry.clone(), Vec::new()));
            self.1.push(path.to_vec());
        }
        self.name(path);
        Ok(Descend::Into)
    }

    fn failure(&mut self, path: &[u8], _: isokit_core::Error) -> Result<()> {
        self.name(path);
        Ok(())
    }
}

impl Directories {
    fn name(&mut self, path: &[u8]) {
        let slash = path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
        let (above, name) = path.split_at(slash);
        if let Some(place) = self.1.iter().position(|path| path == above) {
            self.0[place].1.push(name.strip_prefix(b"/").unwrap_or(name).to_vec());
        }
    }
}

/// Looks up every name in every directory of `tree`, and some that are not there, three times: the first time nothing is
/// remembered, the third time all that may be. Gives how many were found.
pub(crate) fn assert_lookups_are_scans(tree: &dyn Tree) -> usize {
    let Ok(root) = tree.root() else { return 0 };
    let mut all = Directories(vec![(root.clone(), Vec::new())], vec![Vec::new()]);
    walk(tree, &root, b"", &mut all).expect("this visitor takes everything");
    let shown = |found: Result<Option<Entry>>| found.map_err(|error| error.to_string());
    let mut there = 0;
    for (directory, mut names) in all.0 {
        let strange = names.iter().flat_map(|name| [[name, &b"x"[..]].concat(), name.to_ascii_lowercase()]);
        let strange: Vec<_> = strange.chain([b"".to_vec(), b".".to_vec()]).collect();
        names.extend(strange);
        let names: Vec<_> = names.iter().step_by(names.len() / MOST + 1).collect();
        let scanned = |name: &&Vec<u8>| shown(Scanned(tree).lookup(&directory, name));
        let wanted: Vec<_> = names.iter().map(scanned).collect();
        for (name, want) in names.iter().zip(&wanted).cycle().take(3 * names.len()) {
            let got = shown(tree.lookup(&directory, name));
            assert_eq!(got, *want, "{} in {}", name.escape_ascii(), directory.name.escape_ascii());
            there += usize::from(got.is_ok_and(|found| found.is_some()));
        }
    }
    there
}
