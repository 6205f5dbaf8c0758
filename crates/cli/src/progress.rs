//! How far a long run is, on standard error.

use crate::rate::{Rate, figures};
use crate::report::{Report, Screen};
use crate::size::human;
use crate::streams::is_terminal;
use crate::when::When;
use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rustix::fs::{FlockOperation, flock};
use std::fs::File;
use std::io;
use std::marker::PhantomData;
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Work that is done sooner shows no bar, which would only flicker.
const PATIENCE: Duration = Duration::from_millis(500);

/// Between two states of a bar: faster than that nobody reads.
const STATES: Duration = Duration::from_millis(100);

/// States of a bar that are drawn in a second, at the most: more than there are.
const RATE: u8 = 20;

/// Between two lines of progress where there is no terminal to draw a bar on.
const LINES: Duration = Duration::from_secs(1);

/// Most characters of a name before a bar, so that 80 columns have room for the figures.
const NAME: usize = 24;

/// Counts bytes, from any thread, and shows the count to who waits.
#[derive(Debug)]
pub struct Progress<'r> {
    done: Arc<AtomicU64>,
    _shown: Shown<'r>,
}

impl<'r> Progress<'r> {
    /// Begins now; `total` bytes are to come, when that is known, of the same kind as those that [`Progress::add`]
    /// counts.
    pub fn new(when: When, name: &str, total: Option<u64>, report: &'r Report) -> Self {
        let done = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&done);
        let shown = Shown::new(when, name, total, report, move || count.load(Ordering::Relaxed));
        Self { done, _shown: shown }
    }

    /// `bytes` more are done; from any thread.
    pub fn add(&self, bytes: u64) {
        self.done.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// Shows a count that someone else keeps, as long as it lives.
#[derive(Debug)]
pub struct Shown<'r> {
    /// Ends the thread that shows the count, by being dropped.
    running: Option<(Sender<()>, JoinHandle<()>)>,
    report: PhantomData<&'r Report>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Bar,
    Lines,
}

impl<'r> Shown<'r> {
    /// Begins now; `total` bytes are to come, when that is known, of which `done` tells how many have. A bar is drawn on a
    /// terminal, behind the `name` of what is read or written; with [`When::Always`] anything else gets a line a second.
    pub fn new(
        when: When,
        name: &str,
        total: Option<u64>,
        report: &'r Report,
        done: impl Fn() -> u64 + Send + 'static,
    ) -> Self {
        let form = match (when, is_terminal(report.streams().error.as_ref())) {
            (When::Never, _) | (When::Auto, false) => None,
            (When::Auto | When::Always, true) => Some(Form::Bar),
            (When::Always, false) => Some(Form::Lines),
        };
        Self::in_form(form, name, total, report, done)
    }

    fn in_form(
        form: Option<Form>,
        name: &str,
        total: Option<u64>,
        report: &'r Report,
        done: impl Fn() -> u64 + Send + 'static,
    ) -> Self {
        let running = form.and_then(|form| {
            let (running, ended) = channel();
            let watcher = Watcher { form, tool: report.tool(), name: short(name), total, done };
            let (screen, start) = (report.screen(), Instant::now());
            let watch = move || watcher.watch(&screen, start, &ended);
            // Where there is no room for a thread, the work goes on unseen.
            Some((running, std::thread::Builder::new().spawn(watch).ok()?))
        });
        Self { running, report: PhantomData }
    }
}

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        if let Some((running, thread)) = self.running.take() {
            drop(running);
            let _ = thread.join();
        }
    }
}

/// The last component of `name`, its end if that is long.
fn short(name: &str) -> String {
    let last = name.rsplit('/').find(|part| !part.is_empty()).unwrap_or(name);
    let shown: String = crate::name::shown(last.as_bytes());
    let skipped = shown.chars().count().saturating_sub(NAME);
    shown.chars().skip(skipped).collect()
}

