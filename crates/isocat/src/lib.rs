//! The `isocat` tool: files, trees and boot images out of a disk image, to standard output.

mod archive;
mod contents;
mod flags;
mod habits;
mod losses;
mod operands;
mod places;
mod range;
mod request;
mod select;
mod stream;

pub use flags::command;

use crate::flags::spelled;
use crate::losses::Losses;
use crate::operands::Operand;
use crate::range::ByteRange;
use crate::request::{Request, What};
use crate::stream::Stream;
use isokit_cli::name::inside;
use isokit_cli::output::Data;
use isokit_cli::progress::Progress;
use isokit_cli::{Concerning, Failure, Input, Output, Report, Status, Written};
use isokit_core::error::{Error, Result};
use isokit_core::finding::Findings;
use isokit_core::image::{Image, beside_nothing};
use isokit_core::source::Source;
use isokit_core::tree::charset::Decoded;
use isokit_core::tree::inventory::{Collected, Keep, Same};
use isokit_core::tree::resolve::Follow;
use isokit_core::tree::{Extent, Tree};
use std::ffi::OsString;
use std::sync::OnceLock;

/// Runs the tool on the streams of `report`; what else it has is said of [`isokit_cli::Streams`].
///
/// # Errors
/// When the image cannot be opened or is none, or nothing that makes sense is asked for.
pub fn run(arguments: Vec<OsString>, report: &Report) -> Result<Status, Failure> {
    let request = match flags::request(arguments, report)? {
        Ok(request) => request,
        Err(status) => return Ok(status),
    };
    report.set_quiet(request.manner.quiet);
    let target = request.output.file.as_deref();
    let written = Written::new([((), spelled::OUTPUT, target)], report.streams())?;
    written.refuse(&request.image)?;
    request.list.as_deref().map_or(Ok(()), |list| written.refuse(list))?;
    let Input { name, source } = Input::open_image(&request.image, report)?;
    let (source, part) = request.reading.window(source, &Findings::default()).concerning(&name)?;
    let length = part.map(|part| part.length);
    let is_text = matches!(request.what, What::Contents(..));
    let data = if is_text { Data::Text } else { Data::Binary(spelled::TO_FILE) };
    let output = Output::open(target, data, report.streams())?;
    let (written, broken, cut) = {
        let progress = OnceLock::new();
        let hear = |bytes| progress.get().into_iter().for_each(|progress: &Progress<'_>| progress.add(bytes));
        let stream = Stream::new(output.file(), &hear);
        let mut job = Job {
            source: &*source,
            input: &name,
            report,
            request: &request,
            progress: &progress,
            stream,
            cut: None,
        };
        (job.run(length), job.stream.is_broken(), job.cut)
    };
    match written {
        Err(error) if broken => report.failure(output.name(), error),
        Err(error) => return Err(error).concerning(&name),
        Ok(()) if report.status() == Status::Done => output.finish(request.output.sync)?,
        Ok(()) if target.is_some() => {
            report.failure(output.name(), output.incomplete());
        }
        Ok(()) => {}
    }
    // What was written is all that was asked for: it has its name even where the image lacks something else.
    if let Some(error) = cut {
        report.failure(&name, error);
    }
    Ok(report.status())
}

struct Job<'a, 'r> {
    source: &'a dyn Source,
    input: &'a str,
    report: &'r Report,
    request: &'a Request,
    /// Begins when it is known how much is to be written.
    progress: &'a OnceLock<Progress<'r>>,
    stream: Stream<'a>,
    /// Set once the image turns out to end before its volume does; said last, for what was written may be whole.
    cut: Option<Error>,
}

impl Job<'_, '_> {
    /// Writes what was asked for; a partition has `length` bytes, or goes to the end of the input.
    fn run(&mut self, length: Option<u64>) -> Result<()> {
        let options = &self.request.reading.options;
        match &self.request.what {
            What::SystemArea => {
                places::check_disk(self.source, options)?;
                self.place(places::system_area(self.source))
            }
            What::Partition => self.place(Extent::recorded(self.source.first(), length.unwrap_or(u64::MAX))),
            what => {
                let image = Image::open(self.source, options)?;
                self.image(&image, what)
            }
        }
    }

    fn image(&mut self, image: &Image<'_>, what: &What) -> Result<()> {
        let findings = Findings::default();
        let charset = self.request.reading.charset.filter(|_| !image.shown().is_unicode);
        let tree = Decoded::new(image.tree(), charset, &findings);
        let written = match what {
            What::Contents(operands, range) => self.contents(image.source(), &tree, operands, *range),
            What::Tar(operands) => {
                if let Some(told) = beside_nothing(image.source(), image) {
                    self.report.warned(self.input, &told);
                }
                self.tar(image.source(), &tree, operands)
            }
            What::BootImage(number) => {
                let place = places::boot_image(image.source(), image, *number, &findings);
                self.found(place)
            }
            What::BootCatalog => {
                let place = places::boot_catalog(image.source(), image, &findings);
                self.found(place)
            }
            What::SystemArea | What::Partition => Ok(()),
        };
        let copies_all = matches!(what, What::Tar(operands) if operands.is_empty());
        self.cut = match &written {
            Ok(()) if copies_all => image.truncation_behind_all(),
            _ => image.truncation(),
        };
        self.report.failures(self.input, image.withheld());
        if self.request.manner.verbose {
            for difference in image.differences(image.source()) {
                self.report.note(self.input, difference);
            }
            for finding in findings.take().iter().chain(&image.take_findings()) {
                self.report.finding(self.input, finding);
            }
        }
        written
    }

    fn contents(
        &mut self,
        source: &dyn Source,
        tree: &dyn Tree,
        operands: &[Operand],
        range: Option<ByteRange>,
    ) -> Result<()> {
        let (report, input) = (self.report, self.input);
        let found = select::select(tree, operands, Follow::All, &mut |path, error| {
            lacks(report, input, path, error)
        })?;
        if range.is_none() {
            self.begin(found.iter().fold(0, |sum, found| sum.saturating_add(found.entry.size)));
        }
        contents::write(source, &found, range, &mut self.stream, &mut |path, error| {
            report.failure(inside(input, path), error);
        })
    }

    fn tar(&mut self, source: &dyn Source, tree: &dyn Tree, operands: &[Operand]) -> Result<()> {
        let (report, input) = (self.report, self.input);
        let whole = [Operand::Path(b"/".to_vec())];
        let operands = if operands.is_empty() { &whole } else { operands };
        let mut missing = |path: &[u8], error| lacks(report, input, path, error);
        let found = select::select(tree, operands, Follow::OnTheWay, &mut missing)?;
        let mut losses = Losses::new(tree, report, input, self.request.manner.verbose);
        let mut collected = Collected::new(Keep::All);
        collected.collect(tree, found, &mut losses)?;
        losses.say();
        let inventory = collected.in_tree_order(Same::File);
        self.begin(inventory.bytes());
        archive::write(source, &inventory, &mut self.stream, &mut Lacks { report, input })
    }

    /// Begins to show how much of `total` bytes was written.
    fn begin(&self, total: u64) {
        let _ = self.progress.set(Progress::new(
            self.request.manner.progress,
            self.input,
            Some(total),
            self.report,
        ));
    }

    fn found(&mut self, place: Result<Extent>) -> Result<()> {
        match place {
            Ok(place) => self.place(place),
            Err(error) => {
                self.report.failure(self.input, error);
                Ok(())
            }
        }
    }

    /// Writes a piece of the image as it is.
    fn place(&mut self, place: Extent) -> Result<()> {
        self.begin(place.length);
        let written = self.stream.extent(self.source, place).and_then(|()| self.stream.flush());
        match written {
            Err(error) if !self.stream.is_broken() => {
                self.report.failure(self.input, error);
                self.stream.flush()
            }
            written => written,
        }
    }
}

/// Says that there is nothing to write for `path`. Where it is not found the error names it.
fn lacks(report: &Report, input: &str, path: &[u8], error: Error) {
    match error {
        Error::NotFound { .. } => report.failure(input, error),
        error => report.failure(inside(input, path), error),
    }
}

/// Has the report say what an archive lacks, each time behind the image's name.
struct Lacks<'a> {
    report: &'a Report,
    input: &'a str,
}

impl archive::Lacks for Lacks<'_> {
    fn failure(&mut self, path: &[u8], error: Error) {
        self.report.failure(inside(self.input, path), error);
    }

    fn left_out(&mut self, path: &[u8], sentence: &str) {
        self.report.warning(inside(self.input, path), sentence);
    }
}
