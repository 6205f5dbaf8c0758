//! The tool from the outside: what comes out, what it says, what it leaves behind.

use assert_cmd::Command;
use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::process::Stdio;

const FORMATS: [&str; 5] = ["gzip", "zstd", "xz", "bzip2", "lz4"];

fn imgconv(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_imgconv"));
    command.args(arguments);
    command
}

/// What `imgconv` makes of `input`, which it must like.
fn converted(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    imgconv(arguments).write_stdin(input).assert().success().stderr("").get_output().stdout.clone()
}

/// `data` in `format`, at a level that takes little time.
fn packed(format: &str, data: &[u8]) -> Vec<u8> {
    let level = match format {
        "raw" | "lz4" => "--threads=2",
        "xz" => "-0",
        _ => "-1",
    };
    converted(&["--to", format, level], data)
}

/// Bytes of which some compress well, some not at all, and some are zero.
fn data(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let byte = |at: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [noise, ..] = state.to_be_bytes();
        match at / 8192 % 4 {
            0 => noise,
            1 | 2 => b'a' + (noise & 7),
            _ => 0,
        }
    };
    (0..length).map(byte).collect()
}

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
fn truncation_names_the_first_missing_byte_and_leaves_no_output() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out");
    for format in FORMATS {
        let packed = packed(format, &data(300_000));
        for sixteenth in 1..16 {
            let cut = packed.len() * sixteenth / 16;
            let run = imgconv(&["-o", output.to_str().unwrap()]).write_stdin(&packed[..cut]).assert().code(1);
            let said = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
            assert!(said.contains(&format!("standard input: byte {cut:#x}: {format}")), "{format}: {said}");
            assert!(said.contains("the input ends here"), "{format}: {said}");
        }
        let last = imgconv(&["--check"]).write_stdin(&packed[..packed.len() - 1]).assert().code(1);
        let said = String::from_utf8_lossy(&last.get_output().stderr).into_owned();
        assert!(said.contains(&format!("byte {:#x}: ", packed.len() - 1)), "{format}: {said}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn trailing_garbage_is_named_by_its_first_byte() {
    for format in FORMATS {
        let mut packed = packed(format, &data(100_000));
        let end = packed.len();
        packed.extend_from_slice(b"garbage");
        let run = imgconv(&[]).write_stdin(packed).assert().code(1);
        let said = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
        assert!(
            said.contains(&format!("byte {end:#x}: {format}")) && said.contains("trailing garbage"),
            "{said}"
        );
    }
}

#[test]
fn one_flipped_bit_never_goes_unnoticed() {
    for format in FORMATS {
        let good = packed(format, &data(200_000));
        for place in 1..12 {
            let mut bad = good.clone();
            // Not in the first bytes: there a flip makes it raw data, or changes a field that means nothing.
            let at = 40 + (good.len() - 40) * place / 12;
            bad[at] ^= 0x20;
            let run = imgconv(&["--check"]).write_stdin(bad).assert().code(1);
            let said = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
            assert!(said.starts_with("imgconv: standard input: byte "), "{format}, byte {at}: {said}");
        }
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
fn sparse_output_has_the_same_bytes_and_fewer_blocks() {
    let folder = tempfile::tempdir().unwrap();
    let mut data = data(100_000);
    data.resize(9_000_000, 0);
    data.extend_from_slice(b"x");
    data.resize(12_000_000, 0);
    for format in FORMATS.into_iter().chain(["raw"]) {
        let output = folder.path().join(format);
        let packed = packed(format, &data);
        imgconv(&["--sparse", "-o", output.to_str().unwrap()]).write_stdin(packed).assert().success();
        assert!(fs::read(&output).unwrap() == data, "{format}");
        let about = fs::metadata(&output).unwrap();
        assert!(about.blocks() * 512 < 1_000_000, "{format}: {} blocks", about.blocks());
    }
    imgconv(&["--sparse"]).write_stdin("x").assert().code(2);
}

#[test]
fn holes_of_the_input_are_holes_of_the_output() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("in"), folder.path().join("out"));
    let file = fs::File::create(&input).unwrap();
    // Far more than could be read in the time a test has.
    let (length, middle) = (1_u64 << 40, (1_u64 << 39) + 77);
    std::os::unix::fs::FileExt::write_all_at(&file, b"data", middle).unwrap();
    file.set_len(length).unwrap();
    let [from, to] = [&input, &output].map(|path| path.to_str().unwrap());
    let said = format!("imgconv: {from}: note: raw, {length} bytes in; raw, {length} bytes out\n");
    imgconv(&["-v", "--sparse", from, "-o", to]).assert().success().stderr(said);
    let copy = fs::File::open(&output).unwrap();
    let mut bytes = [0xff; 8];
    std::os::unix::fs::FileExt::read_exact_at(&copy, &mut bytes, middle - 2).unwrap();
    assert_eq!(&bytes, b"\0\0data\0\0");
    let about = copy.metadata().unwrap();
    assert!(about.len() == length && about.blocks() < 1000, "{} blocks", about.blocks());
    // Standard input that stands behind its beginning.
    fs::write(&input, data(700_000)).unwrap();
    let mut rest = fs::File::open(&input).unwrap();
    std::io::Seek::seek(&mut rest, std::io::SeekFrom::Start(300_000)).unwrap();
    let ran = std::process::Command::new(env!("CARGO_BIN_EXE_imgconv"))
        .args(["--sparse", "-o", to])
        .stdin(rest)
        .status()
        .unwrap();
    assert!(ran.success() && fs::read(&output).unwrap() == data(700_000)[300_000..]);
}

#[test]
fn damage_leaves_the_old_output() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out");
    fs::write(&output, "old").unwrap();
    let packed = converted(&["--to", "zstd"], &data(100_000));
    imgconv(&["-o", output.to_str().unwrap()]).write_stdin(&packed[..packed.len() / 2]).assert().code(1);
    assert_eq!(fs::read(&output).unwrap(), b"old");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn killed_half_way_leaves_the_old_output() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.gz");
    fs::write(&output, "old").unwrap();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_imgconv"))
        .args(["-o", output.to_str().unwrap()])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // More than the pipe and the stages hold, so that some has been written.
    stdin.write_all(&data(24 << 20)).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(fs::read(&output).unwrap(), b"old");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn the_name_of_the_output_decides_and_the_name_of_the_input_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let (misnamed, output) = (folder.path().join("misnamed.xz"), folder.path().join("out.bz2"));
    fs::write(&misnamed, converted(&["--to", "gzip"], b"content")).unwrap();
    imgconv(&[misnamed.to_str().unwrap(), "-o", output.to_str().unwrap()]).assert().success();
    assert!(fs::read(&output).unwrap().starts_with(b"BZh"));
    imgconv(&[output.to_str().unwrap()]).assert().success().stdout("content");
    // Asked to take it as it is, it does.
    let raw = imgconv(&["--from", "raw", output.to_str().unwrap()]).assert().success();
    assert!(raw.get_output().stdout.starts_with(b"BZh"));
}

