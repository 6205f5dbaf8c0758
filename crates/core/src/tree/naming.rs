//! Names that a tree cannot hold as they are: what they become, and how two that become the same are told apart.

use crate::error::{Error, Result};
use std::collections::{HashMap, HashSet};

/// A rule that turns names into the identifiers of one tree.
pub(crate) trait Naming {
    /// The identifier `name` would like to have, without version number.
    fn wanted(&self, name: &[u8], directory: bool) -> Vec<u8>;

    /// `wanted` with the number `n` worked into it, within the same limits.
    fn numbered(&self, wanted: &[u8], directory: bool, n: u32) -> Vec<u8>;

    /// Whether `identifier` says what `name` says, and so comes before one that wishes for it instead of its own.
    fn is_faithful(&self, _name: &[u8], _identifier: &[u8]) -> bool {
        false
    }

    /// What two identifiers in one directory must not have in common.
    fn key<'i>(&self, identifier: &'i [u8]) -> &'i [u8] {
        identifier
    }
}

/// The identifiers of one directory's names: one allocation for all of them, for there may be a million.
#[derive(Debug, Default)]
pub(crate) struct Assigned {
    bytes: Vec<u8>,
    /// Where each identifier starts in `bytes`, and its length.
    ranges: Vec<(u32, u8)>,
    /// The names in the order of their identifiers.
    pub order: Vec<u32>,
}

impl Assigned {
    /// The identifier of the `n`th name, in the order in which names were given.
    pub(crate) fn of(&self, n: u32) -> &[u8] {
        let (start, length) = self.ranges[index(n)];
        &self.bytes[index(start)..index(start) + usize::from(length)]
    }

    fn set(&mut self, n: usize, identifier: &[u8]) -> Result<()> {
        let start = u32::try_from(self.bytes.len())
            .map_err(|_| Error::TooLarge("more than 4 GiB of identifiers in one directory".into()))?;
        let length = u8::try_from(identifier.len()).expect("because no naming gives more than 255 bytes");
        self.bytes.extend_from_slice(identifier);
        match self.ranges.get_mut(n) {
            Some(range) => *range = (start, length),
            None => self.ranges.push((start, length)),
        }
        Ok(())
    }
}

#[expect(clippy::as_conversions, reason = "usize is at least 32 bits wide")]
const fn index(n: u32) -> usize {
    n as usize
}

/// Identifiers for the names of one directory, no two with the same key. `names` gives each with whether it is a
/// directory, as often as it is called. Of names that wish for the same identifier the faithful one keeps it, else the
/// first; the others are numbered from 0, skipping numbers that are taken.
///
/// # Errors
/// [`Error::TooLarge`] for more than 4 GiB of identifiers.
pub(crate) fn assign<'n, N>(naming: &impl Naming, names: impl Fn() -> N) -> Result<Assigned>
where
    N: Iterator<Item = (&'n [u8], bool)>,
{
    let mut assigned = Assigned::default();
    for (n, (name, directory)) in names().enumerate() {
        assigned.set(n, &naming.wanted(name, directory))?;
    }
    let count = u32::try_from(assigned.ranges.len())
        .map_err(|_| Error::TooLarge("more names in one directory than 32 bits can number".into()))?;
    let mut order: Vec<u32> = (0..count).collect();
    let by_key = |a: &u32, b: &u32| naming.key(assigned.of(*a)).cmp(naming.key(assigned.of(*b)));
    order.sort_unstable_by(|a, b| by_key(a, b).then(a.cmp(b)));
    let same = |pair: &&[u32]| by_key(&pair[0], &pair[1]).is_eq();
    if order.windows(2).any(|pair| same(&pair)) {
        let names_and_numbers = names().zip(0..);
        let faithful: Vec<bool> =
            names_and_numbers.map(|((name, _), n)| naming.is_faithful(name, assigned.of(n))).collect();
        order.sort_by(|a, b| by_key(a, b).then(faithful[index(*b)].cmp(&faithful[index(*a)])));
        let mut losers: Vec<u32> = order.windows(2).filter(same).map(|pair| pair[1]).collect();
        losers.sort_unstable();
        number(naming, names(), &losers, &mut assigned)?;
    }
    order.sort_unstable_by(|a, b| assigned.of(*a).cmp(assigned.of(*b)));
    assigned.order = order;
    Ok(assigned)
}

/// Gives the `losers`, in ascending order, numbers.
fn number<'n>(
    naming: &impl Naming,
    names: impl Iterator<Item = (&'n [u8], bool)>,
    losers: &[u32],
    assigned: &mut Assigned,
) -> Result<()> {
    let count = u32::try_from(assigned.ranges.len()).unwrap_or(u32::MAX);
    let mut taken: HashSet<Vec<u8>> = (0..count).map(|n| naming.key(assigned.of(n)).to_vec()).collect();
    let mut next: HashMap<Vec<u8>, u32> = HashMap::new();
    let mut losers = losers.iter().copied().peekable();
    for (n, (_, directory)) in names.enumerate() {
        if losers.next_if(|loser| index(*loser) == n).is_none() {
            continue;
        }
        let wanted = assigned.of(u32::try_from(n).unwrap_or(u32::MAX)).to_vec();
        let number = next.entry(wanted.clone()).or_insert(0);
        let free = loop {
            let candidate = naming.numbered(&wanted, directory, *number);
            *number = number.saturating_add(1);
            if taken.insert(naming.key(&candidate).to_vec()) {
                break candidate;
            }
        };
        assigned.set(n, &free)?;
    }
    Ok(())
}

/// As [`assign`], for tests: the identifiers in the order of the names.
#[cfg(test)]
pub(crate) fn given(naming: &impl Naming, names: &[(&[u8], bool)]) -> Vec<Vec<u8>> {
    let assigned = assign(naming, || names.iter().copied()).expect("under 4 GiB");
    (0..).take(names.len()).map(|n| assigned.of(n).to_vec()).collect()
}
