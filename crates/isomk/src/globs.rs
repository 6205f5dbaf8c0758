//! Patterns on paths in the image, with the rules of gitignore(5).

use globset::{Candidate, Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use isokit_core::tree::glob::is_pattern;
use isokit_core::{Error, Result};
use std::cell::Cell;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// A pattern and what it says. Without a slash before its last character it matches a name at any depth; with one it is
/// the path from the root. A slash at its end makes it match directories only. `*` and `?` stop at slashes, `**` does not.
#[derive(Debug, Clone)]
struct Rule<T> {
    directories_only: bool,
    says: T,
}

/// Patterns, numbered in order, and what each says of what it matches.
#[derive(Debug, Clone)]
pub(crate) struct Globs<T> {
    set: GlobSet,
    /// The numbers of the patterns with special characters, by the path or name that is written like them.
    literal: HashMap<Vec<u8>, Vec<usize>>,
    rules: Vec<Rule<T>>,
    /// By number, whether a pattern matches nothing but what is written like it.
    exact: Vec<bool>,
    /// Patterns that are none: each has to be something's name.
    malformed: Vec<Malformed>,
}

/// A text that is no pattern, though it may be what something is called.
#[derive(Debug, Clone)]
struct Malformed {
    number: usize,
    /// What is wrong with it as a pattern.
    problem: String,
    /// Something is called so, which makes it right.
    is_name: Cell<bool>,
}

impl Malformed {
    fn new(number: usize, problem: impl ToString) -> Self {
        Self { number, problem: problem.to_string(), is_name: Cell::new(false) }
    }
}

impl<T> Globs<T> {
    /// The patterns, in order. One that is malformed (an open bracket or brace) stands for what is written like it alone.
    ///
    /// # Errors
    /// [`Error::Usage`] for a pattern that is not UTF-8, or that matches nothing.
    pub(crate) fn new<'p>(patterns: impl IntoIterator<Item = (&'p [u8], T)>) -> Result<Self> {
        let (mut set, mut rules) = (GlobSetBuilder::new(), Vec::new());
        let mut literal: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
        let (mut exact, mut malformed) = (Vec::new(), Vec::new());
        for (pattern, says) in patterns {
            let directories_only = pattern.ends_with(b"/");
            let glob = rooted(pattern);
            exact.push(glob.is_err());
            set.add(match glob {
                Err(error) if !is_pattern(pattern) => return Err(error),
                Err(error) => {
                    malformed.push(Malformed::new(rules.len(), error));
                    // It keeps the number, and matches nothing.
                    nothing()?
                }
                Ok(glob) => glob,
            });
            if is_pattern(pattern) {
                literal.entry(written_like(pattern)).or_default().push(rules.len());
            }
            rules.push(Rule { directories_only, says });
        }
        let set = set.build().map_err(|error| Error::Usage(error.to_string()))?;
        Ok(Self { set, literal, rules, exact, malformed })
    }

    /// As [`Globs::new`], with every pattern standing for what is written like it alone.
    pub(crate) fn literally(mut self) -> Self {
        self.exact.iter_mut().for_each(|exact| *exact = true);
        self.malformed.clear();
        self
    }

    /// Knows that something lies at `path`, which starts at the root, without a slash: a pattern written like that is no
    /// pattern.
    pub(crate) fn know(&mut self, path: &[u8]) {
        for number in written(&self.literal, path) {
            if let Some(exact) = self.exact.get_mut(number) {
                *exact = true;
            }
        }
    }

    /// Whether any pattern could turn out to be a path.
    pub(crate) fn wants_paths(&self) -> bool {
        !self.literal.is_empty()
    }

    /// That what is malformed is the name of something, once all that there is was asked for.
    ///
    /// # Errors
    /// [`Error::Usage`] for the first that is not.
    pub(crate) fn check(&self) -> Result<()> {
        check(&self.malformed)
    }

    /// No pattern was given: who asks can spare making paths.
    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// What each pattern that matches says, in the order of the patterns. `path` starts at the root, without a slash. What is
    /// written like a pattern matches it too.
    pub(crate) fn of(&self, path: &[u8], directory: bool) -> impl DoubleEndedIterator<Item = &T> {
        let mut matched = if self.is_empty() {
            Vec::new()
        } else {
            self.set.matches_candidate(&Candidate::from_bytes(path))
        };
        matched.retain(|number| self.exact.get(*number) != Some(&true));
        if !self.literal.is_empty() {
            matched.extend(written(&self.literal, path));
            matched.sort_unstable();
            matched.dedup();
            let met = self.malformed.iter().filter(|malformed| matched.contains(&malformed.number));
            met.for_each(|malformed| malformed.is_name.set(true));
        }
        let rules = matched.into_iter().filter_map(|number| self.rules.get(number));
        rules.filter(move |rule| directory || !rule.directories_only).map(|rule| &rule.says)
    }
}