#[test]
fn a_full_disk_is_said_of_the_output() {
    let packed = converted(&["--to", "gzip"], &data(3_000_000));
    for arguments in [["-o", "/dev/full"].as_slice(), &["--to", "xz", "-0", "-o", "/dev/full"]] {
        let run = imgconv(arguments).write_stdin(packed.clone()).assert().code(1);
        let said = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
        assert_eq!(said, "imgconv: /dev/full: write: No space left on device\n");
    }
}

#[test]
fn what_cannot_start_ends_with_status_2() {
    let starts = |arguments: &[&str], said: &str| {
        let run = imgconv(arguments).write_stdin("data").assert().code(2);
        let stderr = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
        assert!(stderr.contains(said), "{arguments:?}: {stderr}");
    };
    starts(&["/no/such/file"], "/no/such/file: open: No such file");
    starts(&["/"], "directory");
    starts(&["-o", "/no/such/folder/file"], "/no/such/folder/file: create");
    starts(&["--to", "bzip2", "-12"], "level 12: bzip2 has levels 1 to 9");
    starts(&["-3"], "level 3: raw has no levels");
    starts(&["--to", "xz", "--members"], "--members is for gzip");
    starts(&["--check"], "nothing to verify");
    starts(&["--to", "floppy"], "invalid value");
    starts(&["-o", "/no/x.zip"], "/no/x.zip: zip is not written; --to raw puts the bytes there as they are");
}

