//! Patterns on what lies on disk, as mkisofs has them: on names, or with a slash on paths as pathspecs name them.

use crate::globs::literal;
use crate::hidden::both;
use crate::operand::components;
use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use isokit_core::tree::build::Hidden;
use isokit_core::{Error, Result};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// What is asked for by such patterns, in the syntax of globs.
#[derive(Debug, Clone)]
pub(crate) struct OnDisk {
    /// What is left out where a directory has it. What is named itself stays.
    pub exclude: Vec<Vec<u8>>,
    /// Which trees do not show what. Directories that are named themselves are shown.
    pub hidden: Vec<(Vec<u8>, Hidden)>,
    /// Paths are compared from the root on, those without a slash before them from this directory; `None` if they are compared
    /// as they are written.
    pub from: Option<Vec<u8>>,
    /// A file that is named has the name that it has in the image, not the one on disk.
    pub renamed: bool,
    /// The same as patterns on paths in the image, if these mean the same.
    pub in_image: Option<Vec<Vec<u8>>>,
}

impl Default for OnDisk {
    /// Nothing is.
    fn default() -> Self {
        let (exclude, hidden) = (Vec::new(), Vec::new());
        Self { exclude, hidden, from: None, renamed: false, in_image: Some(Vec::new()) }
    }
}

/// The patterns, ready to be compared.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    exclude: GlobSet,
    hidden: GlobSet,
    trees: Vec<Hidden>,
    /// Some pattern is one on paths.
    wants_paths: bool,
    from: Option<Vec<u8>>,
    renamed: bool,
}

impl Patterns {
    /// Those of `asked`.
    ///
    /// # Errors
    /// [`Error::Usage`] for one that is not UTF-8, and for too many.
    pub(crate) fn new(asked: &OnDisk) -> Result<Self> {
        let hidden = || asked.hidden.iter().map(|(pattern, _)| pattern.as_slice());
        let mut all = asked.exclude.iter().map(Vec::as_slice).chain(hidden());
        let wants_paths = all.any(|pattern| pattern.contains(&b'/'));
        let mut patterns = Self {
            trees: asked.hidden.iter().map(|(_, hidden)| *hidden).collect(),
            wants_paths,
            from: asked.from.clone(),
            renamed: asked.renamed,
            ..Self::default()
        };
        patterns.exclude = patterns.set(asked.exclude.iter().map(Vec::as_slice))?;
        patterns.hidden = patterns.set(hidden())?;
        Ok(patterns)
    }

    fn set<'p>(&self, patterns: impl Iterator<Item = &'p [u8]>) -> Result<GlobSet> {
        let (mut set, strict) = (GlobSetBuilder::new(), self.from.is_some());
        for pattern in patterns {
            match pattern.contains(&b'/') {
                // The directory is none of the pattern: what is special in its name stands for itself.
                true => set.add(glob(&self.whole(pattern, literal), strict)?),
                false => set.add(glob(pattern, strict)?),
            };
        }
        set.build().map_err(|error| Error::Usage(error.to_string()))
    }

    /// A path, or a pattern on paths, as it is compared; `spelled` tells how the directory is written before it.
    fn whole(&self, path: &[u8], spelled: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
        let Some(from) = &self.from else { return path.to_vec() };
        let from = components(from).map(spelled).filter(|_| !path.starts_with(b"/"));
        let parts: Vec<Vec<u8>> = from.chain(components(path).map(<[u8]>::to_vec)).collect();
        [b"/", parts.join(&b'/').as_slice()].concat()
    }

    /// Whether something in a directory is left out, called `name` there; `path` gives its path.
    pub(crate) fn excludes(&self, name: &[u8], path: impl Fn() -> Vec<u8>) -> bool {
        !self.exclude.is_empty()
            && (self.exclude.is_match(OsStr::from_bytes(name))
                || self.wants_paths
                    && self.exclude.is_match(OsStr::from_bytes(&self.whole(&path(), <[u8]>::to_vec))))
    }

    /// The trees that do not show what is called `name`; `path` gives its path.
    pub(crate) fn hidden(&self, name: &[u8], path: impl Fn() -> Vec<u8>) -> Hidden {
        if self.hidden.is_empty() {
            return Hidden::default();
        }
        let mut matched = self.hidden.matches(OsStr::from_bytes(name));
        if self.wants_paths {
            let path = self.whole(&path(), <[u8]>::to_vec);
            matched.extend(self.hidden.matches(OsStr::from_bytes(&path)));
        }
        let trees = matched.into_iter().filter_map(|number| self.trees.get(number));
        trees.fold(Hidden::default(), both)
    }

    /// The name by which a file that is named itself is known here.
    pub(crate) fn name_of<'n>(&self, on_disk: &'n [u8], in_image: &'n [u8]) -> &'n [u8] {
        if self.renamed { in_image } else { on_disk }
    }
}

/// A pattern. In one of fnmatch(3), an opening bracket that nothing closes stands for itself; xorriso refuses it.
fn glob(pattern: &[u8], strict: bool) -> Result<Glob> {
    let wrong = |why: &str| Error::Usage(format!("pattern \"{}\": {why}", pattern.escape_ascii()));
    let text = std::str::from_utf8(pattern).map_err(|_| wrong("is not UTF-8"))?;
    let build = |text: &str| GlobBuilder::new(text).literal_separator(true).backslash_escape(true).build();
    match build(text) {
        Err(_) if !strict => build(&String::from_utf8_lossy(&literal(pattern))),
        built => built,
    }
    .map_err(|error| wrong(&error.kind().to_string()))
}
