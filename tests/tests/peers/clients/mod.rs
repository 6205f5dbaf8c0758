//! Programs of Debian that call mkisofs, genisoimage, xorrisofs or xorriso. Each runs twice, with those and with isomk under
//! their names: what other programs find in the images is the same, but for what each client's table explains.
//!
//! What would come from a network or a drive, and what an installation would be made of, is prepared; the client itself is whole.

mod clouds;
mod discs;
mod makers;
mod systems;

use super::mkisofs::with_root;
use isokit_tests::{Listing, Workshop, peer, skip, text, tool_path};
use std::collections::BTreeSet;
use std::path::Path;

/// The names by which isomk is called.
const NAMES: [&str; 4] = ["mkisofs", "genisoimage", "xorrisofs", "xorriso"];

/// A client, and how it is run.
struct Client<'c> {
    /// Programs and files without which it is not there.
    needs: &'static [&'static str],
    /// What it works with, made once in the folder `made`, so that its dates are the same in both runs.
    material: &'static str,
    /// How it is called, in a folder of the run beside `made`.
    script: &'c str,
    /// What it makes there.
    images: &'static [&'static str],
    /// Why the two images differ: the path, the word of its facts, and the reason. `*` is every path.
    explained: &'static [(&'static str, &'static str, &'static str)],
}

/// Dates of files that the client makes as it runs.
const MADE_IN_THE_RUN: (&str, &str, &str) = ("*", "time=", "the client makes its files anew in each run");

impl Client<'_> {
    /// Runs the client with the peers and with isomk; `None` where something is missing.
    #[track_caller]
    fn run(&self) -> Option<Workshop> {
        if !self
            .needs
            .iter()
            .chain(&["isoinfo", "bsdtar", "genisoimage", "xorriso"])
            .all(|needed| is_there(needed))
        {
            return None;
        }
        let workshop = Workshop::new("mkdir bin peers made theirs ours");
        for name in NAMES {
            std::os::unix::fs::symlink(tool_path("isomk"), workshop.path("bin").join(name)).expect("room");
        }
        // A program that is found in PATH, and tells that it was.
        workshop.shell(
            "for name in mkisofs genisoimage xorrisofs xorriso; do
               printf '#!/bin/sh\\necho %s \"$@\" >> %s\\nexec %s \"$@\"\\n' $name $PWD/calls $(command -v $name) > peers/$name
             done; chmod +x peers/*",
        );
        let dated = "find . -exec touch -h -d '2024-02-03 04:05:06 UTC' {} +";
        workshop.shell(&format!("cd made; {}\n{dated}", self.material));
        std::fs::write(workshop.path("script"), self.script).expect("room");
        for (run, programs) in [("theirs", "peers"), ("ours", "bin")] {
            let ended = workshop.tries(&format!(
                "cd {run}; export PATH=$PWD/../{programs}:$PATH TZ=UTC; umask 022; exec bash -e -o pipefail ../script 2>&1"
            ));
            assert!(ended.status.success(), "{run}: {}", text(&ended.stdout));
        }
        assert!(workshop.path("calls").is_file(), "the client called no program of another folder");
        Some(workshop)
    }

    /// That the images of both runs are the same to other programs.
    #[track_caller]
    fn makes_the_same(&self) {
        let Some(workshop) = self.run() else { return };
        for image in self.images {
            let (theirs, ours) = (format!("theirs/{image}"), format!("ours/{image}"));
            assert_eq!(said(&workshop, &ours), said(&workshop, &theirs), "{image}");
            let Some((theirs, ours)) = workshop.listing(&theirs).zip(workshop.listing(&ours)) else { return };
            let found = self.differences(&with_root(theirs), &with_root(ours));
            assert!(found.is_empty(), "{image}: {found:#?}");
        }
    }

    /// The facts that only one of the two has, but for those that are explained.
    fn differences(&self, theirs: &Listing, ours: &Listing) -> Vec<String> {
        let words = |listing: &Listing, path: &str| -> BTreeSet<String> {
            listing.get(path).map(|facts| facts.split(' ').map(str::to_owned).collect()).unwrap_or_default()
        };
        let paths: BTreeSet<&String> = theirs.keys().chain(ours.keys()).collect();
        let mut found = Vec::new();
        for path in paths {
            let (theirs, ours) = (words(theirs, path), words(ours, path));
            let alone = theirs.symmetric_difference(&ours);
            found.extend(alone.filter(|word| !self.is_explained(path, word)).map(|word| {
                format!("/{path}: {} {word}", if ours.contains(word) { "ours" } else { "theirs" })
            }));
        }
        found
    }

    fn is_explained(&self, path: &str, word: &str) -> bool {
        self.explained.iter().any(|(of, start, _)| (*of == "*" || *of == path) && word.starts_with(start))
    }
}

/// Whether a program or a file is installed; the test is skipped loudly without it.
fn is_there(needed: &str) -> bool {
    if !needed.starts_with('/') {
        return peer(needed).is_some();
    }
    let found = Path::new(needed).exists();
    if !found {
        skip(&format!("{needed} is not installed (cargo xtask peers)"));
    }
    found
}

/// What isoinfo and xorriso say of an image, without places and sizes of it, which differ, and without what names a program.
/// xorriso has identifiers in upper case, and names of the plain tree in lower case where the last boot image has a boot
/// information table.
#[track_caller]
fn said(workshop: &Workshop, image: &str) -> String {
    workshop.shell(&format!(
        "export LC_ALL=C TZ=UTC
         isoinfo -d -i {image} | grep -E '^[A-Za-z ]+ id: .' | grep -v -e XORRISO- -e GENISOIMAGE | tr a-z@ A-Z_
         isoinfo -f -i {image} | tr a-z A-Z | sort
         ! isoinfo -d -i {image} | grep -q Joliet.with || isoinfo -J -f -i {image} | sort
         xorriso -indev {image} -report_el_torito plain -report_system_area plain 2>/dev/null |
           sed -E -e '/^(El Torito catalog|ISO image size|GPT (disk|partition) GUID|GPT start and size|APM start)/d' \\
             -e '/^(El Torito (boot img|cat)|GPT lba range|GPT start|APM start|MBR partition )/s/ +[0-9]+( +[0-9]+)* *$//'"
    ))
}
