//! `/api`: the description of `/openapi.json` to read and to try, drawn by a script of our own.

use super::{HOUR, frame, kept_for};
use crate::server::App;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, Response};
use std::sync::Arc;

/// The script.
const SCRIPT: &str = include_str!("api.js");

/// What this page may do beyond the others: run that script, which asks its own server.
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; \
    style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// The page before its script ran.
const BODY: &str = r#"<style>:root{color-scheme:light dark}details{border:1px solid #8886;border-radius:.4rem;margin:.4rem 0;padding:.4rem .7rem}
summary{cursor:pointer;overflow-wrap:anywhere}textarea{box-sizing:border-box;width:100%;font:13px/1.4 monospace}
label{margin-right:1rem}input{font:inherit;max-width:14rem}button{font:inherit;margin:.5rem 0;padding:.2rem 1.2rem}
pre{overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere;font-size:13px}pre:empty{display:none}
pre.answer{border-left:3px solid #0f6f66;padding-left:.7rem}td{vertical-align:top}td p{margin:0}
table{display:block;overflow-x:auto;font-size:14px}</style>
<p>Programs ask for a place, and contribute reports, in the JSON of the Mozilla Location Service. The
description for programs is <a href="/openapi.json"><code>/openapi.json</code></a> (OpenAPI 3.1); below is the
same to read and to try. What is sent is sent to this service, reports too.</p>
<noscript><p>Without scripts there is only the description for programs.</p></noscript>
<div id="operations"><p>Reading the description …</p></div>
<script src="/api.js" defer></script>"#;

/// `GET /api`.
pub(super) async fn page(State(app): State<Arc<App>>) -> Response<Body> {
    let mut response = frame::page(&app, "API", BODY);
    let policy = HeaderValue::from_static(POLICY);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    response
}

/// `GET /api.js`.
pub(super) async fn script() -> Response<Body> {
    let mut response = kept_for(Response::new(Body::from(SCRIPT)), HOUR);
    let kind = HeaderValue::from_static("text/javascript; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_its_own_file_and_writes_no_markup() {
        assert!(!POLICY.contains("http") && !POLICY.contains("'unsafe-eval'"));
        assert!(BODY.matches("<script").count() == 1 && BODY.contains("<script src=\"/api.js\""));
        for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
            assert!(!SCRIPT.contains(word), "{word}");
        }
    }
}
