//! Which tree of a bridge is shown: the one that has more, as far as both are compared.

use super::Volume;
use crate::error::{Error, Result};
use crate::iso9660;
use crate::source::Source;
use crate::tree::{Detail, Entry, Kind, Tree};
use crate::udf;
use std::fmt;

/// Entries of a tree that are read to compare it: more than an installation medium has.
const COMPARED: u32 = 2048;

/// Bytes of the largest file that one extent of ISO 9660 can be: a smaller image cannot hold one that had to be cut.
const UNCUT: u64 = 1 << 32;

/// Which of two trees is shown, and what there is to say of that.
#[derive(Debug)]
pub(super) struct Chosen {
    /// Whether the tree of UDF is to be shown rather than the best one of ISO 9660.
    pub(super) shows_udf: bool,
    /// A clause for people.
    pub(super) reason: String,
    /// The first damage that was met in the other tree.
    pub(super) damage: Option<Error>,
}

/// Whether `iso9660` was written behind all of `udf`, by something that knew nothing of that: as xorriso adds to a bridge.
pub(super) fn is_behind(iso9660: &iso9660::Image<'_>, udf: &udf::Image<'_>) -> bool {
    let root = iso9660.tree().root().ok().and_then(|root| root.start());
    root.is_some_and(|root| root >= udf.end())
}

/// Chooses between the tree of UDF and the best one of ISO 9660.
pub(super) fn choose(source: &dyn Source, iso9660: &iso9660::Image<'_>, udf: &udf::Image<'_>) -> Chosen {
    let word = iso9660.kind().word;
    // What comes through a pipe is not read for this: what is wanted may lie anywhere, and what passes is kept.
    let is_pipe = !source.access().is_random();
    let counts = if is_pipe { None } else { udf.integrity().ok().flatten().and_then(|found| found.counts) };
    let depth = depth(source, counts);
    let (mut of_iso9660, mut of_udf) =
        match (Survey::of(iso9660.tree(), depth), Survey::of(udf.tree(), depth)) {
            (_, Err(error)) => {
                let reason = "the root directory of udf cannot be read".into();
                return Chosen { shows_udf: false, reason, damage: Some(error) };
            }
            (Err(error), Ok(_)) => {
                let reason = format!("the root directory of {word} cannot be read");
                return Chosen { shows_udf: true, reason, damage: Some(error) };
            }
            (Ok(of_iso9660), Ok(of_udf)) => (of_iso9660, of_udf),
        };
    let scope = Scope::of(&of_iso9660, &of_udf);
    let (shows_udf, reason) = difference(&of_iso9660, &of_udf, &scope, word).unwrap_or_else(|| {
        if scope == Scope::All {
            return alike(iso9660, &scope, "");
        }
        match counts.and_then(|(_, of_udf)| Some((of_udf, iso9660.directories(source)?))) {
            Some((of_udf, of_iso9660)) if of_udf > of_iso9660 => {
                (true, format!("it counts {of_udf} directories, {word} {of_iso9660}"))
            }
            Some(_) => alike(iso9660, &scope, ", and udf contains no more directories"),
            None => alike(iso9660, &scope, ", and more was not compared"),
        }
    });
    let other = if shows_udf { &mut of_iso9660 } else { &mut of_udf };
    Chosen { shows_udf, reason, damage: other.damage.take() }
}

/// How many levels of directories are compared: all of a tree unless it is large by its `counts`. Of such a one most would
/// not be compared anyway, so that it pays only to look for a file that was cut.
fn depth(source: &dyn Source, counts: Option<(u32, u32)>) -> usize {
    let is_small = counts.is_none_or(|(files, directories)| files.saturating_add(directories) <= COMPARED);
    if source.size().is_some_and(|size| is_small || size > UNCUT) { usize::MAX } else { 1 }
}

/// What is shown of two trees of which neither has more.
fn alike(iso9660: &iso9660::Image<'_>, scope: &Scope, further: &str) -> (bool, String) {
    if iso9660.tree().kind() == iso9660::TreeKind::RockRidge {
        // genisoimage, for one, makes empty files of symbolic links and devices in the tree of UDF.
        let reason =
            "Rock Ridge records everything that udf does, and writers never omit links or devices from it";
        return (false, format!("{reason}; they contain the same amount in {scope}{further}"));
    }
    let word = iso9660.kind().word;
    (true, format!("udf records more than {word}; they contain the same amount in {scope}{further}"))
}

