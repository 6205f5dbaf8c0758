//! Our commands by the tools of now and by those of another folder, built before a change: what the change costs.

use super::cases::Case;
use super::measure::{Sample, measure, median};
use crate::run::{say, target};
use std::fmt::Write;
use std::path::Path;

/// A table of all `cases`: what ours takes now and with the tools in `before`, in turn.
pub(super) fn race(cases: &[&Case], rounds: usize, data: &Path, before: &Path) -> Result<String, String> {
    let mut table = String::from(
        "Ours before a change and after it.\n\n\
         | command | wall s before | after | ratio | cpu s before | after | ratio |\n|---|---|---|---|---|---|---|\n",
    );
    let now = target().join("release");
    for case in cases {
        let Some(line) = case.commands.first().map(|command| command.line) else { continue };
        measure(case.setup, data, &now)?;
        let (mut old, mut new) = (Vec::new(), Vec::new());
        for round in 0..=rounds {
            let mut pair = [(before, &mut old), (&*now, &mut new)];
            if round % 2 == 1 {
                pair.reverse();
            }
            for (tools, samples) in pair {
                let _ = measure(case.before_each, data, tools);
                let sample = measure(line, data, tools)?;
                if round > 0 {
                    samples.push(sample);
                }
            }
        }
        let row = row(line, &old, &new).ok_or("no rounds")?;
        say(&row);
        writeln!(table, "{row}").map_err(|error| error.to_string())?;
    }
    Ok(table)
}

fn row(line: &str, old: &[Sample], new: &[Sample]) -> Option<String> {
    let figures = |of: fn(&Sample) -> f64| {
        let (old, new) = (median(old.iter().map(of))?, median(new.iter().map(of))?);
        Some(format!("{old:.3} | {new:.3} | {:.2}", new / old))
    };
    let line = line.replace('|', "\\|");
    Some(format!("| `{line}` | {} | {} |", figures(|sample| sample.wall)?, figures(|sample| sample.cpu)?))
}
