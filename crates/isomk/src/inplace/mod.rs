//! Files of an image changed where they lie. What becomes of which bytes is the business of [`isokit_core::amend`]; here is that it is
//! never half done: all of it is in a journal before the image is touched (`doc/decisions/in-place.md`).

mod apply;
mod image;
mod journal;
mod new;
mod notes;

use crate::request::{Base, InPlace, Request};
use crate::spelling::{Advice, Asked};
use image::{Identity, Locked};
use isokit_cli::input::refuse_interrupted;
use isokit_cli::name::shown;
use isokit_cli::output::{Data, Output};
use isokit_cli::progress::Progress;
use isokit_cli::{Concerning, Failure, Report, Status};
use isokit_core::amend::{Amended, Amendment, Change, amend};
use isokit_core::source::{self, Source};
use isokit_core::{Error, Result};
use journal::{Journal, State};
use new::New;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Whether `bytes` could be a journal, but for its checksum: for who tries what its reader makes of any bytes.
pub(crate) fn is_journal(bytes: &dyn Source) -> bool {
    Journal::parse(bytes).is_ok()
}

/// Changes what `request` asks for, and finishes first what an earlier run began.
///
/// # Errors
/// When the image is not touched, for whatever reason.
pub(crate) fn change(request: &Request, report: &Report) -> Result<Status, Failure> {
    report.set_quiet(request.manner.quiet);
    let (Some(base), Some(asked)) = (&request.inputs.base, &request.outputs.in_place) else {
        return Ok(Status::Done);
    };
    let image = Locked::open(&base.path, request)?;
    image.is_output(request)?;
    let place = place(&image, asked, request)?;
    is_apart(&place, &image, base)?;
    is_only(&place, &image, &base.path)?;
    let run = Run { request, report, image, place };
    if let Err(failure) = run.finish_earlier()? {
        report.failed(&failure);
        return Ok(report.status());
    }
    if !base.replace.is_empty() {
        run.change(base)?;
    }
    Ok(report.status())
}

/// Where the journal of `image` lies.
fn place(image: &Locked, asked: &InPlace, request: &Request) -> Result<PathBuf, Failure> {
    match &asked.journal {
        Some(path) => Ok(path.clone()),
        None if image.is_device => {
            let (option, place) = (Asked::InPlace, Asked::Journal);
            let [option, place] = [option, place].map(|asked| request.spelling.option(asked));
            let sentence = format!("is a block device, for which {option} requires {place} FILE");
            Err(Error::Usage(sentence)).concerning(&image.name)
        }
        None => Ok(isokit_cli::journal::beside(&image.path)),
    }
}

/// Makes sure that what lies at `place` is neither the image nor a file that it is given, which a journal would replace.
///
/// # Errors
/// [`Error::Usage`] for one that is.
fn is_apart(place: &Path, image: &Locked, base: &Base) -> Result<(), Failure> {
    let Some(found) = identity(place) else { return Ok(()) };
    let is_new = || base.replace.iter().any(|(_, path)| identity(path) == Some(found));
    let what = match image.is(found) {
        true => "the image itself",
        false if is_new() => "a file that goes into the image",
        false => return Ok(()),
    };
    Err(Error::Usage(format!("is {what}, and cannot be its journal")))
        .concerning(shown(place.as_os_str().as_bytes()))
}

/// Makes sure that no other journal than that at `place` lies beside the image, which would undo what is done now once it is
/// finished.
///
/// # Errors
/// [`Error::Unreadable`] where one does.
fn is_only(place: &Path, image: &Locked, operand: &Path) -> Result<(), Failure> {
    let near = identity(&isokit_cli::journal::beside(&image.path));
    if near.is_some() && identity(place) != near { refuse_interrupted(operand.as_os_str()) } else { Ok(()) }
}

/// Which file lies at `path`, if one does.
fn identity(path: &Path) -> Option<Identity> {
    std::fs::metadata(path).ok().map(|about| (about.dev(), about.ino()))
}

/// One run over one image.
struct Run<'r> {
    request: &'r Request,
    report: &'r Report,
    image: Locked,
    /// Where the journal lies.
    place: PathBuf,
}

