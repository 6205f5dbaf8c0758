//! What a reader sees in an image, in one form for every reader: the Linux kernel's drivers in an emulator, 7-Zip, GRUB,
//! libcdio's and VideoLAN's libraries, udfinfo, mtools, and isokit's own tools. Tests and tables compare them.

pub mod compare;
pub mod disk;
pub mod emulator;
pub mod grub;
pub mod keep;
pub mod libraries;
pub mod mtools;
pub mod ours;
pub mod sevenzip;
pub mod udfinfo;

use std::collections::BTreeMap;
use std::process::{Command, Output};

/// What a reader says of one name. What it does not say is empty and is not compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// Permission bits, octal, without leading zeros.
    pub mode: String,
    /// `regular file`, `directory`, `symbolic link`, `fifo`, `socket`, `character special file`, `block special file`:
    /// the words of stat(1). An empty file is a regular file.
    pub kind: String,
    /// Hard links, in decimal.
    pub links: String,
    /// `uid:gid`.
    pub owner: String,
    /// Bytes, in decimal.
    pub size: String,
    /// Whole seconds since 1970, in decimal.
    pub modified: String,
    /// Nanoseconds of the modification time, nine digits.
    pub fraction: String,
    /// `major,minor` of a device, hexadecimal.
    pub device: String,
    /// SHA-256 of a regular file, target of a symbolic link.
    pub content: String,
}

/// A tree: path without leading slash, and what is there. The root is left out.
pub type Tree = BTreeMap<String, Seen>;

/// What a reader sees, or in its own words why it sees nothing.
pub type Reading = Result<Tree, String>;

/// The kind that ls(1) and find(1) have this letter for; what is none of theirs is a regular file.
#[must_use]
pub fn kind_of(letter: char) -> &'static str {
    match letter {
        'd' => "directory",
        'l' => "symbolic link",
        'p' => "fifo",
        's' => "socket",
        'c' => "character special file",
        'b' => "block special file",
        _ => "regular file",
    }
}

/// Runs a reader. `Err` when it is not installed or says nothing on standard output and fails.
fn run(command: &mut Command) -> Result<Output, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.stdout.is_empty() && !output.status.success() {
        return Err(last_words(&output));
    }
    Ok(output)
}

/// The last line of what a failed reader said, or how it ended.
fn last_words(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().trim().to_owned();
    if line.is_empty() { output.status.to_string() } else { line }
}

/// SHA-256 of every regular file below `folder`, by sha256sum(1).
fn digests(folder: &std::path::Path) -> Result<Vec<(String, String)>, String> {
    let script = "find . -type f -print0 | xargs -0 -r sha256sum -z";
    let output = run(Command::new("bash").args(["-c", script]).current_dir(folder))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = text.split('\0').filter_map(|line| line.split_once("  ./"));
    Ok(lines.map(|(digest, path)| (path.to_owned(), digest.to_owned())).collect())
}
