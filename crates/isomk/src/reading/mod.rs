//! What xorriso is asked of an image that it only reads: names are listed, files are extracted. The answers have xorriso's form,
//! since programs look for words of them.

mod extract;
mod find;
mod list;
mod report;

pub(crate) use find::Tests;
pub(crate) use list::Listed;
pub(crate) use report::{Form, Report as Reported};

use crate::mode::Mode;
use isokit_cli::name::push_lines;
use isokit_cli::output::{Data, Output};
use isokit_cli::{Concerning, Failure, Input, Report, Status};
use isokit_core::error::{Error, Result};
use isokit_core::image::{self, Image};
use isokit_core::iso9660::SessionChoice;
use isokit_core::source::Source;
use isokit_core::tree::resolve::{Follow, Found, resolve};
use report::Facts;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::ffi::OsString;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

/// An image, and what is asked of it.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// How the image was named: `-indev` or `-dev`, and its path.
    pub image: Option<(String, OsString)>,
    /// The session that is read; `None` for the newest.
    pub session: Option<SessionChoice>,
    /// Files may be written to disk.
    pub extracting: bool,
    /// Names are in lower case where the image has those of the primary tree alone.
    pub lower_case: bool,
    /// What becomes of the permissions of everything that is extracted.
    pub mode: Option<Mode>,
    pub commands: Vec<Command>,
}

/// What is asked, in order.
#[derive(Debug)]
pub(crate) enum Command {
    /// Print this line.
    Print(Vec<u8>),
    /// Print lines in the form of packets from now on, or no more.
    Packets(bool),
    /// Print paths as they are from now on, or quoted.
    Bare(bool),
    /// Print the paths of all that is at this path of the image and below, if it passes these tests.
    Find(Vec<u8>, Tests),
    /// Print names.
    List(Listed),
    /// Print what boots.
    Report(Reported),
    /// Print the sessions.
    Sessions,
    /// Write what is at this path of the image, and all below it, to this path on disk.
    Extract(Vec<u8>, PathBuf),
    /// Write the content of these files to standard output.
    Concatenate(Vec<Vec<u8>>),
}

impl Reading {
    /// Whether anything was asked for that needs an image.
    pub(crate) fn is_asked(&self) -> bool {
        self.image.is_some() || !self.commands.is_empty()
    }

    /// Does what is asked.
    ///
    /// # Errors
    /// When the image cannot be read, something asked for is not in it, or the output cannot be written. What else cannot be
    /// had is reported, and makes the status 1.
    pub(crate) fn run(&self, report: &Report) -> Result<Status, Failure> {
        let Some((option, path)) = &self.image else {
            return Err(Error::Usage("no image is read; name one with -indev".into()).into());
        };
        let Input { name, source } = Input::open_image(path, report)?;
        let options = image::Options { session: self.session, ..image::Options::default() };
        let image = Image::open(&*source, &options).concerning(&name)?;
        tell(report, &introduction(option, path, &*source, &image).concerning(&name)?);
        report.failures(&name, image.withheld());
        let output = Output::open(None, Data::Text, report.streams())?;
        let mut answers = Answers { text: Vec::new(), packets: false, bare: false };
        let identity = std::fs::metadata(path).ok().map(|about| (about.dev(), about.ino()));
        let asked = Asked {
            reading: self,
            source: &*source,
            image: &image,
            name: &name,
            identity,
            report,
            facts: OnceCell::new(),
        };
        let done = self.commands.iter().try_for_each(|command| asked.command(command, &mut answers, &output));
        // What was answered before a command failed is an answer.
        answers.flush(&output)?;
        done?;
        if let Some(error) = image.truncation() {
            report.failure(&name, error);
        }
        output.finish(false)?;
        Ok(report.status())
    }
}

/// The image while commands are done.
struct Asked<'r> {
    reading: &'r Reading,
    source: &'r dyn Source,
    image: &'r Image<'r>,
    name: &'r str,
    /// Device and inode of the image, which nothing is written over.
    identity: Option<(u64, u64)>,
    report: &'r Report,
    /// What of it is reported, once that was looked at.
    facts: OnceCell<Facts>,
}

