//! What `isols --check` says of images that other chores make.

use crate::run::target;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// What isols finds wrong with an image: kinds, and the lines of each. The released isols has been built.
pub(crate) fn faults(image: &Path) -> Result<BTreeMap<String, String>, String> {
    let isols = target().join("release/isols");
    let run = |more: &[&str]| {
        let output = Command::new(&isols).arg("--check").args(more).arg(image).output();
        output.map_err(|error| format!("isols: {error}"))
    };
    let output = run(&[])?;
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let json = run(&["--json"])?;
    let mut faults: BTreeMap<String, String> = BTreeMap::new();
    for (object, line) in String::from_utf8_lossy(&json.stdout).lines().zip(lines.lines()) {
        let value: serde_json::Value =
            serde_json::from_str(object).map_err(|error| format!("isols --check --json: {error}"))?;
        let kind = value["kind"].as_str().unwrap_or_default().to_owned();
        faults.entry(kind).or_default().push_str(&format!("{line}\n"));
    }
    match output.status.code() {
        Some(0 | 1) if output.status.success() == faults.is_empty() => Ok(faults),
        _ => Err(format!("isols --check: {}: {}", output.status, String::from_utf8_lossy(&output.stderr))),
    }
}
