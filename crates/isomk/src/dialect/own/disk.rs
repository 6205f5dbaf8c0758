//! Flags on what makes an image a disk that boots.

use crate::dialect::partition_type::{guid, kind};
use crate::request::{self, Appended, AppendedSource, BootCode, BootEntry, BootImage, Partitions};
use clap::Args;
use isokit_booting::TYPES;
use isokit_cli::words::unknown;
use isokit_core::iso9660::plan::platform;
use isokit_core::partition::gpt;
use isokit_core::partition::plan::{Alignment, ApmBlock, Kind};
use isokit_core::{Error, Result};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

/// How the image boots from a disk.
#[derive(Debug, Args)]
#[command(next_help_heading = super::boot::HEADING)]
pub(super) struct Disk {
    /// Directory of EFI programs, or FAT image
    ///
    /// It is the EFI system partition. The files of a directory become a FAT volume behind the file systems of the image. image:PATH takes what is at PATH in the
    /// image, in the same place, and may be repeated; a FAT image with a loader is taken as it is. UEFI boots from the partition, on discs as well as on disks.
    #[arg(long, value_name = "DIR|FILE")]
    pub boot_efi: Vec<OsString>,

    /// Boot code for BIOS
    ///
    /// FILE is isohdpfx.bin of ISOLINUX, boot_hybrid.img of GRUB, or one of their like. It becomes the master boot record, and is told where the first boot entry's image lies.
    #[arg(long, hide_short_help = true, value_name = "FILE", conflicts_with = "system_area")]
    pub boot_code: Option<PathBuf>,

    /// Append SOURCE as a partition
    ///
    /// TYPE is efi, linux, data, a number of an MBR (0x83) or a GUID. SOURCE is as with --boot-efi. NUMBER is that of an MBR and in the name of a partition in a GPT, whose entries have no gaps; it is the lowest
    /// from 2 on that no partition and no boot image has, if it is not given. A partition of the MBR that has NUMBER already is replaced, with a warning unless it was appended, too. May be repeated.
    #[arg(long, hide_short_help = true, value_name = "[NUMBER:]TYPE=SOURCE")]
    pub append_partition: Vec<OsString>,

    /// Settings of the partition tables
    ///
    /// gpt (default), mbr (default with --boot isolinux, whose code for disks needs one): which table has appended partitions; apm: an Apple partition map has them as well, in blocks of
    /// apm-block=512|2048; offset=SECTOR: the volume can be mounted from its own partition there, too (16 or more); active,
    /// inactive: whether some partition of the MBR is active (default: with --boot-code); protective: a partition over the whole
    /// image; volume-type=TYPE: of the partition of the volume; writable: that partition is not marked read-only in the GPT;
    /// bios-bootable: it is marked there as one that a BIOS boots; guid=GUID: of the disk; heads=NUMBER, sectors=NUMBER: of the disk;
    /// align=auto|on|off|all: what ends where a cylinder does; nested: boot images are partitions within that of the volume
    /// without ISOLINUX's code, too; chrp: one partition, for Open Firmware; code=isolinux|grub: whose boot code --boot-code
    /// is, where that is not seen.
    #[arg(long, hide_short_help = true, value_name = "SETTING[,SETTING]...", value_delimiter = ',')]
    pub partitions: Vec<String>,
}

/// The type of an entry of an MBR that is none (UEFI 5.2.1).
const UNUSED: Kind = Kind::Mbr(0);

impl Disk {
    /// What is asked for; `boot` gets the boot entry of the EFI system partition, and the boot code.
    ///
    /// # Errors
    /// [`Error::Usage`] for a setting that is none, and for partitions that contradict each other.
    pub(super) fn request(&self, boot: &mut request::Boot) -> Result<Partitions> {
        let mut partitions = Partitions { appended: self.appended(free)?, ..Partitions::default() };
        if let Some(source) = source("--boot-efi", &self.boot_efi)? {
            let number = free(&partitions.appended);
            let kind = Kind::Gpt(gpt::EFI_SYSTEM);
            partitions.appended.push(Appended { number, any_number: true, kind, source });
            let image = BootImage::Appended(number);
            boot.entries.push(BootEntry { platform: platform::EFI, ..BootEntry::new(image) });
        }
        partitions.appended.sort_by_key(|appended| appended.number);
        partitions.appended_in_gpt = !partitions.appended.is_empty();
        if let Some(code) = &self.boot_code {
            boot.system_area = Some(code.clone().into());
            partitions.code = Some(BootCode::Either);
            // Some BIOSes boot no disk without.
            partitions.active = true;
        }
        for setting in &self.partitions {
            set(&mut partitions, setting)
                .ok_or_else(|| Error::Usage(format!("--partitions: {}", no_setting(setting))))?;
        }
        contradictions(&self.partitions)?;
        let is_set = |setting: &str| self.partitions.iter().any(|other| other == setting);
        let decided = |on, off| (is_set(on) || is_set(off)).then(|| is_set(on));
        (boot.in_gpt, boot.active) = (decided("gpt", "mbr"), decided("active", "inactive"));
        check(&partitions, boot)?;
        Ok(partitions)
    }

