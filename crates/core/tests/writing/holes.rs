//! Contents with holes, whose data lie anywhere.

use crate::tree::{Open, Origin, Tree, Witness, content, file, in_place, streamed, through_a_pipe, tree};
use isokit_core::extents::Extent;
use isokit_core::fill;
use isokit_core::iso9660::plan::{Options, plan};
use isokit_core::source::{File, Memory, Pipe};
use isokit_core::tree::build::ContentId;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

/// Data, behind one other byte, in the order given; where they lie in the content; and the content they make.
fn holed(runs: &[(u64, u64)], size: u64) -> (Vec<u8>, Vec<Extent>, Vec<u8>) {
    let small = |count: u64| usize::try_from(count).expect("small");
    let (mut data, mut list, mut whole) = (vec![b'-'], Vec::new(), Vec::new());
    for (n, (at, length)) in (b'a'..).zip(runs) {
        list.push(Extent::hole(at - u64::try_from(whole.len()).expect("small")));
        list.push(Extent::recorded(u64::try_from(data.len()).expect("small"), *length));
        data.resize(data.len() + small(*length), n);
        whole.resize(small(*at), 0);
        whole.resize(small(at + length), n);
    }
    list.push(Extent::hole(size - u64::try_from(whole.len()).expect("small")));
    whole.resize(small(size), 0);
    (data, list, whole)
}

/// From memory, from a file, and from what passed and was kept.
fn origins(data: &[u8], list: &[Extent]) -> [Origin; 4] {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(data).expect("the disk has room");
    let pipe = |limit| {
        let bytes = std::io::Cursor::new(data.to_vec());
        let pipe = Pipe::with_memory(bytes, std::env::temp_dir(), limit).keeping_all();
        pipe.take_all().expect("it has all");
        pipe
    };
    [
        Origin::Extents(Arc::new(Memory(data.to_vec())), list.to_vec()),
        Origin::Extents(Arc::new(File::new(file).expect("a regular file")), list.to_vec()),
        Origin::Extents(Arc::new(pipe(1 << 20)), list.to_vec()),
        Origin::Extents(Arc::new(pipe(10)), list.to_vec()),
    ]
}

fn with(origin: &Origin, size: u64) -> (Tree, ContentId) {
    let mut tree = tree();
    let id = content(&mut tree, "holed", size, origin.clone());
    file(&mut tree, "zz", b"after");
    (tree, id)
}

/// What is in the image by every way of filling it, and what was said of it.
fn found(tree: &Tree, id: ContentId, size: u64) -> Vec<(Vec<u8>, Vec<String>)> {
    let options = Options::default();
    let plan = plan(tree, &options).expect("a good plan");
    let at = usize::try_from(plan.content_at(id)).expect("small");
    let end = at + usize::try_from(size).expect("small");
    let mut found = Vec::new();
    for (listens, threads) in [(false, 0), (false, 2), (true, 2)] {
        for way in [streamed, through_a_pipe, |plan: &_, witness: &_, threads: usize| {
            in_place(plan, witness, threads.max(1))
        }] {
            let witness = Witness { listens, ..Witness::default() };
            let image = way(&plan, &witness, threads);
            assert!(image.ends_with(&[&b"after"[..], &[0; 2043]].concat()));
            let said = witness.deviations.lock().expect("no thread panicked").clone();
            if listens {
                let heard = witness.heard.lock().expect("no thread panicked");
                assert!(heard.iter().any(|(of, bytes)| *of == id && bytes == &image[at..end]));
            }
            found.push((image[at..end].to_vec(), said));
        }
    }
    found
}

#[test]
fn they_are_whole_by_every_way() {
    for (runs, size) in [
        (&[(0, 10), (100, 1), (5000, 5)][..], 5005),
        (&[(7, 10)], 9000),
        (&[], 3000),
        (&[(0, 200_000), (300_000, 1), (400_000, 50_000), (700_003, 200_001)], 900_004),
        (&[(1, 1), (3, 1), (299_998, 1)], 300_000),
        (&[], 500_000),
    ] {
        let (data, list, whole) = holed(runs, size);
        for origin in origins(&data, &list) {
            let (tree, id) = with(&origin, size);
            for (image, said) in found(&tree, id, size) {
                assert!(image == whole, "{runs:?}");
                assert_eq!(said, Vec::<String>::new(), "{runs:?}");
            }
        }
    }
}

#[test]
fn missing_data_are_zeros_and_said() {
    for (runs, size, cut, there) in [
        (&[(10, 10), (100, 10)][..], 3000, 4, 106),
        (&[(10, 10), (300_000, 70_000)], 400_000, 30_000, 340_000),
    ] {
        let (mut data, list, mut whole) = holed(runs, size);
        data.truncate(data.len() - cut);
        whole[there..].fill(0);
        for origin in origins(&data, &list) {
            let (tree, id) = with(&origin, size);
            for (image, said) in found(&tree, id, size) {
                assert!(image == whole, "{runs:?}");
                assert_eq!(said, [format!("{} Shrunk({there})", id.index())], "{runs:?}");
            }
        }
    }
}

#[test]
fn holes_of_ten_gib_stay_holes_in_a_file() {
    let size = 10 << 30;
    let data = b"data".repeat(1000);
    let list = [Extent::hole(9 << 30), Extent::recorded(0, 4000), Extent::hole((1 << 30) - 4000)];
    let origin = Origin::Extents(Arc::new(Memory(data.clone())), list.to_vec());
    let (tree, id) = with(&origin, size);
    let options = Options::default();
    let plan = plan(&tree, &options).expect("a good plan");
    let image = tempfile::tempfile().expect("a temporary file");
    let witness = Witness::default();
    fill::fill_in_place(&plan, &Open, &witness, 2, &image, 0).expect("the disk has room");
    let about = image.metadata().expect("it is open");
    assert!(about.len() > size && about.blocks() * 512 < 8 << 20, "{about:?}");
    let mut there = vec![0; 4000];
    std::os::unix::fs::FileExt::read_exact_at(&image, &mut there, plan.content_at(id) + (9 << 30))
        .expect("it is there");
    assert!(there == data);
}

#[test]
fn what_no_image_has_room_for_is_refused_at_once() {
    for sizes in [&[i64::MAX.unsigned_abs()][..], &[5 << 40, 5 << 40]] {
        let mut tree = tree();
        for (n, size) in sizes.iter().enumerate() {
            content(&mut tree, &format!("huge{n}"), *size, Origin::Missing);
        }
        let error = plan(&tree, &Options::default()).expect_err("too large").to_string();
        assert_eq!(error, "the image would be over 8 TiB", "{sizes:?}");
        let options = isokit_core::udf::plan::Options::default();
        let error = isokit_core::udf::plan::plan(&tree, &options).expect_err("too large").to_string();
        assert_eq!(error, "the volume would have more blocks than 32 bits count", "{sizes:?}");
    }
}
