//! Every decoder of the containers. The first byte chooses: which of the table, and one thread or two.
#![no_main]
use isokit_containers::{CONTAINERS, Error, Format, Input, Options, Result, Settings, Sink, Trailing, decode};

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
    let container = CONTAINERS[usize::from(choice >> 1) % CONTAINERS.len()];
    let threads = 1 + usize::from(choice & 1);
    let settings = Settings { level: 1, members: false, long: None, threads };
    let options = Options { settings, trailing: Trailing::Error, expected: None };
    let _ = decode(Format::Container(container), &mut Input::new(bytes), &options, &mut Bounded(16 << 20));
});
