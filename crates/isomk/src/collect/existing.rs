//! The tree of an existing image: the one that isols(1) shows. Nothing of what makes the image boot comes along.

use super::Collector;
use super::naming::{Clash, Subject};
use super::session::Previous;
use crate::existing::Existing;
use crate::operand::{Target, components};
use crate::sources::Origin;
use crate::spelling::Advice;
use isokit_cli::name::inside;
use isokit_cli::{Concerning, Failure};
use isokit_core::error::{Error, Result};
use isokit_core::finding::Findings;
use isokit_core::image::{self, Image, beside_nothing};
use isokit_core::source::Source;
use isokit_core::tree::build::{ContentId, File, FileId, Hidden, LONGEST_NAME, NameId};
use isokit_core::tree::charset::Decoded;
use isokit_core::tree::content::{Content, first_missing};
use isokit_core::tree::inventory::{self, Inventory, Keep, Same};
use isokit_core::tree::resolve::Found;
use isokit_core::tree::{Attribute, Coding, Entry, Extent, Kind, Tree};
use std::collections::{BTreeMap, HashSet};

/// Where what is in an image goes, and what of it has its place.
struct Place<'s> {
    image: Existing,
    /// Errors of this source name the sectors of the image.
    source: &'s dyn Source,
    /// The image's number in [`Origin`].
    number: u32,
    base: NameId,
    /// It is the session before, not a source.
    previous: Option<&'s Previous>,
    /// Its files in the form of zisofs stay as they are.
    encoded: bool,
    /// Contents by where they lie, so that names of one content share it.
    contents: BTreeMap<(Coding, u64, Vec<Extent>), ContentId>,
    /// The files, by the place of their first name in the inventory.
    files: Vec<Option<FileId>>,
    /// Names that this image gave to something else than a directory.
    given: HashSet<NameId>,
    /// Files behind the end of an image that is cut off.
    cut: u64,
}

