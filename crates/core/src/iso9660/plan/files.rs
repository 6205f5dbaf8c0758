//! What belongs to a file and not to its names: link count, serial number; and which contents are stored, in what order.

use crate::iso9660::plan::options::Options;
use crate::tree::Kind;
use crate::tree::build::{Build, ContentId, FileId, NameId, Order};

/// Counts over the whole tree, by [`FileId`].
#[derive(Debug, Clone)]
pub(in crate::iso9660) struct Files {
    /// Serial numbers in the order of the first path, from 1; 0 for a file without a visible name.
    serials: Vec<u32>,
    /// Visible names of a file; for a directory 2 and one for each visible directory in it.
    links: Vec<u32>,
    /// Stored contents in the order of the medium.
    pub(in crate::iso9660) contents: Vec<ContentId>,
    /// The first name of each content, by [`ContentId`]; the root, which has none, for a content without a name.
    named: Vec<NameId>,
    /// The serial number after the last one given.
    pub(in crate::iso9660) next_serial: u32,
}

impl Files {
    /// Walks `build` in path order.
    pub(super) fn count<O>(build: &Build<O>, order: &Order, options: &Options) -> Self {
        let files = build.files().len();
        let contents = build.contents().len();
        let mut this = Self {
            serials: vec![0; files],
            links: vec![0; files],
            contents: Vec::new(),
            named: vec![Build::<O>::ROOT; contents],
            next_serial: 1,
        };
        let mut stored = vec![false; contents];
        for content in options.boot.iter().flat_map(|boot| &boot.entries).filter_map(|it| it.image.content())
        {
            this.store(&mut stored, content);
        }
        // Images that only the boot catalog names come first; those the tree names come where the tree has them.
        let mut stack: Vec<(NameId, bool)> = vec![(Build::<O>::ROOT, true)];
        let mut in_path_order = Vec::new();
        while let Some((id, parent_visible)) = stack.pop() {
            let name = build.name(id);
            let file = build.file(name.file);
            let visible = parent_visible && !name.hidden.iso;
            if visible {
                this.see(name.file, file.kind == Kind::Directory);
            }
            if let Some(content) = file.content.filter(|_| file.kind == Kind::File)
                && this.named[content.index()] == Build::<O>::ROOT
            {
                this.named[content.index()] = id;
                in_path_order.push(content);
            }
            let children = order.of(id);
            if visible {
                let directories = children.iter().filter(|child| {
                    build.kind(**child) == Kind::Directory && !build.name(**child).hidden.iso
                });
                let count = u32::try_from(directories.count()).unwrap_or(u32::MAX);
                let links = &mut this.links[name.file.index()];
                *links = links.saturating_add(count);
            }
            stack.extend(children.iter().rev().map(|child| (*child, visible)));
        }
        let Self { contents, named, .. } = &mut this;
        contents.retain(|content| named[content.index()] == Build::<O>::ROOT);
        this.contents.extend(in_path_order);
        this.contents.retain(|content| build.kept(*content).is_none());
        this.contents.sort_by_key(|content| std::cmp::Reverse(build.content(*content).weight));
        this
    }

    /// The first name, in path order, of a content; `None` for a boot image that has none.
    pub(in crate::iso9660) fn first_name(&self, content: ContentId) -> Option<NameId> {
        self.named.get(content.index()).copied().filter(|name| *name != Build::<()>::ROOT)
    }

    /// The serial number of a file that has a visible name.
    pub(in crate::iso9660) fn serial(&self, file: FileId) -> u32 {
        self.serials.get(file.index()).copied().unwrap_or_default()
    }

    /// The link count of a file that has a visible name.
    pub(in crate::iso9660) fn links(&self, file: FileId) -> u32 {
        self.links.get(file.index()).copied().unwrap_or_default()
    }

    fn see(&mut self, file: FileId, directory: bool) {
        let (serial, links) = (&mut self.serials[file.index()], &mut self.links[file.index()]);
        if *serial == 0 {
            *serial = self.next_serial;
            self.next_serial = self.next_serial.saturating_add(1);
        }
        *links = links.saturating_add(if directory { 2 } else { 1 });
    }

    fn store(&mut self, stored: &mut [bool], content: ContentId) {
        if !std::mem::replace(&mut stored[content.index()], true) {
            self.contents.push(content);
        }
    }
}
