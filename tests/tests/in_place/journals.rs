//! Journals that lie.

use isokit_tests::{Workshop, peer, text};
use sha2::{Digest, Sha256};

/// Bytes before the parts, and of each.
const BEFORE: usize = 80;
const PART: usize = 24;

/// An image, and a journal of it that was never applied.
fn interrupted() -> Option<Workshop> {
    peer("strace")?;
    Some(Workshop::new(
        "mkdir tree; seq 1 900 > tree/a; isomk -o x.iso tree; cp x.iso old.iso; seq 5 900 > new
        ! strace -f -o /dev/null -e trace=pwrite64 -e inject=pwrite64:signal=KILL:when=1 isomk --base x.iso --in-place --replace a=new 2> /dev/null
        cmp x.iso old.iso; cp x.iso.isomk-journal good",
    ))
}

/// `journal` with the checksum that it has to have.
fn sealed(mut journal: Vec<u8>) -> Vec<u8> {
    let end = journal.len() - 32;
    let sum = Sha256::digest(&journal[..end]);
    journal[end..].copy_from_slice(&sum);
    journal
}

#[test]
fn forged_numbers_are_refused_and_nothing_is_touched() {
    let Some(workshop) = interrupted() else { return };
    let good = workshop.read("good");
    let image = u64::try_from(workshop.read("old.iso").len()).expect("small");
    for (at, value, problem) in [
        (16, 2, "version is 2, expected 1"),
        (32, image + 1, "is the journal of another image than x.iso"),
        (40, u64::MAX, "number of parts is 18446744073709551615, expected 0 to"),
        (40, 1 << 40, "number of parts is 1099511627776, expected 0 to"),
        (40, 0, "length of all parts is 80, expected"),
        (48, 7, "is the journal of another image than x.iso"),
        (BEFORE, image, "length of a part is"),
        (BEFORE, image + 1, &format!("byte of the image is {}, expected 0 to {image}", image + 1)),
        (BEFORE, u64::MAX, "byte of the image is 18446744073709551615"),
        (BEFORE + 8, 0, "length of a part is 0, expected 1 to"),
        (BEFORE + 8, u64::MAX, "length of a part is 18446744073709551615"),
        (BEFORE + 8, image - 50_000, "expected"),
        (BEFORE + 16, 2, "kind of a part is 2, expected 0 to 1"),
        (BEFORE + 16, 1, "length of all parts is"),
        (BEFORE + PART, 0, "byte of the image is 0, expected"),
    ] {
        let mut forged = good.clone();
        forged[at..at + 8].copy_from_slice(&value.to_le_bytes());
        let forged = sealed(forged);
        std::fs::write(workshop.path("x.iso.isomk-journal"), &forged).expect("room");
        let ended = workshop.tries("isomk --base x.iso --in-place");
        let said = text(&ended.stderr);
        assert!(ended.status.code() == Some(2) && said.contains(problem), "{at}: {value}: {said}");
        assert_eq!(workshop.read("x.iso.isomk-journal"), forged, "{at}: {value}");
        workshop.shell("cmp x.iso old.iso");
    }
}

#[test]
fn what_is_not_whole_is_removed_and_nothing_is_touched() {
    let Some(workshop) = interrupted() else { return };
    let good = workshop.read("good");
    let mut cut: Vec<Vec<u8>> =
        [0, 1, 16, 40, 79, 80, 200, good.len() - 1].map(|end| good[..end].to_vec()).into();
    cut.push(vec![0; good.len()]);
    for (number, journal) in cut.into_iter().enumerate() {
        std::fs::write(workshop.path("x.iso.isomk-journal"), journal).expect("room");
        let said = workshop.shell("isomk --base x.iso --in-place -v 2>&1");
        let wanted = "note: was not whole and is removed; the image had not been touched";
        assert!(said.contains(wanted), "{number}: {said}");
        workshop.shell("cmp x.iso old.iso; test ! -e x.iso.isomk-journal");
    }
    workshop
        .shell("cp good x.iso.isomk-journal; isomk --base x.iso --in-place -q; isocat x.iso a | cmp - new");
}

/// A journal that was ended may have been applied in part: it is all that tells of that.
#[test]
fn what_was_damaged_later_stays_and_nothing_is_touched() {
    if peer("strace").is_none() {
        return;
    }
    let workshop = Workshop::new(
        "mkdir tree; seq 1 900 > tree/a; seq 1 900 > tree/b; isomk -o x.iso tree; seq 5 900 > new
        ! strace -f -o /dev/null -e trace=pwrite64 -e inject=pwrite64:signal=KILL:when=3 isomk --base x.iso --in-place --replace a=new --replace b=new 2> /dev/null
        cp x.iso half.iso; cp x.iso.isomk-journal good",
    );
    let good = workshop.read("good");
    let mut damaged = vec![[&good[..], b"more"].concat()];
    for at in [16, 41, 81, 100, good.len() - 40, good.len() - 1] {
        let mut flipped = good.clone();
        flipped[at] ^= 1;
        damaged.push(flipped);
    }
    for (number, journal) in damaged.into_iter().enumerate() {
        std::fs::write(workshop.path("x.iso.isomk-journal"), &journal).expect("room");
        let end = journal.len() - 32;
        let wanted = format!(
            "x.iso.isomk-journal: is damaged: the checksum at byte {end:#x} does not hold; x.iso may be half changed; make that anew, and remove the journal\n"
        );
        for change in ["", "--replace a=new"] {
            let ended = workshop.tries(&format!("isomk --base x.iso --in-place {change}"));
            let said = text(&ended.stderr);
            assert!(ended.status.code() == Some(1) && said.ends_with(&wanted), "{number}: {said}");
            assert_eq!(workshop.read("x.iso.isomk-journal"), journal, "{number}");
            workshop.shell("cmp x.iso half.iso");
        }
        let warned = text(&workshop.tries("isols x.iso").stderr);
        assert!(warned.contains("warning: a change of it was interrupted"), "{number}: {warned}");
    }
    workshop.shell("cp good x.iso.isomk-journal; isomk --base x.iso --in-place -q; isocat x.iso a b | cmp - <(cat new new)");
}

