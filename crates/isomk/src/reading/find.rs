//! `-find`: paths, a directory before what is in it, in the order of their names.

use super::{Answers, Asked};
use globset::{GlobBuilder, GlobMatcher};
use isokit_cli::name::inside;
use isokit_cli::{Concerning, Failure, Output};
use isokit_core::error::{Error, Result};
use isokit_core::tree::inventory::{Collected, Collector, Keep, Same};
use isokit_core::tree::resolve::Found;
use isokit_core::tree::{Attribute, Entry, Kind};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// What a path has to be for it to be printed.
#[derive(Debug, Default)]
pub(crate) struct Tests {
    kind: Option<Kind>,
    names: Vec<GlobMatcher>,
    /// Patterns of paths as they are printed, in which `*` matches slashes.
    paths: Vec<GlobMatcher>,
    /// Components below the path that is looked at.
    least_depth: usize,
    most_depth: Option<usize>,
}

impl Tests {
    /// The tests in the words behind the path.
    ///
    /// # Errors
    /// [`Error::Usage`] for a word that is no test, or one that is not known here.
    pub(crate) fn parse(words: &[Vec<u8>]) -> Result<Self> {
        let mut tests = Self::default();
        let mut words = words.iter().map(Vec::as_slice);
        while let Some(word) = words.next() {
            match (word, words.next()) {
                (b"-type", Some(letter)) => tests.kind = Some(kind(letter)?),
                (b"-name", Some(pattern)) => tests.names.push(glob("-find -name", pattern)?),
                (b"-wholename", Some(pattern)) => tests.paths.push(glob("-find -wholename", pattern)?),
                (b"-mindepth", Some(depth)) => tests.least_depth = number("-mindepth", depth)?,
                (b"-maxdepth", Some(depth)) => tests.most_depth = Some(number("-maxdepth", depth)?),
                (word, _) => {
                    let word = word.escape_ascii();
                    return Err(Error::Usage(format!(
                        "-find: {word} is not supported; -type, -name, -wholename, -mindepth and -maxdepth are, \
                         with a word behind them"
                    )));
                }
            }
        }
        Ok(tests)
    }

    /// `path` is as it is printed, `depth` how far below the path that is looked at.
    fn pass(&self, name: &[u8], path: &[u8], depth: usize, kind: Kind) -> bool {
        let all = |patterns: &[GlobMatcher], bytes: &[u8]| {
            patterns.iter().all(|pattern| pattern.is_match(OsStr::from_bytes(bytes)))
        };
        self.kind.is_none_or(|wanted| wanted == kind)
            && (self.least_depth..=self.most_depth.unwrap_or(usize::MAX)).contains(&depth)
            && all(&self.names, name)
            && all(&self.paths, path)
    }
}

fn number(test: &str, word: &[u8]) -> Result<usize> {
    let number = std::str::from_utf8(word).ok().and_then(|text| text.parse().ok());
    number.ok_or_else(|| Error::Usage(format!("-find {test} {}: expected a number", word.escape_ascii())))
}

/// A pattern of names, or of paths.
pub(super) fn glob(what: &str, pattern: &[u8]) -> Result<GlobMatcher> {
    let text = std::str::from_utf8(pattern).map_err(|_| "is not UTF-8".to_owned());
    let glob = text.and_then(|text| {
        GlobBuilder::new(text).backslash_escape(true).build().map_err(|error| error.kind().to_string())
    });
    let wrong = |why| Error::Usage(format!("{what} {}: {why}", pattern.escape_ascii()));
    glob.map(|glob| glob.compile_matcher()).map_err(wrong)
}

/// The kind that a letter of xorriso's `-type` stands for.
fn kind(letter: &[u8]) -> Result<Kind> {
    Ok(match letter {
        b"f" | b"-" => Kind::File,
        b"d" => Kind::Directory,
        b"l" => Kind::Symlink,
        b"b" => Kind::BlockDevice,
        b"c" => Kind::CharacterDevice,
        b"p" => Kind::Fifo,
        b"s" => Kind::Socket,
        letter => {
            let letter = letter.escape_ascii();
            return Err(Error::Usage(format!("-find -type {letter}: expected b, c, d, f, l, p or s")));
        }
    })
}

impl Asked<'_> {
    /// Prints what is at `path` and below.
    pub(super) fn find(
        &self,
        path: &[u8],
        tests: &Tests,
        answers: &mut Answers,
        output: &Output,
    ) -> Result<(), Failure> {
        let found = self.found(path, "Cannot find path in loaded ISO image:")?;
        let from = found.path.len();
        let Found { path: place, entry } = found;
        let start = self.mapped(path);
        if tests.pass(&self.mapped(&entry.name), &start, 0, entry.kind) {
            answers.path(&start);
        }
        let mut collected = Collected::new(Keep::Content);
        let found = vec![Found { path: place, entry }];
        collected.collect(self.image.tree(), found, &mut Unreadable(self)).concerning(self.name)?;
        let inventory = collected.in_tree_order(Same::File);
        let paths = inventory.paths();
        let base = path.strip_suffix(b"/").unwrap_or(path);
        let mut printed = Vec::new();
        let mut places: Vec<usize> = (0..inventory.len()).collect();
        let parts = |place: &usize| paths.of(*place).split(|byte| *byte == b'/');
        places.sort_by(|one, other| parts(one).cmp(parts(other)));
        for place in places {
            let whole = paths.of(place);
            // Paths of the inventory have no slash before them.
            let Some(below) = whole.get(from.saturating_sub(1)..).filter(|below| !below.is_empty()) else {
                continue;
            };
            let below = below.strip_prefix(b"/").unwrap_or(below);
            let name = self.mapped(whole.rsplit(|byte| *byte == b'/').next().unwrap_or_default());
            let depth = below.split(|byte| *byte == b'/').count();
            printed.clear();
            printed.extend_from_slice(base);
            printed.push(b'/');
            printed.extend_from_slice(below);
            let printed = self.mapped(&printed);
            if tests.pass(&name, &printed, depth, inventory.kind(place)) {
                answers.path(&printed);
                answers.flush_some(output)?;
            }
        }
        Ok(())
    }
}

/// Reports what cannot be read.
pub(super) struct Unreadable<'r>(pub(super) &'r Asked<'r>);

impl Collector for Unreadable<'_> {
    fn meet(&mut self, _: &[u8], _: &Entry) -> bool {
        true
    }

    fn keeps(&self, _: &Attribute) -> bool {
        false
    }

    fn unreadable(&mut self, path: &[u8], error: Error) {
        self.0.report.failure(inside(self.0.name, path), error);
    }
}
