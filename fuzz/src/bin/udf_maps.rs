//! Partition maps and what they lead to: virtual allocation tables, sparing tables, metadata files.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| isokit_fuzz::udf::maps(bytes));
