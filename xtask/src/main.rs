//! The project's chores, as a table. `cargo xtask` prints it; continuous integration runs nothing else.

mod bench;
mod demo;
mod peers;
mod rooms;
mod run;
mod test;

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
    Task { name: "demo", about: "build the tools and run the main job on this source tree", run: demo::run },
    Task {
        name: "test",
        about: "format, lints, rooms, documentation and all tests, with counts",
        run: test::run,
    },
    Task {
        name: "peers",
        about: "say which peers are here; --install: get them (Debian, root)",
        run: peers::run,
    },
    Task { name: "rooms", about: "check who may know whom, from the `use` lines", run: rooms::run },
    Task {
        name: "bench",
        about: "time the tools against the peers; [CASE...] [--rounds N]",
        run: bench::run,
    },
];

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
