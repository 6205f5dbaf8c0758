//! An image together with the source it is read from, for those who keep one open: a server, a mount.

use super::{Image, Options};
use crate::error::Result;
use crate::source::Source;
use self_cell::self_cell;

type Owned = Box<dyn Source>;

self_cell! {
    struct Cell {
        owner: Owned,
        #[covariant]
        dependent: Image,
    }

    impl {Debug}
}

/// An [`Image`] that owns its source.
#[derive(Debug)]
pub struct Opened(Cell);

impl Opened {
    /// As [`Image::open`].
    ///
    /// # Errors
    /// As [`Image::open`].
    pub fn new(source: impl Source + 'static, options: &Options) -> Result<Self> {
        let source: Owned = Box::new(source);
        Cell::try_new(source, |source| Image::open(&**source, options)).map(Self)
    }

    /// Borrows from this value, which has the source.
    pub fn image(&self) -> &Image<'_> {
        self.0.borrow_dependent()
    }

    /// As [`Image::source`].
    pub fn source(&self) -> &dyn Source {
        self.image().source()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Memory;

    #[test]
    fn what_cannot_be_opened_is_the_error_of_the_image() {
        let memory = Memory(vec![0_u8; 100_000]);
        let error = Image::open(&memory, &Options::default()).expect_err("nothing is there").to_string();
        let opened = Opened::new(memory.clone(), &Options::default());
        assert_eq!(opened.expect_err("nothing is there").to_string(), error);
    }
}
