//! Making a finished DEFLATE stream one that others can follow (RFC 1951 3.2.3).
//!
//! The final bit of its last block is cleared and an empty stored block is appended, which ends on a byte boundary, so
//! that streams made independently of each other can be put one after another and are one stream. The last block is
//! found by reading the code lengths of each block and stepping over its symbols, without producing the data.

/// Order in which the lengths of the code length code are recorded (RFC 1951 3.2.7).
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Bits of the longest code (RFC 1951 3.2.7).
const LONGEST: usize = 15;

/// Bits looked up at once; longer codes are rare and decoded bit by bit.
const LOOKUP: usize = 11;

/// Turns `stream`, which must be one whole DEFLATE stream, into one that another can follow.
///
/// `None`, and `stream` unchanged, when it is no such thing.
pub(super) fn unfinish(stream: &mut Vec<u8>) -> Option<()> {
    let (last, end) = last_block(stream)?;
    *stream.get_mut(last / 8)? &= !(1 << (last % 8));
    // Three zero bits: not final, stored; then to the byte boundary; then LEN and NLEN of nothing.
    stream.resize((end + 3).div_ceil(8), 0);
    stream.extend_from_slice(&[0, 0, 0xff, 0xff]);
    Some(())
}

/// Bit positions of the header of the last block and of the end of the stream.
fn last_block(stream: &[u8]) -> Option<(usize, usize)> {
    let mut bits = Bits { bytes: stream, at: 0 };
    loop {
        let start = bits.at;
        let last = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => bits.skip_stored()?,
            1 => bits.skip_symbols(&fixed()?)?,
            2 => {
                let codes = bits.dynamic()?;
                bits.skip_symbols(&codes)?;
            }
            _ => return None,
        }
        if last {
            return (bits.at <= stream.len() * 8).then_some((start, bits.at));
        }
    }
}

/// What a code stands for, as far as stepping over it goes: the bits of the code and of the extra bits behind it, and
/// what follows. Zero: not in the table.
type Entry = u8;
const BITS: Entry = 0x1f;
const LENGTH: Entry = 0x20;
const END: Entry = 0x40;

/// A prefix code, ready for stepping.
struct Code {
    table: [Entry; 1 << LOOKUP],
    /// Codes of each length, and the symbols in the order of their codes, for codes longer than the table.
    counts: [u16; LONGEST + 1],
    kinds: Vec<Entry>,
}

/// The codes of a block: for literals and lengths, and for distances.
struct Codes {
    literals: Code,
    distances: Code,
}

impl Code {
    /// The code with these lengths (RFC 1951 3.2.2); `kind` gives extra bits and what follows, by symbol.
    fn new(lengths: &[u8], kind: impl Fn(usize) -> Option<Entry>) -> Option<Self> {
        let mut counts = [0_u16; LONGEST + 1];
        for &length in lengths {
            *counts.get_mut(usize::from(length))? += 1;
        }
        *counts.first_mut()? = 0;
        let mut code = Self { table: [0; 1 << LOOKUP], counts, kinds: Vec::new() };
        let mut value = 0_usize;
        for length in 1..=LONGEST {
            value <<= 1;
            for (symbol, _) in lengths.iter().enumerate().filter(|(_, l)| usize::from(**l) == length) {
                let kind = kind(symbol)?;
                code.kinds.push(kind);
                if length <= LOOKUP {
                    let entry = kind + u8::try_from(length).ok()?;
                    let reversed =
                        value.reverse_bits() >> (usize::BITS.checked_sub(u32::try_from(length).ok()?)?);
                    let places = code.table.get_mut(reversed..)?.iter_mut().step_by(1 << length);
                    places.for_each(|place| *place = entry);
                }
                value += 1;
            }
            if value > 1 << length {
                return None;
            }
        }
        Some(code)
    }

    /// The entry of the code that `word` begins with.
    #[inline]
    fn entry(&self, word: u64) -> Option<Entry> {
        let index = usize::try_from(word & ((1 << LOOKUP) - 1)).ok()?;
        match *self.table.get(index)? {
            0 => self.long(word),
            entry => Some(entry),
        }
    }

