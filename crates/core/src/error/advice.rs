//! What a user may do instead, as values: how it is spelled is the business of who knows the command line.

/// A sentence to a user, and what leads on all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct Told {
    /// What is so; without a full stop.
    pub sentence: String,
    /// What may be done about it; `None` where nothing is known to help.
    pub advice: Option<Advice>,
}

impl Told {
    /// This `sentence`, and this advice if there is any.
    pub fn new(sentence: impl Into<String>, advice: impl Into<Option<Advice>>) -> Self {
        Self { sentence: sentence.into(), advice: advice.into() }
    }
}

/// What a user may do instead, or besides; the caller knows how its command line says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Advice {
    /// To run a command of another program. In the template `{}` stands for the input's name, `{stem}` for that without its
    /// last extension, and `{data}` for the name of the file `data` beside the input.
    Command {
        /// A command line; see [`Advice::Command`].
        template: &'static str,
        /// A file that the input names, relative to where the input lies.
        data: Option<String>,
    },
    /// To do the same with this file, which lies relative to where the input does.
    Instead(String),
    /// To look into another place of the same input.
    Place(Place),
    /// To list the partitions of the input.
    Partitions,
    /// To have this partition, such as `apm:2`, written out.
    Partition(String),
    /// To read another session of the disc.
    Session,
    /// To read the newest session also of what passes once.
    NewestSession,
    /// To tell which character set names are in, for they are not UTF-8.
    Charset,
}

/// A place of an input in which an image is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The byte of the input at which it begins.
    pub at: Option<u64>,
    /// A partition, such as `gpt:2`, that holds it.
    pub partition: Option<String>,
    /// What the first sector of the input was on the disc from which its sector numbers count.
    pub first_sector: Option<u64>,
    /// The sector, so counted, at which its session begins.
    pub session: Option<u64>,
}
