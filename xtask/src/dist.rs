//! What is handed to users: binaries, manual pages, completions and licences in one archive, with its digest.

use crate::Outcome;
use crate::man;
use crate::run::{bash, cargo, say, target};

/// Writes `target/dist/isokit-VERSION-HOST.tar.gz` and its digest. The same sources give the same archive.
pub(crate) fn run(_arguments: &[String]) -> Outcome {
    cargo(&["build", "--release", "--workspace", "--bins", "--exclude", "xtask", "--exclude", "isokit-man"])?;
    man::pages(&[])?;
    man::completions(&[])?;
    let name = format!("isokit-{}-{}", env!("CARGO_PKG_VERSION"), std::env::consts::ARCH);
    let target = target();
    let script = format!(
        "rm -rf dist; mkdir -p dist/{name}/man dist/{name}/completions
         cp release/isols release/isocat release/isomk release/imgsum release/imgconv dist/{name}/
         cp {root}/man/*.[17] dist/{name}/man/; cp completions/* dist/{name}/completions/
         cp {root}/README.md {root}/CHANGELOG.md {root}/SHORTCOMINGS.md {root}/LICENSE-* dist/{name}/
         cd dist; tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -c {name} \
             | ../release/imgconv --to gzip -o {name}.tar.gz
         ../release/imgsum {name}.tar.gz > {name}.tar.gz.sha256",
        root = crate::run::root().display(),
    );
    bash(&script, &target)?;
    say(&format!("{}", target.join("dist").join(format!("{name}.tar.gz")).display()));
    Ok(())
}
