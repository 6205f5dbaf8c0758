//! The `isols` tool: what is in a disk image.

mod boot;
mod columns;
mod date;
mod escape;
mod flags;
mod form;
mod json;
mod listing;
mod mode;
mod output;
mod paint;
mod request;
mod sessions;
mod sheet;
mod table;
mod tree;
mod truncation;
mod volume;

pub use flags::{Arguments, NamesFlag};
pub use isokit_cli::flags::When;

use crate::boot::Boot;
use crate::listing::Listing;
use crate::output::Output;
use crate::truncation::Truncation;
use isokit_cli::{Concerning, Failure, Input, Report, Status, parse};
use isokit_core::error::{Error, Result};
use isokit_core::finding::Findings;
use isokit_core::iso9660::{Image, Options};
use isokit_core::source::{Section, Source};
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

/// The command line's definition, for manual pages and completions.
pub fn command() -> clap::Command {
    <Arguments as clap::CommandFactory>::command()
}

/// Runs the tool.
///
/// # Errors
/// When the image cannot be opened or is none.
pub fn run(arguments: Vec<OsString>, report: &Report) -> Result<Status, Failure> {
    let mut arguments: Arguments = match parse(arguments) {
        Ok(arguments) => arguments,
        Err(status) => return Ok(status),
    };
    report.set_quiet(arguments.quiet);
    let operand = arguments.image.take().unwrap_or_else(|| "-".into());
    let Input { name, source } = Input::open_image(&operand, report)?;
    let source = window(source, &arguments).concerning(&name)?;
    let paths = std::mem::take(&mut arguments.paths).into_iter().map(OsString::into_vec).collect::<Vec<_>>();
    look(&arguments, &*source, &name, &paths, report).concerning(&name)
}

/// The part of `source` that `arguments` ask for.
fn window(source: Box<dyn Source>, arguments: &Arguments) -> Result<Box<dyn Source>> {
    let mut source = source;
    if let Some(at) = arguments.at {
        source = Box::new(Section::new(source, at, None)?);
    }
    if let Some(choice) = arguments.part {
        let partition = choice.find(&source, &Findings::default())?;
        source = Box::new(Section::new(source, partition.start, Some(partition.length))?);
    }
    Ok(source)
}

fn look(
    arguments: &Arguments,
    source: &dyn Source,
    input: &str,
    paths: &[Vec<u8>],
    report: &Report,
) -> Result<Status> {
    let options = Options { names: arguments.names.into(), session: arguments.session };
    let findings = Findings::default();
    let mut failure = |error: Error| report.failure(input, error);
    let mut output = Output::stdout()?;
    let image = match Image::open(source, &options) {
        Ok(image) => Some(image),
        // A disk need not hold a volume to boot.
        Err(error @ (Error::Corrupt(_) | Error::Unsupported(_))) if arguments.boot => {
            let boot = Boot::look(source, None, &findings, &mut failure)?;
            if boot.is_empty() {
                return Err(error);
            }
            boot.write(arguments.json, output.line());
            None
        }
        Err(error) => return Err(error),
    };
    let mut written = Ok(());
    if let Some(image) = &image {
        let mut truncation = Truncation::new(source, volume_end(image));
        if arguments.volume || arguments.boot || arguments.sessions {
            write_report(arguments, source, image, &findings, &mut failure, output.line())?;
        } else {
            let request = request::request(arguments, source.origin(), input, paths);
            written = Listing::new(&request, image.tree(), report, &mut output, &mut truncation).run();
        }
        if let Some(sentence) = truncation.sentence() {
            report.failure(input, sentence);
        }
    }
    if let Err(error) = written.and_then(|()| output.flush()) {
        report.failure(input, error);
    }
    if arguments.verbose {
        let of_image = image.iter().flat_map(Image::take_findings);
        for finding in of_image.chain(findings.take()) {
            report.finding(input, &finding);
        }
    }
    Ok(report.status())
}

/// Appends the report on the volume that was asked for.
fn write_report(
    arguments: &Arguments,
    source: &dyn Source,
    image: &Image<'_>,
    findings: &Findings,
    failure: &mut dyn FnMut(Error),
    text: &mut Vec<u8>,
) -> Result<()> {
    if arguments.volume {
        volume::write(image, source, arguments.json, text);
    } else if arguments.sessions {
        sessions::write(image, source, arguments.json, text);
    } else {
        Boot::look(source, Some(image), findings, failure)?.write(arguments.json, text);
    }
    Ok(())
}

/// The byte behind the volume, as its descriptor says.
fn volume_end(image: &Image<'_>) -> u64 {
    let blocks = image.volume().map_or(0, |volume| u64::from(volume.volume_space_size.get()));
    blocks.saturating_mul(image.tree().block_size())
}
