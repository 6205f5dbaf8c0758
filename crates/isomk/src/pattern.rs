//! Patterns of paths as grep(1) takes them: basic regular expressions (POSIX XBD 9.3), with what GNU adds to them.

use isokit_core::{Error, Result};
use regex::bytes::Regex;
use std::fmt;

/// A basic regular expression, which matches a text that has what it says anywhere.
#[derive(Clone)]
pub(crate) struct Pattern {
    text: Vec<u8>,
    regex: Regex,
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.text.escape_ascii().to_string()).finish()
    }
}

impl Pattern {
    /// Understands `text`.
    ///
    /// # Errors
    /// [`Error::Usage`] for what is no such expression, is too large, or refers to what it matched before (`\1`).
    pub(crate) fn new(text: &[u8]) -> Result<Self> {
        let wrong = |why: &str| Error::Usage(format!("\"{}\": {why}", text.escape_ascii()));
        let regex = Translation::of(text).map_err(&wrong)?;
        let regex = Regex::new(&regex).map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => wrong("is too large a regular expression"),
            _ => wrong("is no basic regular expression"),
        })?;
        Ok(Self { text: text.to_vec(), regex })
    }

    /// As it was written.
    pub(crate) fn text(&self) -> &[u8] {
        &self.text
    }

    pub(crate) fn matches(&self, text: &[u8]) -> bool {
        self.regex.is_match(text)
    }
}

/// A basic regular expression on its way into the syntax of the crate `regex`.
struct Translation<'t> {
    rest: &'t [u8],
    regex: String,
    /// Nothing was said yet of this part: `^` is its beginning.
    at_start: bool,
    /// Nothing was said yet that could be repeated: `*` is itself.
    is_bare: bool,
}

/// Classes of characters (POSIX XBD 9.3.5).
const CLASSES: [&str; 12] = [
    "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper",
    "xdigit",
];

const OPEN_BRACKET: &str = "has [ without ]";

impl<'t> Translation<'t> {
    fn of(text: &'t [u8]) -> std::result::Result<String, &'static str> {
        // Bytes, of any kind, whatever they mean.
        let mut this = Self { rest: text, regex: "(?s-u)".to_owned(), at_start: true, is_bare: true };
        while let Some((first, rest)) = this.rest.split_first() {
            this.rest = rest;
            let was_start = std::mem::replace(&mut this.at_start, false);
            let was_bare = std::mem::replace(&mut this.is_bare, false);
            match first {
                b'\\' => this.escape()?,
                b'[' => this.bracket()?,
                b'*' if was_bare => this.literal(b'*'),
                b'*' => this.regex.push('*'),
                b'.' => this.regex.push('.'),
                b'^' if was_start => {
                    this.regex.push('^');
                    this.is_bare = true;
                }
                b'$' if this.ends() => this.regex.push('$'),
                other => this.literal(*other),
            }
        }
        Ok(this.regex)
    }

    /// Whether a part of the expression ends here.
    fn ends(&self) -> bool {
        self.rest.is_empty() || self.rest.starts_with(b"\\)") || self.rest.starts_with(b"\\|")
    }

    fn literal(&mut self, byte: u8) {
        self.regex.push_str(&format!("\\x{byte:02x}"));
    }

    /// What follows a backslash.
    fn escape(&mut self) -> std::result::Result<(), &'static str> {
        let (escaped, rest) = self.rest.split_first().ok_or("ends in a backslash")?;
        self.rest = rest;
        match escaped {
            b'(' | b'|' => {
                self.regex.push(char::from(*escaped));
                (self.at_start, self.is_bare) = (true, true);
            }
            b')' | b'{' | b'+' | b'?' => self.regex.push(char::from(*escaped)),
            b'}' => return Err("has \\} without \\{"),
            b'1'..=b'9' => return Err("refers back to what it matched, which is not supported"),
            b'w' | b'W' | b's' | b'S' | b'b' | b'B' => {
                self.regex.push('\\');
                self.regex.push(char::from(*escaped));
            }
            b'<' => self.regex.push_str("\\b{start}"),
            b'>' => self.regex.push_str("\\b{end}"),
            b'`' => self.regex.push_str("\\A"),
            b'\'' => self.regex.push_str("\\z"),
            other => self.literal(*other),
        }
        if *escaped == b'{' {
            let end = self.rest.windows(2).position(|two| two == b"\\}").ok_or("has \\{ without \\}")?;
            let (bounds, rest) = self.rest.split_at(end);
            // GNU has {,N}, too.
            let from_zero = if bounds.starts_with(b",") { "0" } else { "" };
            if bounds.is_empty() || !bounds.iter().all(|byte| byte.is_ascii_digit() || *byte == b',') {
                return Err("has no numbers between \\{ and \\}");
            }
            self.regex.push_str(from_zero);
            self.regex.push_str(&String::from_utf8_lossy(bounds));
            self.regex.push('}');
            self.rest = rest.get(2..).unwrap_or_default();
        }
        Ok(())
    }