/// Shows a count in a thread of its own: one that stands still is to be seen standing.
struct Watcher<D> {
    form: Form,
    tool: &'static str,
    name: String,
    total: Option<u64>,
    done: D,
}

impl<D: Fn() -> u64> Watcher<D> {
    fn watch(&self, screen: &Screen, start: Instant, ended: &Receiver<()>) {
        let (first, between) = if self.form == Form::Bar { (PATIENCE, STATES) } else { (LINES, LINES) };
        let mut rate = Rate::new(start);
        let mut next = start + first;
        let mut claimed = None;
        loop {
            let wait = next.saturating_duration_since(Instant::now());
            if ended.recv_timeout(wait) != Err(RecvTimeoutError::Timeout) {
                break;
            }
            let (now, done) = (Instant::now(), (self.done)());
            let speed = rate.at(now, done);
            let figures = figures(done, self.total, speed, now.saturating_duration_since(start));
            if self.form == Form::Lines {
                screen.line(&format!("{}: {} done{figures}", self.tool, self.count(done)));
            } else if let Some(terminal) = &screen.streams.error {
                claimed = claimed.or_else(|| claim(terminal));
                if claimed.is_some() {
                    let bar = screen.bar(|| bar(self.total, terminal));
                    bar.set_prefix(format!("{}: {}", self.name, self.count(done)));
                    bar.set_message(figures.trim_start_matches(", ").to_owned());
                    bar.set_position(done);
                    bar.tick();
                }
            }
            next = now + between;
        }
        if claimed.is_some() {
            screen.clear_bar();
        }
    }

    fn count(&self, done: u64) -> String {
        match self.total {
            Some(total) => format!("{} of {}", human(done), human(total)),
            None => human(done),
        }
    }
}

/// The right to draw on the terminal: of several runs at once, as of make -j or in a pipeline, one has it until it ends,
/// and the next goes on. Opened anew, because a lock is shared by all that inherit one opening.
fn claim(terminal: &File) -> Option<File> {
    let anew = File::open(format!("/proc/self/fd/{}", terminal.as_raw_fd())).ok()?;
    flock(&anew, FlockOperation::NonBlockingLockExclusive).ok().map(|()| anew)
}

fn bar(total: Option<u64>, terminal: &File) -> ProgressBar {
    let template = if total.is_some() { "{prefix} {wide_bar} {msg}" } else { "{prefix}, {msg}" };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let both_ways = || Ok(Term::read_write_pair(terminal.try_clone()?, terminal.try_clone()?));
    let target = both_ways().map(|term| ProgressDrawTarget::term(term, RATE));
    let target = target.unwrap_or_else(|_: io::Error| ProgressDrawTarget::hidden());
    ProgressBar::with_draw_target(total, target).with_style(style)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::streams::Streams;

    #[test]
    fn work_that_is_done_at_once_shows_nothing() {
        for form in [None, Some(Form::Lines)] {
            let said = tempfile::tempfile().expect("a file");
            let error = Some(said.try_clone().expect("a file"));
            let report = Report::new("tool", Streams { error, ..Streams::default() });
            drop(Shown::in_form(form, "x", Some(4096), &report, || 1024));
            assert_eq!(said.metadata().expect("a file").len(), 0);
        }
    }

    #[test]
    fn templates_are_legal() {
        for total in [None, Some(10)] {
            let style = bar(total, &tempfile::tempfile().expect("a file"));
            style.set_position(5);
            assert_eq!(style.position(), 5);
        }
        assert!(ProgressStyle::with_template("{prefix} {wide_bar} {msg}").is_ok());
        assert!(ProgressStyle::with_template("{prefix}, {msg}").is_ok());
    }

    #[test]
    fn names_are_their_last_part() {
        assert_eq!(short("a/b.img"), "b.img");
        assert_eq!(short(&"x".repeat(40)).len(), NAME);
    }
}
