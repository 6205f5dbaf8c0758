//! The records of one directory and its continuation area, in one description for their size and their bytes.

mod aaip;
mod rock_ridge;
mod system_use;

use super::dates;
use super::hierarchy::{Directory, DirectoryIndex, Entry, Target};
use super::options::Level;
use super::set::{Frame, Set};
use super::trees::{Tree, Trees};
use crate::iso9660::layout::{DirectoryRecord, SECTOR, ShortDate, file_flags};
use crate::number::{Both16, Both32, narrow};
use crate::tree::build::{File, FileId};
use crate::tree::{Attribute, Coding, Kind};
use system_use::SystemUse;
use zerocopy::IntoBytes;

/// Bytes of one extent of a file that needs several: the most that 32 bits can say in whole sectors.
pub(in crate::iso9660) const SECTION: u64 = 0xffff_f800;

/// Most bytes of a directory record, its length being even.
const RECORD: usize = 254;

/// Directory bytes and continuation bytes, and the scratch space to make them: used again for each directory.
#[derive(Debug, Default)]
pub struct Pages {
    /// The directory's records, a whole number of sectors.
    pub(in crate::iso9660) records: Vec<u8>,
    /// Its continuation area: system use entries that records have no room for (SUSP 5.1).
    pub(in crate::iso9660) area: Vec<u8>,
    system_use: SystemUse,
    tail: Vec<u8>,
    /// How the set counts that the directory is of.
    frame: Frame,
}

/// What a record says, identifier and system use aside.
#[derive(Debug, Clone, Copy)]
struct Facts {
    sector: u32,
    length: u32,
    date: ShortDate,
    flags: u8,
}

/// A file as Rock Ridge sees it.
struct Subject<'f> {
    file: File<'f>,
    id: Option<FileId>,
}

