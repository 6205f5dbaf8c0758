//! A manifest of the files in an image, made in one pass over it in the order of the disc.

mod list;
mod work;

use crate::flags::Flags;
use crate::image;
use crate::sums::{finish, lines};
use isokit_cli::name::shown;
use isokit_cli::{Concerning, Failure, Input, Report, Status};
use isokit_core::Error;
use isokit_core::iso9660::Image;
use list::List;
use std::ffi::OsString;
use std::io::{BufWriter, Write};

/// Prints a line for every name of a regular file in the image.
///
/// What is kept is per name: the path and about 50 bytes, and a digest of each algorithm. Beyond that every thread
/// has a buffer of [`work::STRETCH`] bytes.
pub(crate) fn print(flags: &Flags, report: &Report) -> Result<Status, Failure> {
    let operand = match flags.images.as_slice() {
        [] => OsString::from("-"),
        [one] => one.clone(),
        _ => return Err(Error::Usage("--files takes one image".into()).into()),
    };
    let Input { name, source } = image::open(&operand, &flags.what, report)?;
    let passes = source.size().is_none();
    let image = Image::open(&*source, &flags.what.options()).concerning(&name)?;
    let list = List::collect(image.tree(), |path, error| {
        report.failure(format_args!("{name}: {}", shown(path)), error);
    })
    .concerning(&name)?;
    let algorithms = flags.algorithms();
    let results = work::digests(&*source, &list, &algorithms, flags.threads(), passes);

    let mut output = BufWriter::with_capacity(1 << 17, isokit_cli::output::stdout()?);
    let mut written = Ok(());
    for number in list.order(flags.what.disc_order) {
        let Some(path) = list.path(number) else { continue };
        match results.of(list.first_name(number)) {
            Ok(values) if written.is_ok() => {
                written = output.write_all(&lines(flags, &algorithms, &path, values));
            }
            Ok(_) => {}
            Err(problem) => report.failure(format_args!("{name}: {}", shown(&path)), problem),
        }
    }
    finish(written.and_then(|()| output.flush()), report)
}
