//! Whatever it is: an image, of whose trees one is chosen and shown, or something else that is named.
#![no_main]
use isokit_core::image::{Image, Options};
use isokit_core::sniff::foreign;
use isokit_core::source::Memory;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let source = Memory(bytes);
    let _ = foreign(&source);
    let Ok(image) = Image::open(&source, &Options::default()) else { return };
    isokit_fuzz::read_any(&source, image.tree());
});
