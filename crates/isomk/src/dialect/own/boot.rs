//! Flags on booting.

use crate::request::{self, BootEntry, BootImage, Piece};
use clap::{Args, ValueEnum};
use isokit_cli::words::unknown;
use isokit_core::iso9660::plan::{Emulation, LoadSize, Selection, platform};
use isokit_core::partition::plan::GptMark;
use isokit_core::{Error, Result};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// What help calls the flags on booting, from discs and from disks.
pub(super) const HEADING: &str = "Boot";

/// How the image boots.
#[derive(Debug, Args)]
#[command(next_help_heading = HEADING)]
pub(super) struct Boot {
    /// Boot by grub, isolinux, limine, systemd-boot...
    ///
    /// LOADER is grub, isolinux, limine, systemd-boot or windows. Its files are in the image. They are looked for in their usual places, and get the boot entries, boot code and partitions they need; -v prints the
    /// options that ask for the same. Options of one's own are added; files that are given, and entries for the same boot image, replace those that are found.
    #[arg(long, value_enum, value_name = "LOADER", hide_possible_values = true)]
    pub boot: Option<Loader>,

    /// Boot image for BIOS: PATH in the image
    #[arg(long, value_name = "PATH")]
    pub bios_boot: Option<OsString>,

    /// Boot image for UEFI: PATH in the image (FAT)
    #[arg(long, value_name = "PATH")]
    pub efi_boot: Option<OsString>,

    /// Patch the --bios-boot image as ISOLINUX requires
    #[arg(long, hide_short_help = true, requires = "bios_boot")]
    pub boot_info_table: bool,

    /// Patch the --bios-boot image as GRUB requires
    #[arg(long, hide_short_help = true, requires = "bios_boot")]
    pub grub2_boot_info: bool,

    /// Boot entry: PATH in the image, then settings
    ///
    /// PATH may be partition:NUMBER, an appended partition; a file of that name is ./partition:NUMBER.
    ///
    /// platform=bios|ppc|mac|efi|NUMBER, emulation=none|floppy|hard-disk, load-size=SECTORS|whole (of 512 bytes;
    /// default: whole, or 4 with boot-info-table or grub2-boot-info), load-segment=NUMBER, id=TEXT, selection=KIND:HEX,
    /// boot-info-table, grub2-boot-info, not-bootable, partition=efi|gpt|gpt-hfs|apm (the image is an EFI system partition of its own
    /// in a GPT, or one within that of the volume). The default is a BIOS entry without emulation. Precede a comma or
    /// backslash in PATH with a backslash. May be repeated; entries are recorded in the order --bios-boot,
    /// --boot-entry, --efi-boot, --boot-efi, and the first is the default.
    #[arg(long, hide_short_help = true, value_name = "PATH[,KEY=VALUE]...")]
    pub boot_entry: Vec<OsString>,

    /// Make the boot catalog visible as the file PATH
    #[arg(long, hide_short_help = true, value_name = "PATH")]
    pub boot_catalog: Option<OsString>,

    /// Leave out all that boots of the image of --base
    ///
    /// That is its boot entries, with boot images that are no files, its boot code, its partition tables, and the partitions behind
    /// its volume. Files stay, those of the boot loader as well. Options that ask for other boot entries go with it.
    #[arg(long, hide_short_help = true, requires = "base")]
    pub no_boot: bool,

    /// Write FILE to the system area, the first 32 KiB of the image
    ///
    /// Usually a master boot record. Of a larger FILE, such as an image, the first 32 KiB are written, with a warning.
    #[arg(long, hide_short_help = true, value_name = "FILE")]
    pub system_area: Option<PathBuf>,
}

/// A boot loader whose needs are known.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Loader {
    /// GRUB 2
    Grub,
    /// ISOLINUX, of SYSLINUX
    Isolinux,
    /// Limine
    Limine,
    /// systemd-boot; by UEFI only
    SystemdBoot,
    /// The installer of Windows; from discs only
    Windows,
}

impl Loader {
    fn request(self) -> request::Loader {
        match self {
            Self::Grub => request::Loader::Grub,
            Self::Isolinux => request::Loader::Isolinux,
            Self::Limine => request::Loader::Limine,
            Self::SystemdBoot => request::Loader::SystemdBoot,
            Self::Windows => request::Loader::Windows,
        }
    }
}

