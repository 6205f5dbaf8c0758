//! MBR, GPT and APM, and the labels of the system area.
#![no_main]
use isokit_core::finding::Findings;
use isokit_core::partition;
use isokit_core::source::Memory;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let source = Memory(bytes);
    let findings = Findings::default();
    let _ = partition::tables(&source, &findings);
    let _ = partition::system_area::read(&source);
    let images = [partition::plan::Extent { at: 0x9000, length: 2048 }];
    let _ = partition::plan::replay(&source, &images, 0xa000);
});
