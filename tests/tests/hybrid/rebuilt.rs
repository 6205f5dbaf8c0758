//! `isols --boot --as`: the options that it prints of an image make one that boots in the same way. The program that made the
//! image makes the same bytes again; another one makes what xorriso reports in the same words.

use super::facts::{DATE, run, stage};
use super::layouts::{Layout, grub, isohybrid, plain};
use isokit_tests::{output, tool_path};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

/// Lines of xorriso's reports that do not depend on where things lie.
const TOLD: &str = "^(System area|MBR (heads|secs)|Partition offset|GPT (partname|type|disk|partition (name|flags))|APM partition (name|type)\
     |APM block|El Torito (img (path|opts)|cat path|boot img))";

/// The options for `program` that make `image` boot again, in a file of that name; what they name is there.
fn printed(folder: &Path, image: &str, program: &str) -> String {
    let isols = tool_path("isols");
    let isocat = tool_path("isocat");
    let (isols, isocat) = (isols.display(), isocat.display());
    run(
        folder,
        &format!(
            "rm -rf parts; mkdir parts; cd parts; {isols} --boot --as {program} ../{image} > ../options 2> ../notes
             sed -n 's/.* is written by: isocat //p' ../notes | sed 's,^,{isocat} ,' > ../commands; bash -e ../commands
             sed -i -E 's,(system-area|partition-[0-9]).img,../parts/&,' ../options",
        ),
    );
    let notes = std::fs::read_to_string(folder.join("notes")).expect("made");
    let lost: Vec<&str> = notes.lines().filter(|line| line.contains("warning")).collect();
    assert!(lost.is_empty(), "{lost:?}");
    std::fs::read_to_string(folder.join("options")).expect("made")
}

/// What `maker` makes of the options that were printed.
fn again(folder: &Path, maker: &str, name: &str) -> Result<Vec<u8>, String> {
    let script = format!("cd tree; rm -f ../{name}; xargs {maker} -o ../{name} . < ../options");
    let mut bash = Command::new("bash");
    bash.args(["-ec", &script]).current_dir(folder).env_remove("SOURCE_DATE_EPOCH");
    let out = output(&mut bash);
    if out.status.success() {
        Ok(std::fs::read(folder.join(name)).expect("made"))
    } else {
        Err(String::from_utf8_lossy(&out.stderr).into_owned())
    }
}

fn reported(folder: &Path, image: &str) -> String {
    let script = format!(
        "xorriso -indev {image} -report_system_area plain -report_el_torito plain 2> /dev/null | grep -E '{TOLD}' | sed -E '/boot img/s/ +[0-9]+$//'"
    );
    run(folder, &script)
}

fn rebuilt(layouts: Vec<Layout>) {
    let Some(stage) = stage() else { return };
    let folder = stage.path();
    let date = str::from_utf8(DATE).expect("digits");
    let isomk = tool_path("isomk").display().to_string();
    let xorriso =
        format!("env SOURCE_DATE_EPOCH=1700000000 xorriso -as mkisofs -quiet -R --modification-date={date}");
    let called = |name: &str| format!("{isomk} --as {name} -quiet -R --modification-date={date}");
    let own = format!("{isomk} -q --no-joliet --pad --date={date}");
    let mut said = String::new();
    let mut count = 0;
    for layout in layouts {
        // Nothing tells that code from any other which the first boot image's place is written into.
        if layout.name == "over other bytes" {
            continue;
        }
        let theirs = super::xorriso::made(folder, &layout);
        let lines = printed(folder, "out.iso", "mkisofs");
        let mut wrong = |what: &str, lines: &str, result: &dyn std::fmt::Debug| {
            let _ = writeln!(said, "== {}: {what}: {result:?}\n{}\n{lines}", layout.name, layout.arguments);
        };
        match again(folder, &xorriso, "again.iso") {
            Ok(again) if again == theirs => {}
            // No table tells that the volume ends where a cylinder does.
            Ok(_) if layout.name == "aligned" => {}
            other => wrong("xorriso", &lines, &other.map(|again| differing(&again, &theirs))),
        }
        let before = reported(folder, "out.iso");
        // Both names of the same dialect that has partitions.
        for name in ["xorrisofs", "mkisofs"] {
            match again(folder, &called(name), "ours.iso") {
                Ok(_) if reported(folder, "ours.iso") == before => {}
                other => wrong(name, &lines, &other.map(|_| reported(folder, "ours.iso"))),
            }
        }
        let made = std::fs::read(folder.join("ours.iso")).expect("made");
        let lines = printed(folder, "ours.iso", "mkisofs");
        match again(folder, &called("mkisofs"), "again.iso") {
            Ok(again) if again == made => {}
            other => wrong("isomk of isomk", &lines, &other.map(|again| differing(&again, &made))),
        }
        let lines = printed(folder, "out.iso", "isomk");
        match again(folder, &own, "own.iso") {
            Ok(_) if reported(folder, "own.iso") == before => {}
            other => wrong("own", &lines, &other.map(|_| reported(folder, "own.iso") + "WAS\n" + &before)),
        }
        let made = std::fs::read(folder.join("own.iso")).expect("made");
        let lines = printed(folder, "own.iso", "isomk");
        match again(folder, &own, "again.iso") {
            Ok(again) if again == made => {}
            other => wrong("own of own", &lines, &other.map(|again| differing(&again, &made))),
        }
        count += 1;
    }
    assert!(said.is_empty(), "{said}");
    assert!(count > 10, "{count} layouts");
}