    /// What follows an opening bracket, in which nothing is escaped.
    fn bracket(&mut self) -> std::result::Result<(), &'static str> {
        self.regex.push('[');
        if let Some(rest) = self.rest.strip_prefix(b"^") {
            self.rest = rest;
            self.regex.push('^');
        }
        let mut first = true;
        loop {
            match self.rest {
                [] => return Err(OPEN_BRACKET),
                [b']', rest @ ..] if !first => {
                    self.rest = rest;
                    self.regex.push(']');
                    return Ok(());
                }
                [b'[', b':', rest @ ..] => self.class(rest)?,
                [b'[', b'.' | b'=', ..] => return Err("has a collating element, which is not supported"),
                [from, b'-', to, rest @ ..] if *to != b']' => {
                    self.rest = rest;
                    self.literal(*from);
                    self.regex.push('-');
                    self.literal(*to);
                }
                [byte, rest @ ..] => {
                    self.rest = rest;
                    self.literal(*byte);
                }
            }
            first = false;
        }
    }

    /// `rest` begins with the name of a class.
    fn class(&mut self, rest: &'t [u8]) -> std::result::Result<(), &'static str> {
        let end = rest.windows(2).position(|two| two == b":]").ok_or(OPEN_BRACKET)?;
        let (name, rest) = rest.split_at(end);
        if !CLASSES.iter().any(|class| class.as_bytes() == name) {
            return Err("has an unknown class of characters");
        }
        self.regex.push_str(&format!("[:{}:]", String::from_utf8_lossy(name)));
        self.rest = rest.get(2..).unwrap_or_default();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::process::{Command, Stdio};

    const TEXTS: &[&str] = &[
        "/pool/main/a/a_1.0-2.deb",
        "boot1",
        "boot12/x",
        "mid",
        "mi+d",
        "miid",
        "a*b",
        "*b",
        "a^b",
        "a$b",
        "a|b",
        "(ab)",
        "abab",
        "ab{2}",
        "a]b",
        "a-b",
        "a\\b",
        "[x]",
        "a b",
        "A1",
        "a.b",
        "+",
        "a\u{e9}b",
        "{",
        "",
    ];

    const PATTERNS: &[&str] = &[
        "/pool/",
        "boot1",
        "^boot1$",
        "b\\.deb$",
        ".deb",
        "mi+d",
        "mi\\+d",
        "mi\\?d",
        "(ab)",
        "\\(ab\\)\\{2\\}",
        "\\(^a\\|^b\\)",
        "a*b",
        "*b",
        "^*b",
        "\\(*b\\)",
        "a^b",
        "a$b",
        "\\(d$\\)",
        "a|b",
        "a\\|b",
        "ab{2}",
        "[]]",
        "[^]a]b",
        "a[-x]b",
        "a[+--]b",
        "a[\\]b",
        "[[:digit:]]\\.",
        "[[:upper:]1]1",
        "[x[]",
        "a\\.b",
        "\\<mid\\>",
        "\\w\\W\\w",
        "a\\s",
        "a\\{1,2\\}b\\{,1\\}\\[",
        "\\`boot",
        "d\\'",
        "",
        "a\\{3,\\}",
        "[&~-]",
        "^^",
        "x**",
    ];

    /// grep(1) finds the same lines.
    #[test]
    fn patterns_match_what_grep_finds() {
        for pattern in PATTERNS {
            let ours = Pattern::new(pattern.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
            let mut grep = Command::new("grep")
                .args(["-a", "-e", pattern])
                .env("LC_ALL", "C")
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .expect("every system has grep");
            let lines = TEXTS.join("\n") + "\n";
            grep.stdin.take().expect("a pipe").write_all(lines.as_bytes()).expect("it reads");
            let found = grep.wait_with_output().expect("it ends").stdout;
            let found = String::from_utf8_lossy(&found);
            let ours: Vec<&str> =
                TEXTS.iter().copied().filter(|text| ours.matches(text.as_bytes())).collect();
            assert_eq!(ours, found.lines().collect::<Vec<_>>(), "{pattern}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for (pattern, why) in [
            ("[", "has [ without ]"),
            ("[]", "has [ without ]"),
            ("[[:alpha", "has [ without ]"),
            ("[[:word:]]", "has an unknown class of characters"),
            ("a\\", "ends in a backslash"),
            ("\\(a\\)\\1", "refers back to what it matched, which is not supported"),
            ("\\(a", "is no basic regular expression"),
            ("a\\)", "is no basic regular expression"),
            ("a\\{1", "has \\{ without \\}"),
            ("a\\{x\\}", "has no numbers between \\{ and \\}"),
            ("a\\{2,1\\}", "is no basic regular expression"),
            ("a\\}", "has \\} without \\{"),
            ("[z-a]", "is no basic regular expression"),
            ("[[.a.]]", "has a collating element, which is not supported"),
            ("\\(a\\{1000\\}\\)\\{1000\\}", "is too large a regular expression"),
        ] {
            let error = Pattern::new(pattern.as_bytes()).expect_err(pattern);
            assert_eq!(error.to_string(), format!("\"{}\": {why}", pattern.escape_default()));
        }
    }
}
