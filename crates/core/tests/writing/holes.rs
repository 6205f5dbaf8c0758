//! Contents with holes, whose data lie back to back.

use crate::tree::{Open, Origin, Tree, Witness, content, file, in_place, streamed, through_a_pipe, tree};
use isokit_core::fill::{self, Run};
use isokit_core::iso9660::plan::{Options, plan};
use isokit_core::tree::build::ContentId;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

/// Data, where they belong, and the content they make.
fn holed(runs: &[(u64, u64)], size: u64) -> (Vec<u8>, Vec<Run>, Vec<u8>) {
    let runs: Vec<Run> = runs.iter().map(|(at, length)| Run { at: *at, length: *length }).collect();
    let (mut data, mut whole) = (Vec::new(), Vec::new());
    for (n, run) in (b'a'..).zip(&runs) {
        data.resize(data.len() + usize::try_from(run.length).expect("small"), n);
        whole.resize(usize::try_from(run.at).expect("small"), 0);
        whole.resize(usize::try_from(run.end()).expect("small"), n);
    }
    whole.resize(usize::try_from(size).expect("small"), 0);
    (data, runs, whole)
}

/// From memory and from a file.
fn origins(data: &[u8], runs: &[Run], size: u64) -> [Origin; 2] {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(&[b"-", data].concat()).expect("the disk has room");
    [
        Origin::Holed(data.to_vec(), runs.to_vec(), size),
        Origin::HoledFile(Arc::new(file), runs.to_vec(), size),
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
        let (data, runs, whole) = holed(runs, size);
        for origin in origins(&data, &runs, size) {
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
        let (mut data, runs, mut whole) = holed(runs, size);
        data.truncate(data.len() - cut);
        whole[there..].fill(0);
        for origin in origins(&data, &runs, size) {
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
    let (data, runs) = (b"data".repeat(1000), [Run { at: 9 << 30, length: 4000 }]);
    let origin = Origin::Holed(data.clone(), runs.to_vec(), size);
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
            content(&mut tree, &format!("huge{n}"), *size, Origin::Holed(Vec::new(), Vec::new(), *size));
        }
        let error = plan(&tree, &Options::default()).expect_err("too large").to_string();
        assert_eq!(error, "the image would be over 8 TiB", "{sizes:?}");
        let options = isokit_core::udf::plan::Options::default();
        let error = isokit_core::udf::plan::plan(&tree, &options).expect_err("too large").to_string();
        assert_eq!(error, "the volume would have more blocks than 32 bits count", "{sizes:?}");
    }
}
