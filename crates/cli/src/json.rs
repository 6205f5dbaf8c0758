//! JSON written straight into a line: any bytes give valid JSON, and nothing is allocated for it.

use crate::name::is_obeyed;
use std::fmt::Display;
use std::io::Write;

/// An object or array being written at the end of `line`; [`Writer::end`] has to be called.
#[derive(Debug)]
pub struct Writer<'l> {
    line: &'l mut Vec<u8>,
    first: bool,
    close: u8,
}

impl<'l> Writer<'l> {
    /// Writes the opening bracket of an object at the end of `line`.
    pub fn object(line: &'l mut Vec<u8>) -> Self {
        line.push(b'{');
        Self { line, first: true, close: b'}' }
    }

    fn array(line: &'l mut Vec<u8>) -> Self {
        line.push(b'[');
        Self { line, first: true, close: b']' }
    }

    /// Writes the closing bracket, without an end of line.
    pub fn end(self) {
        self.line.push(self.close);
    }

    fn separate(&mut self) {
        if !self.first {
            self.line.push(b',');
        }
        self.first = false;
    }

    fn key(&mut self, key: &str) {
        self.separate();
        string(key, self.line);
        self.line.push(b':');
    }

    /// A number, or anything else whose text is JSON already: `value` is not escaped.
    pub fn raw(&mut self, key: &str, value: impl Display) {
        self.key(key);
        // Writing into a vector does not fail.
        let _ = write!(self.line, "{value}");
    }

    /// A string; `value` is escaped where JSON or a terminal needs it.
    pub fn text(&mut self, key: &str, value: impl AsRef<str>) {
        self.key(key);
        string(value.as_ref(), self.line);
    }

    /// Any bytes: a string when they are UTF-8; else the string with U+FFFD for what is not, and all bytes in
    /// hexadecimal as `KEY_hex`.
    pub fn bytes(&mut self, key: &str, value: &[u8]) {
        match str::from_utf8(value) {
            Ok(value) => self.text(key, value),
            Err(_) => {
                self.text(key, String::from_utf8_lossy(value));
                self.text(&format!("{key}_hex"), hex::encode(value));
            }
        }
    }

    /// A member that is an object, with what `fill` writes into it.
    pub fn nested(&mut self, key: &str, fill: impl FnOnce(&mut Writer<'_>)) {
        self.key(key);
        let mut inner = Writer::object(self.line);
        fill(&mut inner);
        inner.end();
    }

    /// A member that is an array of objects, one for each of `items`.
    pub fn list<T>(
        &mut self,
        key: &str,
        items: impl IntoIterator<Item = T>,
        mut fill: impl FnMut(&mut Writer<'_>, T),
    ) {
        self.key(key);
        let mut inner = Writer::array(self.line);
        for item in items {
            inner.separate();
            let mut object = Writer::object(inner.line);
            fill(&mut object, item);
            object.end();
        }
        inner.end();
    }

    /// A member that is an array of values whose text is JSON already.
    pub fn values<T: Display>(&mut self, key: &str, values: impl IntoIterator<Item = T>) {
        self.key(key);
        let mut inner = Writer::array(self.line);
        for value in values {
            inner.separate();
            // Writing into a vector does not fail.
            let _ = write!(inner.line, "{value}");
        }
        inner.end();
    }

    /// A member that is an array of strings.
    pub fn texts<T: AsRef<str>>(&mut self, key: &str, values: impl IntoIterator<Item = T>) {
        self.key(key);
        let mut inner = Writer::array(self.line);
        for value in values {
            inner.separate();
            string(value.as_ref(), inner.line);
        }
        inner.end();
    }
}

/// Whether `byte` is escaped, or begins a character that may be.
const fn needs_a_look(byte: u8) -> bool {
    // U+0080 to U+00BF, U+0600 to U+063F, U+2000 to U+2FFF and U+F000 to U+FFFF begin with the last four.
    matches!(byte, 0..=0x1f | b'"' | b'\\' | 0x7f | 0xc2 | 0xd8 | 0xe2 | 0xef)
}

/// Appends the first character of `text`, escaped where a terminal would obey it, and returns what follows.
fn character<'t>(text: &'t [u8], line: &mut Vec<u8>) -> &'t [u8] {
    let length = if text.first().is_some_and(|byte| *byte < 0xe0) { 2 } else { 3 };
    let (bytes, rest) = text.split_at(length.min(text.len()));
    match str::from_utf8(bytes).ok().and_then(|text| text.chars().next()) {
        // Writing into a vector does not fail.
        Some(c) if is_obeyed(c) => drop(write!(line, "\\u{:04x}", u32::from(c))),
        _ => line.extend_from_slice(bytes),
    }
    rest
}

/// Appends `text` as a JSON string (RFC 8259 section 7).
fn string(text: &str, line: &mut Vec<u8>) {
    line.push(b'"');
    let mut rest = text.as_bytes();
    // Everything up to the next byte that needs an escape goes over at once.
    while let Some(at) = rest.iter().position(|byte| needs_a_look(*byte)) {
        let (plain, special) = rest.split_at(at);
        line.extend_from_slice(plain);
        if special.first().is_some_and(|byte| !byte.is_ascii()) {
            rest = character(special, line);
            continue;
        }
        let Some((byte, after)) = special.split_first() else { break };
        match byte {
            b'"' => line.extend_from_slice(b"\\\""),
            b'\\' => line.extend_from_slice(b"\\\\"),
            b'\n' => line.extend_from_slice(b"\\n"),
            b'\t' => line.extend_from_slice(b"\\t"),
            b'\r' => line.extend_from_slice(b"\\r"),
            // Writing into a vector does not fail.
            other => drop(write!(line, "\\u{other:04x}")),
        }
        rest = after;
    }
    line.extend_from_slice(rest);
    line.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_obeys_nothing_in_it() {
        let mut line = Vec::new();
        string("\u{9b}31m\u{202e}é\u{61c}د€\u{fff9}\u{ff01}\x7f", &mut line);
        let want = r#""\u009b31m\u202eé\u061cد€\ufff9！\u007f""#;
        assert_eq!(String::from_utf8(line).as_deref(), Ok(want));
    }

    #[test]
    fn any_bytes_give_valid_json() {
        let mut line = Vec::new();
        let mut object = Writer::object(&mut line);
        object.bytes("name", b"a\"b\\c\nd\x01\xff\xc3\xa9");
        object.raw("size", 5);
        object.list("extents", [(1, 2)], |extent, (offset, length)| {
            extent.raw("offset", offset);
            extent.raw("length", length);
        });
        object.values("device", [8, 1]);
        object.texts("trees", ["a", "b"]);
        object.nested("none", |_| {});
        object.end();
        assert_eq!(
            String::from_utf8(line).expect("JSON is UTF-8"),
            concat!(
                r#"{"name":"a\"b\\c\nd\u0001"#,
                "\u{fffd}é\"",
                r#","name_hex":"6122625c630a6401ffc3a9","size":5,"extents":[{"offset":1,"length":2}],"#,
                r#""device":[8,1],"trees":["a","b"],"none":{}}"#
            )
        );
    }
}
