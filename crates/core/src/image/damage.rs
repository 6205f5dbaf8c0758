//! What an image announces and does not show: a tree that cannot be read, in place of which a poorer one may be shown.

use super::Image;
use crate::error::{Error, Told};

/// Something that is announced by a descriptor, an anchor or the volume recognition sequence, and is not shown.
#[derive(Debug)]
pub(super) enum Damage {
    /// It cannot be read, or not all of it as far as it was looked at.
    Unread { what: &'static str, error: Error },
    /// UDF, which is shown, is what was there before ISO 9660 was written behind it.
    Older,
}

impl Image<'_> {
    /// What was recorded and is not shown, so that no tool that used this image may end as if it had seen all: damage that
    /// was met on opening it and, of a pipe read as far as it now is, a newer session. Where a certain tree was asked for,
    /// damage to others is not among it. To be asked for once all has been read.
    pub fn withheld(&self) -> impl Iterator<Item = Told> {
        let shown = self.shown().word;
        let damage = self.damage.iter().map(move |damage| Told::new(damage.sentence(shown), None));
        damage.chain(self.shown.newer_session())
    }

    /// What is announced and cannot be read, and why.
    pub(crate) fn damage(&self) -> impl Iterator<Item = (&'static str, &Error)> {
        self.damage.iter().filter_map(|damage| match damage {
            Damage::Unread { what, error } => Some((*what, error)),
            Damage::Older => None,
        })
    }

    /// Adds that `what` is announced and cannot be read, because of `error`.
    pub(super) fn add_damage(&mut self, what: &'static str, error: Error) {
        self.damage.push(Damage::Unread { what, error });
    }

    /// Takes back what is but that the source is cut off: of that there is one sentence.
    pub(super) fn without_cut(mut self) -> Self {
        if self.truncation().is_some() {
            self.damage
                .retain(|damage| !matches!(damage, Damage::Unread { error, .. } if error.is_truncation()));
        }
        self
    }
}

impl Damage {
    /// What is said of it where the tree `shown` is.
    fn sentence(&self, shown: &str) -> String {
        match self {
            Self::Unread { what, error } => {
                let is_legal = matches!(error, Error::Unsupported(_));
                let problem = if is_legal { "cannot be read" } else { "is damaged" };
                format!("{what} {problem}; the {shown} tree is shown: {error}")
            }
            Self::Older => {
                "the UDF volume is older than the ISO 9660 volume, which was written behind it".to_owned()
            }
        }
    }
}
