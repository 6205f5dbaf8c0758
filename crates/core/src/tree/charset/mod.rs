//! Names in a character set that the image does not record: bytes on the disc, UTF-8 for all who ask.

mod pages;

use crate::error::{Advice, Error, Result, Structure};
use crate::finding::{Finding, Findings};
use crate::tree::lookup::scan;
use crate::tree::{Cursor, Detail, Entry, Tree};
use encoding_rs::{
    Encoding, ISO_2022_JP, REPLACEMENT, UTF_16BE, UTF_16LE, WINDOWS_874, WINDOWS_1252, WINDOWS_1254,
};
use pages::Page;
use std::borrow::Cow;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};

/// A name, or the target of a symbolic link.
const NAME: Structure = Structure::new("name", "ECMA-119 7.5");

/// A character set in which names can be recorded. Its labels are those of the Encoding standard of WHATWG: `gbk`,
/// `shift_jis`, `latin1` and some 200 more, and the code pages of IBM that this lacks, from `cp437` to `cp869`; in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charset {
    word: &'static str,
    set: Set,
    /// The bytes that are decoded, since writers of such names used them, but that the set of this label does not have.
    foreign: Option<(u8, u8)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    Standard(&'static Encoding),
    Page(&'static Page),
}

type Narrow = (&'static Encoding, &'static [&'static str], &'static str, (u8, u8));

/// Sets that the Encoding standard takes for larger ones: those, what the labels of the larger ones have in them, the word, and
/// the bytes that only the larger one has.
const NARROW: [Narrow; 4] = [
    (WINDOWS_1252, &["ascii", "x3.4"], "US-ASCII", (0x80, 0xff)),
    (WINDOWS_1252, &["8859", "latin", "l1", "819", "100"], "ISO-8859-1", (0x80, 0x9f)),
    (WINDOWS_1254, &["8859", "latin", "l5", "148"], "ISO-8859-9", (0x80, 0x9f)),
    (WINDOWS_874, &["8859", "tis"], "ISO-8859-11", (0x80, 0x9f)),
];

/// Text in a character set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded<'t> {
    /// With `_` for each character that the set does not have.
    pub bytes: Cow<'t, [u8]>,
    /// The text with the same characters replaced, if there are any.
    pub replaced: Option<String>,
}

impl FromStr for Charset {
    type Err = Error;

    fn from_str(label: &str) -> Result<Self> {
        let label = label.trim_ascii().to_ascii_lowercase();
        if let Some(page) = Page::for_label(&label) {
            return Ok(Self { word: page.word, set: Set::Page(page), foreign: None });
        }
        // The standard has some code pages of Windows by other names alone.
        let of_windows = label.strip_prefix("cp").map(|number| format!("windows-{number}"));
        let found = Encoding::for_label(label.as_bytes())
            .or_else(|| of_windows.and_then(|label| Encoding::for_label(label.as_bytes())));
        // Names are bytes without zeros, which UTF-16 is not; the replacement encoding stands for what is not decoded.
        let is_usable = |set: &&'static Encoding| ![REPLACEMENT, UTF_16BE, UTF_16LE].contains(set);
        let encoding = found
            .filter(is_usable)
            .ok_or_else(|| Error::Usage("not a character set, as latin1, gbk and cp850 are".into()))?;
        let narrow = NARROW
            .iter()
            .find(|(wide, parts, ..)| *wide == encoding && parts.iter().any(|part| label.contains(part)));
        let word = narrow.map_or(encoding.name(), |(_, _, word, _)| word);
        Ok(Self { word, set: Set::Standard(encoding), foreign: narrow.map(|(.., bytes)| *bytes) })
    }
}

impl Charset {
    /// As the WHATWG's encoding standard or IANA has it: `GBK`, `windows-1251`, `ISO-8859-1`.
    pub fn word(self) -> &'static str {
        self.word
    }

    /// This set, if names can be recorded in it.
    ///
    /// # Errors
    /// [`Error::Usage`] for one that has states, in which other characters than a slash have its byte.
    pub fn for_recording(self) -> Result<Self> {
        match self.set {
            Set::Standard(encoding) if encoding == ISO_2022_JP => {
                Err(Error::Usage("names cannot be recorded in ISO-2022-JP; use euc-jp or shift_jis".into()))
            }
            _ => Ok(self),
        }
    }

    /// `text`, which is UTF-8, in this character set. Other text keeps its bytes.
    pub fn encoded(self, text: &[u8]) -> Encoded<'_> {
        let as_it_is = Encoded { bytes: Cow::Borrowed(text), replaced: None };
        let Some(characters) = std::str::from_utf8(text).ok().filter(|text| !text.is_ascii()) else {
            return as_it_is;
        };
        let (mut bytes, mut replaced) = (Vec::with_capacity(text.len()), String::new());
        let mut is_whole = true;
        for c in characters.chars() {
            let is_there = self.push(c, &mut bytes);
            is_whole &= is_there;
            replaced.push(if is_there { c } else { '_' });
        }
        Encoded { bytes: Cow::Owned(bytes), replaced: (!is_whole).then_some(replaced) }
    }

    /// Appends the bytes of a character, or `_` where this set does not have it.
    fn push(self, c: char, to: &mut Vec<u8>) -> bool {
        if let (Set::Page(page), false) = (self.set, c.is_ascii()) {
            let byte = page.byte(c);
            to.push(byte.unwrap_or(b'_'));
            return byte.is_some();
        }
        let Set::Standard(encoding) = self.set else {
            to.extend(u8::try_from(c));
            return true;
        };
        let mut room = [0; 4];
        let (bytes, _, is_missing) = encoding.encode(c.encode_utf8(&mut room));
        let is_foreign = match *bytes {
            // The yen sign of Shift_JIS is read as a backslash.
            [byte] => {
                byte.is_ascii() != c.is_ascii()
                    || self.foreign.is_some_and(|(first, last)| (first..=last).contains(&byte))
            }
            _ => false,
        };
        let is_there = !is_missing && !is_foreign;
        to.extend_from_slice(if is_there { &bytes } else { b"_" });
        is_there
    }

    /// `name`, one component of a path, as UTF-8; `None` where it is not text in this character set, or would not stay one
    /// component.
    pub fn name(self, name: &[u8]) -> Option<Cow<'_, [u8]>> {
        // What needs no decoding was a name before.
        let decoded = self.decode(name);
        decoded.filter(|decoded| matches!(decoded, Cow::Borrowed(_)) || is_name(decoded)).map(bytes)
    }

    /// `text`, such as the target of a symbolic link or the identifier of a volume, as UTF-8; `None` where it is not text in
    /// this character set.
    pub fn text(self, text: &[u8]) -> Option<Cow<'_, [u8]>> {
        let decoded = self.decode(text);
        decoded.filter(|decoded| matches!(decoded, Cow::Borrowed(_)) || !decoded.contains('\0')).map(bytes)
    }

    /// `text` as UTF-8, where it is text in this character set.
    fn decode(self, text: &[u8]) -> Option<Cow<'_, str>> {
        match self.set {
            Set::Standard(encoding) => encoding.decode_without_bom_handling_and_without_replacement(text),
            Set::Page(_) if text.is_ascii() => std::str::from_utf8(text).ok().map(Cow::Borrowed),
            Set::Page(page) => page.decode(text).map(Cow::Owned),
        }
    }
}

