//! How many transmitters are known, month by month: for people, and in the peers' series.

use super::super::reply;
use super::{HOUR, frame, kept_for};
use crate::publish::{Group, Months};
use crate::server::App;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use cairn_ground::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Titles of the series. Source: peers.md §2.7 (clients look for Mozilla's words).
const TITLES: [(Group, &str); 3] =
    [(Group::Ble, "MLS Bluetooth"), (Group::Cell, "MLS Cells"), (Group::Wifi, "MLS WiFi")];

/// `GET /stats`.
pub(super) async fn page(State(app): State<Arc<App>>) -> Response<Body> {
    frame::page(&app, "Numbers", &table(&app.shelf.months()))
}

/// `GET /stats_blue.json`.
pub(super) async fn blue(State(app): State<Arc<App>>) -> Response<Body> {
    series(&app, TITLES[0])
}

/// `GET /stats_cell.json`.
pub(super) async fn cell(State(app): State<Arc<App>>) -> Response<Body> {
    series(&app, TITLES[1])
}

/// `GET /stats_wifi.json`.
pub(super) async fn wifi(State(app): State<Arc<App>>) -> Response<Body> {
    series(&app, TITLES[2])
}

/// `GET /map.json`: there are no tiles.
pub(super) async fn map() -> Response<Body> {
    json_for_an_hour(&json!({"tiles_url": ""}))
}

fn series(app: &App, (group, title): (Group, &str)) -> Response<Body> {
    let data = app.shelf.months().series(group);
    json_for_an_hour(&json!({"series": [{"title": title, "data": data}]}))
}

fn json_for_an_hour(value: &Value) -> Response<Body> {
    kept_for(reply::json(StatusCode::OK, value.to_string().into_bytes()), HOUR)
}

/// The numbers as HTML: one row a month, newest first.
fn table(months: &Months) -> String {
    let groups = [Group::Wifi, Group::Ble, Group::Cell];
    let mut rows: BTreeMap<i64, [Option<u64>; 3]> = BTreeMap::new();
    for (column, group) in groups.into_iter().enumerate() {
        for (ms, n) in months.series(group) {
            rows.entry(ms).or_default()[column] = Some(n);
        }
    }
    let mut known = [0; 3];
    let mut lines: Vec<String> = Vec::new();
    for (ms, now) in rows {
        for (known, now) in known.iter_mut().zip(now) {
            *known = now.unwrap_or(*known);
        }
        let (year, month, _) = Timestamp::from_ms(ms).day().civil();
        let [wifi, ble, cell] = known;
        lines.push(format!(
            "<tr><td>{year:04}-{month:02}</td><td>{wifi}</td><td>{ble}</td><td>{cell}</td></tr>"
        ));
    }
    lines.reverse();
    format!(
        "<p>Transmitters ever heard until the end of a month.</p><table><tr><th>Month</th>\
         <th>Wi-Fi</th><th>Bluetooth</th><th>Cells</th></tr>{}</table>",
        lines.concat()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_without_news_of_a_kind_repeats_the_number_before() {
        let months: Months = serde_json::from_value(json!({
            "wifi": {"18293": 2, "18322": 1}, "ble": {}, "cell": {"18293": 5},
        }))
        .unwrap();
        let html = table(&months);
        let march = "<tr><td>2020-03</td><td>3</td><td>0</td><td>5</td></tr>";
        let february = "<tr><td>2020-02</td><td>2</td><td>0</td><td>5</td></tr>";
        assert!(html.contains(&format!("{march}{february}")), "{html}");
    }
}
