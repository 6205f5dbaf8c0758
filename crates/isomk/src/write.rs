//! The plan becomes bytes, in a file or a stream; beside it the sums of the files, the rule for make(1) and the files of jigdo.

use crate::age::Around;
use crate::checksums::Recorder;
use crate::checksums::Running;
use crate::collect::Collected;
use crate::contents::Contents;
use crate::image::Image;
use crate::jigdo::Extraction;
use crate::request::Request;
use crate::sources::Origin;
use crate::spelling::{Advice, Asked};
use crate::sums::Sums;
use isokit_cli::name::{inside, shown};
use isokit_cli::output::{Data, Output};
use isokit_cli::progress::Progress;
use isokit_cli::{Concerning, Failure, Report, Status, Streams};
use isokit_core::Error;
use isokit_core::error::reason;
use isokit_core::fill::{self, Deviation, Layout, Listener, Observer};
use isokit_core::iso9660::{self, plan::Checksums};
use isokit_core::tree::build::{ContentId, NameId};
use isokit_digests::Algorithm;
use std::io::{ErrorKind, Write};
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Where the image goes, and what is written beside it if it is wanted.
pub(crate) struct Outputs {
    image: Output,
    sums: Beside,
    rule: Beside,
    /// The template of jigdo.
    template: Option<Output>,
    jigdo: Beside,
}

impl Outputs {
    /// Opens them.
    ///
    /// # Errors
    /// When one cannot be written.
    pub(crate) fn open(request: &Request, streams: &Streams) -> Result<Self, Failure> {
        let rule = Beside::open(request.outputs.depfile.as_deref(), streams)?;
        let sums = Beside::open(request.outputs.sums.as_deref(), streams)?;
        let spelling = request.spelling;
        let instead = spelling.advice(Advice::NotTerminal);
        let image = Output::open(request.outputs.image.as_deref(), Data::Binary(&instead), streams)?;
        if request.outputs.whole_or_nothing && !image.appears() {
            let option = spelling.option(Asked::WholeOrNothing);
            let advice = spelling.advice(Advice::RegularFile);
            let sentence = format!("{option} requires a regular file as output{advice}");
            return Err(Error::Usage(sentence)).concerning(image.name());
        }
        if request.outputs.over_base && !image.appears() {
            let sentence = "only a regular file can be changed; name another output";
            return Err(Error::Usage(sentence.into())).concerning(image.name());
        }
        let jigdo = request.outputs.jigdo.as_ref();
        let template = jigdo.map(|jigdo| Output::open(Some(&jigdo.template), Data::Binary(""), streams));
        let (template, jigdo) = (template.transpose()?, jigdo.map(|jigdo| jigdo.file.as_path()));
        Ok(Self { image, sums, rule, template, jigdo: Beside::open(jigdo, streams)? })
    }

