//! Files whose size nobody knows before they have been read: pipes, and descriptors that the caller opened.

use crate::kept::Kept;
use isokit_core::error::{Error, Result};
use isokit_core::fill::Opened;
use isokit_core::number::narrow;
use std::fs::File;
use std::os::fd::AsFd;

/// More than any file has: what is read ends before.
const ALL: u64 = u64::MAX / 2;

/// What they gave, kept until it is written.
#[derive(Debug, Default)]
pub(crate) struct Passed {
    kept: Kept,
    items: Vec<Item>,
}

#[derive(Debug)]
struct Item {
    path: Vec<u8>,
    /// Where its bytes start in what is kept.
    offset: u64,
    size: u64,
}

impl Passed {
    /// Reads `file` to its end: its number here, and its bytes.
    ///
    /// # Errors
    /// What the system answers, also for want of room to keep it.
    pub(crate) fn take(&mut self, file: &mut File, path: &[u8]) -> Result<(u32, u64)> {
        let number = u32::try_from(self.items.len())
            .map_err(|_| Error::Usage("more pipes than 32 bits can number".into()))?;
        let (offset, size) = self.kept.keep(file, ALL)?;
        self.items.push(Item { path: path.to_vec(), offset, size });
        Ok((number, size))
    }

    /// The bytes of one of them; `None` if there is no such.
    pub(crate) fn open(&self, number: u32) -> Option<Opened<'_>> {
        let Item { offset, size, .. } = self.item(number)?;
        Some(match self.kept.file() {
            Some(file) => Opened::Section(file.as_fd(), *offset),
            None => Opened::Bytes(self.kept.memory().get(narrow(*offset)..narrow(offset + size))?),
        })
    }

    /// The path of one of them.
    pub(crate) fn path(&self, number: u32) -> &[u8] {
        self.item(number).map_or(&[], |item| &item.path)
    }

    fn item(&self, number: u32) -> Option<&Item> {
        self.items.get(usize::try_from(number).ok()?)
    }
}
