//! `cairn bench`: a load for any service that speaks the protocol, and how it holds.

use super::screen;
use super::table::table;
use crate::bench::{Outcome, Plan, run, scans};
use crate::clock::Clock;
use crate::learner::found_set;
use crate::limits::BENCH_CONNECTIONS_MAX;
use crate::store::Store;
use anyhow::Context as _;
use axum::body::Bytes;
use axum::http::Uri;
use clap::Args;
use std::fs::File;
use std::io::BufReader;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// What `cairn bench --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn bench http://127.0.0.1:8080 --data ./data --rate 2000
  cairn bench http://127.0.0.1:8080 --scans queries.jsonl --rate 500,1000,2000,4000 --seconds 20
  cairn bench http://other.example:8080 --scans queries.jsonl --rate max --connections 64

Questions fall due by the clock, whether those before are answered or not, and an answer's time counts from
then: a service that stalls is late for all that waited. With --rate max each connection asks again as soon as
it is answered, which shows how much a service takes and says little about times. Run it on another machine
than the service, or read the ratios. http only: put what ends TLS out of the way.

Exit code 1: nothing was answered.";

/// Load a service with questions and say how it holds.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Bench {
    /// The service, for example `http://127.0.0.1:8080`; a path asks there instead of `/v1/geolocate`
    #[arg(value_name = "URL")]
    url: Uri,
    /// Queries to ask in turn, a JSON document a line
    #[arg(long, value_name = "FILE", required_unless_present = "data")]
    scans: Option<PathBuf>,
    /// A data folder of Cairn to draw queries from: networks known to it that stand together
    #[arg(long, value_name = "DIR", conflicts_with = "scans")]
    data: Option<PathBuf>,
    /// Networks of a drawn query
    #[arg(long, value_name = "N", default_value_t = 20)]
    networks: usize,
    /// Drawn queries
    #[arg(long, value_name = "N", default_value_t = 4_096)]
    queries: usize,
    /// Queries in one request, a line each: for `/v1/geolocate/batch`
    #[arg(long, value_name = "N", default_value_t = 1)]
    per_request: usize,
    /// Seed of what is drawn
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Questions a second, several one after the other; or max
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "1000", value_parser = rate)]
    rate: Vec<Rate>,
    /// Seconds for each rate
    #[arg(long, value_name = "S", default_value_t = 10)]
    seconds: u32,
    /// Connections, kept open
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
        let bodies = Arc::new(self.bodies()?);
        let (address, host, path) = target(&self.url)?;
        let mut rows = vec![head()];
        let mut n_answered = 0;
        for rate in &self.rate {
            let plan = Plan {
                address,
                host: host.clone(),
                path: path.clone(),
                bodies: Arc::clone(&bodies),
                rate: if let Rate::Fixed(rate) = rate { Some(*rate) } else { None },
                connections: self.connections.clamp(1, BENCH_CONNECTIONS_MAX),
                threads: self.threads,
                time: Duration::from_secs(u64::from(self.seconds.max(1))),
                patience: Duration::from_secs(u64::from(self.patience.max(1))),
            };
            screen::note(&format!("asking {host}{path}: {}", words(*rate)));
            let outcome = run(&plan, &Clock::System)?;
            n_answered += outcome.n_answered();
            if self.json {
                screen::say(&object(*rate, &outcome, plan.time).to_string())?;
            }
            rows.push(row(*rate, &outcome, plan.time));
        }
        if !self.json {
            screen::say(table(&rows).trim_end())?;
        }
        Ok(if n_answered > 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }

    /// What to ask, so many queries in a request.
    fn bodies(&self) -> anyhow::Result<Vec<Bytes>> {
        let bodies = self.queries()?;
        Ok(if self.per_request > 1 { scans::in_batches(&bodies, self.per_request) } else { bodies })
    }

    /// The queries one by one.
    fn queries(&self) -> anyhow::Result<Vec<Bytes>> {
        match (&self.scans, &self.data) {
            (Some(path), _) => {
                let file = File::open(path).with_context(|| format!("open {}", path.display()))?;
                scans::of_file(&mut BufReader::new(file))
            }
            (None, Some(data)) => {
                let set = found_set(&Store::at(data))?;
                scans::of_map(&set, (self.queries, self.networks), self.seed)
            }
            (None, None) => anyhow::bail!("--scans or --data is needed"),
        }
    }
}

