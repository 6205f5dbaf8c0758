//! UDF, alone and beside ISO 9660: what lies where, whatever way it is filled.

use crate::layout::{everything, golden, sha256};
use crate::tree::{
    Open, Origin, TIME, Tree, Witness, add, content, dir, file, in_place, streamed, through_a_pipe, tree,
    written,
};
use isokit_core::bridge;
use isokit_core::fill::{Contents, Layout, Opened, stream_to, write_to};
use isokit_core::iso9660;
use isokit_core::tree::build::File;
use isokit_core::tree::{Kind, Time};
use isokit_core::udf::plan::{Note, Options, Revision, plan};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicU8, Ordering};

fn alone(revision: Revision) -> Options {
    Options { revision, date: TIME, ..Options::default() }
}

fn beside(revision: Revision) -> Options {
    Options { embed: false, specials: false, ..alone(revision) }
}

#[track_caller]
fn same_in_every_way<L: Layout<Origin = Origin>>(plan: &L) -> Vec<u8> {
    let witness = Witness::default();
    let image = streamed(plan, &witness, 0);
    assert_eq!(u64::try_from(image.len()), Ok(plan.size()));
    for (way, other) in [
        ("in order, ahead", streamed(plan, &witness, 2)),
        ("in place", in_place(plan, &witness, 1)),
        ("in place by three", in_place(plan, &witness, 3)),
        ("through a pipe", through_a_pipe(plan, &witness, 2)),
        ("into memory", written(plan, &witness, 2)),
    ] {
        assert!(image == other, "{way}");
    }
    assert_eq!(*witness.deviations.lock().expect("no thread panicked"), Vec::<String>::new());
    image
}

#[test]
fn every_way_of_filling_gives_the_same_bytes() {
    let tree = everything(|_| {});
    for revision in Revision::ALL {
        for block_size in [512, 2048] {
            let options = Options { block_size, multiple: 16, pad_blocks: 3, ..alone(revision) };
            let image = same_in_every_way(&plan(&tree, &options).expect("a good plan"));
            assert!(image.len().is_multiple_of(16 * usize::try_from(block_size).expect("small")));
        }
        let iso9660 = iso9660::plan::Options { pad_sectors: 5, ..iso9660::plan::Options::default() };
        let udf = beside(revision);
        same_in_every_way(&bridge::plan(&tree, &iso9660, &udf).expect("a good plan"));
    }
}

#[test]
fn the_order_of_adding_does_not_show() {
    let (one, other) = (everything(|_| {}), everything(|order| order.reverse()));
    let options = alone(Revision::V2_50);
    let image = |tree: &Tree| streamed(&plan(tree, &options).expect("a good plan"), &Witness::default(), 0);
    assert!(image(&one) == image(&other));
}

#[test]
fn the_maps_of_a_tree_with_one_of_everything() {
    let tree = everything(|_| {});
    let udf = beside(Revision::V1_02);
    let iso9660 = iso9660::plan::Options::default();
    let bridge = bridge::plan(&tree, &iso9660, &udf).expect("a good plan").to_string();
    let options = alone(Revision::V2_50);
    let metadata = plan(&tree, &options).expect("a good plan").to_string();
    golden("bridge.map", &bridge);
    golden("metadata.map", &metadata);
}

/// A change of these digests is a change of what everybody gets for the same input: it needs a reason, and a line in the
/// changelog.
#[test]
fn the_digests_of_a_few_volumes() {
    let tree = everything(|_| {});
    let disk = Options { block_size: 512, ..alone(Revision::V2_01) };
    let digest = |name: &str, image: &[u8]| format!("{}  {name}\n", sha256(image));
    let mut digests = String::new();
    for (name, options) in [
        ("1.02", alone(Revision::V1_02)),
        ("2.01 in blocks of 512 bytes", disk),
        ("2.60", alone(Revision::V2_60)),
    ] {
        let plan = plan(&tree, &options).expect("a good plan");
        digests += &digest(name, &streamed(&plan, &Witness::default(), 0));
    }
    let (iso9660, udf) = (iso9660::plan::Options::default(), beside(Revision::V1_02));
    let both = bridge::plan(&tree, &iso9660, &udf).expect("a good plan");
    digests += &digest("1.02 beside ISO 9660", &streamed(&both, &Witness::default(), 0));
    golden("udf.digests", &digests);
}

