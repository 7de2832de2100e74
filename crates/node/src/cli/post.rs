//! Sends reports to a running service, as a phone would; a busy service is asked again.

use crate::clock::Clock;
use crate::limits::IMPORT_RETRIES_MAX;
use anyhow::Context as _;
use cairn_report::Report;
use cairn_wire::geosubmit;
use std::time::Duration;

/// Longest time the service may take for one submission.
const TIME_MAX: Duration = Duration::from_mins(1);
/// Pause when the service does not say how long.
const PAUSE_S: u64 = 2;
/// Longest pause, whatever the service says.
const PAUSE_MAX_S: u64 = 60;

/// What program imported reports come from.
pub(super) const PROGRAM: &str = concat!("cairn-import/", env!("CARGO_PKG_VERSION"));

/// A service to send to.
#[derive(Debug)]
pub(super) struct Post {
    agent: ureq::Agent,
    url: String,
    clock: Clock,
}

impl Post {
    /// The service at `url`, such as `http://127.0.0.1:8080`.
    ///
    /// # Errors
    /// When the URL is not one of HTTP.
    pub(super) fn to(url: &str, clock: Clock) -> anyhow::Result<Self> {
        anyhow::ensure!(
            url.starts_with("http://") || url.starts_with("https://"),
            "{url} is not an http:// or https:// address"
        );
        let settings = ureq::Agent::config_builder()
            .timeout_global(Some(TIME_MAX))
            .http_status_as_error(false)
            .user_agent(PROGRAM)
            .build();
        let url = format!("{}/v2/geosubmit", url.trim_end_matches('/'));
        Ok(Self { agent: settings.into(), url, clock })
    }

    /// Sends one submission; returns when the service has it on disk.
    pub(super) fn send(&mut self, reports: &[Report]) -> anyhow::Result<()> {
        let body = geosubmit::encode(reports);
        for _ in 0..IMPORT_RETRIES_MAX {
            let mut response = self
                .agent
                .post(&self.url)
                .content_type("application/json")
                .send(&body[..])
                .with_context(|| format!("send to {}", self.url))?;
            let status = response.status().as_u16();
            match status {
                200..=299 => return Ok(()),
                429 | 503 => self.clock.sleep(pause(&response)),
                _ => {
                    let said = response.body_mut().read_to_string().unwrap_or_default();
                    anyhow::bail!("{} answered {status}: {said}", self.url);
                }
            }
        }
        anyhow::bail!("{} stayed busy", self.url)
    }
}

/// How long a busy service asks to wait.
fn pause<B>(response: &ureq::http::Response<B>) -> Duration {
    let header = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
    let seconds = header.and_then(|text| text.parse().ok()).unwrap_or(PAUSE_S);
    Duration::from_secs(seconds.min(PAUSE_MAX_S))
}
