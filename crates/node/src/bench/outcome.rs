//! What came of a load: how often each status and each failure, and how late the answers were.

use hdrhistogram::Histogram;
use std::collections::BTreeMap;
use std::time::Duration;

/// Latest answer told apart, in microseconds: ten minutes.
const LATEST_US: u64 = 600_000_000;
/// Decimal digits of a time that are kept.
const DIGITS: u8 = 3;

/// Why a question got no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Loss {
    /// No connection could be made.
    Connect,
    /// The connection ended before the answer did.
    Cut,
    /// No whole answer within the patience.
    Silent,
    /// Still waiting for its turn when the time was over.
    Unasked,
}

impl Loss {
    /// Its name in what is printed.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Cut => "cut",
            Self::Silent => "silent",
            Self::Unasked => "unasked",
        }
    }
}

/// Answers by status, failures by kind, and times.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    /// Answers of each status.
    pub(crate) statuses: BTreeMap<u16, u64>,
    /// Questions without an answer, by why.
    pub(crate) losses: BTreeMap<Loss, u64>,
    /// Connections made.
    pub(crate) n_connects: u64,
    /// From when a question was due to its answer, or to when it was given up, µs.
    times_us: Histogram<u64>,
}

impl Outcome {
    /// Nothing yet.
    ///
    /// # Errors
    /// Never: the bounds of the times are fixed and sound.
    pub(crate) fn nothing() -> anyhow::Result<Self> {
        let times_us = Histogram::new_with_bounds(1, LATEST_US, DIGITS)?;
        let (statuses, losses) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { statuses, losses, n_connects: 0, times_us })
    }

    /// Counts an answer.
    pub(crate) fn answered(&mut self, status: u16, after: Duration) {
        *self.statuses.entry(status).or_default() += 1;
        self.took(after);
    }

    /// Counts a question without an answer. What was waited for in vain counts as a time too: it would
    /// have been longer. What failed at once does not: it would look fast.
    pub(super) fn lose(&mut self, why: Loss, after: Duration) {
        *self.losses.entry(why).or_default() += 1;
        if matches!(why, Loss::Silent | Loss::Unasked) {
            self.took(after);
        }
    }

    fn took(&mut self, after: Duration) {
        let us = u64::try_from(after.as_micros()).unwrap_or(LATEST_US);
        self.times_us.saturating_record(us.max(1));
    }

    /// Adds what another part of the load saw.
    pub(super) fn add(&mut self, other: &Self) -> anyhow::Result<()> {
        for (status, n) in &other.statuses {
            *self.statuses.entry(*status).or_default() += n;
        }
        for (why, n) in &other.losses {
            *self.losses.entry(*why).or_default() += n;
        }
        self.n_connects += other.n_connects;
        Ok(self.times_us.add(&other.times_us)?)
    }

    /// Answers of one of these statuses.
    pub(crate) fn n_of(&self, wanted: impl Fn(u16) -> bool) -> u64 {
        self.statuses.iter().filter(|(status, _)| wanted(**status)).map(|(_, n)| n).sum()
    }

    /// Answers that say what was asked for: a place (200), or that none is known (404).
    pub(crate) fn n_served(&self) -> u64 {
        self.n_of(|status| status == 200 || status == 404)
    }

    /// Questions that got any answer.
    pub(crate) fn n_answered(&self) -> u64 {
        self.n_of(|_| true)
    }

    /// Questions that got none.
    pub(crate) fn n_lost(&self) -> u64 {
        self.losses.values().sum()
    }

    /// The time within which this share of the answers came, ms.
    pub(crate) fn quantile_ms(&self, share: f64) -> f64 {
        ms(self.times_us.value_at_quantile(share))
    }

    /// The latest answer, ms.
    pub(crate) fn max_ms(&self) -> f64 {
        ms(self.times_us.max())
    }
}

fn ms(us: u64) -> f64 {
    Duration::from_micros(us).as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_status_and_times_by_share() {
        let mut all = Outcome::nothing().unwrap();
        let mut part = Outcome::nothing().unwrap();
        for n in 1..=100 {
            part.answered(200, Duration::from_millis(n));
        }
        for status in [404, 429, 503, 500] {
            part.answered(status, Duration::from_millis(200));
        }
        part.lose(Loss::Connect, Duration::ZERO);
        all.add(&part).unwrap();
        assert_eq!((all.n_of(|it| it == 200), all.n_served(), all.n_lost()), (100, 101, 1));
        assert_eq!((all.n_answered(), all.statuses[&503]), (104, 1));
        assert!((all.quantile_ms(0.5) - 52.0).abs() < 0.2, "{}", all.quantile_ms(0.5));
        assert!((all.max_ms() - 200.0).abs() < 0.2);
    }

    #[test]
    fn what_was_waited_for_in_vain_is_late_and_what_failed_at_once_is_not_fast() {
        let mut all = Outcome::nothing().unwrap();
        (0..98).for_each(|_| all.answered(200, Duration::from_millis(1)));
        (0..2).for_each(|_| all.lose(Loss::Silent, Duration::from_secs(5)));
        (0..100).for_each(|_| all.lose(Loss::Cut, Duration::ZERO));
        assert!(all.quantile_ms(0.99) > 4_900.0 && all.quantile_ms(0.01) > 0.9);
    }
}
