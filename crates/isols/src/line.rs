//! A line and its format: what is said of one entry.

use crate::escape;
use crate::paint::Paint;
use isokit_cli::date::Dates;
use isokit_cli::json::Writer;
use isokit_cli::size;
use isokit_cli::{date, mode};
use isokit_core::number::wide;
use isokit_core::tree::{Attribute, Coding, Entry, Kind, Posix, Time};
use std::io::Write;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Name,
    /// The name and, for a symbolic link, where it leads.
    NameAndTarget,
    /// Mode, links, owner, group, size, date, name, target.
    Long,
    /// All there is to know, as a JSON object.
    Json,
    /// A line for each extent: byte offset, length, path.
    Extents,
}

#[derive(Debug)]
pub(crate) struct Format {
    pub(crate) content: Content,
    /// For a terminal: no byte of a name is obeyed by it.
    pub(crate) escaped: bool,
    /// [`Line::width`] is wanted, as names are to stand side by side. Else it stays 0.
    pub(crate) measured: bool,
    pub(crate) paint: Paint,
    /// As `ls -p`: names of directories end in a slash.
    pub(crate) slash: bool,
    pub(crate) dates: Dates,
    /// Sizes are in powers of 1024 and rounded up; else in bytes.
    pub(crate) human: bool,
    /// Newline or, with `--null`, zero.
    pub(crate) end: u8,
    /// Added to every byte offset: where the image begins in the input the user named.
    pub(crate) origin: u64,
}

/// One line; its buffers serve the next line, too.
#[derive(Debug, Default)]
pub(crate) struct Line {
    /// The cells before the name, each behind its length.
    pub(crate) cells: Vec<u8>,
    pub(crate) count: usize,
    /// The name and all that follows, without the end of the line.
    pub(crate) tail: Vec<u8>,
    /// Columns that the tail takes on a terminal.
    pub(crate) width: usize,
}

impl Line {
    fn clear(&mut self) {
        self.cells.clear();
        self.count = 0;
        self.tail.clear();
        self.width = 0;
    }

    /// One more cell; cut at 255 bytes, which none comes near.
    fn cell(&mut self, fill: impl FnOnce(&mut Vec<u8>)) {
        let start = self.cells.len();
        self.cells.push(0);
        fill(&mut self.cells);
        let length = self.cells.len().saturating_sub(start).saturating_sub(1);
        let kept = u8::try_from(length).unwrap_or(u8::MAX);
        self.cells.truncate(start.saturating_add(1).saturating_add(usize::from(kept)));
        if let Some(place) = self.cells.get_mut(start) {
            *place = kept;
        }
        self.count = self.count.saturating_add(1);
    }

    fn number(&mut self, number: Option<u64>) {
        // Writing into a vector does not fail.
        self.cell(|cell| match number {
            Some(number) => drop(write!(cell, "{number}")),
            None => cell.push(b'?'),
        });
    }
}

impl Format {
    /// Whether a line is but the name of its entry: in colour, it also shows what that is.
    pub(crate) fn says_names_only(&self) -> bool {
        self.content == Content::Name && !self.paint.is_on()
    }

    /// Makes `line` that of `entry`, which lies at `path`, is called `name` in this listing and has these `streams`.
    pub(crate) fn fill(&self, path: &[u8], name: &[u8], entry: &Entry, streams: &[Entry], line: &mut Line) {
        line.clear();
        match self.content {
            Content::Name => self.name(name, entry, line),
            Content::NameAndTarget => {
                self.name(name, entry, line);
                self.target(entry, line);
            }
            Content::Long => {
                self.cells(entry, line);
                self.name(name, entry, line);
                self.target(entry, line);
            }
            Content::Json => self.json(path, entry, streams, &mut line.tail),
            Content::Extents => self.extents(path, entry, line),
        }
    }

    fn text(&self, text: &[u8], line: &mut Line) {
        if self.escaped {
            line.width = line.width.saturating_add(escape::push(text, &mut line.tail));
        } else {
            line.tail.extend_from_slice(text);
            if self.measured {
                line.width = line.width.saturating_add(escape::columns(text));
            }
        }
    }

    fn name(&self, name: &[u8], entry: &Entry, line: &mut Line) {
        let painted = self.paint.begin(entry, &mut line.tail);
        self.text(name, line);
        if painted {
            Paint::end(&mut line.tail);
        }
        if self.slash && entry.kind == Kind::Directory {
            line.tail.push(b'/');
            line.width = line.width.saturating_add(1);
        }
    }

    fn target(&self, entry: &Entry, line: &mut Line) {
        if entry.kind == Kind::Symlink {
            line.tail.extend_from_slice(b" -> ");
            self.text(&entry.link, line);
        }
    }

