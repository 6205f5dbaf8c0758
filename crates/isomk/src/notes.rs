//! What the user should know of a plan: all of it with `-v`, else how much there is, and one example.

use crate::image::Image;
use crate::request::{Manner, Request};
use crate::sources::Origin;
use crate::spelling::{Advice, Spelling};
use isokit_cli::Report;
use isokit_cli::name::shown;
use isokit_core::tree::build::{Build, ContentId, FileId, NameId};
use isokit_core::tree::{Kind, Time};
use isokit_core::{fat, iso9660, udf};

/// Called once, after planning and before anything is written.
pub(crate) fn say(image: &Image<'_>, build: &Build<Origin>, request: &Request, report: &Report) {
    let Request { manner: Manner { verbose, .. }, spelling, .. } = *request;
    let path = |name: NameId| format!("/{}", shown(&build.path(name)));
    let mut lists = [const { Vec::new() }; 9];
    let [translated, renamed, left_out, udf_renamed, targets, deep, dated, joliet_dated, long] = &mut lists;
    translated.extend(otherwise(image, build, request));
    dated.extend(misdated(image).map(|(name, sentence)| (name, sentence.to_owned())));
    if dated.is_empty() && !udf::time::YEARS.contains(&date(image)) {
        report.warning("image", OUTSIDE);
    }
    for note in image.iso9660().map_or(&[][..], iso9660::plan::Plan::notes) {
        use iso9660::plan::Note;
        match note {
            Note::Renamed { name, to } => {
                renamed.push((*name, format!("recorded as \"{to}\" in the Joliet tree")))
            }
            Note::Time(_) | Note::Unencoded { .. } | Note::UnencodedLink { .. } => {}
            Note::LeftOut(name) => left_out.push((*name, "requires Rock Ridge; omitted".to_owned())),
            Note::JolietTime(name) => joliet_dated.push((*name, OUTSIDE_JOLIET.to_owned())),
            Note::Sections(name) => long.push((*name, sections(image.udf().is_some(), spelling))),
            Note::Identifier(changed) if is_new(changed.field, request) => report.warning("image", changed),
            Note::Identifier(_) => {}
            Note::PathTable(_) => report.warning(
                "image",
                "has more directories than a path table can number; some readers will not find all of them",
            ),
        }
    }
    say_attributes(image, build, report);
    let mut omitted = Vec::new();
    for note in image.udf().map_or(&[][..], udf::plan::Plan::notes) {
        use udf::plan::Note;
        match note {
            Note::Renamed { name, to } => {
                udf_renamed.push((*name, format!("recorded as \"{to}\" in the UDF tree")))
            }
            Note::Target { name, to } => targets.push((*name, format!("points to \"{to}\" in the UDF tree"))),
            Note::Path(name) => deep.push((*name, TOO_DEEP.to_owned())),
            Note::LeftOut(name) => omitted.push(*name),
            Note::Time(_) => {}
            Note::Identifier(changed) if is_new(changed.field, request) => report.warning("image", changed),
            Note::Identifier(_) => {}
            Note::Links(name) => {
                report.warning(path(*name), "has more links than UDF can record; 65535 are recorded");
            }
        }
    }
    for plan in image.fat() {
        say_fat(plan, request, report);
    }
    unencoded(image).iter().chain(&lists).for_each(|list| say_list(list, &path, request, report));
    if verbose {
        omitted.iter().for_each(|name| report.warning(path(*name), "is not in the UDF tree"));
    } else if !omitted.is_empty() {
        report.warning("image", omission(omitted.len(), spelling));
    }
    if !request.format.decides_specials {
        say_special(image, build, spelling, report);
    }
}

/// Names of an image made from a base of which only the plain tree has any, and that are others there: the rules that the
/// base's writer relaxed are kept here.
fn otherwise(image: &Image<'_>, build: &Build<Origin>, request: &Request) -> Vec<(NameId, String)> {
    let plain = |options: &&iso9660::plan::Options| options.rock_ridge.is_none() && options.joliet.is_none();
    let (Some(_), None) = (&request.inputs.base, image.udf()) else { return Vec::new() };
    let Some(plan) = image.iso9660().filter(|plan| plain(&plan.options())) else { return Vec::new() };
    let recorded = (0..plan.directories().len()).flat_map(|position| plan.recorded(position));
    let other = |(name, identifier): (NameId, Vec<u8>)| {
        let stem = identifier.split(|byte| *byte == b';').next().unwrap_or_default();
        let stem = stem.strip_suffix(b".").unwrap_or(stem);
        (*stem != *plan.options().encoded(build.name(name).bytes).bytes)
            .then(|| (name, format!("recorded as \"{}\"", shown(stem))))
    };
    recorded.filter_map(other).collect()
}

/// Names and targets of links with characters that the character set of the primary tree lacks.
fn unencoded(image: &Image<'_>) -> [Vec<(NameId, String)>; 2] {
    use iso9660::plan::Note;
    let mut lists = [const { Vec::new() }; 2];
    let Some(plan) = image.iso9660() else { return lists };
    let set = plan.options().charset.map_or("", |charset| charset.word());
    for note in plan.notes() {
        let [names, links] = &mut lists;
        match note {
            Note::Unencoded { name, to } => {
                names.push((*name, format!("recorded as \"{to}\", since {set} lacks some of its characters")))
            }
            Note::UnencodedLink { name, to } => {
                links.push((*name, format!("points to \"{to}\", since {set} lacks some of its characters")))
            }
            _ => {}
        }
    }
    lists
}

