//! A rule for GNU make: the image depends on every file and directory that was taken in.
//!
//! make must take an input for what it is, a file that is there or not. Without a rule for it make would try its built-in
//! ones, which make `run` from `run.sh` and write over the input. An empty recipe for each name would replace the recipe of
//! an input that the makefile makes. So a pattern rule with an empty recipe stands for all that is below a directory
//! (`tree/%: ;`): it comes before the built-in rules, because its stem is shorter, and after explicit ones.

mod names;

use isokit_cli::Report;
use isokit_cli::name::shown;
use names::{Place, escaped};
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// A prerequisite that is never there and has no recipe: make always remakes what needs it.
const ALWAYS: &[u8] = b"isomk-always";

/// What a rule says of an image. Names are bytes as on disk, not yet escaped.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule<'a> {
    /// The name of the image in the makefile.
    pub target: &'a [u8],
    /// Paths, each ended by NUL; those of directories end in a slash before it.
    pub inputs: &'a [u8],
    /// Directories, in the same way, that the image does not depend on, but on files below them that a list names.
    pub around: &'a [u8],
    /// What relative paths begin at, where that is known.
    pub working_directory: Option<&'a Path>,
    /// The image has to be made again even if no input changes.
    pub again: bool,
}

/// Whether make can name a target so.
pub(crate) fn can_be_target(name: &[u8]) -> bool {
    names::can_be_named(name) && !name.is_empty()
}

impl Rule<'_> {
    /// The rule's text. For a name that make cannot read, the image is made again each time; a warning says so.
    pub(crate) fn text(&self, report: &Report) -> Vec<u8> {
        let mut inputs = Inputs::new(self.inputs, self.around, self.working_directory);
        let unnamed = inputs.take_unnamed();
        if let Some(first) = unnamed.first() {
            let others = match unnamed.len() {
                1 => String::new(),
                count => format!(" ({count} such names)"),
            };
            let sentence = "make cannot name this file, so it will rebuild the image every time";
            report.warning(shown(first), format!("{sentence}{others}"));
        }
        let mut text = escaped(self.target, Place::Target);
        text.push(b':');
        for name in inputs.prerequisites() {
            text.extend_from_slice(b" \\\n ");
            text.extend(escaped(&name, Place::Prerequisite));
        }
        let always = self.again || !unnamed.is_empty();
        if always {
            text.extend_from_slice(b" \\\n ");
            text.extend_from_slice(ALWAYS);
        }
        text.push(b'\n');
        inputs.own_rules(&mut text);
        if always {
            text.push(b'\n');
            text.extend_from_slice(ALWAYS);
            text.extend_from_slice(b":\n");
        }
        text
    }
}

/// What was taken in, by its name as make compares names: `./` at the front does not count.
#[derive(Debug, Default)]
struct Inputs {
    /// Whether it is a directory. The name of the root directory is empty.
    all: BTreeMap<Vec<u8>, bool>,
    /// Directories that lie in no other one, save the working directory.
    roots: BTreeSet<Vec<u8>>,
}

impl Inputs {
    fn new(paths: &[u8], around: &[u8], working_directory: Option<&Path>) -> Self {
        let named = |path: &[u8]| {
            let (name, is_directory) = match path.iter().rposition(|byte| *byte != b'/') {
                Some(last) => (bare(&path[..=last]), last + 1 < path.len()),
                None => (&b""[..], true),
            };
            (absolute_if_special(name, is_directory, working_directory), is_directory)
        };
        let each = |paths: &[u8]| -> BTreeMap<Vec<u8>, bool> {
            paths.split(|byte| *byte == 0).filter(|path| !path.is_empty()).map(named).collect()
        };
        let (all, mut directories) = (each(paths), each(around));
        directories.extend(
            all.iter().filter(|(_, is_directory)| **is_directory).map(|(name, _)| (name.clone(), true)),
        );
        let mut this = Self { all, ..Self::default() };
        // In byte order a directory comes before all that lies below it.
        for name in directories.into_keys().filter(|name| name != b".") {
            if root_of(&this.roots, &name).is_none() {
                this.roots.insert(name);
            }
        }
        this
    }

    /// Removes the inputs that make cannot name, and gives them back for a warning.
    fn take_unnamed(&mut self) -> Vec<Vec<u8>> {
        let names = self.all.iter().map(|(name, is_directory)| (name, self.written(name, *is_directory)));
        let unnamed: Vec<_> = names
            .filter(|(_, written)| !names::can_be_named(written))
            .map(|(name, _)| name.clone())
            .collect();
        for name in &unnamed {
            self.all.remove(name);
        }
        unnamed
    }

    /// The name in the makefile. A root gets a dot below it, so that its pattern matches it too; a directory in
    /// parentheses as well, so that it is no member of an archive.
    fn written(&self, name: &[u8], is_directory: bool) -> Vec<u8> {
        let dotted = is_directory && (self.roots.contains(name) || name.ends_with(b")"));
        if dotted { [name, b"/."].concat() } else { name.to_vec() }
    }

    /// Their names, in an order in which no word that ends in a parenthesis follows one that may open it.
    fn prerequisites(&self) -> Vec<Vec<u8>> {
        let names = self.all.iter().map(|(name, is_directory)| self.written(name, *is_directory));
        let (mut first, rest): (Vec<_>, Vec<_>) = names.partition(|name| name.ends_with(b")"));
        first.extend(rest);
        // Behind white space or a backslash at the end of a line, make loses the end of the name.
        let is_safe =
            |name: &Vec<u8>| name.last().is_some_and(|last| last.is_ascii_graphic() && *last != b'\\');
        if let Some(safe) = first.iter().rposition(is_safe) {
            let last = first.len().saturating_sub(1);
            if !first.get(last).is_some_and(is_safe) {
                first.get_mut(safe..).unwrap_or_default().rotate_left(1);
            }
        }
        first
    }

