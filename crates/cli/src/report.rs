//! What a tool says on standard error, and the exit status that follows from it.

use crate::advice;
use crate::exit::{Failure, Status};
use crate::name::{quoted, quoted_argument, visible};
use crate::streams::Streams;
use indicatif::ProgressBar;
use isokit_core::error::{Advice, Told};
use isokit_core::finding::Finding;
use std::ffi::{OsStr, OsString};
use std::fmt::Display;
use std::fs::File;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Says things on standard error, one line each, at once: `tool: input: sentence`. Has the streams of the run. A value, not a
/// global.
pub struct Report {
    tool: &'static str,
    arguments: Vec<OsString>,
    failed: AtomicBool,
    quiet: AtomicBool,
    screen: Arc<Screen>,
}

/// Standard error, the bar that is drawn below its lines, and the file that gets the lines in its place.
pub(crate) struct Screen {
    pub(crate) streams: Streams,
    bar: Mutex<Option<ProgressBar>>,
    log: OnceLock<File>,
}

impl std::fmt::Debug for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Report")
            .field("tool", &self.tool)
            .field("failed", &self.failed)
            .finish_non_exhaustive()
    }
}

impl Report {
    /// Of a run of `tool` on these `streams`.
    pub fn new(tool: &'static str, streams: Streams) -> Self {
        Self {
            tool,
            arguments: Vec::new(),
            failed: AtomicBool::new(false),
            quiet: AtomicBool::new(false),
            screen: Arc::new(Screen { streams, bar: Mutex::new(None), log: OnceLock::new() }),
        }
    }

    /// Knows what the tool was called with, its name left out: a message may show how to call it instead.
    #[must_use]
    pub fn called_with(mut self, arguments: impl IntoIterator<Item = OsString>) -> Self {
        self.arguments = arguments.into_iter().collect();
        self
    }

    /// The tool's call, for a shell, with `-` in the place of `operand`, which may have been given as `@OPERAND`.
    pub fn call_reading_standard_input(&self, operand: &OsStr) -> String {
        let (mut words, given) = self.call(operand, OsStr::new("-"));
        if !given && (self.arguments.is_empty() || operand != "-") {
            words.push("-".into());
        }
        words.join(" ")
    }

    /// The tool's call, for a shell, with these `options` besides, and `other` in the place of `operand` where there is
    /// one.
    pub(crate) fn call_with(&self, operand: &OsStr, other: Option<&OsStr>, options: &[String]) -> String {
        let (mut words, given) = self.call(operand, other.unwrap_or(operand));
        if let Some(other) = other.filter(|_| !given) {
            words.push(quoted(other).into_owned());
        }
        words.splice(1..1, options.iter().cloned());
        words.join(" ")
    }

    /// The words of the tool's call with `other` in the place of `operand`, and whether that was among them.
    fn call(&self, operand: &OsStr, other: &OsStr) -> (Vec<String>, bool) {
        let mut words = vec![self.tool.to_owned()];
        let mut given = false;
        for argument in &self.arguments {
            let bytes = argument.as_bytes();
            let is_operand = bytes.strip_prefix(b"@").unwrap_or(bytes) == operand.as_bytes();
            let word = if !given && is_operand { other } else { argument.as_os_str() };
            given |= is_operand;
            words.push(quoted_argument(word).into_owned());
        }
        (words, given)
    }

    /// What the run reads and writes.
    pub fn streams(&self) -> &Streams {
        &self.screen.streams
    }

    /// Has messages written to `log` from now on, not to standard error. Only the first call counts.
    pub fn write_to(&self, log: File) {
        let _ = self.screen.log.set(log);
    }