/// Each tree has another volume set identifier, and the same tree always the same (UDF 2.2.2.5).
#[test]
fn the_volume_set_identifier_comes_of_the_names_sizes_and_times() {
    let set = |path: &str, size: usize, seconds: i64| {
        let mut tree = tree();
        let content = tree.add_content(size.try_into().expect("small"), Origin::Bytes(vec![7; size]));
        let modified = Time { seconds, nanoseconds: 0 };
        let content = Some(content.expect("room"));
        add(&mut tree, path, &File { content, ..File::new(Kind::File, 0o644, modified) });
        let options = alone(Revision::V1_02);
        let plan = plan(&tree, &options).expect("a good plan");
        let image = streamed(&plan, &Witness::default(), 0);
        // Of the first descriptor of the main sequence: a byte for the width of characters, the date, and 8 digits more.
        String::from_utf8(image[32 * 2048 + 72..][1..17].to_vec()).expect("digits")
    };
    let sets = [set("a", 3, 0), set("a", 3, 0), set("b", 3, 0), set("a", 4, 0), set("a", 3, 1)];
    let digits = ["48a155c8", "48a155c8", "a22788aa", "b558adbd", "840b5556"];
    assert_eq!(sets, digits.map(|digits| format!("6553f100{digits}")));
}

/// A content that lies in two file entries and in the mirror of both is heard of, and complained about, once an entry.
#[test]
fn contents_in_file_entries_are_heard_and_clipped() {
    let mut tree = tree();
    let small = content(&mut tree, "small", 10, Origin::Bytes(b"0123456".to_vec()));
    file(&mut tree, "whole", b"whole");
    content(&mut tree, "gone", 20, Origin::Missing);
    let options = alone(Revision::V2_60);
    let plan = plan(&tree, &options).expect("a good plan");
    assert!(plan.contents().is_empty());
    let witness = Witness { listens: true, ..Witness::default() };
    let image = streamed(&plan, &witness, 2);
    let mut deviations = witness.deviations.lock().expect("no thread panicked").clone();
    deviations.sort();
    assert_eq!(deviations.len(), 2, "{deviations:?}");
    assert_eq!(deviations[0], format!("{} Shrunk(7)", small.index()));
    let heard = witness.heard.lock().expect("no thread panicked").clone();
    assert!(heard.contains(&(small, b"0123456\0\0\0".to_vec())));
    let found = image.windows(10).filter(|bytes| bytes == b"0123456\0\0\0").count();
    assert_eq!(found, 2, "in the entry and in its mirror");
}

/// Has other bytes each time.
struct Fickle(AtomicU8);

impl Contents<Origin> for Fickle {
    fn open<'c>(&'c self, _: &'c Origin) -> std::io::Result<Opened<'c>> {
        static BYTES: [u8; 5] = *b"12345";
        let from = usize::from(self.0.fetch_add(1, Ordering::Relaxed));
        Ok(Opened::Bytes(BYTES.get(from..from + 3).expect("opened twice")))
    }
}

#[test]
fn a_content_that_the_mirror_has_otherwise_is_complained_about() {
    let mut tree = tree();
    let small = file(&mut tree, "small", b"123");
    let sink = std::fs::File::create("/dev/null").expect("it is there");
    for (revision, said) in [(Revision::V2_01, 0), (Revision::V2_50, 1)] {
        let options = alone(revision);
        let plan = plan(&tree, &options).expect("a good plan");
        let witness = Witness::default();
        stream_to(&plan, &Fickle(AtomicU8::new(0)), &witness, 2, sink.as_fd()).expect("it takes all");
        let deviations = witness.deviations.lock().expect("no thread panicked").clone();
        assert_eq!(deviations, vec![format!("{} Changed", small.index()); said]);
    }
}

/// A directory's file entries are not all kept until the last is made.
#[test]
fn a_large_directory_is_put_in_pieces() {
    let mut tree = tree();
    for n in 0..2000 {
        file(&mut tree, &format!("{n}"), b"x");
    }
    let options = alone(Revision::V1_02);
    let plan = plan(&tree, &options).expect("a good plan");
    let mut image = Front { end: usize::MAX, ..Front::default() };
    write_to(&plan, &Open, &Witness::default(), 0, &mut image).expect("there is room");
    assert!(image.bytes.len() > 4 << 20);
    assert!(image.largest < 2 << 20, "{}", image.largest);
}

/// Takes the bytes before byte `end`, and no more.
#[derive(Default)]
struct Front {
    bytes: Vec<u8>,
    end: usize,
    /// Bytes of the largest piece that was offered.
    largest: usize,
}

