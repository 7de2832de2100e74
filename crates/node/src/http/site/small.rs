//! Robots and icons.

use super::super::{page, reply};
use super::{DAY, kept_for};
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response, StatusCode};

/// Pages may be found; asking programs' paths teaches a search engine nothing.
const ROBOTS: &str = "User-agent: *\nDisallow: /v1/\nDisallow: /v2/\nDisallow: /geolocation/\n\
    Disallow: /downloads/\nDisallow: /metrics\nDisallow: /__\nAllow: /\n";

/// The mark as a picture for phones' start pages.
const TOUCH_ICON: &[u8] = include_bytes!("touch-icon.png");

/// `GET /robots.txt`.
pub(super) async fn robots() -> Response<Body> {
    kept_for(reply::text(StatusCode::OK, ROBOTS), DAY)
}

/// `GET /favicon.ico`: the page's icon, which is a drawing.
pub(super) async fn icon() -> Response<Body> {
    kept_for(page::file("/favicon.svg"), DAY)
}

/// `GET /apple-touch-icon-precomposed.png`.
pub(super) async fn touch_icon() -> Response<Body> {
    let mut response = kept_for(Response::new(Body::from(TOUCH_ICON)), DAY);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("image/png"));
    response
}
