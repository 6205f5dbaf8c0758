//! Converting one input.

use crate::flags::spelled;
use crate::input::{Begun, Known};
use crate::moved::Moved;
use crate::promise::of_name;
use crate::request::{Conversion, Request};
use crate::sparse::Sparse;
use isokit_cli::input::warn_interrupted;
use isokit_cli::output::Data;
use isokit_cli::{Concerning, Failure, Output, Report, Written};
use isokit_containers::{Counted, Error as Fault, Format, Options, Result, convert};
use isokit_core::Error;
use isokit_core::number::wide;
use isokit_core::sink;

/// Does what `conversion` asks for.
///
/// # Errors
/// What ends it before it begins.
pub(crate) fn run(request: &Request, conversion: &Conversion, report: &Report) -> Result<(), Failure> {
    let Conversion { input, to, output, sync, .. } = conversion;
    let written = Written::new([((), spelled::OUTPUT, output.as_deref())], report.streams())?;
    written.refuse(input)?;
    let source = Begun::new(input, request.from, report.streams())?;
    warn_interrupted(input, report);
    let named = output.as_deref().filter(|_| *to != Format::Raw);
    if let Some(name) = named
        && let Some(format) = of_name(name).ok().filter(|format| ![*to, Format::Raw].contains(format))
    {
        let (to, named) = (to.name(), format.name());
        report.warning(name.display(), format_args!("{to} data in a file that is named as {named}"));
    }
    look(conversion, &source, report).concerning(source.name())?;
    let output = Output::open(output.as_deref(), Data::Binary(spelled::TO_FILE), report.streams())?;
    let shown = source.shown(request.manner.progress, report);
    let written = write(&request.options, conversion, &source, &output)?;
    drop(shown);
    match written {
        Err(fault) if fault.concerns_output() => report.failure(output.name(), fault),
        Err(fault) => report.failure(source.name(), spelled::told(&fault)),
        Ok(moved) => {
            moved.tell(request, source.name(), Some(*to), report);
            let name = output.name().to_owned();
            if let Err(failure) = output.finish(*sync) {
                report.failure(name, failure.error);
            }
        }
    }
    Ok(())
}

/// Looks at data that no format was recognised in: what its name promises otherwise is refused, what is known and not
/// converted is said.
fn look(conversion: &Conversion, source: &Begun, report: &Report) -> Result<(), Error> {
    let Known { broken, unconverted } = source.known()?;
    if let Some(broken) = broken {
        return Err(Error::foreign(format!("{broken}{}", spelled::AS_IT_IS), None));
    }
    let Some(what) = unconverted else { return Ok(()) };
    let (sentence, is_raw) =
        (format!("{what}, which imgconv does not convert"), conversion.to == Format::Raw);
    // Who names a file for the raw output, or gives a packed one, expects something else in it.
    if is_raw && (of_name(source.path()).is_err() || conversion.output.is_some()) {
        return Err(Error::foreign(format!("{sentence}{}", spelled::AS_IT_IS), None));
    }
    let done = if is_raw { "copied" } else { "compressed" };
    report.warning(source.name(), format_args!("{sentence}; it is {done} as it is"));
    Ok(())
}

/// The inner error ends what was begun: it is reported with what was read and written until then.
fn write(
    options: &Options,
    conversion: &Conversion,
    source: &Begun,
    output: &Output,
) -> Result<Result<Moved, Fault>, Failure> {
    let (file, to) = (output.file(), conversion.to);
    let mut input = source.input();
    let from = match source.settled(&mut input) {
        Ok(from) => from,
        Err(fault) => return Ok(Err(fault)),
    };
    if conversion.sparse {
        let no_holes = || {
            let needed = "requires a regular file that ends where the output begins";
            Error::Usage(format!("{} {needed}", spelled::SPARSE))
        };
        let sparse = output.in_place().and_then(|at| Sparse::new(file, at));
        let mut sparse = sparse.ok_or_else(no_holes).concerning(output.name())?;
        if (from, to) == (Format::Raw, Format::Raw)
            && source.opened.is_regular()
            && options.expected.is_none()
        {
            let begun = source.begin(&mut sparse);
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
        let begun = source.begin(&mut out).and_then(|()| finish(out));
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

fn finish(out: sink::Sink<'_>) -> Result<(), Fault> {
    out.finish().map(drop).map_err(Fault::Output)
}
