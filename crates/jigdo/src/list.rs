//! The list of files that may be matched, each with its checksum, its size and where it comes from (genisoimage(1), "JIGDO
//! NOTES"; xorrisofs(1), "Jigdo Template Extraction").

use crate::checksum::Checksum;
use crate::jigdo::can_name;
use isokit_digests::DigestValue;
use std::fmt;
use std::ops::Range;

/// A list, in memory.
#[derive(Debug)]
pub struct List {
    checksum: Checksum,
    text: Vec<u8>,
    /// Ordered by name and size, and as they are in the list.
    files: Vec<Line>,
}

#[derive(Debug, Clone, Copy)]
struct Line {
    /// Byte of the list at which the digits of the checksum begin.
    at: usize,
    /// Bytes at which the path begins and ends, and at which its last component begins.
    path: usize,
    name: usize,
    end: usize,
    size: u64,
}

/// The files of a [`List`] that have one name and one size; of no other list.
pub type Files = Range<usize>;

/// Why a text is no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed {
    /// The line, from 1 on.
    pub line: usize,
    /// What was expected.
    expected: Checksum,
    /// What is there instead of that.
    found: Option<Checksum>,
}

impl List {
    /// Reads lines of hexadecimal digits, two blanks, the size in 12 columns, two blanks and a path. Fewer blanks before the
    /// size will do, as will a size of more digits. Empty lines are skipped.
    ///
    /// # Errors
    /// [`Malformed`] for any other line.
    pub fn new(text: Vec<u8>, checksum: Checksum) -> Result<Self, Malformed> {
        let mut files = Vec::new();
        let mut at = 0;
        for (before, line) in text.split(|byte| *byte == b'\n').enumerate() {
            let bare = line.strip_suffix(b"\r").unwrap_or(line);
            if !bare.is_empty() {
                let file = Line::new(bare, at, checksum);
                files.push(file.ok_or_else(|| Malformed::new(before + 1, bare, checksum))?);
            }
            at += line.len() + 1;
        }
        files.sort_by(|one, other| one.key(&text).cmp(&other.key(&text)));
        Ok(Self { checksum, text, files })
    }

    /// Those whose paths end in `name` and that have `size` bytes; most often none.
    pub fn find(&self, name: &[u8], size: u64) -> Files {
        let start = self.files.partition_point(|file| file.key(&self.text) < (name, size));
        let end = self.files.partition_point(|file| file.key(&self.text) <= (name, size));
        start..end
    }

    /// The path of the first of `files` that has this checksum.
    pub fn path(&self, files: &Files, checksum: &DigestValue) -> Option<&[u8]> {
        let files = self.files.get(files.clone()).unwrap_or_default();
        let digits = self.checksum.algorithm().length() * 2;
        let has = |file: &&Line| {
            let text = self.text.get(file.at..file.at + digits).unwrap_or_default();
            DigestValue::from_hex(self.checksum.algorithm(), text).as_ref() == Some(checksum)
        };
        files.iter().find(has).map(|file| file.path(&self.text))
    }
}

impl Line {
    /// The line that begins at byte `at` of the list.
    fn new(line: &[u8], at: usize, checksum: Checksum) -> Option<Self> {
        let (digits, rest) = line.split_at_checked(checksum.algorithm().length() * 2)?;
        DigestValue::from_hex(checksum.algorithm(), digits)?;
        let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
        let size = rest.get(blanks..)?;
        let length = size.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (size, path) = size.split_at_checked(length)?;
        let size = std::str::from_utf8(size).ok()?.parse().ok()?;
        let path = path.strip_prefix(b"  ").filter(|path| blanks > 0 && can_name(path))?;
        let end = at + line.len();
        let name = path.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
        let path = end - path.len();
        Some(Self { at, path, name: path + name, end, size })
    }

    fn key<'t>(&self, text: &'t [u8]) -> (&'t [u8], u64) {
        (text.get(self.name..self.end).unwrap_or_default(), self.size)
    }

    fn path<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        text.get(self.path..self.end).unwrap_or_default()
    }
}

