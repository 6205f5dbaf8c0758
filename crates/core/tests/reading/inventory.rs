//! Trees collected.

use crate::support::{Builder, ROOT, record};
use isokit_core::Error;
use isokit_core::iso9660::{Image, Options};
use isokit_core::source::Memory;
use isokit_core::tree::inventory::{Collected, Collector, Inventory, Keep, Same};
use isokit_core::tree::resolve::{Follow, Found, resolve};
use isokit_core::tree::{Entry, Kind};

/// `/A/B/F`, `/A/G`, `/H`, and `/BAD`, which is not there.
fn image() -> Builder {
    let mut image = Builder::new(30, 2048);
    let directory = |name: &[u8], block| record(name, block, 2048, 2, b"");
    image.directory(ROOT, b"", &[directory(b"A", 21), directory(b"BAD", 100), record(b"H;1", 24, 5, 0, b"")]);
    image.directory(21, b"", &[directory(b"B", 22), record(b"G;1", 26, 5, 0, b"")]);
    image.directory(22, b"", &[record(b"F;1", 25, 5, 0, b"")]);
    image
}

/// What was met and what was not, and which files are wanted.
struct Wanting(fn(&[u8]) -> bool, Vec<String>);

impl Collector for Wanting {
    fn meet(&mut self, path: &[u8], entry: &Entry) -> bool {
        self.1.push(String::from_utf8_lossy(path).into_owned());
        (self.0)(path) && entry.kind == Kind::File
    }

    fn unreadable(&mut self, path: &[u8], _: Error) {
        self.1.push(format!("!{}", String::from_utf8_lossy(path)));
    }
}

fn paths(inventory: &Inventory) -> Vec<String> {
    let mut path = Vec::new();
    let all = 0..inventory.len();
    all.map(|place| {
        inventory.path(place, &mut path);
        String::from_utf8_lossy(&path).into_owned()
    })
    .collect()
}

fn collect(found: &[&[u8]], wanting: &mut Wanting) -> Collected {
    let bytes = image().bytes;
    let memory = Memory(&bytes);
    let image = Image::open(&memory, &Options::default()).expect("the image opens");
    let find = |path: &&[u8]| resolve(image.tree(), path, Follow::OnTheWay).expect("it is there");
    let found: Vec<Found> = found.iter().map(find).collect();
    let mut collected = Collected::new(Keep::All);
    collected.collect(image.tree(), found, wanting).expect("few entries");
    collected
}

#[test]
fn all_that_is_below_is_met_once_and_the_root_is_no_entry() {
    let mut wanting = Wanting(|_| true, Vec::new());
    let collected = collect(&[b"/"], &mut wanting);
    assert_eq!(wanting.1, ["", "/A", "/A/B", "/A/B/F", "/A/G", "/BAD", "!/BAD", "/H"]);
    assert_eq!(paths(&collected.in_tree_order(Same::File)), ["BAD", "H", "A", "A/B", "A/B/F", "A/G"]);
}

#[test]
fn what_lies_within_another_is_not_collected_again() {
    let mut wanting = Wanting(|_| true, Vec::new());
    let collected = collect(&[b"/H", b"/A/B/F", b"/A/B", b"/A/G", b"/A/B"], &mut wanting);
    assert_eq!(wanting.1, ["/A/B", "/A/B/F", "/A/G", "/H"]);
    assert_eq!(paths(&collected.in_tree_order(Same::File)), ["H", "A/B", "A/B/F", "A/G"]);
}

#[test]
fn files_that_are_not_wanted_leave_the_paths_of_others_alone() {
    let mut wanting = Wanting(|path| path.ends_with(b"/G"), Vec::new());
    let collected = collect(&[b"/"], &mut wanting);
    assert_eq!(paths(&collected.in_disc_order(Same::Content)), ["A/G"]);
}
