//! The table of the differences that are known, and why they are right.

use std::fmt;
use std::path::Path;

/// What two images of one command line do not have in common, or what is wrong with ours.
#[derive(Debug)]
pub(super) struct Finding {
    /// What it is about, in the words of the table.
    pub(super) kind: String,
    pub(super) peer: String,
    pub(super) ours: String,
}

/// With both values, as far as they differ.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.kind)?;
        let lacks = |other: &str, line: &&str| !other.lines().any(|known| known == *line);
        for line in self.peer.lines().filter(|line| lacks(&self.ours, line)) {
            writeln!(f, "  peer   {line}")?;
        }
        for line in self.ours.lines().filter(|line| lacks(&self.peer, line)) {
            writeln!(f, "  isomk  {line}")?;
        }
        Ok(())
    }
}

/// A row of the table, and whether a difference has needed it.
struct Row {
    /// Of the case, or `*` for all.
    case: String,
    /// One that ends in `*` is of all kinds that begin so.
    kind: String,
    used: bool,
}

impl Row {
    fn explains(&self, case: &str, kind: &str) -> bool {
        let is_kind = match self.kind.strip_suffix('*') {
            Some(start) => kind.starts_with(start),
            None => kind == self.kind,
        };
        (self.case == "*" || case == self.case) && is_kind
    }
}

pub(super) struct Explained(Vec<Row>);

impl Explained {
    /// # Errors
    /// For a file that cannot be read, and for a row without a reason.
    pub(super) fn read(file: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let rows = text.lines().filter(|line| !line.starts_with('#')).map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            match cells[..] {
                [case, kind, why] if !why.is_empty() => {
                    Ok(Row { case: case.into(), kind: kind.into(), used: false })
                }
                _ => Err(format!("{}: \"{line}\", expected case, kind and reason", file.display())),
            }
        });
        Ok(Self(rows.collect::<Result<_, _>>()?))
    }

    /// The kinds of the differences of a case, as the table has them, and those differences that it does not explain.
    pub(super) fn kinds(&mut self, case: &str, findings: &[Finding]) -> (Vec<String>, Vec<String>) {
        let (mut kinds, mut unexplained) = (Vec::new(), Vec::new());
        for finding in findings {
            let rows = self.0.iter_mut().filter(|row| row.explains(case, &finding.kind));
            let mut shown = None;
            for row in rows {
                row.used = true;
                shown = Some(row.kind.trim_end_matches([' ', ':', '*']).to_owned());
            }
            kinds.push(shown.unwrap_or_else(|| {
                unexplained.push(format!("{case}: not explained: {finding}"));
                format!("NOT EXPLAINED: {}", finding.kind)
            }));
        }
        kinds.dedup();
        (kinds, unexplained)
    }

    /// Rows that no difference has needed.
    pub(super) fn unused(&self) -> impl Iterator<Item = String> + '_ {
        let rows = self.0.iter().filter(|row| !row.used);
        rows.map(|row| format!("{}: explained, but there is no difference: {}", row.case, row.kind))
    }
}
