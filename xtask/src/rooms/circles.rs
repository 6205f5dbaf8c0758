//! Files that need each other: each of them can be understood only after the other.

use std::collections::{BTreeMap, BTreeSet};

/// What the files of one crate take from which other, by path.
type Arrows = BTreeMap<String, BTreeSet<String>>;

/// A sentence for every circle among the files `sources` (path below `src`, code) of the crate in `folder`.
///
/// A file needs another when it names something in it. What a module needs of the files below it does not count: they
/// are its inside.
pub(super) fn problems(folder: &str, sources: &[(String, String)]) -> Vec<String> {
    let files: BTreeMap<Vec<String>, &str> =
        sources.iter().map(|(path, _)| (module(path), path.as_str())).collect();
    let arrows: Arrows = sources
        .iter()
        .map(|(path, code)| {
            let own = module(path);
            let needed = uses(path, code).into_iter().filter_map(|at| {
                let (to, file) =
                    (0..=at.len()).rev().find_map(|length| files.get_key_value(at.get(..length)?))?;
                (!to.starts_with(&own) || own.is_empty()).then(|| (*file).to_owned())
            });
            (path.clone(), needed.filter(|file| file != path).collect())
        })
        .collect();
    let reach: BTreeMap<&String, BTreeSet<String>> =
        arrows.keys().map(|file| (file, reached(&arrows, file))).collect();
    let mut circles = BTreeSet::new();
    for (file, others) in &reach {
        let with = others.iter().filter(|other| reach.get(other).is_some_and(|back| back.contains(*file)));
        let circle: Vec<&str> = with.map(String::as_str).collect();
        if circle.len() > 1 {
            circles.insert(circle.join(", "));
        }
    }
    circles.into_iter().map(|circle| format!("{folder}: {circle} need each other")).collect()
}

/// Where all that the file `path` names leads to, from the crate's root.
pub(super) fn uses(path: &str, code: &str) -> Vec<Vec<String>> {
    let own = module(path);
    names(code).into_iter().filter_map(|name| absolute(&own, &name)).collect()
}

/// All files that `file` needs, itself included where it needs one that needs it.
fn reached(arrows: &Arrows, file: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut pending = vec![file];
    while let Some(next) = pending.pop() {
        for other in arrows.get(next).into_iter().flatten() {
            if found.insert(other.clone()) {
                pending.push(other);
            }
        }
    }
    found
}

/// The module that the file `path` is: `udf/plan/mod.rs` is `udf::plan`.
fn module(path: &str) -> Vec<String> {
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    let mut parts: Vec<String> = stem.split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| last == "mod" || (last == "lib" && parts.len() == 1)) {
        parts.pop();
    }
    parts
}

/// Where `name`, used in `module`, leads from the crate's root.
fn absolute(module: &[String], name: &[String]) -> Option<Vec<String>> {
    let (first, rest) = name.split_first()?;
    match first.as_str() {
        "crate" => Some(rest.to_vec()),
        "super" => {
            let ups = name.iter().take_while(|part| *part == "super").count();
            let home = module.get(..module.len().checked_sub(ups)?)?;
            Some(home.iter().chain(name.get(ups..)?).cloned().collect())
        }
        _ => None,
    }
}

/// Every path of names in `code`, lists taken apart.
fn names(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic() || c == '_') {
        let here = rest.get(start..).unwrap_or_default();
        let word = here.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(here.len());
        if here.get(..word) == Some("use") {
            let end = here.find(';').unwrap_or(here.len());
            tree(here.get(word..end).unwrap_or_default().trim(), &[], &mut found);
            rest = here.get(end..).unwrap_or_default();
            continue;
        }
        let end =
            here.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':').unwrap_or(here.len());
        let path = here.get(..end).unwrap_or_default();
        if path.contains("::") {
            found.push(path.split("::").map(str::to_owned).collect());
        }
        rest = here.get(end..).unwrap_or_default();
    }
    found
}

/// The paths of one tree of `use`, each begun with `before`.
fn tree(text: &str, before: &[String], found: &mut Vec<Vec<String>>) {
    let (path, list) = text.split_once('{').unwrap_or((text, ""));
    let path = path.split(" as ").next().unwrap_or_default();
    let parts = path.split("::").map(str::trim).filter(|part| !part.is_empty() && *part != "self");
    let here: Vec<String> = before.iter().cloned().chain(parts.map(str::to_owned)).collect();
    if list.is_empty() {
        found.push(here);
        return;
    }
    let (mut depth, mut item) = (0_usize, String::new());
    for c in list.chars() {
        match c {
            '{' => depth = depth.saturating_add(1),
            '}' if depth == 0 => break,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                tree(std::mem::take(&mut item).trim(), &here, found);
                continue;
            }
            _ => {}
        }
        item.push(c);
    }
    if !item.trim().is_empty() {
        tree(item.trim(), &here, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circles(sources: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<_> =
            sources.iter().map(|(path, code)| ((*path).to_owned(), (*code).to_owned())).collect();
        problems("x", &sources)
    }

    #[test]
    fn files_that_lead_back_to_each_other_are_a_circle() {
        let a = ("a.rs", "use crate::b::{c::Deep, Other};");
        let b = ("b/mod.rs", "mod c;\npub use c::Deep;\nstruct Other;");
        assert_eq!(circles(&[a, b, ("b/c.rs", "struct Deep;")]), [""; 0]);
        let back = ("b/c.rs", "struct Deep(super::super::a::A);");
        assert_eq!(circles(&[a, b, back]), ["x: a.rs, b/c.rs need each other"]);
        let inside = ("b/mod.rs", "mod c;\nfn f() { c::g() }");
        assert_eq!(circles(&[inside, ("b/c.rs", "use super::Other;")]), [""; 0]);
    }
}
