//! What is read of a UDF volume to list it: no space bitmap, no content, and of plain names no file entry.

use isokit_core::error::Result;
use isokit_core::image::{Image, Options};
use isokit_core::source::{File, Memory, Pipe, Source};
use isokit_core::tree::walk::{Descend, Visitor, walk};
use isokit_core::tree::{Detail, Entry};
use isokit_tests::{output, peer, shell};
use std::sync::atomic::{AtomicU64, Ordering};

/// A source that counts the bytes asked of it.
#[derive(Debug)]
struct Asked<S>(S, AtomicU64);

impl<S: Source> Source for Asked<S> {
    fn size(&self) -> Option<u64> {
        self.0.size()
    }

    fn read_some(&self, at: u64, into: &mut [u8]) -> Result<usize> {
        let have = self.0.read_some(at, into)?;
        self.1.fetch_add(u64::try_from(have).expect("small"), Ordering::Relaxed);
        Ok(have)
    }
}

struct Counted(Detail, usize);

impl Visitor for Counted {
    fn entry(&mut self, _: &[u8], _: &Entry) -> Result<Descend> {
        self.1 += 1;
        Ok(Descend::Into)
    }

    fn detail(&self) -> Detail {
        self.0
    }

    fn failure(&mut self, _: &[u8], error: isokit_core::Error) -> Result<()> {
        Err(error)
    }
}

fn entries(source: &dyn Source, detail: Detail) -> usize {
    let image = Image::open(source, &Options::default()).expect("a volume");
    let root = image.tree().root().expect("a root");
    let mut counted = Counted(detail, 0);
    walk(image.tree(), &root, b"", &mut counted).expect("nothing is damaged");
    counted.1
}

/// Entries of the image on `source`, and bytes read to list them with `detail`.
fn cost(source: impl Source, detail: Detail) -> (usize, u64) {
    let asked = Asked(source, AtomicU64::new(0));
    (entries(&asked, detail), asked.1.into_inner())
}

#[test]
fn a_small_volume_costs_what_one_of_iso_9660_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = "mkdir -p tree/d; cd tree; for n in $(seq 20); do seq $((n * 1000)) > f$n; echo $n > d/$n; done; cd ..
        isomk -q -o iso tree; for r in 1.02 1.50 2.01 2.50 2.60; do isomk -q --format udf --udf=$r -o $r tree; done";
    let made = shell(folder.path(), script);
    assert!(made.status.success() && made.stderr.is_empty(), "{made:?}");
    let read = |name: &str| std::fs::read(folder.path().join(name)).expect("isomk made it");
    let (count, iso) = cost(Memory(read("iso")), Detail::Names);
    assert_eq!(count, 41);
    for revision in ["1.02", "1.50", "2.01", "2.50", "2.60"] {
        let image = read(revision);
        let (count, names) = cost(Memory(&image), Detail::Names);
        assert_eq!(count, 41);
        // A volume descriptor sequence is 32,768 bytes, of which ISO 9660 needs a twelfth.
        assert!(names < iso + 16_384, "{revision}: {names} bytes for the names, ISO 9660 {iso}");
        let pipe = Pipe::new(std::io::Cursor::new(image.clone()), std::env::temp_dir());
        assert_eq!(entries(&pipe, Detail::All), 41);
        // All structures lie before the contents, which are more than they; the mirror of metadata lies behind.
        let passed = pipe.passed().expect("a pipe counts");
        assert!(passed < u64::try_from(image.len() / 2).expect("small"), "{revision}: {passed} bytes passed");
        let (_, all) = cost(Memory(&image), Detail::All);
        assert!(all < iso + 131_072, "{revision}: {all} bytes for all, ISO 9660 {iso}");
    }
}

#[test]
fn no_space_bitmap_is_read() {
    let Some(mut mkudffs) = peer("mkudffs") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hd.udf");
    // Its bitmap is of 524,288 bytes.
    let made = output(mkudffs.args(["--new-file", "-b", "512"]).arg(&path).arg("4194304"));
    assert!(made.status.success(), "{made:?}");
    let opened = std::fs::File::open(&path).expect("mkudffs made it");
    let (_, read) = cost(File::new(opened).expect("a regular file"), Detail::All);
    assert!(read < 131_072, "{read} bytes");
}
