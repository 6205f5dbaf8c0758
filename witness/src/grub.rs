//! GRUB's reader: names, sizes and times, and no kinds but directories. It follows symbolic links.

use crate::{Reading, Seen, Tree, run};
use std::path::Path;
use std::process::Command;

/// Directories listed at most: each is a process.
const MOST: usize = 200;

/// The tree as `grub-fstest ls -l` sees it, directory by directory.
///
/// # Errors
/// GRUB's last words when it lists nothing.
pub fn reading(image: &Path) -> Reading {
    let mut tree = Tree::new();
    let mut pending = vec![String::new()];
    let mut asked = 0_usize;
    while let Some(folder) = pending.pop() {
        if asked == MOST {
            break;
        }
        asked = asked.saturating_add(1);
        let mut command = Command::new("timeout");
        command.args(["60", "grub-fstest"]).arg(image).args([
            "ls",
            "--",
            "-l",
            "-a",
            &format!("(loop0)/{folder}"),
        ]);
        let output = match run(&mut command) {
            Ok(output) => output,
            Err(words) if folder.is_empty() => return Err(words),
            Err(_) => continue,
        };
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let Some((size, time, name)) = fields(line) else { continue };
            let directory = size == "DIR";
            let name = if directory { name.trim_end_matches('/') } else { name };
            if matches!(name, "." | "..") {
                continue;
            }
            let path = format!("{folder}{name}");
            if directory {
                pending.push(format!("{path}/"));
            }
            // What is no directory may be anything: GRUB has no other kinds.
            let kind = if directory { "directory".into() } else { String::new() };
            let size = if directory { String::new() } else { size.into() };
            let modified = seconds(time).map(|seconds| seconds.to_string()).unwrap_or_default();
            tree.insert(path, Seen { kind, size, modified, ..Seen::default() });
        }
        if folder.is_empty() && !output.status.success() {
            return Err(crate::last_words(&output));
        }
    }
    if tree.is_empty() && unknown(image) {
        return Err("no known filesystem".into());
    }
    Ok(tree)
}

/// Whether it says so when it is asked for the device: listing nothing of it is no error.
fn unknown(image: &Path) -> bool {
    let mut command = Command::new("grub-fstest");
    let output = run(command.arg(image).args(["ls", "--", "-l", "(loop0)"]));
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("No known filesystem"))
}

/// `12345        20261121030239 a name`: a size to column 12, a time of 14 digits unless it is beyond 2038, a name.
fn fields(line: &str) -> Option<(&str, &str, &str)> {
    let (size, rest) = (line.get(..12)?.trim_end(), line.get(12..)?);
    if rest.starts_with(' ')
        && let Some(time) = rest.get(1..15).filter(|time| time.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Some((size, time, rest.get(16..)?));
    }
    Some((size, "", rest))
}

/// Seconds since 1970 of `yyyymmddhhmmss`, which is UTC.
fn seconds(time: &str) -> Option<i64> {
    let part = |range: std::ops::Range<usize>| time.get(range)?.parse::<i64>().ok();
    let days = crate::ours::days(part(0..4)?, part(4..6)?, part(6..8)?)?;
    Some(days * 86_400 + part(8..10)? * 3600 + part(10..12)? * 60 + part(12..14)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_three_fields_and_the_name_may_have_spaces() {
        assert_eq!(fields("700          20041109113320 a  b"), Some(("700", "20041109113320", "a  b")));
        assert_eq!(seconds("20041109113320"), Some(1_100_000_000));
    }
}
