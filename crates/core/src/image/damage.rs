//! What an image announces and does not show: a tree that cannot be read, in place of which a poorer one may be shown.

use super::Image;
use crate::error::Error;
use crate::iso9660;
use std::fmt;

/// What messages call the volume of UDF.
pub(super) const UDF: &str = "the UDF volume";

/// What messages call that of ISO 9660, of which nothing can be read.
pub(super) const ISO9660: &str = "the ISO 9660 volume";

/// What messages call that of a session behind all of ISO 9660.
pub(super) const NEWER_UDF: &str = "the UDF volume of a newer session";

/// Something that is announced by a descriptor, an anchor or the volume recognition sequence, and cannot be read, or not
/// all of it as far as it was looked at.
#[derive(Debug)]
pub struct Damage {
    sentence: String,
    is_truncation: bool,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl Image<'_> {
    /// What was recorded and is not shown, so that no tool that used this image may end as if it had seen all: damage that
    /// was met on opening it and, of a pipe read as far as it now is, a newer session. Where a certain tree was asked for,
    /// damage to others is not among it. To be asked for once all has been read.
    pub fn withheld(&self) -> impl Iterator<Item: fmt::Display> {
        let damage = self.damage.iter().map(ToString::to_string);
        damage.chain(self.shown.newer_session().map(|error| error.to_string()))
    }

    /// Adds that `what` is damaged.
    pub(super) fn add_damage(&mut self, what: &'static str, error: Error) {
        let problem = if matches!(error, Error::Unsupported(_)) { "cannot be read" } else { "is damaged" };
        let sentence = format!("{what} {problem}; the {} tree is shown: {error}", self.shown().word());
        self.damage.push(Damage { sentence, is_truncation: error.is_truncation() });
    }

    /// Adds that UDF, which is shown, is what was there before ISO 9660 was written behind it.
    pub(super) fn add_older(&mut self) {
        let sentence = "the UDF volume is older than the ISO 9660 volume, which was written behind it".into();
        self.damage.push(Damage { sentence, is_truncation: false });
    }

    /// As [`Image::add_damage`], of all that is damaged in the volume `of_iso9660`.
    pub(super) fn add_damage_of(&mut self, of_iso9660: Vec<iso9660::Damage>) {
        of_iso9660.into_iter().for_each(|found| self.add_damage(found.what, found.error));
    }

    /// Takes back what is but that the source is cut off: of that there is one sentence.
    pub(super) fn without_cut(mut self) -> Self {
        if self.truncation().is_some() {
            self.damage.retain(|damage| !damage.is_truncation);
        }
        self
    }
}
