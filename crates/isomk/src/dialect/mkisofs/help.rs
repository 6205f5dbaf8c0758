//! What `-help` and `-version` print.

use super::option::{Definition, Does, Of};
use super::peer::Peer;
use super::table::PARTS;

/// Columns of the options in help; what is longer has a line of its own.
const COLUMN: usize = 30;

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
    let spelled = spelled.collect::<Vec<_>>().join(", ");
    let fate = match definition.does {
        Does::Sets(_) => "",
        Does::Nothing(_) => " (no effect)",
        Does::Refused(_) => " (not supported)",
    };
    let help = definition.help;
    if spelled.len() < COLUMN {
        format!("  {spelled:COLUMN$}{help}{fate}\n")
    } else {
        format!("  {spelled}\n  {:COLUMN$}{help}{fate}\n", "")
    }
}

/// The version, in the words in which programs look for that of `peer`: debian-cd takes the fourth word of a line of xorriso's,
/// and growisofs what follows `mkisofs`.
pub(super) fn version(peer: Peer) -> String {
    let own = concat!("isomk ", env!("CARGO_PKG_VERSION"));
    match peer {
        Peer::Mkisofs => format!("mkisofs 2.01 (spoken by {own})\n"),
        Peer::Genisoimage => format!("genisoimage 1.1.11 (spoken by {own})\n"),
        Peer::Xorrisofs => format!("mkisofs 2.01-Emulation xorriso 1.5.4 (spoken by {own})\n"),
        Peer::Xorriso => {
            format!(
                "mkisofs 2.01-Emulation (spoken by {own})\nxorriso version   :  1.5.4\nspoken by         :  {own}\n"
            )
        }
    }
}
