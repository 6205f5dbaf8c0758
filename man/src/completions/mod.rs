//! Shell completions: those of the option tables, and of the names in an image by the image itself.
//!
//! The tools that take paths in an image have them completed by what `isols` lists. A name can be whatever somebody put
//! into an image: the snippets never let a shell evaluate one, and pass over those with control characters.

use clap::{Arg, Command};
use clap_complete::Shell;
use std::io;
use std::path::Path;

const BASH: &str = include_str!("in_image.bash");
const ZSH: &str = include_str!("in_image.zsh");
const FISH: &str = include_str!("in_image.fish");

/// Writes the completions of every tool for bash, zsh, fish and elvish into `folder`.
///
/// # Errors
/// When `folder` cannot be written to.
pub fn write(folder: &Path) -> io::Result<()> {
    for tool in super::tools() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Elvish] {
            let name = tool.get_name().to_owned();
            let path = clap_complete::generate_to(shell, &mut tool.clone(), &name, folder)?;
            let text = without_summary(&std::fs::read_to_string(&path)?, shell);
            // Operands of this name are paths in the image before them.
            let looks_inside = tool.get_positionals().any(|operand| operand.get_id() == "paths");
            let text = if looks_inside { inside(text, &tool, shell) } else { text };
            std::fs::write(path, text)?;
        }
    }
    Ok(())
}

/// `text` without the hidden `-?`, which shells take for a pattern.
fn without_summary(text: &str, shell: Shell) -> String {
    let kept = |line: &&str| match shell {
        Shell::Fish => !line.contains(" -s ? "),
        Shell::Zsh => !line.starts_with("'-?["),
        Shell::Elvish => !line.contains("cand -? "),
        _ => true,
    };
    let lines: Vec<&str> = text.lines().filter(kept).collect();
    lines.join("\n").replace(" -? ", " ") + "\n"
}

/// `text`, the completions of `tool`, with those of names in an image.
fn inside(text: String, tool: &Command, shell: Shell) -> String {
    let name = tool.get_name();
    let snippet = match shell {
        Shell::Bash => BASH,
        Shell::Zsh => ZSH,
        Shell::Fish => FISH,
        _ => return text,
    };
    let (kept, skipped) = valued(tool);
    let snippet = snippet
        .replace("TOOL", name)
        .replace("KEPT_EQUALS", &alternatives(&kept, shell, "=*"))
        .replace("KEPT", &alternatives(&kept, shell, ""))
        .replace("SKIPPED", &alternatives(&skipped, shell, ""));
    match shell {
        // Only with a single colon are all words of the line there to be looked at.
        Shell::Zsh => {
            let lines = text.lines().map(|line| match line.strip_prefix("'*::paths -- ") {
                Some(rest) => {
                    format!("'*:paths -- {}", rest.replace(":_default'", &format!(":_{name}_in_image'")))
                }
                None => line.to_owned(),
            });
            let text = lines.collect::<Vec<_>>().join("\n");
            // What follows the functions runs the completion when the file is autoloaded.
            let end = text.find("\nif [ \"$funcstack[1]\"").unwrap_or(text.len());
            let (functions, run) = text.split_at(end);
            format!("{functions}\n{snippet}{run}\n")
        }
        _ => format!("{text}\n{snippet}"),
    }
}

/// The options of `tool` whose value is a word of its own: those that say which image is read, as isols knows them too, and
/// the others.
fn valued(tool: &Command) -> (Vec<String>, Vec<String>) {
    let isols = isols::command();
    let known = |arg: &Arg| isols.get_arguments().any(|other| other.get_long() == arg.get_long());
    let takes =
        |arg: &&Arg| !arg.is_positional() && arg.get_action().takes_values() && !arg.is_require_equals_set();
    let (mut kept, mut skipped) = (Vec::new(), Vec::new());
    for arg in tool.get_arguments().filter(takes) {
        let reads = arg.get_help_heading() == Some("What to read") && known(arg);
        let words = if reads { &mut kept } else { &mut skipped };
        words.extend(arg.get_long().map(|long| format!("--{long}")));
        words.extend(arg.get_short().map(|short| format!("-{short}")));
    }
    (kept, skipped)
}

/// `words`, each followed by `end`, as the patterns of one case; of none, one that no word is.
fn alternatives(words: &[String], shell: Shell, end: &str) -> String {
    let words: Vec<String> = words
        .iter()
        .map(|word| match (shell, end) {
            (Shell::Fish, "=*") => format!("'{word}=*'"),
            _ => format!("{word}{end}"),
        })
        .collect();
    let divider = if shell == Shell::Fish { " " } else { "|" };
    if words.is_empty() { "--".to_owned() } else { words.join(divider) }
}
