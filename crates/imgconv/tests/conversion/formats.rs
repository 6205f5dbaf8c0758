//! What comes out of each format, however the input is cut into parts and however it arrives.

use crate::{FORMATS, converted, data, imgconv, packed};
use std::fs;
use std::io::Write;
use std::process::Stdio;

#[test]
fn raw_to_each_format_and_back_and_from_each_to_each() {
    let data = data(1_500_000);
    for from in FORMATS {
        let first = packed(from, &data);
        assert!(first.len() < data.len());
        assert!(converted(&[], &first) == data, "{from}");
        let next = FORMATS.iter().cycle().skip_while(|format| **format != from).nth(1).unwrap();
        assert!(packed(next, &first) == packed(next, &data), "{from} to {next} differs from raw to {next}");
    }
    assert!(converted(&[], &data) == data);
}

#[test]
fn empty_input_becomes_an_empty_file_of_each_format() {
    for format in FORMATS {
        let packed = packed(format, b"");
        assert!(!packed.is_empty());
        assert!(converted(&[], &packed).is_empty());
    }
    assert!(converted(&["--to", "gzip", "--members"], b"").len() >= 20);
    assert!(converted(&[], b"").is_empty());
}

#[test]
fn the_output_depends_neither_on_the_threads_nor_on_where_the_input_comes_from() {
    let folder = tempfile::tempdir().unwrap();
    let data = data(3_000_000);
    let file = folder.path().join("data");
    fs::write(&file, &data).unwrap();
    let gzip_members = ["gzip", "--members"];
    let formats = [vec!["gzip"], vec!["zstd"], vec!["xz", "-0"], vec!["bzip2"], vec!["lz4"]];
    for to in formats.into_iter().chain([gzip_members.to_vec()]) {
        let run = |threads, input: &str| {
            let arguments = [&["--threads", threads, input, "--to"], to.as_slice()].concat();
            converted(&arguments, &data)
        };
        let one = run("1", "-");
        for threads in ["2", "4"] {
            assert!(run(threads, "-") == one, "{to:?}, {threads} threads");
        }
        assert!(run("2", file.to_str().unwrap()) == one, "{to:?} from a file");
    }
}

#[test]
fn members_one_after_another_are_one_file() {
    let (first, second) = (data(100_000), b"second".to_vec());
    let both = [first.clone(), second.clone()].concat();
    let skippable = [0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3].to_vec();
    let between = [
        ("gzip", vec![]),
        ("zstd", vec![]),
        ("zstd", skippable.clone()),
        ("xz", vec![]),
        ("xz", vec![0; 8]),
        ("bzip2", vec![]),
        ("lz4", vec![]),
        ("lz4", skippable),
    ];
    for (format, between) in between {
        let pack = |data: &[u8]| packed(format, data);
        let joined = [pack(&first), between.clone(), pack(&second)].concat();
        assert!(converted(&[], &joined) == both, "{format} with {between:?} between");
    }
    let mixed =
        [converted(&["--to", "gz", "--members"], &first), converted(&["--to", "gz"], &second)].concat();
    assert!(converted(&[], &mixed) == both);
}

#[test]
fn xz_padding_must_be_a_multiple_of_four() {
    let packed = packed("xz", b"data");
    let padded = [packed, vec![0; 3]].concat();
    imgconv(&[]).write_stdin(padded).assert().code(1);
}

#[test]
fn zeros_behind_gzip_are_padding_up_to_the_end_only() {
    for options in [&["--to", "gzip"][..], &["--to", "gzip", "--members"]] {
        let packed = converted(options, b"data");
        let end = packed.len();
        for zeros in [1, 7, 512, 300_000] {
            let padded = [packed.as_slice(), &vec![0; zeros]].concat();
            assert_eq!(converted(&[], &padded), b"data");
            for behind in [b"x".as_slice(), &packed] {
                let run = imgconv(&[]).write_stdin([padded.as_slice(), behind].concat()).assert().code(1);
                let said = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
                assert!(said.contains(&format!("byte {end:#x}: gzip member: trailing garbage")), "{said}");
            }
        }
    }
}

#[test]
fn bytes_that_arrive_one_at_a_time() {
    let data = data(20_000);
    for format in FORMATS {
        let packed = packed(format, &data);
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_imgconv"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        packed.iter().for_each(|byte| stdin.write_all(&[*byte]).unwrap());
        drop(stdin);
        assert!(child.wait_with_output().unwrap().stdout == data, "{format}");
    }
}

