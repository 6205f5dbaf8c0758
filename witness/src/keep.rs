//! Listings kept in files: one written by [`write()`], and those of the Linux kernel that come with the corpus.

use crate::{Reading, Seen, Tree};
use std::path::Path;

/// What [`write()`] writes first for a reader that saw nothing.
const REFUSED: &str = "refused\t";

/// Keeps a listing: a line a name, fields separated by tabs, the path last.
///
/// # Errors
/// When the file cannot be written.
pub fn write(file: &Path, reading: &Reading) -> Result<(), String> {
    let text = match reading {
        Err(words) => format!("{REFUSED}{words}\n"),
        Ok(tree) => tree.iter().map(line).collect(),
    };
    std::fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))
}

fn line((path, seen): (&String, &Seen)) -> String {
    let Seen { mode, kind, links, owner, size, modified, fraction, device, content } = seen;
    // Tabs separate; the only field beside the path that may hold one is a link's target.
    let content = content.replace('\\', "\\\\").replace('\t', "\\t");
    format!("{mode}\t{kind}\t{links}\t{owner}\t{size}\t{modified}\t{fraction}\t{device}\t{content}\t{path}\n")
}

/// Reads what [`write()`] wrote; `None` when there is no such file.
#[must_use]
pub fn read(file: &Path) -> Option<Reading> {
    let text = String::from_utf8_lossy(&std::fs::read(file).ok()?).into_owned();
    if let Some(words) = text.strip_prefix(REFUSED) {
        return Some(Err(words.trim_end().into()));
    }
    Some(Ok(text
        .lines()
        .filter_map(|line| {
            let fields: Vec<String> = line.splitn(10, '\t').map(str::to_owned).collect();
            let [mode, kind, links, owner, size, modified, fraction, device, content, path] =
                <[String; 10]>::try_from(fields).ok()?;
            let content = content.replace("\\t", "\t").replace("\\\\", "\\");
            Some((path, Seen { mode, kind, links, owner, size, modified, fraction, device, content }))
        })
        .collect()))
}

/// Reads a listing of the corpus: `mode links uid:gid size mtime major,minor`, digest or target, path; `None` when there
/// is no such file.
#[must_use]
pub fn corpus(file: &Path) -> Option<Reading> {
    let bytes = std::fs::read(file).ok()?;
    let mut tree = Tree::new();
    for line in String::from_utf8_lossy(&bytes).lines() {
        let fields: Vec<&str> = line.splitn(3, '\t').collect();
        let [facts, content, path] = fields[..] else { continue };
        let facts: Vec<&str> = facts.split(' ').collect();
        let [mode, links, owner, size, modified, device] = facts[..] else { continue };
        let path = path.trim_start_matches("./").trim_start_matches('/');
        if path.is_empty() || path == "." {
            continue;
        }
        let seen = Seen {
            mode: octal(mode),
            kind: kind(mode).into(),
            links: links.into(),
            owner: owner.into(),
            size: size.into(),
            modified: modified.into(),
            device: device.into(),
            content: content.trim_start_matches("->").trim_start_matches(' ').trim_start_matches('-').into(),
            fraction: String::new(),
        };
        tree.insert(path.to_owned(), seen);
    }
    Some(Ok(tree))
}

/// The kind of an `ls -l` mode, in stat(1)'s words.
fn kind(mode: &str) -> &'static str {
    match mode.as_bytes().first() {
        Some(b'd') => "directory",
        Some(b'l') => "symbolic link",
        Some(b'p') => "fifo",
        Some(b's') => "socket",
        Some(b'c') => "character special file",
        Some(b'b') => "block special file",
        _ => "regular file",
    }
}

/// `rwsr-xr-T` as octal digits.
fn octal(mode: &str) -> String {
    let mut bits = 0_u32;
    for (place, letter) in mode.bytes().skip(1).take(9).enumerate() {
        let special = [0o4000, 0o2000, 0o1000].get(place / 3).copied().unwrap_or_default();
        let bit = 0o400_u32 >> place;
        bits |= match letter {
            b'-' => 0,
            b's' | b't' => bit | special,
            b'S' | b'T' => special,
            _ => bit,
        };
    }
    format!("{bits:o}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_comes_back_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("listing");
        let seen = Seen { kind: "symbolic link".into(), content: "a\tb\\c".into(), ..Seen::default() };
        let reading: Reading = Ok(Tree::from([("tab\tname".into(), seen)]));
        write(&file, &reading).expect("room");
        assert_eq!(read(&file), Some(reading));
        write(&file, &Err("no".into())).expect("room");
        assert_eq!(read(&file), Some(Err("no".into())));
        assert_eq!(read(&folder.path().join("absent")), None);
    }

    #[test]
    fn modes_of_letters_become_digits() {
        assert_eq!(octal("-rwsr-xr-x"), "4755");
        assert_eq!(octal("drwxrwxrwt"), "1777");
        assert_eq!(octal("---S--S--T"), "7000");
        assert_eq!(octal("crw-r-----"), "640");
        assert_eq!((kind("crw-r-----"), kind("-")), ("character special file", "regular file"));
    }
}