#[test]
fn how_many_bytes_went_is_said_when_asked() {
    let data = data(100_000);
    let gzip = packed("gzip", &data);
    let (length, mut raw) = (gzip.len(), imgconv(&["-v"]));
    let said = format!("imgconv: standard input: note: gzip, {length} bytes");
    raw.write_stdin(gzip.as_slice()).assert().success().stderr(format!("{said} in; raw, 100000 bytes out\n"));
    let mut check = imgconv(&["--check", "--verbose"]);
    let whole = format!("{said}; raw, 100000 bytes; verified by CRC-32\n");
    check.write_stdin(gzip.as_slice()).assert().success().stdout("").stderr(whole);
    let mut copy = imgconv(&["-v"]);
    let copied = "imgconv: standard input: note: raw, 3 bytes in; raw, 3 bytes out\n";
    copy.write_stdin("abc").assert().success().stdout("abc").stderr(copied);
    let cut = imgconv(&["-q"]).write_stdin(&gzip[..length - 1]).assert().code(1);
    assert!(cut.get_output().stderr.starts_with(b"imgconv: standard input: byte "));
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
fn what_was_decompressed_before_an_error_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out");
    for format in FORMATS {
        let one = packed(format, b"hello\n");
        let cut = [one.as_slice(), &one[..one.len() - 3]].concat();
        let junk = [one.as_slice(), b"junk"].concat();
        for (bad, least) in [(cut, &b"hello\n"[..]), (junk, b"hello\n")] {
            for threads in ["1", "2"] {
                let run = imgconv(&["--threads", threads]).write_stdin(bad.as_slice()).assert().code(1);
                assert!(run.get_output().stdout.starts_with(least), "{format}");
                imgconv(&["-o", output.to_str().unwrap()]).write_stdin(bad.as_slice()).assert().code(1);
                assert!(!output.exists());
            }
        }
    }
}

#[test]
fn bytes_behind_the_last_member_are_ignored_or_kept_when_asked() {
    for format in FORMATS {
        let one = packed(format, b"hello\n");
        let end = one.len();
        let file = [one.as_slice(), b"\0\0\0metadata"].concat();
        for (what, done, out) in
            [("ignore", "ignored", &b"hello\n"[..]), ("keep", "kept", b"hello\n\0\0\0metadata")]
        {
            let run = imgconv(&["--trailing", what]).write_stdin(file.as_slice()).assert().success();
            let warning =
                format!("imgconv: standard input: warning: byte {end:#x}: trailing garbage {done}\n");
            run.stdout(out).stderr(warning);
        }
        let check = imgconv(&["--check", "--trailing=ignore", "-q"]).write_stdin(file).assert();
        check.success().stdout("").stderr("");
    }
}

#[test]
fn a_check_of_an_unknown_type_is_not_taken_for_verified() {
    // Check type 2 has four bytes, as CRC-32 has; the stream's header and footer have checksums of their own.
    let mut file = packed("xz", b"hello\n");
    assert_eq!(file[7], 4);
    let crc = |bytes: &[u8]| crc32fast::hash(bytes).to_le_bytes();
    file[7] = 5;
    let header = crc(&file[6..8]);
    file[8..12].copy_from_slice(&header);
    let end = file.len();
    file[end - 3] = 5;
    let footer = crc(&file[end - 8..end - 2]);
    file[end - 12..end - 8].copy_from_slice(&footer);
    let said = "byte 0x7: xz stream: check type 0x5 is not supported; the data was not verified";
    let run = imgconv(&[]).write_stdin(file.as_slice()).assert().success().stdout("hello\n");
    run.stderr(format!("imgconv: standard input: warning: {said}\n"));
    let check = imgconv(&["--check"]).write_stdin(file.as_slice()).assert().code(1);
    check.stderr(format!("imgconv: standard input: {said}\n"));
}

