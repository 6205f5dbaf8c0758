//! Users and groups, by number or by the names they have on this machine.

use super::lists::Lists;
use isokit_cli::{Concerning, Failure};
use isokit_core::Error;
use std::path::Path;

/// The system's lists: see passwd(5) and group(5). What other sources the system has for names is not looked at.
pub(super) const USERS: &str = "/etc/passwd";
pub(super) const GROUPS: &str = "/etc/group";

/// A user or a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Account {
    Number(u32),
    Name(String),
}

impl Account {
    /// The number; that of a name is in `list`.
    ///
    /// # Errors
    /// [`Error::Usage`] for a name that is not.
    pub(super) fn number(&self, list: &str, lists: &mut Lists<'_>) -> Result<u32, Failure> {
        let name = match self {
            Self::Number(number) => return Ok(*number),
            Self::Name(name) => name,
        };
        let lines = lists.lines(Path::new(list))?;
        let number = lines.iter().find_map(|line| number(line, name));
        let unknown = || Error::Usage(format!("{list} has no \"{}\"", name.escape_debug()));
        number.ok_or_else(unknown).concerning(name)
    }
}

/// The number in a line of either list, if that is of `name`: the third of its fields.
fn number(line: &[u8], name: &str) -> Option<u32> {
    let mut fields = line.split(|byte| *byte == b':');
    let number = (fields.next() == Some(name.as_bytes())).then(|| fields.nth(1)).flatten()?;
    std::str::from_utf8(number).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_third_field_is_the_number() {
        let line = b"daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin";
        assert_eq!(number(line, "daemon"), Some(1));
        assert_eq!(number(b"games:x:60:", "games"), Some(60));
        for (line, name) in [(&line[..], "dae"), (b"a:x", "a"), (b"a:x:-1:", "a"), (b"a:1", "a"), (b"", "")] {
            assert_eq!(number(line, name), None);
        }
    }
}
