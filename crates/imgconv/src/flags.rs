//! The command line of `imgconv`.

use crate::habits::HABITS;
use crate::promise::{names_tar, of_name, tar};
use crate::request::{Conversion, Manner, Request, Task};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{CommandFactory, Parser};
use isokit_cli::flags::{OutputFlags, ProgressFlags, ThreadsFlags, VerbosityFlags};
use isokit_cli::name::quoted;
use isokit_cli::{Concerning, Failure, Report, Status};
use isokit_containers::{CONTAINERS, Container, Format, Options, Settings, Trailing};
use isokit_core::Error;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// Convert disk images between raw and compressed forms
#[derive(Debug, Parser)]
#[command(name = "imgconv", version, long_about = about(), override_usage = USAGE, after_help = EXAMPLES)]
struct Flags {
    /// Input to read: a file, a device, a FIFO, or `-` for standard input (default); several with --check
    #[arg(value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// Where the output goes, and when it is there.
    #[command(flatten)]
    output: OutputFlags,

    #[arg(long, help = to(), value_parser = format(), value_name = "FORMAT", hide_possible_values = true)]
    to: Option<Format>,

    /// Read the input as FORMAT instead of detecting it
    #[arg(long, value_parser = format(), value_name = "FORMAT", hide_possible_values = true)]
    from: Option<Format>,

    #[arg(long, help = levels(), value_name = "LEVEL")]
    level: Option<u8>,

    /// gzip: write one member per block, so that it can be decompressed in parallel
    #[arg(long)]
    members: bool,

    /// zstd: use a window of 2^LOG bytes [default: 27]; when reading, allow more than 128 MiB
    #[arg(
        long,
        value_name = "LOG",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "27",
        value_parser = clap::value_parser!(u32).range(10..=31)
    )]
    long: Option<u32>,

    /// Data after the last member of the input: error (default), ignore, or keep (append it unchanged)
    #[arg(
        long,
        value_parser = trailing(),
        value_name = "WHAT",
        default_value = "error",
        hide_default_value = true,
        hide_possible_values = true
    )]
    trailing: Trailing,

    /// Leave holes in the output where data is zero; skip holes of a raw input
    #[arg(long)]
    sparse: bool,

    /// Test the input's integrity; write nothing
    #[arg(long, conflicts_with_all = ["output", "to", "sparse", "sync"])]
    check: bool,

    /// How many threads work.
    #[command(flatten)]
    threads: ThreadsFlags,

    /// Whether progress is shown.
    #[command(flatten)]
    progress: ProgressFlags,

    /// How much is printed
    #[command(flatten)]
    verbosity: VerbosityFlags,
}

/// Reads the arguments: what they ask for, or the status to end with where they were answered.
///
/// # Errors
/// When they contradict each other.
pub(crate) fn request(arguments: Vec<OsString>, report: &Report) -> Result<Result<Request, Status>, Failure> {
    match isokit_cli::parse::<Flags>(with_levels(arguments), HABITS, report) {
        Ok(flags) => flags.request().map(Ok),
        Err(status) => Ok(Err(status)),
    }
}

/// How messages name options: those that were given, and at the ends of sentences what may be done instead.
pub(crate) mod spelled {
    use isokit_containers::Error;

    pub(crate) const OUTPUT: &str = "--output";
    pub(crate) const SPARSE: &str = "--sparse";
    pub(crate) const TO_FILE: &str = " or use -o";
    pub(crate) const AS_IT_IS: &str = "; --from raw copies it as it is";

    /// What is wrong with the input, and what may be done about it.
    pub(crate) fn told(fault: &Error) -> String {
        let end = match fault {
            Error::Trailing { .. } => "; see --trailing",
            Error::Window { .. } => "; --long allows it",
            _ => "",
        };
        format!("{fault}{end}")
    }
}

/// The command line's definition, for manual pages and completions.
pub fn command() -> clap::Command {
    Flags::command()
}

