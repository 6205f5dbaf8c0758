//! Commands of xorriso around `-as mkisofs`: those that real callers put before it, and behind the `--` that ends it.

use super::Settings;
use super::boot_image;
use super::changes::{self, Owner};
use super::date::{DATES, date, digits};
use super::identifiers::{LONG, SHORT, application_use, field, volume};
use super::option::Does::{Nothing, Sets};
use super::option::{Definition, xorrisofs};
use super::peer::Peer;
use super::replay;
use super::scan::scan;
use super::settings::Answer;
use super::sources::charset;
use super::table;
use super::trees::for_backup;
use super::values::Values;
use crate::collect::Attributes;
use crate::mode::Mode;
use crate::reading::{Command, Reported, Tests};
use isokit_core::iso9660::SessionChoice;
use isokit_core::{Error, Result};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

/// Reads commands until there are no more words.
///
/// # Errors
/// [`Error::Usage`] for a command that is not known here, and for a value that is none.
pub(super) fn commands(settings: &mut Settings, words: &mut std::vec::IntoIter<OsString>) -> Result<()> {
    while let Some(word) = words.next() {
        let option = word.as_bytes().escape_ascii().to_string();
        let name = option.trim_start_matches('-');
        if name.is_empty() && !option.is_empty() {
            continue;
        }
        if !option.starts_with('-') {
            return Err(Error::Usage(format!(
                "{option}: is no command; what goes into the image is named behind -as mkisofs"
            )));
        }
        if name == "as" {
            emulate(settings, words)?;
            continue;
        }
        let is_it =
            |known: &&Definition| known.names.iter().any(|known| known.trim_start_matches('-') == name);
        let Some(command) = COMMANDS.iter().find(is_it) else {
            return Err(Error::Usage(format!(
                "{option}: this command of xorriso is not supported; -as mkisofs is, and what sets up the volume"
            )));
        };
        let values = values(command, words);
        if let Some(lacking) = command.takes.get(values.len()).filter(|lacking| !lacking.starts_with('[')) {
            return Err(Error::Usage(format!("{option}: requires {lacking}")));
        }
        command.apply(settings, &Values { option: &option, words: &values })?;
        changes::done(&mut settings.changes, name, &option, &values);
    }
    Ok(())
}

/// The words that a command takes. A list of them ends with a `--`, or with all words.
fn values(command: &Definition, words: &mut std::vec::IntoIter<OsString>) -> Vec<OsString> {
    match command.takes {
        [first @ .., list] if list.contains(LIST) => {
            let mut values: Vec<OsString> = words.by_ref().take(first.len()).collect();
            values.extend(words.take_while(|word| word != "--"));
            values
        }
        takes => words.take(takes.len()).collect(),
    }
}

/// What the name of a value contains that is a list of words.
const LIST: &str = "...";

fn emulate(settings: &mut Settings, words: &mut std::vec::IntoIter<OsString>) -> Result<()> {
    let name = words.next().unwrap_or_default();
    if !matches!(name.as_bytes(), b"mkisofs" | b"genisofs" | b"genisoimage" | b"xorrisofs") {
        let name = name.as_bytes().escape_ascii();
        return Err(Error::Usage(format!("-as {name}: only mkisofs is supported, and its other names")));
    }
    let said = scan(Peer::Xorriso, words)?;
    settings.take(said)
}

