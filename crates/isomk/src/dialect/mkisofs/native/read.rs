//! What is asked of an image that is only read.

use super::on;
use crate::dialect::mkisofs::Settings;
use crate::dialect::mkisofs::changes;
use crate::dialect::mkisofs::option::Does::Sets;
use crate::dialect::mkisofs::option::{Definition, xorrisofs};
use crate::dialect::mkisofs::replay;
use crate::dialect::mkisofs::values::Values;
use crate::reading::{Command, Listed, Reported, Tests};
use isokit_core::iso9660::SessionChoice;
use isokit_core::{Error, Result};
use std::os::unix::ffi::OsStrExt;

pub(super) const COMMANDS: &[Definition] = &[
    xorrisofs(
        &["-load"],
        &["WHAT", "NUMBER"],
        Sets(|settings, values| {
            const EXPECTED: &str = "auto, session or sbsector, and a number";
            settings.reading.session = match values.text(0)? {
                "auto" => None,
                "session" => Some(SessionChoice::Number(values.parsed(1, EXPECTED)?)),
                "sbsector" | "lba" => Some(SessionChoice::Sector(values.parsed(1, EXPECTED)?)),
                _ => return Err(values.wrong(EXPECTED)),
            };
            Ok(())
        }),
        "Read the session of that number, or that begins at that sector",
    ),
    xorrisofs(
        &["-osirrox"],
        &["on|off"],
        Sets(|settings, values| {
            settings.reading.extracting = match values.text(0)?.split(':').next() {
                Some("on") => true,
                Some("off" | "blocked") => false,
                _ => return Err(values.wrong("on or off")),
            };
            Ok(())
        }),
        "Allow contents of the image to be written to disk",
    ),
    xorrisofs(
        &["-find"],
        &["[PATH [TEST]...]"],
        Sets(|settings, values| {
            let words: Vec<Vec<u8>> = values.words.iter().map(|word| word.as_bytes().to_vec()).collect();
            let (path, tests) = match words.split_first() {
                Some((path, tests)) if !path.starts_with(b"-") => (path.clone(), tests),
                _ => (b".".to_vec(), words.as_slice()),
            };
            let action = tests.iter().position(|word| word == b"-exec");
            let (tests, action) = tests.split_at(action.unwrap_or(tests.len()));
            match action {
                [] => settings.reading.commands.push(Command::Find(path, Tests::parse(tests)?)),
                [_, echo] if echo == b"echo" => {
                    settings.reading.commands.push(Command::Find(path, Tests::parse(tests)?));
                }
                [_, hide, trees] if hide == b"hide" && tests.is_empty() => {
                    changes::hide(settings, values, &path, trees)?;
                }
                [_, action @ ..] => {
                    let action = action.join(&b' ');
                    let action = action.escape_ascii();
                    return Err(Error::Usage(format!(
                        "{}: -exec {action} is not supported; -exec echo is, and without tests -exec hide on",
                        values.option
                    )));
                }
            }
            Ok(())
        }),
        "Print PATH, or the root, and all below it; tests are -type, -name, -wholename, -mindepth and -maxdepth; \
         with -exec hide on, hide it and all below it from the trees of a new image",
    ),
    xorrisofs(
        &["-ls"],
        &["[PATH...]"],
        Sets(|settings, values| list(settings, values, false, false)),
        "Print the names in PATH, or in the root; PATH may be a pattern",
    ),
    xorrisofs(
        &["-lsl"],
        &["[PATH...]"],
        Sets(|settings, values| list(settings, values, true, false)),
        "As -ls, with permissions, owner, size and date",
    ),
    xorrisofs(
        &["-lsd"],
        &["[PATH...]"],
        Sets(|settings, values| list(settings, values, false, true)),
        "As -ls, of a directory itself",
    ),
    xorrisofs(
        &["-lsdl"],
        &["[PATH...]"],
        Sets(|settings, values| list(settings, values, true, true)),
        "As -lsl, of a directory itself",
    ),
    xorrisofs(
        &["-toc"],
        &[],
        Sets(|settings, _| {
            settings.reading.commands.push(Command::Sessions);
            Ok(())
        }),
        "Print the sessions of the image",
    ),
    xorrisofs(
        &["-ecma119_map"],
        &["stripped|lowercase"],
        Sets(|settings, values| {
            settings.reading.lower_case = match values.text(0)? {
                "stripped" => false,
                "lowercase" => true,
                _ => return Err(values.wrong("stripped or lowercase")),
            };
            Ok(())
        }),
        "Names of an image without Rock Ridge and Joliet, of which lowercase changes upper case",
    ),
    xorrisofs(
        &["-report_el_torito"],
        &["FORM"],
        Sets(|settings, values| report(settings, values, Reported::ElTorito)),
        "plain: print what is in the boot catalog; as_mkisofs or cmd: what would make it anew",
    ),
    xorrisofs(
        &["-report_system_area"],
        &["FORM"],
        Sets(|settings, values| report(settings, values, Reported::SystemArea)),
        "plain: print what is in the system area and the tables; the other forms are the same",
    ),
    xorrisofs(
        &["-extract"],
        &["PATH", "TO"],
        Sets(|settings, values| {
            settings.reading.commands.push(Command::Extract(values.bytes(0), values.path(1)));
            Ok(())
        }),
        "Write PATH of the image, and all below it, to TO on disk",
    ),
    xorrisofs(
        &["-concat"],
        &["MODE", "TO", "PATH..."],
        Sets(|settings, values| {
            if values.word(0) != "append" || values.word(1) != "-" {
                return Err(values.wrong("append - and paths of the image"));
            }
            let paths = values.words.iter().skip(2).map(|word| word.as_bytes().to_vec()).collect();
            settings.reading.commands.push(Command::Concatenate(paths));
            Ok(())
        }),
        "append - PATH...: write the contents of files to standard output",
    ),
    xorrisofs(
        &["-print"],
        &["TEXT"],
        Sets(|settings, values| {
            settings.reading.commands.push(Command::Print(values.bytes(0)));
            Ok(())
        }),
        "Print TEXT as a line",
    ),
    xorrisofs(
        &["-pkt_output"],
        &["on|off"],
        Sets(|settings, values| {
            settings.reading.commands.push(Command::Packets(on(values)?));
            Ok(())
        }),
        "Put R:1: before lines of results",
    ),
    xorrisofs(
        &["-sh_style_result"],
        &["on|off"],
        Sets(|settings, values| {
            settings.reading.commands.push(Command::Bare(on(values)?));
            Ok(())
        }),
        "Print paths without quotes",
    ),
];

fn report(settings: &mut Settings, values: &Values<'_>, what: Reported) -> Result<()> {
    match values.text(0)? {
        "" | "plain" => settings.reading.commands.push(Command::Report(what)),
        "as_mkisofs" => settings.reading.commands.push(Command::Report(Reported::Replay(replay::OPTIONS))),
        "cmd" => settings.reading.commands.push(Command::Report(Reported::Replay(replay::COMMANDS))),
        _ => return Err(values.wrong("plain, as_mkisofs or cmd")),
    }
    Ok(())
}

/// Has what is at paths of the image listed.
fn list(settings: &mut Settings, values: &Values<'_>, long: bool, itself: bool) -> Result<()> {
    let words = values.words.iter().filter(|word| !word.is_empty());
    let paths = words.map(|word| word.as_bytes().to_vec()).collect();
    let literal = settings.changes.literal;
    settings.reading.commands.push(Command::List(Listed { paths, literal, long, itself }));
    Ok(())
}
