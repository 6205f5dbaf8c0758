//! What `isols --check` finds in the corpus: how many faults of each kind, in how many images. A change of the counts is seen
//! in review; `doc/formats/check.md` says what each kind was found to be.

use isokit_golden::assert_golden;
use isokit_tests::{corpus, output, tool};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Where the counts are.
const COUNTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../doc/formats/faults.tsv");

/// The files of the corpus, but the kernel's listings.
fn files(corpus: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![corpus.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in folder.read_dir().expect("a folder of the corpus").flatten() {
            let path = entry.path();
            if path.is_dir() && !path.ends_with("EXPECTED") {
                pending.push(path);
            } else if path.is_file() {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Images and faults.
#[derive(Default)]
struct Count(BTreeSet<PathBuf>, usize);

#[test]
fn the_faults_of_the_corpus_are_those_that_were_looked_at() {
    let Some(corpus) = corpus() else { return };
    let (mut good, mut bad, mut other) = (0, 0, 0);
    let mut counts = BTreeMap::<(String, String), Count>::new();
    for path in files(&corpus) {
        let ended = output(tool("isols").args(["--check", "--json"]).arg(&path));
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        let lines = String::from_utf8(ended.stdout).expect("JSON is UTF-8");
        match ended.status.code() {
            Some(0) => good += 1,
            Some(1) => bad += 1,
            // What is no image, and no disk.
            Some(2) => other += 1,
            status => panic!("{}: {status:?}: {said}", path.display()),
        }
        for line in lines.lines() {
            let fault: Value = serde_json::from_str(line).expect("an object a line");
            let text = |member: &str| fault[member].as_str().expect("a string").to_owned();
            let count = counts.entry((text("kind"), text("structure"))).or_default();
            count.0.insert(path.clone());
            count.1 += 1;
        }
    }
    let mut table = format!(
        "# Faults in the corpus, of {good} images without and {bad} with one; {other} files are no image.\n\
         # Made by: UPDATE=1 cargo test -p isokit-tests --test corpus check\n\
         kind\tstructure\timages\tfaults\n"
    );
    for ((kind, structure), Count(images, faults)) in counts {
        table += &format!("{kind}\t{structure}\t{}\t{faults}\n", images.len());
    }
    assert_golden(COUNTS, &table);
}
