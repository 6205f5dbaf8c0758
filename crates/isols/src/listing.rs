//! Entries listed, as they are met.

use crate::drawing::Drawing;
use crate::line::{Content, Line};
use crate::lines::{Key, Lines};
use crate::output::Output;
use crate::request::{List, Shape};
use crate::truncation::Truncation;
use isokit_cli::Report;
use isokit_core::error::{Error, Result};
use isokit_core::tree::glob::{self, Patterns, is_pattern};
use isokit_core::tree::resolve::{Follow, Found, names_something, resolve};
use isokit_core::tree::walk::{Descend, Visitor, append, walk};
use isokit_core::tree::{Detail, Entry, Kind, Tree};
use std::io::Write;

/// Lines that are kept before they are written, when the listing is long and in the order of the image: enough that
/// most directories are aligned as one.
const BLOCK: usize = 512;

/// One run over the operands of a listing.
pub(crate) struct Listing<'a, 's, W: Write> {
    list: &'a List,
    /// As the user named it, for messages.
    input: &'a str,
    tree: &'a dyn Tree,
    report: &'a Report,
    output: &'a mut Output<W>,
    truncation: &'a mut Truncation<'s>,
    line: Line,
    lines: Lines,
    /// Something was written, so that a heading needs an empty line before it.
    begun: bool,
}

impl<'a, 's, W: Write> Listing<'a, 's, W> {
    pub(crate) fn new(
        list: &'a List,
        input: &'a str,
        tree: &'a dyn Tree,
        report: &'a Report,
        output: &'a mut Output<W>,
        truncation: &'a mut Truncation<'s>,
    ) -> Self {
        Self {
            list,
            input,
            tree,
            report,
            output,
            truncation,
            line: Line::default(),
            lines: Lines::default(),
            begun: false,
        }
    }

    /// Lists all that was asked for. What cannot be found or read is reported; the rest is listed.
    ///
    /// # Errors
    /// Those of the output, and of a pattern that is malformed.
    pub(crate) fn run(&mut self) -> Result<()> {
        let root = [b"/".to_vec()];
        let paths = if self.list.paths.is_empty() { &root[..] } else { &self.list.paths };
        let mut directories = Vec::new();
        let mut patterns = Vec::new();
        for path in paths {
            match resolve(self.tree, path, Follow::OnTheWay) {
                Ok(found) => self.operand(found, &mut directories)?,
                // What could not be read on the way to it is met again when all is walked.
                Err(_) if self.is_pattern(path) => match glob::check(path) {
                    Ok(()) => patterns.push(path.as_slice()),
                    Err(error) => self.failed(path, &error),
                },
                // What is not found is named by the error.
                Err(error @ Error::NotFound { .. }) => self.failed(b"", &error),
                Err(error) if path.iter().all(|byte| *byte == b'/') => self.failed(b"", &error),
                Err(error) => self.failed(path, &error),
            }
        }
        if !patterns.is_empty() {
            self.patterns(&patterns, &mut directories)?;
        }
        self.put()?;
        let headings = paths.len() > 1 || !patterns.is_empty();
        for directory in &directories {
            self.contents(directory, headings)?;
        }
        self.output.flush()
    }

    /// Whether `path`, which was not found, is a pattern.
    fn is_pattern(&self, path: &[u8]) -> bool {
        !self.list.literal && is_pattern(path) && !names_something(self.tree, path, Follow::OnTheWay)
    }

    /// One operand: listed at once, unless it is a directory whose content is wanted, which comes after all files.
    fn operand(&mut self, found: Found, directories: &mut Vec<Found>) -> Result<()> {
        let Found { path, entry } = found;
        match self.list.shape {
            Shape::Contents | Shape::Tree if entry.kind == Kind::Directory => {
                directories.push(Found { path, entry });
                Ok(())
            }
            Shape::Recursive => {
                if !path.is_empty() {
                    self.one(&path, &path, &entry)?;
                }
                if entry.kind == Kind::Directory {
                    let tree = self.tree;
                    walk(tree, &entry, &path, &mut Below(self))?;
                }
                Ok(())
            }
            _ => {
                let path = if path.is_empty() { b"/".to_vec() } else { path };
                self.one(&path, &path, &entry)
            }
        }
    }

    /// All entries that match a pattern, found in one walk.
    fn patterns(&mut self, operands: &[&[u8]], directories: &mut Vec<Found>) -> Result<()> {
        let patterns = Patterns::new(operands.iter().copied())?;
        let (tree, root) = (self.tree, self.tree.root()?);
        let mut matching = Matching {
            patterns,
            numbers: Vec::new(),
            matched: vec![false; operands.len()],
            covered: Vec::new(),
            directories,
            listing: self,
        };
        walk(tree, &root, b"", &mut matching)?;
        let matched = matching.matched;
        for (operand, matched) in operands.iter().zip(matched) {
            if !matched {
                let shown = crate::escape::shown(operand);
                self.failed(b"", &Error::not_found(shown, "nothing in the image matches"));
            }
        }
        Ok(())
    }

