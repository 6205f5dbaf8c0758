//! Every file's place in the area of structures, found by one walk: a directory's file entry, its identifiers, then the
//! file entries of what is in it, then the directories in it. Blocks count from the start of the area.

use super::names::{CompressedUnicode, LONGEST, faithful, text};
use super::{EntryCapacity, LONGEST_PATH, Note, Options};
use crate::error::{Error, Result};
use crate::number::{narrow, wide};
use crate::tree::Kind;
use crate::tree::build::{Build, FileId, NameId, Order};
use crate::tree::naming::assign;
use crate::udf::layout::FileIdentifierDescriptor;
use crate::udf::link;
use crc32fast::Hasher;
use std::collections::HashMap;

/// No block: the file has no name that is shown.
const NONE: u32 = u32::MAX;

/// The first number a unique id may have (UDF 3.2.1.1: those below are for the root and for Macintosh).
pub(in crate::udf) const FIRST_ID: u32 = 16;

/// A directory that the volume shows.
#[derive(Debug, Clone, Copy)]
pub(in crate::udf) struct Directory {
    pub(in crate::udf) name: NameId,
    /// Position in [`Census::directories`] of the directory that holds it.
    pub(in crate::udf) parent: u32,
    /// Block of its file entry, in the area of structures.
    pub(in crate::udf) block: u32,
    /// Bytes of its file identifier descriptors.
    pub(in crate::udf) size: u64,
    /// Blocks behind its file entry that they take; none where they lie in it.
    pub(in crate::udf) data: u32,
    /// Blocks from its file entry to the last file entry of what is in it.
    pub(in crate::udf) blocks: u32,
}

/// All files and directories that the volume shows, and the blocks of their entries.
#[derive(Debug)]
pub(in crate::udf) struct Census {
    /// In the order of the area, the root first.
    pub(in crate::udf) directories: Vec<Directory>,
    /// Block of each file's entry, by [`FileId`].
    icbs: Vec<u32>,
    /// Identifiers that name a file, by [`FileId`]; for a directory those of the directories in it, too.
    links: Vec<u32>,
    /// Identifiers that are not what the name would give.
    renamed: HashMap<NameId, Box<[u8]>>,
    /// Unique ids of the second and later names of a file, counted from the first after those of file entries.
    later: HashMap<NameId, u32>,
    /// Symbolic links too long for their file entries, and where their content begins in an area of its own.
    pub(in crate::udf) long_links: Vec<(FileId, u32)>,
    /// Blocks of the area of long symbolic links.
    pub(in crate::udf) link_blocks: u32,
    /// Blocks of the area of structures.
    pub(in crate::udf) blocks: u32,
    /// File identifiers of files, and of directories with the root (UDF 2.2.6.4).
    pub(in crate::udf) counts: (u32, u32),
    /// CRC-32 of the names, sizes and times of all files: for another tree as likely to differ as any hash of 32 bits.
    /// It need not withstand forgery: volumes of the same tree have the same identifier on purpose.
    pub(in crate::udf) fingerprint: u32,
}

/// What a walk reads, and what it reports to.
pub(super) struct Walk<'w, O> {
    pub(super) build: &'w Build<O>,
    pub(super) order: &'w Order,
    pub(super) options: &'w Options,
    pub(super) capacity: EntryCapacity,
    pub(super) notes: &'w mut Vec<Note>,
}

/// Whether the volume shows this name, whatever is above it.
pub(in crate::udf) fn is_shown<O>(build: &Build<O>, options: &Options, name: NameId) -> bool {
    let plain = matches!(build.kind(name), Kind::File | Kind::Directory);
    (plain || options.specials) && !build.name(name).hidden.udf
}

impl Census {
    /// Walks the tree. The first `before` blocks of the area are left to others.
    pub(super) fn take<O>(walk: &mut Walk<'_, O>, before: u32) -> Result<Self> {
        let files = walk.build.files().len();
        let mut this = Self {
            directories: Vec::new(),
            icbs: vec![NONE; files],
            links: vec![0; files],
            renamed: HashMap::new(),
            later: HashMap::new(),
            long_links: Vec::new(),
            link_blocks: 0,
            blocks: before,
            counts: (0, 1),
            fingerprint: 0,
        };
        let mut hasher = Hasher::new();
        // The root's parent is the root: its own identifier counts as a link.
        this.links[walk.build.name(Build::<O>::ROOT).file.index()] = 1;
        let mut pending = vec![(Build::<O>::ROOT, 0_u32)];
        // Bytes of each directory's path.
        let mut paths: Vec<usize> = Vec::new();
        while let Some((name, parent)) = pending.pop() {
            let index = u32::try_from(this.directories.len()).unwrap_or(NONE);
            let (order, build, options) = (walk.order, walk.build, walk.options);
            let above = paths.get(narrow(parent.into())).copied();
            let path = above.map_or(0, |above| above.saturating_add(this.identifier_length(build, name)));
            paths.push(path);
            let inner = order.of(name).iter().rev().copied();
            let inner = inner
                .filter(|id| build.kind(*id) == Kind::Directory && is_shown(build, options, *id))
                .map(|id| (id, index));
            pending.extend(inner);
            this.directory(walk, name, parent, &mut hasher)?;
            if path.saturating_add(LONGEST) > LONGEST_PATH {
                this.long_paths(walk, name, path);
            }
        }
        this.fingerprint = hasher.finalize();
        Ok(this)
    }

