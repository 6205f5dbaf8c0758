//! File identifier descriptors.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| isokit_fuzz::udf::directory(bytes));
