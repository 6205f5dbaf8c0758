//! Tiny ISO 9660 images, put together byte by byte, and the sources to read them over.

use crate::lookups::assert_lookups_are_scans;
use crate::sources::over_sources;
use isokit_core::iso9660::{Image, Names, Options};
use isokit_core::source::{Memory, Source};
use isokit_core::tree::walk::{Descend, Visitor, walk};
use isokit_core::tree::{Entry, Tree};
use isokit_core::{Error, Result};

/// Sector of the first directory of a [`Builder`].
pub(crate) const ROOT: u32 = 20;

/// An image being put together: system area, descriptors, then what a test puts where.
#[derive(Debug, Clone)]
pub(crate) struct Builder {
    pub(crate) bytes: Vec<u8>,
    descriptors: usize,
}

impl Builder {
    /// An image of `sectors` sectors with a primary volume descriptor whose root directory, of `root_size` bytes, is at
    /// sector [`ROOT`].
    pub(crate) fn new(sectors: usize, root_size: u32) -> Self {
        let mut builder = Self { bytes: vec![0; sectors * 2048], descriptors: 0 };
        builder.volume(1, 1, b"", ROOT, root_size);
        builder
    }

    /// Adds a volume descriptor of `kind` and `version` with `escapes`, and a terminator behind it.
    pub(crate) fn volume(&mut self, kind: u8, version: u8, escapes: &[u8], root: u32, root_size: u32) {
        let sectors = u32::try_from(self.bytes.len() / 2048).expect("a small image");
        let mut bytes = vec![0; 2048];
        put(&mut bytes, 0, &[kind]);
        put(&mut bytes, 1, b"CD001");
        put(&mut bytes, 6, &[version]);
        put(&mut bytes, 40, b"VOLUME                          ");
        put(&mut bytes, 80, &both32(sectors));
        put(&mut bytes, 88, escapes);
        put(&mut bytes, 128, &[0, 8, 8, 0]);
        put(&mut bytes, 156, &record(&[0], root, root_size, 2, b""));
        put(&mut self.bytes, (16 + self.descriptors) * 2048, &bytes);
        self.descriptors += 1;
        put(&mut self.bytes, (16 + self.descriptors) * 2048, b"\xffCD001\x01");
    }

    /// Puts `bytes` at the start of sector `sector`.
    pub(crate) fn put(&mut self, sector: u32, bytes: &[u8]) -> &mut Self {
        put(&mut self.bytes, usize::try_from(sector).expect("small") * 2048, bytes);
        self
    }

    /// Puts a directory at `sector`: its own record with `own` as system use, that of its parent, and `records`.
    pub(crate) fn directory(&mut self, sector: u32, own: &[u8], records: &[Vec<u8>]) -> &mut Self {
        let mut bytes = record(&[0], sector, 2048, 2, own);
        bytes.extend(record(&[1], ROOT, 2048, 2, b""));
        bytes.extend(records.iter().flatten());
        self.put(sector, &bytes)
    }
}

/// Puts `piece` into `bytes` at `at`.
pub(crate) fn put(bytes: &mut [u8], at: usize, piece: &[u8]) {
    bytes[at..at + piece.len()].copy_from_slice(piece);
}

/// `value` in both byte orders.
pub(crate) fn both32(value: u32) -> [u8; 8] {
    let mut bytes = [0; 8];
    put(&mut bytes, 0, &value.to_le_bytes());
    put(&mut bytes, 4, &value.to_be_bytes());
    bytes
}

/// A directory record.
pub(crate) fn record(name: &[u8], block: u32, size: u32, flags: u8, system_use: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0];
    bytes.extend(both32(block));
    bytes.extend(both32(size));
    bytes.extend([126, 11, 21, 4, 43, 0, 0, flags, 0, 0, 1, 0, 0, 1]);
    bytes.push(u8::try_from(name.len()).expect("a short name"));
    bytes.extend(name);
    if name.len().is_multiple_of(2) {
        bytes.push(0);
    }
    bytes.extend(system_use);
    if !bytes.len().is_multiple_of(2) {
        bytes.push(0);
    }
    bytes[0] = u8::try_from(bytes.len()).expect("a short record");
    bytes
}

/// A system use entry.
pub(crate) fn entry(signature: &[u8; 2], data: &[u8]) -> Vec<u8> {
    let mut bytes = signature.to_vec();
    bytes.extend([u8::try_from(data.len() + 4).expect("a short entry"), 1]);
    bytes.extend(data);
    bytes
}

/// SP, as the root's own record begins.
pub(crate) fn sp(skip: u8) -> Vec<u8> {
    entry(b"SP", &[0xbe, 0xef, skip])
}

/// CE.
pub(crate) fn ce(block: u32, offset: u32, length: usize) -> Vec<u8> {
    let length = u32::try_from(length).expect("a short area");
    entry(b"CE", &[both32(block), both32(offset), both32(length)].concat())
}

/// PX of 1.12, or of 1.10 without `serial`.
pub(crate) fn px(mode: u32, links: u32, serial: Option<u32>) -> Vec<u8> {
    let mut data = [both32(mode), both32(links), both32(1000), both32(100)].concat();
    data.extend(serial.map(both32).iter().flatten());
    entry(b"PX", &data)
}

/// NM.
pub(crate) fn nm(flags: u8, name: &[u8]) -> Vec<u8> {
    entry(b"NM", &[&[flags], name].concat())
}

/// A Rock Ridge root's own system use field: SP and PX.
pub(crate) fn root_use() -> Vec<u8> {
    [sp(0), px(0o040_755, 2, None)].concat()
}

/// What a walk found, as text: one line a path, one a failure.
#[derive(Debug, Default)]
pub(crate) struct Lines(pub Vec<String>);

impl Visitor for Lines {
    fn entry(&mut self, path: &[u8], entry: &Entry) -> Result<Descend> {
        let mut line = format!("{} {} {}", entry.kind.letter(), path.escape_ascii(), entry.size);
        if !entry.link.is_empty() {
            line = format!("{line} -> {}", entry.link.escape_ascii());
        }
        self.0.push(line);
        Ok(Descend::Into)
    }

    fn failure(&mut self, path: &[u8], error: Error) -> Result<()> {
        self.0.push(format!("! {}: {error}", path.escape_ascii()));
        Ok(())
    }
}

/// Every path of the tree that `names` chooses, and every failure.
pub(crate) fn list(source: &dyn Source, names: Names) -> Vec<String> {
    let image = Image::open(source, &Options { names, session: None }).expect("the image opens");
    let root = image.tree().root().expect("the root was read before");
    let mut lines = Lines::default();
    walk(image.tree(), &root, b"", &mut lines).expect("lines take everything");
    lines.0
}

/// The same of `bytes`, whatever kind of source gives them.
pub(crate) fn listed(bytes: &[u8], names: Names) -> Vec<String> {
    let lines = list(&Memory(bytes), names);
    over_sources(bytes, |source| assert_eq!(list(source, names), lines));
    lines
}

/// Asserts what the tree that auto chooses lists, over every kind of source, and that names are found in it as they are
/// listed.
pub(crate) fn assert_lists(builder: &Builder, want: &[&str]) {
    over_sources(&builder.bytes, |source| {
        assert_eq!(list(source, Names::Auto), want);
    });
    let memory = Memory(&builder.bytes);
    let image = Image::open(&memory, &Options::default()).expect("the image opens");
    assert_lookups_are_scans(image.tree());
}
