//! Patterns on paths on disk, which mkisofs has, as patterns on paths in the image.
//!
//! A pattern without a slash is one on names, whatever the directory. With slashes it is one on paths as the pathspecs have them:
//! where its first components match a pathspec, the others are a path below the place of that in the image.

use crate::globs::literal;
use crate::operand::{Input, Operand, Target, components};
use globset::GlobBuilder;
use isokit_core::{Error, Result};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// Where a pattern may be met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pattern {
    /// On names, in any directory.
    Name(Vec<u8>),
    /// On paths in the image, one for each pathspec that it begins with.
    Paths(Vec<Vec<u8>>),
}

/// What `pattern` is, of the image that `operands` make.
///
/// # Errors
/// [`Error::Usage`] for a pattern that is malformed.
pub(super) fn pattern(pattern: &[u8], operands: &[Operand]) -> Result<Pattern> {
    if !pattern.contains(&b'/') {
        return Ok(Pattern::Name(translated(pattern)));
    }
    let parts: Vec<&[u8]> = components(pattern).collect();
    let mut paths = Vec::new();
    for operand in operands {
        let Input::Path(source) = &operand.input else { continue };
        let source = source.as_os_str().as_bytes();
        let names: Vec<&[u8]> = components(source).collect();
        let (Some(first), Some(rest)) = (parts.get(..names.len()), parts.get(names.len()..)) else {
            continue;
        };
        if source.starts_with(b"/") != pattern.starts_with(b"/") || !all_match(first, &names)? {
            continue;
        }
        let target = operand.target.as_ref();
        let place = target.map_or(&[][..], |target| &target.names).iter().map(|name| literal(name));
        // A file without a place of its own has its name for one, a directory the root.
        let is_file = || std::path::Path::new(OsStr::from_bytes(source)).is_file();
        let into = target.is_none_or(|target: &Target| target.into) && rest.is_empty() && is_file();
        let own = names.last().filter(|_| into).map(|name| literal(name));
        let below = rest.iter().map(|part| translated(part));
        let path: Vec<Vec<u8>> = place.chain(own).chain(below).collect();
        if !path.is_empty() {
            paths.push([b"/", path.join(&b'/').as_slice()].concat());
        }
    }
    Ok(Pattern::Paths(paths))
}

/// Whether each of `patterns` matches its counterpart in `names`, as far as there is one.
///
/// # Errors
/// [`Error::Usage`] for a pattern that is malformed.
pub(super) fn all_match(patterns: &[&[u8]], names: &[&[u8]]) -> Result<bool> {
    for (pattern, name) in patterns.iter().zip(names) {
        let wrong = |why: String| Error::Usage(format!("pattern \"{}\": {why}", pattern.escape_ascii()));
        let text = String::from_utf8(translated(pattern)).map_err(|_| wrong("is not UTF-8".into()))?;
        let mut glob = GlobBuilder::new(&text);
        let glob = glob.literal_separator(true).backslash_escape(true).build();
        let glob = glob.map_err(|error| wrong(error.kind().to_string()))?;
        if !glob.compile_matcher().is_match(OsStr::from_bytes(name)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A pattern of fnmatch(3), which knows neither `**` nor braces.
pub(super) fn translated(pattern: &[u8]) -> Vec<u8> {
    let mut to = Vec::new();
    let mut rest = pattern;
    let mut starred = false;
    while let [byte, after @ ..] = rest {
        rest = after;
        let after_star = std::mem::replace(&mut starred, *byte == b'*');
        match byte {
            b'*' if after_star => {}
            b'{' | b'}' => to.extend([b'\\', *byte]),
            b'\\' => {
                let (next, behind) = after.split_first().unwrap_or((&b'\\', &[]));
                to.extend([b'\\', *next]);
                rest = behind;
            }
            b'[' => {
                // What closes a class is never its first character.
                let negated = usize::from(matches!(after.first(), Some(b'!' | b'^')));
                let end = after.iter().skip(negated + 1).position(|byte| *byte == b']');
                let class = end.map_or(0, |end| end + negated + 2);
                to.push(b'[');
                to.extend(after.get(..class).unwrap_or_default());
                rest = after.get(class..).unwrap_or_default();
            }
            other => to.push(*other),
        }
    }
    to
}

#[cfg(test)]
mod tests {
    use super::*;
    use isokit_cli::when::When;

    fn paths(text: &str, sources: &[&str]) -> Vec<String> {
        let operands: Vec<Operand> = sources
            .iter()
            .map(|text| Operand::parse(OsStr::new(text), When::Always).expect("legal"))
            .collect();
        match pattern(text.as_bytes(), &operands).expect("a pattern") {
            Pattern::Name(name) => vec![String::from_utf8(name).expect("UTF-8")],
            Pattern::Paths(paths) => {
                paths.into_iter().map(|path| String::from_utf8(path).expect("UTF-8")).collect()
            }
        }
    }

    #[test]
    fn a_path_on_disk_is_one_below_the_place_of_its_pathspec() {
        assert_eq!(paths("tree/a", &["tree"]), ["/a"]);
        assert_eq!(paths("./tree//a/*.o", &["tree/"]), ["/a/*.o"]);
        assert_eq!(paths("*/a", &["tree", "x/y", "boot=z"]), ["/a", "/boot/a"]);
        assert_eq!(paths("z/[ab]{c}", &["b*=z"]), [r"/b\*/[ab]\{c\}"]);
        assert_eq!(paths("z/a", &["b=z/a"]), ["/b"]);
        assert!(paths("/tree/a", &["tree"]).is_empty());
        assert_eq!(paths("tree", &["tree"]), ["tree"]);
    }

    #[test]
    fn patterns_of_fnmatch_are_no_others() {
        for (given, want) in
            [("a**b", "a*b"), ("{a,b}", r"\{a,b\}"), ("[!{]x", "[!{]x"), ("[]]{", r"[]]\{"), ("a\\", r"a\\")]
        {
            assert_eq!(String::from_utf8(translated(given.as_bytes())).expect("UTF-8"), want, "{given}");
        }
    }
}