/// Where to connect, the host's name, and the path.
fn target(url: &Uri) -> anyhow::Result<(SocketAddr, String, String)> {
    anyhow::ensure!(url.scheme_str() == Some("http"), "{url} is no http:// address");
    let authority = url.authority().with_context(|| format!("{url} names no host"))?;
    let port = authority.port_u16().unwrap_or(80);
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let address = (host, port).to_socket_addrs().with_context(|| format!("look up {host}"))?.next();
    let address = address.with_context(|| format!("{host} has no address"))?;
    let path = match url.path_and_query() {
        Some(path) if path.as_str() != "/" => path.as_str().to_owned(),
        _ => "/v1/geolocate".to_owned(),
    };
    Ok((address, authority.to_string(), path))
}

fn words(rate: Rate) -> String {
    match rate {
        Rate::Fixed(rate) => format!("{rate} questions a second"),
        Rate::Max => "as fast as it answers".to_owned(),
    }
}

fn head() -> Vec<String> {
    let names = [
        "asked/s",
        "answered/s",
        "found",
        "404",
        "put off",
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

#[expect(clippy::cast_precision_loss, reason = "a count of answers")]
fn per_second(n: u64, time: Duration) -> f64 {
    n as f64 / time.as_secs_f64()
}

fn row(rate: Rate, outcome: &Outcome, time: Duration) -> Vec<String> {
    let asked = match rate {
        Rate::Fixed(rate) => format!("{rate}"),
        Rate::Max => "max".to_owned(),
    };
    let counts = [outcome.found, outcome.not_found, outcome.put_off, outcome.other, outcome.lost];
    let mut row = vec![asked, format!("{:.0}", per_second(outcome.n_answered(), time))];
    row.extend(counts.iter().map(u64::to_string));
    row.extend([0.5, 0.9, 0.99, 0.999].map(|share| format!("{:.2}", outcome.quantile_ms(share))));
    row.push(format!("{:.2}", outcome.max_ms()));
    row
}

fn object(rate: Rate, outcome: &Outcome, time: Duration) -> serde_json::Value {
    let asked_per_s = if let Rate::Fixed(rate) = rate { Some(rate) } else { None };
    serde_json::json!({
        "asked_per_s": asked_per_s,
        "answered_per_s": per_second(outcome.n_answered(), time),
        "found": outcome.found,
        "not_found": outcome.not_found,
        "put_off": outcome.put_off,
        "other": outcome.other,
        "lost": outcome.lost,
        "p50_ms": outcome.quantile_ms(0.5),
        "p90_ms": outcome.quantile_ms(0.9),
        "p99_ms": outcome.quantile_ms(0.99),
        "p999_ms": outcome.quantile_ms(0.999),
        "max_ms": outcome.max_ms(),
    })
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

    #[test]
    fn a_url_is_an_http_address_with_a_path_or_the_protocol_s() {
        let of = |text: &str| target(&text.parse().unwrap());
        let (address, host, path) = of("http://127.0.0.1:8080").unwrap();
        assert_eq!(
            (address.to_string().as_str(), host.as_str()),
            ("127.0.0.1:8080", "127.0.0.1:8080")
        );
        assert_eq!(path, "/v1/geolocate");
        assert_eq!(of("http://[::1]:81/v1/geolocate?key=a").unwrap().2, "/v1/geolocate?key=a");
        assert!(of("https://127.0.0.1").is_err());
    }
}
