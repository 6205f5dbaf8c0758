//! Records on their way into an extended header.

use super::values::{one_line, percent_encoded};
use isokit_core::tree::Attribute;

/// The text of an extended header: records in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct Written(Vec<u8>);

impl Written {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn add(&mut self, key: &[u8], value: &[u8]) {
        // Blank, equals sign and newline; the length counts its own digits.
        let rest = key.len().saturating_add(value.len()).saturating_add(3);
        let mut length = rest.saturating_add(1);
        while length.to_string().len().saturating_add(rest) > length {
            length = length.saturating_add(1);
        }
        self.0.extend_from_slice(format!("{length} ").as_bytes());
        self.0.extend_from_slice(key);
        self.0.push(b'=');
        self.0.extend_from_slice(value);
        self.0.push(b'\n');
    }

    pub(crate) fn add_number(&mut self, key: &[u8], value: u64) {
        self.add(key, value.to_string().as_bytes());
    }

    /// POSIX has no keys for attributes and ACLs: they go under star's, which every reader of today knows.
    pub(crate) fn add_attribute(&mut self, attribute: &Attribute) {
        let Attribute { name, value } = attribute;
        match name.as_slice() {
            b"system.posix_acl_access" => self.add(b"SCHILY.acl.access", &one_line(value)),
            b"system.posix_acl_default" => self.add(b"SCHILY.acl.default", &one_line(value)),
            name => self.add(&[b"SCHILY.xattr.", percent_encoded(name).as_slice()].concat(), value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_counts_its_own_digits() {
        for length in [1, 5, 6, 7, 93, 94, 95, 992, 993, 994] {
            let mut records = Written::default();
            records.add(b"k", &vec![b'v'; length]);
            let text = String::from_utf8(records.0).expect("ASCII");
            let counted: usize =
                text.split(' ').next().and_then(|digits| digits.parse().ok()).expect("a length");
            assert_eq!(counted, text.len());
        }
    }

    #[test]
    fn attributes_and_lists_go_under_the_keys_of_star() {
        let mut records = Written::default();
        for (name, value) in [
            (&b"system.posix_acl_access"[..], &b"user::rw-\ngroup::r--\nother::r--\n"[..]),
            (b"user.a=b%", b"v\0w"),
        ] {
            records.add_attribute(&Attribute { name: name.to_vec(), value: value.to_vec() });
        }
        assert_eq!(
            records.bytes().escape_ascii().to_string(),
            "53 SCHILY.acl.access=user::rw-,group::r--,other::r--\\n\
             34 SCHILY.xattr.user.a%3Db%25=v\\x00w\\n"
        );
    }
}
