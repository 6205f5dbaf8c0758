//! Manual pages and shell completions, from the same definitions that parse the command line.
//!
//! A page is what the option table says, followed by the hand-written sections of `man/TOOL.in`: DESCRIPTION goes
//! before OPTIONS, the rest after it.

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;
use std::io;
use std::path::Path;

/// The tools, by name.
pub fn tools() -> Vec<Command> {
    vec![isols::command(), isocat::command(), isomk::command(), imgsum::command(), imgconv::command()]
}

/// The manual page of a tool; `written` is its hand-written part.
///
/// # Errors
/// When the page cannot be rendered into memory, which does not happen.
pub fn page(tool: Command, written: &str) -> io::Result<String> {
    let name = tool.get_name().to_owned();
    let man = Man::new(tool.disable_help_subcommand(true))
        .title(name.to_uppercase())
        .section("1")
        .date("November 2026")
        .source("isokit")
        .manual("isokit manual");
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    let (description, rest) = written.split_once(".SH OPTIONS\n").unwrap_or((written, ""));
    text.extend_from_slice(description.as_bytes());
    man.render_options_section(&mut text)?;
    text.extend_from_slice(rest.as_bytes());
    String::from_utf8(text).map_err(io::Error::other)
}

/// Writes the completions of every tool for bash, zsh, fish and elvish into `folder`.
///
/// # Errors
/// When `folder` cannot be written to.
pub fn completions(folder: &Path) -> io::Result<()> {
    for tool in tools() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Elvish] {
            let name = tool.get_name().to_owned();
            clap_complete::generate_to(shell, &mut tool.clone(), name, folder)?;
        }
    }
    Ok(())
}
