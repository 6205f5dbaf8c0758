//! What a message tells to do instead, spelled for a shell.

use crate::flags::spelled;
use crate::name::{quoted, shown};
use isokit_core::error::Advice;
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// What the name of standard input is in messages.
pub(crate) const STANDARD_INPUT: &str = "standard input";

/// Spells the tool's call with another operand in the place of the one that is named, or with more options.
type Call<'a> = &'a dyn Fn(&OsStr, Option<&OsStr>, &[String]) -> String;

/// What `advice` on `input` tells to do, as the end of a sentence; nothing where it needs an input and there is none.
pub(crate) fn end(advice: &Advice, input: Option<&str>, call: Call<'_>) -> String {
    if let Some(end) = spelled::advised(advice) {
        return end;
    }
    let Some(input) = input else { return String::new() };
    let is_standard = input == STANDARD_INPUT;
    let file = Path::new(if is_standard { "FILE" } else { input });
    let operand = OsStr::new(if is_standard { "-" } else { input });
    let command = match advice {
        Advice::Command { template, data } => filled(template, data.as_deref(), file),
        Advice::Partitions => filled(spelled::PARTITIONS, None, file),
        Advice::Instead(data) => call(operand, Some(&beside(file, data)), &[]),
        Advice::Place(place) => call(operand, None, &spelled::options(place)),
        _ => return String::new(),
    };
    format!("; try: {command}")
}

/// The command of `template`, about `file` and the file `data` beside it.
fn filled(template: &str, data: Option<&str>, file: &Path) -> String {
    let data = data.map(|data| beside(file, data)).unwrap_or_default();
    let words = template.split(' ').map(|word| match Mark::of(word) {
        None => word.to_owned(),
        Some((Mark::Input, _)) => quoted(file.as_os_str()).into_owned(),
        Some((Mark::Data, _)) => quoted(&data).into_owned(),
        Some((Mark::Stem, suffix)) => quoted(&made(file, suffix)).into_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// What a word of a template begins with that stands for a name.
#[derive(Debug, Clone, Copy)]
enum Mark {
    Input,
    Data,
    Stem,
}

impl Mark {
    /// The mark of `word`, and what follows it.
    fn of(word: &str) -> Option<(Self, &str)> {
        let marks = [("{}", Self::Input), ("{data}", Self::Data), ("{stem}", Self::Stem)];
        marks.into_iter().find_map(|(text, mark)| Some((mark, word.strip_prefix(text)?)))
    }
}

/// The file of that suffix which a command makes of `file`: never that itself.
fn made(file: &Path, suffix: &str) -> OsString {
    let named = |suffix: &str| {
        let mut name = file.with_extension("").into_os_string();
        name.push(suffix);
        name
    };
    Some(named(suffix))
        .filter(|made| made != file.as_os_str())
        .unwrap_or_else(|| named(&format!(".raw{suffix}")))
}

/// The file that `data` names where `file` lies.
fn beside(file: &Path, data: &str) -> OsString {
    file.with_file_name(shown(data.as_bytes())).into_os_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Report;
    use crate::streams::Streams;
    use isokit_core::error::Place;

    fn advised(arguments: &[&str], input: &str, advice: Advice) -> String {
        let report = Report::new("isols", Streams::default()).called_with(arguments.iter().map(Into::into));
        end(&advice, Some(input), &|operand, other, options| report.call_with(operand, other, options))
    }

    #[test]
    fn commands_name_the_input_and_what_lies_beside_it() {
        let convert = || Advice::Command { template: "qemu-img convert {} {stem}.img", data: None };
        for (input, want) in [
            ("a/x.qcow2", "; try: qemu-img convert a/x.qcow2 a/x.img"),
            ("a b.vmdk", "; try: qemu-img convert 'a b.vmdk' 'a b.img'"),
            ("x.img", "; try: qemu-img convert x.img x.raw.img"),
            ("-x.vdi", "; try: qemu-img convert './-x.vdi' './-x.img'"),
            ("{stem}.vdi", "; try: qemu-img convert '{stem}.vdi' '{stem}.img'"),
            ("standard input", "; try: qemu-img convert FILE FILE.img"),
        ] {
            assert_eq!(advised(&[input], input, convert()), want);
        }
        let sheet = Advice::Command { template: "bchunk {data} {} {stem}", data: Some("d e.bin".into()) };
        assert_eq!(advised(&[], "a/x.cue", sheet), "; try: bchunk 'a/d e.bin' a/x.cue a/x");
    }

    #[test]
    fn calls_keep_what_was_asked_for() {
        let partition = || Advice::Place(Place { partition: Some("apm:2".into()), ..Place::default() });
        let call = |arguments: &[&str], input| advised(arguments, input, partition());
        assert_eq!(call(&["-l", "x.img", "/a b"], "x.img"), "; try: isols --part apm:2 -l x.img '/a b'");
        assert_eq!(call(&[], "standard input"), "; try: isols --part apm:2");
        let place = Place { at: Some(4096), first_sector: Some(7), session: Some(9), partition: None };
        let want = "; try: isols --at 2s --first-sector 7 --session 9s x";
        assert_eq!(advised(&["x"], "x", Advice::Place(place)), want);
        let other = Advice::Instead("y z.bin".into());
        assert_eq!(advised(&["-l", "d/x.cue"], "d/x.cue", other), "; try: isols -l 'd/y z.bin'");
    }
}
