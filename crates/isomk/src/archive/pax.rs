//! The records of pax extended headers: `LENGTH KEY=VALUE\n`, LENGTH counting all of it, in decimal.

use super::number::decimal;
use super::sparse::records::{Refused, Sparse};
use crate::archive::corrupt;
use isokit_core::error::{Problem, Result, Structure};
use isokit_core::tree::{Attribute, Time};

const RECORD: Structure = Structure::new("pax extended header", "POSIX pax");

/// What extended headers say of a member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Records {
    pub(super) path: Option<Vec<u8>>,
    /// A pax record has the path, which is UTF-8 then.
    pub(super) has_utf8_path: bool,
    pub(super) link: Option<Vec<u8>>,
    /// As of the path.
    pub(super) has_utf8_link: bool,
    pub(super) size: Option<u64>,
    pub(super) uid: Option<u32>,
    pub(super) gid: Option<u32>,
    pub(super) modified: Option<Time>,
    pub(super) attributes: Vec<Attribute>,
    /// GNU's sparse formats 0.0 to 1.0 hide behind ordinary headers.
    pub(super) sparse: Option<Box<Sparse>>,
}

impl Records {
    /// Takes in the records of the extended header at byte `at` of the archive. A later record wins.
    pub(super) fn parse(&mut self, mut bytes: &[u8], at: u64) -> Result<()> {
        while !bytes.is_empty() {
            let wrong = || {
                let shown = bytes.get(..bytes.len().min(40)).unwrap_or_default().to_vec();
                corrupt(at, RECORD, Problem::Text { field: "record", bytes: shown })
            };
            let blank = bytes.iter().position(|byte| *byte == b' ').ok_or_else(wrong)?;
            let length: usize = bytes.get(..blank).and_then(decimal).ok_or_else(wrong)?;
            let body =
                bytes.get(blank + 1..length).and_then(|body| body.strip_suffix(b"\n")).ok_or_else(wrong)?;
            let equals = body.iter().position(|byte| *byte == b'=').ok_or_else(wrong)?;
            let (key, value) = (&body[..equals], &body[equals + 1..]);
            self.record(key, value, at).map_err(|problem| {
                let shown = || body.iter().take(60).copied().collect();
                corrupt(
                    at,
                    RECORD,
                    problem.unwrap_or_else(|| Problem::Text { field: "record", bytes: shown() }),
                )
            })?;
            bytes = bytes.get(length..).unwrap_or_default();
        }
        Ok(())
    }

    /// Takes in one record of the extended header at byte `at`.
    fn record(&mut self, key: &[u8], value: &[u8], at: u64) -> Result<(), Refused> {
        match key.strip_prefix(b"GNU.sparse.") {
            Some(key) => self.sparse.get_or_insert_with(|| Box::new(Sparse::new(at))).record(key, value),
            None => self.plain_record(key, value).ok_or(None),
        }
    }

    fn plain_record(&mut self, key: &[u8], value: &[u8]) -> Option<()> {
        match key {
            b"path" => (self.path, self.has_utf8_path) = (Some(named(value)?), is_utf8(value)),
            b"linkpath" => (self.link, self.has_utf8_link) = (Some(named(value)?), is_utf8(value)),
            b"size" => self.size = Some(decimal(value)?),
            b"uid" => self.uid = Some(decimal(value)?),
            b"gid" => self.gid = Some(decimal(value)?),
            b"mtime" => self.modified = Some(time(value)?),
            b"SCHILY.acl.access" => self.acl("system.posix_acl_access", value),
            b"SCHILY.acl.default" => self.acl("system.posix_acl_default", value),
            _ => {
                if let Some(name) = key.strip_prefix(b"SCHILY.xattr.") {
                    self.attribute(name.to_vec(), value.to_vec());
                } else if let Some(name) = key.strip_prefix(b"LIBARCHIVE.xattr.") {
                    self.attribute(percent_decoded(name)?, base64_decoded(value)?);
                }
            }
        }
        Some(())
    }

    /// libarchive writes every attribute twice, in both spellings.
    fn attribute(&mut self, name: Vec<u8>, value: Vec<u8>) {
        // These are the kernel's form of what the ACL records say as text.
        if name.starts_with(b"system.posix_acl_") {
            return;
        }
        self.attributes.retain(|other| other.name != name);
        self.attributes.push(Attribute { name, value });
        self.attributes.sort_unstable();
    }

