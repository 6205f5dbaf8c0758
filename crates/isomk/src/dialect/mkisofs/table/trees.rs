//! Rock Ridge, Joliet and UDF, and what they record of files.

use crate::collect::Attributes;
use crate::dialect::mkisofs::Settings;
use crate::dialect::mkisofs::accounts::Account;
use crate::dialect::mkisofs::option::Does::{Nothing, Refused, Sets};
use crate::dialect::mkisofs::option::{Definition, both, genisoimage, xorrisofs};
use crate::dialect::mkisofs::trees::{for_backup, implying_rock_ridge, with_rock_ridge};
use crate::dialect::mkisofs::values::Values;
use crate::mode::Mode;
use isokit_core::Result;

pub(super) const OPTIONS: &[Definition] = &[
    both(
        &["-R", "-rock"],
        &[],
        Sets(|settings, _| {
            with_rock_ridge(settings);
            Ok(())
        }),
        "Rock Ridge: POSIX names, modes, owners and links (default of xorrisofs)",
    ),
    both(
        &["-r", "-rational-rock"],
        &[],
        Sets(|settings, _| {
            with_rock_ridge(settings).rational = true;
            Ok(())
        }),
        "Rock Ridge with owner and group 0, readable by everybody and writable by nobody",
    ),
    xorrisofs(
        &["--norock"],
        &[],
        Sets(|settings, _| {
            (settings.trees.rock_ridge, settings.trees.rational) = (false, false);
            Ok(())
        }),
        "No Rock Ridge",
    ),
    both(
        &["-uid"],
        &["UID"],
        Sets(owner),
        "Record owner UID, with xorrisofs also by name; genisoimage: and Rock Ridge",
    ),
    both(&["-gid"], &["GID"], Sets(group), "Record group GID, likewise; genisoimage: and Rock Ridge"),
    both(
        &["-dir-mode"],
        &["MODE"],
        Sets(|settings, values| {
            implying_rock_ridge(settings).directory_mode = Some(mode(values)?);
            Ok(())
        }),
        "Record MODE, octal or as in a+rX,go-w, of directories; genisoimage: and Rock Ridge",
    ),
    both(
        &["-file-mode"],
        &["MODE"],
        Sets(|settings, values| {
            implying_rock_ridge(settings).file_mode = Some(mode(values)?);
            Ok(())
        }),
        "Likewise of files",
    ),
    genisoimage(
        &["-new-dir-mode"],
        &["MODE"],
        Sets(|settings, values| {
            settings.trees.made_mode = mode(values)?.applied(0, true);
            Ok(())
        }),
        "MODE of directories that have no source [0555; xorrisofs: 0755]",
    ),
    xorrisofs(
        &["--hardlinks"],
        &[],
        Sets(|settings, _| {
            settings.trees.serials = true;
            Ok(())
        }),
        "Record hard links by serial numbers, which is Rock Ridge 1.12",
    ),
    xorrisofs(
        &["--acl", "--xattr"],
        &[],
        Sets(|settings, _| {
            if settings.trees.attributes == Attributes::None {
                settings.trees.attributes = Attributes::User;
            }
            Ok(())
        }),
        "Record ACLs and extended attributes of users",
    ),
    xorrisofs(
        &["--xattr-any"],
        &[],
        Sets(|settings, _| {
            settings.trees.attributes = Attributes::Any;
            Ok(())
        }),
        "Record ACLs and all extended attributes",
    ),
    xorrisofs(
        &["--md5"],
        &[],
        Sets(|settings, _| {
            settings.trees.checksums = true;
            Ok(())
        }),
        "Record MD5 digests of the files and of the image in the image",
    ),
    xorrisofs(
        &["--for_backup"],
        &[],
        Sets(|settings, _| {
            for_backup(&mut settings.trees);
            Ok(())
        }),
        "--hardlinks --acl --xattr-any --md5",
    ),
    xorrisofs(
        &["-file_name_limit"],
        &["LENGTH"],
        Sets(|_, values| match values.number(0, 255)? {
            255 => Ok(()),
            _ => Err(values.wrong("255, the most that Rock Ridge allows; nothing is cut")),
        }),
        "Cut names to LENGTH bytes, which can be 255 alone",
    ),
    both(
        &["-J", "-joliet"],
        &[],
        Sets(|settings, _| {
            settings.trees.joliet = true;
            Ok(())
        }),
        "Joliet: names of 64 characters for Windows",
    ),
    both(
        &["-joliet-long"],
        &[],
        Sets(|settings, _| {
            settings.trees.long_joliet = true;
            // xorriso only says how long they are.
            settings.trees.joliet |= !settings.peer.is_xorriso();
            Ok(())
        }),
        "Joliet names of 103 characters",
    ),
    xorrisofs(
        &["-joliet-utf16"],
        &[],
        Nothing("names are always UTF-16"),
        "Joliet names with characters beyond UCS-2",
    ),
    genisoimage(
        &["-ucs-level"],
        &["LEVEL"],
        Sets(|_, values| match values.number(0, 3)? {
            3 => Ok(()),
            _ => Err(values.wrong("3, which has all characters")),
        }),
        "Level of UCS-2, which can be 3 alone",
    ),
    both(
        &["-T", "-translation-table"],
        &[],
        Sets(|settings, _| {
            table(settings, None);
            Ok(())
        }),
        "Write TRANS.TBL into each directory, a list of its names for systems without Rock Ridge",
    ),
    both(
        &["-table-name"],
        &["NAME"],
        Sets(|settings, values| {
            table(settings, Some(values.bytes(0)));
            Ok(())
        }),
        "-T, under NAME",
    ),
    genisoimage(
        &["-udf", "-allow-limited-size"],
        &[],
        Sets(udf),
        "Add UDF 1.02; large files have their size in both",
    ),
    genisoimage(
        &["-dvd-video"],
        &[],
        Sets(|settings, _| {
            settings.trees.dvd_video = true;
            Ok(())
        }),
        "Lay out VIDEO_TS as DVD-Video requires; implies -udf",
    ),
    both(
        &["-z", "-transparent-compression"],
        &[],
        Sets(|settings, _| {
            settings.trees.zisofs = true;
            Ok(())
        }),
        "Mark files that mkzftree made (zisofs), so that readers of Rock Ridge decode them",
    ),
    xorrisofs(
        &["--zisofs-version-2", "--zisofs2-susp-z2", "--zisofs2-susp-zf"],
        &[],
        Refused(ZISOFS),
        "Mark files of zisofs version 2",
    ),
    both(
        &["-hfsplus"],
        &[],
        Sets(|settings, _| {
            settings.warn("-hfsplus", HFS_PLUS);
            Ok(())
        }),
        "Add HFS+: not written, with a warning",
    ),
    xorrisofs(
        &["-hfsplus-file-creator-type"],
        &["CREATOR", "TYPE", "PATH"],
        Nothing(WITHOUT_HFS_PLUS),
        "Creator and type of a file in HFS+",
    ),
    xorrisofs(&["-hfs-bless-by"], &["HOW", "PATH"], Nothing(WITHOUT_HFS_PLUS), "Bless PATH in HFS+"),
    both(&["-hfs-bless"], &["DIR"], Nothing(WITHOUT_HFS_PLUS), "Bless DIR in HFS+"),
    xorrisofs(
        &["-hfsplus-serial-no", "-hfsplus-block-size"],
        &["VALUE"],
        Nothing(WITHOUT_HFS_PLUS),
        "Numbers of HFS+",
    ),
];

