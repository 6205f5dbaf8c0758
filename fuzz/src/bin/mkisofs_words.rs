//! A command line of mkisofs, genisoimage, xorrisofs or xorriso, one word a line: it is understood or refused.
#![no_main]
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let words: Vec<OsString> =
        bytes.split(|byte| *byte == b'\n').map(|word| OsString::from_vec(word.to_vec())).collect();
    if let Err(error) = isomk::understand(&words) {
        assert!(!error.to_string().is_empty());
    }
});