/// The first places at which two images differ.
fn differing(one: &[u8], other: &[u8]) -> Vec<usize> {
    let differ = one.iter().zip(other).enumerate().filter(|(_, (one, other))| one != other);
    std::iter::once(one.len().abs_diff(other.len())).chain(differ.map(|(at, _)| at)).take(9).collect()
}

#[test]
fn images_with_isolinux_are_rebuilt() {
    rebuilt(isohybrid());
}

#[test]
fn images_with_grub_are_rebuilt() {
    rebuilt(grub());
}

#[test]
fn images_without_boot_code_are_rebuilt() {
    rebuilt(plain());
}

/// Nothing in code that neither ISOLINUX nor GRUB wrote, as that of Memtest86+, says in which of their manners it is told its place;
/// what is printed does.
#[test]
fn images_with_code_of_others_are_rebuilt() {
    let Some(stage) = stage() else { return };
    let folder = stage.path();
    run(folder, r"{ printf '\351\001'; head -c 400 /dev/zero | tr '\0' '\220'; } > code.bin");
    for (option, setting) in [("--grub2-mbr", "code=grub"), ("-isohybrid-mbr", "code=isolinux")] {
        let xorriso = "xorriso -as mkisofs -quiet -R -b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot \
                       -boot-load-size 4 -append_partition 2 0xef esp.img";
        run(folder, &format!("rm -f out.iso; {xorriso} {option} code.bin -o out.iso tree"));
        let lines = printed(folder, "out.iso", "isomk");
        assert!(lines.contains(setting), "{option}: {lines}");
        let isomk = tool_path("isomk").display().to_string();
        let made = again(folder, &format!("{isomk} -q --no-joliet --pad"), "own.iso");
        assert_eq!(made.map(|_| ()), Ok(()), "{option}: {lines}");
        assert_eq!(reported(folder, "own.iso"), reported(folder, "out.iso"), "{option}: {lines}");
        let entries = run(folder, "xorriso -indev own.iso -report_el_torito plain 2> /dev/null");
        let entry =
            entries.lines().find(|line| line.starts_with("El Torito boot img :   1")).expect("an entry");
        let sector: u64 =
            entry.split_whitespace().next_back().expect("its last word").parse().expect("a number");
        let own = std::fs::read(folder.join("own.iso")).expect("made");
        let told = u64::from_le_bytes(own[0x1b0..0x1b8].try_into().expect("eight bytes"));
        let skipped = if setting == "code=grub" { 4 } else { 0 };
        assert_eq!(told, sector * 4 + skipped, "{option}");
    }
}

/// What xorriso says would make an image anew, isomk says in the same words, but that xorriso tells no type of a GPT besides that
/// for EFI.
#[test]
fn reports_of_every_layout_are_those_of_xorriso() {
    let Some(stage) = stage() else { return };
    let folder = stage.path();
    let isomk = tool_path("isomk").display().to_string();
    let mut said = String::new();
    for layout in [isohybrid(), grub(), plain()].into_iter().flatten() {
        super::xorriso::made(folder, &layout);
        for form in ["as_mkisofs", "cmd"] {
            let commands = format!("-indev out.iso -report_el_torito {form} -report_system_area {form}");
            let script = format!(
                "xorriso {commands} 2> /dev/null > theirs || true
                 {isomk} --as xorriso {commands} 2> told | sed 's/ {BASIC_DATA} / 0xcd /' > ours
                 diff theirs ours || true; cat ours >> all"
            );
            let differ = run(folder, &script);
            if !differ.is_empty() {
                let _ = writeln!(said, "== {} {form}: {}\n{differ}", layout.name, layout.arguments);
            }
        }
    }
    assert!(said.is_empty(), "{said}");
    let all = std::fs::read_to_string(folder.join("all")).expect("written");
    assert!(all.lines().count() > 1000, "{}", all.lines().count());
}

/// The type of basic data, as it lies in a GPT.
const BASIC_DATA: &str = "a2a0d0ebe5b9334487c068b6b72699c7";
