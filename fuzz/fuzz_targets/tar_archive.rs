//! Tar archives, from a file and from a pipe, which have to tell the same, and have the same contents. Header sums are put
//! right first: a fuzzer would never get past them.
#![no_main]

use isokit_core::fill::{Opened, Reader};
use isomk::archive::{Archive, Member};
use std::fs::File;
use std::io::Write;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut archive = bytes.to_vec();
    for block in archive.chunks_exact_mut(512).filter(|block| !is_map(block)) {
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    }
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(&archive).expect("room for it");
    std::io::Seek::rewind(&mut file).expect("a file");
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    let mut rest = reader.try_clone().expect("a pipe");
    let from_file = members(file);
    let from_pipe = std::thread::scope(|scope| {
        scope.spawn(move || writer.write_all(&archive));
        let members = members(File::from(std::os::fd::OwnedFd::from(reader)));
        // libFuzzer leaves SIGPIPE as it is: a writer that is cut off would end the run.
        let _ = std::io::copy(&mut rest, &mut std::io::sink());
        members
    });
    assert_eq!(from_file, from_pipe);
});

/// Whether a block is one of zeros, or begins as the maps of sparse members do.
fn is_map(block: &[u8]) -> bool {
    block.iter().take(24).all(|byte| matches!(byte, b'0'..=b'9' | b'\n' | 0 | 0x80))
}

/// A member with the first bytes of its content.
type Found = (Member, Vec<u8>);

/// The members, and the error that ended them.
fn members(file: File) -> (Vec<Found>, Option<String>) {
    let mut archive = Archive::from_file(file, "archive").expect("a file or a pipe");
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
    let read = |(member, content): (Member, Option<_>)| {
        let Some(content) = content else { return (member, Vec::new()) };
        let size = usize::try_from(member.size).map_or(LOOK, |size| size.min(LOOK));
        let mut bytes = vec![0xFF; size];
        let mut reader = Reader::new(Opened::Extents(archive.open_content(content).expect("it was asked for")));
        assert_eq!(reader.read(&mut bytes).expect("what was read can be read"), size);
        (member, bytes)
    };
    (members.into_iter().map(read).collect(), error)
}

/// Bytes of a content that are looked at: holes have any size.
const LOOK: usize = 64 << 10;
