//! Trees in memory, the volumes made of them, and what readers are to see in those.

use isokit_core::extents::{Extent, Extents};
use isokit_core::fat::plan::{Options, Plan, plan};
use isokit_core::fill::{Contents, Opened, Strict, fill_in_place};
use isokit_core::source::Memory;
use isokit_core::tree::build::{Build, File};
use isokit_core::tree::{Kind, Time};
use isokit_witness::{Seen, Tree};
use sha2::{Digest, Sha256};
use std::io;
use std::path::Path;

/// 2023-11-14T22:13:20Z: an even second.
pub(crate) const TIME: Time = Time { seconds: 1_700_000_000, nanoseconds: 0 };

/// A file that all may read and its owner may write.
pub(crate) const FILE: File<'_> = File::new(Kind::File, 0o644, TIME);

/// A directory.
pub(crate) const DIRECTORY: File<'_> = File::new(Kind::Directory, 0o755, TIME);

/// What gives a content's bytes.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    Bytes(Vec<u8>),
    /// Zeros that take no room.
    Hole([Extent; 1]),
}

pub(crate) type Source = Build<Origin>;

static NOTHING: Memory<[u8; 0]> = Memory([]);

pub(crate) struct Open;

impl Contents<Origin> for Open {
    fn open<'c>(&'c self, origin: &'c Origin) -> io::Result<Opened<'c>> {
        Ok(match origin {
            Origin::Bytes(bytes) => Opened::Bytes(bytes),
            Origin::Hole(hole) => Opened::Extents(Extents::new(&NOTHING, &hole[..])),
        })
    }
}

/// A volume to be made: what it shows, its tree, and what is asked of it.
pub(crate) struct Shape {
    pub(crate) name: String,
    pub(crate) source: Source,
    pub(crate) options: Options,
}

/// A tree with nothing but its root.
pub(crate) fn nothing() -> Source {
    Build::new(&DIRECTORY).expect("a root")
}

/// `size` bytes that do not repeat, others for every `seed`.
pub(crate) fn bytes(size: usize, seed: usize) -> Vec<u8> {
    let mut state = u64::try_from(seed).expect("64 bits") | 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    (0..size).map(|_| next()).collect()
}

/// Puts a file of `size` bytes at `path`.
pub(crate) fn put(source: &mut Source, path: &str, size: usize) {
    let origin = Origin::Bytes(bytes(size, path.len() * 1000 + size));
    let size = u64::try_from(size).expect("64 bits");
    source.put_content(path, &FILE, size, origin).unwrap_or_else(|error| panic!("{path}: {error}"));
}

/// Puts a file of `size` zeros at `path`.
pub(crate) fn put_zeros(source: &mut Source, path: &str, size: u64) {
    source.put_content(path, &FILE, size, Origin::Hole([Extent::hole(size)])).expect("legal");
}

/// The plan of a shape, which must be a good one.
#[track_caller]
pub(crate) fn planned(shape: &Shape) -> Plan<'_, Origin> {
    plan(&shape.source, &shape.options).unwrap_or_else(|error| panic!("{}: {error}", shape.name))
}

/// Fills the file `to` with the volume.
#[track_caller]
pub(crate) fn make(shape: &Shape, to: &Path) {
    let plan = planned(shape);
    let file = std::fs::File::create(to).expect("a file");
    let strict = Strict::default();
    fill_in_place(&plan, &Open, &strict, 2, &file, 0).expect("room");
    strict.end(&plan).expect("the contents are what was planned");
    assert_eq!(file.metadata().expect("it is there").len(), plan.size(), "{}", shape.name);
}

/// What a reader is to see: files and directories, times to two seconds.
pub(crate) fn expected(source: &Source) -> Tree {
    let mut tree = Tree::new();
    for name in source.names().skip(1) {
        let file = source.file(source.name(name).file);
        let kind = match file.kind {
            Kind::File => "regular file",
            Kind::Directory => "directory",
            _ => continue,
        };
        let content = file.content.map(|content| source.content(content));
        let size = content.map_or(0, |content| content.size);
        let seen = Seen {
            kind: kind.into(),
            size: if file.kind == Kind::File { size.to_string() } else { String::new() },
            modified: (file.modified.seconds & !1).to_string(),
            content: if file.kind == Kind::File {
                digest(content.map(|it| &it.origin))
            } else {
                String::new()
            },
            ..Seen::default()
        };
        tree.insert(String::from_utf8(source.path(name)).expect("FAT has text only"), seen);
    }
    tree
}

fn digest(origin: Option<&Origin>) -> String {
    let mut hasher = Sha256::new();
    match origin {
        None => {}
        Some(Origin::Bytes(bytes)) => hasher.update(bytes),
        Some(Origin::Hole([hole])) => {
            let zeros = vec![0; 1 << 16];
            let mut left = usize::try_from(hole.length).expect("64 bits");
            while left > 0 {
                let step = left.min(zeros.len());
                hasher.update(&zeros[..step]);
                left -= step;
            }
        }
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
