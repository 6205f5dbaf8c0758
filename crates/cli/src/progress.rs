//! How far a long run is, on standard error.

use crate::report::Report;
use crate::size::human;
use crate::when::When;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Work that is done sooner shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// Between two lines where there is no terminal to draw on.
const LINES: Duration = Duration::from_secs(1);

/// Counts bytes, from any thread, and shows the count to who waits.
#[derive(Debug)]
pub struct Progress<'r> {
    shown: Shown,
    report: &'r Report,
    total: Option<u64>,
    done: AtomicU64,
    next: Mutex<Instant>,
}

#[derive(Debug)]
enum Shown {
    Nothing,
    Bar,
    Lines,
}

impl<'r> Progress<'r> {
    /// Begins now; `total` bytes are to come, when that is known. A bar is drawn on a terminal; with
    /// [`When::Always`] anything else gets a line a second.
    pub fn new(when: When, total: Option<u64>, report: &'r Report) -> Self {
        let shown = match (when, std::io::stderr().is_terminal()) {
            (When::Never, _) | (When::Auto, false) => Shown::Nothing,
            (When::Auto | When::Always, true) => Shown::Bar,
            (When::Always, false) => Shown::Lines,
        };
        let wait = if matches!(shown, Shown::Lines) { LINES } else { PATIENCE };
        Self { shown, report, total, done: AtomicU64::new(0), next: Mutex::new(Instant::now() + wait) }
    }

    /// `bytes` more are done.
    pub fn add(&self, bytes: u64) {
        let done = self.done.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        if matches!(self.shown, Shown::Nothing) {
            return;
        }
        // Somebody else is showing it when this is taken.
        let Ok(mut next) = self.next.try_lock() else { return };
        let now = Instant::now();
        if now < *next {
            return;
        }
        if matches!(self.shown, Shown::Bar) {
            *next = now + Duration::from_millis(50);
            self.report.bar(|| bar(self.total)).set_position(done);
        } else {
            *next = now + LINES;
            self.report.say(self.sentence(done));
        }
    }

    fn sentence(&self, done: u64) -> String {
        match self.total {
            Some(total) => format!("{} of {} done", human(done), human(total)),
            None => format!("{} done", human(done)),
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if matches!(self.shown, Shown::Bar) {
            self.report.clear_bar();
        }
    }
}

fn bar(total: Option<u64>) -> ProgressBar {
    let template = match total {
        Some(_) => "{bytes} of {total_bytes} {wide_bar} {binary_bytes_per_sec} {eta}",
        None => "{bytes} {spinner} {binary_bytes_per_sec} {elapsed}",
    };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr()).with_style(style)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::sync::Arc;

    #[derive(Clone, Default)]
    struct Said(Arc<Mutex<Vec<u8>>>);

    impl Write for Said {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("no panic").write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn said(shown: Shown, wait: Duration) -> String {
        let said = Said::default();
        let report = Report::to("tool", Box::new(said.clone()));
        let mut progress = Progress::new(When::Never, Some(4096), &report);
        progress.shown = shown;
        progress.next = Mutex::new(Instant::now() + wait);
        progress.add(1024);
        progress.add(1024);
        drop(progress);
        let text = said.0.lock().expect("no panic").clone();
        String::from_utf8(text).expect("text")
    }

    #[test]
    fn lines_come_no_sooner_than_they_should() {
        assert_eq!(said(Shown::Lines, Duration::ZERO), "tool: 1.0K of 4.0K done\n");
        assert_eq!(said(Shown::Lines, LINES), "");
        assert_eq!(said(Shown::Nothing, Duration::ZERO), "");
    }

    #[test]
    fn templates_are_legal() {
        for total in [None, Some(10)] {
            let style = bar(total);
            style.set_position(5);
            assert_eq!(style.position(), 5);
        }
        assert!(ProgressStyle::with_template("{bytes} {wide_bar} {binary_bytes_per_sec} {eta}").is_ok());
    }
}
