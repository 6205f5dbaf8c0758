//! What must hold before anything lands: exactly this runs on a laptop and in continuous integration.

use crate::run::{cargo, complain, root, say};
use crate::{Outcome, peers, rooms};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

/// Format, lints, rooms, documentation, then every test, ending with the counts.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    if !arguments.iter().any(|argument| argument == "--no-install") && installs() {
        peers::run(&["--install".into()])?;
    }
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    rooms::run(&[])?;
    cargo(&["build", "--quiet", "--workspace", "--all-targets"])?;
    let counts = tests()?;
    say(&format!("{} passed, {} failed, {} ignored", counts.passed, counts.failed, counts.ignored));
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
    succeeded: bool,
}

/// Runs `cargo test`, passes its output on, and adds up the result lines of all test binaries.
fn tests() -> Result<Counts, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut child = Command::new(cargo)
        .args(["test", "--workspace", "--no-fail-fast"])
        .current_dir(root())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cargo test: {error}"))?;
    let mut counts = Counts::default();
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
    counts.succeeded = child.wait().map_err(|error| format!("cargo test: {error}"))?.success();
    Ok(counts)
}
