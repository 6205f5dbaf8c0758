//! A UDF volume from its anchor on.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| isokit_fuzz::udf::image(bytes));
