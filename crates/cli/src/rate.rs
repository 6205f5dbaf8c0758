//! How fast something goes, and what follows from it.

use crate::size::human;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The time over which a rate is taken, where the count goes on steadily.
const WINDOW: Duration = Duration::from_secs(10);

/// The longest time over which one is taken: what then stands still has a rate of 0.
const LONGEST: Duration = Duration::from_secs(60);

/// The rate of a count over the last ten seconds, or since its beginning. Some encoders take their input in bursts, block
/// by block: while nothing comes, the time grows with the pause, so that it covers at least the burst before.
#[derive(Debug)]
pub(crate) struct Rate {
    samples: VecDeque<(Instant, u64)>,
    /// When the count last grew, from which on it counts as standing still.
    grew: Instant,
}

impl Rate {
    /// Of a count that was 0 at `start`.
    pub(crate) fn new(start: Instant) -> Self {
        Self { samples: VecDeque::from([(start, 0)]), grew: start }
    }

    /// Bytes a second when the count is `done` at `now`.
    pub(crate) fn at(&mut self, now: Instant, done: u64) -> u64 {
        if self.samples.back().is_none_or(|(_, before)| *before < done) {
            self.grew = now;
        }
        let age = |at: Instant| now.saturating_duration_since(at);
        while self.samples.get(1).is_some_and(|(at, _)| age(*at) >= LONGEST) {
            self.samples.pop_front();
        }
        let window = (age(self.grew) * 2).clamp(WINDOW, LONGEST);
        let since = self.samples.partition_point(|(at, _)| age(*at) >= window).saturating_sub(1);
        let (at, before) = self.samples.get(since).copied().unwrap_or((now, done));
        self.samples.push_back((now, done));
        let millis = now.saturating_duration_since(at).as_millis().max(1);
        let bytes = u128::from(done.saturating_sub(before));
        u64::try_from(bytes * 1000 / millis).unwrap_or(u64::MAX)
    }
}

/// What follows a count: the rate, and the time that is left of a total, or that has passed.
pub(crate) fn figures(done: u64, total: Option<u64>, rate: u64, passed: Duration) -> String {
    let speed = format!(", {}/s", human(rate));
    match total {
        None => format!("{speed}, {} elapsed", time(passed.as_secs())),
        Some(total) => match total.saturating_sub(done).checked_div(rate) {
            Some(left) => format!("{speed}, {} left", time(left)),
            None => speed,
        },
    }
}

/// `seconds` as 9s, 2m05s or 1h02m.
fn time(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h{:02}m", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_right_at_its_first_half_second_and_follows_a_change() {
        let start = Instant::now();
        let mut rate = Rate::new(start);
        let at = |millis| start + Duration::from_millis(millis);
        assert_eq!(rate.at(at(500), 50 << 20), 100 << 20);
        for tenth in 6..=100 {
            assert_eq!(rate.at(at(tenth * 100), tenth * (10 << 20)), 100 << 20);
        }
        // From here on nothing comes.
        assert_eq!(rate.at(at(15_000), 1000 << 20), 50 << 20);
        assert_eq!(rate.at(at(20_000), 1000 << 20), 50 << 20);
        assert_eq!(rate.at(at(80_000), 1000 << 20), 0);
    }

    #[test]
    fn a_rate_of_bursts_is_that_of_burst_and_pause() {
        let start = Instant::now();
        let mut rate = Rate::new(start);
        for tenth in 1..=600_u64 {
            let burst = tenth / 120 + 1;
            let found = rate.at(start + Duration::from_millis(tenth * 100), burst * (120 << 20));
            // 120 MiB every 12 seconds are 10 MiB a second; half of a pause more or less is what cannot be known.
            if tenth > 240 {
                assert!((5 << 20..=20 << 20).contains(&found), "{tenth}: {found}");
            }
        }
    }

    #[test]
    fn figures_name_the_rate_and_the_time() {
        let of = |done, total, rate| figures(done, total, rate, Duration::from_secs(75));
        assert_eq!(of(1 << 20, Some(11 << 20), 2 << 20), ", 2.0M/s, 5s left");
        assert_eq!(of(0, Some(1 << 30), 1 << 20), ", 1.0M/s, 17m04s left");
        assert_eq!(of(5, Some(10), 0), ", 0/s");
        assert_eq!(of(5 << 20, None, 1 << 20), ", 1.0M/s, 1m15s elapsed");
        assert_eq!(of(9, Some(5), 1), ", 1/s, 0s left");
        assert_eq!(time(3725), "1h02m");
    }
}