/// A tree whose names and links are shown as UTF-8. Paths are looked up in it by the names it shows.
#[derive(Debug)]
pub struct Decoded<'t> {
    tree: &'t dyn Tree,
    charset: Option<Charset>,
    findings: &'t Findings,
    /// That a name is not UTF-8 was noted: once is enough.
    is_noted: AtomicBool,
}

impl<'t> Decoded<'t> {
    /// `tree`, with names in `charset`; without one as it is. What is not text goes to `findings`.
    pub fn new(tree: &'t dyn Tree, charset: Option<Charset>, findings: &'t Findings) -> Self {
        Self { tree, charset, findings, is_noted: AtomicBool::new(false) }
    }

    /// Decodes `entry`. A name or a link that is not text keeps its bytes, all of them, so that names stay different.
    fn decode(&self, charset: Charset, entry: &mut Entry) {
        let kept = |what: &str| {
            let deviation = format!("{what} is not valid {}; its bytes were kept", charset.word());
            self.findings.note(entry.at, NAME, deviation);
        };
        match charset.name(&entry.name) {
            Some(Cow::Borrowed(_)) => {}
            Some(Cow::Owned(name)) => entry.name = name,
            None => kept("the name"),
        }
        match charset.text(&entry.link) {
            Some(Cow::Borrowed(_)) => {}
            Some(Cow::Owned(link)) => entry.link = link,
            None => kept("the target of the link"),
        }
    }

    /// Notes the first name that is not UTF-8.
    fn check(&self, entry: &Entry) {
        let is_text = entry.name.is_ascii() || std::str::from_utf8(&entry.name).is_ok();
        if !is_text && !self.is_noted.swap(true, Ordering::Relaxed) {
            let (at, deviation, advice) = (entry.at, "not UTF-8".into(), Some(Advice::Charset));
            self.findings.add(Finding { at, what: NAME, deviation, advice, is_legal: false });
        }
    }
}

fn bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

/// Whether decoding made one component of a path: an encoding with states spells slashes in other bytes.
fn is_name(name: &str) -> bool {
    !name.contains(['/', '\0']) && !matches!(name, "" | "." | "..")
}

