//! What an archive says of a member, whoever wrote it and however.

use isokit_core::tree::{Attribute, Kind, Time};
use std::borrow::Cow;

/// What a member stands for, by its typeflag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// An entry of this kind. None is a socket: [`Type::of`] tells.
    Entry(Kind),
    /// Another name of a member before it.
    HardLink,
    /// What nobody knows, by its typeflag.
    Other(u8),
}

impl Type {
    /// The member that an entry of `kind` becomes; `None` of a socket, which has no place in an archive.
    pub fn of(kind: Kind) -> Option<Self> {
        (kind != Kind::Socket).then_some(Self::Entry(kind))
    }
}

/// What an archive says of a member; its content is read by [`Content`](crate::Content).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member<'a> {
    /// Its path, as recorded. What is written has no slash at its beginning, and a directory one at its end.
    pub path: Cow<'a, [u8]>,
    /// A pax record has the path, and it is UTF-8; said of what is read only.
    pub has_utf8_path: bool,
    /// Whether it is an entry of its own, or another name of one.
    pub kind: Type,
    /// Permission, set-id and sticky bits: 0 to 0o7777.
    pub mode: u16,
    /// Owner's number.
    pub uid: u32,
    /// Group's number.
    pub gid: u32,
    /// Last change of the content, to the nanosecond where a pax record has it.
    pub modified: Time,
    /// Bytes of content, holes and all.
    pub size: u64,
    /// Target of a link, hard or symbolic.
    pub link: Cow<'a, [u8]>,
    /// A pax record has the link, and it is UTF-8; said of what is read only.
    pub has_utf8_link: bool,
    /// Major and minor number; zeros where it is no device.
    pub device: (u32, u32),
    /// Extended attributes and ACLs, the latter as getfacl(1) prints them.
    pub attributes: Cow<'a, [Attribute]>,
}

impl<'a> Member<'a> {
    /// The member `path`, of which nothing else is known: empty, of 1970, owned by root, who alone may read and write it.
    pub fn new(path: impl Into<Cow<'a, [u8]>>, kind: Type) -> Self {
        Self {
            path: path.into(),
            has_utf8_path: false,
            kind,
            mode: 0o600,
            uid: 0,
            gid: 0,
            modified: Time::default(),
            size: 0,
            link: Cow::Borrowed(b""),
            has_utf8_link: false,
            device: (0, 0),
            attributes: Cow::Borrowed(&[]),
        }
    }
}