impl Flags {
    fn request(self) -> Result<Request, Failure> {
        let verbose = self.verbosity.notes.verbose;
        let manner = Manner { verbose, quiet: self.verbosity.quiet, progress: self.progress.progress };
        let operands =
            |inputs: &[PathBuf]| inputs.iter().map(|input| input.clone().into_os_string()).collect();
        if self.check {
            let options = options(&self, Format::Raw)?;
            let inputs =
                if self.inputs.is_empty() { vec![OsString::from("-")] } else { operands(&self.inputs) };
            return Ok(Request { from: self.from, options, task: Task::Check(inputs), manner });
        }
        let input = match self.inputs.as_slice() {
            [] => OsString::from("-"),
            [input] => input.clone().into_os_string(),
            inputs => return Err(Error::Usage(one_at_a_time(inputs, self.output.output.is_some())).into()),
        };
        let to = match (self.to, self.output.output.as_deref()) {
            (Some(Format::Raw), _) => Format::Raw,
            (to, Some(name)) => {
                let named = of_name(name).map_err(unwritten).concerning(name.display())?;
                to.unwrap_or(named)
            }
            (to, None) => to.unwrap_or(Format::Raw),
        };
        let options = options(&self, to)?;
        let (output, sync, sparse) = (self.output.output, self.output.sync, self.sparse);
        let task = Task::Convert(Conversion { input, to, output, sync, sparse });
        Ok(Request { from: self.from, options, task, manner })
    }
}

/// Why no output has a name with this `suffix`.
fn unwritten(suffix: String) -> Error {
    Error::Usage(format!("{suffix} is not written; --to raw puts the bytes there as they are"))
}

/// How the output, which becomes `to`, is made, or what contradicts it.
///
/// # Errors
/// [`Error::Usage`].
fn options(flags: &Flags, to: Format) -> Result<Options, Error> {
    let usage = |text: String| Err(Error::Usage(text));
    let writing = match to {
        Format::Raw => None,
        Format::Container(container) => container.writing.as_ref(),
    };
    if flags.members && !writing.is_some_and(|writing| writing.members) {
        return usage(format!("--members is for gzip; the output is {}", to.name()));
    }
    let level = match (flags.level, writing.and_then(|writing| writing.levels.as_ref())) {
        (None, levels) => levels.map_or(0, |levels| levels.default),
        (Some(level), Some(levels)) if levels.range.contains(&level) => level,
        (Some(level), Some(levels)) => {
            let (first, last) = (levels.range.start(), levels.range.end());
            return usage(format!("level {level}: {} has levels {first} to {last}", to.name()));
        }
        (Some(level), None) => return usage(format!("level {level}: {} has no levels", to.name())),
    };
    let (members, long, threads) = (flags.members, flags.long, flags.threads.count());
    Ok(Options {
        settings: Settings { level, members, long, threads },
        trailing: flags.trailing,
        expected: flags.output.output.as_deref().is_some_and(names_tar).then(tar),
    })
}

/// What is said of several inputs. Of two names or, as qemu-img convert has them, three words, the last of which is not there
/// yet, that is the output.
fn one_at_a_time(inputs: &[PathBuf], has_output: bool) -> String {
    let pair = match inputs {
        [input, output] => Some((input, output)),
        [convert, input, output] if convert.as_os_str() == "convert" => Some((input, output)),
        _ => None,
    };
    match pair.filter(|(_, output)| !has_output && !output.exists()) {
        Some((input, output)) => {
            let [input, output] = [input, output].map(|name| quoted(name.as_os_str()));
            format!("one input is converted at a time; try: imgconv -o {output} {input}")
        }
        None => "one input is converted at a time".into(),
    }
}

/// Formats, by their names and aliases.
fn format() -> impl TypedValueParser<Value = Format> {
    let raw = PossibleValue::new(Format::Raw.name()).help("Bytes as they are");
    let container = CONTAINERS.iter().map(|container| {
        PossibleValue::new(container.name).aliases(container.aliases).help(container.standard)
    });
    PossibleValuesParser::new([raw].into_iter().chain(container))
        .map(|name| Format::named(&name).expect("because only names of formats get here"))
}

