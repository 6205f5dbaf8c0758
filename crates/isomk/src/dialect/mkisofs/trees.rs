//! The trees beside the primary one, and what is recorded of files.

use super::Settings;
use super::accounts::{Account, GROUPS, USERS};
use super::lists::Lists;
use super::names::Names;
use super::peer::Peer;
use crate::collect::Attributes;
use crate::mode::Mode;
use crate::request::{Change, Format, Tables};
use isokit_cli::Failure;
use isokit_core::iso9660::plan::{self, Deep, Joliet, RockRidge, Rrip};
use isokit_core::tree::Kind;
use isokit_core::tree::charset::Charset;
use isokit_core::udf;

/// What was asked for of Rock Ridge, Joliet and UDF.
#[derive(Debug)]
pub(crate) struct Trees {
    pub rock_ridge: bool,
    /// Owners are 0, and modes let everybody read and nobody write.
    pub rational: bool,
    pub owner: Option<Account>,
    pub group: Option<Account>,
    pub directory_mode: Option<Mode>,
    pub file_mode: Option<Mode>,
    /// The mode of directories that have no source.
    pub made_mode: u16,
    /// Hard links by serial numbers, which is Rock Ridge 1.12.
    pub serials: bool,
    pub attributes: Attributes,
    /// MD5 digests are recorded in the image.
    pub checksums: bool,
    /// There are no such digests, even if an image that is changed has some.
    pub no_checksums: bool,
    /// Where directories below the eighth level go; `None` where they stay.
    pub relocated: Option<Vec<u8>>,
    pub joliet: bool,
    pub long_joliet: bool,
    pub udf: bool,
    pub dvd_video: bool,
    /// Files in the form of zisofs are marked.
    pub zisofs: bool,
    /// What translation tables are called, if there are to be any.
    pub table: Option<Vec<u8>>,
    /// Joliet does not show them.
    pub hidden_tables: bool,
}

/// Units of a Joliet name by the specification, and with `-joliet-long`.
const JOLIET: u8 = 64;
const LONG_JOLIET: u8 = 103;

/// Sectors of an error correction block of DVD, of which the image has a whole number.
const DVD_BLOCK: u32 = 16;

impl Trees {
    /// xorriso has Rock Ridge unless it is told otherwise, and leaves deep directories where they are; genisoimage has none, and
    /// relocates them.
    pub(super) fn new(peer: Peer) -> Self {
        let xorriso = peer.is_xorriso();
        Self {
            rock_ridge: xorriso,
            rational: false,
            owner: None,
            group: None,
            directory_mode: None,
            file_mode: None,
            made_mode: if xorriso { 0o755 } else { 0o555 },
            serials: false,
            attributes: Attributes::None,
            checksums: false,
            no_checksums: false,
            relocated: (!xorriso).then(|| b"rr_moved".to_vec()),
            joliet: false,
            long_joliet: false,
            udf: false,
            dvd_video: false,
            zisofs: false,
            table: None,
            hidden_tables: false,
        }
    }

    /// The file systems, with the names of the primary tree, which are recorded in `charset`.
    pub(super) fn format(&self, peer: Peer, names: &Names, charset: Option<Charset>) -> Format {
        let deep = match &self.relocated {
            Some(name) => Deep::Relocated { name: name.clone() },
            None => Deep::AsIs,
        };
        let rock_ridge = RockRidge {
            version: if self.serials { Rrip::V1_12 } else { Rrip::V1_10 },
            deep,
            attributes: self.attributes != Attributes::None,
        };
        let iso9660 = plan::Options {
            level: names.level(),
            checksums: self.checksums,
            relaxed: names.relaxed(peer),
            charset,
            rock_ridge: self.rock_ridge.then_some(rock_ridge),
            joliet: self
                .joliet
                .then_some(Joliet { name_length: if self.long_joliet { LONG_JOLIET } else { JOLIET } }),
            ..plan::Options::default()
        };
        let udf = udf::plan::Options {
            revision: udf::plan::Revision::V1_02,
            multiple: if self.dvd_video { DVD_BLOCK } else { 1 },
            specials: false,
            embed: false,
            ..udf::plan::Options::default()
        };
        Format {
            iso9660: Some(iso9660),
            udf: (self.udf || self.dvd_video).then_some(udf),
            decides_specials: false,
            dvd_video: self.dvd_video,
        }
    }

    /// Translation tables, if there are to be any.
    pub(super) fn tables(&self) -> Option<Tables> {
        self.table.clone().map(|name| Tables { name, hidden: self.hidden_tables })
    }

    /// What is recorded of all files otherwise than their sources have it.
    ///
    /// # Errors
    /// For a name of a user or a group that the system's list does not have.
    pub(super) fn changes(&self, lists: &mut Lists<'_>) -> Result<Vec<(Vec<u8>, Change)>, Failure> {
        let mut changes = Vec::new();
        if self.rational {
            changes.extend([Change::Owner(0), Change::Group(0)]);
            changes.extend(Mode::parse("a+rX,a-w,a-s,-t").map(Change::Mode));
        }
        let mut number = |account: &Option<Account>, list| {
            account.as_ref().map(|account| account.number(list, lists)).transpose()
        };
        changes.extend(number(&self.owner, USERS)?.map(Change::Owner));
        changes.extend(number(&self.group, GROUPS)?.map(Change::Group));
        let of = |kind, mode: &Option<Mode>| mode.clone().map(|mode| Change::ModeOf(kind, mode));
        changes.extend(of(Kind::Directory, &self.directory_mode));
        changes.extend(of(Kind::File, &self.file_mode));
        Ok(changes.into_iter().map(|change| (b"**".to_vec(), change)).collect())
    }
}

/// What xorriso takes as of use for backups.
pub(super) fn for_backup(trees: &mut Trees) {
    (trees.serials, trees.attributes, trees.checksums) = (true, Attributes::Any, true);
}

/// Settings that need Rock Ridge turn it on with genisoimage, but not with xorriso, which has it unless it was turned off.
pub(super) fn implying_rock_ridge(settings: &mut Settings) -> &mut Trees {
    settings.trees.rock_ridge |= !settings.peer.is_xorriso();
    &mut settings.trees
}

/// The settings, and Rock Ridge.
pub(super) fn with_rock_ridge(settings: &mut Settings) -> &mut Trees {
    settings.trees.rock_ridge = true;
    &mut settings.trees
}
