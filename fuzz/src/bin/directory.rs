//! Directory records with their system use fields (SUSP, Rock Ridge, zisofs, AAIP), as the root of a plain tree.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| isokit_fuzz::read_image(&isokit_fuzz::around(bytes, false)));
