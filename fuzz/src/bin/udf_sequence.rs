//! A volume descriptor sequence, and what a partition begins with.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| isokit_fuzz::udf::sequence(bytes));
