//! What `-help` and `-version` print.

use super::option::{Definition, Does, Of};
use super::peer::Peer;
use super::table::PARTS;

/// Columns of the options in help; what is longer has a line of its own.
const COLUMN: usize = 30;

/// Columns of a line.
const WIDTH: usize = 80;

/// Help for users of `peer`: its own options, and what becomes of each.
pub(super) fn help(peer: Peer) -> String {
    let name = peer.name();
    let call = if peer == Peer::Xorriso { "xorriso -as mkisofs" } else { name };
    let mut text = format!("Usage: {call} [options] -o FILE PATHSPEC...\n");
    text.push_str("isomk speaks the command line of this program; see isomk-mkisofs(1)\n");
    let other = if peer.is_xorriso() { Of::Genisoimage } else { Of::Xorrisofs };
    for (heading, part) in PARTS {
        text.push_str(&format!("\n{heading}:\n"));
        for definition in part.iter().filter(|definition| definition.of != other) {
            text.push_str(&line(definition));
        }
    }
    text
}

/// One option with its spellings and what becomes of it.
fn line(definition: &Definition) -> String {
    let takes = definition.takes.join(" ");
    let spelled = definition.names.iter().map(|name| format!("{name} {takes}").trim_end().to_owned());
    let spelled = spelled.collect::<Vec<_>>();
    let fate = match definition.does {
        Does::Sets(_) => None,
        Does::Nothing(_) => Some("(no effect)"),
        Does::Refused(_) => Some("(not supported)"),
    };
    let mut lines = filled(spelled.iter().map(String::as_str), ", ", WIDTH - 4);
    let help = definition.help.split(' ').chain(fate);
    let mut help = filled(help, " ", WIDTH - 2 - COLUMN).into_iter();
    if let [one] = lines.as_mut_slice()
        && one.len() < COLUMN
    {
        *one = format!("{one:COLUMN$}{}", help.next().unwrap_or_default());
    }
    let lines = lines.into_iter().enumerate();
    let spelled = lines.map(|(n, line)| format!("{}{line}\n", if n == 0 { "  " } else { "    " }));
    spelled.chain(help.map(|line| format!("  {:COLUMN$}{line}\n", ""))).collect()
}

/// `parts`, joined by `between`, on lines of as many columns; a part alone may be longer. What is between two lines ends the
/// first, but for a space.
fn filled<'p>(parts: impl Iterator<Item = &'p str>, between: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if line.len() + between.len() + part.len() + between.trim_end().len() <= columns => {
                line.push_str(between);
                line.push_str(part);
            }
            Some(line) => {
                line.push_str(between.trim_end());
                lines.push(part.to_owned());
            }
            None => lines.push(part.to_owned()),
        }
    }
    lines
}

/// The version, in the words in which programs look for that of `peer`: debian-cd takes the fourth word of a line of xorriso's,
/// and growisofs what follows `mkisofs`. A line that begins with libjte means that jigdo files are written (xorrisofs(1), "Jigdo
/// Template Extraction").
pub(super) fn version(peer: Peer) -> String {
    let own = concat!("isomk ", env!("CARGO_PKG_VERSION"));
    match peer {
        Peer::Mkisofs => format!("mkisofs 2.01 (spoken by {own})\n"),
        Peer::Genisoimage => format!("genisoimage 1.1.11 (spoken by {own})\n"),
        Peer::Xorrisofs => {
            format!(
                "mkisofs 2.01-Emulation xorriso 1.5.4 (spoken by {own})\nlibjte version    :  2.0.0 (spoken by {own})\n"
            )
        }
        Peer::Xorriso => {
            format!(
                "mkisofs 2.01-Emulation (spoken by {own})\nxorriso version   :  1.5.4\nlibjte version    :  2.0.0\nspoken by         :  {own}\n"
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::mkisofs::table;

    /// Callers look for the names of options in lines of it.
    #[test]
    fn help_fits_a_terminal_and_has_every_option_whole() {
        for peer in [Peer::Mkisofs, Peer::Genisoimage, Peer::Xorrisofs, Peer::Xorriso] {
            let help = help(peer);
            assert_eq!(help.lines().find(|line| line.len() > WIDTH), None);
            let other = if peer.is_xorriso() { Of::Genisoimage } else { Of::Xorrisofs };
            for definition in table::all().filter(|definition| definition.of != other) {
                for name in definition.names {
                    let is_it = |word: &str| word.trim_end_matches(',') == *name;
                    assert!(help.split_whitespace().any(is_it), "{name}");
                }
            }
        }
    }
}