fn check(malformed: &[Malformed]) -> Result<()> {
    match malformed.iter().find(|malformed| !malformed.is_name.get()) {
        Some(malformed) => Err(Error::Usage(malformed.problem.clone())),
        None => Ok(()),
    }
}

/// The pattern that `name` alone matches.
pub(crate) fn literal(name: &[u8]) -> Vec<u8> {
    let special = |byte: &u8| matches!(byte, b'*' | b'?' | b'[' | b']' | b'{' | b'}' | b'\\');
    name.iter().flat_map(|byte| special(byte).then_some(b'\\').into_iter().chain([*byte])).collect()
}

/// The numbers in `literal` of the patterns that are written like `path`, or like its last component.
fn written(literal: &HashMap<Vec<u8>, Vec<usize>>, path: &[u8]) -> Vec<usize> {
    let rooted = [b"/", path].concat();
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    [rooted.as_slice(), name].into_iter().filter_map(|text| literal.get(text)).flatten().copied().collect()
}

/// A pattern that no path matches, in the place of one that is malformed: numbers stay as they are.
fn nothing() -> Result<Glob> {
    glob(b"\0", b"\0")
}

/// The path that is written like `pattern`, with a slash before it, or for one that matches at any depth the name.
fn written_like(pattern: &[u8]) -> Vec<u8> {
    let trimmed = pattern.strip_suffix(b"/").unwrap_or(pattern);
    match trimmed.contains(&b'/') {
        true => [b"/", trimmed.strip_prefix(b"/").unwrap_or(trimmed)].concat(),
        false => trimmed.to_vec(),
    }
}

/// The pattern as one on the whole path from the root.
fn rooted(pattern: &[u8]) -> Result<Glob> {
    let trimmed = pattern.strip_suffix(b"/").unwrap_or(pattern);
    let anchored = trimmed.contains(&b'/');
    let body = trimmed.strip_prefix(b"/").unwrap_or(trimmed);
    let whole = if anchored { body.to_vec() } else { [b"**/", body].concat() };
    glob(&whole, pattern)
}

fn glob(text: &[u8], shown: &[u8]) -> Result<Glob> {
    let wrong = |why: String| Error::Usage(format!("pattern \"{}\": {why}", shown.escape_ascii()));
    if shown.iter().all(|byte| *byte == b'/') {
        return Err(wrong("matches nothing".into()));
    }
    let text = std::str::from_utf8(text).map_err(|_| wrong("is not UTF-8".into()))?;
    let mut builder = GlobBuilder::new(text);
    builder.literal_separator(true).backslash_escape(true);
    builder
        .build()
        .map_err(|error| wrong(format!("{}; \\ before a character makes it literal", error.kind())))
}

/// What is left out of the image, by place in it or by name.
#[derive(Debug)]
pub(crate) struct Excludes {
    /// Patterns on the path in the image; they say whether what matches is left out or taken in again.
    paths: Globs<bool>,
    /// Patterns on the last component of the source's path.
    leaves: GlobSet,
    /// The patterns of `leaves`, each of which matches the name that is written like it too, by number.
    literal_leaves: HashMap<Vec<u8>, usize>,
    malformed_leaves: Vec<Malformed>,
}

