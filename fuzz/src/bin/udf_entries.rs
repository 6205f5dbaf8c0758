//! File entries with their extended attributes, allocation descriptors, path components and lists.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| isokit_fuzz::udf::entries(bytes));
