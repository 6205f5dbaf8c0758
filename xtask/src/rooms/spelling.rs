//! How options are spelled is known where a command line becomes a request, and nowhere else.

/// The rooms of a tool that know it.
const KNOW: [&str; 3] = ["flags.rs", "flags/", "dialect/"];

/// What the rest of a tool may take from them: the request, and the definition that manual pages are made of.
const DOORS: [&str; 2] = ["request", "command"];

/// What is wrong in the file `path` of a tool, which is `shown` in messages, of this code.
pub(super) fn check(path: &str, shown: &str, code: &str, problems: &mut Vec<String>) {
    if KNOW.iter().any(|room| path.starts_with(room)) {
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
    }
}
