//! `cairn bench`: a load for any service that speaks the protocol, and how it holds.

mod asked;
mod report;
mod target;

use super::screen;
use super::table::table;
use crate::bench::{Outcome, Plan, run};
use crate::clock::Clock;
use crate::limits::{BENCH_BATCH_MAX, BENCH_CONNECTIONS_MAX, BENCH_STEPS_MAX};
use asked::Asked;
use axum::http::{HeaderMap, Uri};
use clap::Args;
use report::{Step, first_not_held};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use target::Target;

/// What `cairn bench --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn bench http://127.0.0.1:8080 --data ./data --rate 2000
  cairn bench http://127.0.0.1:8080 --snapshot map.snapshot --rate 500 --steps 12     # how much does it take?
  cairn bench http://other.example:8080 --scans queries.jsonl --rate 500,1000,2000 --seconds 20 --key mine
  cairn bench http://other.example:8080 --scans queries.jsonl --rate max --connections 64
  cairn bench http://127.0.0.1:8080 --data ./data --batch 1000 --rate 20               # queries in volume

Questions fall due by the clock, whether those before are answered or not, and an answer's time counts from
then: a service that stalls is late for all that waited, and what was waited for in vain counts with its wait.
With --rate max each connection asks again as soon as it is answered, which shows how much a service takes and
says little about times. --steps raises the rate by half until the service does not hold it: fewer than 97 % of
what was asked is answered by 200 or 404, or the 99th percentile is ten times the first step's and above 20 ms.

The service need not be Cairn, nor keep connections open. --scans takes JSON lines of queries, of reports, of
submissions or of a log that holds queries, and tables with a column aps of number:dBm; plain, gzip or zstd.
Run it on another machine than the service, or read the ratios. http only: put what ends TLS out of the way.

Exit code 1: nothing was answered.";

/// Load a service with questions and say how it holds.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Bench {
    /// The service, for example `http://127.0.0.1:8080`; a path asks there instead of `/v1/geolocate`
    #[arg(value_name = "URL")]
    url: Uri,
    #[command(flatten)]
    asked: Asked,
    /// Path to ask, instead of the URL's
    #[arg(long, value_name = "PATH")]
    path: Option<String>,
    /// API key, sent as `?key=`
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Header of every request, repeatable
    #[arg(long, value_name = "NAME: VALUE", value_parser = target::header)]
    header: Vec<target::Header>,
    /// Queries a request, as JSON lines to `/v1/geolocate/batch`
    #[arg(long, visible_alias = "per-request", value_name = "N", value_parser = clap::value_parser!(u64).range(1..=BENCH_BATCH_MAX as u64))]
    batch: Option<u64>,
    /// Questions a second, several one after the other; or max
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "1000", value_parser = rate)]
    rate: Vec<Rate>,
    /// Raise the first rate by half, at most so many times, until it is not held; then say what is
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(BENCH_STEPS_MAX)))]
    steps: Option<u32>,
    /// Seconds for each rate
    #[arg(long, visible_alias = "duration", value_name = "S", default_value_t = 10)]
    seconds: u32,
    /// Seconds at the first rate before anything counts
    #[arg(long, value_name = "S", default_value_t = 1)]
    warm_up: u32,
    /// Connections, kept open where the service allows
    #[arg(long, value_name = "N", default_value_t = 32)]
    connections: usize,
    /// Threads that ask
    #[arg(long, value_name = "N", default_value_t = 1)]
    threads: usize,
    /// Seconds to wait for an answer before it counts as lost
    #[arg(long, value_name = "S", default_value_t = 5)]
    patience: u32,
    /// Print one JSON object a rate instead of a table
    #[arg(long)]
    json: bool,
}

/// How fast to ask.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Rate {
    /// Questions a second.
    Fixed(f64),
    /// As fast as answers come.
    Max,
}

/// Reads a rate.
fn rate(text: &str) -> Result<Rate, String> {
    if text == "max" {
        return Ok(Rate::Max);
    }
    match text.parse::<f64>() {
        Ok(rate) if rate > 0.0 && rate <= 1e7 => Ok(Rate::Fixed(rate)),
        _ => Err(format!("{text:?} is no rate: write questions a second, or max")),
    }
}

