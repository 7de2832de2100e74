//! How this program asks another server that it was told of: one program's name, no redirects, every status an answer.

use std::time::Duration;
use ureq::Agent;

/// Asks within `whole`; a connection is there within `connect`, where that is named.
pub(crate) fn agent(connect: Option<Duration>, whole: Duration) -> Agent {
    let settings = Agent::config_builder()
        .timeout_connect(connect)
        .timeout_global(Some(whole))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("cairn/", env!("CARGO_PKG_VERSION")))
        .build();
    settings.into()
}