    /// Block of a file's entry, which a shown name has to point to.
    pub(in crate::udf) fn icb(&self, file: FileId) -> u32 {
        self.icbs[file.index()]
    }

    /// What a file entry says of its names; more than it can say become the most it can.
    pub(in crate::udf) fn links(&self, file: FileId) -> u16 {
        u16::try_from(self.links[file.index()]).unwrap_or(u16::MAX)
    }

    /// Names of files that have more links than can be counted.
    pub(super) fn crowded<O>(&self, build: &Build<O>) -> impl Iterator<Item = NameId> {
        let many = |name: &NameId| {
            let (file, first) = (build.name(*name).file, !self.later.contains_key(name));
            first && self.icb(file) != NONE && self.links[file.index()] > u32::from(u16::MAX)
        };
        build.names().filter(many)
    }

    /// Appends the file identifier of a name.
    pub(in crate::udf) fn identifier<O>(&self, build: &Build<O>, name: NameId, into: &mut Vec<u8>) {
        match self.renamed.get(&name) {
            Some(identifier) => into.extend_from_slice(identifier),
            None => faithful(build.name(name).bytes, into)
                .expect("because names without a faithful identifier were given another"),
        }
    }

    fn identifier_length<O>(&self, build: &Build<O>, name: NameId) -> usize {
        let mut identifier = Vec::new();
        self.identifier(build, name, &mut identifier);
        identifier.len()
    }

    /// Notes the names in a directory, the path of which has `path` bytes, that it makes too long a path of.
    fn long_paths<O>(&self, walk: &mut Walk<'_, O>, directory: NameId, path: usize) {
        let (build, options) = (walk.build, walk.options);
        let shown = walk.order.of(directory).iter().copied().filter(|id| is_shown(build, options, *id));
        let long = |name: &NameId| path.saturating_add(self.identifier_length(build, *name)) > LONGEST_PATH;
        walk.notes.extend(shown.filter(long).map(Note::Path));
    }

    /// The unique id of a file: 0 for the root, else made of its block, which nothing else has.
    pub(in crate::udf) fn unique_id(&self, file: FileId) -> u32 {
        let block = self.icb(file);
        let root = self.directories.first().map_or(0, |root| root.block);
        if block == root { 0 } else { block.saturating_add(FIRST_ID) }
    }

    /// The unique id of a name (UDF 2.3.4.3): that of its file for the first name, another for each that follows.
    pub(in crate::udf) fn name_id(&self, name: NameId, file: FileId) -> u32 {
        match self.later.get(&name) {
            Some(number) => self.blocks.saturating_add(FIRST_ID).saturating_add(*number),
            None => self.unique_id(file),
        }
    }

    /// A number above all unique ids, for the integrity descriptor.
    pub(in crate::udf) fn next_id(&self) -> u32 {
        let later = u32::try_from(self.later.len()).unwrap_or(NONE);
        self.blocks.saturating_add(FIRST_ID).saturating_add(later)
    }

    fn directory<O>(
        &mut self,
        walk: &mut Walk<'_, O>,
        name: NameId,
        parent: u32,
        hasher: &mut Hasher,
    ) -> Result<()> {
        let (build, options) = (walk.build, walk.options);
        let file = build.name(name).file;
        let block = self.blocks;
        self.icbs[file.index()] = block;
        hasher.update(&build.file(file).modified.seconds.to_le_bytes());
        let size = self.identifiers(walk, name)?;
        let data =
            if size <= wide(walk.capacity.directory) { 0 } else { size.div_ceil(options.block_size.into()) };
        self.advance(1_u64.saturating_add(data))?;
        let data = u32::try_from(data).map_err(|_| too_large())?;
        for child in walk.order.of(name).iter().copied().filter(|id| is_shown(build, options, *id)) {
            let id = build.name(child).file;
            let links = &mut self.links[id.index()];
            *links = links.saturating_add(1);
            hasher.update(build.name(child).bytes);
            hasher.update(&[0]);
            if build.kind(child) == Kind::Directory {
                // Its own identifier for its parent is one more name of this directory.
                let links = &mut self.links[file.index()];
                *links = links.saturating_add(1);
                self.counts.1 = self.counts.1.saturating_add(1);
                continue;
            }
            self.counts.0 = self.counts.0.saturating_add(1);
            if self.icbs[id.index()] != NONE {
                let number = u32::try_from(self.later.len()).unwrap_or(NONE);
                self.later.insert(child, number);
                continue;
            }
            self.file(walk, child, hasher)?;
        }
        let blocks = self.blocks.saturating_sub(block);
        self.directories.push(Directory { name, parent, block, size, data, blocks });
        Ok(())
    }

