//! File entries and extended file entries, taken apart (ECMA-167 4/14.9, 4/14.17).

use super::layout::{
    ALLOCATION, ExtendedFileEntryTail, FILE_ENTRY, FileEntryHead, FileEntryTail, LongAd, Timestamp,
    file_type, icb_flags, tag,
};
use super::{tag as tags, time};
use crate::error::{Location, Result};
use crate::fields::Fields;
use crate::finding::Findings;
use crate::tree::{Entry, Kind, Posix, Times};

/// One file entry of either form, its lengths checked.
#[derive(Debug, Clone)]
pub(super) struct FileEntry<'b> {
    pub(super) head: &'b FileEntryHead,
    accessed: &'b Timestamp,
    modified: &'b Timestamp,
    changed: &'b Timestamp,
    created: Option<&'b Timestamp>,
    /// Where extended attributes that are in a file of their own lie.
    pub(super) attribute_file: Option<LongAd>,
    /// Where the stream directory lies; `None` where there are no streams.
    pub(super) streams: Option<LongAd>,
    /// The extended attributes, and where they lie.
    pub(super) attributes: (&'b [u8], Location),
    /// The allocation descriptors or the content itself, and the byte of the block at which they begin.
    pub(super) allocation: (Fields<'b>, usize),
}

impl<'b> FileEntry<'b> {
    /// The file entry in `bytes`, a block at `at` that is number `location` of its partition.
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`] for anything that is no whole file entry.
    pub(super) fn parse(bytes: &'b [u8], at: Location, location: u32, findings: &Findings) -> Result<Self> {
        let wanted = [tag::FILE_ENTRY, tag::EXTENDED_FILE_ENTRY];
        tags::check(bytes, FILE_ENTRY.at(at), &wanted, Some(location), findings)?;
        Self::take_apart(bytes, at)
    }

    /// As [`FileEntry::parse`], of a block whose tag was checked before.
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`] for lengths beyond the block.
    pub(super) fn take_apart(bytes: &'b [u8], at: Location) -> Result<Self> {
        let mut fields = Fields::new(bytes, at, FILE_ENTRY);
        let head: &FileEntryHead = fields.read()?;
        let extended = head.tag.identifier.get() == tag::EXTENDED_FILE_ENTRY;
        let ([accessed, modified, changed], created, attribute_file, streams, lengths);
        if extended {
            let tail: &ExtendedFileEntryTail = fields.read()?;
            ([accessed, modified, changed], created) =
                ([&tail.accessed, &tail.modified, &tail.changed], Some(&tail.created));
            (attribute_file, streams) = (tail.attributes.if_any(), tail.streams.if_any());
            lengths = [tail.attributes_length.get(), tail.allocation_length.get()];
        } else {
            let tail: &FileEntryTail = fields.read()?;
            ([accessed, modified, changed], created) =
                ([&tail.accessed, &tail.modified, &tail.changed], None);
            (attribute_file, streams) = (tail.attributes.if_any(), None);
            lengths = [tail.attributes_length.get(), tail.allocation_length.get()];
        }
        let room = |fields: &Fields<'_>, field, got: u32| match usize::try_from(got) {
            Ok(length) if length <= fields.remaining() => Ok(length),
            _ => {
                let limit = format!("at most {}, the rest of the block", fields.remaining());
                Err(fields.out_of_range(field, got.into(), limit))
            }
        };
        let length = room(&fields, "length of extended attributes", lengths[0])?;
        let start = fields.at();
        let attributes = (fields.take(length)?, start);
        let length = room(&fields, "length of allocation descriptors", lengths[1])?;
        let start = fields.position();
        let allocation = (fields.sub(length, ALLOCATION)?, start);
        Ok(Self {
            head,
            accessed,
            modified,
            changed,
            created,
            attribute_file,
            streams,
            attributes,
            allocation,
        })
    }

    /// What the entry's bits say its allocation descriptors are.
    pub(super) fn form(&self) -> u16 {
        self.head.icb_tag.flags.get() & icb_flags::FORM
    }

    /// Bytes of content (information length), holes included.
    pub(super) fn size(&self) -> u64 {
        self.head.information_length.get()
    }

    /// By the file type of its ICB tag; `None` for those that hold no user's file.
    pub(super) fn kind(&self) -> Option<Kind> {
        Some(match self.head.icb_tag.file_type {
            file_type::DIRECTORY | file_type::STREAM_DIRECTORY => Kind::Directory,
            file_type::FILE | file_type::UNSPECIFIED | file_type::REAL_TIME => Kind::File,
            file_type::BLOCK_DEVICE => Kind::BlockDevice,
            file_type::CHARACTER_DEVICE => Kind::CharacterDevice,
            file_type::FIFO => Kind::Fifo,
            file_type::SOCKET => Kind::Socket,
            file_type::SYMLINK => Kind::Symlink,
            _ => return None,
        })
    }

    /// Whether one of its times, which became `times`, is recorded and no date of the calendar.
    pub(super) fn has_odd_times(&self, times: &Times) -> bool {
        let stamps = [
            (times.modified, Some(self.modified)),
            (times.accessed, Some(self.accessed)),
            (times.changed, Some(self.changed)),
            (times.created, self.created),
        ];
        stamps.into_iter().any(|(time, stamp)| time.is_none() && stamp.is_some_and(time::is_recorded))
    }

    /// Gives `entry` what is said here outright: owner, mode, links, times.
    pub(super) fn describe(&self, entry: &mut Entry) {
        // What counts for a directory are the descriptors that name it; its own `.`, which POSIX counts too, is none.
        entry.posix = Some(Posix {
            mode: mode(self.head.permissions.get(), self.head.icb_tag.flags.get()),
            links: u32::from(self.head.link_count.get())
                .saturating_add(u32::from(self.kind() == Some(Kind::Directory))),
            uid: self.head.uid.get(),
            gid: self.head.gid.get(),
            serial: None,
            device: None,
        });
        entry.times.modified = time::decode(self.modified);
        entry.times.accessed = time::decode(self.accessed);
        entry.times.changed = time::decode(self.changed);
        entry.times.created = self.created.and_then(time::decode);
    }
}

/// Permissions (ECMA-167 4/14.9.5) and flags (4/14.6.8) as the low bits of `st_mode`.
fn mode(permissions: u32, flags: u16) -> u32 {
    // Three times execute, write, read; then two bits that POSIX has not.
    let other = permissions & 7;
    let group = permissions >> 5 & 7;
    let owner = permissions >> 10 & 7;
    let set = |bit, value| if flags & bit == 0 { 0 } else { value };
    owner << 6
        | group << 3
        | other
        | set(icb_flags::SETUID, 0o4000)
        | set(icb_flags::SETGID, 0o2000)
        | set(icb_flags::STICKY, 0o1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_those_of_posix() {
        assert_eq!(mode(0, 0), 0);
        assert_eq!(mode(0b00111_00101_00100, icb_flags::SETUID), 0o4754);
        assert_eq!(mode(0x7FFF, 0x1C0), 0o7777);
    }
}