impl Collector<'_> {
    /// Takes in all that the tree of an image has, under `target`. What cannot be read stops the image from being written.
    pub(super) fn existing(&mut self, image: Existing, target: Option<&Target>) -> Result<(), Failure> {
        self.tree_of(image, target, None)
    }

    /// As [`Collector::existing`]; of the session that is `previous`, contents are left where they lie, and patterns say nothing.
    pub(super) fn tree_of(
        &mut self,
        image: Existing,
        target: Option<&Target>,
        previous: Option<&Previous>,
    ) -> Result<(), Failure> {
        let number = self.taken.stores.next_image()?;
        let names = target.map_or(&[][..], |target| &target.names);
        let base = self.directory_at(names.iter().map(Vec::as_slice))?;
        let source = image.source();
        let session =
            previous.map(|previous| previous.session(&*source)).transpose().concerning(&image.name)?;
        let options = image::Options { session, ..image::Options::default() };
        let opened = Image::open(&*source, &options).concerning(&image.name)?;
        let findings = Findings::default();
        let charset = previous.map_or(self.options.charset, |previous| previous.charset);
        let charset = charset.filter(|_| !opened.shown().is_unicode);
        let tree = Decoded::new(opened.tree(), charset, &findings);
        let root = tree.root().concerning(&image.name)?;
        let (inventory, marked) =
            self.inventory(&image.name, &tree, (&root, base), previous).concerning(&image.name)?;
        if self.strip_components == 0 {
            self.describe(base, &self.recorded(&root))?;
            self.date(base, &root);
        }
        let mut place = Place {
            image,
            source: opened.source(),
            number,
            base,
            previous,
            // Contents of the base are those of this image, as those of the session before are.
            encoded: self.options.encoded && (previous.is_some() || self.removal.is_some()),
            contents: BTreeMap::new(),
            files: vec![None; inventory.len()],
            given: HashSet::new(),
            cut: 0,
        };
        let paths = inventory.paths();
        if let Some(removal) = &self.removal {
            removal
                .check_emptied((0..inventory.len()).map(|at| paths.of(at)))
                .concerning(&place.image.name)?;
        }
        let mut entry = Entry::default();
        let mut path = Vec::new();
        for at in 0..inventory.len() {
            if self.removal.as_ref().is_some_and(|removal| removal.is_emptied(paths.of(at))) {
                continue;
            }
            inventory.restore(at, &mut entry);
            inventory.path(at, &mut path);
            self.taken(&mut place, &inventory, at, &entry, &path)?;
        }
        self.untold(base, &marked);
        self.told(&place, &opened, &findings);
        self.taken.stores.existing.push(place.image);
        Ok(())
    }

    /// Has names below `base` recorded as those whose existence need not be told.
    fn untold(&mut self, base: NameId, marked: &[Vec<u8>]) {
        let build = &mut self.taken.build;
        for path in marked {
            if let Some(name) = components(path).try_fold(base, |at, part| build.child(at, part)) {
                let hidden = Hidden { existence: true, ..build.name(name).hidden };
                build.set_hidden(name, hidden);
            }
        }
    }

    /// What the image has in its tree, but for what patterns exclude; and the paths of what need not be told of.
    fn inventory(
        &mut self,
        name: &str,
        tree: &dyn Tree,
        (root, base): (&Entry, NameId),
        previous: Option<&Previous>,
    ) -> Result<(Inventory, Vec<Vec<u8>>)> {
        let mut meeting = Meeting {
            collector: self,
            name,
            tree,
            base,
            previous,
            met: 0,
            short: 0,
            with_streams: 0,
            marked: Vec::new(),
        };
        let mut collected = inventory::Collected::new(Keep::All);
        let whole = Found { path: Vec::new(), entry: root.clone() };
        collected.collect(tree, vec![whole], &mut meeting)?;
        let Meeting { met, short, with_streams, marked, .. } = meeting;
        if met > 0 && met == short {
            let count = self.strip_components;
            let components = if count == 1 { "component" } else { "components" };
            let sentence = format!("nothing has a path of more than {count} {components}; nothing is added");
            self.report.failure(name, sentence);
        }
        if with_streams > 0 {
            let entries = if with_streams == 1 { "entry" } else { "entries" };
            let sentence = format!("the named streams of {with_streams} {entries} are omitted");
            self.report.warning(name, sentence);
        }
        Ok((collected.in_tree_order(Same::File), marked))
    }

    /// Says what the image lacks, and with `-v` how it departs from the standards.
    fn told(&self, place: &Place<'_>, image: &Image<'_>, findings: &Findings) {
        let name = &place.image.name;
        if let Some(others) = place.cut.checked_sub(1).filter(|others| *others > 0 && !self.options.verbose) {
            let files = if others == 1 { "file" } else { "files" };
            let advice = self.options.spelling.advice(Advice::All);
            let sentence = format!("{others} more {files} lie behind the end of the image{advice}");
            self.report.failure(name, sentence);
        }
        if let Some(told) = beside_nothing(image.source(), image) {
            self.report.warned(name, &told);
        }
        self.report.failures(name, image.withheld());
        if let Some(error) = image.truncation() {
            self.report.failure(name, error);
        }
        if self.options.verbose {
            for difference in image.differences(image.source()) {
                self.report.note(name, difference);
            }
            for finding in findings.take().iter().chain(&image.take_findings()) {
                self.report.finding(name, finding);
            }
        }
    }

    /// Gives the entry at place `at` of the inventory its place in the tree.
    fn taken(
        &mut self,
        place: &mut Place<'_>,
        inventory: &Inventory,
        at: usize,
        entry: &Entry,
        path: &[u8],
    ) -> Result<(), Failure> {
        let Some(stripped) = self.stripped(path) else { return Ok(()) };
        let parts: Vec<&[u8]> = components(stripped).collect();
        let Some((leaf, above)) = parts.split_last() else { return Ok(()) };
        let is_directory = entry.kind == Kind::Directory;
        if is_directory && place.previous.is_none() && self.left_out(place.base, &parts, true) {
            return Ok(());
        }
        let from = inside(&place.image.name, path);
        let parent = match self.judged(place, entry, above, leaf) {
            Ok(parent) => parent,
            Err(Judgement::Omitted(sentence)) => {
                self.report.warning(from, sentence);
                return Ok(());
            }
            Err(Judgement::Lost(sentence)) => {
                self.report.failure(from, sentence);
                return Ok(());
            }
        };
        let first = inventory.first_name(at);
        let known = place.files.get(first).copied().flatten().filter(|_| first != at);
        let mut file = self.recorded(entry);
        if known.is_none() && entry.kind == Kind::File {
            if let Err(error) = Content::open(place.source, entry) {
                self.not_taken(from, error);
                return Ok(());
            }
            if let Some((_, error)) = first_missing(place.source, entry) {
                self.cut_off(place, from, error);
                return Ok(());
            }
            file.content = self.content_of(place, entry)?;
        }
        let subject = known.map_or(Subject::New(&file), Subject::Known);
        let name = self.put(parent, leaf, subject, Clash::Replaced, &|_| from.clone().into_bytes())?;
        self.date(name, entry);
        if place.previous.is_some_and(|previous| previous.believed) {
            self.taken.kept.insert(self.taken.build.name(name).file);
        }
        if !is_directory {
            place.given.insert(name);
            if let Some(slot) = place.files.get_mut(at) {
                *slot = Some(self.taken.build.name(name).file);
            }
        }
        Ok(())
    }

    /// Says that a file is not whole. Of those behind the end of an image, which may be most of its files, one is enough.
    fn cut_off(&mut self, place: &mut Place<'_>, from: String, error: Error) {
        place.cut = place.cut.saturating_add(1);
        if place.cut > 1 && !self.options.verbose {
            self.unreadable = self.unreadable.saturating_add(1);
        } else {
            self.not_taken(from, error);
        }
    }

    /// The directory that `entry` goes to as `leaf`, or why it does not.
    fn judged(
        &mut self,
        place: &Place<'_>,
        entry: &Entry,
        above: &[&[u8]],
        leaf: &[u8],
    ) -> Result<NameId, Judgement> {
        if entry.kind == Kind::Socket {
            return Err(Judgement::Omitted("a socket; omitted"));
        }
        let longest = self.options.longest_name;
        if leaf.len() > longest {
            return Err(Judgement::Lost(match longest {
                LONGEST_NAME => "its name is longer than any tree allows; omitted",
                _ => "its name is longer than 255 bytes, the most that Rock Ridge allows; omitted",
            }));
        }
        let parent = self.below(place.base, above).map_err(Judgement::Lost)?;
        if self.taken.build.child(parent, leaf).is_some_and(|there| place.given.contains(&there)) {
            return Err(Judgement::Lost("an earlier entry of the directory has the same name; omitted"));
        }
        if entry.kind != Kind::Directory && self.is_occupied(parent, leaf) {
            return Err(Judgement::Lost("would replace a directory that is not empty; omitted"));
        }
        Ok(parent)
    }

    /// The content of a file that can be read. Where it lies where that of an earlier one does, it is that.
    fn content_of(&mut self, place: &mut Place<'_>, entry: &Entry) -> Result<Option<ContentId>, Failure> {
        if entry.size == 0 {
            return Ok(None);
        }
        let key = (entry.coding, entry.size, entry.extents.clone());
        if let Some(known) = place.contents.get(&key) {
            return Ok(Some(*known));
        }
        let image = place.number;
        if let (Coding::Zisofs { version: 1, .. }, [extent]) = (entry.coding, entry.extents.as_slice())
            && let Some(offset) = extent.offset.filter(|_| place.encoded)
        {
            let content = self.taken.build.add_content(extent.length, Origin::Extent { image, offset })?;
            self.taken.build.set_coding(content, entry.coding, entry.size);
            self.taken.build.set_source_offset(content, offset);
            if place.previous.is_some() {
                self.keep(content, entry);
            }
            place.contents.insert(key, content);
            return Ok(Some(content));
        }
        let origin = match (entry.coding, entry.extents.as_slice()) {
            (Coding::Plain, [Extent { offset: Some(offset), .. }]) => {
                Origin::Extent { image, offset: *offset }
            }
            _ => Origin::Pieces { image, number: place.image.keep(entry)? },
        };
        let content = self.taken.build.add_content(entry.size, origin)?;
        if let Origin::Extent { offset, .. } = origin {
            self.taken.build.set_source_offset(content, offset);
        }
        if place.previous.is_some() && entry.coding == Coding::Plain {
            self.keep(content, entry);
        }
        place.contents.insert(key, content);
        Ok(Some(content))
    }

    /// As the tree has it. What one without POSIX attributes does not say is as isocat(1) gives it to archives.
    fn recorded<'e>(&self, entry: &'e Entry) -> File<'e> {
        let posix = entry.posix.unwrap_or_default();
        let (uid, gid) = entry.owners();
        let modified = self.clamped(entry.times.modified.unwrap_or_default());
        File {
            uid,
            gid,
            device: posix.device.unwrap_or_default(),
            link: &entry.link,
            attributes: &entry.attributes,
            ..File::new(entry.kind, entry.permissions(), modified)
        }
    }

    /// What has no date in the image gets that of the volume.
    fn date(&mut self, name: NameId, entry: &Entry) {
        if entry.times.modified.is_none() {
            self.taken.implicit.insert(name);
        }
    }
}

