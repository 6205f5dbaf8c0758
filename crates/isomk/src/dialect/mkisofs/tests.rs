//! What holds of every line of the table.

use super::native;
use super::option::{Definition, Does, Of};
use super::peer::Peer;
use super::settings::Settings;
use super::table;
use crate::request::{AppendedSource, BootCode, BootImage, Partitions};
use std::collections::HashSet;
use std::ffi::OsString;

/// A value that an option takes, if it takes one.
fn value(definition: &Definition, word: &str) -> &'static str {
    match (definition.names[0], word) {
        ("-iso-level" | "-ucs-level", _) => "3",
        ("-volset-size", _) => "1",
        ("-file_name_limit", _) => "255",
        ("-s", _) => "data",
        ("-C", _) => "0,0",
        ("-input-charset" | "-output-charset" | "-jcharset" | "-charset" | "-out_charset", _) => "utf-8",
        ("--modification-date", _) | (_, "DATE") => "2024010203040500",
        ("-volume_date", _) => "uuid",
        ("-eltorito-platform", _) => "efi",
        ("-eltorito-selcrit", _) => "0102",
        ("-partition_cyl_align", _) | (_, "on|off" | "on|off|ls") => "on",
        ("--gpt_disk_guid", _) => "modification-date",
        ("-boot_image", "any|grub|isolinux") => "any",
        ("-boot_image", "SETTING") => "gpt_disk_guid=28732ac11ff8d211ba4b00a0c93ec93b",
        (_, "m|b") => "m",
        ("-compliance", _) => "untranslated_names",
        ("-padding", _) => "0",
        ("-follow", _) => "link",
        ("-ecma119_map", _) => "lowercase",
        ("-blank", _) => "as_needed",
        ("-overwrite", _) => "on",
        (_, "TREES") => "on",
        ("-efi-boot-part", _) => "--efi-boot-image",
        ("-apm-block-size", _) => "2048",
        (_, "FORM") => "plain",
        ("-load", "WHAT") => "session",
        ("-chmod_r", "PATH...") => "/",
        ("-concat", "MODE") => "append",
        ("-concat", "TO") => "-",
        (_, "md5|sha256" | "ALGORITHM,...") => "md5",
        (_, "gzip|bzip2") => "gzip",
        (_, "LABEL=PREFIX") => "Debian=/mirror/",
        ("-jigdo-min-file-size", _) => "2k",
        ("-iso_mbr_part_type", _) | (_, "TYPE") => "0xef",
        (_, "MODE") => "0755",
        (_, "NUMBER" | "LENGTH" | "UID" | "GID" | "SECTOR" | "SECTORS" | "SEGMENT" | "LEVEL") => "4",
        _ => "x",
    }
}

fn words(definition: &Definition, option: &str) -> Vec<OsString> {
    let values = definition.takes.iter().map(|word| value(definition, word));
    std::iter::once(option).chain(values).map(OsString::from).collect()
}

/// That the option is understood as what the table says it is.
fn check(peer: Peer, definition: &Definition, words: Vec<OsString>) {
    let said = format!("{}: {words:?}", peer.name());
    match (Settings::read(peer, words), definition.does) {
        (Ok(_), Does::Sets(_) | Does::Nothing(_)) => {}
        (Err(error), Does::Refused(because)) => {
            let error = error.to_string();
            assert!(error.ends_with(because), "{said}: {error}");
            let name = error.split(':').next().unwrap_or_default().trim_start_matches('-');
            assert!(
                definition.names.iter().any(|known| known.trim_start_matches('-') == name),
                "{said}: {error}"
            );
        }
        (Ok(_), does) => panic!("{said}: understood, though it is {does:?}"),
        (Err(error), _) => panic!("{said}: {error}"),
    }
}

#[test]
fn every_option_is_honoured_or_refused_by_name_in_each_spelling() {
    for definition in table::all() {
        for name in definition.names {
            let bare = name.trim_start_matches('-');
            for peer in [Peer::Mkisofs, Peer::Genisoimage, Peer::Xorrisofs] {
                check(peer, definition, words(definition, &format!("-{bare}")));
                if bare.len() > 1 {
                    check(peer, definition, words(definition, &format!("--{bare}")));
                }
                if let ([takes], true) = (definition.takes, bare.len() > 1) {
                    let value = value(definition, takes);
                    check(peer, definition, vec![format!("-{bare}={value}").into()]);
                }
            }
            let emulated = ["-as", "mkisofs"].map(OsString::from).into_iter();
            check(Peer::Xorriso, definition, emulated.chain(words(definition, name)).collect());
        }
    }
}

#[test]
fn every_command_of_xorriso_is_understood_before_and_behind() {
    for definition in native::all() {
        for name in definition.names {
            check(Peer::Xorriso, definition, words(definition, name));
            let behind = std::iter::once(OsString::from("--")).chain(words(definition, name));
            check(Peer::Xorrisofs, definition, behind.collect());
        }
    }
}

