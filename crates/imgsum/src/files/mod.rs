//! A manifest of the files in an image, made in one pass over it in the order of the disc.

mod list;
mod work;

use crate::check::Trouble;
use crate::flags::Flags;
use crate::image;
use crate::stream::Sums;
use crate::sums::{finish, lines};
use isokit_cli::name::inside;
use isokit_cli::output::Lines;
use isokit_cli::{Concerning, Failure, Input, Report, Status};
use isokit_core::Error;
use isokit_core::finding::Findings;
use isokit_core::image::{Image, beside_nothing};
use isokit_core::tree::Tree;
use isokit_core::tree::charset::Decoded;
use isokit_core::tree::inventory::Inventory;
use isokit_digests::{Algorithm, DigestValue};
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::io::{BufWriter, Write};
use work::{Pass, Results};

/// What a pass over an image gave.
struct Digests {
    /// What messages call the image.
    image: String,
    inventory: Inventory,
    results: Results,
}

/// Digests the files of the image `operand` that `collect` lists; it is given the image's name.
///
/// What is kept is per name: itself and about 60 bytes, and a digest of each algorithm. Beyond that every thread has a
/// buffer of 4 MiB, 16 MiB for MD5.
fn digests(
    flags: &Flags,
    operand: &OsStr,
    algorithms: &[Algorithm],
    report: &Report,
    collect: impl FnOnce(&dyn Tree, &str) -> Result<Inventory, Error>,
) -> Result<Digests, Failure> {
    let (Input { name, source }, _) = image::open(operand, flags, report)?;
    let passes = source.size().is_none();
    let image = Image::open(&*source, &flags.what.options()).concerning(&name)?;
    if let Some(sentence) = beside_nothing(&*source, &image) {
        report.warning(&name, sentence);
    }
    let findings = Findings::default();
    let charset = flags.what.read.charset.filter(|_| !image.shown().is_unicode());
    let tree = Decoded::new(image.tree(), charset, &findings);
    let inventory = collect(&tree, &name).concerning(&name)?;
    let progress = flags.progress.start(&name, Some(inventory.bytes()), report);
    let pass = Pass::new(image.source(), &inventory, algorithms, passes, &progress);
    let results = pass.digests(flags.threads.count());
    drop(progress);
    if let Some(error) = image.truncation_behind_all() {
        report.failure(&name, error);
    }
    if flags.notes.verbose {
        image.differences(image.source()).iter().for_each(|difference| report.note(&name, difference));
    }
    image::tell(flags, &name, &findings.take(), report);
    image::tell(flags, &name, &image.take_findings(), report);
    report.failures(&name, image.withheld());
    Ok(Digests { image: name, inventory, results })
}

/// Prints a line for every name of a regular file in the image.
pub(crate) fn print(flags: &Flags, report: &Report) -> Result<Status, Failure> {
    let operand = match flags.images.as_slice() {
        [] => OsString::from("-"),
        [one] => one.clone(),
        _ => return Err(Error::Usage("--files takes one image; run imgsum once for each".into()).into()),
    };
    let algorithms = flags.algorithms();
    let digests = digests(flags, &operand, &algorithms, report, |tree, name| {
        list::all(tree, &mut |path, error| report.failure(inside(name, path), error))
    })?;
    let Digests { image, inventory, results } = digests;
    let mut output = BufWriter::with_capacity(1 << 17, Lines::stdout()?);
    let mut written = Ok(());
    let paths = inventory.paths();
    let places = if flags.what.disc_order { (0..inventory.len()).collect() } else { paths.sorted() };
    for place in places {
        // No list takes it for standard input.
        let path = if paths.of(place) == b"-" { b"./-" } else { paths.of(place) };
        match results.of(inventory.first_name(place)) {
            Ok(values) if written.is_ok() => {
                let sums = Sums { size: inventory.size(place), values: values.to_vec() };
                written = output.write_all(&lines(flags, &algorithms, path, &sums));
            }
            Ok(_) => {}
            Err(problem) => report.failure(inside(&image, path), problem),
        }
    }
    finish(written.and_then(|()| output.flush()), report)
}

/// The digests of the files in an image that were named.
pub(crate) struct Named {
    image: String,
    algorithms: Vec<Algorithm>,
    values: HashMap<Vec<u8>, Result<Vec<DigestValue>, Trouble>>,
}

/// Digests the files in the image `operand` that have these `names`, whatever slashes and dots are in them.
///
/// # Errors
/// When it cannot be opened or is none.
pub(crate) fn named<'n>(
    flags: &Flags,
    operand: &OsStr,
    names: impl Iterator<Item = &'n [u8]>,
    algorithms: Vec<Algorithm>,
    report: &Report,
) -> Result<Named, Failure> {
    let wanted = names.map(plain).collect();
    let mut values = HashMap::new();
    let digests = digests(flags, operand, &algorithms, report, |tree, image| {
        let mut failure = |path: &[u8], error| report.failure(inside(image, path), error);
        list::named(tree, wanted, &mut failure, &mut |path, error| {
            let missing = matches!(error, Error::NotFound { .. });
            let problem = if let Error::NotFound { problem, .. } = error {
                problem.to_owned()
            } else {
                error.to_string()
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
