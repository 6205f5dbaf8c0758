//! The main job on real input, for somebody who has just cloned the project and has only Rust.

use crate::Outcome;
use crate::run::{bash, build_tools, command, root, say, target};

/// Scripts, each printed and then run, in one folder with the tools first in `PATH`.
const STEPS: &[&str] = &[
    "isomk -V ISOKIT crates=crates doc=doc man=man README.md | imgsum --tee root.iso.sums | imgconv --to zst > root.iso.zst",
    "imgconv root.iso.zst | isols -l - /",
    "imgconv root.iso.zst > root.iso && isols --volume root.iso",
    "isocat root.iso /README.md | head -n 3",
    "imgsum -c root.iso.sums < root.iso",
    "isocat --tar root.iso /crates | tar -tf - | head -n 3",
];

/// Builds the tools and runs the main job: build an image, sum it, compress it, list it, read it.
pub(crate) fn run(_arguments: &[String]) -> Outcome {
    command(&mut build_tools())?;
    let folder = target().join("demo");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    // A link that is an operand is taken as a link; one that names a directory to be taken in leads to it.
    let read_me = folder.join("README.md");
    let _ = std::fs::remove_file(&read_me);
    std::fs::copy(root().join("README.md"), &read_me)
        .map_err(|error| format!("{}: {error}", read_me.display()))?;
    for name in ["crates", "doc", "man"] {
        let link = folder.join(name);
        let _ = std::fs::remove_file(&link);
        std::os::unix::fs::symlink(root().join(name), &link)
            .map_err(|error| format!("{}: {error}", link.display()))?;
    }
    let tools = target().join("release");
    for step in STEPS {
        say(&format!("\n$ {step}"));
        // `head` closes its pipe early on purpose: its writer then ends by SIGPIPE, status 141.
        let script = format!("PATH={}:$PATH; {{ {step}; }} || [ $? = 141 ]", tools.display());
        bash(&script, &folder)?;
    }
    say(&format!("\nThe tools are in {}, the image in {}.", tools.display(), folder.display()));
    Ok(())
}