impl Write for Front {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let taken = piece.len().min(self.end - self.bytes.len());
        self.bytes.extend(&piece[..taken]);
        self.largest = self.largest.max(piece.len());
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn le32(bytes: &[u8], at: usize) -> u64 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes")).into()
}

/// Lengths of the extents of the only file, which have to follow each other, and the continuation extents they are in.
fn extents(image: &[u8], block: usize, at: usize, width: usize, partition: u64) -> (Vec<u64>, usize) {
    let base = usize::try_from(partition).expect("small");
    let head = if image[at] == 10 { 216 } else { 176 };
    let used = usize::try_from(le32(image, at + head - 4)).expect("small");
    let (mut descriptors, mut lengths, mut continuations) =
        (image[at + head..at + head + used].to_vec(), Vec::new(), 0);
    let mut next_block = None;
    loop {
        let mut continuation = None;
        for descriptor in descriptors.chunks(width) {
            let (raw, first) = (le32(descriptor, 0), le32(descriptor, 4));
            assert!(continuation.is_none(), "nothing follows a continuation");
            if raw >> 30 == 3 {
                assert_eq!(raw & 0x3FFF_FFFF, u64::try_from(block).expect("small"));
                continuation = Some(usize::try_from(first).expect("small"));
                continue;
            }
            assert!(next_block.is_none_or(|next| next == first), "extents follow each other");
            next_block = Some(first + raw / u64::try_from(block).expect("small"));
            lengths.push(raw);
        }
        let Some(block_number) = continuation else { return (lengths, continuations) };
        continuations += 1;
        let place = (base + block_number) * block;
        assert_eq!(image[place..place + 2], [2, 1], "tag identifier 258");
        let used = usize::try_from(le32(image, place + 20)).expect("small");
        descriptors = image[place + 24..place + 24 + used].to_vec();
    }
}

#[test]
fn a_file_of_any_size_has_all_its_extents() {
    for (revision, block, width, fit, more) in [
        (Revision::V1_02, 2048_u32, 8, 234_u64, 253_u64),
        (Revision::V1_02, 512, 8, 42, 61),
        (Revision::V2_01, 2048, 8, 229, 253),
        (Revision::V2_01, 512, 8, 37, 61),
    ] {
        let extent = 0x3FFF_FFFF / u64::from(block) * u64::from(block);
        for (extents_wanted, continued) in [
            (1, 0),
            (fit, 0),
            (fit + 1, 1),
            (fit - 1 + more, 1),
            (fit + more, 2),
            (fit - 1 + 2 * (more - 1) + 5, 3),
        ] {
            let size = (extents_wanted - 1) * extent + 5;
            let mut tree = tree();
            let huge = content(&mut tree, "huge", size, Origin::Missing);
            let options = Options { block_size: block, embed: false, ..alone(revision) };
            let plan = plan(&tree, &options).expect("a good plan");
            let (at, end) = (plan.content_at(huge), plan.size() - 17 * u64::from(block));
            assert_eq!(end, at + size.next_multiple_of(u64::from(block)));
            let mut front = Front { end: usize::try_from(at).expect("small"), ..Front::default() };
            write_to(&plan, &Open, &Witness::default(), 0, &mut front).expect_err("there is no more room");
            let (image, block) = (front.bytes, usize::try_from(block).expect("small"));
            // The only file's entry: the last one.
            let tag: u16 = if revision == Revision::V2_01 { 266 } else { 261 };
            let is_entry = |n: &usize| image[n * block..n * block + 2] == tag.to_le_bytes();
            let entry = (0..image.len() / block).rfind(is_entry).expect("it is there") * block;
            let (lengths, continuations) = extents(&image, block, entry, width, 257);
            assert_eq!(lengths.iter().sum::<u64>(), size);
            assert_eq!(
                (lengths.len(), continuations),
                (usize::try_from(extents_wanted).expect("small"), continued)
            );
            assert!(lengths.iter().rev().skip(1).all(|length| *length == extent));
        }
    }
}

