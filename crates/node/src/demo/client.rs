//! A phone's side of the wire: one connection kept open.

use anyhow::{Context as _, bail};
use cairn_report::{Observation, Report};
use cairn_wire::geolocate::{self, LocateAnswer};
use cairn_wire::geosubmit;
use std::net::SocketAddr;
use std::time::Duration;

/// Longest wait for one answer.
const TIMEOUT: Duration = Duration::from_mins(1);
/// Tries of a submission that the service puts off.
const TRIES: u32 = 20;

/// One client with its connection.
pub(super) struct Client {
    agent: ureq::Agent,
    base: String,
}

impl Client {
    /// A client of the service at `address`.
    pub(super) fn new(address: SocketAddr) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(TIMEOUT))
            .build()
            .into();
        Self { agent, base: format!("http://{address}") }
    }

    /// Sends reports as `nickname`; a service that is busy is asked again.
    pub(super) fn submit(&self, nickname: &str, reports: &[Report]) -> anyhow::Result<()> {
        let body = geosubmit::encode(reports);
        for _ in 0..TRIES {
            let answer = self
                .agent
                .post(format!("{}/v2/geosubmit", self.base))
                .header("Content-Type", "application/json")
                .header("X-Nickname", nickname)
                .send(&body)
                .context("send reports")?;
            match answer.status().as_u16() {
                200 => return Ok(()),
                429 | 503 => crate::clock::Clock::System.sleep(Duration::from_millis(200)),
                status => bail!("the service refused reports with status {status}"),
            }
        }
        bail!("the service stayed busy")
    }

    /// Asks where a phone that hears this is; `Err` holds the refusal's reason.
    pub(super) fn locate(
        &self,
        heard: &[Observation],
    ) -> anyhow::Result<Result<LocateAnswer, String>> {
        let mut answer = self
            .agent
            .post(format!("{}/v1/geolocate", self.base))
            .header("Content-Type", "application/json")
            .send(&geolocate::encode_request(heard))
            .context("ask")?;
        let status = answer.status().as_u16();
        let body = answer.body_mut().read_to_vec().context("read the answer")?;
        match status {
            200 => geolocate::decode_answer(&body)
                .map(Ok)
                .context("the service's answer cannot be read"),
            404 => Ok(Err(refusal(&body))),
            _ => bail!("the service answered a query with status {status}"),
        }
    }
}

/// The typed reason of a 404.
fn refusal(body: &[u8]) -> String {
    let value: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let reason = value["details"]["refusal"].as_str();
    reason.or_else(|| value["error"]["details"]["refusal"].as_str()).unwrap_or("refused").to_owned()
}
