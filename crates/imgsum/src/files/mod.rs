//! A manifest of the files in an image, made in one pass over it in the order of the disc.

mod list;
mod work;

use crate::flags::Flags;
use crate::image;
use crate::stream::Sums;
use crate::sums::{finish, lines};
use isokit_cli::name::shown;
use isokit_cli::{Concerning, Failure, Input, Report, Status};
use isokit_core::Error;
use isokit_core::finding::Findings;
use isokit_core::image::{Image, beside_nothing};
use isokit_core::tree::charset::Decoded;
use list::List;
use std::ffi::OsString;
use std::io::{BufWriter, Write};
use work::Pass;

/// Prints a line for every name of a regular file in the image.
///
/// What is kept is per name: the path and about 50 bytes, and a digest of each algorithm. Beyond that every thread
/// has a buffer of 4 MiB, 16 MiB for MD5.
pub(crate) fn print(flags: &Flags, report: &Report) -> Result<Status, Failure> {
    let operand = match flags.images.as_slice() {
        [] => OsString::from("-"),
        [one] => one.clone(),
        _ => return Err(Error::Usage("--files takes one image; run imgsum once for each".into()).into()),
    };
    let Input { name, source } = image::open(&operand, flags, report)?;
    let passes = source.size().is_none();
    let image = Image::open(&*source, &flags.what.options()).concerning(&name)?;
    if let Some(sentence) = beside_nothing(&*source, &image) {
        report.warning(&name, sentence);
    }
    let findings = Findings::default();
    let charset = flags.what.read.charset.filter(|_| !image.shown().is_unicode());
    let tree = Decoded::new(image.tree(), charset, &findings);
    let list = List::collect(&tree, |path, error| {
        report.failure(format_args!("{name}: {}", shown(path)), error);
    })
    .concerning(&name)?;
    let algorithms = flags.algorithms();
    let progress = flags.progress.start(&name, Some(list.bytes()), report);
    let pass = Pass::new(&*source, &list, &algorithms, passes, &progress);
    let results = pass.digests(flags.threads.count());
    drop(progress);
    image::tell(flags, &name, &findings.take(), report);
    image::tell(flags, &name, &image.take_findings(), report);
    if let Some(error) = image.newer_session() {
        report.failure(&name, error);
    }

    let mut output = BufWriter::with_capacity(1 << 17, isokit_cli::output::stdout()?);
    let mut written = Ok(());
    for number in list.order(flags.what.disc_order) {
        let Some(path) = list.path(number) else { continue };
        match results.of(list.first_name(number)) {
            Ok(values) if written.is_ok() => {
                let size = list.names().get(number).map_or(0, |name| name.size);
                let sums = Sums { size, values: values.to_vec() };
                written = output.write_all(&lines(flags, &algorithms, &path, &sums));
            }
            Ok(_) => {}
            Err(problem) => report.failure(format_args!("{name}: {}", shown(&path)), problem),
        }
    }
    finish(written.and_then(|()| output.flush()), report)
}
