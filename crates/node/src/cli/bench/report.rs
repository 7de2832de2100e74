//! What came of each rate, as a table and as JSON; and the rate that a service still holds.

use crate::bench::Outcome;
use serde_json::{Value, json};
use std::time::Duration;

/// Share of what was asked that is served at a rate that is held. Source: choice; docs/guides/capacity.md asks for
/// room above it.
const SERVED_MIN: f64 = 0.97;
/// How much later than at first the 99th percentile may be at a rate that is held. Source: choice.
const LATER_MAX: f64 = 10.0;
/// A 99th percentile that is soon enough whatever it was at first, ms. Source: choice.
const SOON_MS: f64 = 20.0;

/// One rate and what came of it.
#[derive(Debug)]
pub(super) struct Step {
    /// Questions a second; `None`: as fast as they were answered.
    pub(super) rate: Option<f64>,
    pub(super) outcome: Outcome,
    pub(super) time: Duration,
    /// Queries a question.
    pub(super) batch: u64,
}

/// The highest rate that was held, and the lowest that was not.
#[derive(Debug, PartialEq)]
pub(super) struct Knee {
    held: Option<f64>,
    not_held: Option<f64>,
}

/// The names of the columns.
pub(super) fn head() -> Vec<String> {
    let names = [
        "asked/s",
        "answered/s",
        "200",
        "404",
        "429",
        "503",
        "other",
        "lost",
        "p50 ms",
        "p90",
        "p99",
        "p99.9",
        "max",
    ];
    names.map(str::to_owned).to_vec()
}

impl Step {
    /// Its row of the table.
    pub(super) fn row(&self) -> Vec<String> {
        let outcome = &self.outcome;
        let of = |status: u16| outcome.n_of(|it| it == status);
        let other = outcome.n_of(|it| ![200, 404, 429, 503].contains(&it));
        let counts = [of(200), of(404), of(429), of(503), other, outcome.n_lost()];
        let asked = self.rate.map_or_else(|| "max".to_owned(), |rate| rate.to_string());
        let mut row = vec![asked, format!("{:.0}", self.per_second(outcome.n_answered()))];
        row.extend(counts.iter().map(u64::to_string));
        row.extend(
            [0.5, 0.9, 0.99, 0.999].map(|share| format!("{:.2}", outcome.quantile_ms(share))),
        );
        row.push(format!("{:.2}", outcome.max_ms()));
        row
    }

    /// A line on other statuses and lost questions, where there are any.
    pub(super) fn troubles(&self) -> Option<String> {
        let statuses =
            self.outcome.statuses.iter().filter(|it| ![200, 404, 429, 503].contains(it.0));
        let statuses = statuses.map(|(status, n)| format!("{n} times status {status}"));
        let losses = self.outcome.losses.iter().map(|(why, n)| format!("{n} times {}", why.name()));
        let all: Vec<String> = statuses.chain(losses).collect();
        let rate = self.rate.map_or_else(|| "max".to_owned(), |rate| rate.to_string());
        (!all.is_empty()).then(|| format!("at {rate}: {}", all.join(", ")))
    }

    /// It as JSON.
    pub(super) fn object(&self) -> Value {
        let outcome = &self.outcome;
        let name = |it: (&u16, &u64)| (it.0.to_string(), json!(it.1));
        let statuses: serde_json::Map<_, _> = outcome.statuses.iter().map(name).collect();
        let lost = outcome.losses.iter().map(|(why, n)| (why.name().to_owned(), json!(n)));
        let put_off = outcome.n_of(|it| it == 429 || it == 503);
        json!({
            "asked_per_s": self.rate,
            "answered_per_s": self.per_second(outcome.n_answered()),
            "queries_per_s": self.per_second(outcome.n_answered() * self.batch),
            "found": outcome.n_of(|it| it == 200),
            "not_found": outcome.n_of(|it| it == 404),
            "put_off": put_off,
            "other": outcome.n_answered() - outcome.n_served() - put_off,
            "lost": outcome.n_lost(),
            "statuses": statuses,
            "losses": lost.collect::<serde_json::Map<_, _>>(),
            "connects": outcome.n_connects,
            "p50_ms": outcome.quantile_ms(0.5),
            "p90_ms": outcome.quantile_ms(0.9),
            "p99_ms": outcome.quantile_ms(0.99),
            "p999_ms": outcome.quantile_ms(0.999),
            "max_ms": outcome.max_ms(),
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "a count of answers")]
    fn per_second(&self, n: u64) -> f64 {
        n as f64 / self.time.as_secs_f64()
    }

    /// Whether the service held this rate, when at `first` it was asked little.
    fn is_held(&self, first: &Self) -> bool {
        let soon_ms = SOON_MS.max(LATER_MAX * first.outcome.quantile_ms(0.99));
        let wanted = self.rate.unwrap_or(0.0) * SERVED_MIN;
        self.per_second(self.outcome.n_served()) >= wanted
            && self.outcome.quantile_ms(0.99) <= soon_ms
    }
}

/// The first step whose rate was not held.
pub(super) fn first_not_held(steps: &[Step]) -> Option<usize> {
    let first = steps.first()?;
    steps.iter().position(|step| !step.is_held(first))
}

/// Between which rates a service gives way.
pub(super) fn knee(steps: &[Step]) -> Knee {
    let end = first_not_held(steps);
    let held = steps[..end.unwrap_or(steps.len())].last().and_then(|step| step.rate);
    Knee { held, not_held: end.and_then(|end| steps[end].rate) }
}

impl Knee {
    /// In words.
    pub(super) fn words(&self) -> String {
        match (self.held, self.not_held) {
            (Some(held), Some(not)) => {
                format!("knee: {held} questions a second are held, {not} are not")
            }
            (Some(held), None) => format!("no knee: {held} questions a second are held"),
            (None, Some(not)) => format!("knee: below {not} questions a second"),
            (None, None) => "no knee: nothing was asked at a rate".to_owned(),
        }
    }

    /// As JSON.
    pub(super) fn object(&self) -> Value {
        json!({ "knee": { "held_per_s": self.held, "not_held_per_s": self.not_held } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(rate: f64, n: u64, ms: u64) -> Step {
        let mut outcome = Outcome::nothing().unwrap();
        (0..n).for_each(|_| outcome.answered(200, Duration::from_millis(ms)));
        Step { rate: Some(rate), outcome, time: Duration::from_secs(1), batch: 1 }
    }

    #[test]
    fn a_rate_is_held_when_nearly_all_is_served_and_not_much_later_than_at_first() {
        let knee_of = |steps: &[Step]| knee(steps);
        let known = [step(100.0, 100, 1), step(150.0, 149, 15), step(225.0, 210, 15)];
        assert_eq!(knee_of(&known), Knee { held: Some(150.0), not_held: Some(225.0) });
        let late = [step(100.0, 100, 4), step(150.0, 150, 41)];
        assert_eq!(knee_of(&late), Knee { held: Some(100.0), not_held: Some(150.0) });
        assert_eq!(knee_of(&[step(100.0, 98, 400)]), Knee { held: Some(100.0), not_held: None });
        assert!(knee_of(&[step(100.0, 50, 1)]).words().contains("below 100"));
    }
}
