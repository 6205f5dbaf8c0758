//! What one SOURCE on the command line means.

use isokit_cli::when::When;
use isokit_core::{Error, Result};
use std::ffi::OsStr;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Operand {
    /// The place in the image; `None`: the root, where directories, archives and images put their content and files go under
    /// their own name.
    pub target: Option<Target>,
    pub input: Input,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    /// A directory or a file.
    Path(PathBuf),
    /// A tar archive or an image that is taken apart, as `@` says.
    Container(PathBuf),
    /// The same on standard input.
    Stream,
}

/// A place in the image, which need not be there yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// The names on the way, neither empty nor `.` nor `..`.
    pub names: Vec<Vec<u8>>,
    /// It was written with a slash at its end: a file goes into it, under its own name.
    pub into: bool,
}

impl Operand {
    /// Reads `SOURCE` or `TARGET=SOURCE`. The first `=` that no backslash precedes divides the two; `\=` and `\\` stand
    /// for `=` and `\` on both sides, any other backslash for itself.
    ///
    /// By `graft`, a text is read this way always, or never, so that only `-` and `@` have a meaning; or unless it is, as
    /// it stands, the path of something on disk: what a shell makes of `*` is always taken for what it is.
    ///
    /// # Errors
    /// [`Error::Usage`] for an empty SOURCE and for a TARGET with a `..` component.
    pub(crate) fn parse(text: &OsStr, graft: When) -> Result<Self> {
        let whole = match graft {
            When::Always => None,
            When::Never => Some(Input::new(text.as_bytes().to_vec())),
            When::Auto => (text != "-" && Path::new(text).symlink_metadata().is_ok())
                .then(|| Input::Path(PathBuf::from(text))),
        };
        if let Some(input) = whole.filter(|_| !matches!(text.as_bytes(), b"" | b"@")) {
            return Ok(Self { target: None, input });
        }
        let (target, part) = divided(text.as_bytes());
        if part.is_empty() || part == b"@" {
            return Err(Error::Usage(format!("\"{}\": names no source", text.as_bytes().escape_ascii())));
        }
        let target = target.as_deref().map(Target::parse).transpose()?;
        Ok(Self { target, input: Input::new(part) })
    }
}

impl Input {
    fn new(text: Vec<u8>) -> Self {
        let path = |bytes: &[u8]| PathBuf::from(std::ffi::OsString::from_vec(bytes.to_vec()));
        match text.as_slice() {
            b"-" | b"@-" => Self::Stream,
            [b'@', container @ ..] => Self::Container(path(container)),
            other => Self::Path(path(other)),
        }
    }
}

impl Target {
    /// Reads a path in the image; slashes before, behind and between names count once.
    ///
    /// # Errors
    /// [`Error::Usage`] for a `..` component.
    pub(crate) fn parse(path: &[u8]) -> Result<Self> {
        let names: Vec<Vec<u8>> = components(path).map(<[u8]>::to_vec).collect();
        if names.iter().any(|name| name == b"..") {
            return Err(Error::Usage(format!(
                "\"{}\": a path in the image cannot contain ..",
                path.escape_ascii()
            )));
        }
        Ok(Self { into: path.ends_with(b"/") || names.is_empty(), names })
    }
}

/// `TARGET=SOURCE` at its first `=` that no backslash precedes; `\=` and `\\` stand for `=` and `\`.
pub(crate) fn divided(text: &[u8]) -> (Option<Vec<u8>>, Vec<u8>) {
    let (mut target, mut part) = (None, Vec::new());
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => part.push(bytes.next_if(|next| matches!(next, b'=' | b'\\')).unwrap_or(b'\\')),
            b'=' if target.is_none() => target = Some(std::mem::take(&mut part)),
            other => part.push(other),
        }
    }
    (target, part)
}

/// The components of a path that lead somewhere: all but empty ones and `.`.
pub(crate) fn components(path: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    path.split(|byte| *byte == b'/').filter(|part| !matches!(*part, b"" | b"."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (Option<String>, Input) {
        let operand = Operand::parse(OsStr::new(text), When::Always).expect("legal");
        let shown = |target: Target| {
            let names: Vec<String> =
                target.names.iter().map(|name| name.escape_ascii().to_string()).collect();
            format!("{}{}", names.join("/"), if target.into { "/" } else { "" })
        };
        (operand.target.map(shown), operand.input)
    }

    #[test]
    fn the_first_bare_equals_sign_divides_target_and_source() {
        let path = |text: &str| Input::Path(text.into());
        assert_eq!(parsed("dir"), (None, path("dir")));
        assert_eq!(parsed("boot/x=dir=y"), (Some("boot/x".into()), path("dir=y")));
        assert_eq!(parsed("/boot//./x/=f"), (Some("boot/x/".into()), path("f")));
        assert_eq!(parsed("=dir"), (Some("/".into()), path("dir")));
        assert_eq!(parsed(r"a\=b"), (None, path("a=b")));
        assert_eq!(parsed(r"a\\=b"), (Some(r"a\\".into()), path("b")));
        assert_eq!(parsed(r"a\n\\b"), (None, path(r"a\n\b")));
    }

    #[test]
    fn a_text_that_is_never_divided_has_all_its_characters() {
        for (text, want) in [
            ("a=b", Input::Path("a=b".into())),
            (r"a\=b", Input::Path(r"a\=b".into())),
            ("@x=y", Input::Container("x=y".into())),
            ("-", Input::Stream),
        ] {
            let operand = Operand::parse(OsStr::new(text), When::Never).expect("legal");
            assert_eq!((operand.target, operand.input), (None, want));
        }
    }

    #[test]
    fn what_is_taken_apart_is_said_to_be() {
        assert_eq!(parsed("-"), (None, Input::Stream));
        assert_eq!(parsed("x=@-"), (Some("x".into()), Input::Stream));
        assert_eq!(parsed("@a.tar"), (None, Input::Container("a.tar".into())));
        assert_eq!(parsed("./@a.tar"), (None, Input::Path("./@a.tar".into())));
        assert_eq!(parsed("a.tar"), (None, Input::Path("a.tar".into())));
    }

    #[test]
    fn a_place_in_the_image_cannot_lead_out_of_it() {
        assert!(Operand::parse(OsStr::new("a/../../b=x"), When::Auto).is_err());
        assert!(Operand::parse(OsStr::new("a="), When::Auto).is_err());
        assert!(Operand::parse(OsStr::new(""), When::Auto).is_err());
    }
}
