//! Discs with sectors that the drive does not give any more.

use crate::disc::{Disc, File, MAIN, PARTITION, RESERVE, ROOT, long, name, named};
use crate::sources::Scratched;
use crate::support::list;

fn one_file() -> Disc {
    let mut disc = Disc::new(2048);
    disc.directory(ROOT, &[named("f", 2)]);
    disc.file(2, &File::embedded(b"x"));
    disc
}

#[test]
fn what_is_recorded_twice_survives_a_scratch() {
    let mut disc = one_file();
    let last = u32::try_from(disc.bytes.len() / 2048 - 1).expect("small");
    disc.anchor(last);
    for (sectors, note) in [
        (vec![256], "one at the end was used"),
        (vec![MAIN + 2], "the reserve sequence was read as well"),
        (vec![256, MAIN + 1, RESERVE + 2], "the reserve sequence was read as well"),
    ] {
        let lines = list(&Scratched(&disc.bytes, sectors.clone()));
        assert_eq!(lines[0], "- /f x", "{sectors:?}");
        assert!(lines.iter().any(|line| line.starts_with("? ") && line.contains(note)), "{lines:?}");
    }
    let lines = list(&Scratched(&disc.bytes, vec![256, last]));
    assert_eq!(lines, ["!! byte 0x80000 (sector 256): image: cannot be read: scratch"]);
}

#[test]
fn a_scratch_costs_the_files_under_it_and_no_others() {
    let mut disc = Disc::new(2048);
    let names: Vec<_> = (0..9).map(|number| named(&number.to_string(), 10 + number)).collect();
    disc.directory(ROOT, &names);
    for number in 0..9 {
        disc.file(10 + number, &File::embedded(b"x"));
    }
    let lines = list(&Scratched(&disc.bytes, vec![PARTITION + 14]));
    let whole = |line: &&String| line.starts_with("- ");
    assert_eq!(lines.iter().filter(whole).count(), 8, "{lines:?}");
    let lost: Vec<_> = lines.iter().filter(|line| !line.starts_with("- ")).collect();
    assert_eq!(lost, ["! /4: byte 0x9d000 (sector 314): image: cannot be read: scratch"]);
}

/// Wherever in the pieces in which it is read, and as zeros where somebody else has read the disc.
#[test]
fn a_scratch_in_a_directory_costs_the_names_under_it_and_no_others() {
    let names: Vec<_> = (0..1100).map(|number| name(&format!("{number:05}"), long(2048, 0, 2), 0)).collect();
    let bytes = names.concat();
    let mut disc = Disc::new(2048);
    disc.file(2, &File::embedded(b"x"));
    let length = u32::try_from(bytes.len()).expect("small");
    let extents = crate::disc::shorts(&[(0, length, 20)]);
    disc.file(
        ROOT,
        &File { kind: 4, ..File::allocated(0, bytes.len().try_into().expect("small"), &extents) },
    );
    disc.block(20, &bytes);
    let each = bytes.len() / 1100;
    let under = 2048 / each + 2;
    for sector in [0, 7, 14, 15, 16, 17, 23] {
        let mut zeroed = disc.clone();
        zeroed.block(20 + sector, &[0; 2048]);
        for lines in [
            list(&Scratched(&disc.bytes, vec![PARTITION + 20 + sector])),
            list(&Scratched(&zeroed.bytes, Vec::new())),
        ] {
            let found = lines.iter().filter(|line| line.starts_with("- ")).count();
            assert!((1100 - under..1100).contains(&found), "{sector}: {found}");
            assert_eq!(lines.len(), found + 1, "one error");
        }
    }
}
