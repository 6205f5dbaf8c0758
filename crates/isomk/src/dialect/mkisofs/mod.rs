//! The command line of mkisofs, as genisoimage and xorrisofs speak it.
//!
//! `table` has the options; parsing (`scan`), help, the manual and the tests go by it. Options collect in [`Settings`], which
//! become the request when all are read: patterns on paths on disk can only then be told from the pathspecs.

mod accounts;
mod boot;
mod boot_image;
mod changes;
mod date;
mod entries;
mod help;
mod identifiers;
mod interval;
mod jigdo;
mod lists;
mod manual;
mod names;
mod native;
mod option;
mod output;
mod partitions;
mod patterns;
mod peer;
mod replay;
mod scan;
mod settings;
mod sources;
mod spelling;
mod table;
#[cfg(test)]
mod tests;
mod trees;
mod values;

use crate::dates;
use crate::operand::Operand;
use crate::request::{self, BootCode, Change, Request};
use entries::Entries;
use isokit_cli::output::{Data, Output};
use isokit_cli::{Concerning, Failure, Report, Status};
use isokit_core::tree::build::Hidden;
use isokit_core::{Error, Result};
use lists::Lists;
use scan::Said;
use settings::Answer;
use std::ffi::OsString;
use std::io::Write;
use values::Values;

pub(crate) use manual::manual;
pub(crate) use peer::Peer;
pub(crate) use settings::Settings;

/// As [`super::request`], of the command line of `peer`, its name left out.
///
/// # Errors
/// When a word is no option, or cannot be honoured.
pub(crate) fn request(
    peer: Peer,
    words: Vec<OsString>,
    report: &Report,
) -> Result<Result<Request, Status>, Failure> {
    answer(Settings::read(peer, words)?, report)
}

/// As [`request`], of a command line that is only to be translated.
///
/// # Errors
/// As there; [`Error::Usage`] where an image is only read, for which isomk has no options.
pub(crate) fn request_to_show(
    peer: Peer,
    words: Vec<OsString>,
    report: &Report,
) -> Result<Result<Request, Status>, Failure> {
    let mut settings = Settings::read(peer, words)?;
    // Nothing is written.
    settings.output.blank = false;
    if settings.answer.is_none() && settings.only_reads()? {
        let sentence = "an image is read, and none is made; isols and isocat read images";
        return Err(Error::Usage(sentence.into()).into());
    }
    answer(settings, report)
}

fn answer(settings: Settings, report: &Report) -> Result<Result<Request, Status>, Failure> {
    let peer = settings.peer;
    match settings.answer {
        Some(Answer::Help) => {
            // Callers look for words of it on standard error alone.
            if let Some(mut error) = report.streams().error.as_ref() {
                error
                    .write_all(help::help(peer).as_bytes())
                    .map_err(|error| Error::io("standard error: write", error))?;
            }
            Ok(Err(Status::Done))
        }
        Some(Answer::Version) => {
            let output = Output::open(None, Data::Text, report.streams())?;
            output.write_lines(help::version(peer).as_bytes()).concerning(output.name())?;
            output.finish(false)?;
            Ok(Err(Status::Done))
        }
        None if settings.only_reads()? => settings.reading.run(report).map(Err),
        None if settings.output.is_given_up => {
            settings.request(&mut Lists::new(report.streams())).map(|_| Err(Status::Done))
        }
        None => settings.request(&mut Lists::new(report.streams())).map(Ok),
    }
}

impl Settings {
    /// What the words of a command line ask for.
    ///
    /// # Errors
    /// [`Error::Usage`] for a word that is no option, and for one that cannot be honoured.
    pub(crate) fn read(peer: Peer, words: Vec<OsString>) -> Result<Self> {
        let mut settings = Self::new(peer);
        let mut words = words.into_iter();
        if peer != Peer::Xorriso {
            let said = scan::scan(peer, &mut words)?;
            settings.take(said)?;
        }
        // Behind a `--`, or alone: commands of xorriso.
        native::commands(&mut settings, &mut words)?;
        Ok(settings)
    }

    /// Does what is said, in order.
    fn take(&mut self, said: Vec<Said>) -> Result<()> {
        for one in said {
            match one {
                Said::Pathspec(pathspec) => self.sources.pathspecs.push(pathspec),
                Said::Option { definition, option, words } => {
                    definition.apply(self, &Values { option: &option, words: &words })?;
                }
            }
            // Callers ask so whether options are known, not whether these would make an image.
            if self.answer.is_some() {
                break;
            }
        }
        Ok(())
    }

