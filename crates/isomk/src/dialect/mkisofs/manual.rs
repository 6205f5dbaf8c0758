//! The table of options as a part of a manual page.

use super::native;
use super::option::{Definition, Does, Of};
use super::table::PARTS;

/// Sections of a page in the language of man(7): OPTIONS, and the commands of xorriso that are understood.
pub(crate) fn manual() -> String {
    let mut text = String::from(".SH OPTIONS\n");
    for (heading, part) in PARTS {
        text.push_str(&format!(".SS {}\n", escaped(heading)));
        part.iter().for_each(|definition| entry(definition, &mut text));
    }
    text.push_str(".SH COMMANDS OF XORRISO\n");
    native::all().for_each(|definition| entry(definition, &mut text));
    text
}

fn entry(definition: &Definition, to: &mut String) {
    to.push_str(".TP\n");
    let takes: String = definition.takes.iter().map(|word| format!(" \\fI{}\\fR", escaped(word))).collect();
    let spelled = definition.names.iter().map(|name| format!("\\fB{}\\fR{takes}", escaped(name)));
    to.push_str(&spelled.collect::<Vec<_>>().join(", "));
    to.push_str(&format!("\n{}.\n", escaped(definition.help)));
    match definition.of {
        Of::Both => {}
        Of::Genisoimage => to.push_str("Of genisoimage.\n"),
        Of::Xorrisofs => to.push_str("Of xorrisofs.\n"),
    }
    match definition.does {
        Does::Sets(_) => {}
        Does::Nothing(because) => to.push_str(&format!("No effect: {}.\n", escaped(because))),
        Does::Refused(because) => to.push_str(&format!("Not supported: {}.\n", escaped(because))),
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\e").replace('-', "\\-")
}