impl Excludes {
    /// `paths` are lines of a gitignore(5) file: `!` takes in again, `\!` and `\#` stand for themselves; the last that
    /// matches decides. `leaves` are matched with the name alone, whatever the directory, as `mkisofs -m` does; one with a
    /// slash matches nothing.
    ///
    /// # Errors
    /// As [`Globs::new`].
    pub(crate) fn new<'p>(
        paths: impl IntoIterator<Item = &'p [u8]>,
        leaves: impl IntoIterator<Item = &'p [u8]>,
    ) -> Result<Self> {
        let signed = paths.into_iter().map(|pattern| match pattern {
            [b'!', again @ ..] => (again, false),
            [b'\\', literal @ ..] if matches!(literal.first(), Some(b'!' | b'#')) => (literal, true),
            out => (out, true),
        });
        let paths = Globs::new(signed)?;
        let (mut set, mut literal_leaves) = (GlobSetBuilder::new(), HashMap::new());
        let mut malformed_leaves = Vec::new();
        for (number, leaf) in leaves.into_iter().enumerate() {
            match glob(leaf, leaf) {
                Ok(glob) => {
                    set.add(glob);
                }
                Err(error) if leaf.is_empty() => return Err(error),
                Err(error) => malformed_leaves.push(Malformed::new(number, error)),
            }
            literal_leaves.insert(leaf.to_vec(), number);
        }
        let leaves = set.build().map_err(|error| Error::Usage(error.to_string()))?;
        Ok(Self { paths, leaves, literal_leaves, malformed_leaves })
    }

    /// As [`Globs::literally`].
    pub(crate) fn literally(self) -> Self {
        Self { paths: self.paths.literally(), leaves: GlobSet::empty(), malformed_leaves: Vec::new(), ..self }
    }

    /// As [`Globs::know`], of what `exists` says of a path.
    pub(crate) fn know(&mut self, exists: &dyn Fn(&[u8]) -> bool) {
        let written: Vec<Vec<u8>> = self.paths.literal.keys().cloned().collect();
        let paths = written.iter().filter_map(|written| written.strip_prefix(b"/"));
        for path in paths.filter(|path| exists(path)) {
            self.paths.know(path);
        }
    }

    /// As [`Globs::check`].
    ///
    /// # Errors
    /// As [`Globs::check`].
    pub(crate) fn check(&self) -> Result<()> {
        self.paths.check()?;
        check(&self.malformed_leaves)
    }

    /// Whether any pattern looks at paths in the image.
    pub(crate) fn wants_paths(&self) -> bool {
        !self.paths.is_empty()
    }

    /// Whether the entry at `path` of the image, called `leaf` where it comes from, is left out, and all below it. What is
    /// named itself has no `leaf`.
    pub(crate) fn excludes(&self, path: &[u8], leaf: Option<&[u8]>, directory: bool) -> bool {
        self.paths.of(path, directory).next_back() == Some(&true)
            || leaf.is_some_and(|leaf| self.is_left_out(leaf))
    }

    /// Whether a pattern of names matches `leaf`.
    fn is_left_out(&self, leaf: &[u8]) -> bool {
        let literal = self.literal_leaves.get(leaf);
        let met = self.malformed_leaves.iter().filter(|malformed| Some(&malformed.number) == literal);
        met.for_each(|malformed| malformed.is_name.set(true));
        literal.is_some() || (!self.leaves.is_empty() && self.leaves.is_match(OsStr::from_bytes(leaf)))
    }
}