#[test]
fn what_is_no_journal_or_not_of_this_image_stays() {
    let Some(workshop) = interrupted() else { return };
    for (make, problem) in [
        ("seq 1 90 > x.iso.isomk-journal", "is no journal, and lies in the place of one"),
        ("rm x.iso.isomk-journal; mkdir x.iso.isomk-journal", "is no regular file"),
        ("rmdir x.iso.isomk-journal; mkfifo x.iso.isomk-journal", "is no regular file"),
        (
            "rm x.iso.isomk-journal; ln -s good x.iso.isomk-journal",
            "is a symbolic link, which a journal must not be",
        ),
        (
            "rm x.iso.isomk-journal; cp good x.iso.isomk-journal; isomk -o x.iso -V OTHER tree",
            "is the journal of another image than x.iso",
        ),
        ("isomk -o x.iso tree new", "is the journal of another image than x.iso"),
    ] {
        workshop.shell(&format!("{make}; cp x.iso old.iso"));
        let ended = workshop.tries("isomk --base x.iso --in-place --replace a=new");
        let said = text(&ended.stderr);
        assert!(ended.status.code() == Some(2) && said.contains(problem), "{make}: {said}");
        workshop.shell("cmp x.iso old.iso; test -e x.iso.isomk-journal");
    }
}

/// Images begin with zeros, and a journal that a crash of the system took may be nothing else.
#[test]
fn nothing_but_a_journal_is_removed() {
    let workshop = Workshop::new(
        "mkdir tree; echo hello > tree/one; isomk -o x.iso tree; cp x.iso old.iso; cp x.iso other.iso; ln x.iso hard.iso
        ln -s x.iso soft.iso; echo NEW > new; : > empty; head -c 1M /dev/zero > zeros; cp zeros x.iso.zeros",
    );
    for (journal, problem) in [
        ("x.iso", "x.iso: is the image itself, and cannot be its journal"),
        ("hard.iso", "hard.iso: is the image itself, and cannot be its journal"),
        ("soft.iso", "soft.iso: is the image itself, and cannot be its journal"),
        ("new", "new: is a file that goes into the image, and cannot be its journal"),
        ("other.iso", "other.iso: is no journal, and lies in the place of one"),
        ("empty", "empty: is no journal, and lies in the place of one"),
        ("zeros", "zeros: is no journal, and lies in the place of one"),
    ] {
        let ended =
            workshop.tries(&format!("isomk --base x.iso --replace one=new --in-place --journal {journal}"));
        let said = text(&ended.stderr);
        assert!(ended.status.code() == Some(2) && said.contains(problem), "{journal}: {said}");
        workshop.shell("cmp x.iso old.iso; cmp other.iso old.iso; cmp hard.iso old.iso; cmp zeros x.iso.zeros; [ -e empty ]; [ -L soft.iso ]");
    }
    workshop.shell("cp old.iso x.iso.isomk-journal");
    let ended = workshop.tries("isomk --base x.iso --replace one=new --in-place");
    assert!(ended.status.code() == Some(2), "{}", text(&ended.stderr));
    workshop.shell("cmp x.iso.isomk-journal old.iso; cmp x.iso old.iso");
    for blank in [":", "head -c 5000 /dev/zero"] {
        workshop.shell(&format!(
            "cp old.iso x.iso; {blank} > x.iso.isomk-journal; isomk --base x.iso --replace one=new --in-place
            [ ! -e x.iso.isomk-journal ]; isocat x.iso /one | cmp - new"
        ));
    }
}

/// A bit of the length, which makes it larger: the image may be half changed, so that the journal is no remainder of one that was never ended.
#[test]
fn a_journal_whose_length_is_damaged_is_kept_and_one_that_is_cut_short_is_not() {
    let Some(workshop) = interrupted() else { return };
    let good = workshop.read("good");
    for bit in [1, 9, 20, 62] {
        let mut damaged = good.clone();
        let length = u64::from_le_bytes(damaged[24..32].try_into().expect("eight bytes"));
        let larger = length | (1 << bit);
        if larger == length {
            continue;
        }
        damaged[24..32].copy_from_slice(&larger.to_le_bytes());
        std::fs::write(workshop.path("x.iso.isomk-journal"), &damaged).expect("room");
        let ended = workshop.tries("isomk --base x.iso --in-place");
        let said = text(&ended.stderr);
        assert!(
            !ended.status.success() && said.contains("is damaged: the checksum at byte"),
            "{bit}: {said}"
        );
        assert_eq!(workshop.read("x.iso.isomk-journal"), damaged, "{bit}");
    }
    for length in [41, BEFORE, BEFORE + PART, good.len() - 33, good.len() - 32, good.len() - 1] {
        std::fs::write(workshop.path("x.iso.isomk-journal"), &good[..length]).expect("room");
        let ended = workshop.tries("isomk -v --base x.iso --in-place");
        let said = text(&ended.stderr);
        assert!(ended.status.success() && said.contains("was not whole and is removed"), "{length}: {said}");
    }
    workshop.shell("cmp x.iso old.iso");
}