impl Boot {
    /// What is asked for.
    ///
    /// # Errors
    /// [`Error::Usage`] for a key or value that is none.
    pub(super) fn request(&self) -> Result<request::Boot> {
        Ok(request::Boot {
            entries: self.entries()?,
            catalog: self.boot_catalog.as_ref().map(|path| path.as_bytes().to_vec()),
            system_area: self.system_area.clone().map(Piece::from),
            loader: self.boot.map(Loader::request),
            ..request::Boot::default()
        })
    }

    /// The entries in the order of the catalog.
    fn entries(&self) -> Result<Vec<BootEntry>> {
        let bios = self.bios_boot.iter().map(|path| {
            let (boot_info_table, grub2_boot_info) = (self.boot_info_table, self.grub2_boot_info);
            Ok(BootEntry {
                boot_info_table,
                grub2_boot_info,
                ..BootEntry::new(BootImage::Path(path.as_bytes().to_vec()))
            })
        });
        let efi = self.efi_boot.iter().map(|path| {
            Ok(BootEntry {
                platform: platform::EFI,
                ..BootEntry::new(BootImage::Path(path.as_bytes().to_vec()))
            })
        });
        bios.chain(self.boot_entry.iter().map(|text| entry(text))).chain(efi).collect()
    }

    /// Whether boot entries, boot code or tables are others than those of an existing image.
    pub(super) fn replaces_tables(&self) -> bool {
        self.boots() || self.system_area.is_some() || self.no_boot
    }

    /// Whether any option asks for a boot entry.
    pub(super) fn boots(&self) -> bool {
        self.bios_boot.is_some()
            || self.efi_boot.is_some()
            || !self.boot_entry.is_empty()
            || self.boot.is_some()
    }
}

/// The entry that `PATH[,KEY=VALUE]...` asks for.
fn entry(text: &OsStr) -> Result<BootEntry> {
    let wrong =
        |why: &str| Error::Usage(format!("--boot-entry: \"{}\": {why}", text.as_bytes().escape_ascii()));
    let parts = divided(text.as_bytes());
    let (path, settings) = parts.split_first().ok_or_else(|| wrong("names no boot image"))?;
    if path.is_empty() {
        return Err(wrong("names no boot image"));
    }
    let mut entry =
        BootEntry::new(boot_image(path).ok_or_else(|| wrong("partitions are counted from 1 to 255"))?);
    for setting in settings {
        let setting = std::str::from_utf8(setting).map_err(|_| wrong("is not UTF-8"))?;
        let (key, value) = match setting.split_once('=') {
            Some((key, value)) => (key, Some(value)),
            None => (setting, None),
        };
        set(&mut entry, key, value).ok_or_else(|| match expected(key) {
            Some(expected) => wrong(&format!("\"{}\", expected {expected}", setting.escape_debug())),
            None => wrong(&unknown(key, KEYS, "isomk --help")),
        })?;
    }
    Ok(entry)
}

/// The image that `path` names; `None` for a partition that cannot be.
fn boot_image(path: &[u8]) -> Option<BootImage> {
    match path.strip_prefix(b"partition:") {
        Some(number) => {
            let number = std::str::from_utf8(number).ok()?.parse().ok().filter(|number| *number > 0);
            number.map(BootImage::Appended)
        }
        None => Some(BootImage::Path(path.to_vec())),
    }
}

