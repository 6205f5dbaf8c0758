//! Who may know whom. The arrows are read from the `use` lines (and full paths) of the sources; an arrow that the
//! table does not allow fails, and so do one that is allowed and not there, files that need each other, offsets typed into errors, options known where a
//! request should be, and modules that stand beside their folders.

mod circles;
mod doors;
mod module_files;
mod spelling;

use crate::Outcome;
use crate::run::{TOOLS, root, say};
use std::collections::BTreeSet;
use std::path::Path;

/// The rooms of the core, lowest first, and the rooms each may know besides its own. A longer prefix wins.
const CORE: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("number", &[]),
    ("ordered", &[]),
    ("finding", &["error"]),
    ("fields", &["error", "number"]),
    ("sniff", &["error", "number", "source"]),
    ("system", &[]),
    ("source", &["error", "number", "system"]),
    ("sink", &["error", "number", "source", "system"]),
    ("extents", &["error", "number", "source"]),
    ("tree", &["error", "extents", "number", "fields", "finding", "source"]),
    ("partition", &["error", "number", "finding", "sniff", "source"]),
    ("fill", &["error", "extents", "number", "ordered", "source", "sink", "tree"]),
    ("boot", &["error", "finding", "source", "tree", "image", "iso9660", "partition"]),
    ("iso9660", &["error", "number", "fields", "finding", "sniff", "source", "tree", "fill"]),
    ("udf", &["error", "number", "fields", "finding", "source", "tree", "fill"]),
    ("fat", &["error", "number", "source", "tree", "fill"]),
    ("image", &["error", "finding", "number", "sniff", "source", "tree", "partition", "iso9660", "udf"]),
    ("bridge", &["error", "tree", "fill", "iso9660", "udf"]),
    ("hybrid", &["error", "number", "tree", "fill", "iso9660", "udf", "fat", "bridge", "partition"]),
    (
        "check",
        &["error", "finding", "number", "source", "tree", "partition", "iso9660", "fat", "image", "boot"],
    ),
    ("amend", &["error", "fill", "finding", "image", "iso9660", "number", "partition", "source", "tree"]),
    ("lib", &[]),
];

/// Crates and the crates of this workspace each may know.
const CRATES: &[(&str, &[&str])] = &[
    ("core", &[]),
    ("digests", &[]),
    ("jigdo", &["isokit_digests"]),
    ("booting", &["isokit_core"]),
    ("cli", &["isokit_core"]),
    ("isols", &["isokit_core", "isokit_booting", "isokit_cli"]),
    ("isocat", &["isokit_core", "isokit_tar", "isokit_cli"]),
    (
        "isomk",
        &["isokit_core", "isokit_booting", "isokit_digests", "isokit_jigdo", "isokit_tar", "isokit_cli"],
    ),
    ("imgsum", &["isokit_core", "isokit_digests", "isokit_cli"]),
    ("containers", &["isokit_core"]),
    ("tar", &["isokit_core"]),
    ("imgconv", &["isokit_core", "isokit_cli", "isokit_containers", "isokit_tar"]),
];

/// What the command-line crate may know of the core: never a format.
const CLI_KNOWS: &[&str] = &["error", "finding", "source", "sniff", "tree", "Error"];

/// Crates that other programs use as well: they have no terminal, process, environment or clock.
const LIBRARIES: &[&str] = &["core", "digests", "jigdo", "containers", "tar"];

/// Words they may not use.
const LIBRARIES_FORBIDDEN: &[&str] = &["std::process", "std::env", "SystemTime::now", "Instant::now"];

/// Words that no crate uses: a run is given its streams.
const FORBIDDEN: &[&str] = &["io::stdout", "io::stderr", "io::stdin"];

/// The files that may have `unsafe` blocks, each for a reason that it gives.
const UNSAFE: [&str; 7] = [
    "crates/cli/src/closed.rs",
    "crates/cli/src/output/descriptor.rs",
    "crates/cli/src/start.rs",
    "crates/core/src/source/map.rs",
    "crates/digests/src/lanes/avx2.rs",
    "crates/digests/src/lanes/avx512.rs",
    "crates/digests/src/lanes/mod.rs",
];

/// Folders whose modules lie in one way.
const SOURCES: [&str; 6] = ["crates", "golden", "man", "tests", "witness", "xtask"];

