//! Running other programs, and speaking.

use crate::Outcome;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// For chores, as `print!` is denied: one line on standard output.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// One line on standard error, likewise.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Absolute, so that chores can be started anywhere in it.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned).unwrap_or_default()
}

/// Whether what is missing is a failure, as it is in the project's own continuous integration.
pub(crate) fn required() -> bool {
    std::env::var_os("ISOKIT_REQUIRE_PEERS").is_some_and(|value| value == "1")
}

/// The folder in which cargo builds: `CARGO_TARGET_DIR`, else `target`.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// `cargo ARGUMENTS` in the workspace; its failure is ours.
pub(crate) fn cargo(arguments: &[&str]) -> Outcome {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    command(Command::new(cargo).args(arguments).current_dir(root()))
}

/// The programs that are released; their crates have the same names.
pub(crate) const TOOLS: [&str; 5] = ["isols", "isocat", "isomk", "imgsum", "imgconv"];

/// `cargo build` of the tools as users get them.
pub(crate) fn build_tools() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--release", "--locked"]).current_dir(root());
    for tool in TOOLS {
        cargo.args(["--package", tool]);
    }
    cargo
}

/// Runs a command with our streams; its failure is ours.
pub(crate) fn command(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}")) }
}

/// A shell script with our streams, stopping at the first failure; its failure is ours.
pub(crate) fn bash(script: &str, folder: &Path) -> Outcome {
    command(Command::new("bash").args(["-euo", "pipefail", "-c", script]).current_dir(folder))
}

/// Whether a program of this name is in `PATH`.
pub(crate) fn installed(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}
