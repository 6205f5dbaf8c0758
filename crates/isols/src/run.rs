//! One run over an image: it is opened, listed or reported on, with all that is to be said about it in the end.

use crate::boot::Boot;
use crate::flags::spelled::written_by;
use crate::line::Format;
use crate::listing::Listing;
use crate::output::Output;
use crate::request::{About, List, What};
use crate::truncation::Truncation;
use crate::{check, isoinfo, sessions, volume};
use isokit_booting::{Program, Trees};
use isokit_cli::name::{push_lines, quoted_argument};
use isokit_cli::{Report, Status};
use isokit_core::check::check;
use isokit_core::error::{Error, Result};
use isokit_core::finding::Findings;
use isokit_core::image::{Image, Names, Options, Reading, beside_nothing};
use isokit_core::iso9660::SessionChoice;
use isokit_core::source::Source;
use isokit_core::tree::charset::Decoded;
use std::fs::File;

/// What all that is printed of one image has in common.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    pub(crate) reading: Reading,
    pub(crate) verbose: bool,
    pub(crate) source: &'a dyn Source,
    /// As the user named it, for messages.
    pub(crate) input: &'a str,
    pub(crate) report: &'a Report,
    pub(crate) findings: Findings,
}

impl Run<'_> {
    /// Prints `what` of the image.
    ///
    /// # Errors
    /// When it cannot be opened or is none, or a pattern is malformed.
    pub(crate) fn print(&self, what: What) -> Result<Status> {
        // A list of the sessions is a reason to read a pipe through, and so is a check.
        let is_through = matches!(what, What::Report(About::Sessions | About::Check, _));
        let all = self.source.passed().filter(|_| is_through).map(|_| SessionChoice::Newest);
        if matches!(what, What::Report(About::Check, _)) {
            // All of a pipe is kept, for what lies at its end is read first.
            self.source.read_some(u64::MAX, &mut [])?;
        }
        let options = self.reading.options;
        let options = Options { session: options.session.or(all), ..options };
        let mut output = Output::stdout(self.report.streams())?;
        let image = match self.open(&what, &options) {
            Ok(image) => image,
            Err(error) => {
                self.disk(&what, error, &mut output)?;
                return self.end(None, output.flush());
            }
        };
        if let What::Report(About::Check, json) = what {
            let checked = self.check(Some(&image), json, &mut output);
            return self.end(Some(&image), checked.and_then(|()| output.flush()));
        }
        let mut truncation = Truncation::new(image.source(), image.volume_end());
        let written = match what {
            What::Report(about, json) => {
                let mut text = Vec::new();
                self.describe(&image, about, json, &mut text)?;
                push_lines(&text, output.line());
                Ok(())
            }
            What::Options(program) => self.options(&image, program, &mut output),
            What::Isoinfo(asked) => {
                let failure = &mut |error| self.report.failure(self.input, error);
                isoinfo::write(&asked, self.source, &image, &mut output, failure)
            }
            What::List(list) => self.list(&image, *list, &mut output, &mut truncation),
        };
        if let Err(error @ (Error::Usage(_) | Error::TooLarge(_) | Error::Unreadable(_))) = written {
            return Err(error);
        }
        if let Some(sentence) = truncation.sentence() {
            self.report.failure(self.input, sentence);
        }
        self.report.failures(self.input, image.withheld());
        self.end(Some(&image), written.and_then(|()| output.flush()))
    }

    fn list(
        &self,
        image: &Image<'_>,
        list: List,
        output: &mut Output<File>,
        truncation: &mut Truncation<'_>,
    ) -> Result<()> {
        // Where the image is shorter than its volume, or that declares no end, only what belongs to each name tells what
        // is missing.
        let end = image.volume_end();
        let thorough = self.source.size().is_some_and(|size| end == 0 || size < end);
        let format = Format { origin: self.source.origin(), ..list.format };
        let list = List { thorough, format, ..list };
        if let Some(told) = beside_nothing(self.source, image) {
            self.report.warned(self.input, &told);
        }
        let charset = self.reading.charset.filter(|_| !image.shown().is_unicode);
        let tree = Decoded::new(image.tree(), charset, &self.findings);
        Listing::new(&list, self.input, &tree, self.report, output, truncation).run()
    }

    /// The image; isoinfo has plain names where those of Rock Ridge are missing.
    fn open(&self, what: &What, options: &Options) -> Result<Image<'_>> {
        match (Image::open(self.source, options), what) {
            (Err(Error::NotFound(_)), What::Isoinfo(asked)) if asked.is_rock_ridge => {
                let names = Names::parse("iso", &[])?;
                Image::open(self.source, &Options { names, ..*options })
            }
            (opened, _) => opened,
        }
    }

    /// What boots on a disk without a volume, or is wrong with it, whose absence is `error`. A volume that is there and damaged is a failure,
    /// whatever else there is to show.
    fn disk(&self, what: &What, error: Error, output: &mut Output<File>) -> Result<()> {
        let is_damage = matches!(error, Error::Corrupt(_) | Error::Unsupported(_));
        let What::Report(about @ (About::Boot | About::Check), json) = what else { return Err(error) };
        if !is_damage && !matches!(error, Error::Foreign(_)) {
            return Err(error);
        }
        let boot = self.boot(None)?;
        if !boot.is_disk(self.source)? {
            return Err(error);
        }
        if *about == About::Check {
            self.check(None, *json, output)?;
        } else {
            let mut text = Vec::new();
            boot.write(*json, &mut text);
            push_lines(&text, output.line());
        }
        if is_damage {
            self.report.failure(self.input, error);
        }
        Ok(())
    }

    /// Writes a line for each fault of the `image`, or of a disk without a volume.
    fn check(&self, image: Option<&Image<'_>>, json: bool, output: &mut Output<File>) -> Result<()> {
        let mut written = Ok(());
        check(self.source, image, &mut |fault| match fault {
            Ok(fault) if written.is_ok() => {
                self.report.incomplete();
                check::write(&fault, json, output.line());
                written = output.settle();
            }
            Ok(_) => {}
            Err(error) => self.report.failure(self.input, error),
        })?;
        written
    }

    fn boot(&self, image: Option<&Image<'_>>) -> Result<Boot> {
        let mut failure = |error: Error| self.report.failure(self.input, error);
        Boot::look(self.source, image, &self.findings, &mut failure)
    }

    /// Writes the options of `program` that make an image boot as this one.
    fn options(&self, image: &Image<'_>, program: Program, output: &mut Output<File>) -> Result<()> {
        let rebuilt = self.boot(Some(image))?.rebuilt(self.source, image, program)?;
        let has = |word: &str| image.trees().iter().any(|tree| tree.word == word);
        for line in rebuilt.lines(program, Trees { joliet: has("joliet"), udf: has("udf") }) {
            let words: Vec<_> = line.iter().map(|word| quoted_argument(word)).collect();
            output.line().extend_from_slice(words.join(" ").as_bytes());
            output.line().push(b'\n');
        }
        let input = quoted_argument(std::ffi::OsStr::new(self.input)).into_owned();
        for (file, part) in &rebuilt.files {
            let command = written_by(*part, &input, file);
            self.report.note(self.input, format!("{file} is written by: {command}"));
        }
        for loss in &rebuilt.losses {
            self.report.warning(self.input, loss);
        }
        Ok(())
    }

    /// Appends the report on what was asked for.
    fn describe(&self, image: &Image<'_>, about: About, json: bool, text: &mut Vec<u8>) -> Result<()> {
        let charset = self.reading.charset;
        match about {
            About::Volume => volume::write(image, self.source, charset, json, text),
            About::Sessions => sessions::write(image, self.source, charset, json, text)?,
            About::Boot => self.boot(Some(image))?.write(json, text),
            // It is written as it goes.
            About::Check => {}
        }
        Ok(())
    }

    /// Says what is left to say, `written` being how the output went.
    fn end(&self, image: Option<&Image<'_>>, written: Result<()>) -> Result<Status> {
        if let Err(error) = written {
            self.report.failure(self.input, error);
        }
        if self.verbose {
            if let Some(image) = image {
                let tree = image.shown().word;
                self.report.note(self.input, format!("reading the {tree} tree: {}", image.reason()));
                for difference in image.differences(image.source()) {
                    self.report.note(self.input, difference);
                }
            }
            let of_image = image.map(Image::take_findings).unwrap_or_default();
            for finding in of_image.into_iter().chain(self.findings.take()) {
                self.report.finding(self.input, &finding);
            }
        }
        Ok(self.report.status())
    }
}
