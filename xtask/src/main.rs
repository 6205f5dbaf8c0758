//! The project's chores, as a table. `cargo xtask` prints it; continuous integration runs nothing else.

mod api;
mod bench;
mod demo;
mod dist;
mod fuzz;
mod images;
mod kernel;
mod man;
mod peers;
mod portable;
mod readers;
mod rooms;
mod run;
mod test;
mod udf_seeds;

use std::process::ExitCode;

/// What a chore answers: nothing, or the sentence that says why it failed.
type Outcome = Result<(), String>;

/// A chore: its name, what it does in one line, and the function that does it.
struct Task {
    name: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Outcome,
}

const TASKS: &[Task] = &[
    task("demo", "build the tools and run the main job on this source tree", demo::run),
    task("test", "format, lints, rooms, documentation, fuzz targets and all tests, with counts", test::run),
    task("peers", "say which peers are here; --install [--bench]: get them (Debian, root)", peers::run),
    task("kernel", "fetch a Linux kernel to mount images with (Debian)", kernel::run),
    task("images", "udf: UDF images by other software, filled by the kernel, in target/udf", images::run),
    task("rooms", "check who may know whom, from the `use` lines", rooms::run),
    task("api", "documentation without warnings; the core's API is as in api.txt", api::run),
    task("portable", "test the core without Linux's own calls; check it for other systems", portable::run),
    task(
        "readers",
        "table of corpus image x reader, or [udf] of UDF images; fails on an unexplained difference",
        readers::run,
    ),
    task(
        "fuzz",
        "fuzz a TARGET for SECONDS, or every target, with seeds of the corpus; --check: compile them",
        fuzz::run,
    ),
    task("man", "render the manual pages in man/", man::pages),
    task("completions", "write shell completions to target/completions", man::completions),
    task(
        "dist",
        "what users get: a tree, .tar.zst, .deb; [--static], [--check]: try the .deb in bare Debian",
        dist::run,
    ),
    task(
        "bench",
        "time the tools against the peers, or against earlier ones; [CASE...] [--rounds N] [--before FOLDER]",
        bench::run,
    ),
];

const fn task(name: &'static str, about: &'static str, run: fn(&[String]) -> Outcome) -> Task {
    Task { name, about, run }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let task = arguments.first().and_then(|name| TASKS.iter().find(|task| task.name == name));
    let Some(task) = task else {
        for task in TASKS {
            run::say(&format!("{:12} {}", task.name, task.about));
        }
        return if arguments.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) };
    };
    match (task.run)(arguments.get(1..).unwrap_or_default()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            run::complain(&format!("xtask {}: {problem}", task.name));
            ExitCode::FAILURE
        }
    }
}