/// The tree that has more within `scope`, and of what.
fn difference(of_iso9660: &Survey, of_udf: &Survey, scope: &Scope, word: &str) -> Option<(bool, String)> {
    let more = |of_iso9660: u64, of_udf: u64, what: &dyn Fn(&str) -> String| {
        let shows_udf = of_udf > of_iso9660;
        (of_udf != of_iso9660).then(|| (shows_udf, what(if shows_udf { word } else { "udf" })))
    };
    let roots = (of_iso9660.within(1).names, of_udf.within(1).names);
    let whole = (of_iso9660.within(usize::MAX).names, of_udf.within(usize::MAX).names);
    // One of them was read to its end, and the other one has more than that already.
    let is_over = match (of_iso9660.is_whole, of_udf.is_whole) {
        (true, false) => whole.1 > whole.0,
        (false, true) => whole.0 > whole.1,
        _ => false,
    };
    let whole = if is_over { whole } else { (0, 0) };
    let levels = scope.levels();
    let (iso9660, udf) = (of_iso9660.within(levels), of_udf.within(levels));
    more(roots.0, roots.1, &|other| format!("its root directory contains more entries than that of {other}"))
        .or_else(|| more(whole.0, whole.1, &|other| format!("it contains more entries than {other}")))
        .or_else(|| {
            more(iso9660.names, udf.names, &|other| {
                format!("it contains more entries than {other} in {scope}")
            })
        })
        .or_else(|| {
            more(iso9660.largest, udf.largest, &|other| format!("a file is larger in it than in {other}"))
        })
        .or_else(|| {
            more(iso9660.bytes, udf.bytes, &|other| {
                format!("its files are larger than those of {other} in {scope}")
            })
        })
}

/// How much of two trees is compared: as much as was read of both.
#[derive(Debug, PartialEq, Eq)]
enum Scope {
    /// Everything: both were read to their end.
    All,
    /// So many levels of directories, the root being the first.
    Levels(usize),
}

impl Scope {
    fn of(one: &Survey, other: &Survey) -> Self {
        let levels = |survey: &Survey| if survey.is_whole { usize::MAX } else { survey.complete };
        match levels(one).min(levels(other)) {
            usize::MAX => Self::All,
            levels => Self::Levels(levels),
        }
    }

    fn levels(&self) -> usize {
        match self {
            Self::All => usize::MAX,
            Self::Levels(levels) => *levels,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all directories"),
            Self::Levels(1) => f.write_str("the root directory"),
            Self::Levels(levels) => write!(f, "the first {levels} levels of directories"),
        }
    }
}

/// What there is on one level of directories, or on several.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Level {
    names: u64,
    /// Bytes of all files, by their sizes.
    bytes: u64,
    /// Bytes of the largest file: from [`UNCUT`] on ISO 9660 may have cut it.
    largest: u64,
}

/// What a look at a tree tells, level by level from the root on.
#[derive(Debug)]
struct Survey {
    levels: Vec<Level>,
    /// How many of them were read to their end: all but the last, or all. The root directory always counts as such.
    complete: usize,
    /// The whole tree was read.
    is_whole: bool,
    /// The first damage that was met: from there on the counts are too low.
    damage: Option<Error>,
}

impl Survey {
    /// Of `tree`, down to `depth` levels and until [`COMPARED`] entries were seen. Directories below the root that
    /// cannot be read have nothing in them.
    fn of(tree: &dyn Tree, depth: usize) -> Result<Self> {
        let mut survey = Self { levels: Vec::new(), complete: 0, is_whole: false, damage: None };
        let mut directories = vec![tree.root()?];
        let mut left = COMPARED;
        while !directories.is_empty() {
            if survey.complete >= depth || left == 0 {
                return Ok(survey);
            }
            let mut level = Level::default();
            let mut below = Vec::new();
            for directory in &directories {
                let added = level.add(tree, directory, &mut left, &mut below);
                match added {
                    Err(error) if survey.complete == 0 && level.names == 0 => return Err(error),
                    Err(error) => survey.damage = survey.damage.take().or(Some(error)),
                    Ok(()) => {}
                }
            }
            survey.levels.push(level);
            if left == 0 && survey.complete > 0 {
                return Ok(survey);
            }
            survey.complete = survey.levels.len();
            directories = below;
        }
        survey.is_whole = true;
        Ok(survey)
    }

    /// The sum of so many levels.
    fn within(&self, levels: usize) -> Level {
        self.levels.iter().take(levels).fold(Level::default(), |sum, level| Level {
            names: sum.names.saturating_add(level.names),
            bytes: sum.bytes.saturating_add(level.bytes),
            largest: sum.largest.max(level.largest),
        })
    }
}

impl Level {
    /// Adds what is in `directory`, and the directories in it to `below`, until none of the entries that may be read
    /// are `left`.
    ///
    /// # Errors
    /// The first damage that was met, behind which what can be read was added.
    fn add(
        &mut self,
        tree: &dyn Tree,
        directory: &Entry,
        left: &mut u32,
        below: &mut Vec<Entry>,
    ) -> Result<()> {
        let mut cursor = tree.open(directory, Detail::All)?;
        let mut entry = Entry::default();
        let mut met = Ok(());
        while *left > 0 {
            *left = left.saturating_sub(1);
            match cursor.next(&mut entry) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    met = met.and(Err(error));
                    continue;
                }
            }
            self.names = self.names.saturating_add(1);
            match entry.kind {
                Kind::File => {
                    self.bytes = self.bytes.saturating_add(entry.size);
                    self.largest = self.largest.max(entry.size);
                }
                Kind::Directory => below.push(entry.clone()),
                _ => {}
            }
        }
        met
    }
}
