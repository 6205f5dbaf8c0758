//! Whether images boot: those that isomk makes in all the ways that people ask for, in a machine with BIOS and one with UEFI, as
//! discs, disks and USB sticks. The proof is a word that a boot loader finds in a file of the image and writes to the serial
//! port. What `isols --check` finds wrong with an image has a reason there, too.

mod images;
mod machine;
mod remasters;

use crate::Outcome;
use crate::faults::faults;
use crate::run::{bash, installed, required, root, say, target};
use images::{IMAGES, Image, PREPARATION};
use machine::{Firmware, Medium};
use remasters::REMASTERS;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

/// What the boot loader finds and writes.
pub(crate) const MARKER: &str = "isokit: this image boots";

/// Makes every image, or those that are named, boots it wherever it should, and prints the table.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    if !installed("qemu-system-x86_64") || !machine::has_uefi() {
        let lacking = "no emulator with firmware here (cargo xtask peers --install)";
        say(&format!("SKIPPED: {lacking}"));
        return if required() { Err(lacking.into()) } else { Ok(()) };
    }
    bash("cargo build --quiet --release -p isomk -p isocat -p isols", &root())?;
    let folder = target().join("boot");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let tools = target().join("release").display().to_string();
    bash(&format!("MARKER='{MARKER}' TOOLS='{tools}'\n{PREPARATION}"), &folder)?;
    let wanted = |image: &&Image| arguments.is_empty() || arguments.iter().any(|name| name == image.name);
    let (mut tried, mut failed) = (0_usize, Vec::new());
    say(&heading());
    for image in IMAGES.iter().chain(REMASTERS).filter(wanted) {
        let Row { cells, told, problems } = row(image, &folder, &tools)?;
        say(&format!("{:<44}{cells}", image.name));
        told.iter().for_each(|line| say(line));
        image.known.iter().for_each(|(kind, why)| say(&format!("  isols --check: {kind}: {why}")));
        tried += image.boots.len();
        failed.extend(problems);
    }
    if failed.is_empty() {
        say(&format!("{tried} boots, all of them to the end"));
        return Ok(());
    }
    Err(format!("{} problems with {tried} boots:\n{}", failed.len(), failed.join("\n")))
}

fn places() -> impl Iterator<Item = (Firmware, Medium)> {
    Firmware::ALL.into_iter().flat_map(|firmware| Medium::ALL.map(|medium| (firmware, medium)))
}

fn heading() -> String {
    let names = places()
        .map(|(firmware, medium)| format!("{:>10}", format!("{} {}", firmware.name(), medium.name())));
    format!("{:<44}{}", "", names.collect::<String>())
}

/// What the table has of an image.
struct Row {
    cells: String,
    /// Faults of the image that it was made from.
    told: Vec<String>,
    problems: Vec<String>,
}

/// Makes an image and boots it, two machines at a time.
fn row(image: &Image, folder: &Path, tools: &str) -> Result<Row, String> {
    let (file, old) = (folder.join("out.iso"), folder.join("old.iso"));
    let _ = std::fs::remove_file(&old);
    let script =
        format!("PATH={tools}:$PATH TOOLS={tools}; export SOURCE_DATE_EPOCH=1700000000\n{}", image.script);
    bash(&script, folder).map_err(|error| format!("{}: {error}", image.name))?;
    let mut problems = unknown_faults(image, &file)?;
    let of_old = if old.exists() { faults(&old)? } else { BTreeMap::new() };
    let wanted: Vec<_> = places().map(|place| image.boots.contains(&place).then_some(place)).collect();
    let next = Mutex::new(wanted.iter().enumerate());
    let work = |scratch: &Path| {
        let mut done = Vec::new();
        while let Some((n, place)) = next.lock().ok().and_then(|mut next| next.next()) {
            let boot = |(firmware, medium)| machine::boot(&file, firmware, medium, image.sign, scratch);
            done.push((n, place.map(boot)));
        }
        done
    };
    let scratches = ["first", "second"].map(|name| folder.join(name));
    let mut booted: Vec<_> = std::thread::scope(|scope| {
        let workers = scratches.each_ref().map(|scratch| scope.spawn(|| work(scratch)));
        workers.into_iter().filter_map(|worker| worker.join().ok()).flatten().collect()
    });
    booted.sort_by_key(|(n, _)| *n);
    let mut cells = Vec::new();
    for ((_, ended), (firmware, medium)) in booted.into_iter().zip(places()) {
        cells.push(match ended {
            None => format!("{:>10}", "-"),
            Some(Ok(seconds)) => format!("{:>10}", format!("{seconds} s")),
            Some(Err(instead)) => {
                problems.push(format!("{}, {} {}: {instead}", image.name, firmware.name(), medium.name()));
                format!("{:>10}", "FAILED")
            }
        });
    }
    let told = of_old.keys().map(|kind| format!("  isols --check of the old image: {kind}"));
    Ok(Row { cells: cells.concat(), told: told.collect(), problems })
}

/// What is wrong with the image that has no reason, and reasons for what is not there.
fn unknown_faults(image: &Image, file: &Path) -> Result<Vec<String>, String> {
    let found = faults(file)?;
    let is_known = |kind: &str| image.known.iter().any(|(known, _)| *known == kind);
    let unknown = found.iter().filter(|(kind, _)| !is_known(kind));
    let mut problems: Vec<String> =
        unknown.map(|(kind, lines)| format!("{}: not explained: {kind}: {lines}", image.name)).collect();
    let missing = image.known.iter().filter(|(kind, _)| !found.contains_key(*kind));
    problems.extend(missing.map(|(kind, _)| format!("{}: has no longer: {kind}", image.name)));
    Ok(problems)
}
