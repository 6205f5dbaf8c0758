//! One run of the tool: from the command line to the exit status.

use crate::choice::{of_name, options};
use crate::flags::{Flags, with_levels};
use crate::promise::{broken, promised_otherwise, unconverted};
use crate::sparse::Sparse;
use isokit_cli::input::Opened;
use isokit_cli::name::quoted;
use isokit_cli::output::Data;
use isokit_cli::progress::Shown;
use isokit_cli::{Concerning, Failure, Output, Report, Status, Written};
use isokit_containers::{
    Counted, Decoded, Discard, Error as Fault, Format, Input, Options, Pace, Result, Sink, Trailing, convert,
    decode,
};
use isokit_core::Error;
use isokit_core::number::wide;
use isokit_core::sink;
use isokit_core::source::Waiting;
use rustix::pipe::fcntl_setpipe_size;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes a pipe is widened to, where the system allows it.
const PIPE: usize = 1024 * 1024;

/// Bytes of the beginning that are looked at: what is known by its beginning is known by this much.
const BEGINNING: u64 = 4096;

/// Runs the tool.
///
/// # Errors
/// What ends the run before it begins: usage, an input that cannot be opened, an output that cannot be made.
pub fn run(arguments: Vec<OsString>, report: &Report) -> Result<Status, Failure> {
    let flags: Flags = match isokit_cli::parse(with_levels(arguments), crate::habits::HABITS, report) {
        Ok(flags) => flags,
        Err(status) => return Ok(status),
    };
    report.set_quiet(flags.verbosity.quiet);
    if flags.check {
        options(&flags, Format::Raw)?;
        match flags.inputs.as_slice() {
            [] => check(&flags, OsStr::new("-"), report)?,
            [input] => check(&flags, input.as_os_str(), report)?,
            inputs => {
                for input in inputs {
                    if let Err(failure) = check(&flags, input.as_os_str(), report) {
                        report.failed(&failure);
                    }
                }
            }
        }
        return Ok(report.status());
    }
    let operand = match flags.inputs.as_slice() {
        [] => OsStr::new("-"),
        [input] => input.as_os_str(),
        inputs => return Err(Error::Usage(one_at_a_time(inputs, flags.output.output.is_some())).into()),
    };
    let written = Written::new([("--output", flags.output.output.as_deref())])?;
    written.refuse(operand)?;
    let source = Begun::new(operand, &flags)?;
    let from = source.from;
    let to = match (flags.to, flags.output.output.as_deref()) {
        (Some(to), Some(name)) if to != Format::Raw => {
            let named = of_name(name).concerning(name.display())?;
            if named != to && named != Format::Raw {
                let (to, named) = (to.name(), named.name());
                report.warning(name.display(), format_args!("{to} data in a file that is named as {named}"));
            }
            to
        }
        (Some(to), _) => to,
        (None, Some(name)) => of_name(name).concerning(name.display())?,
        (None, None) => Format::Raw,
    };
    if flags.from.is_none() && from == Format::Raw {
        look(&flags, &source, to, report).concerning(source.name())?;
    }
    let options = options(&flags, to)?;
    let output = Output::open(flags.output.output.as_deref(), Data::Binary)?;
    // Not every pipe can be widened, nothing else can; both work as they are.
    let _ = fcntl_setpipe_size(&source.opened.file, PIPE);
    let shown = source.shown(&flags, report);
    let written = write(&flags, &source, to, &options, &output)?;
    drop(shown);
    match written {
        Err(fault) if fault.concerns_output() => report.failure(output.name(), fault),
        Err(fault) => report.failure(source.name(), fault),
        Ok(moved) => {
            moved.tell(&flags, source.name(), Some(to), report);
            let name = output.name().to_owned();
            if let Err(failure) = output.finish(flags.output.sync) {
                report.failure(name, failure.error);
            }
        }
    }
    Ok(report.status())
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

/// Looks at data that no format was recognised in: what its name promises otherwise is refused, what is known and not
/// converted is said.
fn look(flags: &Flags, source: &Begun, to: Format, report: &Report) -> Result<(), Error> {
    if let Some(broken) = source.broken()? {
        return Err(Error::foreign(format!("{broken}; --from raw copies it as it is"), None));
    }
    let Some(what) = unconverted(&source.prefix)? else { return Ok(()) };
    let sentence = format!("{what}, which imgconv does not convert");
    // Who names a file for the raw output, or gives a packed one, expects something else in it.
    if to == Format::Raw && (of_name(source.path()).is_err() || flags.output.output.is_some()) {
        return Err(Error::foreign(format!("{sentence}; --from raw copies it as it is"), None));
    }
    let done = if to == Format::Raw { "copied" } else { "compressed" };
    report.warning(source.name(), format_args!("{sentence}; it is {done} as it is"));
    Ok(())
}

/// Decompresses everything and keeps nothing.
fn check(flags: &Flags, operand: &OsStr, report: &Report) -> Result<(), Failure> {
    let source = Begun::new(operand, flags)?;
    if source.from == Format::Raw {
        let nothing = || -> Result<_, Error> {
            let broken = if flags.from.is_none() { source.broken()? } else { None };
            let known = match unconverted(&source.prefix)? {
                _ if source.prefix.is_empty() => "an empty file".into(),
                Some(known) if flags.from.is_none() => known,
                _ => "raw data".into(),
            };
            Ok(broken.unwrap_or_else(|| format!("{known}: nothing to verify")))
        };
        return Err(Error::foreign(nothing().concerning(source.name())?, None)).concerning(source.name());
    }
    let options = options(flags, Format::Raw)?;
    let shown = source.shown(flags, report);
    let mut input = source.input();
    let mut nothing = Discard;
    let mut counted = Counted::new(&mut nothing);
    let settled = source.settled(flags, &mut input);
    let decoded = settled.and_then(|from| Ok((from, decode(from, &mut input, &options, &mut counted)?)));
    let (read, written) = (input.offset(), counted.bytes());
    drop(input);
    drop(shown);
    match decoded {
        Ok((from, known)) => {
            Moved { from, read, written, known }.tell(flags, source.name(), None, report);
        }
        Err(fault) => report.failure(source.name(), fault),
    }
    Ok(())
}

/// Converts, with the output as the flags want it.
fn write(
    flags: &Flags,
    source: &Begun,
    to: Format,
    options: &Options,
    output: &Output,
) -> Result<Result<Moved, Fault>, Failure> {
    let file = output.file();
    let mut input = source.input();
    let from = match source.settled(flags, &mut input) {
        Ok(from) => from,
        Err(fault) => return Ok(Err(fault)),
    };
    if flags.sparse {
        let no_holes =
            || Error::Usage("--sparse requires a regular file that ends where the output begins".into());
        let sparse = output.in_place().and_then(|at| Sparse::new(file, at));
        let mut sparse = sparse.ok_or_else(no_holes).concerning(output.name())?;
        if (from, to) == (Format::Raw, Format::Raw)
            && source.opened.is_regular()
            && options.expected.is_none()
        {
            let begun = sparse.put(&source.prefix);
            source.pace.read(wide(source.prefix.len()));
            let rest = begun.and_then(|()| sparse.pass(&source.opened.file, &source.pace));
            let bytes = rest.and_then(|rest| sparse.finish().map(|()| wide(source.prefix.len()) + rest));
            return Ok(bytes.map(Moved::as_they_are));
        }
        let mut counted = Counted::new(&mut sparse);
        let converted = convert(from, &mut input, to, options, &source.pace, &mut counted);
        let (read, written) = (input.offset(), counted.bytes());
        let finished = converted.and_then(|known| sparse.finish().map(|()| known));
        return Ok(finished.map(|known| Moved { from, read, written, known }));
    }
    let mut out = sink::Sink::new(file);
    if (from, to) == (Format::Raw, Format::Raw) && options.expected.is_none() {
        let begun = out.put(&source.prefix).and_then(|()| finish(out));
        source.pace.read(wide(source.prefix.len()));
        return Ok(begun.and_then(|()| source.flow(file)).map(Moved::as_they_are));
    }
    let mut counted = Counted::new(&mut out);
    let converted = convert(from, &mut input, to, options, &source.pace, &mut counted);
    let written = counted.bytes();
    // What came before an error is written, too.
    let finished = finish(out);
    let known = converted.and_then(|known| finished.map(|()| known));
    Ok(known.map(|known| Moved { from, read: input.offset(), written, known }))
}

/// Writes what is still to be written.
fn finish(out: sink::Sink<'_>) -> Result<(), Fault> {
    out.finish().map(drop).map_err(Fault::Output)
}

/// Bytes that came in and went out.
struct Moved {
    from: Format,
    read: u64,
    written: u64,
    known: Decoded,
}

impl Moved {
    fn as_they_are(bytes: u64) -> Self {
        Self { from: Format::Raw, read: bytes, written: bytes, known: Decoded::default() }
    }

    /// Tells what there is to know of `input`, and both sizes if that is asked for.
    fn tell(&self, flags: &Flags, input: &str, to: Option<Format>, report: &Report) {
        let Self { from, read, written, known } = self;
        if let Some(at) = known.trailing {
            let done = if flags.trailing == Trailing::Keep { "kept" } else { "ignored" };
            report.warning(input, format_args!("byte {at:#x}: trailing garbage {done}"));
        }
        match (known.checks.unsupported(), to) {
            (None, _) => {}
            // To verify is all that was asked for.
            (Some(unsupported), None) => report.failure(input, unsupported),
            (Some(unsupported), Some(_)) => report.warning(input, unsupported),
        }
        if flags.verbosity.notes.verbose {
            let from = from.name();
            let done = match to {
                Some(to) => format!("{}, {written} bytes out", to.name()),
                None => format!("raw, {written} bytes; {}", known.checks),
            };
            let read = if to.is_some() { format!("{read} bytes in") } else { format!("{read} bytes") };
            report.note(input, format_args!("{from}, {read}; {done}"));
        }
    }
}

/// The input, of which the beginning was read to recognise it.
struct Begun {
    operand: OsString,
    opened: Opened,
    prefix: Vec<u8>,
    /// What it is read as.
    from: Format,
    /// Bytes there are, when that is known.
    size: Option<u64>,
    pace: Arc<Pace>,
}

impl Begun {
    fn new(operand: &OsStr, flags: &Flags) -> Result<Self, Failure> {
        let opened = Opened::new(operand)?;
        let size = opened.left();
        let mut prefix = Vec::new();
        let read = Waiting::new(&opened.file).take(BEGINNING).read_to_end(&mut prefix);
        read.map_err(|error| Error::io("read", error)).concerning(&opened.name)?;
        let pace = Arc::new(Pace::default());
        let from = flags.from.unwrap_or_else(|| Format::of_content(&prefix));
        Ok(Self { operand: operand.to_owned(), opened, prefix, from, size, pace })
    }

    fn path(&self) -> &Path {
        Path::new(&self.operand)
    }

    /// What is said of raw data that its name promises to be something else.
    fn broken(&self) -> Result<Option<String>, Error> {
        let packed = of_name(self.path()).ok().filter(|format| *format != Format::Raw).map(Format::name);
        let promised = match packed {
            None if unconverted(&self.prefix)?.is_none() => promised_otherwise(self.path()),
            packed => packed,
        };
        Ok(promised.map(|promised| broken(&self.prefix, promised)))
    }

    /// What `input`, which is all of it, is read as: that is known behind frames which may be of two formats.
    fn settled(&self, flags: &Flags, input: &mut Input<'_>) -> Result<Format> {
        if flags.from.is_some() {
            return Ok(self.from);
        }
        self.from.settled(input, of_name(self.path()).unwrap_or(Format::Raw))
    }

    fn name(&self) -> &str {
        &self.opened.name
    }

    fn input(&self) -> Input<'_> {
        Input::new(self.prefix.as_slice().chain(Waiting::new(&self.opened.file))).paced(&self.pace)
    }

    /// Moves what is left of it as it is; how many bytes it has.
    fn flow(&self, to: &File) -> Result<u64, Fault> {
        let moved =
            sink::flow(&self.opened.file, to, &|bytes| self.pace.read(bytes)).map_err(Fault::Output)?;
        let bytes = wide(self.prefix.len()).saturating_add(moved.bytes);
        match moved.stopped {
            None => Ok(bytes),
            Some(Error::Io(error)) => Err(Fault::Input { at: bytes, source: error.source }),
            Some(error) => Err(Fault::Codec(error.to_string())),
        }
    }

    /// Shows from now on how much of it is done.
    fn shown<'r>(&self, flags: &Flags, report: &'r Report) -> Shown<'r> {
        let (pace, ends) = (Arc::clone(&self.pace), self.size.is_some());
        // Where nobody knows how much is to come, what has come is to be seen, even while a block is not full.
        let done = move || if ends { pace.done() } else { pace.taken_in() };
        flags.progress.show(self.name(), self.size, report, done)
    }
}
