//! Reading a command line.

use crate::exit::Status;
use crate::habits::{Habit, followed, long};
use crate::report::Report;
use crate::streams::Streams;
use anstream::{AutoStream, ColorChoice};
use clap::Parser;
use clap::error::ErrorKind;
use isokit_core::error::reason;
use std::ffi::OsString;
use std::io::{self, Write};

/// Columns of help at the most, on any terminal and in any file.
const WIDTH: usize = 80;

/// Parses `arguments` as `A`; or prints help or version to standard output, or says what is wrong with them, and
/// returns the status to end with. Of options that other tools have, `habits` says what to type instead.
///
/// # Errors
/// The status to end with, when there is nothing to run.
pub fn parse<A: Parser>(arguments: Vec<OsString>, habits: &[Habit], report: &Report) -> Result<A, Status> {
    let mut command = A::command().max_term_width(WIDTH);
    let typed = arguments.get(1..).unwrap_or_default().to_vec();
    let long = long(habits, &typed);
    if !long.is_empty() {
        return Err(answered(long, report));
    }
    let parsed =
        command.try_get_matches_from_mut(arguments).and_then(|matches| A::from_arg_matches(&matches));
    parsed.map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match print(&error, report.streams()) {
            Ok(()) => Status::Done,
            Err(problem) => {
                report.remark(format_args!("standard output: write: {}", reason(&problem)));
                Status::Failed
            }
        },
        kind => {
            let followed = followed(habits, &typed);
            if kind == ErrorKind::UnknownArgument && !followed.is_empty() {
                return answered(followed, report);
            }
            report.remark(format!("{}; try: {} --help", sentence(&error), report.tool()));
            Status::Failed
        }
    })
}

/// Prints help or the version, in colours where it is a terminal that shows them. Nobody misses it on a closed descriptor.
fn print(answer: &clap::Error, streams: &Streams) -> io::Result<()> {
    let Some(mut output) = streams.output.as_ref() else { return Ok(()) };
    let text = answer.render();
    match AutoStream::choice(output) {
        ColorChoice::Never => output.write_all(text.to_string().as_bytes()),
        _ => output.write_all(text.ansi().to_string().as_bytes()),
    }
}

/// Says what to type instead of `habits`; the status to end with.
fn answered(habits: Vec<Habit>, report: &Report) -> Status {
    for Habit { option, instead } in habits {
        report.remark(format_args!("{option}: {instead}"));
    }
    report.remark(format_args!("try: {} --help", report.tool()));
    Status::Failed
}

/// What clap says on several lines, without its usage and its label, on one.
fn sentence(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let mut paragraphs = text.split("\n\n").map(joined);
    let problem = paragraphs.next().unwrap_or_default();
    let problem = problem.strip_prefix("error: ").unwrap_or(&problem).to_owned();
    let hint = paragraphs.find_map(|paragraph| paragraph.strip_prefix("tip: a similar ").map(str::to_owned));
    // The help has all values, which are many of some options.
    let without_values = || match problem.split_once(VALUES) {
        Some((problem, _)) => problem.to_owned(),
        None => problem.clone(),
    };
    match hint {
        Some(hint) => format!("{}; a similar {hint}", without_values()),
        None if problem.len() > LONGEST => without_values(),
        None => problem,
    }
}

/// How clap begins a list of values.
const VALUES: &str = " [possible values: ";

/// Bytes of a sentence that still has such a list: two lines, with the name of the tool and what follows.
const LONGEST: usize = 120;

fn joined(paragraph: &str) -> String {
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[derive(Debug, Parser)]
    #[command(name = "tool")]
    struct Tool {
        /// Which
        #[arg(long, value_parser = ["one", "two"])]
        names: Option<String>,
        /// One of many
        #[arg(long, value_parser = ["sha224", "sha256", "sha384", "sha512", "sha512-256", "sha3-256", "blake2b", "blake3"])]
        digest: Option<String>,
        input: PathBuf,
    }

    fn refused(line: &[&str]) -> String {
        let arguments = std::iter::once(&"tool").chain(line);
        sentence(&Tool::try_parse_from(arguments).expect_err("not legal"))
    }

    #[test]
    fn mistakes_are_one_sentence() {
        for (line, want) in [
            (&["--nosuch", "x"][..], "unexpected argument '--nosuch' found"),
            (
                &["--name", "one", "x"],
                "unexpected argument '--name' found; a similar argument exists: '--names'",
            ),
            (&["--names", "3", "x"], "invalid value '3' for '--names <NAMES>' [possible values: one, two]"),
            (
                &["--names", "onee", "x"],
                "invalid value 'onee' for '--names <NAMES>'; a similar value exists: 'one'",
            ),
            (&["--digest", "md", "x"], "invalid value 'md' for '--digest <DIGEST>'"),
            (&[], "the following required arguments were not provided: <INPUT>"),
        ] {
            assert_eq!(refused(line), want);
        }
    }
}
