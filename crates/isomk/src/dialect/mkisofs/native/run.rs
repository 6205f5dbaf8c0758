//! How a run goes: where the image is read and written, and what is said.

use crate::dialect::mkisofs::Settings;
use crate::dialect::mkisofs::changes;
use crate::dialect::mkisofs::option::Does::{Nothing, Sets};
use crate::dialect::mkisofs::option::{Definition, xorrisofs};
use crate::dialect::mkisofs::settings::Answer;
use crate::dialect::mkisofs::values::Values;
use isokit_core::Result;
use std::os::unix::ffi::OsStrExt;

pub(super) const COMMANDS: &[Definition] = &[
    xorrisofs(&["-no_rc"], &[], Nothing("there are no startup files"), "Read no startup files"),
    xorrisofs(
        &["-commit"],
        &[],
        Sets(|settings, _| {
            settings.output.is_committed = true;
            Ok(())
        }),
        "Write the image; no command that changes anything can come behind it",
    ),
    xorrisofs(
        &["-commit_eject"],
        &["VALUE"],
        Sets(|settings, _| {
            settings.output.is_committed = true;
            Ok(())
        }),
        "As -commit: there is no drive",
    ),
    xorrisofs(
        &["-end"],
        &[],
        Sets(|settings, _| {
            settings.output.is_ended = true;
            Ok(())
        }),
        "Write the image, and pass over all commands behind it",
    ),
    xorrisofs(
        &["-rollback_end"],
        &[],
        Sets(|settings, _| {
            settings.output.is_ended = true;
            settings.output.is_given_up = !settings.output.is_committed;
            Ok(())
        }),
        "Write nothing but what -commit wrote, and pass over all commands behind it",
    ),
    xorrisofs(
        &["-overwrite"],
        &["on|nondir"],
        Sets(|_, values| match values.text(0)? {
            "on" | "nondir" => Ok(()),
            _ => Err(values.wrong("on or nondir: what is there is replaced")),
        }),
        "Whether files that are there are replaced, as they always are",
    ),
    xorrisofs(
        &[
            "-report_about",
            "-abort_on",
            "-dialog",
            "-pacifier",
            "-stdio_sync",
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
        &["-blank"],
        &["as_needed|fast|all"],
        Sets(|settings, values| {
            if !matches!(values.text(0)?, "as_needed" | "fast" | "all" | "deformat" | "deformat_quickest") {
                return Err(values.wrong("as_needed, fast or all"));
            }
            changes::blank(settings);
            Ok(())
        }),
        "Let the image of -outdev take the place of what is there, or that of -dev be made anew",
    ),
    xorrisofs(
        &["-eject", "-speed", "-close"],
        &["VALUE"],
        Nothing("there is no drive"),
        "Settings of drives",
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