impl Bench {
    /// Asks at each rate and prints what came of it.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let plan = self.plan()?;
        let rates = self.rates();
        if self.warm_up > 0 {
            screen::note(&format!("asking {}{}: warming up", plan.host, plan.path));
            let time = Duration::from_secs(u64::from(self.warm_up));
            let _not_counted = at(rates[0], &Plan { time, ..plan.clone() })?;
        }
        let mut steps: Vec<Step> = Vec::new();
        for rate in rates {
            screen::note(&format!("asking {}{}: {}", plan.host, plan.path, words(rate)));
            let outcome = at(rate, &plan)?;
            let batch = self.batch.unwrap_or(1);
            let step = Step { rate: rate.fixed(), outcome, time: plan.time, batch };
            if self.json {
                screen::say(&step.object().to_string())?;
            }
            steps.push(step);
            if self.steps.is_some() && first_not_held(&steps).is_some() {
                break;
            }
        }
        self.tell(&steps)?;
        let is_answered = steps.iter().any(|step| step.outcome.n_answered() > 0);
        Ok(if is_answered { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }

    /// What does not change from rate to rate.
    fn plan(&self) -> anyhow::Result<Plan> {
        let target = Target::of(&self.url, self.path.as_deref(), self.key.as_deref(), self.batch)?;
        let bodies = self.asked.bodies(&target.path, self.batch)?;
        Ok(Plan {
            address: target.address,
            host: target.host,
            path: target.path,
            headers: self.header.iter().cloned().collect::<HeaderMap>(),
            content_type: if self.batch.is_some() {
                "application/x-ndjson"
            } else {
                "application/json"
            },
            bodies: Arc::new(bodies),
            rate: None,
            connections: self.connections.clamp(1, BENCH_CONNECTIONS_MAX),
            threads: self.threads,
            time: Duration::from_secs(u64::from(self.seconds.max(1))),
            patience: Duration::from_secs(u64::from(self.patience.max(1))),
        })
    }

    /// The rates to ask at, in turn.
    fn rates(&self) -> Vec<Rate> {
        match (self.steps, self.rate.first()) {
            (Some(n), Some(Rate::Fixed(first))) => {
                let ramp = std::iter::successors(Some(*first), |rate| Some(rate * 1.5));
                ramp.take(n as usize).map(|rate| Rate::Fixed(rate.round())).collect()
            }
            _ => self.rate.clone(),
        }
    }

    fn tell(&self, steps: &[Step]) -> anyhow::Result<()> {
        let knee = self.steps.map(|_| report::knee(steps));
        if self.json {
            return Ok(knee.map_or(Ok(()), |knee| screen::say(&knee.object().to_string()))?);
        }
        let rows: Vec<_> =
            std::iter::once(report::head()).chain(steps.iter().map(Step::row)).collect();
        screen::say(table(&rows).trim_end())?;
        for line in steps.iter().filter_map(Step::troubles) {
            screen::say(&line)?;
        }
        Ok(knee.map_or(Ok(()), |knee| screen::say(&knee.words()))?)
    }
}

impl Rate {
    const fn fixed(self) -> Option<f64> {
        match self {
            Self::Fixed(rate) => Some(rate),
            Self::Max => None,
        }
    }
}

fn at(rate: Rate, plan: &Plan) -> anyhow::Result<Outcome> {
    run(&Plan { rate: rate.fixed(), ..plan.clone() }, &Clock::System)
}

fn words(rate: Rate) -> String {
    match rate {
        Rate::Fixed(rate) => format!("{rate} questions a second"),
        Rate::Max => "as fast as it answers".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_above_zero_or_max() {
        assert_eq!((rate("max"), rate("2.5")), (Ok(Rate::Max), Ok(Rate::Fixed(2.5))));
        for wrong in ["", "0", "-1", "fast", "inf", "NaN", "1e9"] {
            assert!(rate(wrong).is_err(), "{wrong}");
        }
    }
}