    #[cold]
    fn long(&self, word: u64) -> Option<Entry> {
        let (mut code, mut first, mut index) = (0_usize, 0_usize, 0_usize);
        for length in 1..=LONGEST {
            code = code << 1 | usize::from(word >> (length - 1) & 1 == 1);
            let count = usize::from(*self.counts.get(length)?);
            if code < first + count {
                return Some(self.kinds.get(index + code - first)? + u8::try_from(length).ok()?);
            }
            index += count;
            first = (first + count) << 1;
        }
        None
    }
}

/// A literal or length symbol (RFC 1951 3.2.5).
fn literal(symbol: usize) -> Option<Entry> {
    Some(match symbol {
        0..=255 => 0,
        256 => END,
        257..=264 | 285 => LENGTH,
        265..=284 => LENGTH + u8::try_from((symbol - 261) / 4).ok()?,
        // Symbols that take part in the fixed code and never occur.
        _ => 0,
    })
}

/// The table's entry for a distance symbol, its extra bits included (RFC 1951 3.2.5).
fn distance(symbol: usize) -> Option<Entry> {
    match symbol {
        0..=3 => Some(0),
        _ => u8::try_from(symbol / 2 - 1).ok(),
    }
}

/// The codes of a block of type 1 (RFC 1951 3.2.6).
fn fixed() -> Option<Codes> {
    let mut lengths = [8; 288];
    lengths.get_mut(144..256)?.fill(9);
    lengths.get_mut(256..280)?.fill(7);
    Some(Codes { literals: Code::new(&lengths, literal)?, distances: Code::new(&[5; 30], distance)? })
}

/// A position in a stream, in bits.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    /// At least 57 bits from here, zeros behind the end.
    #[inline]
    fn word(&self) -> u64 {
        let from = self.at / 8;
        let word = match self.bytes.get(from..).and_then(<[u8]>::first_chunk) {
            Some(bytes) => u64::from_le_bytes(*bytes),
            None => self.last_word(from),
        };
        word >> (self.at % 8)
    }

    #[cold]
    fn last_word(&self, from: usize) -> u64 {
        let mut bytes = [0; 8];
        let left = self.bytes.get(from..).unwrap_or_default();
        bytes.iter_mut().zip(left).for_each(|(to, byte)| *to = *byte);
        u64::from_le_bytes(bytes)
    }

    /// The next `count` bits, at most 16.
    fn take(&mut self, count: usize) -> Option<usize> {
        let value = self.word() & ((1 << count) - 1);
        self.at += count;
        if self.at > self.bytes.len() * 8 { None } else { usize::try_from(value).ok() }
    }

    fn skip_stored(&mut self) -> Option<()> {
        self.at = self.at.next_multiple_of(8);
        let length = self.take(16)?;
        self.at += 16 + length * 8;
        Some(())
    }

    /// The codes of a block of type 2 (RFC 1951 3.2.7).
    fn dynamic(&mut self) -> Option<Codes> {
        let literals = self.take(5)? + 257;
        let distances = self.take(5)? + 1;
        let recorded = self.take(4)? + 4;
        let mut lengths = [0; 19];
        for place in ORDER.iter().take(recorded) {
            *lengths.get_mut(*place)? = u8::try_from(self.take(3)?).ok()?;
        }
        let lengths = self.lengths(&lengths, literals + distances)?;
        let (literals, distances) = lengths.split_at_checked(literals)?;
        Some(Codes { literals: Code::new(literals, literal)?, distances: Code::new(distances, distance)? })
    }

    /// `count` code lengths, recorded with the code whose lengths are `code`.
    fn lengths(&mut self, code: &[u8; 19], count: usize) -> Option<Vec<u8>> {
        let symbols = small_code(code)?;
        let mut lengths = Vec::with_capacity(count);
        while lengths.len() < count {
            let index = usize::try_from(self.word() & 0x7f).ok()?;
            let (symbol, bits) = *symbols.get(index)?;
            self.at += usize::from(bits);
            let (value, repeat) = match symbol {
                0..=15 => (symbol, 1),
                16 => (*lengths.last()?, self.take(2)? + 3),
                17 => (0, self.take(3)? + 3),
                _ => (0, self.take(7)? + 11),
            };
            lengths.resize(lengths.len() + repeat, value);
            if bits == 0 || self.at > self.bytes.len() * 8 {
                return None;
            }
        }
        (lengths.len() == count).then_some(lengths)
    }

    /// Steps over the symbols of a block to behind its end-of-block code.
    fn skip_symbols(&mut self, codes: &Codes) -> Option<()> {
        let end = self.bytes.len() * 8;
        loop {
            // 57 bits hold three codes of 15, or a length with its extra bits (20) and a distance with its (28).
            let mut word = self.word();
            let mut entry = codes.literals.entry(word)?;
            for _ in 0..2 {
                if entry & (LENGTH | END) == 0 {
                    word >>= entry;
                    self.at += usize::from(entry);
                    entry = codes.literals.entry(word)?;
                }
            }
            if entry & (LENGTH | END) == 0 {
                self.at += usize::from(entry);
                if self.at > end {
                    return None;
                }
                continue;
            }
            let word = self.word();
            let bits = entry & BITS;
            self.at += usize::from(bits);
            if self.at > end {
                return None;
            }
            if entry & END != 0 {
                return Some(());
            }
            let distance = codes.distances.entry(word >> bits)?;
            self.at += usize::from(distance & BITS);
        }
    }
}