impl Asked<'_> {
    fn command(&self, command: &Command, answers: &mut Answers, output: &Output) -> Result<(), Failure> {
        match command {
            Command::Print(line) => {
                answers.line(line);
                Ok(())
            }
            Command::Packets(packets) => {
                answers.packets = *packets;
                Ok(())
            }
            Command::Bare(bare) => {
                answers.bare = *bare;
                Ok(())
            }
            Command::Find(path, tests) => self.find(path, tests, answers, output),
            Command::List(listed) => self.list(listed, answers, output),
            Command::Report(what) => self.report(*what, answers),
            Command::Sessions => self.sessions(answers),
            Command::Extract(from, to) => {
                self.allowed("-extract")?;
                self.extract(from, to)
            }
            Command::Concatenate(paths) => {
                self.allowed("-concat")?;
                answers.flush(output)?;
                paths.iter().try_for_each(|path| self.concatenate(path, output))
            }
        }
    }

    /// As with xorriso, content leaves the image only if that is allowed.
    fn allowed(&self, option: &str) -> Result<(), Failure> {
        if self.reading.extracting {
            return Ok(());
        }
        Err(Error::Usage(format!("{option}: requires -osirrox on before it")).into())
    }

    /// Prints what boots and what sessions there are, in the words of a table of contents.
    fn sessions(&self, answers: &mut Answers) -> Result<(), Failure> {
        let sessions = self.image.sessions(self.source).concerning(self.name)?;
        if let Some((option, path)) = &self.reading.image {
            answers.line(
                &[b"Drive current: ", option.as_bytes(), b" ", &quoted(path.as_encoded_bytes())].concat(),
            );
        }
        answers.line(b"Media current: stdio file, overwriteable");
        answers.line(b"Media status : is written");
        // What is wrong with it is for the reports on it to tell.
        if let Some(record) = self.facts().ok().and_then(Facts::boot_record) {
            answers.line(format!("Boot record  : {record}").as_bytes());
        }
        answers.line(b"TOC layout   : Idx ,  sbsector ,       Size , Volume Id");
        for session in &sessions {
            let size = format!("{}s", session.size.div_ceil(2048));
            let line = format!("ISO session  : {:>3} , {:>9} , {size:>10} , ", session.number, session.start);
            answers.line(&[line.as_bytes(), &session.volume_identifier].concat());
        }
        let blocks = self.image.volume_end().div_ceil(2048);
        answers.line(summary(sessions.len(), blocks).as_bytes());
        answers.line(format!("Media nwa    : {}s", blocks.next_multiple_of(NEXT)).as_bytes());
        Ok(())
    }

    /// Whether names are those of the primary tree, and are to be in lower case.
    fn is_lower_case(&self) -> bool {
        self.reading.lower_case && self.image.shown().word == "iso"
    }

    /// A path as it is shown.
    fn mapped<'p>(&self, path: &'p [u8]) -> Cow<'p, [u8]> {
        if self.is_lower_case() { path.to_ascii_lowercase().into() } else { path.into() }
    }

    /// What is at a path of the image.
    fn found(&self, path: &[u8], missing: &str) -> Result<Found, Failure> {
        let recorded = if self.is_lower_case() { path.to_ascii_uppercase() } else { path.to_vec() };
        resolve(self.image.tree(), &recorded, Follow::OnTheWay).map_err(|error| match error {
            Error::NotFound { .. } => {
                let path = path.escape_ascii();
                // Callers look for these words.
                Error::not_found(format!("{missing} '{path}'"), "No such file or directory").into()
            }
            error => Failure { input: Some(self.name.to_owned()), error },
        })
    }
}

/// Lines on standard output.
struct Answers {
    text: Vec<u8>,
    packets: bool,
    bare: bool,
}

/// Blocks of which a later session begins at a multiple.
const NEXT: u64 = 32;

/// Bytes of lines that are kept before they are written.
const KEPT: usize = 1 << 16;

impl Answers {
    fn line(&mut self, line: &[u8]) {
        if self.packets {
            self.text.extend_from_slice(b"R:1: ");
        }
        self.text.extend_from_slice(line);
        self.text.push(b'\n');
    }

    /// A path, in the quotes of a shell unless paths are bare.
    fn path(&mut self, path: &[u8]) {
        if self.bare { self.line(path) } else { self.line(&quoted(path)) }
    }

    fn flush(&mut self, output: &Output) -> Result<(), Failure> {
        output.write_lines(&self.text).concerning(output.name())?;
        self.text.clear();
        Ok(())
    }

    fn flush_some(&mut self, output: &Output) -> Result<(), Failure> {
        if self.text.len() < KEPT { Ok(()) } else { self.flush(output) }
    }
}

/// In quotes, as xorriso writes names.
fn quoted(name: &[u8]) -> Vec<u8> {
    let mut text = vec![b'\''];
    for byte in name {
        match byte {
            b'\'' => text.extend_from_slice(b"'\"'\"'"),
            byte => text.push(*byte),
        }
    }
    text.push(b'\'');
    text
}

/// What xorriso says of an image that it has opened.
fn introduction(option: &str, path: &OsString, source: &dyn Source, image: &Image<'_>) -> Result<String> {
    let sessions = image.sessions(source)?;
    let start = image.session_start();
    let shown = sessions.iter().find(|session| session.start == start);
    let identifier = shown.map(|session| String::from_utf8_lossy(&session.volume_identifier).into_owned());
    let summary = summary(sessions.len(), image.volume_end().div_ceil(2048));
    let path = path.to_string_lossy();
    Ok(format!(
        "Drive current: {option} '{path}'\nMedia status : is written\n{summary}\nVolume id    : '{}'\n",
        identifier.unwrap_or_default()
    ))
}

fn summary(sessions: usize, blocks: u64) -> String {
    let count = sessions.max(1);
    let plural = if count == 1 { "" } else { "s" };
    format!("Media summary: {count} session{plural}, {blocks} data blocks")
}

/// Says something on standard error that is no complaint.
fn tell(report: &Report, text: &str) {
    if let Some(mut error) = report.streams().error.as_ref() {
        let mut lines = Vec::new();
        push_lines(text.as_bytes(), &mut lines);
        let _ = error.write_all(&lines);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_quoted_by_itself() {
        assert_eq!(quoted(b"it's"), b"'it'\"'\"'s'");
    }
}
