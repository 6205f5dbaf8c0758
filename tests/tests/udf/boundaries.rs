//! Trees made at random around every boundary: contents, links and directories that just fit into a file entry or a block,
//! and just do not. Each volume is checked structure by structure.

use isokit_core::bridge;
use isokit_core::fill::{Contents, Deviation, Layout, Observer, Opened, stream_to};
use isokit_core::iso9660;
use isokit_core::tree::build::{Added, Build, File, FileId, NameId};
use isokit_core::tree::{Kind, Time};
use isokit_core::udf::plan::{Options, Revision, plan};
use isokit_tests::fsck;
use std::io::{self, Read, Seek};
use std::os::fd::AsFd;

/// Numbers that look random and are always the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }

    /// Around what fits into an entry or a block of either size.
    fn length(&mut self) -> usize {
        let around = [0, 216, 256, 296, 336, 512, 1024, 1792, 1832, 1872, 2048, 4096];
        (around[self.below(around.len())] + self.below(5)).saturating_sub(2)
    }
}

type Tree = Build<Vec<u8>>;

struct Open;

impl Contents<Vec<u8>> for Open {
    fn open<'c>(&'c self, origin: &'c Vec<u8>) -> io::Result<Opened<'c>> {
        Ok(Opened::Bytes(origin))
    }
}

impl Observer for Open {
    fn deviates(&self, _: isokit_core::tree::build::ContentId, how: Deviation) {
        panic!("{how:?}");
    }
}

fn name(dice: &mut Dice, n: usize) -> String {
    let lengths = [1, 2, 3, 8, 100, 125, 126, 127, 200, 250];
    let filler = ["n", "é", "€"][dice.below(3)];
    let length = lengths[dice.below(lengths.len())];
    let mut name = format!("{n}-");
    while name.len() + filler.len() <= length.max(name.len()) {
        name.push_str(filler);
    }
    name
}

fn file(dice: &mut Dice, tree: &mut Tree) -> FileId {
    const TIME: Time = Time { seconds: 1_700_000_000, nanoseconds: 1000 };
    let described = |kind| File::new(kind, 0o644, TIME);
    let target: Vec<u8>;
    let described = match dice.below(12) {
        0..7 => {
            let bytes = vec![b'x'; dice.length()];
            let size = u64::try_from(bytes.len()).expect("small");
            let content = (size > 0).then(|| tree.add_content(size, bytes).expect("room"));
            File { content, ..described(Kind::File) }
        }
        7 | 8 => {
            // Four bytes a component, one for its width, then its characters.
            let length = dice.length().max(6);
            let parts = length.div_ceil(250);
            let part = "t".repeat((length / parts).saturating_sub(5).max(1));
            target = vec![part; parts].join("/").into_bytes();
            File { link: &target, ..described(Kind::Symlink) }
        }
        9 => File { device: (8, 1), ..described(Kind::BlockDevice) },
        10 => described(Kind::Fifo),
        _ => File { device: (5, 0), ..described(Kind::CharacterDevice) },
    };
    tree.add_file(&described).expect("room")
}

fn tree(dice: &mut Dice) -> Tree {
    let directory = File::new(Kind::Directory, 0o755, Time::default());
    let mut tree = Build::new(&directory).expect("a root");
    let mut directories: Vec<NameId> = vec![Tree::ROOT];
    let mut files = Vec::new();
    for n in 0..dice.below(150) {
        let parent = directories[dice.below(directories.len())];
        let id = match dice.below(8) {
            0 => tree.add_file(&directory).expect("room"),
            1 if !files.is_empty() => files[dice.below(files.len())],
            _ => {
                let id = file(dice, &mut tree);
                files.push(id);
                id
            }
        };
        let name = name(dice, n);
        match tree.add_name(parent, name.as_bytes(), id) {
            Ok(Added::New(name)) if tree.kind(name) == Kind::Directory => directories.push(name),
            Ok(_) => {}
            Err(error) => panic!("{name}: {error}"),
        }
    }
    tree
}

#[track_caller]
fn in_order<L: Layout<Origin = Vec<u8>>>(plan: &L, what: &str) {
    let mut file = tempfile::tempfile().expect("a temporary file");
    stream_to(plan, &Open, &Open, 0, file.as_fd()).expect("the disk has room");
    let mut image = Vec::new();
    file.rewind().and_then(|()| file.read_to_end(&mut image)).expect("what was written can be read");
    assert_eq!(u64::try_from(image.len()), Ok(plan.size()), "{what}");
    let problems = fsck::check(&image).problems;
    assert!(problems.is_empty(), "{what}: {problems:#?}");
}

#[test]
fn whatever_the_tree_the_volume_is_in_order() {
    for seed in 0..40 {
        let mut dice = Dice(seed);
        let tree = tree(&mut dice);
        let revision = Revision::ALL[dice.below(5)];
        let options = Options {
            revision,
            block_size: [512, 2048][dice.below(2)],
            embed: dice.below(2) == 0,
            specials: dice.below(4) > 0,
            multiple: [1, 16, 32][dice.below(3)],
            ..Options::default()
        };
        in_order(&plan(&tree, &options).expect("a good plan"), &format!("seed {seed}: {options:?}"));
        let udf = Options { block_size: 2048, embed: false, ..options };
        let iso9660 = iso9660::plan::Options::default();
        let both = bridge::plan(&tree, &iso9660, &udf).expect("a good plan");
        in_order(&both, &format!("seed {seed}, beside ISO 9660: {udf:?}"));
    }
}

#[test]
fn trees_with_nothing_and_with_one_deep_path() {
    let directory = File::new(Kind::Directory, 0o755, Time::default());
    let mut tree: Tree = Build::new(&directory).expect("a root");
    for revision in Revision::ALL {
        let options = Options { revision, ..Options::default() };
        in_order(&plan(&tree, &options).expect("a good plan"), "empty");
    }
    let mut at = Tree::ROOT;
    for _ in 0..3000 {
        let id = tree.add_file(&directory).expect("room");
        let Ok(Added::New(name)) = tree.add_name(at, b"d", id) else { panic!("a new name") };
        at = name;
    }
    let options = Options::default();
    in_order(&plan(&tree, &options).expect("a good plan"), "deep");
}
