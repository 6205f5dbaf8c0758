//! Modes as chmod(1) writes them.

use std::fmt;

/// What becomes of a mode, as the argument of chmod(1) says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mode {
    text: Box<str>,
    change: Change,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Change {
    /// Exactly these bits: 0 to 0o7777.
    Octal(u16),
    /// Clauses, applied one after the other.
    Steps(Vec<Step>),
}

/// One clause of a symbolic mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    add: bool,
    bits: u16,
    /// Bits set only on directories and on what somebody may execute: `X`.
    conditional: u16,
}

impl Mode {
    /// Reads octal digits, or clauses of `[ugoa...][+-][rwxXst...]` divided by commas. `=` is not one of the operators:
    /// it divides pattern and mode. No umask has a say.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let change = if text.starts_with(|first: char| first.is_ascii_digit()) {
            u16::from_str_radix(text, 8).ok().filter(|mode| *mode <= 0o7777).map(Change::Octal)
        } else {
            text.split(',').map(Step::parse).collect::<Option<_>>().map(Change::Steps)
        };
        change.map(|change| Self { text: text.into(), change })
    }

    /// What becomes of `mode`; `directory` counts for `X`.
    pub(crate) fn applied(&self, mode: u16, directory: bool) -> u16 {
        match &self.change {
            Change::Octal(mode) => *mode,
            Change::Steps(steps) => steps.iter().fold(mode, |mode, step| {
                let runs = directory || mode & 0o111 != 0;
                let bits = step.bits | if runs { step.conditional } else { 0 };
                if step.add { mode | bits } else { mode & !bits }
            }),
        }
    }
}

/// As it was written.
impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Step {
    fn parse(clause: &str) -> Option<Self> {
        let operator = clause.find(['+', '-'])?;
        let (who, rest) = clause.split_at(operator);
        let (operator, what) = rest.split_at(1);
        if what.is_empty() {
            return None;
        }
        let mut classes = 0_u16;
        for letter in who.chars() {
            classes |= match letter {
                'u' => 0o4700,
                'g' => 0o2070,
                'o' => 0o0007,
                'a' => 0o6777,
                _ => return None,
            };
        }
        let classes = if who.is_empty() { 0o6777 } else { classes };
        let (mut bits, mut conditional) = (0, 0);
        for letter in what.chars() {
            match letter {
                'r' => bits |= 0o444 & classes,
                'w' => bits |= 0o222 & classes,
                'x' => bits |= 0o111 & classes,
                'X' => conditional |= 0o111 & classes,
                's' => bits |= 0o6000 & classes,
                't' => bits |= 0o1000,
                _ => return None,
            }
        }
        Some(Self { add: operator == "+", bits, conditional })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(text: &str, mode: u16, directory: bool) -> Option<u16> {
        Mode::parse(text).map(|parsed| parsed.applied(mode, directory))
    }

    #[test]
    fn modes_are_those_of_chmod() {
        assert_eq!(applied("0750", 0o4777, false), Some(0o750));
        assert_eq!(applied("a+rX,go-w", 0o622, false), Some(0o644));
        assert_eq!(applied("a+rX", 0o700, true), Some(0o755));
        assert_eq!(applied("+x", 0o644, false), Some(0o755));
        assert_eq!(applied("u-s,+t", 0o6755, false), Some(0o3755));
        for wrong in ["", "10000", "a", "a+", "z+r", "a+q", "0o644", "u=rw"] {
            assert_eq!(applied(wrong, 0, false), None, "{wrong}");
        }
    }
}
