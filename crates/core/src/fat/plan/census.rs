//! What a tree is made up of, found by one walk: directories and contents in the order of their paths, and how names are
//! recorded.

use super::names::{entries, recorded, shown};
use super::short::Short;
use super::{Note, Options};
use crate::error::{Error, Result};
use crate::fat::layout::DirectoryEntry;
use crate::fat::time::years;
use crate::number::wide;
use crate::tree::Kind;
use crate::tree::build::{Build, ContentId, NameId, Order};
use crc32fast::Hasher;

/// Entries of the longest directory, 2 MiB of them: Linux reads no more.
const MOST_ENTRIES: u64 = 65_536;

/// A directory that the volume has.
#[derive(Debug, Clone, Copy)]
pub(in crate::fat) struct Directory {
    pub(in crate::fat) name: NameId,
    /// Directory entries, those for itself, its parent and the volume's label included.
    pub(in crate::fat) entries: u64,
}

impl Directory {
    /// Bytes of its entries.
    pub(in crate::fat) fn size(&self) -> u64 {
        self.entries.saturating_mul(wide(size_of::<DirectoryEntry>()))
    }
}

/// All that the volume has of the tree.
#[derive(Debug)]
pub(in crate::fat) struct Census {
    /// The root first.
    pub(in crate::fat) directories: Vec<Directory>,
    /// Names of files with a content, in the order of the medium.
    pub(in crate::fat) files: Vec<NameId>,
    /// By [`NameId`].
    shorts: Vec<Short>,
    /// CRC-32 of the label and of the names, sizes and times of all files.
    pub(in crate::fat) fingerprint: u32,
}

/// The names in a directory that the volume has, in byte order.
pub(in crate::fat) fn children<'o, O>(
    build: &'o Build<O>,
    order: &'o Order,
    directory: NameId,
) -> impl DoubleEndedIterator<Item = NameId> + 'o {
    let held = |name: &NameId| matches!(build.kind(*name), Kind::File | Kind::Directory);
    order.of(directory).iter().copied().filter(held)
}

/// The content of a name that the volume has.
pub(in crate::fat) fn content<O>(build: &Build<O>, name: NameId) -> Option<(ContentId, u64)> {
    let file = build.file(build.name(name).file);
    let content = file.content.filter(|_| file.kind == Kind::File)?;
    Some((content, build.content(content).size))
}

impl Census {
    /// Walks the tree.
    pub(super) fn take<O>(
        (build, order): (&Build<O>, &Order),
        options: &Options,
        notes: &mut Vec<Note>,
    ) -> Result<Self> {
        let mut this = Self {
            directories: Vec::new(),
            files: Vec::new(),
            shorts: vec![Short::NONE; build.names().len()],
            fingerprint: 0,
        };
        let mut hasher = Hasher::new();
        hasher.update(options.label.as_bytes());
        let mut stored = vec![false; build.contents().len()];
        let mut pending = vec![Build::<O>::ROOT];
        while let Some(name) = pending.pop() {
            let file = build.file(build.name(name).file);
            let is_said = |time| years(options.zone).contains(time);
            if ![file.modified, file.accessed].iter().all(is_said) {
                notes.push(Note::Time(name));
            }
            hasher.update(build.name(name).bytes);
            hasher.update(&[0]);
            hasher.update(&file.modified.seconds.to_le_bytes());
            if file.kind == Kind::Directory {
                let others = order.of(name).iter().copied();
                let left_out = others.filter(|id| !matches!(build.kind(*id), Kind::File | Kind::Directory));
                notes.extend(left_out.map(Note::LeftOut));
                this.directory((build, order), name, u64::from(!options.label.is_empty()))?;
                pending.extend(children(build, order, name).rev());
            }
            if let Some((content, size)) = content(build, name) {
                hasher.update(&size.to_le_bytes());
                if size > u64::from(u32::MAX) {
                    let path = shown(build, name);
                    let most = u32::MAX;
                    return Err(Error::TooLarge(format!(
                        "{path}: FAT cannot hold a file of {size} bytes, expected at most {most}"
                    )));
                }
                if std::mem::replace(&mut stored[content.index()], true) {
                    notes.push(Note::Copy(name));
                }
                this.files.push(name);
            }
        }
        let weight = |name: &NameId| content(build, *name).map(|(content, _)| build.content(content).weight);
        this.files.sort_by_key(|name| std::cmp::Reverse(weight(name)));
        this.fingerprint = hasher.finalize();
        Ok(this)
    }

    /// How a name is recorded that the volume has.
    pub(in crate::fat) fn short(&self, name: NameId) -> Short {
        self.shorts[name.index()]
    }

    fn directory<O>(&mut self, (build, order): (&Build<O>, &Order), name: NameId, label: u64) -> Result<()> {
        let names: Vec<NameId> = children(build, order, name).collect();
        // The root has no entries for itself and its parent, but one for the label.
        let mut count = if self.directories.is_empty() { label } else { 2 };
        for (child, short) in names.iter().zip(recorded(build, &names)?) {
            count = count.saturating_add(entries(build.name(*child).bytes, &short));
            self.shorts[child.index()] = short;
        }
        if count > MOST_ENTRIES {
            let path = shown(build, name);
            return Err(Error::TooLarge(format!(
                "{path}: {count} entries in one directory, FAT has at most {MOST_ENTRIES}"
            )));
        }
        self.directories.push(Directory { name, entries: count });
        Ok(())
    }

    /// Entries of the root.
    pub(super) fn root_entries(&self) -> u64 {
        self.directories.first().map_or(0, |root| root.entries)
    }

    /// Clusters that all of it takes, where they have `cluster_size` bytes and the root is a directory as any other, or not.
    pub(super) fn clusters<O>(&self, build: &Build<O>, cluster_size: u64, has_root: bool) -> u64 {
        let directories = self.directories.iter().skip(usize::from(!has_root));
        let directories = directories.map(|directory| directory.size().max(1).div_ceil(cluster_size));
        let files = self.files.iter().filter_map(|name| content(build, *name));
        let files = files.map(|(_, size)| size.div_ceil(cluster_size));
        directories.chain(files).fold(0, u64::saturating_add)
    }
}