/// The lines of a pattern file: comments, empty lines and blanks at the end of a line say nothing.
pub(crate) fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let bare = |line: &'_ [u8]| line.strip_suffix(b"\r").map_or(line.len(), <[u8]>::len);
    text.split(|byte| *byte == b'\n')
        .map(move |line| line.get(..bare(line)).unwrap_or_default().trim_ascii_end())
        .filter(|line| !line.is_empty() && !line.starts_with(b"#"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excluded(patterns: &[&str], path: &str, directory: bool) -> bool {
        let patterns = patterns.iter().map(|pattern| pattern.as_bytes());
        let excludes = Excludes::new(patterns, []).expect("legal patterns");
        let leaf = path.rsplit('/').next().expect("a name");
        excludes.excludes(path.as_bytes(), Some(leaf.as_bytes()), directory)
    }

    #[test]
    fn a_pattern_without_slash_matches_at_any_depth() {
        assert!(excluded(&["*.o"], "a/b/c.o", false));
        assert!(excluded(&["*.o"], ".o", false));
        assert!(!excluded(&["*.o"], "c.o/x", false));
        assert!(excluded(&["build/"], "a/build", true));
        assert!(!excluded(&["build/"], "a/build", false));
    }

    #[test]
    fn a_pattern_with_a_slash_is_a_path_from_the_root() {
        assert!(excluded(&["/c.o"], "c.o", false));
        assert!(!excluded(&["/c.o"], "a/c.o", false));
        assert!(excluded(&["a/*.o"], "a/c.o", false));
        assert!(!excluded(&["a/*.o"], "a/b/c.o", false));
        assert!(excluded(&["a/**/c.o"], "a/x/y/c.o", false));
        assert!(excluded(&["a/**/c.o"], "a/c.o", false));
    }

    #[test]
    fn what_is_written_like_a_pattern_matches_it() {
        for (pattern, path) in [
            ("file[1].txt", "a/file[1].txt"),
            ("/a/file[1].txt", "a/file[1].txt"),
            ("{x}", "{x}"),
            ("a/[b]/", "a/[b]"),
        ] {
            assert!(excluded(&[pattern], path, true), "{pattern}");
        }
        assert!(excluded(&["file[1].txt"], "file1.txt", false));
        assert!(!excluded(&["/file[1].txt"], "a/file[1].txt", false));
        assert!(!excluded(&["[b]/"], "[b]", false));
        assert!(!excluded(&["x[1]", "!x[1]"], "x[1]", false));
        let leaf = Excludes::new([], [&b"x[1]"[..]]).expect("legal");
        assert!(leaf.excludes(b"y", Some(b"x[1]"), false));
    }

    #[test]
    fn the_last_pattern_that_matches_decides() {
        assert!(!excluded(&["*.o", "!keep.o"], "keep.o", false));
        assert!(excluded(&["!keep.o", "*.o"], "keep.o", false));
        assert!(excluded(&["\\!x"], "!x", false));
    }

    #[test]
    fn a_leaf_pattern_knows_nothing_of_directories() {
        let excludes = Excludes::new([], [&b"*.bak"[..]]).expect("legal");
        assert!(excludes.excludes(b"renamed", Some(b"x.bak"), false));
        assert!(!excludes.excludes(b"x.bak", Some(b"renamed"), false));
        let malformed = Excludes::new([&b"[a"[..]], [&b"x["[..]]).expect("names perhaps");
        assert!(malformed.check().is_err());
        assert!(malformed.excludes(b"[a", Some(b"[a"), false));
        assert!(malformed.excludes(b"y", Some(b"x["), false));
        malformed.check().expect("both are names");
        let mut known = Excludes::new([&b"/file[1]"[..]], []).expect("legal");
        assert!(known.excludes(b"file1", Some(b"file1"), false));
        known.know(&|path| path == b"file[1]");
        assert!(!known.excludes(b"file1", Some(b"file1"), false), "it is a path");
        assert!(known.excludes(b"file[1]", Some(b"file[1]"), false));
        assert!(!Excludes::new([&b"*"[..]], [&b"*"[..]]).expect("legal").literally().excludes(
            b"a",
            Some(b"a"),
            false
        ));
    }

    #[test]
    fn pattern_files_have_comments_and_blanks() {
        let found: Vec<&[u8]> = lines(b"# c\n\na b  \r\n\\#x\n").collect();
        assert_eq!(found, [&b"a b"[..], b"\\#x"]);
    }
}
