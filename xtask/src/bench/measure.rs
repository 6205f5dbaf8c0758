//! One command as a whole process: wall time by our clock, processor time and memory by time(1).

use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// What one run of a command cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    /// Seconds from start to end.
    pub(super) wall: f64,
    /// Seconds of user and system time, of every process of the command.
    pub(super) cpu: f64,
    /// Megabytes (10^6) resident at the peak of the largest process.
    pub(super) peak: f64,
}

/// Runs `line` by bash in `folder` with the tools first in `PATH`; an empty line costs nothing.
pub(super) fn measure(line: &str, folder: &Path, tools: &Path) -> Result<Sample, String> {
    if line.is_empty() {
        return Ok(Sample { wall: 0.0, cpu: 0.0, peak: 0.0 });
    }
    let figures = folder.join(".figures");
    let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new("/usr/bin/time");
    command.args(["-q", "-f", "%U %S %M", "-o"]).arg(&figures).args(["bash", "-c", line]);
    command.current_dir(folder).env("PATH", path).env("LC_ALL", "C").env("BIN", tools);
    command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null());
    let start = Instant::now();
    let output = command.output().map_err(|error| format!("/usr/bin/time: {error}"))?;
    let wall = start.elapsed().as_secs_f64();
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{}: {}", output.status, said.lines().last().unwrap_or_default()));
    }
    let text =
        std::fs::read_to_string(&figures).map_err(|error| format!("{}: {error}", figures.display()))?;
    let mut numbers = text.split_whitespace().filter_map(|number| number.parse::<f64>().ok());
    let (Some(user), Some(system), Some(peak)) = (numbers.next(), numbers.next(), numbers.next()) else {
        return Err(format!("time(1) said {text:?}"));
    };
    Ok(Sample { wall, cpu: user + system, peak: peak * 1024.0 / 1e6 })
}

/// The middle value, the higher of the two middle ones for an even count.
pub(super) fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
