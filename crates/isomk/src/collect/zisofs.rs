//! Files that mkzftree(1) made: Rock Ridge can say what they are, so that readers decode them.

use super::Collector;
use super::entry::Found;
use isokit_core::extents::Extents;
use isokit_core::source;
use isokit_core::tree::build::ContentId;
use isokit_core::tree::content::recognize;
use rustix::fs::{Mode, OFlags, openat};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

impl Collector<'_> {
    /// Marks `content`, of the file that was `found`, if that is in the form of zisofs. What cannot be read is told when it is
    /// written.
    pub(super) fn mark(&mut self, content: ContentId, found: Found<'_>) {
        if !self.options.zisofs {
            return;
        }
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        let Ok(file) = openat(found.above, OsStr::from_bytes(found.name), flags, Mode::empty()) else {
            return;
        };
        let Ok(file) = source::File::new(file.into()) else { return };
        let size = self.taken.build.content(content).size;
        if let Ok(Some((coding, size))) = recognize(&Extents::one(&file, 0, size)) {
            self.taken.build.set_coding(content, coding, size);
        }
    }
}
