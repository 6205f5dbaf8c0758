//! A manifest of the files in an image, made in one pass over it in the order of the disc.

mod list;
mod pass;

use crate::check::Trouble;
use crate::image;
use crate::request::{Inside, Lines, Manner};
use crate::stream::Sums;
use crate::sums::{finish, lines};
use isokit_cli::name::inside;
use isokit_cli::output;
use isokit_cli::progress::Progress;
use isokit_cli::{Concerning, Failure, Input, Report, Status};
use isokit_core::Error;
use isokit_core::finding::Findings;
use isokit_core::image::{Image, beside_nothing};
use isokit_core::tree::Tree;
use isokit_core::tree::charset::Decoded;
use isokit_core::tree::inventory::Inventory;
use isokit_digests::{Algorithm, DigestValue};
use pass::{Pass, Results};
use std::collections::HashMap;
use std::io::{BufWriter, Write};

/// The digests of an image's files, by their places in the inventory.
struct Digests {
    image: String,
    inventory: Inventory,
    results: Results,
}

/// Digests the files of an image that `collect` lists; it is given the image's name.
///
/// What is kept is per name: itself and about 60 bytes, and a digest of each algorithm. Beyond that every thread has a
/// buffer of 4 MiB, 16 MiB for MD5.
fn digests(
    of: &Inside,
    algorithms: &[Algorithm],
    manner: &Manner,
    report: &Report,
    collect: impl FnOnce(&dyn Tree, &str) -> Result<Inventory, Error>,
) -> Result<Digests, Failure> {
    let (Input { name, source }, _) = image::open(&of.image, &of.reading, manner, report)?;
    let passes = !source.access().is_random();
    let image = Image::open(&*source, &of.reading.options).concerning(&name)?;
    if let Some(told) = beside_nothing(&*source, &image) {
        report.warned(&name, &told);
    }
    let findings = Findings::default();
    let charset = of.reading.charset.filter(|_| !image.shown().is_unicode);
    let tree = Decoded::new(image.tree(), charset, &findings);
    let inventory = collect(&tree, &name).concerning(&name)?;
    let progress = Progress::new(manner.progress, &name, Some(inventory.bytes()), report);
    let pass = Pass::new(image.source(), &inventory, algorithms, passes, &progress);
    let results = pass.digests(manner.threads);
    drop(progress);
    if let Some(error) = image.truncation_behind_all() {
        report.failure(&name, error);
    }
    if manner.verbose {
        image.differences(image.source()).iter().for_each(|difference| report.note(&name, difference));
    }
    image::tell(manner, &name, &findings.take(), report);
    image::tell(manner, &name, &image.take_findings(), report);
    report.failures(&name, image.withheld());
    Ok(Digests { image: name, inventory, results })
}

/// Prints a line for every name of a regular file in the image.
pub(crate) fn print(
    of: &Inside,
    in_disc_order: bool,
    listing: &Lines,
    manner: &Manner,
    report: &Report,
) -> Result<Status, Failure> {
    let digests = digests(of, &listing.algorithms, manner, report, |tree, name| {
        list::all(tree, &mut |path, error| report.failure(inside(name, path), error))
    })?;
    let Digests { image, inventory, results } = digests;
    let mut output = BufWriter::with_capacity(1 << 17, output::Lines::stdout(report.streams())?);
    let mut written = Ok(());
    let paths = inventory.paths();
    let places = if in_disc_order { (0..inventory.len()).collect() } else { paths.sorted() };
    for place in places {
        // No list takes it for standard input.
        let path = if paths.of(place) == b"-" { b"./-" } else { paths.of(place) };
        match results.of(inventory.first_name(place)) {
            Ok(values) if written.is_ok() => {
                let sums = Sums { size: inventory.size(place), values: values.to_vec() };
                written = output.write_all(&lines(listing, path, &sums));
            }
            Ok(_) => {}
            Err(problem) => report.failure(inside(&image, path), problem),
        }
    }
    finish(written.and_then(|()| output.flush()), report)
}

/// The digests of the files in an image that lists name, by their names without slashes and dots that mean nothing.
pub(crate) struct Named {
    image: String,
    algorithms: Vec<Algorithm>,
    values: HashMap<Vec<u8>, Result<Vec<DigestValue>, Trouble>>,
}

/// Digests the files in an image that have these `names`, whatever slashes and dots are in them.
///
/// # Errors
/// When it cannot be opened or is none.
pub(crate) fn named<'n>(
    of: &Inside,
    names: impl Iterator<Item = &'n [u8]>,
    algorithms: Vec<Algorithm>,
    manner: &Manner,
    report: &Report,
) -> Result<Named, Failure> {
    let wanted = names.map(plain).collect();
    let mut values = HashMap::new();
    let digests = digests(of, &algorithms, manner, report, |tree, image| {
        let mut failure = |path: &[u8], error| report.failure(inside(image, path), error);
        list::named(tree, wanted, &mut failure, &mut |path, error| {
            let missing = matches!(error, Error::NotFound { .. });
            let problem = match error {
                Error::NotFound(missing) => missing.problem.to_owned(),
                error => error.to_string(),
            };
            let input = inside(image, &path);
            values.insert(path, Err(Trouble { missing, input, problem }));
        })
    })?;
    let Digests { image, inventory, results } = digests;
    let paths = inventory.paths();
    for place in 0..inventory.len() {
        let path = paths.of(place);
        let of_file = results.of(inventory.first_name(place)).map(<[DigestValue]>::to_vec);
        let trouble = |problem: &str| Trouble {
            missing: false,
            input: inside(&image, path),
            problem: problem.to_owned(),
        };
        values.insert(path.to_vec(), of_file.map_err(trouble));
    }
    Ok(Named { image, algorithms, values })
}

impl Named {
    /// The digest by `algorithm` of the file that `name` is.
    pub(crate) fn value(&self, name: &[u8], algorithm: Algorithm) -> Result<DigestValue, Trouble> {
        let path = plain(name);
        let not_digested =
            || Trouble { missing: false, input: inside(&self.image, &path), problem: "not digested".into() };
        let values = self.values.get(&path).ok_or_else(not_digested)?.as_ref().map_err(Trouble::clone)?;
        let position = self.algorithms.iter().position(|other| *other == algorithm);
        position.and_then(|position| values.get(position)).copied().ok_or_else(not_digested)
    }
}

/// `name` relative to the root, without components that mean nothing.
fn plain(name: &[u8]) -> Vec<u8> {
    let components = name.split(|byte| *byte == b'/').filter(|part| !matches!(part, [] | [b'.']));
    components.collect::<Vec<_>>().join(&b'/')
}
