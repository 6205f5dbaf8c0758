//! Checksum lines, as coreutils and the BSDs write and read them.

use super::{Algorithm, DigestValue};

/// The form of the lines of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// `SHA256 (name) = digest` instead of `digest  name`.
    pub tag: bool,
    /// `digest *name`: the mark of a file read as binary, which only some systems tell from text.
    pub binary: bool,
    /// Ends the line with NUL instead of a newline, and leaves the name as it is.
    pub zero: bool,
}

/// Appends the line that says that the file `name` has the digest `value`.
///
/// A name with a backslash, newline or carriage return is escaped, and the line then begins with a backslash.
pub fn write(line: &mut Vec<u8>, style: Style, algorithm: Algorithm, name: &[u8], value: &DigestValue) {
    let escaped = !style.zero && name.iter().any(|byte| matches!(byte, b'\\' | b'\n' | b'\r'));
    if escaped {
        line.push(b'\\');
    }
    let digest = value.to_string();
    if style.tag {
        line.extend_from_slice(algorithm.tag().as_bytes());
        line.extend_from_slice(b" (");
    } else {
        line.extend_from_slice(digest.as_bytes());
        line.extend_from_slice(if style.binary { b" *" } else { b"  " });
    }
    if escaped {
        escape(line, name);
    } else {
        line.extend_from_slice(name);
    }
    if style.tag {
        line.extend_from_slice(b") = ");
        line.extend_from_slice(digest.as_bytes());
    }
    line.push(if style.zero { 0 } else { b'\n' });
}

/// Appends `name` with backslash, newline and carriage return escaped.
pub fn escape(line: &mut Vec<u8>, name: &[u8]) {
    for byte in name {
        match byte {
            b'\\' => line.extend_from_slice(br"\\"),
            b'\n' => line.extend_from_slice(br"\n"),
            b'\r' => line.extend_from_slice(br"\r"),
            byte => line.push(*byte),
        }
    }
}

/// The name that `escape` made `escaped` of; `None` for what it never makes.
fn unescape(escaped: &[u8]) -> Option<Vec<u8>> {
    let mut name = Vec::with_capacity(escaped.len());
    let mut bytes = escaped.iter();
    while let Some(byte) = bytes.next() {
        name.push(match byte {
            b'\\' => match bytes.next()? {
                b'\\' => b'\\',
                b'n' => b'\n',
                b'r' => b'\r',
                _ => return None,
            },
            0 => return None,
            byte => *byte,
        });
    }
    Some(name)
}

/// What a checksum line says of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The algorithm its tag names, or the first of those allowed that has digests of this length.
    pub algorithm: Algorithm,
    /// Of as many bytes as the algorithm has.
    pub value: DigestValue,
    /// The file's name, without escapes.
    pub name: Vec<u8>,
}

/// Reads the lines of one list.
///
/// Old BSDs put one blank between digest and name, so a name that begins with a blank or a star can be read in two
/// ways; as in coreutils, the first line without a tag decides for the whole list.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    allowed: &'a [Algorithm],
    one_blank: Option<bool>,
    escapes: bool,
}

impl<'a> Reader<'a> {
    /// For a list of digests of the `allowed` algorithms; where a length fits several, the first is meant.
    pub fn new(allowed: &'a [Algorithm]) -> Self {
        Self { allowed, one_blank: None, escapes: true }
    }

    /// Takes names as they stand, as in a list whose lines end with NUL: see [`Style::zero`].
    #[must_use]
    pub fn with_names_as_they_are(self) -> Self {
        Self { escapes: false, ..self }
    }

    /// Reads one line, given without its end; `None` when it is not a checksum line of an allowed algorithm.
    pub fn read(&mut self, line: &[u8]) -> Option<Line> {
        let start = line.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(line.len());
        let line = line.get(start..)?;
        let (line, escaped) = match line.strip_prefix(b"\\") {
            Some(rest) if self.escapes => (rest, true),
            _ => (line, false),
        };
        let mut read = match self.tagged(line) {
            Some(read) => read?,
            None => self.untagged(line)?,
        };
        if escaped {
            read.name = unescape(&read.name)?;
        }
        // No file has such a name; it is several lines that end with NUL.
        (!read.name.contains(&0)).then_some(read)
    }

