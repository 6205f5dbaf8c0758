//! Everybody else's compressors beside imgconv: each reads what the other writes.

use isokit_tests::{peer, printed, shell, skip};
use std::fs;

/// Bytes over several blocks of each format: some compress well, some not at all, some are zero.
fn data() -> Vec<u8> {
    let mut state = 1_u32;
    let byte = |at: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [noise, ..] = state.to_be_bytes();
        match at / 50_000 % 4 {
            0 => noise,
            1 | 2 => b'a' + (noise & 7),
            _ => 0,
        }
    };
    (0..2_200_000).map(byte).collect()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("data"), data()).expect("room");
    folder
}

/// Whether all programs of a pipeline other than ours are here.
fn present(pipeline: &str) -> bool {
    let first = pipeline.split(' ').next().unwrap_or_default();
    peer(first).is_some()
}

#[test]
fn every_peer_reads_what_imgconv_writes() {
    let folder = folder();
    let python = |module: &str| {
        format!(
            "python3 -c 'import sys,{module}; sys.stdout.buffer.write({module}.open(sys.argv[1]).read())'"
        )
    };
    let sevenzip = "7zz x -so".to_owned();
    let plain = |commands: &[&str]| commands.iter().map(|command| (*command).to_owned()).collect::<Vec<_>>();
    let cases = [
        ("data.gz", "", [plain(&["gzip -dc", "pigz -dc", "bsdcat"]), vec![python("gzip"), sevenzip.clone()]]),
        (
            "members.gz",
            "--members",
            [plain(&["gzip -dc", "pigz -dc", "bsdcat"]), vec![python("gzip"), sevenzip.clone()]],
        ),
        ("data.zst", "", [plain(&["zstd -dcq", "bsdcat"]), vec![]]),
        ("long.zst", "--long=27 -1", [plain(&["zstd -dcq"]), vec![]]),
        (
            "data.xz",
            "-0",
            [plain(&["xz -dc", "xz -T2 -dc", "bsdcat"]), vec![python("lzma"), sevenzip.clone()]],
        ),
        ("data.bz2", "-1", [plain(&["bzip2 -dc", "lbzip2 -dc", "bsdcat"]), vec![python("bz2"), sevenzip]]),
        ("data.lz4", "", [plain(&["lz4 -dcq", "bsdcat"]), vec![]]),
    ];
    for (name, options, readers) in cases {
        printed(folder.path(), &format!("imgconv {options} data -o {name}"));
        for reader in readers.concat().iter().filter(|reader| present(reader)) {
            printed(folder.path(), &format!("{reader} {name} | cmp - data"));
        }
    }
}

#[test]
fn what_is_one_member_is_one_member_to_python() {
    let folder = folder();
    if peer("python3").is_none() {
        return;
    }
    printed(folder.path(), "imgconv data -o data.gz");
    let one = "import zlib; d = zlib.decompressobj(31); out = d.decompress(open('data.gz', 'rb').read()); \
               assert d.eof and not d.unused_data and out == open('data', 'rb').read()";
    printed(folder.path(), &format!("python3 -c \"{one}\""));
}

#[test]
fn imgconv_reads_what_every_peer_writes() {
    let folder = folder();
    let python = |module: &str| {
        format!(
            "python3 -c 'import sys,{module}; sys.stdout.buffer.write({module}.compress(open(\"data\",\"rb\").read()))'"
        )
    };
    let writers = [
        "gzip -1 -c data",
        "gzip -9 -c data",
        "pigz -c data",
        "pigz -i -9 -c data",
        "zstd -qc data",
        "zstd -qc --no-check -9 data",
        "zstd -qc --long=27 data",
        "zstd -qc -T2 -B1MiB data",
        "xz -c -0 data",
        "xz -T2 --block-size=300KiB -0 -c data",
        "xz -0 --check=sha256 -c data",
        "xz --check=none --x86 --lzma2=preset=0 -c data",
        "bzip2 -1 -c data",
        "lbzip2 -c data",
        "lz4 -qc data",
        "lz4 -qc -9 -B4 -BD --content-size data",
        "lz4 -qc -B5 -BX data",
        "lz4 -qc -l data",
    ];
    let writers = writers.into_iter().map(str::to_owned).chain(["gzip", "bz2"].map(python));
    for writer in writers.filter(|writer| present(writer)) {
        printed(
            folder.path(),
            &format!("{writer} > packed && imgconv packed | cmp - data && imgconv --check packed"),
        );
        printed(folder.path(), &format!("({writer}; {writer}) | imgconv | cmp - <(cat data data)"));
    }
}

#[test]
fn members_are_what_other_parallel_readers_expect() {
    let folder = folder();
    if peer("python3").is_none() {
        return;
    }
    printed(folder.path(), "imgconv --members data -o data.gz");
    // Walks from member to member by the size each records, as pgzip does.
    let walk = "import struct; b = open('data.gz', 'rb').read(); at = n = 0\n\
                while at < len(b):\n\
                \x20   assert b[at:at+4] == b'\\x1f\\x8b\\x08\\x04' and b[at+10:at+16] == b'\\x08\\x00IG\\x04\\x00'\n\
                \x20   at += struct.unpack('<I', b[at+16:at+20])[0]; n += 1\n\
                assert at == len(b) and n == 3";
    fs::write(folder.path().join("walk.py"), walk).expect("room");
    printed(folder.path(), "python3 walk.py");
}

#[test]
fn large_windows_need_consent_and_large_dictionaries_do_not() {
    let folder = folder();
    if peer("zstd").is_none() {
        return;
    }
    // Only a frame whose size is not known beforehand records the window as it was asked for.
    printed(folder.path(), "cat data | zstd -qc --ultra --long=28 > large.zst");
    let refused = shell(folder.path(), "imgconv large.zst");
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("its window of 256 MiB is larger than 128 MiB; --long allows it"), "{said}");
    printed(folder.path(), "imgconv --long large.zst | cmp - data");
    if peer("xz").is_none() {
        skip("xz dictionaries were not tried");
        return;
    }
    printed(folder.path(), "cat data | xz --lzma2=preset=0,dict=200MiB -c > large.xz");
    // As xz itself does.
    printed(folder.path(), "imgconv large.xz | cmp - data");
}
