//! Tar archives, from a file and from a pipe, which have to tell the same. Header sums are put right first: a fuzzer would
//! never get past them.
#![no_main]

use isomk::archive::{Archive, Member};
use std::fs::File;
use std::io::Write;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut archive = bytes.to_vec();
    for block in archive.chunks_exact_mut(512).filter(|block| block.iter().any(|byte| *byte != 0)) {
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

/// The members, and the error that ended them.
fn members(file: File) -> (Vec<Member>, Option<String>) {
    let mut archive = Archive::from_file(file, "archive").expect("a file or a pipe");
    let mut members = Vec::new();
    loop {
        let next = archive.next_member().and_then(|member| {
            let Some(member) = member else { return Ok(None) };
            archive.content(member.size)?;
            Ok(Some(member))
        });
        match next {
            Ok(Some(member)) => members.push(member),
            Ok(None) => return (members, None),
            Err(error) => return (members, Some(error.to_string())),
        }
    }
}
