//! One request to an MLflow server (REST 2.0), and what its answer says.

use super::error::MirrorError;
use crate::limits::{MIRROR_ANSWER_BYTES_MAX, MIRROR_MESSAGE_CHARS_MAX};
use crate::outward;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;
use ureq::Body;
use ureq::http::Response;

/// Longest time for a connection to be there. Source: choice: a person waits for the command.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(3);
/// Longest time for the whole of a request. Source: choice: a megabyte of losses over a slow line.
const TIME_MAX: Duration = Duration::from_secs(15);
/// Where the calls are.
const CALLS: &str = "api/2.0/mlflow";
/// Where artifacts are put.
const ARTIFACTS: &str = "api/2.0/mlflow-artifacts/artifacts";

/// An MLflow server.
#[derive(Debug, Clone)]
pub struct Client {
    agent: ureq::Agent,
    base: String,
}

/// What MLflow says when it says no.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct No {
    error_code: String,
    message: String,
}

impl Client {
    /// The server at an address such as `http://127.0.0.1:5000`.
    ///
    /// # Errors
    /// When that is no address.
    pub fn to(url: &str) -> Result<Self, MirrorError> {
        let base = url.trim_end_matches('/');
        let host = base.strip_prefix("http://").or_else(|| base.strip_prefix("https://"));
        let is_address = host.is_some_and(|it| !it.is_empty() && !it.starts_with('/'));
        if !is_address || base.contains(['?', '#', ' ', '@']) {
            return Err(MirrorError::Address(url.to_owned()));
        }
        let agent = outward::agent(Some(CONNECT_TIME_MAX), TIME_MAX);
        Ok(Self { agent, base: base.to_owned() })
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.base
    }

    /// Asks for something.
    pub(super) fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, MirrorError> {
        let mut request = self.agent.get(format!("{}/{CALLS}/{path}", self.base));
        for (key, value) in query {
            request = request.query(key, value);
        }
        read(path, request.call())
    }

    /// Says something.
    pub(super) fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &Value,
    ) -> Result<T, MirrorError> {
        let request = self.agent.post(format!("{}/{CALLS}/{path}", self.base));
        read(path, request.content_type("application/json").send(body.to_string()))
    }

    /// Takes something back.
    pub(super) fn delete(&self, path: &str, body: &Value) -> Result<(), MirrorError> {
        let request = self.agent.delete(format!("{}/{CALLS}/{path}", self.base));
        let request = request.header("Content-Type", "application/json").force_send_body();
        read::<Value>(path, request.send(body.to_string())).map(|_empty| ())
    }

    /// Puts a file.
    pub(super) fn put(&self, path: &str, bytes: &[u8]) -> Result<(), MirrorError> {
        let request = self.agent.put(format!("{}/{ARTIFACTS}/{path}", self.base));
        let sent = request.content_type("application/octet-stream").send(bytes);
        read::<Value>(path, sent).map(|_empty| ())
    }
}

/// What an answer says.
fn read<T: DeserializeOwned>(
    path: &str,
    answer: Result<Response<Body>, ureq::Error>,
) -> Result<T, MirrorError> {
    let unreachable = |error| MirrorError::Unreachable(Box::new(error));
    let mut answer = answer.map_err(unreachable)?;
    let status = answer.status().as_u16();
    let limited = answer.body_mut().with_config().limit(MIRROR_ANSWER_BYTES_MAX);
    let bytes = limited.read_to_vec().map_err(unreachable)?;
    let path = path.to_owned();
    // A file that was put is answered with nothing at all.
    let bytes = if bytes.is_empty() { b"{}".to_vec() } else { bytes };
    if !(200..300).contains(&status) {
        let no: No = serde_json::from_slice(&bytes).unwrap_or_default();
        let message = no.message.chars().filter(|it| !it.is_control());
        let message = message.take(MIRROR_MESSAGE_CHARS_MAX).collect();
        return Err(MirrorError::Refused { path, status, code: no.error_code, message });
    }
    serde_json::from_slice(&bytes)
        .map_err(|error| MirrorError::Nonsense { path, what: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_of_a_server_and_holds_no_secret() {
        assert_eq!(Client::to("http://[::1]:5000/").unwrap().url(), "http://[::1]:5000");
        assert!(Client::to("https://ml.example.org/mlflow").is_ok());
        for no in
            ["ml.example.org", "ftp://a", "http://", "http:///a", "http://a?b", "http://u:p@a"]
        {
            assert!(matches!(Client::to(no), Err(MirrorError::Address(_))), "{no}");
        }
    }
}
