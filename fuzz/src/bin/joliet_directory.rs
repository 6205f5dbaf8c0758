//! Directory records with UCS-2 names, as the root of a Joliet tree.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| isokit_fuzz::read_image(&isokit_fuzz::around(bytes, true)));
