//! Files in zisofs form, put together byte by byte.

use crate::sources::over_sources;
use flate2::{Compress, Compression, FlushCompress};
use isokit_core::Result;
use isokit_core::extents::Extents;
use isokit_core::source::{Memory, Source};
use isokit_core::tree::content::{Content, recognize};
use isokit_core::tree::{Coding, Entry, Extent};

const BLOCK: usize = 32_768;

/// A file in the form of `version` whose blocks are `blocks`; an empty one is a block of zeros.
fn stored(version: u8, size: u64, blocks: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = match version {
        1 => [&b"\x37\xe4\x53\x96\xc9\xdb\xd6\x07"[..], &size.to_le_bytes()[..4], &[4, 15, 0, 0]].concat(),
        _ => [&b"\xef\x22\x55\xa1\xbc\x1b\x95\xa0\0\x06\x01\x0f"[..], &size.to_le_bytes(), &[0; 4]].concat(),
    };
    let width = if version == 1 { 4 } else { 8 };
    let mut at = bytes.len() + (blocks.len() + 1) * width;
    for block in blocks.iter().map(Vec::len).chain([0]) {
        bytes.extend(&u64::try_from(at).expect("small").to_le_bytes()[..width]);
        at += block;
    }
    bytes.extend(blocks.iter().flatten());
    bytes
}

fn compress(block: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(block.len() * 2 + 64);
    Compress::new(Compression::default(), true)
        .compress_vec(block, &mut out, FlushCompress::Finish)
        .expect("room enough");
    out
}

fn entry(version: u8, size: u64, length: usize) -> Entry {
    Entry {
        size,
        // The file lies in two extents, the first of which ends inside its header.
        extents: vec![
            Extent::recorded(2048, 10),
            Extent::recorded(4096, u64::try_from(length - 10).expect("small")),
        ],
        coding: Coding::Zisofs { version, header: if version == 1 { 16 } else { 24 }, block_log2: 15 },
        ..Entry::default()
    }
}

fn place(bytes: &[u8]) -> Vec<u8> {
    let mut image = vec![0; 4096];
    image[2048..2058].copy_from_slice(&bytes[..10]);
    image.extend(&bytes[10..]);
    image
}

fn read(source: &dyn Source, entry: &Entry, range: std::ops::Range<u64>) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    Content::open(source, entry)?.copy(range, &mut |piece| {
        bytes.extend_from_slice(piece);
        Ok(())
    })?;
    Ok(bytes)
}

/// What is wrong with `bytes`, read whole: the same over every kind of source.
fn problem(version: u8, size: u64, bytes: &[u8]) -> String {
    let messages = std::cell::RefCell::new(Vec::new());
    over_sources(&place(bytes), |source| {
        let error = read(source, &entry(version, size, bytes.len()), 0..u64::MAX).expect_err("it is damaged");
        messages.borrow_mut().push(error.to_string());
    });
    let mut messages = messages.into_inner();
    messages.dedup();
    assert_eq!(messages.len(), 1, "{messages:?}");
    messages.remove(0)
}

#[test]
fn blocks_are_decoded_one_by_one() {
    let first: Vec<u8> = (0..BLOCK).map(|at| u8::try_from(at % 251).expect("a byte")).collect();
    let whole = [first.clone(), vec![0; BLOCK], b"the rest".to_vec()].concat();
    for version in [1, 2] {
        let size = u64::try_from(whole.len()).expect("small");
        let bytes = stored(version, size, &[compress(&first), Vec::new(), compress(b"the rest")]);
        over_sources(&place(&bytes), |source| {
            let entry = entry(version, size, bytes.len());
            assert!(read(source, &entry, 0..u64::MAX).expect("it decodes") == whole);
            assert_eq!(read(source, &entry, 65_534..65_539).expect("it decodes"), b"\0\0the");
            assert_eq!(read(source, &entry, size..u64::MAX).expect("nothing"), b"");
            assert!(Content::open(source, &entry).expect("it opens").extents().is_none());
        });
    }
}