impl Malformed {
    fn new(line: usize, bytes: &[u8], expected: Checksum) -> Self {
        let digits = bytes.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let has = |checksum: &Checksum| *checksum != expected && checksum.algorithm().length() * 2 == digits;
        let found = [Checksum::Md5, Checksum::Sha256].into_iter().find(has);
        Self { line, expected, found }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, expected, found } = self;
        let tag = expected.algorithm().tag();
        match found {
            Some(found) => {
                write!(f, "line {line}: found a digest of {}, expected {tag}", found.algorithm().tag())
            }
            None => write!(
                f,
                "line {line}: expected {} hexadecimal digits ({tag}), two blanks, the size in 12 columns, two blanks and a path",
                expected.algorithm().length() * 2
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use isokit_digests::{Algorithm, Hasher};

    fn line(content: &[u8], path: &str) -> String {
        format!("{}  {:>12}  {path}\n", Hasher::digest(Algorithm::Md5, content), content.len())
    }

    #[test]
    fn files_are_found_by_name_and_size_and_told_apart_by_checksum() {
        let text =
            [line(b"one", "/m/a/x"), line(b"two", "/m/b/x"), line(b"three", "/m/c d"), line(b"four", "x")]
                .concat();
        let list = List::new(text.into_bytes(), Checksum::Md5).expect("well formed");
        let path = |name: &[u8], content: &[u8]| {
            let files = list.find(name, content.len().try_into().expect("short"));
            list.path(&files, &Hasher::digest(Algorithm::Md5, content)).map(<[u8]>::to_vec)
        };
        assert_eq!(path(b"x", b"one").as_deref(), Some(&b"/m/a/x"[..]));
        assert_eq!(path(b"x", b"two").as_deref(), Some(&b"/m/b/x"[..]));
        assert_eq!(path(b"c d", b"three").as_deref(), Some(&b"/m/c d"[..]));
        assert_eq!(path(b"x", b"four").as_deref(), Some(&b"x"[..]));
        assert_eq!(path(b"x", b"six"), None);
        assert_eq!(path(b"y", b"one"), None);
        assert!(list.find(b"y", 3).is_empty());
    }

    #[test]
    fn digits_of_either_case_longer_sizes_and_empty_lines_will_do() {
        let digest = Hasher::digest(Algorithm::Md5, b"one").to_string().to_uppercase();
        for text in [
            format!("{digest}  3  /m/x\n"),
            format!("{digest} 0000000000000003  /m/x"),
            format!("\n{digest}             3  /m/x\r\n\n"),
        ] {
            let list = List::new(text.clone().into_bytes(), Checksum::Md5).expect("well formed");
            assert_eq!(list.find(b"x", 3), 0..1, "{text}");
        }
    }

    #[test]
    fn any_other_line_is_named() {
        let good = line(b"one", "/m/x");
        let digest = Hasher::digest(Algorithm::Md5, b"one").to_string();
        for bad in [
            "junk".to_owned(),
            digest.clone(),
            format!("{digest}  3"),
            format!("{digest}  3  "),
            format!("{digest}  3 /m/x"),
            format!("{digest}  -3  /m/x"),
            format!("{digest}  99999999999999999999  /m/x"),
            format!("{}g  3  /m/x", &digest[..31]),
            format!("{digest}3  /m/x"),
            format!("{digest}  3  /m/x\u{1b}"),
        ] {
            let error = List::new(format!("{good}{bad}\n").into_bytes(), Checksum::Md5).expect_err(&bad);
            assert!(error.to_string().starts_with("line 2: expected 32 hexadecimal digits (MD5)"), "{error}");
        }
        let error = List::new(good.into_bytes(), Checksum::Sha256).expect_err("another algorithm");
        assert_eq!(error.to_string(), "line 1: found a digest of MD5, expected SHA256");
    }
}
