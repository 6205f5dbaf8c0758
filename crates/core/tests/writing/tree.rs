//! Trees to write, in memory.

use isokit_core::extents::{Extent, Extents};
use isokit_core::fill::{self, Contents, Deviation, Layout, Listener, Observer, Opened};
use isokit_core::iso9660::plan::{Options, plan};
use isokit_core::source::Source;
use isokit_core::tree::build::{Added, Build, ContentId, File, FileId, NameId};
use isokit_core::tree::{Kind, Time};
use std::io::{self, Read, Seek, Write};
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex};

/// What gives a content's bytes in these tests.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    Bytes(Vec<u8>),
    File(std::path::PathBuf),
    /// Data with holes between them.
    Extents(Arc<dyn Source>, Vec<Extent>),
    Missing,
}

pub(crate) type Tree = Build<Origin>;

pub(crate) const TIME: Time = Time { seconds: 1_700_000_000, nanoseconds: 0 };

pub(crate) fn tree() -> Tree {
    Build::new(&File::new(Kind::Directory, 0o755, TIME)).expect("a root")
}

pub(crate) fn add(tree: &mut Tree, path: &str, file: &File<'_>) -> (NameId, FileId) {
    let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
    let parent = tree.find(parent.as_bytes()).expect("the parent is there");
    let file = tree.add_file(file).expect("room");
    match tree.add_name(parent, name.as_bytes(), file).expect("a legal name") {
        Added::New(name) => (name, file),
        Added::There(_) => panic!("{path}: there already"),
    }
}

pub(crate) fn dir(tree: &mut Tree, path: &str) -> NameId {
    add(tree, path, &File::new(Kind::Directory, 0o755, TIME)).0
}

pub(crate) fn content(tree: &mut Tree, path: &str, size: u64, origin: Origin) -> ContentId {
    let content = tree.add_content(size, origin).expect("room");
    add(tree, path, &File { content: Some(content), ..File::new(Kind::File, 0o644, TIME) });
    content
}

pub(crate) fn file(tree: &mut Tree, path: &str, bytes: &[u8]) -> ContentId {
    content(tree, path, u64::try_from(bytes.len()).expect("small"), Origin::Bytes(bytes.to_vec()))
}

/// Opens what [`Origin`] says.
pub(crate) struct Open;

impl Contents<Origin> for Open {
    fn open<'c>(&'c self, origin: &'c Origin) -> io::Result<Opened<'c>> {
        match origin {
            Origin::Bytes(bytes) => Ok(Opened::Bytes(bytes)),
            Origin::File(path) => std::fs::File::open(path).map(Opened::File),
            Origin::Extents(source, list) => Ok(Opened::Extents(Extents::new(source, list))),
            Origin::Missing => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

/// Remembers everything it hears.
#[derive(Default)]
pub(crate) struct Witness {
    pub(crate) deviations: Mutex<Vec<String>>,
    pub(crate) heard: Mutex<Vec<(ContentId, Vec<u8>)>>,
    pub(crate) listens: bool,
    pub(crate) written: std::sync::atomic::AtomicU64,
}

impl Observer for Witness {
    fn deviates(&self, content: ContentId, how: Deviation) {
        self.deviations.lock().expect("no thread panicked").push(format!("{} {how:?}", content.index()));
    }

    fn listen(&self, content: ContentId) -> Option<Box<dyn Listener + '_>> {
        if !self.listens {
            return None;
        }
        Some(Box::new(Ear { content, bytes: Vec::new(), witness: self }))
    }

    fn progress(&self, bytes: u64) {
        self.written.fetch_add(bytes, std::sync::atomic::Ordering::Relaxed);
    }
}

struct Ear<'w> {
    content: ContentId,
    bytes: Vec<u8>,
    witness: &'w Witness,
}

impl Listener for Ear<'_> {
    fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn end(self: Box<Self>) {
        self.witness.heard.lock().expect("no thread panicked").push((self.content, self.bytes));
    }
}

pub(crate) fn streamed<L: Layout<Origin = Origin>>(plan: &L, witness: &Witness, threads: usize) -> Vec<u8> {
    let file = tempfile::tempfile().expect("a temporary file");
    fill::stream_to(plan, &Open, witness, threads, file.as_fd()).expect("the disk has room");
    whole(file)
}

/// Into a file that held something else, which must not shine through.
pub(crate) fn in_place<L: Layout<Origin = Origin>>(plan: &L, witness: &Witness, threads: usize) -> Vec<u8> {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(&[0xff; 100_000]).expect("the disk has room");
    fill::fill_in_place(plan, &Open, witness, threads, &file, 5000).expect("the disk has room");
    assert_eq!(file.stream_position().expect("a position"), 5000 + plan.size());
    let mut image = whole(file);
    assert_eq!(image.drain(..5000).collect::<Vec<_>>(), [0xff; 5000]);
    image.truncate(usize::try_from(plan.size()).expect("small"));
    image
}

/// Into memory.
pub(crate) fn written<L: Layout<Origin = Origin>>(plan: &L, witness: &Witness, threads: usize) -> Vec<u8> {
    let mut image = Vec::new();
    fill::write_to(plan, &Open, witness, threads, &mut image).expect("memory has room");
    image
}

fn whole(mut file: std::fs::File) -> Vec<u8> {
    let mut image = Vec::new();
    file.rewind().and_then(|()| file.read_to_end(&mut image)).expect("what was written can be read");
    image
}

pub(crate) fn through_a_pipe<L: Layout<Origin = Origin>>(
    plan: &L,
    witness: &Witness,
    threads: usize,
) -> Vec<u8> {
    let (mut reader, writer) = io::pipe().expect("a pipe");
    std::thread::scope(|scope| {
        let image = scope.spawn(move || {
            let mut image = Vec::new();
            reader.read_to_end(&mut image).map(|_| image)
        });
        fill::stream_to(plan, &Open, witness, threads, writer.as_fd()).expect("the reader reads on");
        drop(writer);
        image.join().expect("the reader does not panic").expect("a pipe can be read")
    })
}

/// The image of `tree`; nothing in it may deviate.
pub(crate) fn image(tree: &Tree, options: &Options) -> Vec<u8> {
    let witness = Witness::default();
    let image = streamed(&plan(tree, options).expect("a good plan"), &witness, 0);
    assert_eq!(*witness.deviations.lock().expect("no thread panicked"), Vec::<String>::new());
    image
}