#[test]
fn a_header_must_say_what_the_record_says() {
    let good = stored(1, 8, &[compress(b"the rest")]);
    for (at, byte, want) in [
        (
            0,
            0x38,
            "byte 0x800 (sector 1): zisofs file header: magic number is \"8\\xe4S\\x96\\xc9\\xdb\\xd6\\x07\", expected",
        ),
        (8, 9, "uncompressed size is 9, expected 8, the size in its directory record"),
        (12, 5, "header size is 20, expected 16, the size in its directory record"),
        (13, 16, "log2 of block size is 16, expected 15, the size in its directory record"),
    ] {
        let mut bytes = good.clone();
        bytes[at] = byte;
        let message = problem(1, 8, &bytes);
        assert!(message.contains(want), "{message}");
    }
}

#[test]
fn a_size_that_no_pointers_reach_is_an_error_before_it_is_believed() {
    let message = problem(2, u64::MAX, &stored(2, u64::MAX, &[compress(b"x")]));
    assert!(
        message.contains("uncompressed size is 18446744073709551615, expected at most what"),
        "{message}"
    );
}

#[test]
fn pointers_that_lie_are_errors() {
    let good = stored(1, 8, &[compress(b"the rest")]);
    for (byte, want) in
        [(200, "end of block is 200, expected at least 24 and at most"), (3, "end of block is 3")]
    {
        let mut bytes = good.clone();
        bytes[20] = byte;
        let message = problem(1, 8, &bytes);
        assert!(message.contains("zisofs block pointers") && message.contains(want), "{message}");
    }
}

#[test]
fn blocks_that_do_not_decode_are_errors() {
    let mut damaged = compress(b"the rest");
    damaged[0] ^= 0xff;
    assert!(problem(1, 8, &stored(1, 8, &[damaged])).ends_with("zisofs block: zlib data is damaged"));
    let short = problem(1, 8, &stored(1, 8, &[compress(b"short")]));
    assert!(short.ends_with("zisofs block: truncated: 8 bytes needed, 5 there"), "{short}");
    let long = problem(1, 8, &stored(1, 8, &[compress(b"longer than that")]));
    assert!(long.ends_with("zisofs block: zlib data is damaged"), "{long}");
}

#[test]
fn other_compressors_are_not_supported() {
    let mut bytes = stored(2, 8, &[compress(b"the rest")]);
    bytes[10] = 4;
    let message = problem(2, 8, &bytes);
    assert!(message.contains("compression algorithm 4 is not supported"), "{message}");
}

#[test]
fn a_file_is_recognized_by_what_it_says_of_itself_if_readers_would_decode_it() {
    let blocks = [compress(&[7; BLOCK]), Vec::new(), compress(b"end")];
    let size = u64::try_from(2 * BLOCK + 3).expect("small");
    let whole = stored(1, size, &blocks);
    let recognized = |bytes: &[u8]| {
        let source = Memory(bytes.to_vec());
        recognize(&Extents::one(&source, 0, u64::try_from(bytes.len()).expect("small"))).expect("readable")
    };
    let want = Coding::Zisofs { version: 1, header: 16, block_log2: 15 };
    assert_eq!(recognized(&whole), Some((want, size)));
    assert_eq!(recognized(&stored(2, size, &blocks)), None, "version 2");
    for (at, to) in [(0, 0x36), (10, 0), (11, 0xff), (12, 6), (13, 14), (13, 18), (13, 16), (16, 0), (28, 0)]
    {
        let mut lie = whole.clone();
        lie[at] = to;
        assert_eq!(recognized(&lie), None, "byte {at}");
    }
    for length in [0, 8, 16, 19, 20, 31, whole.len() - 1] {
        assert_eq!(recognized(&whole[..length]), None, "{length} bytes");
    }
    assert_eq!(recognized(&[&whole[..], b"more"].concat()), None);
}
