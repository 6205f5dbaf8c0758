//! What is wrong with an image: `--check`.

use crate::escape;
use isokit_cli::json::Writer;
use isokit_core::check::Fault;

/// Appends `fault` as a line, in words or as one JSON object.
pub(crate) fn write(fault: &Fault, json: bool, text: &mut Vec<u8>) {
    if json {
        object(fault, text);
    } else {
        let path = fault.path.as_ref().map(|path| format!(" ({})", escape::shown(path))).unwrap_or_default();
        let Fault { at, what, consequence, .. } = fault;
        let deviation = escape::shown(fault.deviation.as_bytes());
        text.extend_from_slice(format!("{at}: {what}: {deviation}{path}; {consequence}").as_bytes());
    }
    text.push(b'\n');
}

fn object(fault: &Fault, text: &mut Vec<u8>) {
    let mut object = Writer::object(text);
    object.text("kind", fault.kind.word());
    object.raw("offset", fault.at.byte());
    object.text("structure", fault.what.name);
    object.text("clause", fault.what.clause);
    object.text("deviation", &fault.deviation);
    object.text("consequence", &fault.consequence);
    if let Some(path) = &fault.path {
        object.bytes("path", path);
    }
    object.end();
}
