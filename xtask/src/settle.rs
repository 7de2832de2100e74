//! Waits until a running server has learned and published all that it acknowledged.

use std::env::current_exe;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::clock::{Stopwatch, human};
use crate::server::get;

/// How long the server may take.
const LIMIT: Duration = Duration::from_mins(5);

/// How often it is asked.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// What is zero when nothing is left to do.
const METRICS: [&str; 3] = ["radiomap_lag_bytes", "snapshot_publish_age_ms", "snapshot_draft"];

/// The command line of a shell that waits for the server at `url`, for scripts that take one.
///
/// # Errors
/// The system does not say where this program lies.
pub(crate) fn command(url: &str) -> Result<String> {
    let program = current_exe().context("find this program")?;
    Ok(format!("'{}' settle {url}", program.display()))
}

/// Waits for the server at `url`.
///
/// # Errors
/// It does not answer, or is not done within five minutes.
#[expect(clippy::disallowed_methods, reason = "a development task waits for a server")]
pub(crate) fn run(url: &str) -> Result<()> {
    let address = url.strip_prefix("http://").unwrap_or(url).trim_end_matches('/');
    let watch = Stopwatch::start();
    while watch.elapsed() < LIMIT {
        if is_settled(&get(address, "/metrics")?)? {
            return Ok(());
        }
        thread::sleep(POLL_INTERVAL);
    }
    bail!("{url} still learns after {}", human(LIMIT))
}

/// Whether the metrics say that nothing waits.
fn is_settled(metrics: &str) -> Result<bool> {
    for name in METRICS {
        let of_name = |line: &str| line.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned);
        let value = metrics.lines().find_map(of_name);
        if value.with_context(|| format!("no metric {name}"))? != "0" {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_settled_when_all_metrics_are_zero() {
        let metrics = |lag: u32, age: u32| {
            format!(
                "# HELP x\nradiomap_lag_bytes {lag}\nsnapshot_publish_age_ms {age}\nsnapshot_draft 0\n# EOF\n"
            )
        };
        assert!(is_settled(&metrics(0, 0)).unwrap());
        assert!(!is_settled(&metrics(17, 0)).unwrap());
        assert!(!is_settled(&metrics(0, 3)).unwrap());
        assert!(is_settled("radiomap_lag_bytes 0\n").is_err());
    }
}
