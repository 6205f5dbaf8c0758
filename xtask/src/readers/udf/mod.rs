//! The table of UDF images: those that isomk writes, those of `cargo xtask images udf` and those of the corpus, and what
//! every reader sees in them: isokit, the Linux kernel, 7-Zip, libcdio's libudf, VideoLAN's libudfread, GRUB and udfinfo.
//! For those that isomk writes, what they were made of is the first witness.
//!
//! The first that lists an image, in the order of [`READERS`] without isokit, is its witness; the others are held
//! against it, by name, kind, mode, owner, size, time, device, link and digest, as far as they say them. A difference
//! needs a line in `doc/formats/differences-udf.tsv`; without one this chore fails. Given images are only told.

mod written;

use crate::Outcome;
use crate::run::{cargo, root, say, target};
use isokit_witness::compare::{Difference, differences, summary};
use isokit_witness::{Reading, Tree, grub, keep, libraries, ours, sevenzip, udfinfo};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The readers that list trees. isokit first; then the witnesses, best first.
const READERS: &[&str] = &["isokit", "source", "linux", "7zz", "libudfread", "libudf", "grub"];

/// Differences shown of each reader for images that are named on the command line.
const SHOWN: usize = 20;

/// An image, and where the kernel's listing of it is kept.
struct Image {
    name: String,
    path: PathBuf,
    linux: Option<Reading>,
    /// What it was made of, for those that isomk writes.
    source: Option<Tree>,
}

/// A sentence for a difference: `*` in image, reader and outcome stands for anything.
struct Explanation {
    key: String,
    image: String,
    reader: String,
    outcome: String,
}

/// One row of the table: an image, and how many names each reader sees.
struct Row {
    cells: Vec<String>,
    /// Whether every reader that was asked sees the same.
    equal: bool,
    unexplained: Vec<String>,
}

/// Fails where a difference is not explained, and where `doc/formats/readers-udf.tsv` is another table; tells of the images
/// named.
pub(super) fn table(only: &[String]) -> Outcome {
    cargo(&["build", "--quiet", "--release", "-p", "isols", "-p", "imgsum"])?;
    let written = written::images(&target().join("readers-udf"))?;
    let images: Vec<Image> = written
        .into_iter()
        .chain(images()?)
        .filter(|image| only.is_empty() || only.iter().any(|name| image.name.contains(name.as_str())))
        .collect();
    let explanations = explanations()?;
    let rows = rows(&images, &explanations, !only.is_empty())?;
    let mut table = format!("image\tudfinfo\t{}\n", READERS.join("\t"));
    let (mut equal, mut unexplained) = (0_usize, Vec::new());
    for (image, row) in images.iter().zip(rows) {
        let line = format!("{}\t{}", image.name, row.cells.join("\t"));
        if !only.is_empty() {
            say(&line);
        }
        writeln!(table, "{line}").map_err(|error| error.to_string())?;
        equal = equal.saturating_add(usize::from(row.equal));
        unexplained.extend(row.unexplained.iter().map(|what| format!("{}: {what}", image.name)));
    }
    let file = root().join("doc/formats/readers-udf.tsv");
    if only.is_empty() {
        say(&format!(
            "{} UDF images: {equal} equal to all readers, the others with {} cells not explained: {}",
            images.len(),
            unexplained.len(),
            file.display()
        ));
    }
    if !unexplained.is_empty() {
        return Err(format!("not explained:\n{}", unexplained.join("\n")));
    }
    if only.is_empty() { isokit_golden::hold(&file, &table, isokit_golden::renews()) } else { Ok(()) }
}

/// Every row, two at a time.
fn rows(images: &[Image], explanations: &[Explanation], tell: bool) -> Result<Vec<Row>, String> {
    let middle = images.len().div_ceil(2);
    let (first, second) = images.split_at(middle);
    let half = |images: &[Image]| -> Vec<Row> {
        images.iter().map(|image| row(image, explanations, tell)).collect()
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| half(second));
        let mut rows = half(first);
        rows.extend(other.join().map_err(|_| "a thread that asked readers panicked")?);
        Ok(rows)
    })
}

fn row(image: &Image, explanations: &[Explanation], tell: bool) -> Row {
    let readings: Vec<Option<Reading>> = READERS.iter().map(|reader| reading(reader, image)).collect();
    let witness = readings.iter().enumerate().skip(1).find_map(|(number, reading)| match reading {
        Some(Ok(tree)) => Some((number, tree)),
        _ => None,
    });
    let mut row = Row { cells: vec![volume(&image.path)], equal: true, unexplained: Vec::new() };
    for (number, (reader, reading)) in READERS.iter().zip(&readings).enumerate() {
        let cell = match (reading, witness) {
            (None, _) => "-".to_owned(),
            (Some(Ok(tree)), Some((best, _))) if best == number => tree.len().to_string(),
            (Some(outcome), _) => {
                let (cell, found) = cell(outcome, witness.map(|(_, tree)| tree));
                for difference in found.iter().take(if tell { SHOWN } else { 0 }) {
                    let Difference { path, fact, reference, reader: said } = difference;
                    say(&format!("{}: {reader}: {path}: {fact} {said:?}, not {reference:?}", image.name));
                }
                if cell.starts_with('=') {
                    row.cells.push(cell);
                    continue;
                }
                row.equal = false;
                if let Some(why) = explanations.iter().find(|why| why.fits(&image.name, reader, &cell)) {
                    format!("{cell} [{}]", why.key)
                } else {
                    row.unexplained.push(format!("{reader}: {cell}"));
                    cell
                }
            }
        };
        row.cells.push(cell);
    }
    row
}

