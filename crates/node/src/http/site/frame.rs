//! How a page looks: one frame around a text, with no script and nothing from elsewhere.

use super::{HOUR, kept_for};
use crate::server::App;
use axum::body::Body;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_FRAME_OPTIONS};
use axum::http::{HeaderName, HeaderValue, Response};

/// What these pages may do: be read. Stricter than the map's page, which runs a program.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The looks.
const STYLE: &str = "body{font:16px/1.55 system-ui,sans-serif;max-width:44rem;margin:2rem auto;\
padding:0 1rem;color:#1c2b2a;background:#fff}a{color:#0f6f66}nav a{margin-right:1rem}\
table{border-collapse:collapse}td,th{text-align:left;padding:.2rem 1rem .2rem 0}\
code{background:#eef3f2;padding:0 .25rem}\
@media(prefers-color-scheme:dark){body{color:#dfe9e7;background:#14201f}a{color:#5cc9bd}\
code{background:#22312f}}";

/// Where the pages lead.
const NAVIGATION: &str = r#"<nav><a href="/">Map</a><a href="/api">API</a>
<a href="/downloads">Downloads</a><a href="/stats">Numbers</a><a href="/privacy">Privacy</a>
<a href="/optout">Opt out</a><a href="/terms">Terms</a><a href="/contact">Contact</a></nav>"#;

/// A page: `body` is HTML, its outside words escaped by whoever made it.
pub(super) fn page(app: &App, title: &str, body: &str) -> Response<Body> {
    let operator = match app.config.site.operator.as_str() {
        "" => String::new(),
        name => format!(" This service is run by {}.", escaped(name)),
    };
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <title>{title} – Cairn</title><link rel=\"icon\" href=\"/favicon.svg\">\n\
         <style>{STYLE}</style></head>\n<body>{NAVIGATION}\n<h1>{title}</h1>\n{body}\n\
         <p><small>Cairn {}, an open location service.{operator}</small></p></body></html>\n",
        env!("CARGO_PKG_VERSION"),
    );
    let mut response = kept_for(Response::new(Body::from(html)), HOUR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    let filter = HeaderName::from_static("x-xss-protection");
    headers.insert(filter, HeaderValue::from_static("1; mode=block"));
    response
}

/// Text that a browser reads as text.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_s_words_are_text() {
        let said = escaped(r#"<a href="x">A & B's</a>"#);
        assert_eq!(said, "&lt;a href=&quot;x&quot;&gt;A &amp; B&#39;s&lt;/a&gt;");
    }

    #[test]
    fn pages_run_no_script_and_load_nothing_from_elsewhere() {
        assert!(!POLICY.contains("script-src") && !POLICY.contains("http"));
        assert!(!STYLE.contains("url("));
    }
}
