//! What goes into the image, and what of one that is read becomes another.

use super::as_option;
use crate::dialect::mkisofs::changes::{self, Owner, Removes};
use crate::dialect::mkisofs::option::Does::Sets;
use crate::dialect::mkisofs::option::{Definition, xorrisofs};
use crate::dialect::mkisofs::values::Values;
use crate::mode::Mode;
use crate::operand::{components, divided};
use isokit_core::{Error, Result};
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

pub(super) const COMMANDS: &[Definition] = &[
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
        &["-cpr"],
        &["FILE", "[FILE]... PATH"],
        Sets(changes::copy),
        "Put FILE, which is no directory, at PATH of the image; several go below it",
    ),
    xorrisofs(
        &["-add"],
        &["FILE..."],
        Sets(|settings, values| {
            for word in values.words {
                let (target, source) = match settings.sources.graft_points {
                    true => divided(word.as_bytes()),
                    false => (None, word.as_bytes().to_vec()),
                };
                let place = target.unwrap_or_else(|| source.clone());
                if source.is_empty() || components(&place).any(|part| part == b"..") {
                    return Err(values.wrong("files on disk, by paths without .."));
                }
                settings.sources.mapped.push((OsString::from_vec(source).into(), place));
            }
            Ok(())
        }),
        "Put each FILE on disk, and all below it, at the same path of the image; with -pathspecs on, TARGET=FILE",
    ),
    xorrisofs(
        &["-not_leaf"],
        &["GLOB"],
        Sets(|settings, values| {
            if values.word(0).as_bytes().contains(&b'/') {
                return Err(values.wrong("a pattern of names, without a slash"));
            }
            if !settings.sources.mapped.is_empty() {
                let sentence = "does not concern what commands before it put into the image; name it first";
                return Err(Error::Usage(format!("{}: {sentence}", values.option)));
            }
            settings.sources.exclude.extend(values.pattern(0, settings.peer)?);
            Ok(())
        }),
        "Leave out files on disk whose names GLOB matches",
    ),
    xorrisofs(
        &["-hide"],
        &["TREES", "PATH..."],
        Sets(|settings, values| {
            let trees = values.bytes(0);
            let mut paths = values.words.iter().skip(1);
            paths.try_for_each(|path| changes::hide(settings, values, path.as_bytes(), &trees))
        }),
        "Hide paths of the image from TREES: on (all), iso_rr, joliet or off (none)",
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
        Sets(|settings, values| changes::remove(settings, values, Removes::Files)),
        "Remove files from the image that is read",
    ),
    xorrisofs(
        &["-rm_r"],
        &["PATH..."],
        Sets(|settings, values| changes::remove(settings, values, Removes::All)),
        "Remove files, and directories with all below them",
    ),
    xorrisofs(
        &["-rmdir"],
        &["PATH..."],
        Sets(|settings, values| changes::remove(settings, values, Removes::Empty)),
        "Remove directories in which nothing is left",
    ),
    xorrisofs(
        &["-mkdir"],
        &["PATH..."],
        Sets(changes::make),
        "Make directories in the image, and those on the way",
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
                let patterns = changes::touch(settings, values, path.as_bytes(), false);
                settings.entries.modes.push((patterns, mode.clone()));
            }
            Ok(())
        }),
        "Change the permissions of paths of the image",
    ),
    xorrisofs(
        &["-chmod_r"],
        &["MODE", "PATH..."],
        Sets(|settings, values| {
            let mode = mode(values)?;
            for path in values.words.iter().skip(1) {
                settings.changes.modes_below |= path != "/";
                let patterns = changes::touch(settings, values, path.as_bytes(), true);
                settings.entries.modes.push((patterns, mode.clone()));
            }
            settings.reading.mode = Some(mode);
            Ok(())
        }),
        "Change the permissions of paths of the image, and of all below them; of all that is extracted with / as the only path",
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
        Sets(|settings, values| as_option("-append_partition", settings, values)),
        "As -append_partition of mkisofs",
    ),
];

fn mode(values: &Values<'_>) -> Result<Mode> {
    Mode::parse(values.text(0)?).ok_or_else(|| values.wrong("a mode as of chmod(1), and paths"))
}
