//! Texts that describe a disc, whose data are in files beside them: cue sheets, cdrdao's table of contents, GDI.

use super::{Class, Foreign};
use crate::error::Advice;

/// The description of a disc that `text` is, if it is one.
pub(super) fn found(text: &str) -> Option<Foreign> {
    let text = text.trim_start_matches('\u{feff}');
    cue(text).or_else(|| toc(text)).or_else(|| gdi(text))
}

/// Lines without the blanks around them, empty ones left out.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// What follows `word` in `line`, whatever its case.
fn after<'t>(line: &'t str, word: &str) -> Option<&'t str> {
    let (first, rest) = line.split_once([' ', '\t'])?;
    first.eq_ignore_ascii_case(word).then(|| rest.trim_start())
}

/// The file name that `rest` begins with, in quotes or without; one that a terminal would obey is none.
fn name(rest: &str) -> Option<&str> {
    let name = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?.0,
        None => rest.split([' ', '\t']).next()?,
    };
    (!name.is_empty() && !name.contains(char::is_control)).then_some(name)
}

/// A cue sheet: `FILE "x.bin" BINARY`, then `TRACK 01 MODE1/2352`.
fn cue(text: &str) -> Option<Foreign> {
    let known =
        ["rem", "file", "track", "index", "catalog", "performer", "title", "cdtextfile", "songwriter"];
    let first = lines(text).next()?;
    if !known.iter().any(|word| after(first, word).is_some()) {
        return None;
    }
    let mut file = None;
    let mut has_tracks = false;
    for line in lines(text) {
        if let Some(rest) = after(line, "file") {
            file = name(rest);
        }
        let Some(mode) = after(line, "track").and_then(|rest| rest.split_whitespace().nth(1)) else {
            continue;
        };
        has_tracks |= file.is_some();
        let Some(file) = file.filter(|_| !mode.eq_ignore_ascii_case("audio")) else { continue };
        let name = format!("a cue sheet whose data are in {file} ({})", mode.to_ascii_uppercase());
        let advice = if mode.ends_with("/2048") {
            Advice::Instead(file.to_owned())
        } else {
            Advice::Command { template: "bchunk {data} {} {stem}", data: Some(file.to_owned()) }
        };
        return Some(Foreign { name: name.into(), class: Class::Container, advice: Some(advice) });
    }
    has_tracks.then(|| Foreign::new(Class::Container, "a cue sheet of audio tracks", ""))
}

/// A table of contents of cdrdao: `CD_ROM`, then `TRACK MODE1` and `DATAFILE "x.bin"`.
fn toc(text: &str) -> Option<Foreign> {
    let mut lines = lines(text).filter(|line| !line.starts_with("//"));
    let first = lines.find(|line| after(line, "catalog").is_none())?;
    let mut mode = after(first, "track").unwrap_or_default();
    let is_mode = mode == "AUDIO" || mode.starts_with("MODE1") || mode.starts_with("MODE2");
    if !is_mode && !matches!(first.split_whitespace().next()?, "CD_ROM" | "CD_DA" | "CD_ROM_XA" | "CD_I") {
        return None;
    }
    for line in lines {
        mode = after(line, "track").map_or(mode, |rest| rest.split_whitespace().next().unwrap_or_default());
        let Some(file) = after(line, "datafile").or_else(|| after(line, "file")).and_then(name) else {
            continue;
        };
        let named = format!("a table of contents of cdrdao whose data are in {file} ({mode})");
        let advice = match mode {
            "AUDIO" => None,
            "MODE1" => Some(Advice::Instead(file.to_owned())),
            _ => Some(Advice::Command { template: "iat {data} {stem}.iso", data: Some(file.to_owned()) }),
        };
        return Some(Foreign { name: named.into(), class: Class::Container, advice });
    }
    Some(Foreign::new(Class::Container, "a table of contents of cdrdao", ""))
}

/// A description of a GD-ROM: the number of tracks, then a line of each: number, first sector, type (4 has data), bytes
/// of a sector, file, offset.
fn gdi(text: &str) -> Option<Foreign> {
    let mut lines = lines(text);
    let tracks: usize = lines.next()?.parse().ok()?;
    let mut data = None;
    let mut count = 0_usize;
    for line in lines.by_ref().take(tracks) {
        let mut fields = line.split_whitespace();
        let mut number = || fields.next()?.parse::<u32>().ok();
        let [_, sector, kind, size] = [number()?, number()?, number()?, number()?];
        count = count.saturating_add(1);
        if kind == 4 {
            let (_, file) = line.split_once(&format!(" {size} "))?;
            data = Some((sector, size, name(file.trim_start())?));
        }
    }
    let (sector, size, file) = data.filter(|_| count == tracks)?;
    let name = format!("a description of a GD-ROM, whose last data track, {file}, begins at sector {sector}");
    let advice = (size != 2048)
        .then(|| Advice::Command { template: "iat {data} {stem}.iso", data: Some(file.to_owned()) });
    Some(Foreign { name: name.into(), class: Class::Container, advice })
}