    /// Writes them; `rule` gives the text for make(1). The image comes last: if it is there, so is the rest.
    ///
    /// # Errors
    /// When they cannot be written, or an input cannot be read after all: then a regular target is what it was.
    pub(crate) fn write(
        self,
        request: &Request,
        collected: &Collected,
        image: &Image<'_>,
        (contents, extraction): (&Contents<'_>, Option<&Extraction<'_>>),
        report: &Report,
        rule: impl FnOnce() -> Vec<u8>,
    ) -> Result<(), Failure> {
        let around = Around::new(&request.outputs, &collected.folders);
        let sums = request.outputs.sums.as_ref().map(|_| Sums::new(Algorithm::Sha256, &collected.build));
        let checksums = image.iso9660().and_then(iso9660::plan::Plan::checksums);
        let recorded = checksums.map(|checksums| (checksums, Sums::new(Algorithm::Md5, &collected.build)));
        let watch = Watch {
            collected,
            contents,
            report,
            sums: [sums.as_ref(), recorded.as_ref().map(|(_, sums)| sums)],
            progress: Progress::new(request.manner.progress, self.image.name(), Some(image.size()), report),
            unreadable: AtomicBool::new(false),
        };
        let (output, threads) = (self.image, request.manner.threads);
        let recorded = recorded.as_ref();
        let jigdo = extraction.zip(self.template.as_ref());
        let to = To { contents, watch: &watch, threads, output: &output, recorded, jigdo };
        let jigdo = match image {
            Image::Iso9660(plan) => to.fill(plan),
            Image::Udf(plan) => to.fill(plan),
            Image::Bridge(plan) => to.fill(&**plan),
            Image::Hybrid(plan) => to.fill(&**plan),
        }?;
        if watch.unreadable.load(Ordering::Relaxed) {
            return Err(Error::Unreadable("an input can no longer be read; the image is incomplete".into()))
                .concerning(output.name());
        }
        if request.outputs.whole_or_nothing && report.status() != Status::Done {
            return Err(Error::Usage(
                "not written, because some inputs could not be recorded as they are".into(),
            ))
            .concerning(output.name());
        }
        let unchanged = around.is_unchanged();
        self.sums.write(|| sums.as_ref().map_or_else(Vec::new, |sums| sums.manifest(&collected.build)))?;
        self.rule.write(rule)?;
        self.jigdo.write(|| jigdo)?;
        for text in [self.sums, self.rule, self.jigdo] {
            text.finish()?;
        }
        self.template.map_or(Ok(()), |template| template.finish(request.outputs.sync))?;
        output.finish(request.outputs.sync)?;
        match &request.outputs.image {
            // Otherwise the image may lack something, and make has to see that.
            Some(image) if unchanged => around.settle(image),
            _ => Ok(()),
        }
    }
}

/// What filling needs, whatever the layout.
struct To<'a> {
    contents: &'a Contents<'a>,
    watch: &'a Watch<'a>,
    threads: usize,
    output: &'a Output,
    /// Digests that are recorded in the image, and those of its contents.
    recorded: Option<&'a (Checksums<'a>, Sums)>,
    /// What is made of the image, and where its template goes.
    jigdo: Option<(&'a Extraction<'a>, &'a Output)>,
}

impl To<'_> {
    /// Writes the image; the text of the .jigdo file, if there is to be one.
    ///
    /// # Errors
    /// When something cannot be written, and those of [`Extraction::end`].
    fn fill<L: Layout<Origin = Origin>>(&self, plan: &L) -> Result<Vec<u8>, Failure> {
        let Self { contents, watch, threads, output, .. } = *self;
        // One thread is the one that writes.
        let readers = if threads == 1 { 0 } else { threads };
        if self.recorded.is_some() || self.jigdo.is_some() {
            return self.fill_in_order(plan, readers);
        }
        let filled = match output.in_place() {
            Some(base) => fill::fill_in_place(plan, contents, watch, threads, output.file(), base),
            None => fill::stream_to(plan, contents, watch, readers, output.file().as_fd()),
        };
        filled.concerning(output.name()).map(|()| Vec::new())
    }

    /// As [`To::fill`], where all of the image has to be seen.
    fn fill_in_order<L: Layout<Origin = Origin>>(
        &self,
        plan: &L,
        readers: usize,
    ) -> Result<Vec<u8>, Failure> {
        let Self { contents, watch, output, recorded, jigdo, .. } = *self;
        std::thread::scope(|scope| {
            let scope = Some(scope).filter(|_| readers > 0);
            let mut passing = match jigdo {
                Some((extraction, template)) => Some(extraction.begin(output.file(), template, scope)?),
                None => None,
            };
            let mut file = output.file();
            let to: &mut dyn Write = passing.as_mut().map_or(&mut file, |passing| passing);
            let filled = match recorded {
                Some((checksums, sums)) => {
                    let session = scope.map_or_else(Running::here, Running::beside);
                    let mut recorder = Recorder::new(to, *checksums, sums, session);
                    fill::write_to(plan, contents, watch, readers, &mut recorder)
                }
                None => fill::write_to(plan, contents, watch, readers, to),
            };
            match passing.zip(jigdo) {
                Some((passing, (extraction, template))) => {
                    extraction.end(passing, filled, (output, template))
                }
                None => filled.concerning(output.name()).map(|()| Vec::new()),
            }
        })
    }
}

