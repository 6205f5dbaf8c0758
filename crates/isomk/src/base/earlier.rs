//! The session that a new one continues.

use super::identity;
use crate::container::Container;
use crate::existing::Existing;
use crate::request::Request;
use isokit_cli::name::shown;
use isokit_cli::{Concerning, Failure, Report};
use isokit_core::Error;
use isokit_core::error::Result;
use isokit_core::image::{Image, Options};
use std::os::unix::ffi::OsStrExt;

/// Opens the image of the session before, if there is one. It gives `request` the identifiers that are not asked for, if it is
/// to give any.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn earlier(request: &mut Request, report: &Report) -> Result<Option<Existing>, Failure> {
    let Some(previous) = &request.inputs.previous else { return Ok(None) };
    let path = previous.path.as_os_str();
    let image = match Container::open(path, report)? {
        Container::Image(image) => image,
        Container::Archive(_) => {
            return Err(Error::Usage("a tar archive, not an image".into()))
                .concerning(shown(path.as_bytes()));
        }
    };
    if previous.identifies {
        let source = image.source();
        let session = previous.session(&*source).concerning(&image.name)?;
        let options = Options { session: Some(session), ..Options::default() };
        let opened = Image::open(&*source, &options).concerning(&image.name)?;
        identity::call(&opened, &mut request.identifiers);
    }
    Ok(Some(image))
}