/// Whether an identifier that is cut is worth a warning: those of a base were cut before.
fn is_new(field: &'static str, request: &Request) -> bool {
    request.manner.verbose || request.inputs.base.as_ref().is_none_or(|base| !base.given.contains(&field))
}

/// Says what a list has of names, the first of them for all where not all are asked for.
fn say_list(list: &[(NameId, String)], path: &dyn Fn(NameId) -> String, request: &Request, report: &Report) {
    let shown = if request.manner.verbose { list.len() } else { 1 };
    for (name, sentence) in list.iter().take(shown) {
        report.warning(path(*name), sentence);
    }
    let more = list.len().saturating_sub(shown);
    if more > 0 {
        let advice = request.spelling.advice(Advice::All);
        report.warning("image", format_args!("{more} more like this one{advice}"));
    }
}

/// Says what a FAT volume lacks of the directory that it is made of.
fn say_fat(plan: &fat::plan::Plan<'_, ContentId>, request: &Request, report: &Report) {
    use fat::plan::Note;
    let path = |name: NameId| format!("/{}", shown(&plan.build().path(name)));
    let (mut left_out, mut dated) = (Vec::new(), Vec::new());
    for note in plan.notes() {
        match note {
            Note::LeftOut(name) => {
                left_out.push((*name, "is not in the FAT volume, which has no such files".to_owned()))
            }
            Note::Time(name) => dated.push((*name, OUTSIDE_FAT.to_owned())),
            Note::Copy(_) => {}
        }
    }
    [left_out, dated].iter().for_each(|list| say_list(list, &path, request, report));
}

/// Says that the UDF tree has no extended attributes, where Rock Ridge has some.
fn say_attributes(image: &Image<'_>, build: &Build<Origin>, report: &Report) {
    let bridge = image.iso9660().is_some() && image.udf().is_some();
    let described = |file: &FileId| !build.file(*file).attributes.is_empty();
    let count = if bridge { build.files().filter(described).count() } else { 0 };
    if count > 0 {
        let files = if count == 1 { "file" } else { "files" };
        let sentence = format!(
            "extended attributes and ACLs of {count} {files} are in Rock Ridge only, not in the UDF tree"
        );
        report.warning("image", sentence);
    }
}

/// Of a file that Linux does not read to its end.
fn sections(has_udf: bool, spelling: &dyn Spelling) -> String {
    let most = iso9660::plan::MOST_SECTIONS;
    let way = if has_udf { "; mount the UDF tree (-t udf)".into() } else { spelling.advice(Advice::Udf) };
    format!("has more than {most} sections, and Linux reads only {most} of them (400 GiB) in ISO 9660{way}")
}

const TOO_DEEP: &str =
    "its path is longer than 1023 bytes, the most that UDF allows; some readers may not find it";

const OUTSIDE: &str = "its date is outside the years 1 to 9999; the nearest date is recorded";

const OUTSIDE_FAT: &str =
    "its date is outside the years 1980 to 2107 of FAT; the nearest date is recorded there";

const OUTSIDE_JOLIET: &str =
    "its date is outside the years 1900 to 2155 of Joliet; the nearest date is recorded there";

/// When the volume was made, as ISO 9660 or else UDF has it.
fn date(image: &Image<'_>) -> Time {
    let of_iso9660 = image.iso9660().and_then(|plan| plan.options().dates.creation);
    of_iso9660.or(image.udf().map(|plan| plan.options().date)).unwrap_or_default()
}

/// What cannot have its date. Rock Ridge's dates reach as far as UDF's, those of ISO 9660 without it less far: with both
/// formats ISO 9660 says it all.
fn misdated(image: &Image<'_>) -> impl Iterator<Item = (NameId, &'static str)> {
    let iso9660 = image.iso9660();
    let alone = iso9660.is_some_and(|plan| plan.options().rock_ridge.is_none());
    let sentence = if alone {
        "its date is outside the years 1900 to 2155 of ISO 9660 without Rock Ridge; the nearest date is recorded"
    } else {
        OUTSIDE
    };
    let of_iso9660 = iso9660.into_iter().flat_map(|plan| plan.notes()).filter_map(|note| match note {
        iso9660::plan::Note::Time(name) => Some(*name),
        _ => None,
    });
    let udf = image.udf().filter(|_| iso9660.is_none());
    let of_udf = udf.into_iter().flat_map(|plan| plan.notes()).filter_map(|note| match note {
        udf::plan::Note::Time(name) => Some(*name),
        _ => None,
    });
    of_iso9660.chain(of_udf).map(move |name| (name, sentence))
}

/// Says, where nobody chose, that UDF alone has what 7-Zip refuses a volume for.
fn say_special(image: &Image<'_>, build: &Build<Origin>, spelling: &dyn Spelling, report: &Report) {
    let kept = image.udf().is_some_and(|plan| plan.options().specials);
    let special = |name: &NameId| {
        !matches!(build.kind(*name), Kind::File | Kind::Directory) && !build.name(*name).hidden.udf
    };
    let count = if kept { build.names().filter(special).count() } else { 0 };
    if count > 0 {
        let have = if count == 1 { "a link, pipe or device" } else { "links, pipes or devices" };
        let advice = spelling.advice(Advice::DecideSpecials);
        report.warning("image", format_args!("7-Zip refuses UDF volumes with {have}{advice}"));
    }
}

fn omission(count: usize, spelling: &dyn Spelling) -> String {
    let are = if count == 1 { "link, pipe or device is" } else { "links, pipes and devices are" };
    let advice = spelling.advice(Advice::KeepSpecials);
    format!("{count} {are} not in the UDF tree: 7-Zip refuses a volume that contains any{advice}")
}
