//! A tar archive as isomk's input; the image that comes of it must be readable.
#![no_main]
use isokit_cli::{Report, Streams};
use std::ffi::OsString;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let folder = std::path::Path::new("/dev/shm").join(format!("isokit-fuzz-{}", std::process::id()));
    let _ = std::fs::create_dir(&folder);
    let (archive, image) = (folder.join("archive"), folder.join("image"));
    std::fs::write(&archive, bytes).expect("shared memory takes it");
    let _ = std::fs::remove_file(&image);
    let mut operand = OsString::from("@");
    operand.push(&archive);
    let arguments = vec!["isomk".into(), "-q".into(), "-o".into(), image.clone().into(), operand];
    let report = Report::new("isomk", Streams::default());
    if isomk::run(arguments, &report).is_ok()
        && let Ok(image) = std::fs::read(&image)
    {
        isokit_fuzz::read_image(&image);
    }
});
