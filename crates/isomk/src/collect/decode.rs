//! Names of inputs in another character set than UTF-8.

use super::Collector;
use isokit_cli::name::shown;
use isokit_tar::{Member, Type};
use std::borrow::Cow;

impl Collector<'_> {
    /// `name`, one component of the path of an input, as the image is to have it. `from` gives the place it comes from, for
    /// messages.
    pub(super) fn decoded<'n>(&self, name: &'n [u8], from: &dyn Fn(&Self) -> String) -> Cow<'n, [u8]> {
        let Some(charset) = self.options.charset else { return Cow::Borrowed(name) };
        let decoded = charset.name(name);
        if decoded.is_none() {
            self.keeps("the name", from);
        }
        decoded.unwrap_or(Cow::Borrowed(name))
    }

    /// As [`Collector::decoded`], of the target of a symbolic link.
    pub(super) fn decoded_link(&self, link: Vec<u8>, from: &dyn Fn(&Self) -> String) -> Vec<u8> {
        let Some(charset) = self.options.charset else { return link };
        let decoded = charset.text(&link).map(Cow::into_owned);
        if decoded.is_none() {
            self.keeps("the target of the link", from);
        }
        decoded.unwrap_or(link)
    }

    /// Decodes the names of `member`, of the archive `name`, but those that are UTF-8 whatever the others are.
    pub(super) fn decode(&self, member: &mut Member<'_>, name: &str) {
        if self.options.charset.is_none() {
            return;
        }
        let recorded = shown(&member.path);
        let from = |_: &Self| format!("{name}: {recorded}");
        let path = |path: &[u8]| -> Vec<u8> {
            let parts: Vec<_> =
                path.split(|byte| *byte == b'/').map(|part| self.decoded(part, &from)).collect();
            parts.join(&b'/')
        };
        if !member.has_utf8_path {
            member.path = path(&member.path).into();
        }
        match member.kind {
            _ if member.has_utf8_link => {}
            Type::HardLink => member.link = path(&member.link).into(),
            _ => member.link = self.decoded_link(member.link.to_vec(), &from).into(),
        }
    }

    fn keeps(&self, what: &str, from: &dyn Fn(&Self) -> String) {
        let charset = self.options.charset.map_or("", |charset| charset.word());
        self.report.warning(from(self), format!("{what} is not valid {charset}; its bytes are kept"));
    }
}
