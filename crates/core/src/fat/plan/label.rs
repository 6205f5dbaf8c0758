//! The volume's label: eleven characters, as of a short name, and spaces between them.

use crate::error::{Error, Result};
use crate::fat::name::is_short;

/// What is recorded of `label`, in capital letters; `None` of an empty one.
///
/// # Errors
/// [`Error::Usage`] for what cannot be a label.
pub(super) fn recorded(label: &str) -> Result<Option<[u8; 11]>> {
    let refuse = |why: &str| Err(Error::Usage(format!("volume label \"{}\": {why}", label.escape_debug())));
    if label.starts_with(' ') || label.ends_with(' ') {
        return refuse("a FAT label begins and ends with another character than a space");
    }
    if let Some(c) =
        label.chars().find(|c| !u8::try_from(*c).is_ok_and(|byte| byte == b' ' || is_short(byte)))
    {
        return refuse(&format!("a FAT label cannot contain \"{}\"", c.escape_debug()));
    }
    let mut recorded = [b' '; 11];
    let Some(room) = recorded.get_mut(..label.len()) else {
        return refuse("a FAT label has at most 11 characters");
    };
    room.copy_from_slice(label.to_ascii_uppercase().as_bytes());
    Ok((!label.is_empty()).then_some(recorded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_capitals_and_what_cannot_be_one_is_refused() {
        assert_eq!(recorded("").unwrap(), None);
        assert_eq!(recorded("Efi 1").unwrap(), Some(*b"EFI 1      "));
        assert_eq!(recorded("NO_MORE-FIT").unwrap(), Some(*b"NO_MORE-FIT"));
        for (label, why) in [
            ("twelve chars", "a FAT label has at most 11 characters"),
            (" a", "a FAT label begins and ends with another character than a space"),
            ("a ", "a FAT label begins and ends with another character than a space"),
            ("a.b", "a FAT label cannot contain \".\""),
            ("a+b", "a FAT label cannot contain \"+\""),
            ("é", "a FAT label cannot contain \"é\""),
            ("a\n", "a FAT label cannot contain \"\\n\""),
        ] {
            let told = recorded(label).expect_err(label).to_string();
            assert_eq!(told, format!("volume label \"{}\": {why}", label.escape_debug()));
        }
    }
}
