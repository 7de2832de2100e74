//! One request to a further server, and what its answer means.

use crate::config::RelayServer;
use crate::outward;
use flate2::{Compression, write::GzEncoder};
use std::io::Write as _;
use std::time::Duration;
use ureq::http::Response;

/// Longest time for a connection to be there.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(10);
/// Longest time for the whole of a request.
const TIME_MAX: Duration = Duration::from_mins(1);

/// What an answer means for the reports sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It has them.
    Taken,
    /// It will never take these: 400 and the like.
    Refused(u16),
    /// Not now: try again, after the time it asks for.
    Later {
        /// The status, when it answered at all.
        status: Option<u16>,
        /// What it asked for.
        after: Option<Duration>,
    },
}

/// A further server.
#[derive(Debug)]
pub(super) struct Sender {
    agent: ureq::Agent,
    url: String,
}

impl Sender {
    /// The server as configured.
    pub(super) fn to(server: &RelayServer) -> Self {
        let agent = outward::agent(Some(CONNECT_TIME_MAX), TIME_MAX);
        Self { agent, url: with_key(&server.url, &server.key) }
    }

    /// Sends one body of geosubmit v2.
    pub(super) fn send(&self, body: &[u8]) -> Verdict {
        let Ok(packed) = gzip(body) else { return Verdict::Later { status: None, after: None } };
        let request = self
            .agent
            .post(&self.url)
            .content_type("application/json")
            .header("Content-Encoding", "gzip");
        match request.send(&packed[..]) {
            Ok(response) => verdict(&response),
            Err(error) => {
                // The error's text can hold the address with the key: its kind says enough.
                let kind = std::mem::discriminant(&error);
                tracing::debug!(?kind, "a further server could not be asked");
                Verdict::Later { status: None, after: None }
            }
        }
    }
}

/// What an answer means. A refusal of these reports lets them go; one of ourselves (key, quota, path,
/// load) keeps them, since it says nothing about them.
fn verdict<B>(response: &Response<B>) -> Verdict {
    match response.status().as_u16() {
        200..=299 => Verdict::Taken,
        status @ (400 | 406 | 409 | 410 | 411 | 413 | 414 | 415 | 422) => Verdict::Refused(status),
        status => {
            let header = response.headers().get("retry-after");
            let seconds = header.and_then(|it| it.to_str().ok()).and_then(|it| it.parse().ok());
            Verdict::Later { status: Some(status), after: seconds.map(Duration::from_secs) }
        }
    }
}

/// The address with the key in its query; a key holds what needs no escape, or is escaped.
fn with_key(url: &str, key: &str) -> String {
    if key.is_empty() {
        return url.to_owned();
    }
    let joint = if url.contains('?') { '&' } else { '?' };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let escaped = key.bytes().map(|byte| {
        if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    });
    format!("{url}{joint}key={}", escaped.collect::<String>())
}

fn gzip(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(body)?;
    packed.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, retry_after: Option<&str>) -> Verdict {
        let mut response = Response::builder().status(status);
        if let Some(text) = retry_after {
            response = response.header("Retry-After", text);
        }
        verdict(&response.body(()).unwrap())
    }

    #[test]
    fn only_a_verdict_about_the_reports_lets_them_go() {
        assert_eq!(answer(200, None), Verdict::Taken);
        assert_eq!(answer(204, None), Verdict::Taken);
        assert_eq!(answer(400, None), Verdict::Refused(400));
        assert_eq!(answer(413, None), Verdict::Refused(413));
        for status in [301, 401, 403, 404, 408, 429, 500, 503] {
            let later = Verdict::Later { status: Some(status), after: None };
            assert_eq!(answer(status, None), later, "{status}");
        }
    }

    #[test]
    fn the_time_asked_for_is_read_in_seconds() {
        let after = Some(Duration::from_secs(17));
        assert_eq!(answer(429, Some("17")), Verdict::Later { status: Some(429), after });
        let never = answer(503, Some("Wed, 21 Oct 2026 07:28:00 GMT"));
        assert_eq!(never, Verdict::Later { status: Some(503), after: None });
    }

    #[test]
    fn a_key_goes_into_the_query_and_cannot_end_it() {
        assert_eq!(with_key("https://a/v2/geosubmit", ""), "https://a/v2/geosubmit");
        assert_eq!(with_key("https://a/v2", "k-1"), "https://a/v2?key=k-1");
        assert_eq!(with_key("https://a/v2?x=1", "a&b"), "https://a/v2?x=1&key=a%26b");
    }
}
