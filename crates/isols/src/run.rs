//! One run over an image: it is opened, listed or reported on, with all that is to be said about it in the end.

use crate::boot::Boot;
use crate::flags::Arguments;
use crate::listing::Listing;
use crate::output::Output;
use crate::request::{Request, request};
use crate::truncation::Truncation;
use crate::{sessions, volume};
use isokit_cli::name::push_lines;
use isokit_cli::{Report, Status};
use isokit_core::error::{Error, Result};
use isokit_core::finding::Findings;
use isokit_core::image::{Image, Options, beside_nothing};
use isokit_core::iso9660::SessionChoice;
use isokit_core::source::Source;
use isokit_core::tree::charset::Decoded;
use std::fs::File;

/// One run over one image.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    pub(crate) arguments: &'a Arguments,
    pub(crate) source: &'a dyn Source,
    /// The image, as the user named it.
    pub(crate) input: &'a str,
    pub(crate) report: &'a Report,
    pub(crate) findings: Findings,
}

impl Run<'_> {
    /// Prints what was asked for of the image, or of these paths in it.
    ///
    /// # Errors
    /// When it cannot be opened or is none, or a pattern is malformed.
    pub(crate) fn print(&self, paths: &[Vec<u8>]) -> Result<Status> {
        let arguments = self.arguments;
        // A list of the sessions is a reason to read a pipe through.
        let all = self.source.passed().filter(|_| arguments.sessions).map(|_| SessionChoice::Newest);
        let options = Options { names: arguments.read.names, session: arguments.read.session.or(all) };
        let mut output = Output::stdout()?;
        let image = match Image::open(self.source, &options) {
            Ok(image) => image,
            Err(error) => {
                self.disk(error, &mut output)?;
                return self.end(None, output.flush());
            }
        };
        let mut truncation = Truncation::new(image.source(), image.volume_end());
        let written = if arguments.volume || arguments.boot || arguments.sessions {
            let mut text = Vec::new();
            self.describe(&image, &mut text)?;
            push_lines(&text, output.line());
            Ok(())
        } else {
            let asked = request(arguments, self.source.origin(), self.input, paths);
            // Where the image is shorter than its volume, or that declares no end, only what belongs to each name tells
            // what is missing.
            let end = image.volume_end();
            let thorough = self.source.size().is_some_and(|size| end == 0 || size < end);
            let request = Request { thorough, ..asked };
            if let Some(sentence) = beside_nothing(self.source, &image) {
                self.report.warning(self.input, sentence);
            }
            let charset = arguments.read.charset.filter(|_| !image.shown().is_unicode());
            let tree = Decoded::new(image.tree(), charset, &self.findings);
            Listing::new(&request, &tree, self.report, &mut output, &mut truncation).run()
        };
        if let Err(error @ (Error::Usage(_) | Error::Unreadable(_))) = written {
            return Err(error);
        }
        if let Some(sentence) = truncation.sentence() {
            self.report.failure(self.input, sentence);
        }
        self.report.failures(self.input, image.withheld());
        self.end(Some(&image), written.and_then(|()| output.flush()))
    }

    /// What boots on a disk without a volume, whose absence is `error`. A volume that is there and damaged is a failure,
    /// whatever else there is to show.
    fn disk(&self, error: Error, output: &mut Output<File>) -> Result<()> {
        let is_damage = matches!(error, Error::Corrupt(_) | Error::Unsupported(_));
        if !self.arguments.boot || !(is_damage || matches!(error, Error::Foreign(_))) {
            return Err(error);
        }
        let boot = self.boot(None)?;
        if !boot.is_disk(self.source)? {
            return Err(error);
        }
        let mut text = Vec::new();
        boot.write(self.arguments.json, &mut text);
        push_lines(&text, output.line());
        if is_damage {
            self.report.failure(self.input, error);
        }
        Ok(())
    }

    fn boot(&self, image: Option<&Image<'_>>) -> Result<Boot> {
        let mut failure = |error: Error| self.report.failure(self.input, error);
        Boot::look(self.source, image, &self.findings, &mut failure)
    }

    /// Appends the report on the volume that was asked for.
    fn describe(&self, image: &Image<'_>, text: &mut Vec<u8>) -> Result<()> {
        let (json, charset) = (self.arguments.json, self.arguments.read.charset);
        if self.arguments.volume {
            volume::write(image, self.source, charset, json, text);
        } else if self.arguments.sessions {
            sessions::write(image, self.source, charset, json, text)?;
        } else {
            self.boot(Some(image))?.write(json, text);
        }
        Ok(())
    }

    /// Says what is left to say, `written` being how the output went.
    fn end(&self, image: Option<&Image<'_>>, written: Result<()>) -> Result<Status> {
        if let Err(error) = written {
            self.report.failure(self.input, error);
        }
        if self.arguments.verbosity.notes.verbose {
            if let Some(image) = image {
                let tree = image.shown().word();
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