/// The commands.
pub(crate) const COMMANDS: &[Definition] = &[
    xorrisofs(
        &["-no_rc", "-commit", "-end", "-rollback_end"],
        &[],
        Nothing("the image is written when all commands are read"),
        "Startup files, and when to write",
    ),
    xorrisofs(
        &[
            "-report_about",
            "-abort_on",
            "-dialog",
            "-pacifier",
            "-stdio_sync",
            "-overwrite",
            "-disk_dev_ino",
            "-disk_pattern",
        ],
        &["VALUE"],
        Nothing("messages, status and patterns are isomk's own"),
        "How to report and to end",
    ),
    xorrisofs(
        &["-return_with"],
        &["SEVERITY", "STATUS"],
        Nothing("the status is 0, 1 or 2, as that of isomk"),
        "Status to end with",
    ),
    xorrisofs(
        &["-help"],
        &[],
        Sets(|settings, _| answer(settings, Answer::Help)),
        "Print help on standard error",
    ),
    xorrisofs(&["-version"], &[], Sets(|settings, _| answer(settings, Answer::Version)), "Print the version"),
    xorrisofs(
        &["-outdev"],
        &["FILE"],
        Sets(|settings, values| {
            settings.output.path = Some(stdio(values)).filter(|path| path.as_os_str() != "-");
            settings.output.blank = true;
            Ok(())
        }),
        "Write the image to FILE, or to stdio:FILE, which must not hold any data",
    ),
    xorrisofs(
        &["-indev", "-dev"],
        &["FILE"],
        Sets(|settings, values| {
            settings.reading.image = Some((values.option.to_owned(), stdio(values).into_os_string()));
            Ok(())
        }),
        "Read the image FILE; with -dev, it is the one that commands change",
    ),
    xorrisofs(
        &["-map"],
        &["FILE", "PATH"],
        Sets(|settings, values| {
            settings.sources.mapped.push((values.path(0), values.bytes(1)));
            Ok(())
        }),
        "Put FILE on disk, and all below it, at PATH of the image",
    ),
    xorrisofs(
        &["-update"],
        &["FILE", "PATH"],
        Sets(|settings, values| {
            settings.changes.updated.push(values.path(0));
            settings.sources.mapped.push((values.path(0), values.bytes(1)));
            Ok(())
        }),
        "Replace PATH of the image by FILE on disk, which is no directory",
    ),
    xorrisofs(
        &["-update_r"],
        &["FILE", "PATH"],
        Sets(changes::update),
        "Make PATH of the image what FILE on disk is, with all below it: what is not on disk is removed",
    ),
    xorrisofs(
        &["-chown"],
        &["USER", "PATH..."],
        Sets(|settings, values| changes::own(settings, values, Owner::User, false)),
        "Change the owner of paths of the image",
    ),
    xorrisofs(
        &["-chown_r"],
        &["USER", "PATH..."],
        Sets(|settings, values| changes::own(settings, values, Owner::User, true)),
        "Change the owner of paths of the image, and of all below them",
    ),
    xorrisofs(
        &["-chgrp"],
        &["GROUP", "PATH..."],
        Sets(|settings, values| changes::own(settings, values, Owner::Group, false)),
        "Change the group of paths of the image",
    ),
    xorrisofs(
        &["-chgrp_r"],
        &["GROUP", "PATH..."],
        Sets(|settings, values| changes::own(settings, values, Owner::Group, true)),
        "Change the group of paths of the image, and of all below them",
    ),
    xorrisofs(
        &["-rm"],
        &["PATH..."],
        Sets(|settings, values| changes::remove(settings, values, false)),
        "Remove files from the image that is read",
    ),
    xorrisofs(
        &["-rm_r"],
        &["PATH..."],
        Sets(|settings, values| changes::remove(settings, values, true)),
        "Remove files, and directories with all below them",
    ),
    xorrisofs(
        &["-iso_rr_pattern"],
        &["on|off|ls"],
        Sets(|settings, values| {
            settings.changes.literal = match values.text(0)? {
                "on" => false,
                "off" | "ls" => true,
                _ => return Err(values.wrong("on, off or ls")),
            };
            Ok(())
        }),
        "Whether paths that are removed are patterns",
    ),
    xorrisofs(
        &["-chmod"],
        &["MODE", "PATH..."],
        Sets(|settings, values| {
            let mode = mode(values)?;
            for path in values.words.iter().skip(1) {
                settings.entries.modes.push((path.as_bytes().to_vec(), false, mode.clone()));
            }
            Ok(())
        }),
        "Change the permissions of paths of the image",
    ),
    xorrisofs(
        &["-alter_date"],
        &["m|b", "DATE", "PATH..."],
        Sets(|settings, values| changes::date(settings, values, false)),
        "Give paths of the image another date",
    ),
    xorrisofs(
        &["-alter_date_r"],
        &["m|b", "DATE", "PATH..."],
        Sets(|settings, values| changes::date(settings, values, true)),
        "Give paths of the image, and all below them, another date",
    ),
    xorrisofs(
        &["-append_partition"],
        &["NUMBER", "TYPE", "FILE"],
        Sets(|settings, values| {
            let option = table::all().find(|definition| definition.names.contains(&"-append_partition"));
            option.map_or(Ok(()), |option| option.apply(settings, values))
        }),
        "As -append_partition of mkisofs",
    ),
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
        &["-chmod_r"],
        &["MODE", "PATH..."],
        Sets(|settings, values| {
            let mode = mode(values)?;
            for path in values.words.iter().skip(1) {
                settings.changes.modes_below |= path != "/";
                settings.entries.modes.push((path.as_bytes().to_vec(), true, mode.clone()));
            }
            settings.reading.mode = Some(mode);
            Ok(())
        }),
        "Change the permissions of paths of the image, and of all below them; of all that is extracted with / as the only path",
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
    xorrisofs(&["-volid"], &["TEXT"], Sets(volume), "As -volid of mkisofs"),
    xorrisofs(
        &["-volset_id"],
        &["TEXT"],
        Sets(|settings, values| {
            settings.identifiers.texts.volume_set = field(values, LONG)?;
            Ok(())
        }),
        "As -volset",
    ),
    xorrisofs(
        &["-publisher"],
        &["TEXT"],
        Sets(|settings, values| {
            settings.identifiers.texts.publisher = field(values, LONG)?;
            Ok(())
        }),
        "As -publisher",
    ),
    xorrisofs(
        &["-application_id"],
        &["TEXT"],
        Sets(|settings, values| {
            settings.identifiers.texts.application = field(values, LONG)?;
            Ok(())
        }),
        "As -appid",
    ),
    xorrisofs(
        &["-system_id"],
        &["TEXT"],
        Sets(|settings, values| {
            settings.identifiers.texts.system = field(values, SHORT)?;
            Ok(())
        }),
        "As -sysid",
    ),
    xorrisofs(
        &["-preparer_id"],
        &["TEXT"],
        Sets(|settings, values| {
            settings.identifiers.texts.preparer = field(values, LONG)?;
            Ok(())
        }),
        "As -preparer",
    ),
    xorrisofs(
        &["-application_use"],
        &["BYTE|FILE"],
        Sets(|settings, values| {
            settings.identifiers.texts.application_use = application_use(values)?;
            Ok(())
        }),
        "As --application_use",
    ),
    xorrisofs(
        &["-joliet"],
        &["on|off"],
        Sets(|settings, values| {
            settings.trees.joliet = on(values)?;
            settings.changes.joliet = true;
            Ok(())
        }),
        "As -joliet",
    ),
    xorrisofs(
        &["-rockridge"],
        &["on|off"],
        Sets(|settings, values| {
            settings.trees.rock_ridge = on(values)?;
            settings.changes.rock_ridge = true;
            Ok(())
        }),
        "Rock Ridge, or as --norock",
    ),
    xorrisofs(
        &["-hfsplus"],
        &["on|off"],
        Sets(|settings, values| {
            let option = table::all().find(|definition| definition.names.contains(&"-hfsplus"));
            match (on(values)?, option) {
                (true, Some(option)) => option.apply(settings, values),
                _ => Ok(()),
            }
        }),
        "As -hfsplus",
    ),
    xorrisofs(
        &["-hardlinks"],
        &["on|off"],
        Sets(|settings, values| {
            settings.trees.serials = on(values)?;
            Ok(())
        }),
        "As --hardlinks",
    ),
    xorrisofs(
        &["-xattr", "-acl"],
        &["on|off"],
        Sets(|settings, values| {
            settings.trees.attributes = match values.text(0)? {
                "any" => Attributes::Any,
                "user" => Attributes::User,
                _ if on(values)? => Attributes::User,
                _ => settings.trees.attributes,
            };
            Ok(())
        }),
        "As --acl and --xattr",
    ),
    xorrisofs(
        &["-md5"],
        &["on|off"],
        Sets(|settings, values| {
            match values.text(0)? {
                "on" | "all" => settings.trees.checksums = true,
                "off" => settings.trees.checksums = false,
                "stability_check_on" | "stability_check_off" | "load_check_on" | "load_check_off" => {}
                _ => return Err(values.wrong("on or off")),
            }
            Ok(())
        }),
        "As --md5",
    ),
    xorrisofs(
        &["-for_backup"],
        &[],
        Sets(|settings, _| {
            for_backup(&mut settings.trees);
            Ok(())
        }),
        "As --for_backup",
    ),
    xorrisofs(
        &["-padding"],
        &["SIZE"],
        Sets(|settings, values| {
            settings.output.no_pad = match values.text(0)? {
                "0" | "off" | "none" => true,
                "300k" | "300K" | "default" | "on" => false,
                _ => return Err(values.wrong("0 or 300k")),
            };
            Ok(())
        }),
        "0, as -no-pad, or 300k, as -pad",
    ),
    xorrisofs(
        &["-follow"],
        &["WHAT"],
        Sets(|settings, values| {
            settings.sources.follow_links = match values.text(0)? {
                "on" | "link" => true,
                "off" | "default" | "mount" => false,
                _ => return Err(values.wrong("link, on, off or default")),
            };
            Ok(())
        }),
        "link or on, as -follow-links",
    ),
    xorrisofs(
        &["-pathspecs"],
        &["on|off"],
        Sets(|settings, values| {
            settings.sources.graft_points = on(values)?;
            Ok(())
        }),
        "As -graft-points",
    ),
    xorrisofs(
        &["-charset", "-in_charset", "-out_charset"],
        &["CHARSET"],
        Sets(|_, values| match charset(values.word(0))? {
            None => Ok(()),
            Some(_) => Err(values.wrong("utf-8, in which names are recorded")),
        }),
        "Character set of names, which can be utf-8 alone",
    ),
    xorrisofs(
        &["-volume_date"],
        &["WHICH", "DATE"],
        Sets(|settings, values| {
            let parsed = || date(values.text(1)?).ok_or_else(|| values.wrong(DATES));
            match values.text(0)? {
                "uuid" => settings.identifiers.date = Some(digits(values, 1)?),
                "c" | "m" => settings.identifiers.date = Some(parsed()?),
                "all_file_dates" => settings.identifiers.all_dates = Some(parsed()?),
                _ => return Err(values.wrong("uuid, c, m or all_file_dates, and a date")),
            }
            Ok(())
        }),
        "uuid, as --modification-date, or all_file_dates, as --set_all_file_dates",
    ),
    xorrisofs(
        &["-boot_image"],
        &["any|grub|isolinux", "SETTING"],
        Sets(boot_image::set),
        "What boots: NAME=VALUE, as bin_path=PATH; next; or keep, patch or replay",
    ),
    xorrisofs(
        &["-compliance"],
        &["RULES"],
        Sets(compliance),
        "Rules of names, as the options of mkisofs have them",
    ),
];