impl<O> Trees<'_, O> {
    /// Makes the records of a directory, of which no more are made when it cannot be recorded any more: names of one
    /// large file take 2048 records each.
    pub(in crate::iso9660) fn directory(&self, set: Set, tree: Tree, index: DirectoryIndex, to: &mut Pages) {
        let hierarchy = self.hierarchy(tree);
        let directory = &hierarchy.directories[index];
        to.frame = self.frame(set);
        let area = to.frame.structure(directory.sector).saturating_add(directory.size / 2048);
        to.records.clear();
        to.area.clear();
        self.own_record(tree, index, area, to);
        self.parent_record(tree, index, area, to);
        for entry in hierarchy.entries(directory) {
            self.entry_records(tree, entry, area, to);
            if u32::try_from(to.records.len()).is_err() {
                break;
            }
        }
        pad(&mut to.records);
    }

    /// The record `.` (ECMA-119 6.8.2.2).
    fn own_record(&self, tree: Tree, index: DirectoryIndex, area: u32, to: &mut Pages) {
        let directory = &self.hierarchy(tree).directories[index];
        let subject = self.subject(directory);
        to.system_use.clear();
        if let (Tree::Primary, Some(rock_ridge)) = (tree, &self.options.rock_ridge) {
            if index == 0 {
                rock_ridge::system_use_protocol(&mut to.system_use);
            }
            self.posix_and_times(&subject, &mut to.system_use);
            if index == 0 {
                rock_ridge::extension_reference(&mut to.system_use, rock_ridge.version);
                if rock_ridge.attributes || self.checksums.is_some() {
                    aaip::extension_reference(&mut to.system_use);
                }
                // Attributes of the root have no other record to be in.
                let range = self.checksums.as_ref().map(|places| places.range(to.frame, self.options.start));
                self.attributes(&subject, range, &mut to.system_use);
            }
        }
        to.record(&self.directory_facts(to.frame, directory, &subject), &[0], area);
    }

    /// The record `..` (ECMA-119 6.8.2.2).
    fn parent_record(&self, tree: Tree, index: DirectoryIndex, area: u32, to: &mut Pages) {
        let hierarchy = self.hierarchy(tree);
        let directory = &hierarchy.directories[index];
        let (parent, home) =
            (&hierarchy.directories[directory.parent], &hierarchy.directories[directory.home]);
        let subject = self.subject(home);
        to.system_use.clear();
        if let (Tree::Primary, Some(_)) = (tree, &self.options.rock_ridge) {
            self.posix_and_times(&subject, &mut to.system_use);
            if directory.is_relocated() && directory.name.is_some() {
                rock_ridge::parent_link(&mut to.system_use, to.frame.structure(home.sector));
            }
        }
        to.record(&self.directory_facts(to.frame, parent, &subject), &[1], area);
    }

    fn entry_records(&self, tree: Tree, entry: &Entry, area: u32, to: &mut Pages) {
        let hierarchy = self.hierarchy(tree);
        let directory = match entry.target() {
            Target::Directory(index) | Target::Relocated(index) => Some(&hierarchy.directories[index]),
            Target::File => None,
        };
        let id = entry.name().map(|name| self.build.name(name).file);
        let subject = match (directory, id) {
            (None, Some(id)) => Subject { file: self.build.file(id), id: Some(id) },
            (directory, _) => self.subject(directory.unwrap_or(&hierarchy.directories[0])),
        };
        to.system_use.clear();
        if tree == Tree::Primary && self.options.rock_ridge.is_some() {
            self.rock_ridge_entries(entry, directory, &subject, to);
        }
        let mut identifier = [0; 255];
        let identifier = self.versioned(tree, entry, &mut identifier);
        let date = dates::nearest_short(subject.file.modified);
        let existence = entry.name().is_some_and(|name| self.build.name(name).hidden.existence);
        let flags = if existence { file_flags::EXISTENCE } else { 0 };
        match (entry.target(), directory) {
            (Target::Directory(_), Some(directory)) => {
                let facts = self.directory_facts(to.frame, directory, &subject);
                to.record(&Facts { flags: facts.flags | flags, ..facts }, identifier, area);
            }
            _ => {
                // All records of a file with several extents say the same about it.
                let (sector, size) = self.extent(&subject);
                to.for_each_extent(
                    &Facts { sector: to.frame.content(sector), length: 0, date, flags },
                    size,
                    identifier,
                    area,
                );
            }
        }
    }

    fn rock_ridge_entries(
        &self,
        entry: &Entry,
        directory: Option<&Directory>,
        subject: &Subject<'_>,
        Pages { system_use: to, frame, .. }: &mut Pages,
    ) {
        self.posix_and_times(subject, to);
        match entry.name() {
            Some(name) => rock_ridge::name(to, &self.options.encoded(self.build.name(name).bytes).bytes),
            None => rock_ridge::name(to, self.hierarchy(Tree::Primary).holder_name()),
        }
        match (entry.target(), directory) {
            (Target::Relocated(_), Some(directory)) => {
                rock_ridge::child_link(to, frame.structure(directory.sector))
            }
            (Target::Directory(_), Some(directory)) if directory.is_relocated() => rock_ridge::relocated(to),
            _ => {}
        }
        match subject.file.kind {
            Kind::Symlink => rock_ridge::link(to, &self.options.encoded(subject.file.link).bytes),
            Kind::CharacterDevice | Kind::BlockDevice => rock_ridge::device(to, subject.file.device),
            Kind::File => {
                let coding = subject.file.content.and_then(|content| self.build.coding(content));
                if let Some((Coding::Zisofs { header, block_log2, .. }, size)) = coding {
                    rock_ridge::zisofs(to, header, block_log2, size);
                }
            }
            _ => {}
        }
        self.attributes(subject, self.checksum_item(subject), to);
    }

    /// The attributes that are asked for, and what libisofs says of checksums.
    fn attributes(&self, subject: &Subject<'_>, checksum: Option<Attribute>, to: &mut SystemUse) {
        let asked = self.options.rock_ridge.as_ref().is_some_and(|rock_ridge| rock_ridge.attributes);
        let attributes = if asked { subject.file.attributes } else { &[] };
        aaip::attributes(to, attributes, checksum.as_ref());
    }

    /// Which of the digests is that of the content, of a file that has one.
    fn checksum_item(&self, subject: &Subject<'_>) -> Option<Attribute> {
        let catalog = self.options.boot.as_ref().and_then(|boot| boot.catalog);
        let has_digest = subject.file.kind == Kind::File && (subject.id.is_none() || subject.id != catalog);
        self.checksums.as_ref().filter(|_| has_digest)?.item_attribute(subject.file.content)
    }

    fn posix_and_times(&self, subject: &Subject<'_>, to: &mut SystemUse) {
        let file = &subject.file;
        let (links, serial) = match subject.id {
            Some(id) => (self.files.links(id), self.files.serial(id)),
            None => (self.primary.holder_links(), self.files.next_serial),
        };
        let numbered = self.options.rock_ridge.as_ref().is_some_and(|rock_ridge| rock_ridge.has_serials());
        let mode = file.kind.mode_bits() | u32::from(file.mode);
        rock_ridge::posix(to, mode, links, (file.uid, file.gid), numbered.then_some(serial));
        rock_ridge::times(to, [file.modified, file.accessed, file.changed]);
    }

    /// What a directory is; the holder of relocated ones takes after the root.
    fn subject(&self, directory: &Directory) -> Subject<'_> {
        let name = directory.name.unwrap_or(crate::tree::build::Build::<O>::ROOT);
        let id = self.build.name(name).file;
        let own = directory.name.map(|_| id);
        let file = self.build.file(id);
        let attributes = if own.is_some() { file.attributes } else { &[] };
        Subject { file: File { attributes, ..file }, id: own }
    }

    fn directory_facts(&self, frame: Frame, directory: &Directory, subject: &Subject<'_>) -> Facts {
        Facts {
            sector: frame.structure(directory.sector),
            length: directory.size,
            date: dates::nearest_short(subject.file.modified),
            flags: file_flags::DIRECTORY,
        }
    }

    /// An entry's identifier with the version number that its tree demands of files: the primary one, unless
    /// it follows ISO 9660:1999 or was asked for none.
    pub(in crate::iso9660) fn versioned<'r>(
        &self,
        tree: Tree,
        entry: &Entry,
        room: &'r mut [u8; 255],
    ) -> &'r [u8] {
        let version: &[u8] = match (entry.target(), tree) {
            (Target::Directory(_), _) => b"",
            // Joliet's readers take a version number for a part of the name, and its writers leave it out.
            (_, Tree::Joliet) => b"",
            (_, Tree::Primary) if self.options.level == Level::Four || self.options.relaxed.no_version => b"",
            (_, Tree::Primary) => b";1",
        };
        let identifier = self.hierarchy(tree).identifier(entry);
        let (start, rest) = room.split_at_mut(identifier.len());
        start.copy_from_slice(identifier);
        rest[..version.len()].copy_from_slice(version);
        &room[..identifier.len() + version.len()]
    }

    /// First sector and bytes of what is not a directory.
    fn extent(&self, subject: &Subject<'_>) -> (u32, u64) {
        let catalog = self.options.boot.as_ref().and_then(|boot| boot.catalog);
        if subject.id.is_some() && subject.id == catalog {
            return (self.catalog.sector, u64::from(self.catalog.size));
        }
        match subject.file.content {
            Some(content) if subject.file.kind == Kind::File => {
                (self.sectors[content.index()], self.build.content(content).size)
            }
            _ => (self.empty, 0),
        }
    }
}

