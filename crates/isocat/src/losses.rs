//! What entries have that a tar archive has no place for: named streams, and the extended attributes of UDF, which are
//! none that a system of today could set again.

use crate::flags::spelled;
use isokit_cli::Report;
use isokit_cli::name::inside;
use isokit_core::Error;
use isokit_core::tree::inventory::Collector;
use isokit_core::tree::{Attribute, Entry, Tree};

/// What the names of attributes begin with that only UDF has.
const OF_UDF: &[u8] = b"udf.";
/// What the names of streams begin with that UDF itself keeps: those of the file set are part of the volume.
const KEPT_BY_UDF: &[u8] = b"*UDF ";

/// Whether an archive has a place for `attribute`.
fn is_kept(attribute: &Attribute) -> bool {
    !attribute.name.starts_with(OF_UDF)
}

/// Counts what is lost while an archive is collected.
pub(crate) struct Losses<'a> {
    tree: &'a dyn Tree,
    report: &'a Report,
    input: &'a str,
    verbose: bool,
    /// Entries with streams, and with attributes.
    with: [usize; 2],
}

impl<'a> Losses<'a> {
    /// Entries come from `tree`; with `verbose` each loss is said as it is met, else all are summed up by
    /// [`Losses::say`].
    pub(crate) fn new(tree: &'a dyn Tree, report: &'a Report, input: &'a str, verbose: bool) -> Self {
        Self { tree, report, input, verbose, with: [0; 2] }
    }

    /// Counts what an archive cannot keep of `entry`, at `path`.
    fn note(&mut self, path: &[u8], entry: &Entry) {
        let attributes = entry.attributes.iter().filter(|attribute| !is_kept(attribute)).count();
        let counts = [self.streams(path, entry), attributes];
        for ((count, with), what) in
            counts.into_iter().zip(&mut self.with).zip(["named stream", "UDF attribute"])
        {
            if count > 0 {
                *with = with.saturating_add(1);
                if self.verbose {
                    let are = if count == 1 { " is" } else { "s are" };
                    let sentence = format!("{count} {what}{are} not in the archive");
                    self.report.warning(inside(self.input, path), sentence);
                }
            }
        }
    }

    /// The streams of `entry`. Those that cannot be read are at least one.
    fn streams(&self, path: &[u8], entry: &Entry) -> usize {
        if entry.streams.is_none() {
            return 0;
        }
        let of_root = path.is_empty();
        self.tree.streams(entry).map_or(1, |streams| {
            streams.iter().filter(|stream| !of_root || !stream.name.starts_with(KEPT_BY_UDF)).count()
        })
    }

    /// Says how much there was, where it was not said one by one.
    pub(crate) fn say(&self) {
        let [streams, attributes] = self.with;
        let entries =
            |count: usize| if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") };
        let what = match (streams, attributes) {
            (0, 0) => return,
            (_, 0) => format!("named streams of {}", entries(streams)),
            (0, _) => format!("UDF attributes of {}", entries(attributes)),
            _ => {
                format!("named streams of {} and UDF attributes of {}", entries(streams), entries(attributes))
            }
        };
        if !self.verbose {
            let all = spelled::ALL;
            self.report.warning(self.input, format_args!("{what} are not in the archive{all}"));
        }
    }
}

impl Collector for Losses<'_> {
    fn meet(&mut self, path: &[u8], entry: &Entry) -> bool {
        self.note(path, entry);
        true
    }

    fn keeps(&self, attribute: &Attribute) -> bool {
        is_kept(attribute)
    }

    fn unreadable(&mut self, path: &[u8], error: Error) {
        self.report.failure(inside(self.input, path), error);
    }
}
