//! Path patterns as a shell has them, matched against the paths of a walk.

use crate::error::{Error, Result};
use globset::{Candidate, Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// Whether `operand` has a character that makes it a pattern, where no path is written like it. One behind a backslash
/// does too: as a path the operand would keep the backslash.
pub fn is_pattern(operand: &[u8]) -> bool {
    operand.iter().any(|byte| b"*?[{".contains(byte))
}

/// Why `operand`, which has characters of patterns and is no path in the image either, is no legal pattern.
///
/// # Errors
/// [`Error::Usage`] with the sentence, when it is not.
pub fn check(operand: &[u8]) -> Result<()> {
    match problem(operand) {
        Ok(_) => Ok(()),
        Err(why) => Err(Error::Usage(format!("no such file in the image, and not a valid pattern: {why}"))),
    }
}

/// Several patterns, matched at once. `*` and `?` stay within one component; `**` crosses them; `[a-z]`, `{a,b}` and
/// backslash as in a shell. One that ends in a slash matches directories only. A pattern without a leading `/` is one from the root all the same.
#[derive(Debug, Clone)]
pub struct Patterns {
    set: GlobSet,
    /// By number, whether directories alone match.
    directories: Vec<bool>,
}

impl Patterns {
    /// The patterns in `operands`.
    ///
    /// # Errors
    /// [`Error::Usage`] when one is malformed or not UTF-8.
    pub fn new<'a>(operands: impl IntoIterator<Item = &'a [u8]>) -> Result<Self> {
        let (mut set, mut directories) = (GlobSetBuilder::new(), Vec::new());
        for operand in operands {
            set.add(pattern(operand)?);
            directories.push(operand.ends_with(b"/"));
        }
        let set = set.build().map_err(|error| Error::Usage(error.to_string()))?;
        Ok(Self { set, directories })
    }

    /// Puts the numbers of the patterns that match `path`, which begins with `/`, into `numbers`.
    pub fn matches(&self, path: &[u8], is_directory: bool, numbers: &mut Vec<usize>) {
        self.set.matches_candidate_into(&Candidate::from_bytes(path), numbers);
        numbers.retain(|number| is_directory || self.directories.get(*number) != Some(&true));
    }
}

fn pattern(operand: &[u8]) -> Result<Glob> {
    problem(operand).map_err(|why| Error::Usage(format!("pattern \"{}\": {why}", operand.escape_ascii())))
}

/// The pattern, or what is wrong with it.
fn problem(operand: &[u8]) -> Result<Glob, String> {
    let text = std::str::from_utf8(operand).map_err(|_| "not UTF-8".to_owned())?;
    let rooted = format!("/{}", text.trim_start_matches('/').trim_end_matches('/'));
    GlobBuilder::new(&rooted)
        .literal_separator(true)
        .backslash_escape(true)
        .build()
        .map_err(|error| error.kind().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_a_shell() {
        let patterns =
            Patterns::new([&b"/boot/*"[..], b"**/*.efi", b"/x/[a-c]?", b"lib\\*"]).expect("good patterns");
        for (path, want) in [
            (&b"/boot/vmlinuz"[..], &[0][..]),
            (b"/boot/grub/grub.cfg", &[]),
            (b"/efi/boot/bootx64.efi", &[1]),
            (b"/boot/a.efi", &[0, 1]),
            (b"/x/b1", &[2]),
            (b"/x/\xff1", &[]),
            (b"/lib*", &[3]),
            (b"/lib64", &[]),
        ] {
            let mut numbers = Vec::new();
            patterns.matches(path, false, &mut numbers);
            assert_eq!(numbers, want, "{}", path.escape_ascii());
        }
        let patterns = Patterns::new([&b"/b*/"[..], b"/b*"]).expect("good patterns");
        for (is_directory, want) in [(true, &[0, 1][..]), (false, &[1])] {
            let mut numbers = Vec::new();
            patterns.matches(b"/boot", is_directory, &mut numbers);
            assert_eq!(numbers, want);
        }
    }

    #[test]
    fn malformed_patterns_are_usage_errors() {
        let error = Patterns::new([&b"/a[b"[..]]).expect_err("an open class");
        assert!(error.to_string().starts_with("pattern \"/a[b\": "), "{error}");
        assert!(matches!(Patterns::new([&b"\xff*"[..]]), Err(Error::Usage(_))));
        assert!(is_pattern(b"a*"));
        assert!(is_pattern(b"a\\*"));
        assert!(!is_pattern(b"a\\b"));
        let error = check(b"/usr/bin/[").expect_err("an open class").to_string();
        assert!(error.starts_with("no such file in the image, and not a valid pattern: unclosed"), "{error}");
    }
}