impl Pages {
    /// Adds the records of a file of `size` bytes, of which `facts` say where it begins.
    fn for_each_extent(&mut self, facts: &Facts, size: u64, identifier: &[u8], area: u32) {
        let (mut sector, mut left) = (facts.sector, size);
        loop {
            let length = left.min(SECTION);
            left -= length;
            let flags = facts.flags | if left > 0 { file_flags::MULTI_EXTENT } else { 0 };
            let length = u32::try_from(length).expect("because a section is under 4 GiB");
            self.record(&Facts { sector, length, flags, ..*facts }, identifier, area);
            if left == 0 {
                return;
            }
            sector = sector.saturating_add(u32::try_from(SECTION / SECTOR).unwrap_or(u32::MAX));
        }
    }

    /// Adds a record with the system use entries at hand; never across a sector (ECMA-119 6.8.1.1).
    fn record(&mut self, facts: &Facts, identifier: &[u8], area: u32) {
        let before =
            size_of::<DirectoryRecord>() + identifier.len() + usize::from(identifier.len().is_multiple_of(2));
        self.tail.clear();
        self.system_use.write(&mut self.tail, RECORD.saturating_sub(before), &mut self.area, area);
        let length = (before + self.tail.len()).next_multiple_of(2);
        let room = self.records.len().next_multiple_of(narrow(SECTOR)) - self.records.len();
        if room < length && room > 0 {
            pad(&mut self.records);
        }
        let end = self.records.len() + length;
        let byte = |n: usize| u8::try_from(n).expect("because a record is made to fit its length byte");
        let fixed = DirectoryRecord {
            length: byte(length),
            extended_attribute_record_length: 0,
            location_of_extent: Both32::new(facts.sector),
            data_length: Both32::new(facts.length),
            recording_date: facts.date,
            file_flags: facts.flags,
            file_unit_size: 0,
            interleave_gap_size: 0,
            volume_sequence_number: Both16::new(1),
            length_of_file_identifier: byte(identifier.len()),
        };
        self.records.extend_from_slice(fixed.as_bytes());
        self.records.extend_from_slice(identifier);
        self.records.resize(end - length + before, 0);
        self.records.extend_from_slice(&self.tail);
        self.records.resize(end, 0);
    }
}

fn pad(records: &mut Vec<u8>) {
    records.resize(records.len().next_multiple_of(narrow(SECTOR)), 0);
}
