//! What came of a load: how often each answer, and how late.

use hdrhistogram::Histogram;
use std::time::Duration;

/// Latest answer told apart, in microseconds: a minute.
const LATEST_US: u64 = 60_000_000;
/// Decimal digits of a time that are kept.
const DIGITS: u8 = 3;

/// Answers by kind, and their times.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    /// Answers with a place (status 200).
    pub(crate) found: u64,
    /// Answers that say "not found" (404).
    pub(crate) not_found: u64,
    /// Questions put off (429 and 503).
    pub(crate) put_off: u64,
    /// Other statuses.
    pub(crate) other: u64,
    /// Questions without an answer: connection refused, cut or silent for too long.
    pub(crate) lost: u64,
    /// From when a question was due to its answer, µs.
    times_us: Histogram<u64>,
}

impl Outcome {
    /// Nothing yet.
    ///
    /// # Errors
    /// Never: the bounds of the times are fixed and sound.
    pub(crate) fn nothing() -> anyhow::Result<Self> {
        let times_us = Histogram::new_with_bounds(1, LATEST_US, DIGITS)?;
        Ok(Self { found: 0, not_found: 0, put_off: 0, other: 0, lost: 0, times_us })
    }

    /// Counts an answer.
    pub(super) fn answered(&mut self, status: u16, after: Duration) {
        match status {
            200 => self.found += 1,
            404 => self.not_found += 1,
            429 | 503 => self.put_off += 1,
            _ => self.other += 1,
        }
        let us = u64::try_from(after.as_micros()).unwrap_or(LATEST_US);
        self.times_us.saturating_record(us.max(1));
    }

    /// Counts a question without an answer.
    pub(super) const fn lose(&mut self) {
        self.lost += 1;
    }

    /// Adds what another part of the load saw.
    pub(super) fn add(&mut self, other: &Self) -> anyhow::Result<()> {
        self.found += other.found;
        self.not_found += other.not_found;
        self.put_off += other.put_off;
        self.other += other.other;
        self.lost += other.lost;
        Ok(self.times_us.add(&other.times_us)?)
    }

    /// Questions that got any answer.
    pub(crate) const fn n_answered(&self) -> u64 {
        self.found + self.not_found + self.put_off + self.other
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
    fn answers_are_counted_by_kind_and_times_by_share() {
        let mut all = Outcome::nothing().unwrap();
        let mut part = Outcome::nothing().unwrap();
        for n in 1..=100 {
            part.answered(200, Duration::from_millis(n));
        }
        for status in [404, 429, 503, 500] {
            part.answered(status, Duration::from_millis(200));
        }
        part.lose();
        all.add(&part).unwrap();
        assert_eq!((all.found, all.not_found, all.put_off, all.other, all.lost), (100, 1, 2, 1, 1));
        assert_eq!(all.n_answered(), 104);
        assert!((all.quantile_ms(0.5) - 52.0).abs() < 0.2, "{}", all.quantile_ms(0.5));
        assert!((all.max_ms() - 200.0).abs() < 0.2);
    }
}
