//! The sessions of an image: `--sessions`.

use crate::escape;
use crate::table::{Side, Table};
use isokit_cli::json::Writer;
use isokit_core::image::Image;
use isokit_core::iso9660;
use isokit_core::iso9660::layout::SECTOR;
use isokit_core::iso9660::session::{Session, sessions};
use isokit_core::source::Source;
use isokit_core::udf;

/// UDF alone: whatever sessions it was recorded in are one volume.
fn only(volume: &udf::Image<'_>) -> Session {
    let end = volume.end();
    Session {
        number: 1,
        start: 0,
        volume_identifier: volume.identifier().into_bytes(),
        size: volume.end_behind(end).unwrap_or(end),
    }
}

/// Appends the sessions of `image` on `source`, as a table or one JSON object a line.
pub(crate) fn write(image: &Image<'_>, source: &dyn Source, json: bool, text: &mut Vec<u8>) {
    let volume = image.iso9660();
    let all = match (volume, image.udf()) {
        (None, Some(udf)) => vec![only(udf)],
        _ => match volume.map(iso9660::Image::sessions).unwrap_or_default() {
            [] => sessions(source),
            known => known.to_vec(),
        },
    };
    let start = volume.map(iso9660::Image::session_start).unwrap_or_default();
    let offset = |session: &Session| source.origin().saturating_add(session.start.saturating_mul(SECTOR));
    // What is shown may be a copy of the newest session's descriptors at the start of the image.
    let shown = |session: &Session| session.start == start || (start == 0 && Some(session) == all.last());
    if json {
        for session in &all {
            let mut object = Writer::object(text);
            object.raw("number", session.number);
            object.raw("offset", offset(session));
            object.raw("size", session.size);
            object.bytes("volume_id", &session.volume_identifier);
            object.raw("shown", shown(session));
            object.end();
            text.push(b'\n');
        }
        return;
    }
    let mut table = Table::new(&[
        ("N", Side::Right),
        ("", Side::Left),
        ("OFFSET", Side::Right),
        ("SIZE", Side::Right),
        ("VOLUME ID", Side::Left),
    ]);
    for session in &all {
        table.row(vec![
            session.number.to_string(),
            if shown(session) { "*" } else { "" }.to_owned(),
            offset(session).to_string(),
            session.size.to_string(),
            escape::shown(&session.volume_identifier),
        ]);
    }
    table.write("", text);
}