#[test]
fn levels_change_the_size() {
    let data = data(400_000);
    for (format, low, high) in [("gzip", "-1", "-12"), ("zstd", "-1", "-22"), ("xz", "-0", "-2")] {
        let size = |level| converted(&["--to", format, level], &data).len();
        assert!(size(high) < size(low), "{format}");
    }
}

/// A gzip member that records `size` as BGZF does.
fn bgzf(data: &[u8], size: impl Fn(u16) -> u16) -> Vec<u8> {
    let plain = packed("gzip", data);
    let whole = u16::try_from(plain.len() + 8).expect("short");
    let [low, high] = (size(whole) - 1).to_le_bytes();
    let mut member = plain[..10].to_vec();
    member[3] = 4;
    member.extend_from_slice(&[6, 0, b'B', b'C', 2, 0, low, high]);
    member.extend_from_slice(&plain[10..]);
    member
}

#[test]
fn sizes_that_gzip_members_record_are_hints() {
    let lies: [fn(u16) -> u16; 5] = [|n| n, |n| n + 5, |n| n - 5, |_| 1, |_| u16::MAX];
    for lie in lies {
        let right = bgzf(b"right", |n| n);
        let file = [right.as_slice(), &bgzf(b"lie", lie), &right, &packed("gzip", b"plain"), &right].concat();
        for threads in ["1", "2"] {
            assert_eq!(converted(&["--threads", threads], &file), b"rightlierightplainright");
            let cut = &file[..file.len() - 1];
            let run = imgconv(&["--threads", threads]).write_stdin(cut).assert().code(1);
            let said = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
            assert!(
                said.contains(&format!("byte {:#x}: gzip trailer: the input ends here", cut.len())),
                "{said}"
            );
        }
    }
}

#[test]
fn many_small_members_are_one_file() {
    for format in FORMATS {
        let one = packed(format, b"hello\n");
        let out = converted(&[], &one.repeat(3000));
        assert!(out == b"hello\n".repeat(3000), "{format}");
    }
}

#[test]
fn the_format_is_that_of_the_first_frame_behind_skippable_ones() {
    let skippable = |length: u32| {
        [&b"\x5a\x2a\x4d\x18"[..], &length.to_le_bytes(), &vec![7; usize::try_from(length).unwrap()]].concat()
    };
    let before = [skippable(4).repeat(50), skippable(700_000), skippable(0)].concat();
    for format in ["zstd", "lz4"] {
        let file = [before.as_slice(), &packed(format, b"hello\n"), &skippable(1)].concat();
        assert_eq!(converted(&[], &file), b"hello\n");
        let run = imgconv(&["--check", "-v"]).write_stdin(file).assert().success();
        let said = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
        assert!(said.contains(&format!("note: {format}, ")), "{said}");
    }
    // Legacy: one block of a token for six literals.
    let legacy = [before.as_slice(), b"\x02\x21\x4c\x18\x07\0\0\0\x60hello\n"].concat();
    assert_eq!(converted(&[], &legacy), b"hello\n");
    assert_eq!(converted(&[], &before), b"");
    let cut = imgconv(&[]).write_stdin(&before[..before.len() - 1]).assert().code(1).stdout("");
    assert!(String::from_utf8_lossy(&cut.get_output().stderr).contains("the input ends here"));
}

/// The setting is the pipe's, so that the process before can make it.
#[test]
fn a_pipe_that_does_not_block_is_waited_for() {
    let data = data(300_000);
    for format in ["raw", "gzip", "xz"] {
        let input = if format == "raw" { data.clone() } else { packed(format, &data) };
        let (reader, mut writer) = std::io::pipe().unwrap();
        rustix::io::ioctl_fionbio(&reader, true).unwrap();
        let late = std::thread::spawn(move || {
            for part in input.chunks(20_000) {
                std::thread::sleep(std::time::Duration::from_millis(3));
                writer.write_all(part).unwrap();
            }
        });
        let program = std::process::Command::new(env!("CARGO_BIN_EXE_imgconv"))
            .stdin(reader)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = program.wait_with_output().unwrap();
        late.join().unwrap();
        assert!(output.status.success() && output.stdout == data, "{format}");
    }
}