impl Run<'_> {
    /// Finishes the change that an earlier run wrote a journal of, if one did. The inner failure is one of finishing it.
    ///
    /// # Errors
    /// When what lies in the place of the journal is none of this image.
    fn finish_earlier(&self) -> Result<Result<(), Failure>, Failure> {
        let name = shown(self.place.as_os_str().as_bytes());
        let Some(file) = journal::open(&self.place).concerning(&name)? else {
            if self.request.inputs.base.as_ref().is_some_and(|base| base.replace.is_empty()) {
                self.note(&self.image.name, &format!("has no journal {name}, and nothing to be finished"));
            }
            return Ok(Ok(()));
        };
        let found = source::File::new(file).and_then(|file| State::read(&file).map(|state| (file, state)));
        let (file, state) = found.concerning(&name)?;
        let advice = self.request.spelling.advice(Advice::OtherJournal);
        // What somebody names is not taken for what a crash left, if it may be anything.
        let is_named = self.request.outputs.in_place.as_ref().is_some_and(|asked| asked.journal.is_some());
        match state {
            State::Blank if !is_named => self.forget(&name),
            State::None | State::Blank => {
                let sentence = format!("is no journal, and lies in the place of one{advice}");
                Err(Error::Usage(sentence)).concerning(name)
            }
            State::Incomplete => self.forget(&name),
            State::Damaged(at) => Ok(Err(self.damaged(at)).concerning(name)),
            State::Whole(found) => {
                if !found.is_of(&self.image.source).concerning(&self.image.name)? {
                    let image = &self.image.name;
                    let sentence = format!("is the journal of another image than {image}{advice}");
                    return Err(Error::Usage(sentence)).concerning(name);
                }
                let applied = self.apply(&file, &found);
                if applied.is_ok() {
                    let sentence = "a change of it that had been interrupted was finished";
                    self.report.warning(&self.image.name, sentence);
                }
                Ok(applied)
            }
        }
    }

    /// That of a journal whose checksum, at byte `at`, does not hold.
    fn damaged(&self, at: u64) -> Error {
        let image = &self.image.name;
        let advice = self.request.spelling.advice(Advice::NewImageAndJournal);
        let sentence = format!("is damaged: the checksum at byte {at:#x} does not hold");
        Error::Unreadable(format!("{sentence}; {image} may be half changed{advice}"))
    }

    /// Removes a journal that is not whole.
    fn forget(&self, name: &str) -> Result<Result<(), Failure>, Failure> {
        self.remove().concerning(name)?;
        self.note(name, "was not whole and is removed; the image had not been touched");
        Ok(Ok(()))
    }

    /// Replaces the files that `base` asks for.
    ///
    /// # Errors
    /// When the image is not touched.
    fn change(&self, base: &Base) -> Result<(), Failure> {
        let name = &self.image.name;
        let (mut news, mut changes) = (Vec::new(), Vec::new());
        for (target, path) in &base.replace {
            let file = self.find(path, &mut news)?;
            changes.push(Change { path: target.names.join(&b'/'), file });
        }
        let files: Vec<_> = news.iter().map(New::file).collect();
        let amendment = amend(&self.image.source, &changes, &files)
            .map_err(|error| self.advised(error))
            .concerning(name)?;
        match self.keep(&amendment, &news) {
            Ok(Some((file, journal))) => match self.apply(&file, &journal) {
                Ok(()) => {
                    amendment.notes().iter().for_each(|note| self.note(name, note));
                    notes::warn_of_dates(&self.image, &changes, &news, self.report);
                }
                Err(failure) => self.report.failed(&failure),
            },
            Ok(None) => self.note(name, "nothing in it would become another"),
            Err(Failure { input, error: error @ Error::Io(_) }) => {
                self.report.failed(&Failure { input, error: self.untouched(error) });
            }
            Err(failure) => return Err(failure),
        }
        Ok(())
    }

    /// `error`, which kept the journal from being written.
    fn untouched(&self, error: Error) -> Error {
        let is_default = self.request.outputs.in_place.as_ref().is_some_and(|asked| asked.journal.is_none());
        let advice =
            if is_default { self.request.spelling.advice(Advice::JournalElsewhere) } else { String::new() };
        Error::Unreadable(format!("{error}; the image was not touched{advice}"))
    }

    /// Says what only who asks for it wants to know.
    fn note(&self, name: &str, sentence: &str) {
        if self.request.manner.verbose {
            self.report.note(name, sentence);
        }
    }

    /// The number among `news` of the file at `path`, which is opened if it is none of them.
    fn find(&self, path: &Path, news: &mut Vec<New>) -> Result<usize, Failure> {
        let new = New::open(path, self.request.latest)?;
        if self.image.is(new.identity) {
            let sentence = "is the image itself, of which a file is to be replaced";
            return Err(Error::Usage(sentence.into())).concerning(new.name);
        }
        match news.iter().position(|other| other.identity == new.identity) {
            Some(known) => Ok(known),
            None => {
                news.push(new);
                Ok(news.len().saturating_sub(1))
            }
        }
    }

    /// `error`, with what can be done about it.
    fn advised(&self, error: Error) -> Error {
        let advice = self.request.spelling.advice(Advice::NewImage);
        match error {
            Error::TooLarge(sentence) => Error::TooLarge(sentence + &advice),
            Error::Usage(sentence) => Error::Usage(sentence + &advice),
            Error::Unsupported(error) => Error::Usage(format!("{error}{advice}")),
            error => error,
        }
    }

    /// Writes the journal of `amendment`, in which the contents of `news` are; `None` for a change of nothing. It is on the disk
    /// when it has its name.
    ///
    /// # Errors
    /// When there is none: for lack of room, or because the image would not be as it should.
    fn keep(&self, amendment: &Amendment, news: &[New]) -> Result<Option<(source::File, Journal)>, Failure> {
        if amendment.parts().is_empty() {
            return Ok(None);
        }
        let output = Output::open(Some(&self.place), Data::Text, self.report.streams())?;
        if !output.appears() {
            let sentence = "is no regular file, which a journal has to be";
            return Err(Error::Usage(sentence.into())).concerning(output.name());
        }
        let journal = Journal::of(amendment, &self.image.source).concerning(&self.image.name)?;
        let progress = self.progress(output.name(), journal.length);
        journal.write(&output, amendment, news, &progress)?;
        drop(progress);
        news.iter().try_for_each(New::is_unchanged)?;
        let copy = output.file().try_clone().map_err(|error| Error::io("open", error));
        let file = copy.and_then(source::File::new).concerning(output.name())?;
        let amended = Amended::new(&self.image.source, &file, &journal.patches);
        amendment.check(&amended).map_err(|error| self.advised(error)).concerning(&self.image.name)?;
        if journal.is_done(&self.image.source, &amended).concerning(&self.image.name)? {
            return Ok(None);
        }
        let written = output.file().metadata().ok().map(|about| (about.dev(), about.ino()));
        if let Err(failure) = output.finish(true) {
            // It may have its name, and what failed is to make that durable: nothing is to be finished by it.
            if written.is_some() && identity(&self.place) == written {
                let _ = std::fs::remove_file(&self.place);
            }
            return Err(failure);
        }
        Ok(Some((file, journal)))
    }

    /// Changes the image as `journal`, which is in `file`, says, and removes that.
    ///
    /// # Errors
    /// When not all was changed, or the journal cannot be removed; it is there then.
    fn apply(&self, file: &source::File, journal: &Journal) -> Result<(), Failure> {
        let progress = self.progress(&self.image.name, journal.changed());
        let applied = apply::apply(&self.image.file, file, &journal.patches, &progress);
        applied.map_err(|error| self.interrupted(error)).concerning(&self.image.name)?;
        notes::warn(&self.image, self.report);
        let stays = |error| Error::Unreadable(format!("{error}; all of the image was changed"));
        self.remove().map_err(stays).concerning(shown(self.place.as_os_str().as_bytes()))
    }

    /// `error`, which kept the image from being changed as a whole.
    fn interrupted(&self, error: Error) -> Error {
        let place = shown(self.place.as_os_str().as_bytes());
        let option = self.request.spelling.option(Asked::InPlace);
        let sentence = format!("{error}; the rest of the change is in {place}, and {option} finishes it");
        Error::Unreadable(sentence)
    }

    /// Removes the journal.
    fn remove(&self) -> Result<()> {
        let failed = |error| Error::io("remove", error);
        std::fs::remove_file(&self.place).map_err(failed)?;
        let folder = self.place.parent().filter(|folder| *folder != Path::new(""));
        let folder = File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all());
        folder.map_err(failed)
    }

    fn progress(&self, name: &str, total: u64) -> Progress<'_> {
        Progress::new(self.request.manner.progress, name, Some(total), self.report)
    }
}
