//! What comes out, and where to.

use crate::request::{self, Manner, Padding, Product};
use isokit_cli::when::When;
use isokit_core::{Error, Result};
use std::path::PathBuf;

/// What was asked for of the output.
#[derive(Debug, Default)]
pub(crate) struct Output {
    /// `None` for standard output.
    pub path: Option<PathBuf>,
    /// A file there is not overwritten unless it is empty.
    pub blank: bool,
    /// The image was to be written, so that nothing behind that can be of it.
    pub is_committed: bool,
    /// Nothing comes behind.
    pub is_ended: bool,
    /// Nothing is written.
    pub is_given_up: bool,
    /// It is the image that is changed.
    pub over_base: bool,
    pub no_pad: bool,
    pub print_size: bool,
    pub quiet: bool,
    pub verbose: bool,
    /// The file that messages go to.
    pub log: Option<PathBuf>,
}

impl Output {
    pub(super) fn request(&self) -> request::Outputs {
        request::Outputs {
            image: self.path.clone(),
            sync: false,
            sums: None,
            depfile: None,
            depfile_target: None,
            whole_or_nothing: false,
            log: self.log.clone(),
            over_base: self.over_base,
            in_place: None,
            jigdo: None,
        }
    }

    /// That the output may be written, as far as xorriso's own commands care for what is there.
    ///
    /// # Errors
    /// [`Error::Usage`] for a file that holds data.
    pub(super) fn check(&self) -> Result<()> {
        let Some(path) = self.path.as_ref().filter(|_| self.blank) else { return Ok(()) };
        match path.metadata() {
            Ok(about) if about.is_file() && about.len() > 0 => Err(Error::Usage(format!(
                "-outdev: {} holds data; remove it, or write it with -as mkisofs -o",
                path.display()
            ))),
            _ => Ok(()),
        }
    }

    /// Both programs append 150 sectors unless told otherwise.
    pub(super) fn padding(&self) -> Padding {
        if self.no_pad { Padding::None } else { Padding::Track }
    }

    pub(super) fn product(&self) -> Product {
        if self.print_size { Product::Sectors } else { Product::Image }
    }

    /// `-quiet` keeps back what would be said of progress; warnings come all the same, as with both programs.
    pub(super) fn manner(&self) -> Manner {
        Manner {
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            progress: if self.quiet || self.log.is_some() { When::Never } else { When::Auto },
            verbose: self.verbose && !self.quiet,
            quiet: false,
        }
    }
}
