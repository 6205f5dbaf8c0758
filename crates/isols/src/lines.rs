//! Lines kept until they can be put in order or aligned.
//!
//! A line is a few dozen bytes in one arena: a directory of a million entries is listed in tens of megabytes.

use crate::columns;
use crate::flags::spelled;
use crate::line::Line;
use crate::output::Output;
use isokit_core::error::{Error, Result};
use isokit_core::tree::{Entry, Time};
use std::cmp::Ordering;
use std::io::Write;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    /// Not at all: the order of the image.
    None,
    /// Name, byte by byte.
    Name,
    /// Size, the largest first.
    Size,
    /// Time of the last change, the newest first.
    Time,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) key: Key,
    pub(crate) reverse: bool,
}

/// Lines of one listing, kept until all are known that they are sorted or aligned with.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    arena: Vec<u8>,
    lines: Vec<Kept>,
    /// Columns of each cell, over all lines there ever were: what is written in several pieces stays aligned.
    widths: Vec<usize>,
}

/// A line: its bytes in the arena (name to sort by, cells, tail), and the other things to sort by.
#[derive(Debug, Clone, Copy)]
struct Kept {
    at: u32,
    name: u32,
    tail: u32,
    cells: u16,
    width: u16,
    size: u64,
    time: Option<Time>,
}

/// Cells that are filled up on the right: the mode.
const LEFT: usize = 0;

impl Lines {
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Keeps `line`, that of `entry`, to be sorted as `name`.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when the listing exceeds 4 GiB.
    pub(crate) fn push(&mut self, name: &[u8], entry: &Entry, line: &Line) -> Result<()> {
        let too_long =
            |_| Error::TooLarge(format!("the listing is too long to be sorted{}", spelled::UNSORTED));
        self.lines.push(Kept {
            at: u32::try_from(self.arena.len()).map_err(too_long)?,
            name: u32::try_from(name.len()).map_err(too_long)?,
            tail: u32::try_from(line.tail.len()).map_err(too_long)?,
            cells: u16::try_from(line.cells.len()).map_err(too_long)?,
            width: u16::try_from(line.width).unwrap_or(u16::MAX),
            size: entry.size,
            time: entry.times.modified,
        });
        self.arena.extend_from_slice(name);
        self.arena.extend_from_slice(&line.cells);
        self.arena.extend_from_slice(&line.tail);
        if self.widths.len() < line.count {
            self.widths.resize(line.count, 0);
        }
        for (widest, cell) in self.widths.iter_mut().zip(cells(&line.cells)) {
            *widest = (*widest).max(cell.len());
        }
        Ok(())
    }

    fn part(&self, kept: &Kept) -> (&[u8], &[u8], &[u8]) {
        let rest = usize::try_from(kept.at).ok().and_then(|at| self.arena.get(at..)).unwrap_or_default();
        let split = |bytes: &'_ [u8], at: u32| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
        let (name, rest) = rest.split_at(split(rest, kept.name));
        let (cells, rest) = rest.split_at(split(rest, kept.cells.into()));
        let (tail, _) = rest.split_at(split(rest, kept.tail));
        (name, cells, tail)
    }

    /// Puts the lines in `order`. Lines that are equal in size or time are in the order of their names.
    pub(crate) fn sort(&mut self, order: Order) {
        let mut lines = std::mem::take(&mut self.lines);
        let name = |kept: &Kept| self.part(kept).0;
        let compare = |a: &Kept, b: &Kept| -> Ordering {
            let by_key = match order.key {
                Key::Size => b.size.cmp(&a.size),
                Key::Time => b.time.cmp(&a.time),
                Key::Name | Key::None => Ordering::Equal,
            };
            by_key.then_with(|| name(a).cmp(name(b)))
        };
        if order.key != Key::None {
            // Equal lines cannot be told apart, but for names that a damaged image has twice.
            lines.sort_by(compare);
        }
        if order.reverse {
            lines.reverse();
        }
        self.lines = lines;
    }