    fn file<O>(&mut self, walk: &mut Walk<'_, O>, name: NameId, hasher: &mut Hasher) -> Result<()> {
        let id = walk.build.name(name).file;
        self.icbs[id.index()] = self.blocks;
        let file = walk.build.file(id);
        let size = file.content.map_or(0, |content| walk.build.content(content).size);
        hasher.update(&size.to_le_bytes());
        hasher.update(&file.modified.seconds.to_le_bytes());
        hasher.update(file.link);
        if file.kind == Kind::Symlink {
            let recorded = link::recorded(file.link);
            if recorded != file.link {
                let to = String::from_utf8_lossy(&recorded).into_owned();
                if walk.options.strict_names {
                    let target = file.link.escape_ascii();
                    return Err(cannot_hold(walk.build, name, &format!("the target \"{target}\""), &to));
                }
                walk.notes.push(Note::Target { name, to });
            }
            let length = link::length(file.link);
            if length > walk.capacity.plain {
                self.long_links.push((id, self.link_blocks));
                let blocks = wide(length).div_ceil(walk.options.block_size.into());
                let blocks = u32::try_from(blocks).map_err(|_| too_large())?;
                self.link_blocks = self.link_blocks.checked_add(blocks).ok_or_else(too_large)?;
            }
        }
        let embedded = file.kind != Kind::File || walk.capacity.embeds(size);
        self.advance(if embedded { 1 } else { walk.capacity.entry_blocks(size) })
    }

    /// Bytes of a directory's file identifier descriptors, the one for its parent first. Names that cannot be recorded
    /// as they are get others.
    fn identifiers<O>(&mut self, walk: &mut Walk<'_, O>, directory: NameId) -> Result<u64> {
        let (build, options) = (walk.build, walk.options);
        let shown = walk.order.of(directory).iter().copied().filter(|id| is_shown(build, options, *id));
        let mut size = wide(FileIdentifierDescriptor::padded(0));
        let mut room = Vec::new();
        let mut all_faithful = true;
        for name in shown.clone() {
            room.clear();
            all_faithful &= faithful(build.name(name).bytes, &mut room).is_some();
            size = size.saturating_add(wide(FileIdentifierDescriptor::padded(room.len())));
        }
        if all_faithful {
            return Ok(size);
        }
        let wishes =
            || shown.clone().map(|name| (build.name(name).bytes, build.kind(name) == Kind::Directory));
        let assigned = assign(&CompressedUnicode, wishes)?;
        size = wide(FileIdentifierDescriptor::padded(0));
        for (n, name) in (0..).zip(shown.clone()) {
            let identifier = assigned.of(n);
            size = size.saturating_add(wide(FileIdentifierDescriptor::padded(identifier.len())));
            room.clear();
            if faithful(build.name(name).bytes, &mut room).is_some() && room == identifier {
                continue;
            }
            let to = text(identifier);
            if options.strict_names {
                return Err(cannot_hold(build, name, "this name", &to));
            }
            walk.notes.push(Note::Renamed { name, to });
            self.renamed.insert(name, identifier.into());
        }
        Ok(size)
    }

    fn advance(&mut self, blocks: u64) -> Result<()> {
        let blocks = u32::try_from(blocks).map_err(|_| too_large())?;
        self.blocks =
            self.blocks.checked_add(blocks).filter(|blocks| *blocks < NONE / 2).ok_or_else(too_large)?;
        Ok(())
    }
}

fn cannot_hold<O>(build: &Build<O>, name: NameId, what: &str, to: &str) -> Error {
    let path = build.path(name);
    let path = path.escape_ascii();
    Error::Usage(format!("/{path}: the UDF tree cannot hold {what}, only \"{to}\""))
}

fn too_large() -> Error {
    Error::TooLarge("more UDF structures than 31 bits of blocks can count".into())
}

/// Contents that the volume shows, in the order of the medium: by weight, then by path.
pub(super) fn contents<O>(
    build: &Build<O>,
    order: &Order,
    options: &Options,
    capacity: &EntryCapacity,
) -> Vec<crate::tree::build::ContentId> {
    let mut stored = vec![false; build.contents().len()];
    let mut contents = Vec::new();
    let mut pending = vec![Build::<O>::ROOT];
    while let Some(name) = pending.pop() {
        let file = build.file(build.name(name).file);
        if let Some(content) = file.content.filter(|_| file.kind == Kind::File)
            && !std::mem::replace(&mut stored[content.index()], true)
            && !capacity.embeds(build.content(content).size)
        {
            contents.push(content);
        }
        let inner = order.of(name).iter().rev().copied();
        pending.extend(inner.filter(|id| is_shown(build, options, *id)));
    }
    contents.sort_by_key(|content| std::cmp::Reverse(build.content(*content).weight));
    contents
}
