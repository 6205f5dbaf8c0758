//! How options are spelled is known where a command line becomes a request, and nowhere else.

use std::collections::BTreeSet;

/// The files and folders of a crate that may spell options.
const KNOW: [&str; 5] = ["arguments.rs", "flags.rs", "flags/", "dialect/", "habits.rs"];

/// What the rest of a tool may take from them: the request, the definition that manual pages are made of or the pages' sections,
/// what messages call the tool, what they name, and whether words are understood at all.
const DOORS: [&str; 7] = ["request", "command", "manual", "name", "show", "spelled", "understand"];

/// What stands before an option of one letter in a sentence. In a command of another program that is the program's name.
const LEADS: [&str; 6] = ["\"", "; ", "add ", "or ", "use ", "with "];

/// Appends a sentence for each option spelled in `code`, of the file `path` of a tool, which is `shown` in messages.
pub(super) fn check(path: &str, shown: &str, code: &str, problems: &mut Vec<String>) {
    if knows(path) {
        return;
    }
    let mut rest = code.to_owned();
    if path == "lib.rs" {
        for definition in ["clap::CommandFactory", "clap::Command"] {
            rest = rest.replace(definition, "");
        }
    }
    if rest.contains("clap::") {
        problems.push(format!("{shown}: clap is for flags; the rest of a tool knows a request"));
    }
    let taken = ["flags::", "dialect::"].into_iter().flat_map(|room| super::targets(code, room));
    for target in taken.filter(|target| !DOORS.contains(&target.as_str())) {
        problems.push(format!("{shown}: {target} is for flags; the rest of a tool knows a request"));
    }
}

fn knows(path: &str) -> bool {
    KNOW.iter().any(|room| path.starts_with(room))
}

/// The options that `sources`, by their paths in a crate, declare to clap, hyphens included.
pub(super) fn options<'s>(sources: impl IntoIterator<Item = &'s (String, String)>) -> BTreeSet<String> {
    let known = sources.into_iter().filter(|(path, _)| knows(path));
    let declarations = known.flat_map(|(_, code)| code.split("#[arg(").skip(1));
    declarations
        .filter_map(|text| text.split_once(")]"))
        .flat_map(|(arg, rest)| declared(arg, rest))
        .collect()
}

/// The options that the attribute `arg` declares, of the field that `rest` begins with.
fn declared(arg: &str, rest: &str) -> Vec<String> {
    let field = rest.split(':').next().and_then(|field| field.split_whitespace().last()).unwrap_or_default();
    let words = arg.split(',').map(|word| word.split_once('=').unwrap_or((word, "")));
    let option = |(key, value): (&str, &str)| {
        let value = value.trim().trim_matches(['"', '\'']);
        let value = if value.is_empty() { field } else { value };
        match key.trim() {
            "long" => Some(format!("--{}", value.replace('_', "-"))),
            "short" => value.chars().next().map(|letter| format!("-{letter}")),
            _ => None,
        }
    };
    words.filter_map(option).collect()
}

/// What of the `options` stands in the file `path` of a crate, which is `shown` in messages, of this code.
pub(super) fn check_words(
    path: &str,
    shown: &str,
    code: &str,
    options: &BTreeSet<String>,
    problems: &mut Vec<String>,
) {
    if knows(path) {
        return;
    }
    for (at, _) in code.match_indices('-') {
        let (before, text) = code.split_at(at);
        let is_long = text.starts_with("--");
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(text.len());
        let option = text.get(..end).unwrap_or_default();
        if options.contains(option) && (is_long || LEADS.iter().any(|lead| before.ends_with(lead))) {
            problems
                .push(format!("{shown}: {option} is spelled; messages name what was asked for as a value"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_known_to_flags_only() {
        let told = |path, code| {
            let mut problems = Vec::new();
            check(path, path, code, &mut problems);
            problems.len()
        };
        for path in ["flags.rs", "flags/asked.rs", "dialect/own/mod.rs"] {
            assert_eq!(told(path, "use clap::Parser; use isokit_cli::flags::OutputFlags;"), 0, "{path}");
        }
        assert_eq!(told("sums.rs", "use clap::Parser;"), 1);
        assert_eq!(told("sums.rs", "fn sums() -> clap::Command"), 1);
        assert_eq!(told("sums.rs", "use crate::flags::{Flags, request};"), 1);
        assert_eq!(told("sums.rs", "use isokit_cli::flags::OutputFlags;"), 1);
        assert_eq!(told("sums.rs", "rustix::fs::OFlags::CREATE; rustix::fs::AtFlags::empty()"), 0);
        assert_eq!(told("lib.rs", "fn command() -> clap::Command { flags::command() }"), 0);
        assert_eq!(told("lib.rs", "match flags::request(arguments) {}"), 0);
        assert_eq!(told("sums.rs", "use crate::flags::spelled;"), 0);
    }

    #[test]
    fn options_that_are_declared_are_spelled_in_flags_only() {
        let declaration = "#[arg(short, long, value_name = \"FILE\")]\npub output: Option<PathBuf>,\n\
                           #[arg(short = '0', long = \"null-end\", num_args = 0..=1)]\n    pub(super) null: bool,\n";
        let options = options(&[("flags.rs".to_owned(), declaration.to_owned())]);
        assert_eq!(options.iter().collect::<Vec<_>>(), ["--null-end", "--output", "-0", "-o"]);
        let told = |path, code| {
            let mut problems = Vec::new();
            check_words(path, path, code, &options, &mut problems);
            problems.len()
        };
        assert_eq!(told("flags.rs", "\"use --output\""), 0);
        assert_eq!(told("sums.rs", "\"{name}: --output is a directory\""), 1);
        assert_eq!(told("sums.rs", "\"redirect it or use -o\""), 1);
        assert_eq!(told("sums.rs", "\"-0 ends lines with NUL\""), 1);
        assert_eq!(told("sums.rs", "\"chdman -o {stem} --outputbin {}\"; length -o"), 0);
    }
}