    /// Whether no more is asked for than partitions and settings that go with those of another image.
    pub(super) fn keeps_tables(&self) -> bool {
        self.boot_efi.is_empty() && self.boot_code.is_none()
    }

    /// The settings that those of another image give way to, if there are any.
    ///
    /// # Errors
    /// As [`Disk::request`].
    pub(super) fn settings(&self, boot: &mut request::Boot) -> Result<Option<Partitions>> {
        if self.partitions.is_empty() {
            return Ok(None);
        }
        Ok(Some(Partitions { appended: Vec::new(), ..self.request(boot)? }))
    }

    /// The partitions that are added to those of an image; which numbers are free is known once it is read.
    ///
    /// # Errors
    /// [`Error::Usage`] for partitions that contradict each other.
    pub(super) fn added(&self) -> Result<Vec<Appended>> {
        self.appended(|_| 0)
    }

    /// The partitions that are appended, of which `free` gives those numbers that have none.
    fn appended(&self, free: fn(&[Appended]) -> u8) -> Result<Vec<Appended>> {
        let mut all = Vec::new();
        self.append_partition.iter().try_for_each(|text| append(text, free, &mut all))?;
        Ok(all)
    }
}

fn append(text: &OsStr, free: fn(&[Appended]) -> u8, all: &mut Vec<Appended>) -> Result<()> {
    let wrong = |why: &str| {
        Error::Usage(format!("--append-partition: \"{}\": {why}", text.as_bytes().escape_ascii()))
    };
    let equals = text.as_bytes().iter().position(|byte| *byte == b'=');
    let Some((what, path)) = equals.and_then(|at| text.as_bytes().split_at_checked(at)) else {
        return Err(wrong("expected TYPE=SOURCE"));
    };
    let what = std::str::from_utf8(what).map_err(|_| wrong("is not UTF-8"))?;
    let (number, any_number, word) = match what.split_once(':') {
        Some((number, word)) => {
            let number = number.parse().ok().filter(|number| *number > 0);
            (number.ok_or_else(|| wrong("expected a number from 1 to 255 before the colon"))?, false, word)
        }
        None => (free(all), true, what),
    };
    let kind = named(word)
        .ok_or_else(|| wrong("expected the type efi, linux, data, a number such as 0x83 or a GUID"))?;
    if kind == UNUSED {
        return Err(wrong("the type 0x00 marks an unused entry; no system finds such a partition"));
    }
    if number > 0 && all.iter().any(|other| other.number == number) {
        return Err(wrong("there is a partition of that number already"));
    }
    let path = OsString::from_vec(path.get(1..).unwrap_or_default().to_vec());
    let source = source("--append-partition", &[path])?.ok_or_else(|| wrong("names no source"))?;
    all.push(Appended { number, any_number, kind, source });
    Ok(())
}

/// The lowest number from 2 on that no partition has.
fn free(appended: &[Appended]) -> u8 {
    request::free_number(|number| appended.iter().any(|appended| appended.number == number))
}

/// One file or directory of the disk, or any number of paths in the image.
fn source(option: &str, words: &[OsString]) -> Result<Option<AppendedSource>> {
    let paths: Vec<Vec<u8>> = words
        .iter()
        .filter_map(|word| word.as_bytes().strip_prefix(b"image:"))
        .map(|path| path.strip_prefix(b"/").unwrap_or(path).to_vec())
        .collect();
    match (words, paths.len()) {
        ([], _) => Ok(None),
        // The whole tree is written image:/.
        (words, _) if words.iter().any(|word| word == "image:") => {
            Err(Error::Usage(format!("{option}: \"image:\" names no source")))
        }
        ([one], 0) if one.is_empty() => Err(Error::Usage(format!("{option}: names no source"))),
        ([one], 0) => Ok(Some(AppendedSource::Disk(one.into()))),
        (all, some) if all.len() == some => Ok(Some(AppendedSource::Image(paths))),
        _ => Err(Error::Usage(format!("{option}: more than one source, which can only be image:PATH"))),
    }
}

fn named(word: &str) -> Option<Kind> {
    let known = TYPES.iter().find(|(name, _)| *name == word).map(|(_, kind)| *kind);
    known.or_else(|| kind(word))
}

