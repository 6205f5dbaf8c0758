//! The sessions of an image: `--sessions`.

use crate::escape;
use crate::table::{Side, Table};
use isokit_cli::json::Writer;
use isokit_core::error::Result;
use isokit_core::image::Image;
use isokit_core::iso9660::Session;
use isokit_core::iso9660::layout::SECTOR;
use isokit_core::source::Source;
use isokit_core::tree::charset::Charset;
use std::borrow::Cow;

/// Appends the sessions of `image` on `source`, as a table or one JSON object a line. Identifiers of ISO 9660 are in
/// `charset`, where that is given.
///
/// # Errors
/// Those of the source.
pub(crate) fn write(
    image: &Image<'_>,
    source: &dyn Source,
    charset: Option<Charset>,
    json: bool,
    text: &mut Vec<u8>,
) -> Result<()> {
    let charset = charset.filter(|_| image.iso9660().is_some());
    let all = image.sessions(source)?;
    let start = image.session_start();
    let offset = |session: &Session| source.location(session.start.saturating_mul(SECTOR)).byte();
    // What is shown may be a copy of the newest session's descriptors at the start of the image.
    let is_copy = all.iter().all(|session| session.start != start);
    let shown = |session: &Session| session.start == start || (is_copy && Some(session) == all.last());
    let identifier = |session: &Session| {
        let recorded = &session.volume_identifier;
        let decoded = charset.and_then(|charset| charset.text(recorded)).map(Cow::into_owned);
        decoded.unwrap_or_else(|| recorded.clone())
    };
    if json {
        for session in &all {
            let mut object = Writer::object(text);
            object.raw("number", session.number);
            object.raw("offset", offset(session));
            object.raw("size", session.size);
            object.bytes("volume_id", &identifier(session));
            object.raw("shown", shown(session));
            object.end();
            text.push(b'\n');
        }
        return Ok(());
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
            escape::shown(&identifier(session)),
        ]);
    }
    table.write("", text);
    Ok(())
}
