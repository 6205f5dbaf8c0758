//! ISO 9660, with its up to four trees.

use super::Format;
use crate::error::{Error, Result, Told};
use crate::finding::Finding;
use crate::image::{Image, Names, Options, TreeKind, Volume};
use crate::iso9660::layout::{FIRST_DESCRIPTOR, SECTOR, STANDARD_IDENTIFIER};
use crate::iso9660::{self, SessionChoice, TreeKind as Kind, high_sierra};
use crate::source::Source;
use crate::tree::Tree;

/// Its row of the table.
pub(super) const FORMAT: Format = Format {
    trees: &[tree(Kind::RockRidge), tree(Kind::Joliet), tree(Kind::Plain), tree(Kind::Enhanced)],
    recognize,
    open,
};

const fn tree(kind: Kind) -> TreeKind {
    let (word, is_unicode) = match kind {
        Kind::RockRidge => ("rr", false),
        Kind::Joliet => ("joliet", true),
        Kind::Plain => ("iso", false),
        Kind::Enhanced => ("1999", false),
    };
    TreeKind { word, is_unicode, records: kind.records() }
}

fn recognize(source: &dyn Source) -> Result<Option<&'static str>> {
    let mut head = [0; high_sierra::IDENTIFIER_AT + 5];
    let read = source.read_some(FIRST_DESCRIPTOR.saturating_mul(SECTOR), &mut head)?;
    let head = head.get(..read).unwrap_or_default();
    let is_iso9660 = head.get(1..).is_some_and(|found| found.starts_with(&STANDARD_IDENTIFIER));
    Ok(match head.ends_with(&high_sierra::STANDARD_IDENTIFIER) {
        _ if is_iso9660 => Some("an ISO 9660 volume"),
        true => Some("a High Sierra volume"),
        false => None,
    })
}

/// The first row: nothing was found before it.
fn open<'s>(source: &'s dyn Source, options: &Options, _: Result<Image<'s>>) -> Result<Image<'s>> {
    let kinds = [Kind::RockRidge, Kind::Joliet, Kind::Plain, Kind::Enhanced];
    let names = kinds.into_iter().find(|kind| options.names == Names::Only(tree(*kind)));
    // Where the tree of another format was asked for, it is told by these descriptors what boots.
    let names = names.map_or(iso9660::Names::Auto, iso9660::Names::Only);
    let mut volume = iso9660::Image::open(source, &iso9660::Options { names, session: options.session })?;
    let (reason, damage) = (volume.reason(), volume.take_damage());
    let mut image = Image::new(volume, reason);
    damage.into_iter().for_each(|found| image.add_damage(found.what, found.error));
    Ok(image)
}

impl Volume for iso9660::Image<'_> {
    fn tree(&self) -> &dyn Tree {
        self.tree()
    }

    fn kind(&self) -> TreeKind {
        tree(self.tree().kind())
    }

    fn trees(&self) -> Vec<TreeKind> {
        self.trees().iter().copied().map(tree).collect()
    }

    fn with_tree<'t>(&self, source: &'t dyn Source, kind: TreeKind) -> Option<Box<dyn Volume + 't>> {
        let kind = self.trees().iter().find(|known| tree(**known) == kind)?;
        let names = iso9660::Names::Only(*kind);
        let session = u32::try_from(self.session_start()).ok().map(SessionChoice::Sector);
        let volume = iso9660::Image::open(source, &iso9660::Options { names, session }).ok()?;
        Some(Box::new(volume))
    }

    fn source(&self) -> &dyn Source {
        self.source()
    }

    fn end(&self) -> u64 {
        self.end()
    }

    fn take_findings(&self) -> Vec<Finding> {
        self.take_findings()
    }

    fn directories(&self) -> Option<u32> {
        self.directories(self.source())
    }

    fn session_start(&self) -> u64 {
        self.session_start().saturating_mul(SECTOR)
    }

    fn excess(&self) -> Option<(u64, Error)> {
        self.excess()
    }

    fn newer_session(&self) -> Option<Told> {
        self.newer_session()
    }

    fn look_for_newer_session(&self) {
        self.cross_gap();
    }

    fn iso9660(&self) -> Option<&iso9660::Image<'_>> {
        Some(self)
    }
}