impl Tree for Decoded<'_> {
    fn root(&self) -> Result<Entry> {
        self.tree.root()
    }

    fn shares_directories(&self) -> bool {
        self.tree.shares_directories()
    }

    fn open<'c>(&'c self, directory: &Entry, detail: Detail) -> Result<Box<dyn Cursor + 'c>> {
        Ok(Box::new(Names { cursor: self.tree.open(directory, detail)?, tree: self }))
    }

    fn lookup(&self, directory: &Entry, name: &[u8]) -> Result<Option<Entry>> {
        if self.charset.is_some() {
            return scan(self, directory, name);
        }
        let found = self.tree.lookup(directory, name)?;
        found.iter().for_each(|entry| self.check(entry));
        Ok(found)
    }

    fn streams(&self, entry: &Entry) -> Result<Vec<Entry>> {
        self.tree.streams(entry)
    }
}

/// The entries of one directory, decoded as they are handed out.
struct Names<'c> {
    cursor: Box<dyn Cursor + 'c>,
    tree: &'c Decoded<'c>,
}

impl Cursor for Names<'_> {
    fn next(&mut self, entry: &mut Entry) -> Result<bool> {
        let found = self.cursor.next(entry);
        match self.tree.charset {
            Some(charset) => self.tree.decode(charset, entry),
            None => self.tree.check(entry),
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(charset: &str, text: &[u8]) -> Option<String> {
        charset.parse::<Charset>().expect("a label").decode(text).map(Cow::into_owned)
    }

    #[test]
    fn labels_are_those_of_the_encoding_standard() {
        for (label, text, want) in [
            ("gbk", &b"\xb0\xb2\xd7\xb0.exe"[..], Some("安装.exe")),
            ("GB18030", b"\x81\x30\x81\x30", Some("\u{80}")),
            ("shift_jis", b"\x83\x5c\x83\x74\x83\x67", Some("ソフト")),
            ("euc-kr", b"\xc7\xd1\xb1\xdb", Some("한글")),
            ("big5", b"\xa4\xa4\xa4\xe5", Some("中文")),
            ("latin1", b"caf\xe9", Some("café")),
            ("iso-8859-15", b"\xa4", Some("€")),
            ("koi8-r", b"\xc4\xc1", Some("да")),
            ("gbk", b"caf\xe9.txt", None),
            ("utf-8", b"\xff", None),
        ] {
            assert_eq!(decoded(label, text).as_deref(), want, "{label}");
        }
        for label in ["", "klingon", "utf-16le", "utf-16", "iso-2022-kr"] {
            let error = label.parse::<Charset>().expect_err(label);
            assert_eq!(error.to_string(), "not a character set, as latin1, gbk and cp850 are");
        }
    }

    #[test]
    fn what_a_set_lacks_is_replaced_and_told() {
        for (label, text, want, replaced) in [
            ("latin1", "größe", &b"gr\xf6\xdfe"[..], None),
            ("iso8859-1", "x€y", b"x_y", Some("x_y")),
            ("windows-1252", "x€y", b"x\x80y", None),
            ("us-ascii", "größe", b"gr__e", Some("gr__e")),
            ("iso-8859-9", "ş€", b"\xfe_", Some("ş_")),
            ("iso-8859-15", "€", b"\xa4", None),
            ("CP850", "größe", b"gr\x94\xe1e", None),
            ("ibm437", "aÐb", b"a_b", Some("a_b")),
            ("cp874", "ก", b"\xa1", None),
            ("cp866", "да", b"\xa4\xa0", None),
            ("koi8-r", "да.txt", b"\xc4\xc1.txt", None),
            ("shift_jis", "ソ¥", b"\x83\x5c_", Some("ソ_")),
            ("euc-jp", "日本", b"\xc6\xfc\xcb\xdc", None),
            ("gb18030", "ä", b"\x81\x30\x8a\x31", None),
            ("utf-8", "größe", "größe".as_bytes(), None),
        ] {
            let set = label.parse::<Charset>().and_then(Charset::for_recording).expect(label);
            let encoded = set.encoded(text.as_bytes());
            assert_eq!(&*encoded.bytes, want, "{label}");
            assert_eq!(encoded.replaced.as_deref(), replaced, "{label}");
            if encoded.replaced.is_none() {
                assert_eq!(decoded(label, want).as_deref(), Some(text), "{label}");
            }
        }
        let kept = "latin1".parse::<Charset>().expect("a label").encoded(b"\xff").bytes.into_owned();
        assert_eq!(kept, b"\xff", "what is not UTF-8 is recorded as it is");
        let error = "iso-2022-jp".parse::<Charset>().and_then(Charset::for_recording).expect_err("states");
        assert_eq!(error.to_string(), "names cannot be recorded in ISO-2022-JP; use euc-jp or shift_jis");
        assert_eq!(decoded("cp857", b"\xd5"), None, "no character of that page");
    }

    #[test]
    fn what_is_decoded_stays_one_component() {
        assert!(is_name("安装"));
        assert!(["", ".", "..", "a/b", "a\0"].into_iter().all(|name| !is_name(name)));
    }
}
