//! `/downloads`: what is published, and the files themselves.

use super::super::admit::admit_reader;
use super::super::page::missing;
use super::super::reply;
use super::file::FileBody;
use super::{HOUR, frame, kept_for};
use crate::access::Route;
use crate::publish::{Kind, Offer};
use crate::server::App;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Response, StatusCode};
use std::sync::Arc;

/// Seconds after which somebody should come back when too many files are on their way.
const BUSY_RETRY_S: u32 = 60;

/// The list of published files.
pub(super) async fn list(State(app): State<Arc<App>>) -> Response<Body> {
    let offers = tokio::task::block_in_place(|| app.shelf.offers());
    frame::page(&app, "Downloads", &body(&offers))
}

/// The list as HTML; names hold only what this program puts into them.
fn body(offers: &[Offer]) -> String {
    if offers.is_empty() {
        return "<p>This service publishes no files.</p>".to_owned();
    }
    let rows: Vec<String> = offers.iter().map(row).collect();
    format!(
        "<p>Cells of mobile networks that several contributors heard, in the columns of the Mozilla \
         Location Service: all of them once a day, what is new or changed every hour. Coverage says \
         how many transmitters are heard in each H3 cell, and what is wanted how far wrong answers are \
         expected to be there, and what one more contribution is worth. Wi-Fi and Bluetooth devices are never \
         listed: see <a href=\"/privacy\">privacy</a>.</p>\
         <table><tr><th>File</th><th>Holds</th><th>Bytes</th><th>Written</th></tr>{}</table>",
        rows.concat()
    )
}

fn row(offer: &Offer) -> String {
    let holds = match offer.kind {
        Kind::Full => "all cells",
        Kind::Diff => "changes",
        Kind::Coverage => "coverage",
        Kind::Wanted => "where to measure next",
    };
    format!(
        "<tr><td><a href=\"/downloads/{0}\">{0}</a></td><td>{holds}</td><td>{1}</td><td>{2}</td></tr>",
        offer.name,
        offer.size_bytes,
        offer.written.day()
    )
}

/// One published file; any other name is not there.
pub(super) async fn one(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    head: Parts,
) -> Response<Body> {
    if let Err(error) = admit_reader(&app, &head, Route::Download) {
        return reply::failure(&error.into());
    }
    let Some((file, size_bytes)) = tokio::task::block_in_place(|| app.shelf.take(&name)) else {
        return missing();
    };
    let body = if head.method == Method::HEAD {
        Body::empty()
    } else {
        let Ok(place) = Arc::clone(&app.shelf.places).try_acquire_owned() else { return busy() };
        Body::new(FileBody::of(file, place))
    };
    let mut response = kept_for(Response::new(body), HOUR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/gzip"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(size_bytes));
    response
}

/// Too many files are on their way.
fn busy() -> Response<Body> {
    let mut response = reply::text(StatusCode::SERVICE_UNAVAILABLE, "too many downloads");
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(BUSY_RETRY_S));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::Timestamp;

    #[test]
    fn the_list_names_each_file_with_its_size_and_day() {
        assert!(body(&[]).contains("publishes no files"));
        let offer = Offer {
            name: "coverage.csv.gz".to_owned(),
            kind: Kind::Coverage,
            size_bytes: 1_234,
            written: Timestamp::from_ms(1_542_549_074_000),
        };
        let html = body(&[offer]);
        let wanted = "<a href=\"/downloads/coverage.csv.gz\">coverage.csv.gz</a></td>\
                      <td>coverage</td><td>1234</td><td>2018-11-18</td>";
        assert!(html.contains(wanted), "{html}");
    }
}