/// `None` for an unknown key, or a value it cannot have.
fn set(entry: &mut BootEntry, key: &str, value: Option<&str>) -> Option<()> {
    match (key, value) {
        ("boot-info-table", None) => entry.boot_info_table = true,
        ("grub2-boot-info", None) => entry.grub2_boot_info = true,
        ("not-bootable", None) => entry.bootable = false,
        ("id", Some(text)) => entry.id = text.as_bytes().to_vec(),
        ("load-size", Some("whole")) => entry.load_size = LoadSize::Whole,
        ("load-size", Some(sectors)) => entry.load_size = LoadSize::Sectors(number(sectors)?),
        ("load-segment", Some(segment)) => entry.load_segment = number(segment)?,
        ("platform", Some(name)) => {
            entry.platform = match name {
                "bios" | "x86" => platform::X86,
                "ppc" => platform::POWER_PC,
                "mac" => platform::MAC,
                "efi" | "uefi" => platform::EFI,
                other => u8::try_from(number(other)?).ok()?,
            }
        }
        ("partition", Some("efi")) => entry.mark.gpt = Some(GptMark::EfiSystem),
        ("partition", Some("gpt")) => entry.mark.gpt = Some(GptMark::BasicData),
        ("partition", Some("gpt-hfs")) => entry.mark.gpt = Some(GptMark::HfsPlus),
        ("partition", Some("apm")) => entry.mark.apm = true,
        ("emulation", Some(name)) => {
            entry.emulation = match name {
                "none" => Emulation::None,
                "floppy" => Emulation::Floppy,
                "hard-disk" => Emulation::HardDisk,
                _ => return None,
            }
        }
        ("selection", Some(text)) => {
            let (kind, hex) = text.split_once(':')?;
            let criteria = hex::decode(hex).ok()?;
            entry.selection = Some(Selection { kind: u8::try_from(number(kind)?).ok()?, criteria });
        }
        _ => return None,
    }
    Some(())
}

/// For messages: the values that `key` can have.
fn expected(key: &str) -> Option<&'static str> {
    Some(match key {
        "platform" => "bios, ppc, mac, efi or a number up to 255",
        "emulation" => "none, floppy or hard-disk",
        "partition" => "efi, gpt, gpt-hfs or apm",
        "load-size" => "whole or a number up to 65535",
        "load-segment" => "a number up to 65535",
        "selection" => "selection=KIND:HEX, with KIND up to 255",
        "boot-info-table" | "grub2-boot-info" | "not-bootable" => "no value",
        "id" => "id=TEXT",
        _ => return None,
    })
}

/// What can be said of an entry.
const KEYS: [&str; 10] = [
    "platform",
    "emulation",
    "load-size",
    "load-segment",
    "id",
    "selection",
    "partition",
    "boot-info-table",
    "grub2-boot-info",
    "not-bootable",
];

/// The parts between commas that no backslash precedes.
fn divided(text: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = vec![Vec::new()];
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let last = parts.last_mut().expect("because it starts with one and never loses any");
        match byte {
            b',' => parts.push(Vec::new()),
            b'\\' => last.push(bytes.next_if(|next| matches!(next, b',' | b'\\')).unwrap_or(b'\\')),
            other => last.push(other),
        }
    }
    parts
}

/// Decimal, or hexadecimal behind `0x`.
fn number(text: &str) -> Option<u16> {
    match text.strip_prefix("0x") {
        Some(digits) => u16::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use isokit_core::partition::plan::Mark;

    #[test]
    fn a_boot_entry_says_what_differs_from_the_usual() {
        let text = r"a\,b.img,platform=efi,emulation=floppy,load-size=8,load-segment=0x7c0,id=x=y,boot-info-table,selection=1:00ff";
        assert_eq!(
            entry(OsStr::new(text)).expect("good"),
            BootEntry {
                image: BootImage::Path(b"a,b.img".to_vec()),
                platform: 0xEF,
                emulation: Emulation::Floppy,
                load_size: LoadSize::Sectors(8),
                load_segment: 0x7C0,
                id: b"x=y".to_vec(),
                selection: Some(Selection { kind: 1, criteria: vec![0, 255] }),
                boot_info_table: true,
                grub2_boot_info: false,
                bootable: true,
                mark: Mark::default(),
            }
        );
        assert_eq!(entry(OsStr::new("a")).expect("good"), BootEntry::new(BootImage::Path(b"a".to_vec())));
    }

    #[test]
    fn a_setting_that_is_none_is_named() {
        for (text, why) in [
            (
                "a,load-size=70000",
                r#"--boot-entry: "a,load-size=70000": "load-size=70000", expected whole or a number up to 65535"#,
            ),
            (
                "a,plattform=efi",
                r#"--boot-entry: "a,plattform=efi": "plattform" is not known; a similar word exists: platform"#,
            ),
            (",platform=efi", r#"--boot-entry: ",platform=efi": names no boot image"#),
        ] {
            assert_eq!(entry(OsStr::new(text)).expect_err("wrong").to_string(), why);
        }
    }
}