/// A text beside the image, if it was asked for. It is opened before the image is written, so that a wrong place for it
/// is known in time, and written after.
struct Beside(Option<Output>);

impl Beside {
    /// Opens it.
    ///
    /// # Errors
    /// When it cannot be written.
    fn open(path: Option<&Path>, streams: &Streams) -> Result<Self, Failure> {
        path.map(|path| Output::open(Some(path), Data::Text, streams)).transpose().map(Self)
    }

    /// Writes it.
    ///
    /// # Errors
    /// When it cannot be written.
    fn write(&self, text: impl FnOnce() -> Vec<u8>) -> Result<(), Failure> {
        let Some(output) = &self.0 else { return Ok(()) };
        output.write_lines(&text()).concerning(output.name())
    }

    /// It is whole.
    ///
    /// # Errors
    /// When it cannot be there; what was there before then still is.
    fn finish(self) -> Result<(), Failure> {
        self.0.map_or(Ok(()), |output| output.finish(false))
    }
}

/// Two that hear the same.
struct Both<'l>([Box<dyn Listener + 'l>; 2]);

impl Listener for Both<'_> {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.iter_mut().for_each(|one| one.bytes(bytes));
    }

    fn end(self: Box<Self>) {
        self.0.into_iter().for_each(Listener::end);
    }
}

/// Observes filling: warns of contents that changed, sums them, counts bytes.
struct Watch<'a> {
    collected: &'a Collected,
    contents: &'a Contents<'a>,
    report: &'a Report,
    sums: [Option<&'a Sums>; 2],
    progress: Progress<'a>,
    unreadable: AtomicBool,
}

impl Watch<'_> {
    /// What a message is about: a file on disk, an archive, or a file of an image, by its path in the new one.
    fn subject(&self, content: ContentId) -> String {
        let build = &self.collected.build;
        let origin = &build.content(content).origin;
        let from = shown(&self.contents.path(origin));
        if !matches!(origin, Origin::Extent { .. } | Origin::Pieces { .. }) {
            return from;
        }
        let has = |name: &NameId| build.file(build.name(*name).file).content == Some(content);
        build.names().find(has).map_or(from.clone(), |name| inside(&from, &build.path(name)))
    }
}

impl Observer for Watch<'_> {
    /// What shrinks, grows or goes away while it is read is said, and the image is made: its directories were promised
    /// before. What cannot be read for another reason leaves no image.
    fn deviates(&self, content: ContentId, how: Deviation) {
        let item = self.collected.build.content(content);
        let size = item.size;
        let problem = match how {
            Deviation::Shrunk(now) => {
                format!("shrank from {size} to {now} bytes while it was read; the rest is zeros")
            }
            Deviation::Changed => {
                "changed while the image was made; its two copies in the image differ".to_owned()
            }
            Deviation::Grown => {
                format!("grew while the image was made; only its first {size} bytes are recorded")
            }
            Deviation::Unreadable(error) if error.kind() == ErrorKind::NotFound => {
                format!("was removed while the image was made; replaced by {size} zeros")
            }
            Deviation::Unreadable(error) => {
                self.unreadable.store(true, Ordering::Relaxed);
                reason(&error)
            }
        };
        self.report.failure(self.subject(content), problem);
    }

    fn listen(&self, content: ContentId) -> Option<Box<dyn Listener + '_>> {
        match self.sums {
            [Some(one), Some(other)] => Some(Box::new(Both([one.listen(content), other.listen(content)]))),
            [one, other] => one.or(other).map(|sums| sums.listen(content)),
        }
    }

    fn progress(&self, bytes: u64) {
        self.progress.add(bytes);
    }
}
