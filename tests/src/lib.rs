//! What the tests of all tools share: where the tools are, which peers are there, where the corpus lies.
//!
//! A missing peer or corpus is skipped loudly on a laptop and is a failure where `ISOKIT_REQUIRE_PEERS` is set, as it
//! is in the project's own continuous integration.

pub mod archive;
pub mod corpus;
pub mod fsck;
pub mod kernel;
pub mod sample;
pub mod udf_volume;
mod workshop;

pub use workshop::{Ended, Listing, Workshop, printed, ran};

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// One of the workspace's tools, as a command.
///
/// # Panics
/// When the tool was not built: `cargo build --workspace` first.
pub fn tool(name: &str) -> Command {
    Command::new(tool_path(name))
}

/// Where the binary `name` lies: beside the running test's folder.
///
/// # Panics
/// As [`tool`]; and when it was built of other sources than there are: it would be tested, and golden texts renewed, as it was.
pub fn tool_path(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a running test has a path");
    let path = test
        .ancestors()
        .skip(1)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("{name} is not built; run: cargo build --workspace"));
    if let Some(newer) = newer_source(&path) {
        panic!("{name} is older than {}; run: cargo build --workspace", newer.display());
    }
    path
}

/// A source of the binary `path` that has changed since it was built, by the list that Cargo leaves beside it.
fn newer_source(path: &Path) -> Option<PathBuf> {
    let modified = |path: &Path| path.metadata().and_then(|found| found.modified()).ok();
    let built = modified(path)?;
    let sources = std::fs::read_to_string(path.with_extension("d")).ok()?;
    let (_, sources) = sources.split_once(": ")?;
    sources
        .split_whitespace()
        .map(PathBuf::from)
        .find(|source| modified(source).is_some_and(|time| time > built))
}

/// The folder in which all tools lie, to be put first in `PATH` for a shell pipeline.
///
/// # Panics
/// As [`tool`].
pub fn tools_folder() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("crates");
    let crates = std::fs::read_dir(crates).expect("the workspace is where it was built").flatten();
    let tools = crates.filter(|folder| folder.path().join("src/main.rs").is_file());
    let paths: Vec<PathBuf> = tools
        .map(|tool| tool_path(tool.file_name().to_str().expect("because tools have such names")))
        .collect();
    paths.first().and_then(|path| path.parent()).expect("a binary lies in a folder").to_owned()
}

/// Whether missing peers and a missing corpus are failures.
pub fn required() -> bool {
    std::env::var_os("ISOKIT_REQUIRE_PEERS").is_some_and(|value| value == "1")
}

/// Says on standard error that a test is left out, or fails where nothing may be left out.
///
/// # Panics
/// Where `ISOKIT_REQUIRE_PEERS=1`.
pub fn skip(why: &str) {
    assert!(!required(), "ISOKIT_REQUIRE_PEERS=1 and {why}");
    // Written past the test harness, which would keep a passing test's words to itself.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}

/// The peer program `name`, when it is installed; else the test is skipped loudly.
///
/// # Panics
/// When it is missing and peers are required.
pub fn peer(name: &str) -> Option<Command> {
    let found = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()));
    if !found {
        skip(&format!("peer {name} is not installed (cargo xtask peers)"));
        return None;
    }
    Some(Command::new(name))
}

/// The unpacked corpus of images made by other software: `ISOKIT_CORPUS`, else `target/corpus`.
///
/// # Panics
/// When it is missing and required.
pub fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("ISOKIT_CORPUS").map_or_else(
        || {
            let manifest: PathBuf = env!("CARGO_MANIFEST_DIR").into();
            manifest.join("../target/corpus")
        },
        PathBuf::from,
    );
    if folder.join(".stamp").is_file() {
        return Some(folder);
    }
    skip(&format!("the corpus is not unpacked in {}", folder.display()));
    None
}

/// The UDF images other software made (`cargo xtask images udf`): `target/udf`.
///
/// # Panics
/// When they are missing and peers are required.
pub fn udf_images() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/udf");
    if folder.join(".stamp").is_file() {
        return Some(folder);
    }
    skip("there are no UDF images by other software (cargo xtask images udf)");
    None
}

/// One of [`udf_images`]; `MANIFEST.tsv` there says why it may not have been made.
///
/// # Panics
/// As [`udf_images`].
pub fn udf_image(name: &str) -> Option<PathBuf> {
    let path = udf_images()?.join(name);
    if path.is_file() {
        return Some(path);
    }
    skip(&format!("{name} was not made"));
    None
}

/// Runs `command` and returns what it printed and how it ended.
///
/// # Panics
/// When it cannot be started.
pub fn output(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// Runs a shell pipeline with the tools first in `PATH`, in `folder`, with `pipefail`.
///
/// # Panics
/// When bash cannot be started.
pub fn shell(folder: &Path, pipeline: &str) -> Output {
    output(&mut bash(folder, &["-o", "pipefail", "-c", pipeline]))
}

/// Runs a script as a user's shell does, with the tools first in `PATH`, in `folder`.
///
/// # Panics
/// When bash cannot be started.
pub fn shell_as_is(folder: &Path, script: &str) -> Output {
    output(&mut bash(folder, &["-c", script]))
}

/// A bash in `folder`, not yet started, with the tools first in `PATH`; no date of the builder's gets into images.
///
/// # Panics
/// As [`tool`].
pub fn bash(folder: &Path, arguments: &[&str]) -> Command {
    let mut bash = Command::new("bash");
    bash.args(arguments).current_dir(folder).env("PATH", path_with_tools()).env_remove("SOURCE_DATE_EPOCH");
    bash
}

/// `PATH` with the tools first.
///
/// # Panics
/// As [`tool`].
pub fn path_with_tools() -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(tools_folder()).chain(std::env::split_paths(&path));
    std::env::join_paths(folders).expect("folders of PATH hold no colon")
}

/// What a program printed, with U+FFFD for what is not UTF-8.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    #[test]
    fn a_binary_is_stale_once_one_of_its_sources_is_newer() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let dated = |name: &str, seconds| {
            let file = std::fs::File::create(at(name)).expect("a file");
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).expect("a date");
        };
        dated("tool", 20);
        dated("a.rs", 10);
        dated("b.rs", 20);
        assert_eq!(newer_source(&at("tool")), None, "nothing says what it was built of");
        let sources =
            format!("{}: {} {}\n", at("tool").display(), at("a.rs").display(), at("b.rs").display());
        std::fs::write(at("tool.d"), sources).expect("room");
        assert_eq!(newer_source(&at("tool")), None);
        dated("b.rs", 21);
        assert_eq!(newer_source(&at("tool")), Some(at("b.rs")));
    }
}