/// All settings, with the values that they can have.
const SETTINGS: [&str; 18] = [
    "gpt",
    "mbr",
    "apm",
    "apm-block=512|2048",
    "offset=SECTOR",
    "active",
    "inactive",
    "protective",
    "volume-type=TYPE",
    "writable",
    "bios-bootable",
    "guid=GUID",
    "heads=1..255",
    "sectors=1..63",
    "align=auto|on|off|all",
    "nested",
    "chrp",
    "code=isolinux|grub (with --boot-code)",
];

/// What is said of a setting that is none, or that has another value than it can have.
fn no_setting(setting: &str) -> String {
    let key = |setting: &'static str| setting.split('=').next().unwrap_or(setting);
    let asked = setting.split('=').next().unwrap_or(setting);
    match SETTINGS.into_iter().find(|known| key(known) == asked) {
        Some(known) => format!("\"{}\", expected {known}", setting.escape_debug()),
        None => unknown(asked, SETTINGS.map(key), "isomk --help"),
    }
}

/// `None` for an unknown setting, or a value it cannot have.
fn set(partitions: &mut Partitions, setting: &str) -> Option<()> {
    match setting.split_once('=').unwrap_or((setting, "")) {
        ("gpt", "") => partitions.appended_in_gpt = true,
        ("mbr", "") => partitions.appended_in_gpt = false,
        ("apm", "") => partitions.appended_in_apm = true,
        ("active", "") => partitions.active = true,
        ("inactive", "") => partitions.active = false,
        ("protective", "") => partitions.protective = true,
        ("writable", "") => partitions.volume_is_writable = true,
        ("bios-bootable", "") => partitions.volume_is_bios_bootable = true,
        ("nested", "") => partitions.marks_without_code = true,
        ("chrp", "") => partitions.chrp = true,
        ("apm-block", "512") => partitions.apm_block = Some(ApmBlock::B512),
        ("apm-block", "2048") => partitions.apm_block = Some(ApmBlock::B2048),
        ("code", "isolinux") if partitions.code.is_some() => partitions.code = Some(BootCode::Isohybrid),
        ("code", "grub") if partitions.code.is_some() => partitions.code = Some(BootCode::Grub2),
        ("offset", sector) => partitions.offset = sector.parse().ok()?,
        ("volume-type", word) => partitions.volume_type = Some(named(word)?),
        ("guid", text) => partitions.disk_guid = Some(guid(text)?),
        ("heads", number) => partitions.geometry.1 = Some(number.parse().ok().filter(|heads| *heads > 0)?),
        ("sectors", number) => {
            partitions.geometry.0 = Some(number.parse().ok().filter(|sectors| (1..=63).contains(sectors))?);
        }
        ("align", "auto") => partitions.alignment = Alignment::Auto,
        ("align", "on") => partitions.alignment = Alignment::On,
        ("align", "off") => partitions.alignment = Alignment::Off,
        ("align", "all") => partitions.alignment = Alignment::All,
        _ => return None,
    }
    Some(())
}

/// Refuses two settings of which the later would undo the earlier.
fn contradictions(settings: &[String]) -> Result<()> {
    let about = |setting: &str| match setting.split_once('=').map_or(setting, |(key, _)| key) {
        "mbr" => "gpt".to_owned(),
        "inactive" => "active".to_owned(),
        key => key.to_owned(),
    };
    for (before, setting) in settings.iter().enumerate() {
        let mut earlier = settings.iter().take(before);
        if let Some(other) = earlier.find(|other| about(other) == about(setting) && other != &setting) {
            return Err(Error::Usage(format!("--partitions: {setting} contradicts {other}")));
        }
    }
    Ok(())
}

