//! An image as it was planned, or an error.

use super::{Contents, Deviation, Layout, Observer, write_to};
use crate::error::{Error, Result};
use crate::tree::build::ContentId;
use std::io::{self, ErrorKind, Write};
use std::sync::{Mutex, PoisonError};

/// Writes the whole image to `out`, in order, with contents that are what the plan says.
///
/// # Errors
/// [`Error::Io`] when writing fails, and for a content that cannot be read or has another size than was planned: `out`
/// then has an image with zeros in its place, which should not be used.
pub fn write_all<L: Layout>(
    layout: &L,
    contents: &dyn Contents<L::Origin>,
    out: &mut dyn Write,
) -> Result<()> {
    let strict = Strict::default();
    write_to(layout, contents, &strict, 0, out)?;
    strict.end(layout)
}

/// An [`Observer`] for images that are of use only as they were planned. Of all contents that were not, the first is
/// remembered, in the order in which they were added to the tree.
#[derive(Debug, Default)]
pub struct Strict(Mutex<Option<(ContentId, Deviation)>>);

impl Strict {
    /// How filling `layout` went.
    ///
    /// # Errors
    /// [`Error::Io`] for the content that was not what the plan says, with its path in the image.
    pub fn end<L: Layout>(self, layout: &L) -> Result<()> {
        let Some((content, how)) = self.0.into_inner().unwrap_or_else(PoisonError::into_inner) else {
            return Ok(());
        };
        let build = layout.build();
        let size = build.content(content).size;
        let problem = match how {
            Deviation::Unreadable(error) => error,
            Deviation::Shrunk(now) => {
                io::Error::new(ErrorKind::UnexpectedEof, format!("{now} bytes, {size} were planned"))
            }
            Deviation::Grown => io::Error::other(format!("more than the {size} bytes that were planned")),
            Deviation::Changed => io::Error::other("changed while the image was made"),
        };
        let name = build.names().find(|name| build.file(build.name(*name).file).content == Some(content));
        let path = name.map(|name| build.path(name)).unwrap_or_default();
        Err(Error::io(format!("read the content of /{}", path.escape_ascii()), problem))
    }
}

impl Observer for Strict {
    fn deviates(&self, content: ContentId, how: Deviation) {
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if first.as_ref().is_none_or(|(first, _)| content < *first) {
            *first = Some((content, how));
        }
    }
}
