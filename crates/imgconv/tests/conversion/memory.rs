//! Where memory is short.

use crate::{data, imgconv, packed};
use assert_cmd::Command;

/// What `imgconv` says of `input` where it can have no more than 600 MB of addresses.
fn said_without_memory(arguments: &str, input: &[u8]) -> String {
    let shell = format!("ulimit -v 600000; exec '{}' {arguments}", env!("CARGO_BIN_EXE_imgconv"));
    let run = Command::new("sh").args(["-c", &shell]).write_stdin(input).assert().code(1);
    String::from_utf8_lossy(&run.get_output().stderr).into_owned()
}

#[test]
fn want_of_memory_is_said_with_the_memory_that_is_needed() {
    let mut first = packed("xz", b"hello\n");
    let bits = 2 + first.windows(2).position(|bytes| bytes == [0x21, 1]).expect("an LZMA2 filter");
    let mut big = first.clone();
    // The header of the first block lies behind that of the stream.
    let end = 12 + (usize::from(big[12]) + 1) * 4;
    big[bits] = 37;
    let crc = crc32fast::hash(&big[12..end - 4]);
    big[end - 4..end].copy_from_slice(&crc.to_le_bytes());
    let at = 12;
    let said = said_without_memory("--threads 1", &big);
    let sentence = "xz block: out of memory: its dictionary takes 1536 MiB\n";
    assert_eq!(said, format!("imgconv: standard input: byte {at:#x}: {sentence}"));
    // Of a later stream, read by several threads.
    let at = first.len() + at;
    first.extend_from_slice(&big);
    let said = said_without_memory("--threads 2", &first);
    assert_eq!(said, format!("imgconv: standard input: byte {at:#x}: {sentence}"));

    // Two frames of an empty raw block; the windows are of 2 GiB and 4 GiB.
    let frame = |window| [0x28, 0xb5, 0x2f, 0xfd, 0, window, 1, 0, 0];
    let said = said_without_memory("--long=31", &frame(21 << 3));
    assert_eq!(
        said,
        "imgconv: standard input: byte 0x0: zstd frame: out of memory: its window takes 2 GiB\n"
    );
    for (arguments, window, end) in [
        (&[][..], 21 << 3, "2 GiB is larger than 128 MiB; --long allows it\n"),
        (&["--long=31"], 22 << 3, "4 GiB is larger than 2 GiB, the largest supported\n"),
    ] {
        let run = imgconv(arguments).write_stdin(frame(window)).assert().code(1);
        let said = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
        assert_eq!(said, format!("imgconv: standard input: byte 0x0: zstd frame: its window of {end}"));
    }

    let said = said_without_memory("--to xz -9 --threads 2", b"hello\n");
    let less = "lower levels and fewer threads need less";
    assert_eq!(
        said,
        format!("imgconv: standard input: xz: out of memory at level 9 with 2 threads; {less}\n")
    );
}

/// Fewer threads than were asked for do the same work, and without room for one there is a sentence.
#[test]
fn want_of_memory_for_threads_is_no_crash() {
    let data = data(3_000_000);
    for limit in [20_000, 30_000, 60_000, 100_000, 200_000] {
        let shell =
            format!("ulimit -v {limit}; exec '{}' --to xz -0 --threads 64", env!("CARGO_BIN_EXE_imgconv"));
        let mut run = Command::new("sh");
        let run = run.args(["-c", &shell]).env("RUST_BACKTRACE", "0").write_stdin(data.clone()).ok();
        let output = run.unwrap_or_else(|error| error.as_output().expect("it ran").clone());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        // The standard library has no sentence where there is no room for a few bytes.
        let is_tiny = said.contains("memory allocation of");
        assert!(matches!(output.status.code(), Some(0 | 1)) || is_tiny, "{limit}: {said}");
        assert!(!said.contains("panicked"), "{limit}: {said}");
    }
}