/// Why an entry has no place in the tree.
enum Judgement {
    /// No image has such a thing.
    Omitted(&'static str),
    /// The new image lacks what the old one had.
    Lost(&'static str),
}

/// Looks at the entries as they are met.
struct Meeting<'m, 'c> {
    collector: &'m mut Collector<'c>,
    name: &'m str,
    tree: &'m dyn Tree,
    base: NameId,
    previous: Option<&'m Previous>,
    /// Entries, and those whose paths are too short to be stripped.
    met: u64,
    short: u64,
    with_streams: u64,
    /// Paths of what need not be told of.
    marked: Vec<Vec<u8>>,
}

impl inventory::Collector for Meeting<'_, '_> {
    fn meet(&mut self, path: &[u8], entry: &Entry) -> bool {
        if path.is_empty() {
            return true;
        }
        self.met = self.met.saturating_add(1);
        let Some(stripped) = self.collector.stripped(path) else {
            self.short = self.short.saturating_add(1);
            return false;
        };
        let parts: Vec<&[u8]> = components(stripped).collect();
        let is_wanted = match self.previous {
            Some(previous) => previous.table.as_deref() != parts.last().copied(),
            None => !self.collector.left_out(self.base, &parts, entry.kind == Kind::Directory),
        };
        if is_wanted && entry.hidden {
            self.marked.push(stripped.to_vec());
        }
        let has_streams =
            entry.streams.is_some() && self.tree.streams(entry).is_ok_and(|streams| !streams.is_empty());
        self.with_streams = self.with_streams.saturating_add(u64::from(is_wanted && has_streams));
        is_wanted
    }

    /// Those that only UDF has are none that an image of isomk has a place for.
    fn keeps(&self, attribute: &Attribute) -> bool {
        self.collector.options.attributes.wants(&attribute.name) && !attribute.name.starts_with(b"udf.")
    }

    fn unreadable(&mut self, path: &[u8], error: Error) {
        self.collector.not_taken(inside(self.name, path), error);
    }
}
