//! Images that lie, are cut off or are not images: every tool ends in time, in bounded memory, with a true sentence.

mod announced;
mod foreign;
mod iso9660;
mod sentences;
mod truncation;
mod watched;

use isokit_tests::{shell, text};
use std::path::Path;

/// Status, standard output and standard error of a script.
fn ran(folder: &Path, script: &str) -> (Option<i32>, Vec<u8>, String) {
    let ran = shell(folder, script);
    (ran.status.code(), ran.stdout, text(&ran.stderr))
}
