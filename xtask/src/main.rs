//! The project's chores, as a table. `cargo xtask` prints it; continuous integration runs nothing else.

mod api;
mod bench;
mod boot;
mod clients;
mod demo;
mod dist;
mod faults;
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

/// A chore: its name and the arguments it takes, what it does in one line, and the function that does it.
struct Task {
    /// In brackets what may be left out, in capitals what is given a value. All other arguments are refused.
    usage: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Outcome,
}

const TASKS: &[Task] = &[
    task("demo", "build the tools and run the main job on this source tree", demo::run),
    task(
        "test [--no-install]",
        "check format, lints, rooms, documentation, fuzz targets and run all tests; as root on Debian, install the peers first",
        test::run,
    ),
    task("peers [--install [--bench]]", "say which peers are here, or get them (Debian, root)", peers::run),
    task("kernel", "fetch a Linux kernel to mount images with (Debian)", kernel::run),
    task(
        "images udf",
        "make UDF images with other software, filled by the kernel, in target/udf",
        images::run,
    ),
    task(
        "boot [IMAGE...]",
        "check images of isomk and boot them in an emulator, by BIOS and UEFI, as discs, disks and USB sticks",
        boot::run,
    ),
    task(
        "clients [CASE...]",
        "run command lines of real callers by mkisofs, genisoimage, xorriso and isomk, and compare the images",
        clients::run,
    ),
    task("rooms", "check who may know whom, from the `use` lines", rooms::run),
    task(
        "api",
        "check that documentation has no warnings, and that the core's API is as in api.txt",
        api::run,
    ),
    task("portable", "test the core without Linux's own calls; check it for other systems", portable::run),
    task(
        "readers [udf [IMAGE...]]",
        "print a table of corpus image x reader, or of UDF images; fails on an unexplained difference",
        readers::run,
    ),
    task(
        "fuzz [--check | TARGET [SECONDS]]",
        "compile the targets, or fuzz one or every target, with seeds of the corpus",
        fuzz::run,
    ),
    task("man", "render the manual pages in man/", man::pages),
    task("completions", "write shell completions to target/completions", man::completions),
    task(
        "dist [--static] [--check]",
        "make what users get: a tree, .tar.zst, .deb; --check: try the .deb in bare Debian",
        dist::run,
    ),
    task(
        "bench [CASE...] [--rounds N] [--no-record] [--before FOLDER]",
        "time the tools against the peers, or against earlier ones",
        bench::run,
    ),
];

const fn task(usage: &'static str, about: &'static str, run: fn(&[String]) -> Outcome) -> Task {
    Task { usage, about, run }
}

impl Task {
    fn name(&self) -> &str {
        self.usage.split(' ').next().unwrap_or_default()
    }

    /// Whether `argument` is a word that the task takes, or may be the value of one.
    fn takes(&self, argument: &str) -> bool {
        let mut words = self.usage.split(|c: char| !c.is_alphanumeric() && c != '-').skip(1);
        let is_value = |word: &str| word.starts_with(char::is_uppercase) && !argument.starts_with('-');
        words.any(|word| word == argument || is_value(word))
    }

    fn help(&self) -> String {
        format!("{}\n      {}", self.usage, self.about)
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let task = arguments.first().and_then(|name| TASKS.iter().find(|task| task.name() == name));
    let Some(task) = task else {
        for task in TASKS {
            run::say(&task.help());
        }
        return if arguments.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) };
    };
    let given = arguments.get(1..).unwrap_or_default();
    if given.iter().any(|argument| argument == "--help") {
        run::say(&task.help());
        return ExitCode::SUCCESS;
    }
    if let Some(other) = given.iter().find(|argument| !task.takes(argument)) {
        run::complain(&format!("xtask {}: unexpected {other}\n{}", task.name(), task.help()));
        return ExitCode::from(2);
    }
    match (task.run)(given) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            run::complain(&format!("xtask {}: {problem}", task.name()));
            ExitCode::FAILURE
        }
    }
}
