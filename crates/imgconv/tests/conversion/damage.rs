//! What is said of input that is damaged, cut, or followed by something else.

use crate::{FORMATS, data, imgconv, packed};
use std::fs;

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
