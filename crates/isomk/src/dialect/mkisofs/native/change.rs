//! What goes into the image, and what of one that is read becomes another.

use crate::dialect::mkisofs::changes::{self, Owner};
use crate::dialect::mkisofs::option::Does::Sets;
use crate::dialect::mkisofs::option::{Definition, xorrisofs};
use crate::dialect::mkisofs::table;
use crate::dialect::mkisofs::values::Values;
use crate::mode::Mode;
use isokit_core::Result;
use std::os::unix::ffi::OsStrExt;

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
];

fn mode(values: &Values<'_>) -> Result<Mode> {
    Mode::parse(values.text(0)?).ok_or_else(|| values.wrong("a mode as of chmod(1), and paths"))
}
