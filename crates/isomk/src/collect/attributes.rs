//! Extended attributes and access control lists of input files.

use isokit_core::tree::{Attribute, Kind};
use rustix::fs::{getxattr, lgetxattr, listxattr, llistxattr};
use rustix::io::Errno;
use std::ffi::OsStr;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Choice {
    #[default]
    None,
    /// The users' own and ACLs.
    User,
    /// All that the system lists: security labels, capabilities, and for root trusted ones.
    Any,
}

const ACLS: [&[u8]; 2] = [b"system.posix_acl_access", b"system.posix_acl_default"];

impl Choice {
    /// Whether an attribute of this name is taken along.
    pub(crate) fn wants(self, name: &[u8]) -> bool {
        match self {
            Self::None => false,
            Self::User => name.starts_with(b"user.") || ACLS.contains(&name),
            // An empty name would be taken for the ACLs (AAIP 2.0).
            Self::Any => !name.is_empty(),
        }
    }
}

/// What was read of a file's attributes, and what was not.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// By name. ACLs are in the text form of `getfacl`.
    pub(super) attributes: Vec<Attribute>,
    /// Attributes that are listed and cannot be read; the empty name stands for the list itself.
    pub(super) unreadable: Vec<(Vec<u8>, Errno)>,
}

/// The attributes of `name` in `above`, or, unless `kind` is that of a link, of what it leads to. One that cannot be read
/// costs no other.
pub(super) fn read(above: BorrowedFd<'_>, name: &[u8], kind: Kind, choice: Choice) -> Found {
    let mut found = Found::default();
    if choice == Choice::None {
        return found;
    }
    // The calls that take an open file cannot look at links and devices; /proc names the directory as exactly.
    let mut path = PathBuf::from(format!("/proc/self/fd/{}", above.as_raw_fd()));
    path.push(OsStr::from_bytes(name));
    let follow = kind != Kind::Symlink;
    let list = match grown(|buffer| if follow { listxattr(&path, buffer) } else { llistxattr(&path, buffer) })
    {
        Ok(list) => list,
        Err(Errno::NOTSUP) => return found,
        Err(errno) => {
            found.unreadable.push((Vec::new(), errno));
            return found;
        }
    };
    let names = list.split(|byte| *byte == 0).filter(|name| choice.wants(name));
    for name in names {
        match value(&path, name, follow) {
            Ok(Some(value)) => found.attributes.push(Attribute { name: name.to_vec(), value }),
            Ok(None) => {}
            Err(errno) => found.unreadable.push((name.to_vec(), errno)),
        }
    }
    found.attributes.sort_unstable();
    found
}

/// The value of one attribute; `None` for one that was removed meanwhile, and for an empty list.
fn value(path: &Path, name: &[u8], follow: bool) -> Result<Option<Vec<u8>>, Errno> {
    let named = OsStr::from_bytes(name);
    let get = |buffer: &mut [u8]| {
        if follow { getxattr(path, named, buffer) } else { lgetxattr(path, named, buffer) }
    };
    let value = match grown(get) {
        Ok(value) => value,
        Err(Errno::NODATA) => return Ok(None),
        Err(errno) => return Err(errno),
    };
    if ACLS.contains(&name) { acl_text(&value).map(Some).ok_or(Errno::INVAL) } else { Ok(Some(value)) }
}

/// Calls with ever larger buffers until the answer fits; the system's own bound is 64 KiB.
fn grown(call: impl Fn(&mut [u8]) -> Result<usize, Errno>) -> Result<Vec<u8>, Errno> {
    let mut buffer = vec![0; 1024];
    loop {
        match call(&mut buffer) {
            Ok(length) => {
                buffer.truncate(length);
                return Ok(buffer);
            }
            Err(Errno::RANGE) if buffer.len() < 1 << 20 => buffer.resize(buffer.len() * 4, 0),
            Err(errno) => return Err(errno),
        }
    }
}

/// The kernel's form of an ACL (version 2: a 4-byte header, then tag, permissions and id in 8 bytes each,
/// little-endian) as text, one entry a line, numeric ids.
fn acl_text(value: &[u8]) -> Option<Vec<u8>> {
    let (version, entries) = value.split_first_chunk::<4>()?;
    if u32::from_le_bytes(*version) != 2 || entries.len() % 8 != 0 {
        return None;
    }
    let mut text = String::new();
    for entry in entries.chunks_exact(8) {
        let [tag0, tag1, permissions, _, id @ ..] = entry else { return None };
        let id = u32::from_le_bytes(id.try_into().ok()?);
        let (tag, named) = match u16::from_le_bytes([*tag0, *tag1]) {
            0x01 => ("user", false),
            0x02 => ("user", true),
            0x04 => ("group", false),
            0x08 => ("group", true),
            0x10 => ("mask", false),
            0x20 => ("other", false),
            _ => return None,
        };
        let id = if named { id.to_string() } else { String::new() };
        let letter = |bit: u8, letter: char| if permissions & bit != 0 { letter } else { '-' };
        text.push_str(&format!("{tag}:{id}:{}{}{}\n", letter(4, 'r'), letter(2, 'w'), letter(1, 'x')));
    }
    Some(text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acl_becomes_the_text_of_getfacl() {
        let entries: [(u16, u16, u32); 5] =
            [(1, 6, u32::MAX), (2, 4, 1000), (4, 5, u32::MAX), (0x10, 7, u32::MAX), (0x20, 0, u32::MAX)];
        let mut value = 2_u32.to_le_bytes().to_vec();
        for (tag, permissions, id) in entries {
            value.extend(tag.to_le_bytes());
            value.extend(permissions.to_le_bytes());
            value.extend(id.to_le_bytes());
        }
        let text = acl_text(&value).expect("a good list");
        assert_eq!(text, b"user::rw-\nuser:1000:r--\ngroup::r-x\nmask::rwx\nother::---\n");
        value[0] = 3;
        assert_eq!(acl_text(&value), None);
        value[0] = 2;
        value.pop();
        assert_eq!(acl_text(&value), None);
    }
}