    /// Rules that tell make what its built-in rules would else make of an input, or that it may be gone.
    fn own_rules(&self, text: &mut Vec<u8>) {
        for root in self.roots.iter().filter(|root| has_pattern(root)) {
            text.push(b'\n');
            text.extend(escaped(&[root, &b"/"[..]].concat(), Place::TargetWithRecipe));
            text.extend_from_slice(b"%: ;\n");
        }
        for (name, is_directory) in self.all.iter().filter(|(name, _)| *name != b".") {
            let root = if self.roots.contains(name) { Some(&name[..]) } else { root_of(&self.roots, name) };
            if root.is_some_and(has_pattern) {
                continue;
            }
            let written = self.written(name, *is_directory);
            let recipe = root.is_some() || self.would_be_remade(name);
            let place = if recipe { Place::TargetWithRecipe } else { Place::Target };
            text.push(b'\n');
            text.extend(escaped(&written, place));
            text.extend_from_slice(if recipe { b": ;\n" } else { b":\n" });
        }
    }

    /// Whether a built-in rule makes the file from another input, though nobody is known to have meant it.
    fn would_be_remade(&self, name: &[u8]) -> bool {
        let script = [name, b".sh"].concat();
        self.all.contains_key(&script)
            || name.strip_suffix(b".out").is_some_and(|from| self.all.contains_key(from))
    }
}

/// A path without `./` at its front, which make takes away too.
fn bare(mut path: &[u8]) -> &[u8] {
    while let Some(rest) = path.strip_prefix(b"./") {
        let slashes = rest.iter().take_while(|byte| **byte == b'/').count();
        path = &rest[slashes..];
    }
    path
}

/// make expands `~`, drops white space, and takes `.PHONY` and its like for orders to itself, unless something is before
/// them.
fn absolute_if_special(name: &[u8], is_directory: bool, working_directory: Option<&Path>) -> Vec<u8> {
    let special = match name {
        [b'.', b'A'..=b'Z', ..] => !is_directory && !name.contains(&b'/'),
        [first, ..] => *first == b'~' || *first <= b' ',
        [] => false,
    };
    match working_directory {
        Some(folder) if special => [folder.as_os_str().as_bytes(), b"/", name].concat(),
        _ => name.to_vec(),
    }
}

/// The topmost directory of the inputs that `name` lies below.
fn root_of<'r>(roots: &'r BTreeSet<Vec<u8>>, name: &[u8]) -> Option<&'r [u8]> {
    let slashes = name.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
    slashes.filter_map(|at| roots.get(&name[..at])).map(Vec::as_slice).next()
}

/// Whether a pattern rule can stand for what lies below `root`. One with characters that the shell expands cannot: make
/// compares the pattern with the backslashes they need.
fn has_pattern(root: &[u8]) -> bool {
    !names::is_pattern(root) && !root.contains(&b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use isokit_cli::Streams;

    fn text(target: &[u8], inputs: &[u8], again: bool) -> String {
        let report = Report::new("isomk", Streams::default());
        let rule =
            Rule { target, inputs, around: b"", working_directory: Some(Path::new("/work dir")), again };
        String::from_utf8(rule.text(&report)).expect("so are the inputs")
    }

    #[test]
    fn a_pattern_stands_for_all_below_a_directory() {
        let inputs = b"tree/\0tree/$x #1\0tree/sub (1)/\0tree/100%\0README\0./tree/\0";
        assert_eq!(
            text(b"a b.iso", inputs, false),
            "a\\ b.iso: \\\n README \\\n tree/. \\\n tree/$$x\\ \\#1 \\\n tree/100% \\\n tree/sub\\ (1)/.\n\
             \ntree/%: ;\n\nREADME:\n"
        );
        assert_eq!(
            text(b"x", b"./\0./a\0./d/\0./d/b\0", false),
            "x: \\\n . \\\n a \\\n d/. \\\n d/b\n\nd/%: ;\n\na:\n"
        );
        assert_eq!(text(b"x", b"/\0/etc/\0", false), "x: \\\n /. \\\n /etc\n\n/%: ;\n");
    }

    #[test]
    fn names_with_a_meaning_get_a_directory_before_them() {
        assert_eq!(
            text(b"x", b"~a\0.PHONY\0", false),
            "x: \\\n /work\\ dir/.PHONY \\\n /work\\ dir/~a\n\n/work\\ dir/.PHONY:\n\n/work\\ dir/~a:\n"
        );
    }

    #[test]
    fn what_cannot_be_said_has_the_image_made_again() {
        let always = "x: \\\n a \\\n isomk-always\n\na:\n\nisomk-always:\n";
        assert_eq!(text(b"x", b"a\0", true), always);
        assert_eq!(text(b"x", b"a\0b\nb\0t/photo(1)\0", false), always);
    }

    #[test]
    fn only_a_script_and_a_copy_are_kept_from_remaking_a_file_beside_them() {
        // The makefile may well have a recipe for `hello`, and mean it.
        let rules =
            "x: \\\n hello \\\n hello.c \\\n run \\\n run.sh\n\nhello:\n\nhello.c:\n\nrun: ;\n\nrun.sh:\n";
        assert_eq!(text(b"x", b"hello\0hello.c\0run\0run.sh\0", false), rules);
    }
}