    /// Of a line that begins with an algorithm's tag, what it says if it is well formed.
    fn tagged(&self, line: &[u8]) -> Option<Option<Line>> {
        let open = line.iter().position(|byte| *byte == b'(')?;
        let tag = line.get(..open)?;
        // OpenSSL leaves the blank out.
        let algorithm = Algorithm::of_tag(tag.strip_suffix(b" ").unwrap_or(tag))?;
        let rest = line.get(open.saturating_add(1)..)?;
        let parse = || {
            let close = rest.iter().rposition(|byte| *byte == b')')?;
            let digest = rest.get(close.saturating_add(1)..)?.trim_ascii_start().strip_prefix(b"=")?;
            let value = DigestValue::from_hex(algorithm, digest.trim_ascii_start())?;
            let name = rest.get(..close)?.to_vec();
            self.allowed.contains(&algorithm).then_some(Line { algorithm, value, name })
        };
        Some(parse())
    }

    fn untagged(&mut self, line: &[u8]) -> Option<Line> {
        let digits = line.iter().position(|byte| !byte.is_ascii_hexdigit())?;
        let digest = line.get(..digits)?;
        let algorithm =
            *self.allowed.iter().find(|algorithm| algorithm.length().checked_mul(2) == Some(digits))?;
        let value = DigestValue::from_hex(algorithm, digest)?;
        let rest = line.get(digits..)?;
        let rest = rest.strip_prefix(b" ").or_else(|| rest.strip_prefix(b"\t"))?;
        let second = rest.first().copied()?;
        let one_blank = if rest.len() == 1 || !matches!(second, b' ' | b'*') {
            // Once a line had two, a line with one is no checksum line.
            if self.one_blank == Some(false) {
                return None;
            }
            true
        } else {
            self.one_blank == Some(true)
        };
        self.one_blank = Some(one_blank);
        let name = if one_blank { rest } else { rest.get(1..)? };
        Some(Line { algorithm, value, name: name.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Hasher;

    fn written(style: Style, name: &[u8]) -> Vec<u8> {
        let mut line = Vec::new();
        write(&mut line, style, Algorithm::Crc32, name, &Hasher::digest(Algorithm::Crc32, b"abc"));
        line
    }

    #[test]
    fn every_style_reads_back() {
        let tag = Style { tag: true, ..Style::default() };
        let binary = Style { binary: true, ..Style::default() };
        for style in [Style::default(), tag, binary] {
            for name in [&b"a"[..], b" a", b"*a", b"a) = b", b"a\nb", b"a\\b", b"a\rb", b"\xff"] {
                let line = written(style, name);
                let (end, line) = line.split_last().expect("a line has an end");
                assert_eq!((*end, line.contains(&b'\n')), (b'\n', false));
                let read = Reader::new(&[Algorithm::Crc32]).read(line).expect("our own line");
                assert_eq!((read.name.as_slice(), read.algorithm), (name, Algorithm::Crc32));
                assert_eq!(read.value.to_string(), "352441c2");
            }
        }
        let zero = written(Style { zero: true, ..Style::default() }, b"a\\\nb");
        assert_eq!(zero, b"352441c2  a\\\nb\0");
        let mut reader = Reader::new(&[Algorithm::Crc32]).with_names_as_they_are();
        let line = zero.split_last().expect("a line has an end").1;
        assert_eq!(reader.read(line).expect("our own line").name, b"a\\\nb");
        assert_eq!(written(tag, b"a\nb"), b"\\CRC32 (a\\nb) = 352441c2\n");
    }

    #[test]
    fn what_is_no_checksum_line() {
        for line in [
            &b""[..],
            b"352441c2",
            b"352441c2 ",
            b"352441c  a",
            b"352441c20  a",
            b"352441cg  a",
            b"CRC32 (a) = 352441",
            b"CRC32 (a = 352441c2",
            b"MD5 (a) = 900150983cd24fb0d6963f7d28e17f72",
            b"\\352441c2  a\\x",
            b"\\352441c2  a\\",
            b"352441c2  a\0",
            b"CRC32  (a) = 352441c2",
            b"crc32 (a) = 352441c2",
        ] {
            let read = Reader::new(&[Algorithm::Crc32]).read(line);
            assert_eq!(read, None, "{}", line.escape_ascii());
        }
    }

    #[test]
    fn the_first_untagged_line_decides_how_many_blanks_there_are() {
        let mut reader = Reader::new(&[Algorithm::Crc32]);
        assert_eq!(reader.read(b"352441c2 a").expect("old BSD").name, b"a");
        assert_eq!(reader.read(b"352441c2  a").expect("old BSD").name, b" a");
        let mut reader = Reader::new(&[Algorithm::Crc32]);
        assert_eq!(reader.read(b"352441c2 *a").expect("GNU").name, b"a");
        assert_eq!(reader.read(b"352441c2 a"), None);
    }
}
