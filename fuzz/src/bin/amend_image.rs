//! Files of a hostile image that are changed where they lie: what is said to be possible is so.
#![no_main]
use isokit_core::amend::{Amended, Change, NewFile, Patch, To, amend};
use isokit_core::image::{Opened, Options};
use isokit_core::source::{Memory, Source};
use isokit_core::tree::content::Content;
use isokit_core::tree::resolve::{Follow, resolve};
use isokit_core::tree::walk::each;
use isokit_core::tree::{Extent, Kind, Time};

/// Files of an image that are changed, one after the other.
const MOST: usize = 8;

/// Bytes of the largest of them.
const LARGEST: u64 = 1 << 20;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let source = Memory(bytes);
    let mut files = Vec::new();
    if let Ok(opened) = Opened::new(Memory(bytes.to_vec()), &Options::default()) {
        let _ = each(opened.image().tree(), |path, entry| {
            if entry.kind == Kind::File && files.len() < MOST && entry.size < LARGEST {
                files.push((path.to_vec(), entry.size));
            }
            Ok(())
        });
    }
    for (path, size) in files {
        for length in [0, size / 2, size, size.saturating_add(7)] {
            change(&source, bytes, &path, length);
        }
    }
});

/// Changes the file at `path` to one of `length` bytes, if that can be done, and reads it again.
fn change(source: &dyn Source, bytes: &[u8], path: &[u8], length: u64) {
    let new = Memory(vec![b'n'; usize::try_from(length).expect("it is small")]);
    let file = NewFile { content: &new, length, modified: Time { seconds: 1_000_000_000, nanoseconds: 0 } };
    let changes = [Change { path: path.to_vec(), file: 0 }];
    let Ok(amendment) = amend(source, &changes, &[file]) else { return };
    let (mut store, mut patches, mut last) = (Vec::new(), Vec::new(), 0);
    for part in amendment.parts() {
        assert!(part.at >= last && part.end() <= bytes.len() as u64, "parts lie in the image, in order");
        last = part.end();
        let from = match &part.to {
            To::Zeros(length) => Extent::hole(*length),
            _ => Extent::recorded(store.len() as u64, part.length()),
        };
        match &part.to {
            To::Bytes(bytes) => store.extend_from_slice(bytes),
            To::Content { length, .. } => store.extend(std::iter::repeat_n(b'n', *length as usize)),
            To::Zeros(_) => {}
        }
        patches.push(Patch { at: part.at, from });
    }
    let store = Memory(store);
    let amended = Amended::new(source, &store, &patches);
    if amendment.check(&amended).is_err() {
        return;
    }
    let mut whole = vec![0; bytes.len()];
    amended.read_at(0, &mut whole).expect("memory");
    let opened = Opened::new(Memory(whole), &Options::default()).expect("it was checked");
    let found = resolve(opened.image().tree(), path, Follow::OnTheWay).expect("it was checked");
    assert_eq!(found.entry.size, length);
    let mut content = Vec::new();
    Content::open(opened.source(), &found.entry).expect("plain").write_to(&mut content).expect("memory");
    // A boot image is told where it lies.
    let same = content.iter().filter(|byte| **byte == b'n').count();
    assert!(same + 64 >= content.len(), "the new content is there");
}