/// Prints the arrows that are there and fails on one that may not be.
pub(crate) fn run(_arguments: &[String]) -> Outcome {
    let mut arrows = BTreeSet::new();
    let mut problems = Vec::new();
    let mut crates = Vec::new();
    for (name, allowed) in CRATES {
        let folder = format!("crates/{name}/src");
        let mut sources = sources(&root().join(&folder))?;
        sources.iter_mut().for_each(|(_, code)| *code = without_tests_and_comments(code));
        crates.push((name, allowed, folder, sources));
    }
    let options = spelling::options(crates.iter().flat_map(|(.., sources)| sources));
    for (name, allowed, folder, sources) in &crates {
        for (path, code) in sources {
            let shown = format!("{folder}/{path}");
            check_crate(name, allowed, &shown, code, &mut problems);
            doors::check(&shown, code, &mut problems);
            if code.contains("unsafe_code") && !UNSAFE.contains(&shown.as_str()) {
                problems.push(format!("{shown}: unsafe blocks are for the files of a list"));
            }
            spelling::check_words(path, &shown, code, &options, &mut problems);
            if **name == "core" {
                check_core(path, &shown, code, &mut arrows, &mut problems);
            } else if allowed.contains(&"isokit_cli") {
                spelling::check(path, &shown, code, &mut problems);
            }
        }
        problems.extend(circles::problems(folder, sources));
        let uses = |other: &str| sources.iter().any(|(_, code)| code.contains(&format!("{other}::")));
        let unused = allowed.iter().filter(|other| !uses(other));
        problems.extend(unused.map(|other| format!("rooms: {name} does not use {other}")));
        if **name == "cli" {
            let known: BTreeSet<String> =
                sources.iter().flat_map(|(_, code)| targets(code, "isokit_core::")).collect();
            let unused = CLI_KNOWS.iter().filter(|target| !known.contains(**target));
            problems.extend(unused.map(|target| format!("rooms: cli does not use isokit_core::{target}")));
        }
    }
    for (path, _) in sources(&root().join("crates"))? {
        let name = path.split('/').next().unwrap_or_default();
        if path == format!("{name}/src/lib.rs") && CRATES.iter().all(|(known, _)| *known != name) {
            problems.push(format!("crates/{path}: crate {name} is not in the table of crates"));
        }
    }
    for folder in SOURCES {
        problems.extend(module_files::problems(folder, &sources(&root().join(folder))?));
    }
    for (from, allowed) in CORE {
        let unused = |to: &&&str| !arrows.contains(&((*from).to_owned(), (**to).to_owned()));
        problems.extend(allowed.iter().filter(unused).map(|to| format!("rooms: {from} does not use {to}")));
    }
    for (from, to) in &arrows {
        say(&format!("{from} -> {to}"));
    }
    say(&format!("{} arrows, {} not allowed", arrows.len(), problems.len()));
    if problems.is_empty() { Ok(()) } else { Err(format!("\n{}", problems.join("\n"))) }
}

fn check_crate(name: &str, allowed: &[&str], shown: &str, code: &str, problems: &mut Vec<String>) {
    for (other, _) in CRATES {
        if other == &name {
            continue;
        }
        let other = if TOOLS.contains(other) { (*other).to_owned() } else { format!("isokit_{other}") };
        if !allowed.contains(&other.as_str()) && code.contains(&format!("{other}::")) {
            problems.push(format!("{shown}: {name} may not know {other}"));
        }
    }
    for word in FORBIDDEN.iter().filter(|word| code.contains(**word)) {
        problems.push(format!("{shown}: the streams of a run are given to it, it may not use {word}"));
    }
    if LIBRARIES.contains(&name) {
        for word in LIBRARIES_FORBIDDEN.iter().filter(|word| code.contains(**word)) {
            problems.push(format!("{shown}: a library may not use {word}"));
        }
    }
    if name == "cli" {
        for target in targets(code, "isokit_core::") {
            if !CLI_KNOWS.contains(&target.as_str()) {
                problems.push(format!("{shown}: cli may not know isokit_core::{target}"));
            }
        }
    }
}

fn check_core(
    path: &str,
    shown: &str,
    code: &str,
    arrows: &mut BTreeSet<(String, String)>,
    problems: &mut Vec<String>,
) {
    let room = path.split(['/', '.']).next().unwrap_or_default();
    let Some((_, allowed)) = CORE.iter().find(|(name, _)| *name == room) else {
        problems.push(format!("{shown}: room {room} is not in the table of rooms"));
        return;
    };
    for target in targets(code, "crate::") {
        let target = match target.as_str() {
            "Error" | "Result" => "error",
            other => other,
        };
        if target == room || CORE.iter().all(|(name, _)| *name != target) {
            continue;
        }
        arrows.insert((room.to_owned(), target.to_owned()));
        if !allowed.contains(&target) {
            problems.push(format!("{shown}: {room} may not know {target}"));
        }
    }
    check_reader_and_writer(path, shown, code, problems);
}