/// Refuses what the tables that are asked for cannot have.
fn check(partitions: &Partitions, boot: &request::Boot) -> Result<()> {
    let in_gpt = partitions.appended_in_gpt && !partitions.appended.is_empty();
    let obstacle = match () {
        () if partitions.protective => "protective",
        // The GPT has an MBR beside it that it knows nothing of.
        () if partitions.marks_without_code => return Ok(()),
        () if in_gpt => "partitions in a GPT, which need mbr",
        () if boot.entries.iter().any(|entry| entry.mark.gpt.is_some()) => "--boot-entry with partition=",
        () => return Ok(()),
    };
    if partitions.chrp {
        let sentence =
            format!("--partitions: chrp is one partition over the volume, and contradicts {obstacle}");
        return Err(Error::Usage(sentence));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk(efi: &[&str], appended: &[&str], settings: &[&str]) -> Disk {
        let words = |words: &[&str]| words.iter().map(OsString::from).collect();
        Disk {
            boot_efi: words(efi),
            boot_code: None,
            append_partition: words(appended),
            partitions: settings.iter().map(|setting| (*setting).to_owned()).collect(),
        }
    }

    #[test]
    fn partitions_get_the_numbers_that_are_free() {
        let mut boot = request::Boot::default();
        let disk = disk(&["esp"], &["2:0x83=a", "linux=b", "data=c=d"], &["mbr", "offset=16"]);
        let asked = disk.request(&mut boot).expect("good");
        let found: Vec<_> =
            asked.appended.iter().map(|appended| (appended.number, &appended.source)).collect();
        let [a, b, c, esp] = ["a", "b", "c=d", "esp"].map(|path| AppendedSource::Disk(path.into()));
        assert_eq!(found, [(2, &a), (3, &b), (4, &c), (5, &esp)]);
        assert_eq!(boot.entries[0].image, BootImage::Appended(5));
        assert!(!asked.appended_in_gpt && asked.offset == 16);
    }

    #[test]
    fn what_is_in_the_image_is_copied_and_may_be_several() {
        let mut boot = request::Boot::default();
        let asked = disk(&["image:/EFI", "image:loader"], &[], &[]).request(&mut boot).expect("good");
        let paths = vec![b"EFI".to_vec(), b"loader".to_vec()];
        assert_eq!(asked.appended[0].source, AppendedSource::Image(paths));
        let refused =
            |disk: Disk| disk.request(&mut request::Boot::default()).expect_err("wrong").to_string();
        assert_eq!(
            refused(self::disk(&["image:/EFI", "esp"], &[], &[])),
            "--boot-efi: more than one source, which can only be image:PATH"
        );
        for (text, why) in [
            ("a", "expected TYPE=SOURCE"),
            ("efi=", "--append-partition: names no source"),
            ("fat=a", "expected the type efi, linux, data, a number such as 0x83 or a GUID"),
            ("0:efi=a", "expected a number from 1 to 255 before the colon"),
        ] {
            assert!(refused(self::disk(&[], &[text], &[])).ends_with(why), "{text}");
        }
        assert!(refused(self::disk(&[], &["2:efi=a", "2:efi=b"], &[])).contains("already"));
        for (setting, why) in [
            ("", "\"\" is not known; try: isomk --help"),
            ("gtp", "\"gtp\" is not known; a similar word exists: gpt"),
            ("gpt=1", "\"gpt=1\", expected gpt"),
            ("align=never", "\"align=never\", expected align=auto|on|off|all"),
            ("sectors=64", "\"sectors=64\", expected sectors=1..63"),
            ("heads=0", "\"heads=0\", expected heads=1..255"),
            ("guid=1", "\"guid=1\", expected guid=GUID"),
            ("offset=x", "\"offset=x\", expected offset=SECTOR"),
            ("code=grub", "\"code=grub\", expected code=isolinux|grub (with --boot-code)"),
        ] {
            assert_eq!(refused(self::disk(&[], &[], &[setting])), format!("--partitions: {why}"));
        }
    }

    #[test]
    fn settings_that_undo_others_are_named() {
        let outcome = |efi: &[&str], appended: &[&str], settings: &[&str]| {
            disk(efi, appended, settings).request(&mut request::Boot::default()).map(drop)
        };
        for (efi, appended, settings, why) in [
            (&["esp"][..], &[][..], &["gpt", "mbr"][..], "--partitions: mbr contradicts gpt"),
            (&[], &[], &["active", "inactive"], "--partitions: inactive contradicts active"),
            (&[], &[], &["offset=16", "offset=32"], "--partitions: offset=32 contradicts offset=16"),
            (
                &["esp"],
                &[],
                &["chrp"],
                "chrp is one partition over the volume, and contradicts partitions in a GPT, which need mbr",
            ),
            (&[], &[], &["chrp", "protective"], "and contradicts protective"),
            (
                &[],
                &["0x0=a"],
                &["mbr"],
                "\"0x0=a\": the type 0x00 marks an unused entry; no system finds such a partition",
            ),
            (
                &[],
                &["3:0x00=a"],
                &[],
                "the type 0x00 marks an unused entry; no system finds such a partition",
            ),
        ] {
            let error = outcome(efi, appended, settings).expect_err(why).to_string();
            assert!(error.ends_with(why), "{error}");
        }
        for (efi, settings) in [
            (&["esp"][..], &["chrp", "mbr", "active"][..]),
            (&[], &["chrp", "gpt"]),
            (&["esp"], &["mbr", "mbr", "offset=16", "offset=16"]),
        ] {
            assert!(outcome(efi, &[], settings).is_ok(), "{settings:?}");
        }
    }
}
