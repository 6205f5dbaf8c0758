//! An image as the base of a new one: what is made of it can be read, and is a base again.
#![no_main]
use isokit_cli::{Report, Status, Streams};
use std::ffi::OsString;
use std::fs::{File, read, read_to_string, write};
use std::path::Path;

/// Bytes of a new image that is still written: an old one whose files share their contents may have far larger ones.
const LARGEST: u64 = 16 << 20;

/// What else is asked for; it is planned, and not written.
const WAYS: [&[&str]; 4] =
    [&["--udf"], &["--format=udf"], &["--boot=grub"], &["--system-area=/dev/null", "--no-joliet"]];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let folder = Path::new("/dev/shm").join(format!("isokit-fuzz-{}", std::process::id()));
    let _ = std::fs::create_dir(&folder);
    let (base, first, second) = (folder.join("base"), folder.join("first"), folder.join("second"));
    write(&base, bytes).expect("shared memory takes it");
    for way in WAYS {
        let _ = size(&base, &folder, way);
    }
    if size(&base, &folder, &[]).is_none_or(|size| size > LARGEST) {
        return;
    }
    if made(&base, &[], &first, None) {
        assert_eq!(size(&base, &folder, &[]), Some(read(&first).expect("it was made").len() as u64));
        isokit_fuzz::read_image(&read(&first).expect("it was made"));
        assert!(made(&first, &[], &second, None), "what was made is no base");
    }
});

/// Bytes that the image would have, which is not made.
fn size(base: &Path, folder: &Path, options: &[&str]) -> Option<u64> {
    let answer = folder.join("answer");
    let output = File::create(&answer).expect("shared memory takes it");
    let options = [&["--print-size"], options].concat();
    let planned = made(base, &options, &folder.join("none"), Some(output));
    planned.then(|| read_to_string(&answer).expect("an answer").trim().parse().expect("a number"))
}

/// Whether all of it could be done.
fn made(base: &Path, options: &[&str], image: &Path, output: Option<File>) -> bool {
    let mut arguments: Vec<OsString> = vec!["isomk".into(), "-q".into(), "--base".into(), base.into()];
    arguments.extend(options.iter().map(OsString::from));
    arguments.extend(["-o".into(), image.into()]);
    let report = Report::new("isomk", Streams { output, ..Streams::default() });
    matches!(isomk::run(arguments, &report), Ok(Status::Done)) && report.status() == Status::Done
}