const ZISOFS: &str = "files of zisofs version 2 are not marked; Linux does not decode them";
const HFS_PLUS: &str = "HFS+ is not written; a Macintosh that boots by it will not boot from this image";
const WITHOUT_HFS_PLUS: &str = "HFS+ is not written";

/// xorriso takes the options and writes no tables.
fn table(settings: &mut Settings, name: Option<Vec<u8>>) {
    if settings.peer.is_xorriso() {
        settings.warn("-T", "has no effect, as with xorrisofs; genisoimage writes TRANS.TBL");
        return;
    }
    let table = settings.trees.table.get_or_insert_with(|| b"TRANS.TBL".to_vec());
    if let Some(name) = name {
        *table = name;
    }
}

fn owner(settings: &mut Settings, values: &Values<'_>) -> Result<()> {
    let account = account(settings, values)?;
    implying_rock_ridge(settings).owner = account;
    Ok(())
}

fn group(settings: &mut Settings, values: &Values<'_>) -> Result<()> {
    let account = account(settings, values)?;
    implying_rock_ridge(settings).group = account;
    Ok(())
}

/// A number, or with xorriso a name; an empty word and `-` undo what was said before, as there.
fn account(settings: &Settings, values: &Values<'_>) -> Result<Option<Account>> {
    match (values.text(0)?, values.parsed(0, "a number from 0 to 4294967295")) {
        ("" | "-", _) => Ok(None),
        (name, Err(_)) if settings.peer.is_xorriso() => Ok(Some(Account::Name(name.to_owned()))),
        (_, number) => number.map(|number| Some(Account::Number(number))),
    }
}

fn mode(values: &Values<'_>) -> Result<Mode> {
    let text = values.text(0)?;
    Mode::parse(text).ok_or_else(|| values.wrong("octal digits up to 7777, or letters as in a+rX,go-w"))
}

fn udf(settings: &mut Settings, _: &Values<'_>) -> Result<()> {
    settings.trees.udf = true;
    Ok(())
}
