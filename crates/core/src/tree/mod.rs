//! The neutral middle: what every file system on an image looks like to a tool.
//!
//! A [`Tree`] is read directory by directory through [`Cursor`]s, which fill one [`Entry`] over and over, so that
//! listing a million files allocates nothing per file.

use crate::error::{Location, Result};
use std::fmt;

pub mod build;
pub(crate) mod calendar;
pub mod charset;
pub mod content;
pub mod glob;
pub mod inventory;
pub(crate) mod lookup;
pub(crate) mod naming;
pub mod placed;
pub mod resolve;
pub mod walk;

pub use crate::extents::Extent;

/// What an entry is, in the words of POSIX.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Kind {
    /// A regular file, the only kind that has a content for its readers.
    #[default]
    File,
    /// A directory; [`Tree::open`] gives what is in it.
    Directory,
    /// A symbolic link; [`Entry::link`] has its target.
    Symlink,
    /// A character device; [`Posix::device`] has its number.
    CharacterDevice,
    /// A block device; [`Posix::device`] has its number.
    BlockDevice,
    /// A named pipe, which has no content in an image.
    Fifo,
    /// A socket, which has no content in an image.
    Socket,
}

impl Kind {
    /// The file type bits of `st_mode`.
    pub const fn mode_bits(self) -> u32 {
        match self {
            Self::Fifo => 0o010_000,
            Self::CharacterDevice => 0o020_000,
            Self::Directory => 0o040_000,
            Self::BlockDevice => 0o060_000,
            Self::File => 0o100_000,
            Self::Symlink => 0o120_000,
            Self::Socket => 0o140_000,
        }
    }

    /// The kind that the file type bits of `mode` say, if they say one.
    pub const fn from_mode(mode: u32) -> Option<Self> {
        Some(match mode & 0o170_000 {
            0o010_000 => Self::Fifo,
            0o020_000 => Self::CharacterDevice,
            0o040_000 => Self::Directory,
            0o060_000 => Self::BlockDevice,
            0o100_000 => Self::File,
            0o120_000 => Self::Symlink,
            0o140_000 => Self::Socket,
            _ => return None,
        })
    }

    /// The letter that `ls -l` shows first: `-` for a regular file.
    pub const fn letter(self) -> char {
        match self {
            Self::File => '-',
            Self::Directory => 'd',
            Self::Symlink => 'l',
            Self::CharacterDevice => 'c',
            Self::BlockDevice => 'b',
            Self::Fifo => 'p',
            Self::Socket => 's',
        }
    }
}

/// A point in time, UTC, as exact as the image records it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time {
    /// Seconds since 1970-01-01T00:00:00Z; negative before.
    pub seconds: i64,
    /// 0 to 999,999,999, always counted forward from `seconds`.
    pub nanoseconds: u32,
}

/// The times an image can record for an entry; each may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Times {
    /// Last change of the content: `st_mtime`.
    pub modified: Option<Time>,
    /// Last access: `st_atime`.
    pub accessed: Option<Time>,
    /// Last change of the attributes: `st_ctime`.
    pub changed: Option<Time>,
    /// When the file was made, which POSIX does not know.
    pub created: Option<Time>,
    /// Last backup, as TF of Rock Ridge and the file times of UDF have it.
    pub backed_up: Option<Time>,
    /// When the content becomes obsolete.
    pub expires: Option<Time>,
    /// When the content may first be used.
    pub effective: Option<Time>,
}

/// What POSIX wants to know of a file, when the image records it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Posix {
    /// Permission, set-id and sticky bits: 0 to 0o7777. The kind is [`Entry::kind`].
    pub mode: u32,
    /// Hard links, 0 when not recorded.
    pub links: u32,
    /// Owner's number, or [`Posix::UNSPECIFIED`].
    pub uid: u32,
    /// Group's number, or [`Posix::UNSPECIFIED`].
    pub gid: u32,
    /// A number that all names of one file share, and no other file has; `None` when not recorded (or recorded as 0,
    /// which some writers give to every file).
    pub serial: Option<u64>,
    /// Device numbers, major and minor; `None` where it is no device or they are not recorded.
    pub device: Option<(u32, u32)>,
}

impl Posix {
    /// The number of nobody: UDF has it for files whose owner or group was not recorded.
    pub const UNSPECIFIED: u32 = u32::MAX;

    /// A recorded owner or group.
    pub fn specified(number: u32) -> Option<u32> {
        (number != Self::UNSPECIFIED).then_some(number)
    }
}

/// An extended attribute. ACLs are the attributes `system.posix_acl_access` and `system.posix_acl_default`, in the
/// textual form of `getfacl`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Attribute {
    /// Name with its name space, e.g. `user.mime_type`.
    pub name: Vec<u8>,
    /// Any bytes; those of an ACL are text as getfacl(1) prints it.
    pub value: Vec<u8>,
}

/// How the bytes of the extents become the bytes of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Coding {
    /// They are the file as it is read.
    #[default]
    Plain,
    /// A sparse file of RRIP 4.1.7: `depth` levels of tables lead to the parts that are recorded. It is listed with its
    /// size; its content cannot be read here.
    Sparse {
        /// Levels of tables before the data (RRIP 4.1.7).
        depth: u8,
    },
    /// zisofs: blocks of 2^`block_log2` bytes, each compressed by itself; `version` 1 or 2.
    Zisofs {
        /// Format version, 1 or 2.
        version: u8,
        /// Bytes of header before the block pointers.
        header: u32,
        /// Base-2 logarithm of the uncompressed block size.
        block_log2: u8,
    },
}

