//! Names of the primary tree.

use super::peer::Peer;
use isokit_core::iso9660::plan::{Characters, Level, Relaxed};

/// What was asked for of names in the primary tree. All is off by default.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// 1 to 4.
    pub level: Option<u8>,
    /// 31 characters at level 1, too.
    pub long: bool,
    pub untranslated: bool,
    /// 37 characters, without versions.
    pub longest: bool,
    pub lower_case: bool,
    pub several_dots: bool,
    pub leading_dot: bool,
    pub ascii: bool,
    pub punctuated: bool,
    pub no_dot: bool,
    pub no_version: bool,
    /// Raw names of so many bytes.
    pub raw: Option<u8>,
    pub no_directory_extension: bool,
}

impl Names {
    pub(super) fn level(&self) -> Level {
        match self.level {
            Some(4) => Level::Four,
            Some(3) => Level::Three,
            Some(2) => Level::Two,
            _ if self.long || self.untranslated || self.longest => Level::Two,
            _ => Level::One,
        }
    }

    /// As genisoimage 1.1.11 and xorriso 1.5.4 do it. Both give directories extensions. xorriso keeps leading dots from level 2
    /// on, and all dots where it keeps other characters.
    pub(super) fn relaxed(&self, peer: Peer) -> Relaxed {
        let all = self.untranslated;
        let xorriso = peer.is_xorriso();
        let long = self.level() > Level::One;
        let characters = match () {
            () if self.raw.is_some() => Characters::Untranslated,
            () if all || self.ascii => Characters::Ascii,
            () if self.punctuated => Characters::Punctuated,
            () => Characters::D,
        };
        Relaxed {
            characters,
            lower_case: all || self.lower_case,
            several_dots: all || self.several_dots || (xorriso && self.ascii),
            leading_dot: all || self.leading_dot || (xorriso && long),
            directory_extension: !self.no_directory_extension,
            no_dot: all || self.no_dot,
            no_version: all || self.no_version || self.longest || self.raw.is_some(),
            length: match self.raw {
                Some(length) => Some(length),
                None if self.longest || (xorriso && all) => Some(37),
                None => None,
            },
        }
    }
}
