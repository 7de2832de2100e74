//! Before anything of a body is read: may this request come in?

use super::address::client_address;
use super::body;
use crate::access::{Ask, Route};
use crate::server::App;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use cairn_wire::errors::PublicError;
use std::net::IpAddr;

/// Lets a request in and counts it against its key, or says what the client is told instead.
pub(super) fn admit(app: &App, head: &Parts, route: Route) -> Result<(), PublicError> {
    admit_from(app, head, route, client_address(app, head))
}

/// The same for who knows the client's address.
pub(super) fn admit_from(
    app: &App,
    head: &Parts,
    route: Route,
    address: IpAddr,
) -> Result<(), PublicError> {
    let key = key_of(&head.uri, &head.headers);
    if key.is_empty() && app.access.is_open(route) {
        return Ok(());
    }
    let ask = Ask { key, route, address };
    app.access.admit(&ask, app.clock.now()).map_err(|refused| {
        app.metrics.not_let_in(refused.name());
        refused.into()
    })
}

/// The same for what is open to everybody unless the operator asks for a key; no limit but a key's counts.
pub(super) fn admit_reader(app: &App, head: &Parts, route: Route) -> Result<(), PublicError> {
    if app.access.demands_key(route) { admit(app, head, route) } else { Ok(()) }
}

/// The same for a request with a body: it is handed on unread, or thrown away unread.
pub(super) async fn admit_body(
    app: &App,
    head: &Parts,
    body: Body,
    route: Route,
) -> Result<Body, PublicError> {
    match admit(app, head, route) {
        Ok(()) => Ok(body),
        Err(refused) => {
            body::drain(&head.headers, body).await;
            Err(refused)
        }
    }
}

/// The API key of a request: the `key` parameter, else the header that gRPC clients can set.
pub(super) fn key_of<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> &'a str {
    match query_key(uri.query().unwrap_or("")) {
        "" => headers.get("x-api-key").and_then(|key| key.to_str().ok()).unwrap_or(""),
        key => key,
    }
}

/// The `key` parameter of a query string, as sent: no character of a key is ever percent-encoded.
pub(super) fn query_key(query: &str) -> &str {
    query.split('&').find_map(|pair| pair.strip_prefix("key=")).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_the_whole_parameter_of_that_name() {
        assert_eq!(query_key("a=1&key=abc"), "abc");
        assert_eq!(query_key("monkey=1"), "");
        assert_eq!(query_key(""), "");
    }
}