#[test]
fn names_that_do_not_fit_are_noted_or_refused() {
    let mut tree = tree();
    dir(&mut tree, "d");
    for name in
        [format!("d/{}", "n".repeat(255)), format!("d/{}", "é".repeat(100)), format!("d/{}", "€".repeat(85))]
    {
        file(&mut tree, &name, b"x");
    }
    let link = File { link: b"a", ..File::new(Kind::Symlink, 0o777, TIME) };
    add(&mut tree, "link", &link);
    let options = beside(Revision::V1_02);
    let noted = plan(&tree, &options).expect("a good plan");
    let [Note::Renamed { to, .. }, Note::LeftOut(link)] = noted.notes() else {
        panic!("{:?}", noted.notes())
    };
    assert_eq!(*to, "n".repeat(254));
    assert_eq!(tree.path(*link), b"link");
    let strict = Options { strict_names: true, ..beside(Revision::V1_02) };
    let error = plan(&tree, &strict).expect_err("one name does not fit").to_string();
    assert!(error.contains("the UDF tree cannot hold this name"), "{error}");
    let bad = Options { block_size: 4096, ..Options::default() };
    assert_eq!(
        plan(&tree, &bad).expect_err("no such blocks").to_string(),
        "UDF blocks of 4096 bytes, expected 512 or 2048"
    );
    let iso9660 = iso9660::plan::Options::default();
    assert!(bridge::plan(&tree, &iso9660, &alone(Revision::V1_02)).is_err());
}

/// 70,000 directories in one: more than a link count can say.
#[test]
fn links_beyond_16_bits_are_noted() {
    let mut tree = tree();
    dir(&mut tree, "d");
    for n in 0..65_540 {
        dir(&mut tree, &format!("d/{n}"));
    }
    let options = beside(Revision::V1_02);
    let noted = plan(&tree, &options).expect("a good plan");
    let [Note::Links(name)] = noted.notes() else { panic!("{:?}", noted.notes().len()) };
    assert_eq!(tree.path(*name), b"d");
}

#[test]
fn names_that_rock_ridge_cannot_have_are_refused_beside_it() {
    let mut tree = tree();
    let long = "é".repeat(128);
    file(&mut tree, &long, b"x");
    let (alone, beside) = (alone(Revision::V1_02), beside(Revision::V1_02));
    assert_eq!(plan(&tree, &alone).expect("a good plan").notes(), []);
    let rock_ridge = Some(iso9660::plan::RockRidge::default());
    let iso9660 = iso9660::plan::Options { rock_ridge, ..iso9660::plan::Options::default() };
    let refused = bridge::plan(&tree, &iso9660, &beside).expect_err("Rock Ridge is in it").to_string();
    assert!(
        refused.ends_with("the name is longer than 255 bytes, the most that Rock Ridge allows"),
        "{refused}"
    );
    let iso9660 = iso9660::plan::Options { rock_ridge: None, ..iso9660 };
    bridge::plan(&tree, &iso9660, &beside).expect("a good plan");
}

/// Path components know no repeated and no trailing slashes.
#[test]
fn a_target_that_reads_otherwise_is_noted_and_refused_by_strict_names() {
    let mut tree = tree();
    let mut link = |name: &str, target: &[u8]| {
        add(&mut tree, name, &File { link: target, ..File::new(Kind::Symlink, 0o777, TIME) }).0
    };
    link("same", b"../a/b");
    let (slashes, bytes) = (link("slashes", b"a//b/"), link("zero", b"\xff"));
    let loose = alone(Revision::V2_01);
    let noted =
        [(slashes, "a/b"), (bytes, "\u{FFFD}")].map(|(name, to)| Note::Target { name, to: to.to_owned() });
    assert_eq!(plan(&tree, &loose).expect("a good plan").notes(), noted);
    let omitted = Options { specials: false, strict_names: true, ..alone(Revision::V2_01) };
    assert!(plan(&tree, &omitted).is_ok());
    let strict = Options { strict_names: true, ..alone(Revision::V2_01) };
    assert_eq!(
        plan(&tree, &strict).expect_err("it would read otherwise").to_string(),
        r#"/slashes: the UDF tree cannot hold the target "a//b/", only "a/b""#
    );
}

#[test]
fn a_path_of_over_1023_bytes_is_noted() {
    let mut tree = tree();
    let mut path = String::new();
    for n in 0..4 {
        path.push_str(&format!("{n}{}", "n".repeat(253)));
        dir(&mut tree, &path);
        path.push('/');
    }
    file(&mut tree, &format!("{path}ab"), b"as long as can be");
    let add = |tree: &mut Tree, name: &str| {
        add(tree, &format!("{path}{name}"), &File::new(Kind::File, 0o644, TIME)).0
    };
    let (narrow, wide) = (add(&mut tree, "abc"), add(&mut tree, "Ωx"));
    add(&mut tree, "Ω");
    // A byte for the width of "Ω", and two for itself.
    let options = alone(Revision::V1_02);
    let noted = [narrow, wide].map(Note::Path);
    assert_eq!(plan(&tree, &options).expect("a good plan").notes(), noted);
}
