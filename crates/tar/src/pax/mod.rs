//! The records of pax extended headers: `LENGTH KEY=VALUE\n`, LENGTH counting all of it, in decimal.

mod values;
mod written;

pub(crate) use values::decimal_seconds;
pub(crate) use written::Written;

use crate::number::decimal;
use crate::sparse::records::{Refused, Sparse};
use isokit_core::error::{Location, Problem, Result, Structure};
use isokit_core::tree::{Attribute, Time};
use values::{acl, base64_decoded, percent_decoded, time};

const RECORD: Structure = Structure::new("pax extended header", "POSIX pax");

/// What extended headers say of a member; `None` leaves it to its header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Records {
    pub(crate) path: Option<Vec<u8>>,
    /// A pax record has the path, which is UTF-8 then.
    pub(crate) has_utf8_path: bool,
    pub(crate) link: Option<Vec<u8>>,
    /// A pax record has the link, which is UTF-8 then.
    pub(crate) has_utf8_link: bool,
    pub(crate) size: Option<u64>,
    pub(crate) uid: Option<u32>,
    pub(crate) gid: Option<u32>,
    pub(crate) modified: Option<Time>,
    pub(crate) attributes: Vec<Attribute>,
    /// GNU's sparse formats 0.0 to 1.0 hide behind ordinary headers.
    pub(crate) sparse: Option<Box<Sparse>>,
}

impl Records {
    /// Takes in the records of the extended header at `at`. A later record wins.
    pub(crate) fn parse(&mut self, mut bytes: &[u8], at: Location) -> Result<()> {
        let text = |shown: &[u8], most| Problem::Text {
            field: "record",
            bytes: shown.iter().take(most).copied().collect(),
        };
        while !bytes.is_empty() {
            let wrong = || RECORD.at(at).corrupt(text(bytes, 40));
            let blank = bytes.iter().position(|byte| *byte == b' ').ok_or_else(wrong)?;
            let length: usize = bytes.get(..blank).and_then(decimal).ok_or_else(wrong)?;
            let body =
                bytes.get(blank + 1..length).and_then(|body| body.strip_suffix(b"\n")).ok_or_else(wrong)?;
            let equals = body.iter().position(|byte| *byte == b'=').ok_or_else(wrong)?;
            let (key, value) = (&body[..equals], &body[equals + 1..]);
            let taken = self.record(key, value, at);
            taken.map_err(|problem| RECORD.at(at).corrupt(problem.unwrap_or_else(|| text(body, 60))))?;
            bytes = bytes.get(length..).unwrap_or_default();
        }
        Ok(())
    }

    /// Takes in one record of the extended header at `at`.
    fn record(&mut self, key: &[u8], value: &[u8], at: Location) -> Result<(), Refused> {
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
            b"SCHILY.acl.access" => self.put(b"system.posix_acl_access".to_vec(), acl(value)),
            b"SCHILY.acl.default" => self.put(b"system.posix_acl_default".to_vec(), acl(value)),
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
        if !name.starts_with(b"system.posix_acl_") {
            self.put(name, value);
        }
    }

    fn put(&mut self, name: Vec<u8>, value: Vec<u8>) {
        self.attributes.retain(|other| other.name != name);
        self.attributes.push(Attribute { name, value });
        self.attributes.sort_unstable();
    }
}

/// Whether the value is what the standard says it is; hdrcharset=BINARY (POSIX pax) says that it may not be, and some
/// writers do not care.
pub(crate) fn is_utf8(value: &[u8]) -> bool {
    std::str::from_utf8(value).is_ok()
}

fn named(value: &[u8]) -> Option<Vec<u8>> {
    (!value.contains(&0)).then(|| value.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(bytes: &[u8]) -> Result<Records> {
        let mut records = Records::default();
        records.parse(bytes, Location::default())?;
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