/// The code length code as a table of symbol and bits, by the next 7 bits.
fn small_code(lengths: &[u8; 19]) -> Option<[(u8, u8); 128]> {
    let mut table = [(0, 0); 128];
    let mut value = 0_usize;
    for length in 1..=7_u8 {
        value <<= 1;
        for (symbol, _) in (0_u8..).zip(lengths).filter(|(_, l)| **l == length) {
            let reversed = value.reverse_bits() >> (usize::BITS - u32::from(length));
            let places = table.get_mut(reversed..)?.iter_mut().step_by(1 << length);
            places.for_each(|place| *place = (symbol, length));
            value += 1;
        }
    }
    Some(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn deflate(data: &[u8], level: i32) -> Vec<u8> {
        let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::new(level).unwrap());
        let mut out = vec![0; compressor.deflate_compress_bound(data.len())];
        let size = compressor.deflate_compress(data, &mut out).unwrap();
        out.truncate(size);
        out
    }

    fn samples() -> Vec<Vec<u8>> {
        let mut state = 7_u32;
        let mut noise = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 24
        };
        let mut byte = |bits: u32| u8::try_from(noise() >> (8 - bits)).unwrap();
        let mut samples = vec![vec![], vec![1], vec![0; 100_000]];
        samples.extend((1..=8).map(|bits| (0..200_000).map(|_| byte(bits)).collect()));
        // Symbols of very different frequency make long codes.
        samples.push(
            (1..300_000_u32)
                .map(|n| u8::try_from(n.trailing_zeros() * 9 + u32::from(byte(1))).unwrap())
                .collect(),
        );
        samples
    }

    #[test]
    fn a_stream_made_open_is_followed_by_another() {
        let second = b"the second stream";
        for (number, first) in samples().iter().enumerate() {
            for level in [0, 1, 6, 12] {
                let mut stream = deflate(first, level);
                unfinish(&mut stream).unwrap();
                stream.extend_from_slice(&deflate(second, level));
                let mut back = Vec::new();
                flate2::bufread::DeflateDecoder::new(stream.as_slice()).read_to_end(&mut back).unwrap();
                assert!(
                    back.strip_prefix(first.as_slice()) == Some(second),
                    "sample {number}, level {level}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_whole_stream_is_left_alone() {
        let whole = deflate(&samples()[5], 6);
        for length in [0, 1, 10, whole.len() / 2, whole.len() - 1] {
            let mut cut = whole[..length].to_vec();
            assert!(unfinish(&mut cut).is_none(), "cut to {length}");
            assert!(cut == whole[..length]);
        }
    }
}
