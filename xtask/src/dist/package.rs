//! The Debian package, by cargo-deb; what it is called and says of itself is in
//! `xtask/debian/Cargo.toml`.

use super::{epoch, folder};
use crate::run::{bash, command, installed, root, target};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version of cargo-deb that is installed where there is none.
const CARGO_DEB: &str = "3.8.0";

/// Makes a Debian package of `tree`, and gives its path.
pub(super) fn make(tree: &Path) -> Result<PathBuf, String> {
    let program = cargo_deb()?;
    // Debian has its own place for completions of zsh, and wants manual pages compressed, which cargo-deb does.
    let script = format!(
        "rm -rf deb isokit_*.deb; mkdir -p deb/usr; cp -a {}/. deb/usr/
         mv deb/usr/share/zsh/site-functions deb/usr/share/zsh/vendor-completions",
        tree.display()
    );
    bash(&script, &folder())?;
    command(
        Command::new(program)
            .args(["--quiet", "--no-build", "--no-strip", "--package", "isokit", "--output"])
            .arg(folder())
            .env("SOURCE_DATE_EPOCH", epoch().to_string())
            .current_dir(root()),
    )?;
    let entries = std::fs::read_dir(folder()).map_err(|error| format!("target/dist: {error}"))?;
    let mut made = entries.flatten().map(|entry| entry.path());
    made.find(|path| path.extension().is_some_and(|end| end == "deb"))
        .ok_or_else(|| "no package was made".into())
}

/// cargo-deb, from `PATH` or installed for this project alone.
fn cargo_deb() -> Result<PathBuf, String> {
    if installed("cargo-deb") {
        return Ok("cargo-deb".into());
    }
    let tools = target().join("tools");
    let program = tools.join("bin/cargo-deb");
    if !program.is_file() {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        command(
            Command::new(cargo)
                .args(["install", "--quiet", "--locked", "cargo-deb", "--version", CARGO_DEB, "--root"])
                .arg(&tools)
                .current_dir(root()),
        )?;
    }
    Ok(program)
}
