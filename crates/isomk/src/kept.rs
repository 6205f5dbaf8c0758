//! What has passed on a stream and is asked for later: in memory at first, then in a temporary file without a name.

use isokit_core::error::{Error, Result};
use isokit_core::number::wide;
use std::fs::File;
use std::io::{Read, Write};

/// Bytes held in memory before a file is made.
const IN_MEMORY: usize = 4 << 20;

/// Bytes moved at once.
const STEP: u64 = 128 << 10;

/// Bytes that are kept, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    memory: Vec<u8>,
    file: Option<File>,
    length: u64,
}

impl Kept {
    /// Keeps the next `size` bytes of `input`: where they start, and how many there were.
    pub(crate) fn keep(&mut self, input: &mut impl Read, size: u64) -> Result<(u64, u64)> {
        let start = self.length;
        let mut left = size;
        let mut piece = Vec::new();
        while left > 0 {
            piece.clear();
            let step = left.min(STEP);
            let got = input.take(step).read_to_end(&mut piece).map_err(|error| Error::io("read", error))?;
            if got == 0 {
                break;
            }
            self.append(&piece).map_err(|error| Error::io("keep a stream in a temporary file", error))?;
            left = left.saturating_sub(wide(got));
        }
        Ok((start, size - left))
    }

    fn append(&mut self, piece: &[u8]) -> std::io::Result<()> {
        if self.file.is_none() && self.memory.len() + piece.len() > IN_MEMORY {
            let mut file = tempfile::tempfile()?;
            file.write_all(&self.memory)?;
            self.memory = Vec::new();
            self.file = Some(file);
        }
        match &mut self.file {
            Some(file) => file.write_all(piece)?,
            None => self.memory.extend_from_slice(piece),
        }
        self.length += wide(piece.len());
        Ok(())
    }

    pub(crate) fn memory(&self) -> &[u8] {
        &self.memory
    }

    pub(crate) fn file(&self) -> Option<&File> {
        self.file.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use isokit_core::number::narrow;
    use std::io::Seek;
    use std::os::unix::fs::FileExt;

    #[test]
    fn what_does_not_fit_into_memory_is_found_again_in_a_file() {
        let bytes: Vec<u8> =
            (0..IN_MEMORY + 100_000).map(|n| u8::try_from(n % 251).expect("small")).collect();
        let mut input = tempfile::tempfile().expect("a temporary file");
        input.write_all(&bytes).expect("room on disk");
        input.rewind().expect("a file");
        let mut kept = Kept::default();
        let first = wide(IN_MEMORY - 7);
        assert_eq!(kept.keep(&mut input, first).expect("readable"), (0, first));
        assert!(kept.file().is_none());
        assert_eq!(kept.memory(), &bytes[..narrow(first)]);
        let (start, length) = kept.keep(&mut input, u64::MAX / 2).expect("readable");
        assert_eq!((start, length), (first, wide(bytes.len()) - first));
        let file = kept.file().expect("too much for memory");
        let mut back = [0; 20];
        for at in [0, IN_MEMORY - 10, IN_MEMORY + 99_980] {
            assert_eq!(file.read_at(&mut back, wide(at)).expect("readable"), 20);
            assert_eq!(back[..], bytes[at..at + 20]);
        }
    }
}