    /// Entries come divided by commas or by newlines; some writers add the numeric id as a fourth field, which then
    /// is the one that is right on every machine.
    fn acl(&mut self, name: &str, value: &[u8]) {
        let mut text = Vec::new();
        for entry in value.split(|byte| matches!(byte, b',' | b'\n')).map(<[u8]>::trim_ascii) {
            let parts: Vec<&[u8]> = entry.split(|byte| *byte == b':').collect();
            match parts.as_slice() {
                [b""] => continue,
                [tag, _, permissions, id] => text.extend([tag, *id, permissions].join(&b':')),
                _ => text.extend_from_slice(entry),
            }
            text.push(b'\n');
        }
        let name = name.as_bytes().to_vec();
        self.attributes.retain(|other| other.name != name);
        self.attributes.push(Attribute { name, value: text });
        self.attributes.sort_unstable();
    }
}

/// Whether the value is what the standard says it is; hdrcharset=BINARY (POSIX pax) says that it may not be, and some
/// writers do not care.
pub(super) fn is_utf8(value: &[u8]) -> bool {
    std::str::from_utf8(value).is_ok()
}

fn named(value: &[u8]) -> Option<Vec<u8>> {
    (!value.contains(&0)).then(|| value.to_vec())
}

/// Seconds since 1970, with a fraction, perhaps negative.
fn time(value: &[u8]) -> Option<Time> {
    let (negative, digits) = match value.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, value),
    };
    let mut parts = digits.splitn(2, |byte| *byte == b'.');
    let seconds: i64 = decimal(parts.next()?)?;
    let fraction: Vec<u8> =
        parts.next().unwrap_or_default().iter().copied().chain(std::iter::repeat(b'0')).take(9).collect();
    let nanoseconds: u32 = decimal(&fraction)?;
    Some(match (negative, nanoseconds) {
        (false, _) => Time { seconds, nanoseconds },
        (true, 0) => Time { seconds: -seconds, nanoseconds },
        (true, _) => Time { seconds: -seconds - 1, nanoseconds: 1_000_000_000 - nanoseconds },
    })
}

fn percent_decoded(text: &[u8]) -> Option<Vec<u8>> {
    let (mut decoded, mut rest) = (Vec::new(), text);
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'%' {
            decoded.push(*byte);
            continue;
        }
        let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
        decoded.push(u8::from_str_radix(digits, 16).ok()?);
        rest = rest.get(2..)?;
    }
    Some(decoded)
}

fn base64_decoded(text: &[u8]) -> Option<Vec<u8>> {
    let (mut decoded, mut bits, mut count) = (Vec::new(), 0_u32, 0_u32);
    for byte in text.iter().filter(|byte| !matches!(byte, b'=' | b'\n')) {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(six)) & 0xFF_FFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.push(u8::try_from(bits >> count & 0xFF).ok()?);
        }
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(bytes: &[u8]) -> Result<Records> {
        let mut records = Records::default();
        records.parse(bytes, 0)?;
        Ok(records)
    }

    fn attribute(name: &str, value: &[u8]) -> Attribute {
        Attribute { name: name.into(), value: value.into() }
    }

    #[test]
    fn records_say_what_headers_cannot() {
        let found = records(b"12 path=a b\n20 mtime=1700000.25\n12 size=999\n").expect("good");
        assert_eq!(found.path.as_deref(), Some(&b"a b"[..]));
        assert_eq!(found.modified, Some(Time { seconds: 1_700_000, nanoseconds: 250_000_000 }));
        assert_eq!(found.size, Some(999));
        assert_eq!(time(b"-1.5"), Some(Time { seconds: -2, nanoseconds: 500_000_000 }));
        assert_eq!(time(b"1e5"), None);
    }

    #[test]
    fn attributes_come_in_two_spellings_and_acls_as_text() {
        let found = records(b"32 LIBARCHIVE.xattr.user.a=eHl6\n27 SCHILY.xattr.user.a=xyz\n").expect("good");
        assert_eq!(found.attributes, [attribute("user.a", b"xyz")]);
        let found = records(b"60 SCHILY.acl.access=user::rw-,user:lisa:r--:502,other::---\n");
        let found = found.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(
            found.attributes,
            [attribute("system.posix_acl_access", b"user::rw-\nuser:502:r--\nother::---\n")]
        );
        assert_eq!(percent_decoded(b"a%3Db").as_deref(), Some(&b"a=b"[..]));
    }

    #[test]
    fn a_record_that_lies_about_its_length_is_refused() {
        for bytes in
            [&b"13 path=a b\n"[..], b"9 path=a b\n", b"x path=a\n", b"99999999999999999999 a=b\n", b"5 a=b"]
        {
            assert!(records(bytes).is_err(), "{}", bytes.escape_ascii());
        }
        let error = records(b"11 size=-1\n").expect_err("a size below nothing").to_string();
        assert!(error.contains("pax extended header: record is not legal text"), "{error}");
    }
}
