//! Whether images boot: those that isomk makes in all the ways that people ask for, in a machine with BIOS and one with UEFI, as
//! discs, disks and USB sticks. The proof is a word that a boot loader finds in a file of the image and writes to the serial
//! port.

mod images;
mod machine;

use crate::Outcome;
use crate::run::{bash, installed, required, root, say, target};
use images::{IMAGES, Image, PREPARATION};
use machine::{Firmware, Medium};
use std::path::Path;

/// What the boot loader finds and writes.
pub(crate) const MARKER: &str = "isokit: this image boots";

/// Makes every image, or those that are named, boots it wherever it should, and prints the table.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    if !installed("qemu-system-x86_64") || !machine::has_uefi() {
        let lacking = "no emulator with firmware here (cargo xtask peers --install)";
        say(&format!("SKIPPED: {lacking}"));
        return if required() { Err(lacking.into()) } else { Ok(()) };
    }
    bash("cargo build --quiet --release -p isomk -p isocat", &root())?;
    let folder = target().join("boot");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let tools = target().join("release").display().to_string();
    bash(&format!("MARKER='{MARKER}' TOOLS='{tools}'\n{PREPARATION}"), &folder)?;
    let wanted = |image: &&Image| arguments.is_empty() || arguments.iter().any(|name| name == image.name);
    let (mut tried, mut failed) = (0_usize, Vec::new());
    say(&heading());
    for image in IMAGES.iter().filter(wanted) {
        let (cells, problems) = row(image, &folder, &tools)?;
        say(&format!("{:<44}{}", image.name, cells.concat()));
        tried += image.boots.len();
        failed.extend(problems);
    }
    if failed.is_empty() {
        say(&format!("{tried} boots, all of them to the end"));
        return Ok(());
    }
    Err(format!("{} of {tried} boots failed:\n{}", failed.len(), failed.join("\n")))
}

fn places() -> impl Iterator<Item = (Firmware, Medium)> {
    Firmware::ALL.into_iter().flat_map(|firmware| Medium::ALL.map(|medium| (firmware, medium)))
}

fn heading() -> String {
    let names = places()
        .map(|(firmware, medium)| format!("{:>10}", format!("{} {}", firmware.name(), medium.name())));
    format!("{:<44}{}", "", names.collect::<String>())
}

/// Makes an image and boots it: what the table has of it, and what failed.
fn row(image: &Image, folder: &Path, tools: &str) -> Result<(Vec<String>, Vec<String>), String> {
    let script =
        format!("PATH={tools}:$PATH TOOLS={tools}; export SOURCE_DATE_EPOCH=1700000000\n{}", image.script);
    bash(&script, folder).map_err(|error| format!("{}: {error}", image.name))?;
    let (mut cells, mut problems) = (Vec::new(), Vec::new());
    for (firmware, medium) in places() {
        if !image.boots.contains(&(firmware, medium)) {
            cells.push(format!("{:>10}", "-"));
            continue;
        }
        match machine::boot(&folder.join("out.iso"), firmware, medium, MARKER, folder) {
            Ok(seconds) => cells.push(format!("{:>10}", format!("{seconds} s"))),
            Err(instead) => {
                cells.push(format!("{:>10}", "FAILED"));
                problems.push(format!("{}, {} {}: {instead}", image.name, firmware.name(), medium.name()));
            }
        }
    }
    Ok((cells, problems))
}
