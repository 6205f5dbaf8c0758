//! One conversion: what comes in, what goes out, and with which settings.

use crate::checks::Checks;
use crate::container::Settings;
use crate::engine::{self, Raw};
use crate::error::{Error, Result};
use crate::format::Format;
use crate::input::Input;
use crate::pace::{Pace, Paced};
use crate::step::{STEP, Sink};
use std::io::Read;

/// What a conversion can be told besides the formats.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// For the encoder and the decoder of whatever container there is.
    pub settings: Settings,
    /// What to do with bytes behind the last part of the input.
    pub trailing: Trailing,
    /// What the raw bytes have to be, whatever the input and the output are.
    pub expected: Option<Expected>,
}

/// What is done with bytes behind the last member, frame or stream of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trailing {
    /// They are an error, after all that comes before them was put out.
    #[default]
    Error,
    /// They are left out of the output.
    Ignore,
    /// They follow the decompressed data, as they are.
    Keep,
}

/// What raw bytes have to begin with.
#[derive(Debug, Clone, Copy)]
pub struct Expected {
    /// Whether bytes that begin with these, or that are these and no more, are right; `None` where more have to be seen.
    pub is_right: fn(&[u8], is_all: bool) -> Option<bool>,
    /// The sentence of [`Error::Unexpected`], for bytes that are not right.
    pub otherwise: &'static str,
}

/// What became known of an input while it was decoded.
#[derive(Debug, Default)]
pub struct Decoded {
    /// Also the checksum that nobody could compare, of which the user is to be warned.
    pub checks: Checks,
    /// Byte offset in the input of bytes behind its last part that were not an error.
    pub trailing: Option<u64>,
}

/// Decompresses `input`, which is `from`, into `sink`.
///
/// # Errors
/// [`Error::Damaged`] and [`Error::Trailing`] of the input, and what reading and writing give. What was decompressed before
/// it got to `sink`.
pub fn decode(
    from: Format,
    input: &mut Input<'_>,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Decoded> {
    let mut decoded = Decoded::default();
    let ended = match from {
        Format::Raw => copy(input, sink),
        Format::Container(container) => match &container.reading {
            Some(reading) => (reading.decode)(input, &options.settings, &mut decoded.checks, sink),
            None => Err(Error::Codec(format!("{} is not read", container.name))),
        },
    };
    match ended {
        Err(Error::Trailing { at, .. }) if options.trailing != Trailing::Error => {
            decoded.trailing = Some(at);
            if options.trailing == Trailing::Keep {
                // Only zeros were passed over to look at what follows them.
                let zeros = std::io::repeat(0).take(input.offset() - at);
                copy(&mut Input::new(zeros), sink)?;
                copy(input, sink)?;
            }
        }
        ended => ended?,
    }
    Ok(decoded)
}

/// Compresses `raw` to the format `to` into `sink`.
fn encode(
    raw: &mut dyn Raw,
    to: Format,
    settings: &Settings,
    pace: &Pace,
    sink: &mut dyn Sink,
) -> Result<()> {
    match to {
        Format::Raw => copy(raw, sink),
        Format::Container(container) => match &container.writing {
            Some(writing) => (writing.encode)(&mut Paced { raw, pace }, settings, pace, sink),
            None => Err(Error::Codec(format!("{} is not written", container.name))),
        },
    }
}

/// As [`decode`], of what is expected.
fn checked(from: Format, input: &mut Input<'_>, options: &Options, sink: &mut dyn Sink) -> Result<Decoded> {
    let Some(expected) = options.expected else { return decode(from, input, options, sink) };
    let mut checking = Checking { expected, sink, beginning: Some(Vec::new()) };
    let decoded = decode(from, input, options, &mut checking)?;
    checking.finish().map(|()| decoded)
}

/// Converts `input` from one format to another; `pace`, which `input` tells what is read, learns the rest here.
///
/// # Errors
/// As [`decode`]; and [`Error::Unexpected`] for raw bytes that are not what is expected.
pub fn convert(
    from: Format,
    input: &mut Input<'_>,
    to: Format,
    options: &Options,
    pace: &Pace,
    sink: &mut dyn Sink,
) -> Result<Decoded> {
    match (from, to) {
        (Format::Raw, Format::Raw) => checked(from, input, options, sink),
        (Format::Raw, to) if options.expected.is_none() => {
            encode(input, to, &options.settings, pace, sink).map(|()| Decoded::default())
        }
        (_, Format::Raw) => checked(from, input, options, sink),
        (_, to) => {
            let mut decoded = Decoded::default();
            engine::transcode(
                |sink| checked(from, input, options, sink).map(|known| decoded = known),
                |raw| encode(raw, to, &options.settings, pace, sink),
            )?;
            Ok(decoded)
        }
    }
}

fn copy(raw: &mut dyn Raw, sink: &mut dyn Sink) -> Result<()> {
    let mut block = vec![0; STEP];
    loop {
        match raw.read(&mut block)? {
            0 => return Ok(()),
            count => sink.put(block.get(..count).unwrap_or_default())?,
        }
    }
}

/// A sink that hands on raw bytes once they are known to begin as expected.
struct Checking<'s> {
    expected: Expected,
    sink: &'s mut dyn Sink,
    /// What came so far, until it is known to be right.
    beginning: Option<Vec<u8>>,
}

impl Checking<'_> {
    /// At the end of the raw bytes: what is short and was not yet decided on is decided now.
    fn finish(self) -> Result<()> {
        match self.beginning {
            Some(all) if (self.expected.is_right)(&all, true) != Some(true) => {
                Err(Error::Unexpected(self.expected.otherwise))
            }
            Some(all) => self.sink.put(&all),
            None => Ok(()),
        }
    }
}

impl Sink for Checking<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        let Some(beginning) = &mut self.beginning else { return self.sink.put(bytes) };
        beginning.extend_from_slice(bytes);
        match (self.expected.is_right)(beginning, false) {
            None => return Ok(()),
            Some(false) => return Err(Error::Unexpected(self.expected.otherwise)),
            Some(true) => {}
        }
        let beginning = self.beginning.take().unwrap_or_default();
        self.sink.put(&beginning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::CONTAINERS;
    use std::cell::Cell;

    /// Notes how much was done each time that something is put out.
    struct Noting<'a>(&'a Pace, Vec<u8>, Cell<u64>);
    impl Sink for Noting<'_> {
        fn put(&mut self, bytes: &[u8]) -> Result<()> {
            self.2.set(self.0.done());
            self.1.put(bytes)
        }
    }

    #[test]
    fn all_is_done_at_the_end_whatever_is_compressed_to_what() {
        let data: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[usize::from(n % 7 == 0)]).collect();
        let mut packed = (Format::Raw, data);
        for container in CONTAINERS {
            let to = Format::Container(container);
            let settings = Settings { level: 1, members: false, long: None, threads: 2 };
            let options = Options { settings, trailing: Trailing::Error, expected: None };
            let pace = Pace::default();
            let mut sink = Noting(&pace, Vec::new(), Cell::default());
            let mut input = Input::new(packed.1.as_slice()).paced(&pace);
            convert(packed.0, &mut input, to, &options, &pace, &mut sink).unwrap();
            assert_eq!(pace.done(), u64::try_from(packed.1.len()).expect("small"), "{}", container.name);
            assert!(sink.2.get() > 0, "{}", container.name);
            drop(input);
            packed = (to, sink.1);
        }
    }
}
