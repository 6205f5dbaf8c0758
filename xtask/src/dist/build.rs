//! The programs: linked against the system's C library, or against nothing.

use crate::Outcome;
use crate::portable::has_standard_library;
use crate::run::{TOOLS, bash, build_tools, command, say, target};
use std::path::{Path, PathBuf};

/// What static programs are built for, where its standard library and a C compiler for it are installed.
const MUSL: &str =
    if cfg!(target_arch = "aarch64") { "aarch64-unknown-linux-musl" } else { "x86_64-unknown-linux-musl" };
/// The target of every other build.
const GNU: &str =
    if cfg!(target_arch = "aarch64") { "aarch64-unknown-linux-gnu" } else { "x86_64-unknown-linux-gnu" };

/// What is done with static programs, by each tool: the first writes an image, the others read it.
const USES: [&str; TOOLS.len()] =
    ["isomk /bin/isols", "isols -lR -", "isocat - /isols", "imgsum -", "imgconv --to zst"];

/// What the programs are linked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Build {
    /// As `cargo build --release` does.
    Dynamic,
    /// With musl in them: they need no library of the system.
    Musl,
    /// With glibc in them, where there is no musl.
    StaticGnu,
}

impl Build {
    /// Statically linked, with musl where this machine can, or dynamically.
    pub(super) fn new(statically: bool) -> Self {
        match statically {
            false => Self::Dynamic,
            true if has_standard_library(MUSL) => Self::Musl,
            true => {
                say(&format!(
                    "{MUSL} is not installed (rustup target add {MUSL}): glibc is linked in instead"
                ));
                Self::StaticGnu
            }
        }
    }

    pub(super) fn is_static(self) -> bool {
        self != Self::Dynamic
    }

    /// As part of the archive's name: the target, or how it differs from the usual one.
    pub(super) fn name(self) -> String {
        match self {
            Self::Dynamic => GNU.to_owned(),
            Self::Musl => MUSL.to_owned(),
            Self::StaticGnu => format!("{GNU}-static"),
        }
    }

    /// The folder cargo leaves them in.
    pub(super) fn programs(self) -> PathBuf {
        match self {
            Self::Dynamic => target().join("release"),
            Self::Musl => target().join(MUSL).join("release"),
            Self::StaticGnu => target().join("static").join(GNU).join("release"),
        }
    }

    pub(super) fn compile(self) -> Outcome {
        let mut cargo = build_tools();
        match self {
            Self::Dynamic => &mut cargo,
            Self::Musl => cargo.args(["--target", MUSL]),
            // The target is named so that build scripts and macros, which cannot be static, are built without the flag.
            Self::StaticGnu => cargo
                .args(["--target", GNU])
                .env("CARGO_TARGET_DIR", target().join("static"))
                .env("RUSTFLAGS", "-C target-feature=+crt-static"),
        };
        command(&mut cargo)
    }

    /// Whether the programs in `tree`, and nothing else, do their work in an empty file system. Needs root; else it is
    /// only looked at what they are linked to.
    pub(super) fn check(self, tree: &Path) -> Outcome {
        let script = "for tool in bin/*; do
               ! readelf -l \"$tool\" | grep -q INTERP || { echo \"$tool needs a dynamic linker\" >&2; exit 1; }
             done
             [ \"$(id -u)\" = 0 ] || { echo 'not root: not run in an empty file system'; exit 0; }
             for pipeline in USES; do
               set -- $pipeline; program=/bin/$1; shift
               case $program in
                 */isomk) chroot . \"$program\" -q \"$@\" > ../static.iso;;
                 *) chroot . \"$program\" \"$@\" < ../static.iso > ../static.out;;
               esac
               echo \"$pipeline: works\"
             done; rm -f ../static.iso ../static.out";
        bash(&script.replace("USES", &format!("'{}'", USES.join("' '"))), tree)
    }
}
