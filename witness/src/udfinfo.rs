//! udfinfo(1) of udftools: what the volume says of itself.

use crate::run;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Its `key=value` lines: `udfrev`, `blocksize`, `label`, `numfiles`, `numdirs`, `integrity`, `accesstype`, ...
///
/// # Errors
/// Its last words when it recognises no UDF.
pub fn reading(image: &Path) -> Result<BTreeMap<String, String>, String> {
    let output = run(Command::new("timeout").args(["60", "udfinfo", "--utf8"]).arg(image))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    Ok(pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect())
}