    /// The sector of the medium at which the image begins.
    ///
    /// # Errors
    /// [`Error::Usage`] for what cannot be of a later session, and for digests beside UDF.
    fn start(&self) -> Result<u32> {
        let (option, start) = match &self.sources.sessions {
            Some((option, (_, next))) => (option.as_str(), *next),
            None => ("-C", 0),
        };
        let has_udf = self.trees.udf || self.trees.dvd_video;
        if start > 0 && has_udf {
            return Err(Error::Usage(format!("{option}: a later session cannot have UDF")));
        }
        if self.trees.checksums && has_udf {
            return Err(Error::Usage("MD5 digests require ISO 9660 alone, without -udf".into()));
        }
        Ok(start)
    }

    /// That no options contradict each other, as far as no file has to be read to know.
    ///
    /// # Errors
    /// [`Error::Usage`] if some do.
    pub(crate) fn understood(self) -> Result<()> {
        if self.answer.is_some() {
            return Ok(());
        }
        if self.reading.is_asked() {
            return self.only_reads().map(drop);
        }
        self.start()?;
        self.jigdo.request()?;
        self.partitions.request(false)?;
        self.boot.request(self.peer).map(drop)
    }

    /// The request, once `lists` are read.
    ///
    /// # Errors
    /// When one cannot be read, and for what cannot be honoured.
    fn request(mut self, lists: &mut Lists<'_>) -> Result<Request, Failure> {
        let base = self.base()?;
        if base.is_some() || !self.sources.mapped.is_empty() || !self.sources.made.is_empty() {
            // What is made without -as mkisofs has xorriso's own rules of names.
            self.names.level.get_or_insert(3);
            // ISOLINUX may look for its files by their plain names.
            let is_read = self.boot.has_one_that_loads_itself();
            (self.names.ascii, self.names.lower_case) = (is_read, is_read);
        }
        self.output.check()?;
        let operands = self.sources.operands(self.peer, base.is_some(), lists)?;
        let hidden = self.entries.on_disk(lists)?;
        let entries = self.recorded(&hidden, &operands, lists)?;
        let mut inputs = sources::inputs(&self, hidden, base, operands, lists)?;
        let (start, jigdo) = (self.start()?, self.jigdo.request()?);
        self.identifiers.follow(inputs.previous.as_ref());
        let mut warnings = self.warnings;
        if start > 0 && self.sources.previous.is_none() && !self.peer.is_xorriso() {
            warnings.push(("-C", "makes a session that has nothing of earlier ones"));
        }
        let mut boot = self.boot;
        if self.partitions.is_isohybrid && boot.system_area.is_some() {
            self.partitions.asked.code = Some(BootCode::Isohybrid);
        }
        let marked = boot.has_marks();
        if marked && !self.partitions.has_marks() {
            boot.unmark();
            warnings.push(("-isohybrid-gpt-basdat and its like", "have no effect without -isohybrid-mbr"));
        }
        let (boot, mut partitions) = (boot.request(self.peer)?, self.partitions.request(marked)?);
        if let Some(base) = &mut inputs.base {
            if boot.entries.is_empty() {
                base.partitions = std::mem::take(&mut partitions.appended);
            }
            self.changes.check(&boot, &partitions)?;
            self.changes.empty(&mut self.identifiers.texts);
        }
        Ok(Request {
            inputs,
            entries,
            format: self.trees.format(self.peer, &self.names, self.sources.recorded_charset()),
            tables: self.trees.tables(),
            identifiers: self.identifiers.texts,
            date: self.identifiers.date,
            dates: None,
            latest: dates::latest(std::env::var_os("SOURCE_DATE_EPOCH").as_deref())?,
            boot,
            partitions,
            start,
            padding: self.output.padding(),
            product: self.output.product(),
            is_shown: false,
            outputs: request::Outputs { jigdo, ..self.output.request() },
            manner: self.output.manner(),
            // What boots is asked for option by option.
            in_words: |_| String::new(),
            spelling: &spelling::Shared,
            warnings,
        })
    }

    /// What is recorded otherwise than `operands` have it; `hidden` is what patterns on what lies on disk hide.
    ///
    /// # Errors
    /// As [`Settings::request`].
    fn recorded(
        &mut self,
        hidden: &[(Vec<u8>, Hidden)],
        operands: &[Operand],
        lists: &mut Lists<'_>,
    ) -> Result<request::Entries, Failure> {
        let mut changes = self.trees.changes(lists)?;
        changes.extend(self.entries.modes());
        changes.extend(self.changes.owners(lists)?);
        changes.extend(self.identifiers.all_dates.map(|date| (b"**".to_vec(), Change::Modified(date))));
        let dates = std::mem::take(&mut self.changes.dates).into_iter();
        changes.extend(dates.map(|(pattern, date)| (pattern, Change::Modified(date))));
        Ok(request::Entries {
            changes,
            root: self.entries.root(),
            hidden: self.entries.hidden_paths.clone(),
            hidden_made: Entries::made(hidden, operands)?,
            weights: None,
            more_weights: self.entries.weights(operands, lists)?,
            required: std::mem::take(&mut self.changes.required),
        })
    }
}
