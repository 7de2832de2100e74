//! Queries from files: JSON lines of queries, reports or logs; tables of readings; plain, gzip or zstd.

use crate::limits::{BENCH_FILE_BYTES_MAX, BENCH_SCANS_MAX};
use anyhow::{Context as _, bail, ensure};
use axum::body::Bytes;
use cairn_ground::{Bssid, Dbm, TransmitterId};
use cairn_report::Observation;
use cairn_wire::capped::{Coding, inflate};
use cairn_wire::geolocate;
use serde_json::{Map, Value};

/// What of a report or a logged line is a query.
const QUERY_FIELDS: [&str; 10] = [
    "wifiAccessPoints",
    "bluetoothBeacons",
    "cellTowers",
    "considerIp",
    "fallbacks",
    "radioType",
    "carrier",
    "homeMobileCountryCode",
    "homeMobileNetworkCode",
    "uncertainty",
];
/// Names under which logs keep the query of a line.
const WRAPPERS: [&str; 4] = ["query", "request", "body", "payload"];
/// The column of a table that holds readings: `number:dBm`, with spaces between.
const READINGS: &str = "aps";

/// The queries of a file: JSON lines when its first line is JSON, else a table with the column `aps`.
///
/// A line may be a query, which is asked as it is; a report of a submission or a submission of several, of which
/// the networks are asked; or a line of a log that holds a query. More than [`BENCH_SCANS_MAX`] are left out.
///
/// # Errors
/// With the number of the first line that is neither.
pub(crate) fn queries(file: &[u8]) -> anyhow::Result<Vec<Bytes>> {
    let coding = match file {
        [0x1f, 0x8b, ..] => Coding::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Coding::Zstd,
        _ => Coding::Identity,
    };
    let text = inflate(file, coding, BENCH_FILE_BYTES_MAX).context("decompress the queries")?;
    let text = str::from_utf8(&text).context("the queries are no text")?;
    let text = text.trim_start_matches('\u{feff}');
    let bodies =
        if text.trim_start().starts_with(['{', '[']) { of_lines(text) } else { of_table(text) }?;
    ensure!(!bodies.is_empty(), "the file holds no query: one JSON document a line, or a table");
    Ok(bodies)
}

/// The lines of a file, each a body.
///
/// # Errors
/// When there is none.
pub(crate) fn as_they_are(text: &str) -> anyhow::Result<Vec<Bytes>> {
    let lines = text.lines().filter(|line| !line.trim().is_empty()).take(BENCH_SCANS_MAX);
    let bodies: Vec<Bytes> = lines.map(|line| Bytes::from(line.to_owned())).collect();
    ensure!(!bodies.is_empty(), "the file holds no line");
    Ok(bodies)
}

fn of_lines(text: &str) -> anyhow::Result<Vec<Bytes>> {
    let mut bodies = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if bodies.len() >= BENCH_SCANS_MAX {
            break;
        }
        if line.trim().is_empty() {
            continue;
        }
        let document: Value = serde_json::from_str(line)
            .with_context(|| format!("line {} is not one JSON document", number + 1))?;
        of_document(&document, line, &mut bodies);
    }
    bodies.truncate(BENCH_SCANS_MAX);
    Ok(bodies)
}

/// Adds what a document asks.
fn of_document(document: &Value, line: &str, bodies: &mut Vec<Bytes>) {
    let Value::Object(fields) = document else {
        if let Value::Array(documents) = document {
            for document in documents {
                of_document(document, &document.to_string(), bodies);
            }
        }
        return;
    };
    if let Some(Value::Array(reports)) = fields.get("items") {
        for report in reports {
            of_document(report, &report.to_string(), bodies);
        }
        return;
    }
    match WRAPPERS.iter().find_map(|name| fields.get(*name)) {
        Some(Value::String(text)) => {
            if let Ok(inner) = serde_json::from_str::<Value>(text) {
                of_document(&inner, text, bodies);
            }
        }
        Some(inner @ Value::Object(_)) => of_document(inner, &inner.to_string(), bodies),
        _ if fields.contains_key("position") || fields.contains_key("timestamp") => {
            let is_asked = |name: &str| QUERY_FIELDS.contains(&name);
            let asked: Map<String, Value> = fields
                .iter()
                .filter(|it| is_asked(it.0))
                .map(|it| (it.0.clone(), it.1.clone()))
                .collect();
            bodies.push(Bytes::from(Value::Object(asked).to_string()));
        }
        _ => bodies.push(Bytes::from(line.trim().to_owned())),
    }
}