/// Within a room, a reader never knows a planner, an emitter or a filler.
fn check_reader_and_writer(path: &str, shown: &str, code: &str, problems: &mut Vec<String>) {
    let writer = |name: &str| name.contains("plan") || name.contains("emit") || name.contains("fill");
    let Some((room, _)) = path.split_once('/').filter(|_| !writer(path)) else { return };
    for target in circles::uses(path, code) {
        let Some((first, inside)) = target.split_first().filter(|(first, _)| *first == room) else {
            continue;
        };
        if inside.iter().any(|name| writer(name)) {
            problems.push(format!("{shown}: a reader may not know {first}::{}", inside.join("::")));
        }
    }
}

/// The first path segments that follow `prefix` anywhere in `code`, `{a, b}` lists included.
fn targets(code: &str, prefix: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (start, _) in code.match_indices(prefix) {
        // `my_crate::x` is not `crate::x`.
        let before = code.get(..start).and_then(|text| text.chars().next_back());
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = code.get(start.saturating_add(prefix.len())..).unwrap_or_default();
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 0_usize;
            let mut item = String::new();
            for c in list.chars() {
                match c {
                    '{' => depth = depth.saturating_add(1),
                    '}' if depth == 0 => break,
                    '}' => depth = depth.saturating_sub(1),
                    ',' if depth == 0 => found.extend(first_segment(&std::mem::take(&mut item))),
                    _ if depth == 0 => item.push(c),
                    _ => {}
                }
            }
            found.extend(first_segment(&item));
        } else {
            found.extend(first_segment(rest));
        }
    }
    found
}

fn first_segment(path: &str) -> Option<String> {
    let name: String = path.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

/// Tests may know everything; comments know nothing.
fn without_tests_and_comments(text: &str) -> String {
    let is_of_tests = |line: &str| line.ends_with("mod tests {");
    let code = text.match_indices("#[cfg(test)]\n").find_map(|(at, mark)| {
        let behind = text.get(at.saturating_add(mark.len())..)?;
        behind.lines().next().filter(|line| is_of_tests(line)).and_then(|_| text.get(..at))
    });
    let code = code.unwrap_or(text);
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Every Rust file below `folder`: its path there, and its text.
fn sources(folder: &Path) -> Result<Vec<(String, String)>, String> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(next) = pending.pop() {
        let entries = std::fs::read_dir(&next).map_err(|error| format!("{}: {error}", next.display()))?;
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text =
                    std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
                let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
                found.push((name, text));
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn use_lists_and_paths_are_both_arrows() {
        let code =
            "use crate::{error::{Error, Result}, tree};\nfn f() { crate::source::open() }\nuse my_crate::no;";
        let found: Vec<_> = targets(code, "crate::").into_iter().collect();
        assert_eq!(found, ["error", "source", "tree"]);
    }

    #[test]
    fn an_arrow_from_a_reader_to_a_planner_is_a_problem() {
        let mut problems = Vec::new();
        check_core(
            "iso9660/tree.rs",
            "tree.rs",
            "use super::plan::Plan;",
            &mut BTreeSet::new(),
            &mut problems,
        );
        assert_eq!(problems, ["tree.rs: a reader may not know iso9660::plan::Plan"]);
        problems.clear();
        for (code, told) in [
            ("use super::super::{plan::Plan, record};", "iso9660::plan::Plan"),
            ("fn f() { super::super::emit::page() }", "iso9660::emit::page"),
            ("use crate::iso9660::plan;", "iso9660::plan"),
        ] {
            let path = "iso9660/el_torito/catalog.rs";
            check_core(path, "catalog.rs", code, &mut BTreeSet::new(), &mut problems);
            assert_eq!(problems, [format!("catalog.rs: a reader may not know {told}")]);
            problems.clear();
        }
        check_core(
            "udf/plan/mod.rs",
            "plan.rs",
            "use super::emit::Page;",
            &mut BTreeSet::new(),
            &mut problems,
        );
        assert_eq!(problems, Vec::<String>::new());
        check_core(
            "source/file.rs",
            "file.rs",
            "use crate::iso9660::layout;",
            &mut BTreeSet::new(),
            &mut problems,
        );
        assert_eq!(problems, ["file.rs: source may not know iso9660"]);
    }
}