/// The path, which may stand behind `stdio:`.
fn stdio(values: &Values<'_>) -> std::path::PathBuf {
    let bytes = values.word(0).as_bytes();
    std::ffi::OsStr::from_bytes(bytes.strip_prefix(b"stdio:").unwrap_or(bytes)).into()
}

fn answer(settings: &mut Settings, answer: Answer) -> Result<()> {
    settings.answer.get_or_insert(answer);
    Ok(())
}

fn report(settings: &mut Settings, values: &Values<'_>, what: Reported) -> Result<()> {
    match values.text(0)? {
        "" | "plain" => settings.reading.commands.push(Command::Report(what)),
        "as_mkisofs" => settings.reading.commands.push(Command::Report(Reported::Replay(replay::OPTIONS))),
        "cmd" => settings.reading.commands.push(Command::Report(Reported::Replay(replay::COMMANDS))),
        _ => return Err(values.wrong("plain, as_mkisofs or cmd")),
    }
    Ok(())
}

fn mode(values: &Values<'_>) -> Result<Mode> {
    Mode::parse(values.text(0)?).ok_or_else(|| values.wrong("a mode as of chmod(1), and paths"))
}

fn on(values: &Values<'_>) -> Result<bool> {
    match values.text(0)? {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(values.wrong("on or off")),
    }
}

fn compliance(settings: &mut Settings, values: &Values<'_>) -> Result<()> {
    for rule in values.text(0)?.split(':') {
        let names = &mut settings.names;
        match rule {
            "iso_9660_level=1" => names.level = Some(1),
            "iso_9660_level=2" => names.level = Some(2),
            "iso_9660_level=3" => names.level = Some(3),
            "untranslated_names" => names.untranslated = true,
            "omit_version" => names.no_version = true,
            "lowercase" => names.lower_case = true,
            "7bit_ascii" => names.ascii = true,
            "joliet_long_names" => settings.trees.long_joliet = true,
            "no_emul_toc" | "deep_paths" | "long_paths" | "old_rr" | "joliet_long_paths" => {}
            "new_rr" => settings.trees.serials = true,
            _ => {
                let sentence =
                    format!("{}: \"{}\": this rule is not supported", values.option, rule.escape_debug());
                return Err(Error::Usage(sentence));
            }
        }
    }
    Ok(())
}
