//! A boot catalog at sector 0, and the images it leads to.
#![no_main]
use isokit_core::finding::Findings;
use isokit_core::iso9660::el_torito::catalog::Catalog;
use isokit_core::iso9660::el_torito::extent::measure;
use isokit_core::source::Memory;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let source = Memory(bytes);
    let Ok(catalog) = Catalog::read(&source, 0, &Findings::default()) else { return };
    for image in &catalog.images {
        let _ = measure(&source, image, None);
    }
});