    /// The entries in `directory`, behind its path if a `heading` is wanted.
    fn contents(&mut self, directory: &Found, heading: bool) -> Result<()> {
        if self.list.shape == Shape::Tree {
            return self.drawing(directory);
        }
        if heading
            && self.list.format.content != Content::Json
            && self.list.format.content != Content::Extents
        {
            self.heading(&directory.path)?;
        }
        let mut cursor = match self.tree.open(&directory.entry, self.list.detail()) {
            Ok(cursor) => cursor,
            Err(error) => {
                self.failed(&directory.path, &error);
                return Ok(());
            }
        };
        let mut entry = Entry::default();
        let mut path = directory.path.clone();
        loop {
            let more = cursor.next(&mut entry);
            path.truncate(directory.path.len());
            append(&mut path, &entry);
            match more {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    self.failed(&path, &error);
                    continue;
                }
            }
            if self.shows(&entry) {
                self.one(&path, &entry.name, &entry)?;
            }
        }
        self.put()?;
        self.lines.forget_widths();
        Ok(())
    }

    fn heading(&mut self, path: &[u8]) -> Result<()> {
        let shown = if path.is_empty() { b"/" } else { path };
        let line = self.output.line();
        if self.begun {
            line.push(self.list.format.end);
        }
        if self.list.format.escaped {
            crate::escape::push(shown, line);
        } else {
            line.extend_from_slice(shown);
        }
        line.push(b':');
        line.push(self.list.format.end);
        self.begun = true;
        self.output.settle()
    }

    fn drawing(&mut self, directory: &Found) -> Result<()> {
        if self.begun {
            self.output.line().push(b'\n');
        }
        self.begun = true;
        let failures = Drawing::new(self.list, self.truncation).draw(self.tree, directory, self.output)?;
        for (path, error) in failures {
            self.failed(&path, &error);
        }
        Ok(())
    }

    /// Whether a listing of a directory shows `entry`.
    fn shows(&self, entry: &Entry) -> bool {
        let lines = matches!(self.list.format.content, Content::Json | Content::Extents);
        self.list.all || lines || (!entry.hidden && !entry.name.starts_with(b"."))
    }

    /// Lists one entry, now or when all are known that it is aligned or sorted with.
    fn one(&mut self, path: &[u8], name: &[u8], entry: &Entry) -> Result<()> {
        self.truncation.see(entry);
        let streams = match entry.streams {
            Some(_) if self.list.format.content == Content::Json => self.tree.streams(entry),
            _ => Ok(Vec::new()),
        };
        let streams = streams.unwrap_or_else(|error| {
            self.failed(path, &error);
            Vec::new()
        });
        self.list.format.fill(path, name, entry, &streams, &mut self.line);
        let sorted = self.list.order.key != Key::None || self.list.order.reverse;
        if sorted || self.list.columns.is_some() {
            return self.lines.push(name, entry, &self.line);
        }
        if self.line.count > 0 {
            self.lines.push(name, entry, &self.line)?;
            return if self.lines.len() >= BLOCK { self.put() } else { Ok(()) };
        }
        if !self.line.tail.is_empty() {
            let line = self.output.line();
            line.extend_from_slice(&self.line.tail);
            line.push(self.list.format.end);
            self.begun = true;
        }
        self.output.settle()
    }

    /// Sorts, aligns and writes the lines that are kept, and keeps none of them.
    fn put(&mut self) -> Result<()> {
        if self.lines.len() == 0 {
            return Ok(());
        }
        self.begun = true;
        self.lines.sort(self.list.order);
        match self.list.columns {
            Some(width) => self.lines.write_columns(width, self.output),
            None => self.lines.write(self.list.format.end, self.output),
        }
    }

    fn failed(&mut self, path: &[u8], error: &Error) {
        if self.truncation.accounts_for(error) {
            return;
        }
        let input = match path {
            [] => self.input.to_owned(),
            _ => format!("{}: {}", self.input, crate::escape::shown(path)),
        };
        self.report.failure(input, error);
    }
}

/// A walk's visitor that lists all that it meets.
struct Below<'l, 'a, 's, W: Write>(&'l mut Listing<'a, 's, W>);

impl<W: Write> Visitor for Below<'_, '_, '_, W> {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        self.0.one(path, path, entry)?;
        Ok(Descend::Into)
    }

    fn detail(&self) -> Detail {
        self.0.list.detail()
    }

    fn failure(&mut self, path: &[u8], error: Error) -> Result<()> {
        self.0.failed(path, &error);
        Ok(())
    }
}

/// Lists what matches a pattern, or, where every path is wanted, lies below what does.
struct Matching<'l, 'a, 's, W: Write> {
    patterns: Patterns,
    numbers: Vec<usize>,
    matched: Vec<bool>,
    /// Path of the directory that matched last: all below it is listed. A walk is through with it before it meets the
    /// next.
    covered: Vec<u8>,
    directories: &'l mut Vec<Found>,
    listing: &'l mut Listing<'a, 's, W>,
}

impl<W: Write> Visitor for Matching<'_, '_, '_, W> {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        self.patterns.matches(path, entry.kind == Kind::Directory, &mut self.numbers);
        for number in &self.numbers {
            if let Some(matched) = self.matched.get_mut(*number) {
                *matched = true;
            }
        }
        let below = !self.covered.is_empty()
            && path.strip_prefix(self.covered.as_slice()).is_some_and(|rest| rest.starts_with(b"/"));
        if !self.numbers.is_empty() || below {
            match self.listing.list.shape {
                Shape::Contents | Shape::Tree if entry.kind == Kind::Directory => {
                    self.directories.push(Found { path: path.to_vec(), entry: entry.clone() });
                }
                Shape::Recursive if entry.kind == Kind::Directory && !below => {
                    self.covered = path.to_vec();
                    self.listing.one(path, path, entry)?;
                }
                _ => self.listing.one(path, path, entry)?,
            }
        }
        Ok(Descend::Into)
    }

    fn detail(&self) -> Detail {
        self.listing.list.detail()
    }

    fn failure(&mut self, path: &[u8], error: Error) -> Result<()> {
        self.listing.failed(path, &error);
        Ok(())
    }
}
