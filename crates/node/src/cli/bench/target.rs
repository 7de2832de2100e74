//! Where a load goes: address, host, path, headers.

use anyhow::Context as _;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderName, HeaderValue, Uri};
use std::net::{SocketAddr, ToSocketAddrs as _};

/// A header of every request.
pub(super) type Header = (HeaderName, HeaderValue);

/// Where to connect, the host's name, and the path.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) address: SocketAddr,
    pub(super) host: String,
    pub(super) path: String,
}

impl Target {
    /// Of a URL, with what the flags put in its place.
    pub(super) fn of(
        url: &Uri,
        path: Option<&str>,
        key: Option<&str>,
        batch: Option<u64>,
    ) -> anyhow::Result<Self> {
        anyhow::ensure!(url.scheme_str() == Some("http"), "{url} is no http:// address");
        let authority = url.authority().with_context(|| format!("{url} names no host"))?;
        let port = authority.port_u16().unwrap_or(80);
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        let address =
            (host, port).to_socket_addrs().with_context(|| format!("look up {host}"))?.next();
        let address = address.with_context(|| format!("{host} has no address"))?;
        let standard = if batch.is_some() { "/v1/geolocate/batch" } else { "/v1/geolocate" };
        let of_url = url.path_and_query().map(PathAndQuery::as_str).filter(|it| *it != "/");
        let mut path = path.or(of_url).unwrap_or(standard).to_owned();
        anyhow::ensure!(path.starts_with('/'), "{path} is no path: it begins with /");
        if let Some(key) = key {
            path.push(if path.contains('?') { '&' } else { '?' });
            path.extend(["key=", &escaped(key)]);
        }
        path.parse::<Uri>().with_context(|| format!("{path} is no path"))?;
        Ok(Self { address, host: authority.to_string(), path })
    }
}

/// A key as it may stand in a query string.
fn escaped(key: &str) -> String {
    let escape = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    key.bytes().map(escape).collect()
}

/// Reads `Name: value`.
pub(super) fn header(text: &str) -> Result<Header, String> {
    let wrong = || format!("{text:?} is no header: write Name: value");
    let (name, value) = text.split_once(':').ok_or_else(wrong)?;
    match (name.trim().parse(), value.trim().parse()) {
        (Ok(name), Ok(value)) => Ok((name, value)),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_an_http_address_with_a_path_or_the_protocol_s() {
        let of = |text: &str| Target::of(&text.parse().unwrap(), None, None, None);
        let it = of("http://127.0.0.1:8080").unwrap();
        assert_eq!(
            (it.address.to_string(), it.host),
            ("127.0.0.1:8080".into(), "127.0.0.1:8080".into())
        );
        assert_eq!(it.path, "/v1/geolocate");
        assert_eq!(of("http://[::1]:81/v1/geolocate?key=a").unwrap().path, "/v1/geolocate?key=a");
        assert!(of("https://127.0.0.1").is_err());
    }

    #[test]
    fn flags_stand_in_for_the_path_and_add_the_key() {
        let path = |url: &str, path, key, batch| {
            Target::of(&url.parse().unwrap(), path, key, batch).map(|it| it.path)
        };
        let url = "http://127.0.0.1/api?v=1";
        assert_eq!(path(url, None, Some("a b&"), None).unwrap(), "/api?v=1&key=a%20b%26");
        assert_eq!(path(url, Some("/x"), Some("k"), None).unwrap(), "/x?key=k");
        assert_eq!(path("http://127.0.0.1", None, None, Some(9)).unwrap(), "/v1/geolocate/batch");
        assert!(path(url, Some("x"), None, None).is_err());
    }

    #[test]
    fn a_header_has_a_name_and_a_value() {
        let (name, value) = header("X-Forwarded-For: 192.0.2.1").unwrap();
        assert_eq!((name.as_str(), value.to_str().unwrap()), ("x-forwarded-for", "192.0.2.1"));
        assert!(
            header("none").is_err() && header("a b: c").is_err() && header("a: \u{1}").is_err()
        );
    }
}