#[test]
fn every_name_is_there_once_and_every_sentence_is_short() {
    let mut known = HashSet::new();
    for definition in table::all() {
        for name in definition.names {
            assert!(name.starts_with('-') && known.insert(name.trim_start_matches('-')), "{name}");
        }
        let help = definition.help;
        assert!(!help.ends_with('.') && help.len() <= 90, "{help}");
    }
}

/// See `doc/decisions/hfs-plus.md`: grub-mkrescue asks for it each time.
#[test]
fn hfs_plus_is_passed_over_with_one_warning() {
    let line = "-hfsplus -apm-block-size 2048 -hfsplus-file-creator-type chrp tbxj /a -hfs-bless-by i /b \
                -hfsplus-serial-no 0123456789abcdef -hfsplus-block-size 512 -hfs-bless d d";
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let twice = line.replace(" -", " --").replacen("-hfsplus", "--hfsplus", 1);
    for words in [format!("-as mkisofs {line}"), format!("-as mkisofs {twice}"), "-hfsplus on".into()] {
        let warned: Vec<_> =
            settings(Peer::Xorriso, &words).warnings.iter().map(|warning| warning.0).collect();
        assert_eq!(warned, ["-hfsplus"], "{words}");
    }
    assert_eq!(settings(Peer::Xorriso, "-hfsplus off").warnings, []);
}

/// See `doc/decisions/other-machines.md`.
#[test]
fn boot_blocks_of_other_machines_are_refused_by_name() {
    let refused = "-prep-boot-part x -prep-boot x -B x -sparc-boot x -sparc-label x --grub2-sparc-core x -mips-boot x -mipsel-boot x \
                   -alpha-boot x -hppa-cmdline x -hppa-kernel-32 x -hppa-kernel-64 x -hppa-bootloader x -hppa-ramdisk x \
                   -hppa-hdrversion x -sunx86-boot x -sunx86-label x -hfs-volid x -hfs-type x -map x -magic x -auto x";
    let words: Vec<_> = refused.split_whitespace().collect();
    let alone = ["-hfs", "-apple", "-part", "--netatalk", "-no-desktop"].map(str::to_owned);
    let with_values = words.chunks(2).map(|pair| pair.join(" "));
    for line in with_values.chain(alone) {
        let name = line.split(' ').next().unwrap_or_default().trim_start_matches('-');
        let rest = line.trim_start_matches('-');
        for peer in [Peer::Mkisofs, Peer::Genisoimage, Peer::Xorrisofs] {
            for hyphens in ["-", "--"].iter().take(name.len().min(2)) {
                let sentence = error(peer, &format!("{hyphens}{rest} d"));
                assert!(sentence.starts_with(&format!("{hyphens}{name}: is not supported: ")), "{sentence}");
            }
        }
    }
    for setting in [
        "mips_path",
        "mipsel_path",
        "sparc_label",
        "grub2_sparc_core",
        "hppa_bootloader",
        "alpha_boot_image",
        "prep_boot_part",
    ] {
        let sentence = error(Peer::Xorriso, &format!("-boot_image any {setting}=x"));
        assert_eq!(sentence, format!("-boot_image: {setting}=x: this setting is not supported"));
    }
    for option in ["-chrp-boot-part", "--chrp-boot-part", "-chrp-boot", "--chrp-boot"] {
        assert!(settings(Peer::Xorrisofs, &format!("{option} d")).partitions.asked.chrp, "{option}");
    }
}

fn settings(peer: Peer, line: &str) -> Settings {
    Settings::read(peer, line.split(' ').map(OsString::from).collect())
        .unwrap_or_else(|error| panic!("{line}: {error}"))
}

fn error(peer: Peer, line: &str) -> String {
    let words = line.split(' ').map(OsString::from).collect();
    Settings::read(peer, words).map(drop).expect_err(line).to_string()
}

#[test]
fn letters_stand_together_and_the_last_has_its_value() {
    for peer in [Peer::Genisoimage, Peer::Xorrisofs] {
        let read = settings(peer, "-JRl d");
        assert!(read.trees.joliet && read.trees.rock_ridge && read.names.long);
    }
    assert_eq!(settings(Peer::Genisoimage, "-JVLABEL d").identifiers.texts.volume, "LABEL");
    assert_eq!(settings(Peer::Genisoimage, "-JV LABEL d").identifiers.texts.volume, "LABEL");
    assert_eq!(error(Peer::Xorrisofs, "-JVLABEL d"), "-JVLABEL: is not an option of xorrisofs");
    assert_eq!(error(Peer::Genisoimage, "-V=LABEL d"), "-V: takes its value without =, as a word of its own");
    assert_eq!(error(Peer::Genisoimage, "-J=x d"), "-J: takes its value without =, as a word of its own");
}

