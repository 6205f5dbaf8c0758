//! The plan becomes bytes, in a file or a stream; beside it the sums of the files and the rule for make(1).

use crate::age::Around;
use crate::checksums::Recorder;
use crate::checksums::Running;
use crate::collect::Collected;
use crate::contents::Contents;
use crate::image::Image;
use crate::request::Request;
use crate::sources::Origin;
use crate::spelling::{Advice, Asked};
use crate::sums::Sums;
use crate::tables::Tables;
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
use std::io::ErrorKind;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Where the image goes, and what is written beside it if it is wanted.
pub(crate) struct Outputs {
    image: Output,
    sums: Beside,
    rule: Beside,
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
        Ok(Self { image, sums, rule })
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
        report: &Report,
        rule: impl FnOnce() -> Vec<u8>,
    ) -> Result<(), Failure> {
        let around = Around::new(&request.outputs, &collected.folders);
        let contents = Contents::new(&collected.stores, collected.follow)
            .with_tables(Tables::new(image, &collected.tables));
        let sums = request.outputs.sums.as_ref().map(|_| Sums::new(Algorithm::Sha256, &collected.build));
        let checksums = image.iso9660().and_then(iso9660::plan::Plan::checksums);
        let recorded = checksums.map(|checksums| (checksums, Sums::new(Algorithm::Md5, &collected.build)));
        let watch = Watch {
            collected,
            contents: &contents,
            report,
            sums: [sums.as_ref(), recorded.as_ref().map(|(_, sums)| sums)],
            progress: Progress::new(request.manner.progress, self.image.name(), Some(image.size()), report),
            unreadable: AtomicBool::new(false),
        };
        let (output, threads) = (self.image, request.manner.threads);
        let recorded = recorded.as_ref();
        let to = To { contents: &contents, watch: &watch, threads, output: &output, recorded };
        let filled = match image {
            Image::Iso9660(plan) => to.fill(plan),
            Image::Udf(plan) => to.fill(plan),
            Image::Bridge(plan) => to.fill(&**plan),
            Image::Hybrid(plan) => to.fill(&**plan),
        };
        filled.concerning(output.name())?;
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
        self.sums.finish(|| sums.as_ref().map_or_else(Vec::new, |sums| sums.manifest(&collected.build)))?;
        self.rule.finish(rule)?;
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
}

impl To<'_> {
    fn fill<L: Layout<Origin = Origin>>(&self, plan: &L) -> isokit_core::Result<()> {
        let Self { contents, watch, threads, output, recorded } = *self;
        // One thread is the one that writes.
        let readers = if threads == 1 { 0 } else { threads };
        match (recorded, output.in_place()) {
            (Some((checksums, sums)), _) => std::thread::scope(|scope| {
                let session = if threads == 1 { Running::here() } else { Running::beside(scope) };
                let mut recorder = Recorder::new(output.file(), *checksums, sums, session);
                fill::write_to(plan, contents, watch, readers, &mut recorder)
            }),
            (None, Some(base)) => fill::fill_in_place(plan, contents, watch, threads, output.file(), base),
            (None, None) => fill::stream_to(plan, contents, watch, readers, output.file().as_fd()),
        }
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
    /// When it cannot be written; what was there before then still is.
    fn finish(self, text: impl FnOnce() -> Vec<u8>) -> Result<(), Failure> {
        let Some(output) = self.0 else { return Ok(()) };
        output.write_lines(&text()).concerning(output.name())?;
        output.finish(false)
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
