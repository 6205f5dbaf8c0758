//! What becomes of the output file: holes, and what it was before.

use crate::{FORMATS, converted, data, imgconv, packed};
use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::process::Stdio;

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
fn a_full_disk_is_said_of_the_output() {
    let packed = converted(&["--to", "gzip"], &data(3_000_000));
    for arguments in [["-o", "/dev/full"].as_slice(), &["--to", "xz", "-0", "-o", "/dev/full"]] {
        let run = imgconv(arguments).write_stdin(packed.clone()).assert().code(1);
        let said = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
        assert_eq!(said, "imgconv: /dev/full: write: No space left on device\n");
    }
}
