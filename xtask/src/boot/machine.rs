//! A machine that boots an image in an emulator, and what it writes to its serial port.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Who starts the boot loader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Firmware {
    /// SeaBIOS, which comes with the emulator.
    Bios,
    /// OVMF.
    Uefi,
}

/// What tells that the image has booted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// This text on the serial port.
    Serial(&'static str),
    /// This text on the screen, in the text mode of a BIOS.
    Screen(&'static str),
}

/// What the image is to the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Medium {
    Disc,
    Disk,
    /// A USB stick.
    Stick,
}

/// Variables and code of OVMF.
const OVMF: [&str; 2] = ["/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"];

/// Byte of memory at which the screen of the text mode begins, and bytes of it: 25 lines of 80 characters with a colour each.
const SCREEN: u32 = 0xb_8000;
const SCREEN_SIZE: u32 = 4000;

/// How long a machine may take: emulation takes 1 to 15 seconds, and for Memtest86+ 40; the machine below it may be busy.
const PATIENCE: Duration = Duration::from_secs(180);

/// How often is looked at what was written.
const STEP: Duration = Duration::from_millis(100);

impl Firmware {
    pub(super) const ALL: [Self; 2] = [Self::Bios, Self::Uefi];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bios => "BIOS",
            Self::Uefi => "UEFI",
        }
    }
}

impl Medium {
    pub(super) const ALL: [Self; 3] = [Self::Disc, Self::Disk, Self::Stick];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Disc => "disc",
            Self::Disk => "disk",
            Self::Stick => "USB",
        }
    }

    fn devices(self) -> &'static [&'static str] {
        match self {
            Self::Disc => &["-device", "ide-cd,drive=image,bootindex=0"],
            Self::Disk => &["-device", "ide-hd,drive=image,bootindex=0"],
            Self::Stick => &["-device", "qemu-xhci", "-device", "usb-storage,drive=image,bootindex=0"],
        }
    }
}

/// Boots `image` until `sign` is there; the seconds it took, or what was on the serial port instead.
///
/// # Errors
/// When the machine could not be started, ended or ran out of time; with the end of what it wrote.
pub(super) fn boot(
    image: &Path,
    firmware: Firmware,
    medium: Medium,
    sign: Sign,
    scratch: &Path,
) -> Result<u64, String> {
    let io = |what: &str, error: std::io::Error| format!("{what}: {error}");
    std::fs::create_dir_all(scratch).map_err(|error| io("scratch", error))?;
    let (console, screen) = (scratch.join("console"), scratch.join("screen"));
    for file in [&console, &screen] {
        std::fs::write(file, "").map_err(|error| io("scratch", error))?;
    }
    let mut machine = emulator(image, firmware, medium, &console, scratch)
        .map_err(|error| io("variables of OVMF", error))?
        .spawn()
        .map_err(|error| io("qemu-system-x86_64", error))?;
    let begun = Instant::now();
    let written = || std::fs::read(&console).unwrap_or_default();
    let mut monitor = machine.stdin.take();
    let mut seen = || match sign {
        Sign::Serial(text) => contains(&written(), text.as_bytes()),
        Sign::Screen(text) => {
            let command = format!("pmemsave {SCREEN:#x} {SCREEN_SIZE} \"{}\"\n", screen.display());
            if let Some(monitor) = &mut monitor {
                let _ = monitor.write_all(command.as_bytes());
            }
            contains(&characters(&screen), text.as_bytes())
        }
    };
    let found = loop {
        if seen() {
            break true;
        }
        let ended = machine.try_wait().map_err(|error| io("qemu-system-x86_64", error))?.is_some();
        if ended || begun.elapsed() > PATIENCE {
            break seen();
        }
        std::thread::sleep(STEP);
    };
    // It may have ended by itself.
    let _ = machine.kill();
    let _ = machine.wait();
    match found {
        true => Ok(begun.elapsed().as_secs()),
        false => {
            let console = match sign {
                Sign::Serial(_) => written(),
                Sign::Screen(_) => characters(&screen),
            };
            let end = console.get(console.len().saturating_sub(300)..).unwrap_or_default();
            Err(String::from_utf8_lossy(end).escape_debug().to_string())
        }
    }
}

/// A machine whose monitor is its standard input.
fn emulator(
    image: &Path,
    firmware: Firmware,
    medium: Medium,
    console: &Path,
    scratch: &Path,
) -> std::io::Result<Command> {
    let mut emulator = Command::new("qemu-system-x86_64");
    emulator.args(["-accel", "tcg", "-m", "512", "-nodefaults", "-no-user-config", "-display", "none"]);
    emulator.args(["-device", "VGA", "-monitor", "stdio", "-net", "none", "-no-reboot", "-snapshot"]);
    emulator.arg("-serial").arg(format!("file:{}", console.display()));
    let media = if medium == Medium::Disc { "cdrom,readonly=on" } else { "disk" };
    let file = image.display().to_string().replace(',', ",,");
    emulator.arg("-drive").arg(format!("if=none,id=image,format=raw,media={media},file={file}"));
    emulator.args(medium.devices());
    match firmware {
        // So what is written by the BIOS is on the serial port as well.
        Firmware::Bios => emulator.args(["-machine", "pc,graphics=off"]),
        Firmware::Uefi => {
            let variables = scratch.join("variables");
            std::fs::copy(OVMF[1], &variables)?;
            let flash = |unit: u8, file: &str| format!("if=pflash,format=raw,unit={unit},file={file}");
            emulator.args(["-machine", "q35", "-drive", &(flash(0, OVMF[0]) + ",readonly=on")]);
            emulator.arg("-drive").arg(flash(1, &variables.display().to_string()))
        }
    };
    emulator.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    Ok(emulator)
}

/// The characters of the screen that was saved, without their colours.
fn characters(screen: &Path) -> Vec<u8> {
    std::fs::read(screen).unwrap_or_default().into_iter().step_by(2).collect()
}

fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

/// Whether UEFI can be had.
pub(super) fn has_uefi() -> bool {
    OVMF.iter().all(|file| Path::new(file).exists())
}
