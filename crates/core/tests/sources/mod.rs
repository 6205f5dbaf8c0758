//! Every kind of source to read the same bytes over.

use isokit_core::Result;
use isokit_core::error::Problem;
use isokit_core::source::{File, IMAGE, Map, Memory, Pipe, Section, Source};
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
    let opened = File::new(opened).expect("a regular file");
    test(&opened);
    test(&Map::new(opened));
    // A window, behind whose end there is something else.
    let more = [bytes, &[0xaa; 4096]].concat();
    let length = u64::try_from(bytes.len()).expect("64 bits");
    test(&Section::new(Memory(more), 0, Some(length)).expect("it begins inside"));
}

/// An image, and those of its sectors of 2048 bytes that the drive does not give any more.
#[derive(Debug)]
pub(crate) struct Scratched<'b>(pub(crate) &'b [u8], pub(crate) Vec<u32>);

impl Source for Scratched<'_> {
    fn size(&self) -> Option<u64> {
        Memory(self.0).size()
    }

    fn read_some(&self, at: u64, into: &mut [u8]) -> Result<usize> {
        let length = u64::try_from(into.len()).expect("64 bits");
        let touched =
            |sector: &&u32| at < (u64::from(**sector) + 1) * 2048 && u64::from(**sector) * 2048 < at + length;
        if let Some(sector) = self.1.iter().find(touched) {
            let at = self.location(u64::from(*sector) * 2048);
            return Err(IMAGE.at(at).corrupt(Problem::Unreadable { reason: "scratch".to_owned() }));
        }
        Memory(self.0).read_some(at, into)
    }
}