    /// Writes all lines, aligned, and forgets them.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(crate) fn write<W: Write>(&mut self, end: u8, output: &mut Output<W>) -> Result<()> {
        for kept in &self.lines {
            let (_, written, tail) = self.part(kept);
            let line = output.line();
            for (index, (cell, width)) in cells(written).zip(&self.widths).enumerate() {
                let spaces = width.saturating_sub(cell.len());
                if index == LEFT {
                    line.extend_from_slice(cell);
                    pad(line, spaces);
                } else {
                    pad(line, spaces);
                    line.extend_from_slice(cell);
                }
                line.push(b' ');
            }
            line.extend_from_slice(tail);
            if !tail.is_empty() {
                line.push(end);
            }
            output.settle()?;
        }
        self.clear();
        Ok(())
    }

    /// Writes the tails of all lines side by side on lines of `width` columns, and forgets them.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(crate) fn write_columns<W: Write>(&mut self, width: usize, output: &mut Output<W>) -> Result<()> {
        let widths: Vec<usize> = self.lines.iter().map(|kept| usize::from(kept.width)).collect();
        let fitted = columns::fit(&widths, width);
        for row in columns::rows(self.lines.len(), fitted.len()) {
            let mut before = 0;
            for (kept, column) in row.filter_map(|index| self.lines.get(index)).zip(&fitted) {
                pad(output.line(), before);
                output.line().extend_from_slice(self.part(kept).2);
                before = columns::padding(kept.width.into(), *column);
            }
            output.line().push(b'\n');
            output.settle()?;
        }
        self.clear();
        Ok(())
    }

    fn clear(&mut self) {
        self.lines.clear();
        self.arena.clear();
    }

    /// Forgets how wide the cells were: what follows is aligned by itself.
    pub(crate) fn forget_widths(&mut self) {
        self.widths.clear();
    }
}

/// The cells of a line, each behind its length.
fn cells(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (length, rest) = bytes.split_first()?;
        let (cell, rest) = rest.split_at_checked(usize::from(*length))?;
        bytes = rest;
        Some(cell)
    })
}

fn pad(line: &mut Vec<u8>, spaces: usize) {
    line.resize(line.len().saturating_add(spaces), b' ');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Lines {
        let mut lines = Lines::default();
        for (name, size, seconds, cell) in [("b", 5, 1, "10"), ("a", 5, 3, "1"), ("c", 7, 2, "100")] {
            let time = Some(Time { seconds, nanoseconds: 0 });
            let mut entry = Entry { size, ..Entry::default() };
            entry.times.modified = time;
            let mut line = Line { tail: name.into(), width: 1, count: 2, ..Line::default() };
            for text in ["m", cell] {
                line.cells.push(u8::try_from(text.len()).expect("short"));
                line.cells.extend_from_slice(text.as_bytes());
            }
            lines.push(name.as_bytes(), &entry, &line).expect("room");
        }
        lines
    }

    fn sorted(key: Key, reverse: bool) -> String {
        let mut lines = lines();
        lines.sort(Order { key, reverse });
        let mut written = Vec::new();
        let mut output = Output::new(&mut written);
        lines.write_columns(80, &mut output).expect("memory");
        output.flush().expect("memory");
        String::from_utf8(written).expect("ASCII")
    }

    #[test]
    fn lines_go_by_name_size_or_time_and_back() {
        assert_eq!(sorted(Key::None, false), "b  a  c\n");
        assert_eq!(sorted(Key::Name, false), "a  b  c\n");
        assert_eq!(sorted(Key::Size, false), "c  a  b\n");
        assert_eq!(sorted(Key::Time, false), "a  c  b\n");
        assert_eq!(sorted(Key::Time, true), "b  c  a\n");
    }

    #[test]
    fn cells_are_aligned_to_the_widest() {
        let mut lines = lines();
        let mut written = Vec::new();
        let mut output = Output::new(&mut written);
        lines.write(b'\n', &mut output).expect("memory");
        output.flush().expect("memory");
        assert_eq!(written, b"m  10 b\nm   1 a\nm 100 c\n");
        assert_eq!(lines.len(), 0);
    }
}
