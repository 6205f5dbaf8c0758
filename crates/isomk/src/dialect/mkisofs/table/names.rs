//! Names in the primary tree. Those that break with ECMA-119 are `plan::Relaxed` in the core.

use crate::dialect::mkisofs::option::Does::Sets;
use crate::dialect::mkisofs::option::{Definition, both, genisoimage, xorrisofs};

pub(super) const OPTIONS: &[Definition] = &[
    both(
        &["-iso-level"],
        &["LEVEL"],
        Sets(|settings, values| {
            const EXPECTED: &str = "1, 2, 3 or 4";
            let level = values.parsed(0, EXPECTED)?;
            settings.names.level = Some(level).filter(|level| (1..=4).contains(level));
            settings.names.level.map(drop).ok_or_else(|| values.wrong(EXPECTED))
        }),
        "Length of names: 1: 8.3 (default), 2 and 3: 31, 4: 207, which is ISO 9660:1999",
    ),
    both(
        &["-l", "-full-iso9660-filenames"],
        &[],
        Sets(|settings, _| {
            settings.names.long = true;
            Ok(())
        }),
        "Names of 31 characters at level 1, too",
    ),
    both(
        &["-max-iso9660-filenames"],
        &[],
        Sets(|settings, _| {
            settings.names.longest = true;
            Ok(())
        }),
        "Names of 37 characters, without version numbers",
    ),
    both(
        &["-U", "-untranslated-filenames"],
        &[],
        Sets(|settings, _| {
            settings.names.untranslated = true;
            Ok(())
        }),
        "-d -l -N -allow-leading-dots -relaxed-filenames -allow-lowercase -allow-multidot",
    ),
    xorrisofs(
        &["-untranslated_name_len"],
        &["LENGTH"],
        Sets(|settings, values| {
            const EXPECTED: &str = "a number from 1 to 96";
            let length = values.parsed(0, EXPECTED)?;
            settings.names.raw = Some(length).filter(|length| (1..=96).contains(length));
            settings.names.raw.map(drop).ok_or_else(|| values.wrong(EXPECTED))
        }),
        "Names as they are, of up to 96 bytes; longer ones are refused",
    ),
    both(
        &["-allow-lowercase"],
        &[],
        Sets(|settings, _| {
            settings.names.lower_case = true;
            Ok(())
        }),
        "Letters keep their case",
    ),
    both(
        &["-allow-multidot"],
        &[],
        Sets(|settings, _| {
            settings.names.several_dots = true;
            Ok(())
        }),
        "Several dots in a name",
    ),
    both(
        &["-ldots", "-allow-leading-dots", "-L"],
        &[],
        Sets(|settings, _| {
            settings.names.leading_dot = true;
            Ok(())
        }),
        "A dot that begins a name stays",
    ),
    both(
        &["-relaxed-filenames"],
        &[],
        Sets(|settings, _| {
            settings.names.ascii = true;
            Ok(())
        }),
        "All characters of ASCII but lower case",
    ),
    both(
        &["-no-iso-translate"],
        &[],
        Sets(|settings, _| {
            settings.names.punctuated = true;
            Ok(())
        }),
        "The characters #, ~ and - stay",
    ),
    both(
        &["-d", "-omit-period"],
        &[],
        Sets(|settings, _| {
            settings.names.no_dot = true;
            Ok(())
        }),
        "No dot behind names without an extension",
    ),
    both(
        &["-N", "-omit-version-number"],
        &[],
        Sets(|settings, _| {
            settings.names.no_version = true;
            Ok(())
        }),
        "No version numbers",
    ),
    xorrisofs(
        &["-disallow_dir_id_ext"],
        &[],
        Sets(|settings, _| {
            settings.names.no_directory_extension = true;
            Ok(())
        }),
        "No dots in names of directories",
    ),
    both(
        &["-D", "-disable-deep-relocation"],
        &[],
        Sets(|settings, _| {
            settings.trees.relocated = None;
            Ok(())
        }),
        "Leave directories below the eighth level where they are (default of xorrisofs)",
    ),
    both(
        &["-hide-rr-moved"],
        &[],
        Sets(|settings, _| {
            settings.trees.relocated = Some(b".rr_moved".to_vec());
            Ok(())
        }),
        "Move directories below the eighth level to /.rr_moved, not to /rr_moved",
    ),
    xorrisofs(
        &["-rr_reloc_dir"],
        &["NAME"],
        Sets(|settings, values| {
            let name = values.bytes(0);
            let name = name.strip_prefix(b"/").unwrap_or(&name);
            settings.trees.relocated = Some(name.to_vec());
            Ok(())
        }),
        "Move directories below the eighth level to NAME in the root",
    ),
    genisoimage(
        &["-use-fileversion"],
        &[],
        crate::dialect::mkisofs::option::Does::Nothing("no file system here has versions"),
        "Version numbers of the file system",
    ),
];