/// One name in a directory, and the file behind it. Filled again and again by a [`Cursor`]: the vectors keep their
/// capacity.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// The name; never empty but for the root, never with `/` or NUL. The version number is left out (`;2`) unless
    /// another version of the file stands beside it.
    pub name: Vec<u8>,
    /// The version number that the tree records, in [`Entry::name`] or not (ECMA-119 7.5.1).
    pub version: Option<u32>,
    /// What POSIX calls the file; without POSIX attributes a file or a directory.
    pub kind: Kind,
    /// Bytes a reader of the file gets (decoded); for a directory the bytes its records take.
    pub size: u64,
    /// Where the content lies, in order. The sum of the lengths is the size of the stored (encoded) content.
    pub extents: Vec<Extent>,
    /// How the bytes of `extents` become those of the file.
    pub coding: Coding,
    /// Target of a symbolic link; empty for all else.
    pub link: Vec<u8>,
    /// Owner, mode, links; `None` where the tree records no such thing.
    pub posix: Option<Posix>,
    /// Those that the tree records; each other is `None`.
    pub times: Times,
    /// By name, as recorded; empty with [`Detail::Names`].
    pub attributes: Vec<Attribute>,
    /// Where the tree finds the named streams of the entry, for [`Tree::streams`].
    pub streams: Option<u64>,
    /// The record asks not to be shown.
    pub hidden: bool,
    /// Where the record lies that names this entry, for messages.
    pub at: Location,
}

impl Entry {
    /// Byte in the source at which the content begins; `None` where nothing is recorded of its first piece.
    pub fn start(&self) -> Option<u64> {
        self.extents.first()?.offset
    }

    /// Byte in the source behind the last of the content, of whichever piece; 0 where nothing is recorded.
    pub fn end(&self) -> u64 {
        let ends =
            self.extents.iter().filter_map(|extent| Some(extent.offset?.saturating_add(extent.length)));
        ends.max().unwrap_or_default()
    }

    /// Permission, set-id and sticky bits that a copy of it has: those recorded (0 to 0o7777) or, where there are none, what any file
    /// may be, readable by all and writable by its owner.
    pub fn permissions(&self) -> u16 {
        let usual = if self.kind == Kind::Directory { 0o755 } else { 0o644 };
        self.posix.and_then(|posix| u16::try_from(posix.mode & 0o7777).ok()).unwrap_or(usual)
    }

    /// Owner and group that a copy of it has, each 0 where it is not recorded.
    pub fn owners(&self) -> (u32, u32) {
        let recorded = |number| Posix::specified(number).unwrap_or_default();
        self.posix.map_or((0, 0), |posix| (recorded(posix.uid), recorded(posix.gid)))
    }

    /// Makes it an empty entry again, keeping all capacity.
    pub fn clear(&mut self) {
        self.name.clear();
        self.version = None;
        self.kind = Kind::File;
        self.size = 0;
        self.extents.clear();
        self.coding = Coding::Plain;
        self.link.clear();
        self.posix = None;
        self.times = Times::default();
        self.attributes.clear();
        self.streams = None;
        self.hidden = false;
        self.at = Location::default();
    }
}

/// What is wanted of the entries of a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// Name, [`Entry::hidden`], [`Entry::at`] and whether it is a directory, of which all is said, so that it can be
    /// opened. What else is recorded away from the name need not be read, nor is it checked then: in UDF,
    /// [`Kind::File`] stands for every other kind, and what the name says of being a directory is believed.
    Names,
    /// All that is recorded.
    #[default]
    All,
}

/// A file system on an image, read from its root: the same for all formats.
pub trait Tree: Send + Sync + fmt::Debug {
    /// The root directory; its name is empty.
    fn root(&self) -> Result<Entry>;

    /// Whether a directory may have had several names among those read so far, as one has that Rock Ridge relocated.
    fn shares_directories(&self) -> bool {
        false
    }

    /// The entries of `directory` (which this tree handed out), in the order the image has them, without `.` and `..`,
    /// with at least `detail`.
    fn open<'t>(&'t self, directory: &Entry, detail: Detail) -> Result<Box<dyn Cursor + 't>>;

    /// The entry of `directory` (which this tree handed out) that has this name, byte for byte, with all that is recorded. Of
    /// several it is the first without a version number, or with a later version than any before it. What cannot be read
    /// is passed over if the name is found elsewhere.
    ///
    /// Trees of ISO 9660 remember where the names of a directory are once one is looked up in it again, so that each
    /// further one takes the same time, however many there are (not in a pipe, which is read no further than to the name). That directories are sorted by identifier (ECMA-119 9.3)
    /// is of no use for it: Rock Ridge names are not, and writers are known that do not sort. Directories of UDF are in no
    /// order: all identifiers up to the name are read, but one file entry only. The provided method, which
    /// [`charset::Decoded`] has for names that it decodes, reads all entries up to that one.
    ///
    /// # Errors
    /// Where the name is not found: what is wrong with an entry of that name, or else with the first one whose name cannot be
    /// read; those of [`Self::open`].
    fn lookup(&self, directory: &Entry, name: &[u8]) -> Result<Option<Entry>> {
        lookup::scan(self, directory, name)
    }

    /// The named streams of `entry` (which this tree handed out): further contents, each a file with a name.
    fn streams(&self, entry: &Entry) -> Result<Vec<Entry>> {
        let _ = entry;
        Ok(Vec::new())
    }
}

/// The entries of one directory, one after the other.
pub trait Cursor {
    /// Fills `entry` with the next one; `false` when there is none. After an error the cursor is at its end, unless
    /// the error concerned one entry only: callers go on until `false`. That entry's name is in `entry` then, where it
    /// is known; otherwise the name is empty.
    fn next(&mut self, entry: &mut Entry) -> Result<bool>;
}
