//! What is handed to users: a tree in the usual layout, an archive of it, a Debian package, and their digests.

mod build;
mod check;
mod licences;
mod package;
mod tree;

use crate::run::{bash, complain, installed, root, say};
use crate::{Outcome, man};
use build::Build;
use std::path::PathBuf;

/// Everything this chore makes is in here; it is made anew.
fn folder() -> PathBuf {
    root().join("target/dist")
}

/// Makes `target/dist/isokit-VERSION-TARGET/`, the same as a `.tar.zst`, and where dpkg is installed a `.deb`. With
/// `--static` the programs need no library of the system, and there is no package. With `--check` the package is
/// installed into a bare Debian system, used and removed. The same sources give the same files.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let asked = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let build = Build::new(asked("--static"));
    build.compile()?;
    man::completions(&[])?;
    let name = format!("isokit-{}-{}", env!("CARGO_PKG_VERSION"), build.name());
    tree::make(&folder().join(&name), &build)?;
    archive(&name)?;
    say(&format!("{}", folder().join(format!("{name}.tar.zst")).display()));
    if build.is_static() {
        return build.check(&folder().join(&name));
    }
    if !installed("dpkg-shlibdeps") {
        complain("no .deb: dpkg-dev is not installed");
        return if asked("--check") { Err("there is no package to check".into()) } else { Ok(()) };
    }
    let package = package::make(&folder().join(&name))?;
    say(&format!("{}", package.display()));
    if asked("--check") { check::run(&package) } else { Ok(()) }
}

/// `NAME.tar.zst` and its digest, of the tree `NAME`, by the tools in it.
fn archive(name: &str) -> Outcome {
    let script = format!(
        "tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@{epoch} --format=gnu -c {name} \
             | {name}/bin/imgconv --to zst --level 19 -o {name}.tar.zst
         {name}/bin/imgsum {name}.tar.zst > {name}.tar.zst.sha256",
        epoch = epoch(),
    );
    bash(&script, &folder())
}

/// Seconds since 1970 of all dates: SOURCE_DATE_EPOCH, else the last commit, else 0.
fn epoch() -> u64 {
    let given = std::env::var("SOURCE_DATE_EPOCH").ok();
    let committed = || {
        let mut git = std::process::Command::new("git");
        let said = git.args(["log", "-1", "--format=%ct"]).current_dir(root()).output().ok()?;
        String::from_utf8(said.stdout).ok()
    };
    given.or_else(committed).and_then(|seconds| seconds.trim().parse().ok()).unwrap_or(0)
}