#[test]
fn what_has_no_checksum_is_not_called_verified() {
    // A frame without a checksum: one raw block of six bytes, of a single segment (RFC 8878 3.1.1).
    let zstd = b"\x28\xb5\x2f\xfd\x20\x06\x31\0\0hello\n";
    let with = packed("zstd", b"hello\n");
    for (file, said) in [
        (zstd.to_vec(), "no checksum to verify"),
        (with.clone(), "verified by XXH64"),
        ([zstd.as_slice(), &with].concat(), "verified by XXH64, but 1 of 2 parts have no checksum"),
    ] {
        let run = imgconv(&["--check", "-v"]).write_stdin(file).assert().success();
        let stderr = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
        assert!(stderr.ends_with(&format!("; {said}\n")), "{stderr}");
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

#[test]
fn what_a_name_promises_is_kept_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let lzma = b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0\x34\x19\x49\xee";
    for (name, data) in [
        ("page.img.xz", &b"<!DOCTYPE html><html><head></head></html>\n"[..]),
        ("empty.img.gz", b""),
        ("disk.img.zst", &[0; 5000]),
        ("disk.img.lzma", lzma),
        ("board.img.zip", b"PK\x03\x04\x14\0\0\0"),
        ("old.zst", b"\x27\xb5\x2f\xfd\0\0\0\0"),
    ] {
        fs::write(path(name), data).unwrap();
        let refused = imgconv(&[&path(name)]).assert().code(2).stdout("");
        let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
        assert!(said.contains("; --from raw copies it as it is"), "{name}: {said}");
        imgconv(&["--from", "raw", &path(name)]).assert().success().stdout(data).stderr("");
    }
    for (name, format) in [("page.img.zip", "Zip"), ("page.img.7z", "7-zip"), ("page.img.lzma", "lzma")] {
        fs::copy(path("page.img.xz"), path(name)).expect("room");
        let said = format!("an HTML page, not {format} data as its name says; --from raw copies it as it is");
        let refused = imgconv(&[&path(name)]).assert().code(2);
        refused.stderr(format!("imgconv: {}: {said}\n", path(name)));
    }
    let page = imgconv(&[&path("page.img.xz")]).assert().code(2);
    let said = "an HTML page, not xz data as its name says; --from raw copies it as it is";
    page.stderr(format!("imgconv: {}: {said}\n", path("page.img.xz")));
    let warning = "imgconv: standard input: warning: LZMA data, which imgconv does not convert; it is copied as it is\n";
    imgconv(&[]).write_stdin(&lzma[..]).assert().success().stdout(&lzma[..]).stderr(warning);
    imgconv(&["-o", &path("disk.img")]).write_stdin(&lzma[..]).assert().code(2);
    imgconv(&["--to", "gzip", "-o", &path("x.zip")]).write_stdin("x").assert().code(2);
    assert!(!folder.path().join("disk.img").exists() && !folder.path().join("x.zip").exists());
}

#[test]
fn a_name_of_a_tar_archive_is_for_tar_archives() {
    let folder = tempfile::tempdir().unwrap();
    let empty = vec![0; 10240];
    // An image has zeros before its volume descriptors, as an empty archive has.
    let image = [&[0; 32 << 10][..], b"\x01CD001\x01", &[0; 2041]].concat();
    for (name, format) in [("a.tar.gz", "gzip"), ("a.tgz", "zstd"), ("a.tar.xz", "raw"), ("a.tar", "bzip2")] {
        let output = folder.path().join(name);
        let to = output.to_str().unwrap();
        for wrong in [&b"not an archive"[..], &data(5000), &image] {
            let refused = imgconv(&["-o", to]).write_stdin(packed(format, wrong)).assert().code(1);
            refused.stderr(
                "imgconv: standard input: not a tar archive, which the name of the output promises\n",
            );
            assert!(!output.exists());
        }
        imgconv(&["-o", to]).write_stdin(packed(format, &empty)).assert().success().stderr("");
        let back = imgconv(&[to]).assert().success();
        assert!(back.get_output().stdout == empty);
    }
}

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

#[test]
fn several_inputs_are_checked_and_one_is_converted() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let good = put("good.xz", &packed("xz", b"hello\n"));
    let mut bytes = packed("gzip", b"hello\n");
    *bytes.last_mut().unwrap() ^= 1;
    let (bad, page) = (put("bad.gz", &bytes), put("page.img.zst", b"<!DOCTYPE html><html>"));
    imgconv(&["--check", &good, &good]).assert().success().stderr("");
    let said = imgconv(&["--check", &bad, &page, &good, "nowhere"]).assert().code(1).stdout("");
    let said = String::from_utf8_lossy(&said.get_output().stderr).into_owned();
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines.len(), 3, "{said}");
    assert!(lines[0].starts_with(&format!("imgconv: {bad}: byte 0x19: gzip member: ISIZE is ")), "{said}");
    assert_eq!(lines[1], format!("imgconv: {page}: an HTML page, not zstd data as its name says"));
    assert_eq!(lines[2], "imgconv: nowhere: open: No such file or directory");
    // As with qemu-img and many others, which name the output by its place.
    for operands in [&["a b", "c"][..], &["convert", "a b", "c"]] {
        let said = "imgconv: one input is converted at a time; try: imgconv -o c 'a b'\n";
        imgconv(operands).assert().code(2).stdout("").stderr(said);
    }
    // What is there is an input, and what has a name needs none.
    for operands in [&[good.as_str(), &page][..], &["a", "b", "c"], &["-o", "x", "a", "b"]] {
        let said = "imgconv: one input is converted at a time\n";
        imgconv(operands).assert().code(2).stdout("").stderr(said);
    }
    // What is wrong with the options is said once.
    let said = "imgconv: level 9: raw has no levels\n";
    imgconv(&["--check", "-9", &good, &good]).assert().code(2).stdout("").stderr(said);
    let said = format!("imgconv: {good}: raw data: nothing to verify\n");
    imgconv(&["--check", "--from", "raw", &good]).assert().code(2).stderr(said);
}

