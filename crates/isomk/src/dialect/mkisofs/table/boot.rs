//! Booting by El Torito.

use crate::dialect::mkisofs::Settings;
use crate::dialect::mkisofs::boot::{platform, selection};
use crate::dialect::mkisofs::option::Does::Sets;
use crate::dialect::mkisofs::option::{Definition, both, genisoimage, xorrisofs};
use crate::dialect::mkisofs::values::Values;
use crate::operand::components;
use crate::request::BootImage;
use isokit_core::Result;
use isokit_core::iso9660::plan::{self, Emulation, LoadSize};

pub(super) const OPTIONS: &[Definition] = &[
    both(&["-b", "-eltorito-boot"], &["PATH"], Sets(bios), "Boot image: PATH in the image"),
    both(&["-e"], &["PATH"], Sets(efi), "Boot image for UEFI: PATH in the image"),
    both(
        &["-efi-boot"],
        &["PATH"],
        Sets(|settings, values| {
            if !settings.peer.is_xorriso() {
                return efi(settings, values);
            }
            settings.boot.next();
            efi(settings, values)?;
            settings.boot.entry().emulation = Emulation::None;
            settings.boot.next();
            Ok(())
        }),
        "-e PATH; with xorrisofs an entry of its own, without emulation",
    ),
    both(
        &["-eltorito-alt-boot"],
        &[],
        Sets(|settings, _| {
            settings.boot.next();
            Ok(())
        }),
        "Begin the next boot entry",
    ),
    both(
        &["-eltorito-platform"],
        &["PLATFORM"],
        Sets(|settings, values| {
            let platform = platform(values.text(0)?);
            let platform =
                platform.ok_or_else(|| values.wrong("x86, PPC, Mac, efi or a number up to 255"))?;
            if settings.peer.is_xorriso() {
                settings.boot.platform = platform;
            } else {
                settings.boot.entry().platform = platform;
            }
            Ok(())
        }),
        "Platform of the entry (xorrisofs: of each -b behind it): x86, PPC, Mac, efi or a number",
    ),
    both(
        &["-c", "-eltorito-catalog"],
        &["PATH"],
        Sets(|settings, values| {
            settings.boot.catalog = Some(values.bytes(0));
            Ok(())
        }),
        "Boot catalog: PATH in the image [boot.catalog]",
    ),
    xorrisofs(
        &["--boot-catalog-hide"],
        &[],
        Sets(|settings, _| {
            settings.boot.hidden_catalog = true;
            Ok(())
        }),
        "No name leads to the boot catalog",
    ),
    both(
        &["-no-emul-boot"],
        &[],
        Sets(|settings, _| {
            settings.boot.entry().emulation = Emulation::None;
            Ok(())
        }),
        "The boot image is none of a disk; without this, it is that of a floppy disk",
    ),
    both(
        &["-hard-disk-boot"],
        &[],
        Sets(|settings, _| {
            settings.boot.entry().emulation = Emulation::HardDisk;
            Ok(())
        }),
        "The boot image is that of a hard disk",
    ),
    genisoimage(
        &["-no-boot"],
        &[],
        Sets(|settings, _| {
            settings.boot.entry().bootable = false;
            Ok(())
        }),
        "The boot entry is marked as not bootable",
    ),
    both(
        &["-boot-load-size"],
        &["SECTORS"],
        Sets(|settings, values| {
            let size = match values.text(0)? {
                "full" => LoadSize::Whole,
                _ => LoadSize::Sectors(sixteen_bits(values)?),
            };
            settings.boot.entry().load_size = Some(size);
            Ok(())
        }),
        "Sectors of 512 bytes that BIOS loads; by default the whole boot image",
    ),
    genisoimage(
        &["-boot-load-seg"],
        &["SEGMENT"],
        Sets(|settings, values| {
            settings.boot.entry().load_segment = sixteen_bits(values)?;
            Ok(())
        }),
        "Where BIOS loads it to, in units of 16 bytes",
    ),
    both(
        &["-boot-info-table"],
        &[],
        Sets(|settings, _| {
            settings.boot.entry().boot_info_table = true;
            Ok(())
        }),
        "Patch the boot image as ISOLINUX requires, in the image only",
    ),
    xorrisofs(
        &["--grub2-boot-info"],
        &[],
        Sets(|settings, _| {
            settings.boot.entry().grub2_boot_info = true;
            Ok(())
        }),
        "Patch the boot image as GRUB 2 requires",
    ),
    xorrisofs(
        &["-eltorito-id"],
        &["TEXT"],
        Sets(|settings, values| {
            settings.boot.entry().id = values.bytes(0);
            Ok(())
        }),
        "Identifier of the boot entry, up to 28 bytes",
    ),
    xorrisofs(
        &["-eltorito-selcrit"],
        &["HEX"],
        Sets(|settings, values| {
            let selection = selection(values.text(0)?);
            settings.boot.entry().selection =
                Some(selection.ok_or_else(|| values.wrong("1 to 20 bytes in hexadecimal digits"))?);
            Ok(())
        }),
        "Selection criteria of the boot entry: their kind and up to 19 bytes",
    ),
    both(
        &["-G", "-generic-boot", "--embedded-boot"],
        &["FILE"],
        Sets(|settings, values| {
            // xorriso means by a dot what an image that is read has, which it has unless something else is said.
            let is_kept = settings.peer.is_xorriso() && values.word(0) == ".";
            let piece = if is_kept { None } else { Some(values.piece(0, settings.imported())?) };
            settings.boot.system_area = piece;
            Ok(())
        }),
        "Write FILE to the system area, the first 32 KiB",
    ),
];

fn image(settings: &mut Settings, values: &Values<'_>) -> Result<()> {
    let path = values.bytes(0);
    let image = if path.starts_with(b"--interval:") {
        let expected = "a path, or --interval:appended_partition_NUMBER:all::";
        BootImage::Appended(appended(values.text(0)?).ok_or_else(|| values.wrong(expected))?)
    } else {
        let parts: Vec<&[u8]> = components(&path).collect();
        BootImage::Path(parts.join(&b'/'))
    };
    settings.boot.entry().image = Some(image);
    Ok(())
}

/// The number of the appended partition that `interval` is: where it lay in an earlier image may stand behind it, as
/// xorriso reports it.
fn appended(interval: &str) -> Option<u8> {
    let what = interval.strip_prefix("--interval:appended_partition_")?.strip_suffix(":all::")?;
    let (number, place) = what.split_once('_').unwrap_or((what, "start_"));
    number.parse().ok().filter(|number| *number > 0 && place.starts_with("start_"))
}

fn bios(settings: &mut Settings, values: &Values<'_>) -> Result<()> {
    image(settings, values)?;
    if settings.peer.is_xorriso() {
        settings.boot.entry().platform = settings.boot.platform;
    }
    Ok(())
}

fn efi(settings: &mut Settings, values: &Values<'_>) -> Result<()> {
    image(settings, values)?;
    settings.boot.entry().platform = plan::platform::EFI;
    Ok(())
}

fn sixteen_bits(values: &Values<'_>) -> Result<u16> {
    let number = values.number(0, u16::MAX.into())?;
    u16::try_from(number).map_err(|_| values.wrong("a number up to 65535"))
}