/// What is said of a reader that is not the witness.
fn cell(outcome: &Reading, witness: Option<&Tree>) -> (String, Vec<Difference>) {
    match (outcome, witness) {
        (Err(words), _) => (format!("refuses: {}", words.replace('\t', " ")), Vec::new()),
        (Ok(tree), None) => (format!("{} entries, alone", tree.len()), Vec::new()),
        (Ok(tree), Some(witness)) => {
            let found = differences(witness, tree);
            if found.is_empty() {
                (format!("={}", tree.len()), found)
            } else {
                (format!("{}: {}", tree.len(), summary(&found)), found)
            }
        }
    }
}

/// What a reader sees; `None` when it was not asked. What the peers see is kept until the image or this program, which
/// understands them, is newer.
fn reading(reader: &str, image: &Image) -> Option<Reading> {
    match reader {
        "isokit" => return Some(ours::reading(&target().join("release"), &image.path, "udf")),
        "linux" => return image.linux.clone(),
        "source" => return image.source.clone().map(Ok),
        _ => {}
    }
    let kept = target().join("readers-udf").join(format!("{}.{reader}", image.name.replace('/', "+")));
    let changed = |path: &Path| std::fs::metadata(path).and_then(|facts| facts.modified()).ok();
    let program = std::env::current_exe().ok();
    if changed(&kept) > changed(&image.path).max(program.and_then(|program| changed(&program)))
        && let Some(reading) = keep::read(&kept)
    {
        return Some(reading);
    }
    let reading = match reader {
        "7zz" => sevenzip::reading(&image.path),
        "grub" => grub::reading(&image.path),
        library => libraries::reading(library, &image.path),
    };
    // Without a folder to keep it in, it is asked again.
    let _ = std::fs::create_dir_all(target().join("readers-udf"));
    let _ = keep::write(&kept, &reading);
    Some(reading)
}

/// Revision, block size and integrity by udfinfo.
fn volume(path: &Path) -> String {
    match udfinfo::reading(path) {
        Err(_) => "none".into(),
        Ok(facts) => {
            let fact = |key: &str| facts.get(key).map_or("?", String::as_str);
            format!("{} {} {}", fact("udfrev"), fact("blocksize"), fact("integrity"))
        }
    }
}

/// The images made by recipe, then the corpus's.
fn images() -> Result<Vec<Image>, String> {
    let made = target().join("udf");
    let manifest =
        read(&made.join("MANIFEST.tsv")).map_err(|why| format!("{why} (cargo xtask images udf)"))?;
    let mut images = Vec::new();
    for line in manifest.lines().skip(1) {
        let name = line.split('\t').next().unwrap_or_default();
        let path = made.join(name);
        if path.exists() {
            let linux = keep::read(&made.join(format!("{name}.linux")));
            images.push(Image { name: name.into(), path, linux, source: None });
        }
    }
    let corpus = std::env::var_os("ISOKIT_CORPUS").map_or_else(|| target().join("corpus"), PathBuf::from);
    let Ok(manifest) = read(&corpus.join("MANIFEST.tsv")) else {
        say("the corpus is not unpacked: its images are left out");
        return Ok(images);
    };
    let mut lines = manifest.lines();
    let columns: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| columns.iter().position(|column| *column == name).unwrap_or(usize::MAX);
    let (udfinfo, linux) = (column("udfinfo"), column("linux-udf"));
    for line in lines {
        let fields: Vec<&str> = line.split('\t').collect();
        let there = |number: usize| fields.get(number).is_some_and(|field| !matches!(*field, "" | "-"));
        let name = fields.first().copied().unwrap_or_default();
        if !(there(udfinfo) || there(linux)) {
            continue;
        }
        let kept = corpus.join(format!("EXPECTED/{name}.linux-udf.tsv"));
        let (name, path, linux) = (name.to_owned(), corpus.join(name), keep::corpus(&kept));
        images.push(Image { name, path, linux, source: None });
    }
    Ok(images)
}

fn explanations() -> Result<Vec<Explanation>, String> {
    let text = read(&root().join("doc/formats/differences-udf.tsv"))?;
    let mut explanations = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<String> = line.splitn(5, '\t').map(str::to_owned).collect();
        let [key, image, reader, outcome, _] = <[String; 5]>::try_from(fields)
            .map_err(|_| format!("differences-udf.tsv: five fields: {line}"))?;
        explanations.push(Explanation { key, image, reader, outcome });
    }
    Ok(explanations)
}

impl Explanation {
    fn fits(&self, image: &str, reader: &str, outcome: &str) -> bool {
        matches(&self.reader, reader) && matches(&self.image, image) && matches(&self.outcome, outcome)
    }
}

/// Whether `text` is `pattern`, in which `*` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let mut last = None;
    for piece in pieces {
        // Each piece is taken where it first fits; the last must end the text.
        if let Some(before) = last.replace(piece) {
            match rest.find(before) {
                Some(at) => rest = rest.get(at.saturating_add(before.len())..).unwrap_or_default(),
                None => return false,
            }
        }
    }
    last.map_or(rest.is_empty(), |last| rest.ends_with(last))
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        assert!(matches("a*c", "abc") && matches("a*c", "ac") && matches("*", "") && matches("a", "a"));
        assert!(matches("made/*-512*", "made/hd-512.udf") && matches("*x*y*", "axbyc"));
        assert!(!matches("a*c", "abd") && !matches("a", "ab") && !matches("*x*y", "yx"));
    }
}