/// The names of `raw` and the containers that `have` what is asked for, with `last` before the last one.
fn names(have: fn(&Container) -> bool, last: &str) -> String {
    let named = CONTAINERS.iter().filter(|container| have(container)).map(|container| container.name);
    let names: Vec<&str> = [Format::Raw.name()].into_iter().chain(named).collect();
    let (end, names) = names.split_last().expect("because raw is one");
    format!("{} {last} {end}", names.join(", "))
}

fn about() -> String {
    let read = names(|container| container.reading.is_some(), "and");
    format!(
        "Convert disk images between raw and compressed forms\n\nReads {read} data, detected by content, and writes raw \
         data or the format that --to or the name of the output file selects. In a pipe and without options, it \
         decompresses whatever it reads."
    )
}

fn to() -> String {
    let written = names(|container| container.writing.is_some(), "or");
    format!("Format to write: {written} [default: by the name of the output, else raw]")
}

fn levels() -> String {
    let levels = CONTAINERS.iter().filter_map(|container| {
        let range = &container.writing.as_ref()?.levels.as_ref()?.range;
        Some(format!("{} {}-{}", container.name, range.start(), range.end()))
    });
    format!("Compression level, also as -1 to -22: {}", levels.collect::<Vec<_>>().join(", "))
}

/// What is done with bytes behind the last part of the input.
fn trailing() -> impl TypedValueParser<Value = Trailing> {
    let all = [
        PossibleValue::new("error").help("They are an error"),
        PossibleValue::new("ignore").help("They are left out"),
        PossibleValue::new("keep").help("They follow the decompressed data, as they are"),
    ];
    PossibleValuesParser::new(all).map(|word| match word.as_str() {
        "ignore" => Trailing::Ignore,
        "keep" => Trailing::Keep,
        _ => Trailing::Error,
    })
}

/// `arguments` with `-1` to `-22` written as `--level=N`, up to `--`.
fn with_levels(arguments: Vec<OsString>) -> Vec<OsString> {
    let mut operands = false;
    let spelled = |argument: OsString| {
        operands |= argument == "--";
        match level(&argument) {
            Some(level) if !operands => format!("--level={level}").into(),
            _ => argument,
        }
    };
    arguments.into_iter().map(spelled).collect()
}

fn level(argument: &OsStr) -> Option<u8> {
    let digits = argument.to_str()?.strip_prefix('-')?;
    let digits_only = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|level| digits_only && *level <= 22)
}

const USAGE: &str = "\
imgconv [OPTIONS] [-o FILE] [INPUT]
       imgconv --check [OPTIONS] [INPUT...]";

const EXAMPLES: &str = "\
Examples:
  imgconv disk.img.xz | isols -l             decompress into a pipe
  imgconv -o disk.img.zst disk.img.xz        recompress";

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Flags, clap::Error> {
        Flags::try_parse_from(with_levels(line.split(' ').map(OsString::from).collect()))
    }

    #[test]
    fn levels_are_spelled_as_in_other_compressors() {
        assert_eq!(parse("imgconv -19 --to zst x").unwrap().level, Some(19));
        assert_eq!(parse("imgconv --level 3 --to gz").unwrap().level, Some(3));
        assert_eq!(parse("imgconv -- -9").unwrap().inputs, [PathBuf::from("-9")]);
        assert_eq!(parse("imgconv -").unwrap().inputs, [PathBuf::from("-")]);
        assert!(parse("imgconv -23 x").is_err());
    }

    #[test]
    fn long_takes_its_value_only_with_an_equals_sign() {
        let flags = parse("imgconv --long x.zst").unwrap();
        assert_eq!((flags.long, flags.inputs), (Some(27), vec![PathBuf::from("x.zst")]));
        assert_eq!(parse("imgconv --long=30").unwrap().long, Some(30));
    }

    #[test]
    fn every_habit_is_one_of_other_tools() {
        use isokit_cli::habits::shadowed;
        let command = <Flags as clap::CommandFactory>::command();
        assert_eq!(shadowed(crate::habits::HABITS, &command), None);
    }
}
