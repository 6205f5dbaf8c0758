//! Every kind of source to read the same bytes over.

use isokit_core::source::{Memory, Pipe, Source};
use std::io::{Cursor, Read};

/// `bytes` as a pipe gives them, at most `step` a read.
pub(crate) fn pipe(bytes: &[u8], step: usize) -> Pipe {
    Pipe::new(Steps { bytes: Cursor::new(bytes.to_vec()), step }, std::env::temp_dir())
}

struct Steps {
    bytes: Cursor<Vec<u8>>,
    step: usize,
}

impl Read for Steps {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let length = into.len().min(self.step);
        self.bytes.read(&mut into[..length])
    }
}

/// Runs `test` over every kind of source there is, with the same bytes.
pub(crate) fn over_sources(bytes: &[u8], test: impl Fn(&dyn Source)) {
    test(&Memory(bytes));
    test(&pipe(bytes, usize::MAX));
    test(&pipe(bytes, 1));
    // What is read again comes from a temporary file.
    let whole = Cursor::new(bytes.to_vec());
    test(&Pipe::with_memory(whole, std::env::temp_dir(), 64 << 10));
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), bytes).expect("room for a small image");
    let opened = std::fs::File::open(file.path()).expect("it was just written");
    test(&isokit_core::source::File::new(opened).expect("a regular file"));
}
