//! The embedded front end: built files of the folder web/dist, inside the binary.

use super::reply;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_FRAME_OPTIONS};
use axum::http::{HeaderValue, Response, StatusCode};

/// One embedded file: its path, its content type, its bytes.
type File = (&'static str, &'static str, &'static [u8]);

/// Lists files of web/dist to embed.
macro_rules! dist {
    ($($name:literal => $kind:literal),* $(,)?) => {
        [$((
            concat!("/", $name),
            $kind,
            include_bytes!(concat!("../../../../web/dist/", $name)).as_slice(),
        )),*]
    };
}

/// The files of the page.
const FILES: [File; 6] = dist! {
    "index.html" => "text/html; charset=utf-8",
    "app.js" => "text/javascript; charset=utf-8",
    "app.css" => "text/css; charset=utf-8",
    "map-worker.js" => "text/javascript; charset=utf-8",
    "favicon.svg" => "image/svg+xml",
    "LICENSES.txt" => "text/plain; charset=utf-8",
};

/// What the page may do: load itself, ask its own server, draw. Nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data: blob:; connect-src 'self'; worker-src 'self' blob:; font-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Paths the page answers, without `/`.
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(path, _, _)| *path)
}

/// One file of the page; `/` is its start.
pub(super) fn file(path: &str) -> Response<Body> {
    let wanted = if path == "/" { "/index.html" } else { path };
    let Some((_, kind, bytes)) = FILES.iter().find(|(path, _, _)| *path == wanted) else {
        return missing();
    };
    let mut response = Response::new(Body::from(*bytes));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}

/// The answer to an unknown path. Source: peers.md §2.1.
pub(super) fn missing() -> Response<Body> {
    let mut response = reply::text(StatusCode::NOT_FOUND, "<h1>404 Not Found</h1>");
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_embedded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/dist");
        let mut there: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| format!("/{}", entry.unwrap().file_name().to_str().unwrap()))
            .collect();
        there.sort();
        let mut embedded: Vec<_> = paths().collect();
        embedded.sort_unstable();
        assert_eq!(there, embedded);
    }

    #[test]
    fn the_page_may_not_load_anything_from_elsewhere() {
        let response = file("/");
        assert_eq!(response.status(), StatusCode::OK);
        assert!(!POLICY.contains("http"), "{POLICY}");
        assert_eq!(file("/../Cargo.toml").status(), StatusCode::NOT_FOUND);
    }
}
