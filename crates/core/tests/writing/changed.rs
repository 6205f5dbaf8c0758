//! Contents that are not what the plan said.

use crate::tree::{Open, Origin, Witness, content, file, in_place, streamed, through_a_pipe, tree};
use isokit_core::fill;
use isokit_core::iso9660::plan::{Options, Plan, plan};
use std::io::{Read, Write};
use std::os::fd::AsFd;

type Fill = fn(&Plan<'_, Origin>, &Witness, usize) -> Vec<u8>;

const WAYS: [(&str, Fill); 3] = [
    ("in order", |plan, witness, threads| streamed(plan, witness, threads)),
    ("in place", |plan, witness, threads| in_place(plan, witness, threads)),
    ("spliced", |plan, witness, threads| through_a_pipe(plan, witness, threads)),
];

fn on_disk(size: usize) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(&vec![b'd'; size]).expect("the disk has room");
    file
}

#[test]
fn they_are_clipped_or_filled_with_zeros_and_reported() {
    for (planned, there, said) in [
        (1000, 400, "Shrunk(400)"),
        (1000, 1001, "Grown"),
        (500_000, 300_001, "Shrunk(300001)"),
        (500_000, 500_001, "Grown"),
        (500_000, 0, "Shrunk(0)"),
    ] {
        let disk = on_disk(there);
        let mut tree = tree();
        let id = content(&mut tree, "changes", planned, Origin::File(disk.path().into()));
        file(&mut tree, "zz", b"after");
        let options = Options::default();
        let plan = plan(&tree, &options).expect("a good plan");
        for (way, fill) in WAYS {
            for listens in [false, true] {
                let witness = Witness { listens, ..Witness::default() };
                let image = fill(&plan, &witness, 2);
                let deviations = witness.deviations.lock().expect("no thread panicked").clone();
                assert_eq!(deviations, [format!("0 {said}")], "{planned} planned, {there} there, {way}");
                let at = usize::try_from(plan.content_at(id)).expect("small");
                let planned = usize::try_from(planned).expect("small");
                let mut wanted = vec![b'd'; there.min(planned)];
                wanted.resize(planned, 0);
                assert!(image[at..at + planned] == wanted, "{planned} planned, {there} there, {way}");
                assert!(image.ends_with(&{
                    let mut end = b"after".to_vec();
                    end.resize(2048, 0);
                    end
                }));
            }
        }
    }
}

#[test]
fn one_that_cannot_be_opened_is_zeros() {
    for size in [10, 1_000_000] {
        let mut tree = tree();
        content(&mut tree, "gone", size, Origin::Missing);
        let options = Options::default();
        let plan = plan(&tree, &options).expect("a good plan");
        for (way, fill) in WAYS {
            let witness = Witness::default();
            assert_eq!(u64::try_from(fill(&plan, &witness, 1).len()).expect("small"), plan.size(), "{way}");
            let deviations = witness.deviations.lock().expect("no thread panicked").clone();
            assert_eq!(deviations.len(), 1, "{way}: {deviations:?}");
            assert!(deviations[0].starts_with("0 Unreadable("), "{way}: {deviations:?}");
        }
    }
}

#[test]
fn listeners_hear_what_is_in_the_image() {
    let mut tree = tree();
    let small = file(&mut tree, "a", b"small");
    let large = file(&mut tree, "b", &vec![b'l'; 700_000]);
    let options = Options::default();
    let plan = plan(&tree, &options).expect("a good plan");
    for (way, fill) in WAYS {
        let witness = Witness { listens: true, ..Witness::default() };
        fill(&plan, &witness, 2);
        let mut heard = witness.heard.lock().expect("no thread panicked").clone();
        heard.sort_unstable();
        assert!(heard == [(small, b"small".to_vec()), (large, vec![b'l'; 700_000])], "{way}");
    }
}

#[test]
fn a_sink_that_fails_ends_the_work_with_its_error() {
    let mut tree = tree();
    for n in 0..40 {
        file(&mut tree, &format!("f{n}"), &vec![b'f'; 100_000]);
    }
    let options = Options::default();
    let plan = plan(&tree, &options).expect("a good plan");
    let full = std::fs::File::options().write(true).open("/dev/full").expect("every Linux has it");
    for threads in [0, 3] {
        let error = fill::stream_to(&plan, &Open, &Witness::default(), threads, full.as_fd());
        assert_eq!(error.expect_err("it is full").to_string(), "write: No space left on device");
    }
    let (mut reader, writer) = std::io::pipe().expect("a pipe");
    std::thread::scope(|scope| {
        scope.spawn(move || reader.read_exact(&mut [0; 1_500_000]));
        let error = fill::stream_to(&plan, &Open, &Witness::default(), 3, writer.as_fd());
        assert_eq!(error.expect_err("nobody reads on").io_kind(), Some(std::io::ErrorKind::BrokenPipe));
    });
}

#[test]
#[should_panic(expected = "a scoped thread panicked")]
fn an_opener_that_panics_does_not_leave_the_writer_waiting() {
    struct Panics;
    impl fill::Contents<Origin> for Panics {
        fn open<'c>(&'c self, _: &'c Origin) -> std::io::Result<fill::Opened<'c>> {
            panic!("on purpose");
        }
    }
    let mut tree = tree();
    file(&mut tree, "f", b"x");
    let options = Options::default();
    let plan = plan(&tree, &options).expect("a good plan");
    let sink = tempfile::tempfile().expect("a temporary file");
    let _ = fill::stream_to(&plan, &Panics, &Witness::default(), 2, sink.as_fd());
}
