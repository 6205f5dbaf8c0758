//! The sessions of an image.
#![no_main]
use isokit_core::iso9660::sessions;
use isokit_core::source::Memory;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    assert!(sessions(&Memory(bytes)).len() <= bytes.len() / 2048 + 1);
});
