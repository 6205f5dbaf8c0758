//! Our commands and the peers' on the same data, in one interleaved run; medians and ratios, written to
//! `bench/record/`. The machine is assumed to be noisy: only ratios within a run mean anything.

mod cases;
mod change;
mod data;
mod measure;

use crate::Outcome;
use crate::run::{build_tools, cargo, command, complain, root, say, target};
use cases::{CASES, Case};
use measure::{Sample, measure, median};
use std::fmt::Write;
use std::path::{Path, PathBuf};

const ROUNDS: usize = 5;

/// Runs all cases, or those whose name contains one of the arguments; `--rounds N`, `--no-record`, `--before FOLDER`.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut rounds = ROUNDS;
    let mut record = true;
    let mut before = None;
    let mut wanted = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--rounds" => {
                rounds = arguments.next().and_then(|n| n.parse().ok()).ok_or("--rounds takes a number")?;
            }
            "--no-record" => record = false,
            "--before" => before = Some(PathBuf::from(arguments.next().ok_or("--before takes a folder")?)),
            name => wanted.push(name),
        }
    }
    command(&mut build_tools())?;
    let is_wanted = |case: &&Case| wanted.is_empty() || wanted.iter().any(|word| case.name.contains(word));
    let cases: Vec<&Case> = CASES.iter().filter(is_wanted).collect();
    let data = data::prepare(cases.iter().flat_map(|case| case.lines()))?;
    let report = match &before {
        Some(before) => change::race(&cases, rounds, &data, before)?,
        None => race_all(&cases, rounds, &data)?,
    };
    if record {
        let folder = root().join("bench/record");
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let all = if before.is_some() { "change" } else { "all" };
        let name = if wanted.is_empty() { all.to_owned() } else { wanted.join("+") };
        let path = folder.join(format!("{}-{name}.md", output("date", &["+%Y-%m-%d"])?));
        let text = heading(rounds)? + &report;
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        say(&format!("written: {}", path.display()));
    }
    Ok(())
}

fn race_all(cases: &[&Case], rounds: usize, data: &Path) -> Result<String, String> {
    let rival = target().join("rival").display().to_string();
    cargo(&["build", "--release", "--manifest-path", "bench/rival/Cargo.toml", "--target-dir", &rival])?;
    let mut report = String::from("The first command of each table is ours.\n");
    for case in cases {
        say(&format!("\n## {}", case.name));
        let table = race(case, rounds, data)?;
        say(&table);
        write!(report, "\n## {}\n\n{table}", case.name).map_err(|error| error.to_string())?;
    }
    Ok(report)
}

/// One case: every command once a round, in an order that turns, after one round that is not counted.
fn race(case: &Case, rounds: usize, folder: &Path) -> Result<String, String> {
    let tools = target().join("release");
    measure(case.setup, folder, &tools)?;
    let mut samples: Vec<Vec<Sample>> = vec![Vec::new(); case.commands.len()];
    for round in 0..=rounds {
        for turn in 0..case.commands.len() {
            let index = turn.saturating_add(round).checked_rem(case.commands.len()).unwrap_or(0);
            let (Some(command), Some(list)) = (case.commands.get(index), samples.get_mut(index)) else {
                continue;
            };
            let _ = measure(case.before_each, folder, &tools);
            match measure(command.line, folder, &tools) {
                Ok(sample) if round > 0 => list.push(sample),
                Ok(_) => {}
                Err(problem) => complain(&format!("{}: {problem}", command.line)),
            }
        }
    }
    let mut text = table(case, &samples)?;
    for name in case.sizes {
        let size = std::fs::metadata(folder.join(name)).map_err(|error| format!("{name}: {error}"))?.len();
        writeln!(text, "\n`{name}`: {size} bytes").map_err(|error| error.to_string())?;
    }
    Ok(text)
}

fn table(case: &Case, samples: &[Vec<Sample>]) -> Result<String, String> {
    let mut text = String::from(
        "| command | wall s (min-max) | cpu s | peak MB | ours / it | asked |\n|---|---|---|---|---|---|\n",
    );
    let ours = samples.first().and_then(|list| median(list.iter().map(|sample| sample.wall)));
    for (command, list) in case.commands.iter().zip(samples) {
        let Some(wall) = median(list.iter().map(|sample| sample.wall)) else {
            writeln!(text, "| `{}` | did not run | | | | |", command.line)
                .map_err(|error| error.to_string())?;
            continue;
        };
        let low = list.iter().map(|sample| sample.wall).fold(f64::INFINITY, f64::min);
        let high = list.iter().map(|sample| sample.wall).fold(0.0, f64::max);
        let cpu = median(list.iter().map(|sample| sample.cpu)).unwrap_or(0.0);
        let peak = median(list.iter().map(|sample| sample.peak)).unwrap_or(0.0);
        let first = std::ptr::eq(command, &raw const case.commands[0]);
        let ratio = match ours {
            Some(ours) if !first => format!("{:.2}", ours / wall),
            _ => String::new(),
        };
        let asked = match command.asked {
            Some(asked) => {
                let kept = first || ours.is_some_and(|ours| ours / wall <= asked);
                format!("{asked} {}", if kept { "kept" } else { "MISSED" })
            }
            None => String::new(),
        };
        let line = command.line.replace('|', "\\|");
        writeln!(
            text,
            "| `{line}` | {wall:.3} ({low:.3}-{high:.3}) | {cpu:.3} | {peak:.0} | {ratio} | {asked} |"
        )
        .map_err(|error| error.to_string())?;
    }
    Ok(text)
}

fn heading(rounds: usize) -> Result<String, String> {
    let processor = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processor.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("\t: unknown");
    Ok(format!(
        "# Benchmark of {}\n\n{}, {} processors, Linux {}; medians of {rounds} interleaved rounds after one \
         that is not counted. ",
        output("date", &["+%Y-%m-%d"])?,
        model.trim_start_matches(['\t', ' ', ':']),
        std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        output("uname", &["-r"])?.split('-').next().unwrap_or_default(),
    ))
}

fn output(program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = std::process::Command::new(program)
        .args(arguments)
        .output()
        .map_err(|error| format!("{program}: {error}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
