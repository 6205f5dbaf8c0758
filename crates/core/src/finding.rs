//! Findings: deviations from a standard that real images have and that reading tolerates.

use crate::error::{Advice, Location, Structure};
use std::fmt;
use std::sync::Mutex;

/// A tolerated deviation: where, in which structure, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where the structure begins, or the field that deviates.
    pub at: Location,
    /// Its noun comes before the deviation in the message.
    pub what: Structure,
    /// What deviates and which reading was taken, in one clause.
    pub deviation: String,
    /// What leads to another reading; `None` where nothing is known to.
    pub advice: Option<Advice>,
    /// What it is about is within its standard: only how it was read is worth knowing.
    pub is_legal: bool,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.at, self.what, self.deviation)
    }
}

/// Where a reader puts its findings; bounded, so that a hostile image cannot fill memory with them.
#[derive(Debug, Default)]
pub struct Findings(Mutex<Vec<Finding>>);

impl Findings {
    /// Findings kept at the most; later ones are dropped.
    pub const LIMIT: usize = 1000;

    /// Notes a deviation, unless [`Self::LIMIT`] is reached or the same place said the same before.
    pub fn note(&self, at: Location, what: Structure, deviation: impl Into<String>) {
        self.add(Finding { at, what, deviation: deviation.into(), advice: None, is_legal: false });
    }

    /// As [`Findings::note`], of what deviates from no standard: a choice between several readings.
    pub fn remark(&self, at: Location, what: Structure, words: impl Into<String>) {
        self.add(Finding { at, what, deviation: words.into(), advice: None, is_legal: true });
    }

    /// As [`Findings::note`], of a finding as it is.
    pub fn add(&self, finding: Finding) {
        let mut list = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if list.len() < Self::LIMIT && !list.contains(&finding) {
            list.push(finding);
        }
    }

    /// Takes all findings noted so far, in the order they were noted.
    pub fn take(&self) -> Vec<Finding> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }
}
