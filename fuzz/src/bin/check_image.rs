//! All that a check looks at, of whatever is an image.
#![no_main]
use isokit_core::check::check;
use isokit_core::image::{Image, Options};
use isokit_core::source::Memory;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let source = Memory(bytes);
    let image = Image::open(&source, &Options::default()).ok();
    check(&source, image.as_ref(), &mut |_| {}).expect("memory can be read");
});
