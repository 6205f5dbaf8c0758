//! Directories and file entries.

use super::Check;
use super::bytes::{le16, le32, le64, size, text};
use super::volume::Found;
use std::collections::BTreeSet;

/// A file entry, as far as the walk needs it.
struct Entry {
    directory: bool,
    /// Content of a directory.
    content: Vec<u8>,
    /// What the tags in it have as their location, by the block of the content.
    locations: Vec<usize>,
    unique_id: u64,
}

/// A directory that was not looked into: its path, where its file entry lies, and that of its parent.
type Pending = (String, (u16, usize), (u16, usize));

impl Check<'_> {
    pub(super) fn tree(&mut self, found: &Found) {
        self.directories = 1;
        let mut pending: Vec<Pending> = vec![(String::new(), found.root, found.root)];
        let mut name_ids = BTreeSet::new();
        while let Some((path, icb, parent)) = pending.pop() {
            let Some(entry) = self.entry(&path, icb) else { continue };
            self.expect(path.is_empty() == (entry.unique_id == 0), || format!("{path}: unique id"));
            if self.version == 3 && !path.is_empty() && !name_ids.insert(entry.unique_id) {
                self.problem(format!("{path}: the unique id is another name's"));
            }
            self.expect(entry.directory, || format!("{path}: no directory"));
            self.directory(&path, &entry, (icb, parent), &mut name_ids, &mut pending);
        }
    }

    fn directory(
        &mut self,
        path: &str,
        entry: &Entry,
        (own, parent): ((u16, usize), (u16, usize)),
        name_ids: &mut BTreeSet<u64>,
        pending: &mut Vec<Pending>,
    ) {
        let (mut at, mut names) = (0, BTreeSet::new());
        let bytes = &entry.content;
        while at < bytes.len() {
            let Some(length) =
                bytes.get(at..at + 38).map(|head| 38 + usize::from(le16(head, 36)) + usize::from(head[19]))
            else {
                self.problem(format!("{path}: a file identifier descriptor is cut off"));
                return;
            };
            let whole = length.next_multiple_of(4);
            let Some(descriptor) = bytes.get(at..at + whole) else {
                self.problem(format!("{path}: a file identifier descriptor is cut off"));
                return;
            };
            let location =
                entry.locations.get(at / self.report.block_size).or(entry.locations.first()).copied();
            let what = format!("identifier at {at} of /{path}");
            self.tag(descriptor, 257, location.unwrap_or_default(), whole, &what);
            self.expect(le16(descriptor, 16) == 1, || format!("{what}: version"));
            self.expect(descriptor[length..].iter().all(|byte| *byte == 0), || format!("{what}: padding"));
            self.expect(size(le32(descriptor, 20)) == self.report.block_size, || {
                format!("{what}: ICB length")
            });
            let icb = (le16(descriptor, 28), size(le32(descriptor, 24)));
            let flags = descriptor[18];
            self.expect((at == 0) == (flags & 8 != 0), || format!("{what}: parent bit"));
            if at == 0 {
                self.expect(icb == parent && flags == 10 && length == 38, || format!("{what}: the parent's"));
                self.name(icb);
            } else {
                let name = text(&descriptor[38..length]);
                self.expect(name.is_some(), || format!("{what}: compressed Unicode"));
                let name = name.unwrap_or_default();
                self.expect(names.insert(name.clone()), || format!("{what}: \"{name}\" is there twice"));
                let inner = if path.is_empty() { name } else { format!("{path}/{name}") };
                self.named(&inner, icb, (own, flags), u64::from(le32(descriptor, 32)), name_ids, pending);
            }
            at += whole;
        }
    }

    fn named(
        &mut self,
        path: &str,
        icb: (u16, usize),
        (parent, flags): ((u16, usize), u8),
        name_id: u64,
        name_ids: &mut BTreeSet<u64>,
        pending: &mut Vec<Pending>,
    ) {
        self.name(icb);
        let third = self.version == 3;
        if let Some(block) = self.place(icb.0, icb.1) {
            self.ids.entry(block).or_default().0.push(name_id);
        }
        self.expect(third == (name_id != 0), || format!("{path}: unique id {name_id} in the identifier"));
        if flags & 2 != 0 {
            self.directories += 1;
            self.expect(flags == 2, || format!("{path}: characteristics {flags}"));
            pending.push((path.to_owned(), icb, parent));
            return;
        }
        self.files += 1;
        self.expect(flags == 0, || format!("{path}: characteristics {flags}"));
        let known = self.place(icb.0, icb.1).is_some_and(|block| self.used.contains_key(&block));
        if third {
            self.expect(name_ids.insert(name_id), || format!("{path}: the unique id is another name's"));
            let next = self.next_id;
            self.expect(name_id < next, || format!("{path}: unique id {name_id} is not below {next}"));
        }
        if known {
            let block = self.place(icb.0, icb.1).unwrap_or_default();
            self.report.entries.insert(path.to_owned(), block * self.report.block_size);
            return;
        }
        if let Some(entry) = self.entry(path, icb) {
            self.expect(!entry.directory, || format!("{path}: a directory without the bit that says so"));
        }
    }

    /// Counts a name of a file entry.
    fn name(&mut self, icb: (u16, usize)) {
        if let Some(block) = self.place(icb.0, icb.1) {
            self.links.entry(block).or_insert((0, 0)).0 += 1;
        }
    }

    /// Checks a file entry and all its extents; `None` when it cannot be read any further.
    fn entry(&mut self, path: &str, (reference, block): (u16, usize)) -> Option<Entry> {
        let (image, block_size) = (self.image, self.report.block_size);
        let place = self.place(reference, block)?;
        self.claim(place, 1, &format!("entry of /{path}"));
        self.report.entries.insert(path.to_owned(), place * block_size);
        let bytes = &image[place * block_size..(place + 1) * block_size];
        let (identifier, head) = if self.version == 3 { (266, 216) } else { (261, 176) };
        let attributes = size(le32(bytes, head - 8));
        let allocation = size(le32(bytes, head - 4));
        let end = head + attributes + allocation;
        if !self.tag(bytes, identifier, block, end, &format!("entry of /{path}")) || end > block_size {
            self.problem(format!("{path}: no file entry"));
            return None;
        }
        self.expect(bytes[end..].iter().all(|byte| *byte == 0), || format!("{path}: bytes behind the entry"));
        self.expect(le16(bytes, 20) == 4 && le16(bytes, 24) == 1, || format!("{path}: ICB strategy"));
        if attributes > 0 {
            self.tag(&bytes[head..], 262, block, 24, &format!("attributes of /{path}"));
        }
        self.links.entry(place).or_insert((0, 0)).1 = le16(bytes, 48).into();
        self.expect(bytes[head - 24] == 4, || format!("{path}: an owner, and no system that has them"));
        let unique_id = le64(bytes, head - 16);
        self.expect(self.unique_ids.is_empty() == (unique_id == 0), || {
            format!("{path}: unique id {unique_id}")
        });
        self.expect(unique_id == 0 || unique_id >= 16, || {
            format!("{path}: unique id {unique_id} is reserved")
        });
        self.ids.entry(place).or_default().1 = unique_id;
        let new = self.unique_ids.insert(unique_id);
        self.expect(new, || format!("{path}: unique id {unique_id} is there twice"));
        let length = le64(bytes, 56);
        let recorded = le64(bytes, if self.version == 3 { 72 } else { 64 });
        let directory = bytes[27] == 4;
        let inner = &bytes[head + attributes..end];
        if le16(bytes, 34) & 7 == 3 {
            self.expect(usize::try_from(length) == Ok(inner.len()), || format!("{path}: information length"));
            self.expect(recorded == 0, || format!("{path}: blocks recorded of what lies in its entry"));
            return Some(Entry { directory, content: inner.to_vec(), locations: vec![block], unique_id });
        }
        let extents = self.extents(path, reference, le16(bytes, 34) & 7, inner)?;
        self.measure(path, &extents, length, recorded);
        let (mut content, mut locations) = (Vec::new(), Vec::new());
        for (length, logical, first) in &extents {
            let blocks = length.div_ceil(block_size);
            // Contents that are the same are stored once: another file has the very same extents.
            if directory || self.extents.insert((*first, *length)) {
                self.claim(*first, blocks, &format!("content of /{path}"));
            }
            if directory {
                content.extend_from_slice(&image[first * block_size..first * block_size + length]);
                locations.extend(*logical..logical + blocks);
            }
        }
        Some(Entry { directory, content, locations, unique_id })
    }

    fn measure(&mut self, path: &str, extents: &[(usize, usize, usize)], length: u64, recorded: u64) {
        let block_size = self.report.block_size;
        let sum: usize = extents.iter().map(|extent| extent.0).sum();
        self.expect(usize::try_from(length) == Ok(sum), || {
            format!("{path}: extents of {sum} bytes, information length {length}")
        });
        let blocks: usize = extents.iter().map(|extent| extent.0.div_ceil(block_size)).sum();
        self.expect(usize::try_from(recorded) == Ok(blocks), || {
            format!("{path}: {blocks} blocks, {recorded} recorded")
        });
        let all_but_last = extents.iter().rev().skip(1);
        let whole = all_but_last.clone().all(|extent| extent.0.is_multiple_of(block_size));
        self.expect(whole, || format!("{path}: an extent but the last ends within a block"));
    }

    /// Bytes, logical block and block of the volume of each extent, continuation extents followed.
    fn extents(
        &mut self,
        path: &str,
        own: u16,
        form: u16,
        first: &[u8],
    ) -> Option<Vec<(usize, usize, usize)>> {
        let (image, block_size) = (self.image, self.report.block_size);
        let width = if form == 1 { 16 } else { 8 };
        let mut extents = Vec::new();
        let mut descriptors = first.to_vec();
        loop {
            let mut next = None;
            for descriptor in descriptors.chunks(width) {
                let raw = le32(descriptor, 0);
                let (kind, length) = (raw >> 30, size(raw & 0x3FFF_FFFF));
                let reference = if form == 1 { le16(descriptor, 8) } else { own };
                let block = size(le32(descriptor, 4));
                self.expect(next.is_none(), || format!("{path}: descriptors behind a continuation"));
                match kind {
                    0 => extents.push((length, block, self.place(reference, block)?)),
                    3 => next = Some((block, self.place(reference, block)?)),
                    kind => self.problem(format!("{path}: extent type {kind}")),
                }
                if kind == 0 {
                    self.place(reference, block + length.div_ceil(block_size) - 1)?;
                }
            }
            let Some((block, place)) = next else { return Some(extents) };
            self.claim(place, 1, &format!("continuation of /{path}"));
            let bytes = &image[place * block_size..(place + 1) * block_size];
            let length = size(le32(bytes, 20));
            self.tag(bytes, 258, block, 24, &format!("continuation of /{path}"));
            let covered = usize::from(le16(bytes, 10));
            let wanted = if self.version == 3 { 8 + length } else { 8 };
            self.expect(covered == wanted, || {
                format!("{path}: the CRC of a continuation covers {covered} bytes")
            });
            descriptors = bytes[24..24 + length].to_vec();
        }
    }
}