#[test]
fn names_that_say_something_else_are_pointed_out() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let skippable = b"\x53\x2a\x4d\x18\x04\0\0\0abcd";
    for (name, format) in [("a.lz4", "lz4"), ("a.zst", "zstd"), ("a", "zstd")] {
        fs::write(at(name), [&skippable[..], b"junk"].concat()).unwrap();
        let said = imgconv(&[&at(name)]).assert().code(1).stdout("");
        let said = String::from_utf8_lossy(&said.get_output().stderr).into_owned();
        assert!(said.contains(&format!(": byte 0xc: {format} frame: trailing garbage")), "{said}");
    }
    let output = at("x.img.xz");
    let said = format!("imgconv: {output}: warning: gzip data in a file that is named as xz\n");
    imgconv(&["--to", "gzip", "-o", &output]).write_stdin("hello\n").assert().success().stderr(said);
    imgconv(&["--to", "gzip", "-o", &at("x.img")]).write_stdin("hello\n").assert().success().stderr("");
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

#[test]
fn a_magic_number_that_is_cut_is_a_cut_frame() {
    let lz4 = packed("lz4", b"hello\n");
    let zstd = packed("zstd", b"hello\n");
    for (whole, cut, format) in [
        (&lz4, &b"\x04\x22\x4d"[..], "lz4"),
        (&lz4, b"\x02", "lz4"),
        (&lz4, b"\x5a\x2a\x4d", "lz4"),
        (&zstd, b"\x28\xb5", "zstd"),
    ] {
        let input = [whole.as_slice(), cut].concat();
        for trailing in ["--trailing=error", "--trailing=ignore"] {
            let run = imgconv(&[trailing]).write_stdin(input.as_slice()).assert().code(1);
            let at = input.len();
            let problem = format!("byte {at:#x}: {format} frame: the input ends here, inside it\n");
            run.stdout("hello\n").stderr(format!("imgconv: standard input: {problem}"));
        }
    }
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

#[test]
fn damage_of_gzip_is_said_in_words_of_the_data() {
    let mut state = 1_u32;
    for _ in 0..400 {
        let mut bytes = b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec();
        bytes.extend((0..400).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        }));
        let said = imgconv(&["--check"]).write_stdin(bytes).assert().code(1);
        let said = String::from_utf8_lossy(&said.get_output().stderr).into_owned();
        assert!(said.contains(": byte 0x") && !said.contains("state"), "{said}");
    }
}
