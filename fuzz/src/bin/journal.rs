//! A journal of a change in place, whose checksum was not looked at.
#![no_main]
use isokit_core::source::Memory;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // What the reader trusts is its magic number: whatever comes behind it is tried.
    let _ = isomk::is_journal(&Memory(bytes));
    let whole = [b"isomk journal\r\n\x1a".as_slice(), &1_u64.to_le_bytes(), bytes].concat();
    let _ = isomk::is_journal(&Memory(whole));
});