#[test]
fn the_beginning_of_a_name_is_enough_for_genisoimage_where_it_is_one_alone() {
    assert_eq!(settings(Peer::Genisoimage, "-iso-lev 3 d").names.level, Some(3));
    assert!(settings(Peer::Genisoimage, "-q d").output.quiet);
    assert_eq!(error(Peer::Xorrisofs, "-q d"), "-q: is not an option of xorrisofs");
    let several = error(Peer::Genisoimage, "-u d");
    assert!(several.starts_with("-u: is the beginning of "), "{several}");
    assert_eq!(error(Peer::Genisoimage, "-k d"), "-k: is not an option of genisoimage");
    assert_eq!(error(Peer::Xorrisofs, "-iso-lev 3 d"), "-iso-lev: is not an option of xorrisofs");
    assert_eq!(
        error(Peer::Genisoimage, "-hid x d"),
        "-hid: is the beginning of -hide-rr-moved and of -hide; write the whole name"
    );
    assert_eq!(
        error(Peer::Genisoimage, "--no-such-option d"),
        "--no-such-option: is not an option of genisoimage"
    );
}

#[test]
fn an_entry_ends_where_the_next_begins() {
    let line = "-no-emul-boot -b a -boot-load-size 4 -eltorito-alt-boot -e b -no-emul-boot d";
    let boot = settings(Peer::Genisoimage, line).boot.request(Peer::Genisoimage).expect("good");
    let found: Vec<_> = boot.entries.iter().map(|entry| (&entry.image, entry.platform)).collect();
    let path = |path: &[u8]| BootImage::Path(path.to_vec());
    assert_eq!(found, [(&path(b"a"), 0), (&path(b"b"), 0xEF)]);
    // genisoimage has one option where xorriso has three.
    let line = "-b a --efi-boot b -no-emul-boot d";
    let count = |peer| settings(peer, line).boot.request(peer).expect("good").entries.len();
    assert_eq!((count(Peer::Genisoimage), count(Peer::Xorrisofs)), (1, 2));
}

#[test]
fn settings_without_a_boot_image_are_no_entry() {
    let refused =
        |line| settings(Peer::Genisoimage, line).boot.request(Peer::Genisoimage).map(drop).expect_err(line);
    for line in ["-no-emul-boot d", "-boot-load-size 4 d", "-b a -eltorito-alt-boot -no-boot d"] {
        assert_eq!(
            refused(line).to_string(),
            "a boot entry has settings, but no boot image; name one with -b or -e"
        );
    }
    assert_eq!(refused("-c cat d").to_string(), "a boot catalog requires a boot image; name one with -b");
    // xorriso passes over them: buildroot writes -no-emul-boot behind --efi-boot.
    let line = "--efi-boot b -no-emul-boot d";
    assert_eq!(settings(Peer::Xorrisofs, line).boot.request(Peer::Xorrisofs).expect("good").entries.len(), 1);
}

#[test]
fn a_boot_image_may_be_an_appended_partition() {
    for (text, number) in [
        ("--interval:appended_partition_2:all::", Some(2)),
        ("--interval:appended_partition_3_start_13576s_size_8192d:all::", Some(3)),
        ("--interval:appended_partition_0:all::", None),
        ("--interval:appended_partition_2_end:all::", None),
        ("--interval:appended_partition_2:0s-3s::", None),
        ("--interval:imported_iso:0s-3s::", None),
    ] {
        let line = ["-e", text, "d"].map(OsString::from).to_vec();
        let read = Settings::read(Peer::Xorrisofs, line);
        let image = read.ok().map(|mut settings| settings.boot.entry().image.clone());
        assert_eq!(image, number.map(|number| Some(BootImage::Appended(number))), "{text}");
    }
}

#[test]
fn of_what_is_said_of_a_partition_the_last_counts() {
    let asked = |line| settings(Peer::Xorrisofs, line).partitions.request(false).expect("good");
    let appended =
        asked("-append_partition 3 0x83 a -append_partition 2 0xef b -append_partition 3 0x0c c d").appended;
    let found: Vec<_> = appended.iter().map(|appended| (appended.number, &appended.source)).collect();
    let [b, c] = ["b", "c"].map(|path| AppendedSource::Disk(path.into()));
    assert_eq!(found, [(2, &b), (3, &c)]);
    assert_eq!(asked("-partition_offset 0 -partition_cyl_align auto d"), Partitions::default());
    // Other bytes take the place of the code, and are told what it would have been told.
    let both = settings(Peer::Xorrisofs, "-isohybrid-mbr a -G b d");
    assert_eq!(both.partitions.asked.code, Some(BootCode::Isohybrid));
    assert_eq!(both.boot.system_area.map(|piece| piece.path), Some("b".into()));
}

#[test]
fn asking_for_the_version_asks_whether_the_options_are_known() {
    let read = settings(Peer::Genisoimage, "-J -b x --version d -partition_offset 16");
    assert_eq!(read.answer, Some(super::Answer::Version));
    error(Peer::Genisoimage, "--no-such-option --version d");
}

#[test]
fn options_that_one_program_has_are_in_its_help_alone() {
    for (peer, has, lacks) in [
        (Peer::Genisoimage, "-allow-limited-size", "--grub2-boot-info"),
        (Peer::Xorrisofs, "--grub2-boot-info", "-allow-limited-size"),
    ] {
        let help = super::help::help(peer);
        assert!(help.contains(has) && !help.contains(lacks), "{help}");
        assert!(help.contains("-graft-points"));
    }
    assert!(table::all().any(|definition| definition.of == Of::Both));
}
