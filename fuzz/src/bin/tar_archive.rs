//! Tar archives, in memory and from a pipe, which have to tell the same, and have the same contents. Header sums are put
//! right first: a fuzzer would never get past them.
#![no_main]

use isokit_core::source::{Memory, Pipe};
use isokit_tar::{Archive, Member};
use std::io::Cursor;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut archive = bytes.to_vec();
    for block in archive.chunks_exact_mut(512).filter(|block| !is_map(block)) {
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    }
    let pipe = Pipe::with_memory(Cursor::new(archive.clone()), std::env::temp_dir(), 16 << 10);
    let passing = members(Archive::passing(pipe));
    assert_eq!(members(Archive::new(Box::new(Memory(archive)))), passing);
});

/// Whether a block is one of zeros, or begins as the maps of sparse members do.
fn is_map(block: &[u8]) -> bool {
    block.iter().take(24).all(|byte| matches!(byte, b'0'..=b'9' | b'\n' | 0 | 0x80))
}

/// A member with the first bytes of its content.
type Found = (Member<'static>, Vec<u8>);

/// The members, and the error that ended them.
fn members(mut archive: Archive) -> (Vec<Found>, Option<String>) {
    let mut members = Vec::new();
    let error = loop {
        let next = archive.next_member().and_then(|member| {
            // Some are passed over.
            let has_content = member.as_ref().is_some_and(|member| member.uid % 8 != 7);
            let content = if has_content { Some(archive.content()?) } else { None };
            Ok(member.map(|member| (member, content)))
        });
        match next {
            Ok(Some(found)) => members.push(found),
            Ok(None) => break None,
            Err(error) => break Some(error.to_string()),
        }
    };
    let read = |(member, content): (Member<'static>, Option<_>)| {
        let Some(content) = content else { return (member, Vec::new()) };
        let size = usize::try_from(member.size).map_or(LOOK, |size| size.min(LOOK));
        let mut bytes = vec![0xFF; size];
        let extents = archive.open_content(content).expect("it was asked for");
        assert_eq!(extents.read(0, &mut bytes).expect("what was read can be read"), size);
        (member, bytes)
    };
    (members.into_iter().map(read).collect(), error)
}

/// Bytes of a content that are looked at: holes have any size.
const LOOK: usize = 64 << 10;
