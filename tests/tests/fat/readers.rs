//! Every shape, as other programs read it.

use crate::material::{Shape, expected, make, planned};
use crate::shapes::{all, immense, wide};
use isokit_core::fat::FatType;
use isokit_tests::{kernel, output, peer, text};
use isokit_witness::compare::differences;
use isokit_witness::{Reading, Seen, Tree, grub, mtools, sevenzip};
use std::path::{Path, PathBuf};

#[track_caller]
fn same(reader: &str, shape: &str, source: &Tree, seen: Reading) {
    let seen = seen.unwrap_or_else(|error| panic!("{shape} read by {reader}: {error}"));
    let found = differences(source, &seen);
    assert!(found.is_empty(), "{shape} read by {reader}: {found:#?}");
}

/// fsck.fat finds nothing wrong, has nothing to say, and counts as many clusters as there are.
#[test]
fn the_checker_has_nothing_to_say() {
    let folder = tempfile::tempdir().expect("a folder");
    let image = folder.path().join("volume");
    let (mut problems, mut types) = (Vec::new(), [0; 3]);
    for shape in all().into_iter().chain([wide()]).chain(immense()) {
        let Some(mut fsck) = peer("fsck.fat") else { return };
        make(&shape, &image);
        let found = output(fsck.arg("-n").arg(&image));
        let said = text(&found.stdout) + &text(&found.stderr);
        let plan = planned(&shape);
        let taken = plan.clusters() - plan.free_clusters();
        let counted = format!("{taken}/{} clusters", plan.clusters());
        let lines: Vec<&str> = said.lines().collect();
        let is_silent = matches!(lines[..], [_, counts] if counts.contains(&counted));
        if !found.status.success() || !is_silent {
            problems.push(format!("{}: {counted} of {}: {said}", shape.name, plan.fat_type()));
        }
        let index = FatType::ALL.iter().position(|fat_type| *fat_type == plan.fat_type());
        types[index.expect("one of all")] += 1;
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(types.iter().all(|count| *count >= 10) && types.iter().sum::<u32>() >= 70, "{types:?}");
}

/// To mtools, 2100 is a leap year.
fn until_2100(mut tree: Tree) -> Tree {
    let is_later = |time: &str| time.parse().is_ok_and(|time: i64| time >= 4_107_542_400);
    tree.values_mut().filter(|seen| is_later(&seen.modified)).for_each(|seen| seen.modified.clear());
    tree
}

/// The figures that minfo reads in the boot sector.
fn figures(shape: &Shape) -> Vec<(&'static str, String)> {
    let plan = planned(shape);
    let sector_size = u64::from(shape.options.sector_size);
    let label = if shape.options.label.is_empty() { "NO NAME" } else { &shape.options.label };
    let sectors = plan.size() / sector_size;
    let is_small = sectors <= u64::from(u16::MAX) && plan.fat_type() != FatType::Fat32;
    vec![
        ("serial number", format!("{:08X}", plan.serial_number())),
        ("disk label", format!("{:11}", label.to_ascii_uppercase())),
        ("disk type", format!("{:8}", plan.fat_type().to_string())),
        ("hidden sectors", shape.options.hidden_sectors.to_string()),
        ("sector size", format!("{sector_size} bytes")),
        ("cluster size", format!("{} sectors", plan.cluster_size() / sector_size)),
        (if is_small { "small size" } else { "big size" }, format!("{sectors} sectors")),
    ]
}

#[test]
fn mtools_sees_the_source() {
    let folder = tempfile::tempdir().expect("a folder");
    let image = folder.path().join("volume");
    for shape in all() {
        let programs = ["mcopy", "mdir", "minfo"].map(peer);
        if programs.iter().any(Option::is_none) {
            return;
        }
        make(&shape, &image);
        let (name, source) = (&shape.name, expected(&shape.source));
        let said = mtools::information(&image).unwrap_or_else(|error| panic!("{name}: {error}"));
        for (key, value) in figures(&shape) {
            assert_eq!(said.get(key), Some(&value), "{name}: {key} in {said:?}");
        }
        // It takes a root without files for one that is not there.
        if source.is_empty() {
            continue;
        }
        let plan = planned(&shape);
        let free = u64::from(plan.free_clusters()) * plan.cluster_size();
        assert_eq!(mtools::free(&image), Ok(free), "{name}");
        let mut listed = mtools::paths(&image).unwrap_or_else(|error| panic!("{name}: {error}"));
        listed.sort_unstable();
        let slash = |(path, seen): (&String, &Seen)| {
            if seen.kind == "directory" { format!("{path}/") } else { path.clone() }
        };
        let mut paths: Vec<String> = source.iter().map(slash).collect();
        paths.sort_unstable();
        assert_eq!(listed, paths, "{name}");
        same("mtools", name, &until_2100(source), mtools::reading(&image));
    }
}

#[test]
fn seven_zip_sees_the_source() {
    let folder = tempfile::tempdir().expect("a folder");
    let image = folder.path().join("volume");
    for shape in all().into_iter().chain([wide()]) {
        if peer("7zz").is_none() {
            return;
        }
        make(&shape, &image);
        same("7-Zip", &shape.name, &expected(&shape.source), sevenzip::reading_as("fat", &image));
    }
}

/// GRUB shows short names in small letters, and knows no case.
#[test]
fn grub_sees_the_source() {
    let folder = tempfile::tempdir().expect("a folder");
    let image = folder.path().join("volume");
    for shape in all() {
        if peer("grub-fstest").is_none() {
            return;
        }
        make(&shape, &image);
        let small = |tree: Tree| -> Tree {
            tree.into_iter()
                .map(|(path, mut seen)| {
                    // It has no times beyond 2038.
                    if seen.modified.parse().is_ok_and(|time: i64| time > i64::from(i32::MAX)) {
                        seen.modified.clear();
                    }
                    (path.to_lowercase(), seen)
                })
                .collect()
        };
        same("GRUB", &shape.name, &small(expected(&shape.source)), grub::reading(&image).map(small));
    }
}

#[test]
fn linux_sees_the_source() {
    let folder = tempfile::tempdir().expect("a folder");
    let shapes = all();
    let images: Vec<PathBuf> = (0..shapes.len()).map(|n| folder.path().join(n.to_string())).collect();
    for (shape, image) in shapes.iter().zip(&images) {
        make(shape, image);
    }
    let disks: Vec<(&Path, &str)> = images.iter().map(|image| (image.as_path(), "vfat")).collect();
    let Some(listings) = kernel::listings(&disks) else { return };
    for (shape, listing) in shapes.iter().zip(listings) {
        let listing = listing.map(|mut tree| {
            for seen in tree.values_mut() {
                (seen.mode, seen.owner, seen.links, seen.fraction) = Default::default();
                if seen.kind == "directory" {
                    seen.size.clear();
                }
            }
            tree
        });
        same("Linux", &shape.name, &expected(&shape.source), listing);
    }
}