fn of_table(text: &str) -> anyhow::Result<Vec<Bytes>> {
    let mut lines = text.lines();
    let head = lines.next().unwrap_or("");
    let column = head.split(',').position(|name| name.trim() == READINGS);
    let column = column.with_context(|| {
        format!("neither JSON lines nor a table with a column \"{READINGS}\" of number:dBm")
    })?;
    let mut bodies = Vec::new();
    for (number, line) in lines.enumerate().take(BENCH_SCANS_MAX) {
        let readings = line.split(',').nth(column).unwrap_or("");
        let heard = readings.split_whitespace().map(reading).collect::<Option<Vec<_>>>();
        let Some(heard) = heard else { bail!("line {}: a reading is not number:dBm", number + 2) };
        if !heard.is_empty() {
            bodies.push(Bytes::from(geolocate::encode_request(&heard)));
        }
    }
    Ok(bodies)
}

/// A reading of a transmitter that the table only numbers: its address is made of the number.
fn reading(text: &str) -> Option<Observation> {
    let (number, dbm) = text.split_once(':')?;
    let address = Bssid::from_u48(0x0200_0000_0000 | number.parse::<u64>().ok()? & 0xff_ffff_ffff);
    let power = Dbm::new(dbm.parse().ok()?).ok();
    Some(Observation { power, ..Observation::of(TransmitterId::Wifi(address)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(file: &str) -> Vec<String> {
        let bodies = queries(file.as_bytes()).unwrap();
        bodies.iter().map(|body| String::from_utf8(body.to_vec()).unwrap()).collect()
    }

    #[test]
    fn submissions_go_as_they_are() {
        let bodies = as_they_are("{\"items\":[]}\n\n{}\n").unwrap();
        assert_eq!(bodies, ["{\"items\":[]}", "{}"]);
        assert!(as_they_are("\n").is_err());
    }

    #[test]
    fn a_query_is_asked_as_it_is_and_a_broken_line_is_named() {
        let query = r#"{"considerIp": false, "wifiAccessPoints": []}"#;
        assert_eq!(texts(&format!("{query}\n\n{{}}\n")), [query, "{}"]);
        let broken = queries(b"{}\n{broken").unwrap_err();
        assert!(broken.to_string().contains("line 2"), "{broken}");
        assert!(queries(b"\n").is_err() && queries(b"").is_err() && queries(&[0xff; 9]).is_err());
    }

    #[test]
    fn of_reports_submissions_and_logs_the_networks_are_asked() {
        let wifi = r#""wifiAccessPoints":[{"macAddress":"02:00:5e:10:00:01"}]"#;
        let asked = format!("{{{wifi}}}");
        let report =
            format!(r#"{{"timestamp":1,"position":{{"latitude":1,"longitude":2}},{wifi}}}"#);
        assert_eq!(texts(&report), [asked.as_str()]);
        assert_eq!(
            texts(&format!(r#"{{"items":[{report},{report}]}}"#)),
            [asked.as_str(), asked.as_str()]
        );
        let logged = format!(r#"{{"time":"2026-01-01","path":"/v1/geolocate","query":{asked}}}"#);
        assert_eq!(texts(&logged), [asked.as_str()]);
        let text = serde_json::to_string(&asked).unwrap();
        assert_eq!(texts(&format!(r#"{{"status":200,"body":{text}}}"#)), [asked.as_str()]);
    }

    #[test]
    fn of_a_table_each_row_that_hears_something_is_asked() {
        let table = "month,floor,aps\n01,3,1:-90 2:-62\n01,3,\n02,3,300:-70\n";
        let asked = texts(table);
        assert_eq!(asked.len(), 2);
        let request = geolocate::decode(asked[0].as_bytes()).unwrap();
        assert_eq!(request.observations.len(), 2);
        assert!(queries(b"a,b\n1,2\n").unwrap_err().to_string().contains("aps"));
        assert!(queries(b"aps\n1:x\n").unwrap_err().to_string().contains("line 2"));
    }
}
