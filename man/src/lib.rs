//! Manual pages and shell completions, from the same definitions that parse the command line.
//!
//! A page is what the option table says, followed by the hand-written sections of `man/TOOL.in`: DESCRIPTION goes
//! before OPTIONS, the rest after it.

pub mod completions;
pub mod json;

use clap::Command;
use clap_mangen::Man;
use std::io;
use std::path::Path;

/// The tools, by name.
pub fn tools() -> Vec<Command> {
    vec![isols::command(), isocat::command(), isomk::command(), imgsum::command(), imgconv::command()]
}

/// The rendered pages by their file names, whose hand-written parts are in `folder`, beside `doc/json`.
///
/// # Errors
/// When a file cannot be read, or a schema leaves out what the page needs.
pub fn pages(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read_to_string(&path)
            .map_err(|error| io::Error::other(format!("{}: {error}", path.display())))
    };
    let mut pages = Vec::new();
    for tool in tools() {
        let name = tool.get_name().to_owned();
        pages.push((format!("{name}.1"), page(tool, &read(&format!("{name}.in"))?)?));
    }
    pages.push(("isomk-mkisofs.1".to_owned(), mkisofs(&read("isomk-mkisofs.in")?)?));
    let schemas = json::SCHEMAS.map(|name| read(&format!("../doc/json/{name}.json")));
    let schemas = schemas.into_iter().collect::<io::Result<Vec<_>>>()?;
    pages.push(("isokit-json.5".to_owned(), json::page(&read("isokit-json.in")?, &schemas)?));
    Ok(pages)
}

/// The manual page of a tool; `written` is its hand-written part.
///
/// # Errors
/// When the page cannot be rendered into memory, which does not happen.
fn page(tool: Command, written: &str) -> io::Result<String> {
    let name = tool.get_name().to_owned();
    let usage = tool.clone().render_usage().to_string();
    let about = tool.get_about().map(ToString::to_string).unwrap_or_default();
    // The renderer leaves out the help of what the short help leaves out.
    let tool = tool.disable_help_subcommand(true).mut_args(|argument| argument.hide_short_help(false));
    let man = Man::new(tool)
        .title(name.to_uppercase())
        .section("1")
        .date("2026-11-21")
        .source("isokit")
        .manual("isokit manual");
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    text.extend_from_slice(naming(&name, &about).as_bytes());
    text.extend_from_slice(synopsis(&name, &usage).as_bytes());
    let (description, rest) = written.split_once(".SH OPTIONS\n").unwrap_or((written, ""));
    text.extend_from_slice(description.as_bytes());
    man.render_options_section(&mut text)?;
    text.extend_from_slice(rest.as_bytes());
    let text = String::from_utf8(text).map_err(io::Error::other)?;
    // The renderer breaks a line before and after each blank one, which mandoc(1) calls a mistake.
    Ok(text.replace(".br\n\n.br\n", ".sp\n").replace(".br\n.sp\n.br\n", ".sp\n"))
}

/// isomk-mkisofs(1): the command line of mkisofs, whose options are a table of their own; `written` is the rest.
///
/// # Errors
/// As [`page`].
fn mkisofs(written: &str) -> io::Result<String> {
    let name = "isomk-mkisofs";
    let mut text = Vec::new();
    let title = Man::new(Command::new(name)).title(name.to_uppercase()).section("1").date("2026-11-21");
    title.source("isokit").manual("isokit manual").render_title(&mut text)?;
    let naming = naming(name, "Build an image by the command line of mkisofs, genisoimage or xorrisofs");
    let synopsis = [
        ".SH SYNOPSIS",
        ".B isomk \\-\\-as genisoimage",
        "[options] \\-o FILE PATHSPEC...",
        ".br",
        ".B isomk \\-\\-as xorriso",
        "[commands] \\-as mkisofs [options] \\-o FILE PATHSPEC... [\\-\\- commands]",
        "",
    ];
    let (description, rest) = written.split_once(".SH EXIT STATUS\n").unwrap_or((written, ""));
    let options = isomk::options_of_mkisofs();
    let text = String::from_utf8(text).map_err(io::Error::other)?;
    Ok([&text, &naming, &synopsis.join("\n"), description, &options, ".SH EXIT STATUS\n", rest].concat())
}

/// NAME: what the tool does, in lower case, as apropos(1) lists it.
fn naming(name: &str, about: &str) -> String {
    let mut letters = about.chars();
    let first = letters.next().map(|letter| letter.to_lowercase().to_string()).unwrap_or_default();
    format!(".SH NAME\n{name} \\- {first}{}\n", letters.as_str().replace('-', "\\-"))
}

/// SYNOPSIS: the lines of usage that `--help` prints, without the word.
fn synopsis(name: &str, usage: &str) -> String {
    let calls = usage.trim_start_matches("Usage:").lines().map(|line| {
        let arguments = line.trim().trim_start_matches(name).trim();
        format!(".B {name}\n{}\n", arguments.replace('-', "\\-"))
    });
    format!(".SH SYNOPSIS\n{}", calls.collect::<Vec<_>>().join(".br\n"))
}
