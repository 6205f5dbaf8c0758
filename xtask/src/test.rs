//! What must hold before anything lands: exactly this runs on a laptop and in continuous integration.

use crate::run::{cargo, complain, root, say};
use crate::{Outcome, api, fuzz, peers, rooms};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

/// Format, lints, rooms, documentation and the API it shows, the fuzz targets, then every test, ending with the counts.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    if !arguments.iter().any(|argument| argument == "--no-install") && installs() {
        peers::run(&["--install".into()])?;
    }
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    rooms::run(&[])?;
    api::run(&[])?;
    fuzz::check()?;
    cargo(&["build", "--quiet", "--workspace", "--all-targets"])?;
    let counts = tests()?;
    say(&format!("{} passed, {} failed, {} ignored", counts.passed, counts.failed, counts.ignored));
    for line in skipped(&counts.skipped) {
        say(&line);
    }
    if counts.failed == 0 && counts.succeeded { Ok(()) } else { Err("tests failed".into()) }
}

/// Whether peers can be installed here without asking anybody: Debian, as root.
fn installs() -> bool {
    let root = std::fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0);
    let debian = std::path::Path::new("/etc/debian_version").exists();
    if !(root && debian) {
        complain("peers are not installed here (not Debian, or not root): tests that need one say SKIPPED");
    }
    root && debian
}

#[derive(Default)]
struct Counts {
    passed: u64,
    failed: u64,
    ignored: u64,
    /// Why tests, or parts of them, were left out, and how often.
    skipped: BTreeMap<String, u64>,
    succeeded: bool,
}

/// What was left out and why, most often first. A test that was left out counts as passed above.
fn skipped(reasons: &BTreeMap<String, u64>) -> Vec<String> {
    let mut lines = vec![match reasons.values().sum::<u64>() {
        0 => "nothing was skipped".to_owned(),
        times => format!("skipped, though counted as passed: {times}"),
    }];
    let mut reasons: Vec<_> = reasons.iter().collect();
    reasons.sort_by_key(|(_, times)| std::cmp::Reverse(**times));
    lines.extend(reasons.into_iter().map(|(why, times)| format!("{times:6}  {why}")));
    lines
}

/// Passes `output` on, line by line, and counts what says that a test was left out.
fn count_skipped(output: impl Read, pass: impl Fn(&str)) -> BTreeMap<String, u64> {
    let mut reasons = BTreeMap::<_, u64>::new();
    for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        pass(&line);
        if let Some((_, why)) = line.split_once("SKIPPED: ") {
            let times = reasons.entry(why.to_owned()).or_default();
            *times = times.saturating_add(1);
        }
    }
    reasons
}

/// Runs `cargo test`, doc tests included, passes its output on, and adds up the result lines of all test binaries.
fn tests() -> Result<Counts, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut child = Command::new(cargo)
        .args(["test", "--workspace", "--no-fail-fast"])
        .current_dir(root())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cargo test: {error}"))?;
    let mut counts = Counts::default();
    let errors = child.stderr.take().ok_or("cargo test has no standard error")?;
    let skipped = std::thread::spawn(move || count_skipped(errors, complain));
    let output = child.stdout.take().ok_or("cargo test has no output")?;
    for line in BufReader::new(output).lines() {
        let line = line.map_err(|error| format!("cargo test: {error}"))?;
        if let Some(result) = line.strip_prefix("test result: ") {
            for part in result.split(['.', ';']) {
                let mut words = part.split_whitespace();
                let (number, word) = (words.next().and_then(|n| n.parse::<u64>().ok()), words.next());
                match (number, word) {
                    (Some(n), Some("passed")) => counts.passed = counts.passed.saturating_add(n),
                    (Some(n), Some("failed")) => counts.failed = counts.failed.saturating_add(n),
                    (Some(n), Some("ignored")) => counts.ignored = counts.ignored.saturating_add(n),
                    _ => {}
                }
            }
        }
        let _ = writeln!(std::io::stdout(), "{line}");
    }
    counts.skipped = skipped.join().unwrap_or_default();
    counts.succeeded = child.wait().map_err(|error| format!("cargo test: {error}"))?.success();
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_skipped_is_counted_by_reason() {
        let said = b"Running a\nSKIPPED: no corpus\nSKIPPED: peer jq is not installed\nSKIPPED: no corpus\n";
        assert_eq!(
            skipped(&count_skipped(&said[..], |_| {})),
            ["skipped, though counted as passed: 3", "     2  no corpus", "     1  peer jq is not installed"]
        );
        assert_eq!(skipped(&BTreeMap::new()), ["nothing was skipped"]);
    }
}
