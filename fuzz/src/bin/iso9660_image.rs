//! A whole image, every tree of it.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| isokit_fuzz::read_image(bytes));
