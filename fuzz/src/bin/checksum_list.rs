//! A list of digests: what is read of a line is read again of the line that is written of it.
#![no_main]
use isokit_digests::Algorithm;
use isokit_digests::line::{Reader, Style, write};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for zero in [false, true] {
        let end = if zero { 0 } else { b'\n' };
        let mut list = reader(&Algorithm::ALL, zero);
        let lines = bytes.split(|byte| *byte == end).filter_map(|line| list.read(line));
        // No file is called nothing, so that no line is written of it.
        for read in lines.filter(|read| !read.name.is_empty()) {
            for (tag, binary) in [(false, false), (false, true), (true, false)] {
                let mut line = Vec::new();
                write(&mut line, Style { tag, binary, zero }, read.algorithm, &read.name, &read.value);
                assert_eq!(line.pop(), Some(end));
                let only = [read.algorithm];
                assert_eq!(reader(&only, zero).read(&line), Some(read.clone()));
            }
        }
    }
});

/// A reader of lines that end with NUL or a newline.
fn reader(allowed: &[Algorithm], zero: bool) -> Reader<'_> {
    let reader = Reader::new(allowed);
    if zero { reader.with_names_as_they_are() } else { reader }
}
