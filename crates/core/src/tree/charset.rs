//! Names in a character set that the image does not record: bytes on the disc, UTF-8 for all who ask.

use crate::error::{Advice, Error, Result, Structure};
use crate::finding::{Finding, Findings};
use crate::tree::lookup::scan;
use crate::tree::{Cursor, Detail, Entry, Tree};
use encoding_rs::{Encoding, REPLACEMENT, UTF_16BE, UTF_16LE};
use std::borrow::Cow;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};

/// A name, or the target of a symbolic link.
const NAME: Structure = Structure::new("name", "ECMA-119 7.5");

/// A character set in which names can be recorded. Its labels are those of the Encoding standard of WHATWG: `gbk`,
/// `shift_jis`, `latin1` and some 200 more, in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charset(&'static Encoding);

impl FromStr for Charset {
    type Err = Error;

    fn from_str(label: &str) -> Result<Self> {
        // Names are bytes without zeros, which UTF-16 is not; the replacement encoding stands for what is not decoded.
        let is_usable = |set: &&'static Encoding| ![REPLACEMENT, UTF_16BE, UTF_16LE].contains(set);
        Encoding::for_label(label.as_bytes()).filter(is_usable).map(Self).ok_or_else(|| {
            let known = "gbk, big5, shift_jis, euc-kr, windows-1251 and latin1 are some";
            Error::Usage(format!("not a character set; {known}"))
        })
    }
}

impl Charset {
    /// As the WHATWG's encoding standard has it: `GBK`, `windows-1251`.
    pub fn word(self) -> &'static str {
        self.0.name()
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
        self.0.decode_without_bom_handling_and_without_replacement(text)
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
            let known = "gbk, big5, shift_jis, euc-kr, windows-1251 and latin1 are some";
            assert_eq!(error.to_string(), format!("not a character set; {known}"));
        }
    }

    #[test]
    fn what_is_decoded_stays_one_component() {
        assert!(is_name("安装"));
        assert!(["", ".", "..", "a/b", "a\0"].into_iter().all(|name| !is_name(name)));
    }
}