    fn cells(&self, entry: &Entry, line: &mut Line) {
        let posix = entry.posix;
        line.cell(|cell| cell.extend_from_slice(&mode::permissions(entry)));
        line.number(posix.map(|posix| u64::from(posix.links)).filter(|links| *links != 0));
        line.number(posix.and_then(|posix| Posix::specified(posix.uid)).map(u64::from));
        line.number(posix.and_then(|posix| Posix::specified(posix.gid)).map(u64::from));
        match posix.and_then(|posix| posix.device) {
            // Writing into a vector does not fail.
            Some((major, minor)) => line.cell(|cell| drop(write!(cell, "{major}, {minor}"))),
            None if self.human => {
                line.cell(|cell| cell.extend_from_slice(size::human(shown_size(entry)).as_bytes()));
            }
            None => line.number(Some(shown_size(entry))),
        }
        line.cell(|cell| self.dates.write(entry.times.modified, cell));
    }

    fn extents(&self, path: &[u8], entry: &Entry, line: &mut Line) {
        for (index, extent) in entry.extents.iter().enumerate() {
            if index > 0 {
                line.tail.push(self.end);
            }
            // Writing into a vector does not fail.
            let _ = match extent.offset {
                Some(offset) => {
                    write!(line.tail, "{}\t{}\t", self.origin.saturating_add(offset), extent.length)
                }
                None => write!(line.tail, "-\t{}\t", extent.length),
            };
            self.text(path, line);
        }
    }

    fn json(&self, path: &[u8], entry: &Entry, streams: &[Entry], line: &mut Vec<u8>) {
        let mut object = Writer::object(line);
        object.bytes("path", path);
        object.bytes("name", &entry.name);
        object.text("kind", kind_word(entry.kind));
        object.raw("size", shown_size(entry));
        if let Some(posix) = entry.posix {
            // In octal, as chmod takes it: a JSON number would be read as decimal.
            object.text("mode", format!("{:04o}", posix.mode));
            if posix.links != 0 {
                object.raw("links", posix.links);
            }
            for (key, number) in [("uid", posix.uid), ("gid", posix.gid)] {
                if let Some(number) = Posix::specified(number) {
                    object.raw(key, number);
                }
            }
            if let Some(serial) = posix.serial {
                object.raw("serial", serial);
            }
            if let Some((major, minor)) = posix.device {
                object.values("device", [major, minor]);
            }
        }
        if entry.kind == Kind::Symlink {
            object.bytes("target", &entry.link);
        }
        self.json_times(entry, &mut object);
        self.json_extents(entry, &mut object);
        if let Coding::Zisofs { version, header, block_log2 } = entry.coding {
            object.nested("zisofs", |object| {
                object.raw("version", version);
                object.raw("header", header);
                object.raw("block_log2", block_log2);
            });
        }
        if !entry.attributes.is_empty() {
            object.list("xattrs", &entry.attributes, |object, Attribute { name, value }| {
                object.bytes("name", name);
                object.bytes("value", value);
            });
        }
        if !streams.is_empty() {
            object.list("streams", streams, |object, stream| {
                object.bytes("name", &stream.name);
                object.raw("size", stream.size);
                self.json_extents(stream, object);
            });
        }
        if entry.hidden {
            object.raw("hidden", true);
        }
        object.raw("record", entry.at.byte());
        object.end();
    }

    fn json_extents(&self, entry: &Entry, object: &mut Writer<'_>) {
        object.list("extents", &entry.extents, |object, extent| {
            if let Some(offset) = extent.offset {
                object.raw("offset", self.origin.saturating_add(offset));
            }
            object.raw("length", extent.length);
        });
    }

    fn json_times(&self, entry: &Entry, object: &mut Writer<'_>) {
        let times = entry.times;
        for (key, time) in [
            ("modified", times.modified),
            ("accessed", times.accessed),
            ("changed", times.changed),
            ("created", times.created),
            ("backup", times.backed_up),
            ("expires", times.expires),
            ("effective", times.effective),
        ] {
            if let Some(text) = time.and_then(|time: Time| date::rfc3339(time)) {
                object.text(key, text);
            }
        }
    }
}

/// The size that lstat(2) would say: that of a symbolic link is the length of its target.
fn shown_size(entry: &Entry) -> u64 {
    if entry.kind == Kind::Symlink { wide(entry.link.len()) } else { entry.size }
}

/// What `kind` is in the JSON output.
const fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::File => "file",
        Kind::Directory => "directory",
        Kind::Symlink => "symlink",
        Kind::CharacterDevice => "character-device",
        Kind::BlockDevice => "block-device",
        Kind::Fifo => "fifo",
        Kind::Socket => "socket",
    }
}
