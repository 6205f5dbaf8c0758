//! Every decoder of imgconv. The first byte chooses: gzip, zstd, xz, bzip2 or lz4, and one thread or two.
#![no_main]
use imgconv::convert::{Settings, decode};
use imgconv::error::{Error, Result};
use imgconv::format::Format;
use imgconv::gzip::Layout;
use imgconv::input::Input;
use imgconv::step::Sink;

/// Ends a decompression bomb by an error, as a full disk would.
struct Bounded(usize);

impl Sink for Bounded {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or_else(|| Error::Output(std::io::Error::other("full")))?;
        Ok(())
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let formats = [Format::Gzip, Format::Zstd, Format::Xz, Format::Bzip2, Format::Lz4];
    let format = formats[usize::from(choice >> 1) % formats.len()];
    let threads = 1 + usize::from(choice & 1);
    let settings = Settings { level: 1, layout: Layout::One, long: None, threads };
    let _ = decode(format, &mut Input::new(bytes), &settings, &mut Bounded(16 << 20));
});
