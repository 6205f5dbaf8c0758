//! The libraries on other systems than Linux: the core's tests without Linux's own calls, and whether core and digests
//! compile.

use crate::Outcome;
use crate::run::{cargo, command, root, say, target};
use std::process::Command;

/// Systems the core and the digests are to compile for.
const TARGETS: &[&str] =
    &["aarch64-unknown-linux-gnu", "aarch64-apple-darwin", "x86_64-apple-darwin", "wasm32-wasip1"];

/// Runs the core's tests with `--cfg isokit_portable`, then checks the core and the digests for each of [`TARGETS`] that
/// has a standard library here. The digests need a C compiler for the target too, but for WebAssembly.
pub(crate) fn run(_arguments: &[String]) -> Outcome {
    let cargo_program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    command(
        Command::new(cargo_program)
            .args(["test", "--quiet", "--package", "isokit-core"])
            .env("RUSTFLAGS", "--cfg isokit_portable")
            .env("CARGO_TARGET_DIR", target().join("portable"))
            .current_dir(root()),
    )?;
    for name in TARGETS {
        if has_standard_library(name) {
            cargo(&[
                "check",
                "--quiet",
                "--package",
                "isokit-core",
                "--package",
                "isokit-digests",
                "--target",
                name,
            ])?;
            say(&format!("{name}: compiles"));
        } else {
            say(&format!("{name}: not checked, no standard library (rustup target add {name})"));
        }
    }
    Ok(())
}

/// Whether programs for `target` can be compiled here.
pub(crate) fn has_standard_library(target: &str) -> bool {
    let asked = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--print", "target-libdir", "--target", target])
        .current_dir(root())
        .output();
    asked.is_ok_and(|said| {
        let folder = String::from_utf8_lossy(&said.stdout).trim_end().to_owned();
        said.status.success() && std::fs::read_dir(folder).is_ok_and(|mut files| files.next().is_some())
    })
}
