//! Files whose size nobody knows before they have been read: pipes, and descriptors that the caller opened.

use isokit_core::error::{Error, Result};
use isokit_core::extents::Extents;
use isokit_core::number::narrow;
use isokit_core::source::{IN_MEMORY, Pipe, Source, Waiting};
use std::fs::File;

/// What pipes gave, numbered as they were taken, and kept until it is written.
#[derive(Debug, Default)]
pub(crate) struct Passed {
    items: Vec<Item>,
    /// Bytes of all, which decide how much of the next stays in memory.
    size: u64,
}

#[derive(Debug)]
struct Item {
    path: Vec<u8>,
    bytes: Pipe,
}

impl Passed {
    /// Reads `file` to its end: its number here, and its bytes.
    ///
    /// # Errors
    /// What the system answers, also for want of room to keep it.
    pub(crate) fn take(&mut self, file: File, path: &[u8]) -> Result<(u32, u64)> {
        let number = u32::try_from(self.items.len())
            .map_err(|_| Error::TooLarge("more pipes than 32 bits can number".into()))?;
        // However many there are, together they take no more memory than one.
        let memory = IN_MEMORY.saturating_sub(narrow(self.size));
        let bytes = Pipe::with_memory(Waiting::new(file), std::env::temp_dir(), memory).keeping_all();
        let size = bytes.take_all()?;
        self.size = self.size.saturating_add(size);
        self.items.push(Item { path: path.to_vec(), bytes });
        Ok((number, size))
    }

    /// The bytes that `number` gave; `None` if there is no such number.
    pub(crate) fn open(&self, number: u32) -> Option<Extents<'_>> {
        let Item { bytes, .. } = self.item(number)?;
        Some(Extents::one(bytes, 0, bytes.size()?))
    }

    /// The path by which `number` was named; empty if there is no such number.
    pub(crate) fn path(&self, number: u32) -> &[u8] {
        self.item(number).map_or(&[], |item| &item.path)
    }

    fn item(&self, number: u32) -> Option<&Item> {
        self.items.get(usize::try_from(number).ok()?)
    }
}