    /// As it stands before every message.
    pub fn tool(&self) -> &'static str {
        self.tool
    }

    /// With `true`, warnings and notes are kept back; failures are always said.
    pub fn set_quiet(&self, quiet: bool) {
        self.quiet.store(quiet, Ordering::Relaxed);
    }

    /// [`Status::Incomplete`] once a failure was reported, else [`Status::Done`].
    pub fn status(&self) -> Status {
        if self.failed.load(Ordering::Relaxed) { Status::Incomplete } else { Status::Done }
    }

    /// Something concerning `input` (a file, or a path in an image) failed; the run goes on and ends with status 1.
    pub fn failure(&self, input: impl Display, problem: impl Display) {
        self.failed.store(true, Ordering::Relaxed);
        self.line(&format!("{}: {input}: {problem}", self.tool));
    }

    /// The run ends with status 1, for a reason that its output gives.
    pub fn incomplete(&self) {
        self.failed.store(true, Ordering::Relaxed);
    }

    /// As [`Report::failure`], of each of these `problems`.
    pub fn failures(&self, input: &str, problems: impl IntoIterator<Item = Told>) {
        let problems = problems.into_iter();
        problems
            .for_each(|problem| self.failure(input, self.advising(Some(input), &problem, &problem.advice)));
    }

    /// As [`Report::failure`], of what is already tied to its input.
    pub fn failed(&self, failure: &Failure) {
        self.failed.store(true, Ordering::Relaxed);
        self.line(&self.sentence(failure));
    }

    /// Something the user should know that is no failure.
    pub fn warning(&self, input: impl Display, sentence: impl Display) {
        if !self.quiet.load(Ordering::Relaxed) {
            self.line(&format!("{}: {input}: warning: {sentence}", self.tool));
        }
    }

    /// As [`Report::warning`], of a sentence of the core's.
    pub fn warned(&self, input: &str, told: &Told) {
        self.warning(input, self.advising(Some(input), told, &told.advice));
    }

    /// Something that was done and is worth knowing when asked.
    pub fn note(&self, input: impl Display, sentence: impl Display) {
        self.line(&format!("{}: {input}: note: {sentence}", self.tool));
    }

    /// A tolerated deviation of `input` from its standard, worth knowing when asked.
    pub fn finding(&self, input: &str, finding: &Finding) {
        self.note(input, self.advising(Some(input), finding, &finding.advice));
    }

    /// A sentence that another program's users know as it is, said after the tool's name alone. Changes no status.
    pub fn remark(&self, sentence: impl Display) {
        self.line(&format!("{}: {sentence}", self.tool));
    }

    /// The last message: the run ends with [`Status::Failed`], which is left to the caller to return.
    pub fn fatal(&self, failure: &Failure) {
        self.line(&self.sentence(failure));
    }

    fn sentence(&self, failure: &Failure) -> String {
        let input = failure.input.as_deref();
        format!("{}: {}", self.tool, self.advising(input, failure, failure.error.advice()))
    }

    /// `sentence` with what `advice` says at its end, spelled as options of this call where `input` is known.
    fn advising<'a>(
        &self,
        input: Option<&str>,
        sentence: impl Display,
        advice: impl Into<Option<&'a Advice>>,
    ) -> String {
        let call = |operand: &OsStr, other: Option<&OsStr>, options: &[String]| {
            self.call_with(operand, other, options)
        };
        let end = advice.into().map(|advice| advice::end(advice, input, &call)).unwrap_or_default();
        format!("{sentence}{end}")
    }

    /// For what draws a bar below the lines.
    pub(crate) fn screen(&self) -> Arc<Screen> {
        Arc::clone(&self.screen)
    }

    fn line(&self, text: &str) {
        self.screen.line(text);
    }
}

impl Screen {
    /// The bar that is drawn, `new` when there is none yet.
    pub(crate) fn bar(&self, new: impl FnOnce() -> ProgressBar) -> ProgressBar {
        self.bar.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(new).clone()
    }

    /// Takes the bar from the terminal, if one is drawn.
    pub(crate) fn clear_bar(&self) {
        if let Some(bar) = self.bar.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }

    /// One line, whole, in which nothing is obeyed by a terminal: never mixed with another thread's, or with a bar. A closed standard error is nobody's to
    /// tell.
    pub(crate) fn line(&self, text: &str) {
        let write = || {
            let Some(mut to) = self.log.get().or(self.streams.error.as_ref()) else { return };
            let _ = to.write_all(format!("{}\n", visible(text)).as_bytes());
        };
        match &*self.bar.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}
