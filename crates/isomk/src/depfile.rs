//! A rule for make(1): the image depends on every file and directory that was taken in.

use isokit_cli::Report;
use isokit_cli::name::shown;
use std::collections::BTreeSet;

/// The rule's text. `inputs` are paths, each ended by NUL. A name with a newline cannot be said in a makefile: it is
/// left out, with a warning; its directory still stands for it when it comes or goes.
///
/// Each input also gets an empty rule of its own, as compilers' `-MP` writes: when it has been removed, make rebuilds
/// the image instead of stopping for want of a rule.
pub(crate) fn rule(target: &[u8], inputs: &[u8], report: &Report) -> Vec<u8> {
    let inputs: BTreeSet<&[u8]> = inputs.split(|byte| *byte == 0).filter(|path| !path.is_empty()).collect();
    let (inputs, unsaid): (Vec<&[u8]>, Vec<&[u8]>) =
        inputs.into_iter().partition(|path| !path.contains(&b'\n'));
    for path in unsaid {
        report.warning(shown(path), "a makefile cannot name it; left out of the dependency file");
    }
    let mut text = escaped(target, true);
    text.push(b':');
    for input in &inputs {
        text.extend_from_slice(b" \\\n ");
        text.extend(escaped(input, false));
    }
    text.push(b'\n');
    for input in &inputs {
        text.push(b'\n');
        text.extend(escaped(input, true));
        text.extend_from_slice(b":\n");
    }
    text
}

/// A name as GNU make reads it: blanks, `#` and `:` behind a backslash, the backslashes before these doubled, `$` twice; in
/// a target `%` behind a backslash too.
fn escaped(name: &[u8], is_target: bool) -> Vec<u8> {
    let mut text = Vec::new();
    let mut backslashes = 0;
    for byte in name {
        match byte {
            b'\\' => backslashes += 1,
            b' ' | b'\t' | b'#' | b':' => {
                text.extend(std::iter::repeat_n(b'\\', backslashes + 1));
                backslashes = 0;
            }
            b'%' if is_target => {
                text.extend(std::iter::repeat_n(b'\\', backslashes + 1));
                backslashes = 0;
            }
            b'$' => {
                text.push(b'$');
                backslashes = 0;
            }
            _ => backslashes = 0,
        }
        text.push(*byte);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_for_make() {
        let report = Report::to("isomk", Box::new(std::io::sink()));
        let text = rule(b"a b.iso", b"tree\0tree/$x #1\0tree/100%\0tree\0bad\nname\0", &report);
        let want = "a\\ b.iso: \\\n tree \\\n tree/$$x\\ \\#1 \\\n tree/100%\n\ntree:\n\ntree/$$x\\ \\#1:\n\ntree/100\\%:\n";
        assert_eq!(String::from_utf8_lossy(&text), want);
        assert_eq!(escaped(br"a\ b\c", false), br"a\\\ b\c");
    }
}
