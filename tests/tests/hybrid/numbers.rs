//! Numbers of partitions in an MBR, as xorriso reports them: none takes the place of another without a word.

use super::facts::{run, stage};
use super::layouts::{grub, isohybrid, plain};
use isokit_tests::{output, text, tool};
use std::collections::BTreeMap;
use std::path::Path;

/// The entries of the MBR of `image`: type by number, and whether it begins with the image. One block alone is there to be active, and goes if another is.
fn entries(folder: &Path, image: &str) -> BTreeMap<u32, String> {
    let script = format!(
        "xorriso -indev {image} -report_system_area plain 2> /dev/null | grep '^MBR partition  *:' || true"
    );
    let told = run(folder, &script);
    let entry = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().skip(3).collect();
        let [number, _, kind, start, blocks] = words[..] else { panic!("{line}") };
        (blocks != "1").then(|| {
            (
                number.parse().expect("a number"),
                if start == "0" { format!("{kind} from 0") } else { kind.to_owned() },
            )
        })
    };
    told.lines().filter_map(entry).collect()
}

/// What isomk makes with these arguments: its messages, or `None` where it makes nothing.
fn made(folder: &Path, arguments: &[&str]) -> Option<String> {
    let _ = std::fs::remove_file(folder.join("made.iso"));
    let out = output(tool("isomk").args(arguments).args(["-o", "made.iso"]).current_dir(folder));
    out.status.success().then(|| text(&out.stderr))
}

#[test]
fn what_an_appended_partition_takes_the_place_of_is_named() {
    let Some(stage) = stage() else { return };
    let folder = stage.path();
    let (mut chosen, mut displaced, mut full) = (0, 0, 0);
    for layout in [isohybrid(), grub(), plain()].into_iter().flatten() {
        super::xorriso::made(folder, &layout);
        let before = entries(folder, "out.iso");
        let appended: Vec<u32> = layout.options.appended.iter().map(|appended| appended.number).collect();
        let own = ["--base", "out.iso", "--append-partition"];
        let native = ["--as", "xorriso", "-indev", "out.iso", "-outdev", "made.iso", "-append_partition"];
        for number in 0..=4_u32 {
            let with_number = format!("{number}:linux=odd.img");
            let word = if number == 0 { "linux=odd.img" } else { with_number.as_str() };
            let Some(said) = made(folder, &[&own[..], &[word]].concat()) else {
                assert!(before.len() == 4 && number == 0, "{}, {number}", layout.name);
                full += 1;
                continue;
            };
            let after = entries(folder, "made.iso");
            let warning =
                |number: u32| said.contains(&format!("takes the place of the MBR's partition {number} "));
            for (old, kind) in &before {
                let is_new = number == *old && kind.starts_with("0x83");
                let is_kept = appended.contains(old) || (!is_new && after.get(old) == Some(kind));
                // The volume's own entry is there for the sake of appended ones.
                let is_usual = *old == 1 && kind == "0x83 from 0";
                assert_eq!(
                    warning(*old),
                    !is_kept && !is_usual,
                    "{}, {word}, {old}: {before:?} {after:?} {said}",
                    layout.name
                );
                displaced += u32::from(!is_kept);
                assert!(is_kept || number == *old, "{}, {word}: {before:?}, {after:?}", layout.name);
            }
            chosen += u32::from(number == 0 && after.len() > before.len());
            if number > 0 {
                let number = number.to_string();
                let _ = std::fs::remove_file(folder.join("made.iso"));
                let commands = [&native[..], &[&number, "0x83", "odd.img"]].concat();
                let out = output(tool("isomk").args(commands).current_dir(folder));
                let other = text(&out.stderr);
                assert!(out.status.success(), "{}: {other}", layout.name);
                let sentence = "takes the place of the MBR's";
                assert_eq!(
                    said.contains(sentence),
                    other.contains(sentence),
                    "{}, {number}: {other}",
                    layout.name
                );
            }
        }
    }
    assert!(chosen > 20 && displaced > 10 && full > 0, "{chosen}, {displaced}, {full}");
}

/// Boot images within the volume's partition have numbers, too, and so have the partitions of boot loaders.
#[test]
fn a_number_is_chosen_beside_those_of_boot_images_and_boot_loaders() {
    let Some(stage) = stage() else { return };
    let folder = stage.path();
    run(
        folder,
        "mkdir -p with/EFI/BOOT with/boot/grub; cp -r tree/isolinux with; echo MZ > with/EFI/BOOT/BOOTX64.EFI",
    );
    run(
        folder,
        "cp tree/boot/core.img with/boot/grub/eltorito.img; cp tree/boot/core.img with/boot/grub/core.img",
    );
    let isohybrid = "--boot-entry isolinux/isolinux.bin --boot-code /usr/lib/ISOLINUX/isohdpfx.bin";
    let cases = [
        (
            "tree",
            format!("{isohybrid} --boot-entry boot/efi.img,platform=efi,partition=gpt --partitions mbr"),
            ["0xef", "0x83"],
        ),
        ("with", "--boot isolinux".to_owned(), ["0xef", "0x83"]),
        ("with", "--boot isolinux --append-partition 3:data=esp.img".to_owned(), ["0xef", "0x0c"]),
    ];
    for (tree, arguments, kinds) in cases {
        let mut words: Vec<&str> = arguments.split(' ').collect();
        words.extend(["--append-partition", "linux=odd.img", tree]);
        let said = made(folder, &words).unwrap_or_else(|| panic!("{arguments}"));
        assert!(!said.contains("takes the place"), "{arguments}: {said}");
        let found = entries(folder, "made.iso");
        assert_eq!([2, 3].map(|number| found.get(&number).map_or("", String::as_str)), kinds, "{found:?}");
        assert_eq!(found.values().filter(|kind| *kind == "0x83").count(), 1, "{found:?}");
    }
    let told = made(folder, &["--boot", "grub", "--append-partition", "linux=odd.img", "with"]);
    assert!(told.is_some(), "GRUB has partition 2");
    let told = run(
        folder,
        "xorriso -indev made.iso -report_system_area plain 2> /dev/null | grep 'GPT partname local'",
    );
    assert!(told.contains("Appended2") && told.contains("Appended3"), "{told}");
}
