//! Rows as they were served are made again offline, equal in every bit: by the real binary, on 10⁵ queries.

use crate::support::client::{dechunked, post};
use crate::support::models::Models;
use crate::support::reports::{self, walk};
use crate::support::taught::teach;
use crate::support::{Data, Server, cairn, said, wait_for};
use crate::swaps::{is_ready, made_up, replica};
use cairn_learning::registry::Alias;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

/// Rows that are logged at least.
const ROWS: usize = 100_000;
/// Queries of one batch: as many as may wait for the writer, so that none is dropped.
const BATCH: usize = 10_000;
/// Transmitters of the map.
const TRANSMITTERS: usize = 20_000;

/// Query number `n`: some transmitters that stand together, with powers, ages and, of some, a neighbor cell.
fn query(n: usize) -> String {
    let first = (n * 7 % (TRANSMITTERS / 64)) * 64 + n % 44;
    let networks: Vec<String> = (first..first + 10 + n % 7)
        .map(|at| {
            let power = 40 + (n * 13 + at * 7) % 50;
            let age = (n * 31 + at * 17) % 5_000;
            let rest = if n.is_multiple_of(3) { String::new() } else { format!(",\"age\":{age}") };
            let tenth = at % 10;
            format!(
                r#"{{"macAddress":"02:00:00:00:{:02x}:{:02x}","signalStrength":-{power}.{tenth},"ssid":"home {n}"{rest}}}"#,
                at >> 8,
                at & 255
            )
        })
        .collect();
    let cells =
        r#""cellTowers":[{"radioType":"lte","primaryScramblingCode":7,"signalStrength":-99}]"#;
    let cells = if n.is_multiple_of(11) { cells } else { r#""cellTowers":[]"# };
    format!(
        r#"{{"id":"who {n}","considerIp":false,{cells},"wifiAccessPoints":[{}]}}"#,
        networks.join(",")
    )
}

/// Asks batches until so many places came back; how many did.
fn ask_until(server: &Server, n_wanted: usize) -> usize {
    let mut n_found = 0;
    for nth in 0.. {
        let mut body = String::new();
        for n in nth * BATCH..(nth + 1) * BATCH {
            writeln!(body, "{}", query(n)).unwrap();
        }
        let answer = dechunked(&post(server.address(), "/v1/geolocate/batch", body.as_bytes()));
        let answer = String::from_utf8(answer).unwrap();
        n_found += answer.lines().filter(|line| line.contains("\"accuracy\"")).count();
        // The writer is behind by what a batch holds at most.
        wait_for("the rows", || n_rows(server, "kept") + 0.5 > as_f64(n_found));
        if n_found >= n_wanted {
            break;
        }
    }
    n_found
}

#[expect(clippy::cast_precision_loss, reason = "a hundred thousand")]
const fn as_f64(n: usize) -> f64 {
    n as f64
}

fn n_rows(server: &Server, outcome: &str) -> f64 {
    server.metric(&format!("model_rows_total{{outcome=\"{outcome}\"}}"))
}

/// A map, a folder of models with a champion, and a server that keeps every row.
fn start(data: &Data) -> (PathBuf, Server) {
    let map = made_up(&data.path().join("maps"), TRANSMITTERS as u64, 1);
    let folder = data.path().join("models");
    let models = Models::at(&folder);
    models.call(&models.add(300.0), Alias::Champion);
    let rows = data.path().join("rows");
    let more = format!(
        "[models]\nfolder = {folder:?}\nrows_folder = {rows:?}\nrows_percent = 100.0\n\
         rows_queue_max = 65536\nrows_bytes_max = 16777216\nrows_files_max = 100\n"
    );
    let server = replica(data, "--snapshot", &map, &more);
    wait_for("readiness", || is_ready(&server));
    (map, server)
}

/// What `cairn model rows` says of rows.
fn rebuild(rows: &Path, map: &Path, models: &Path) -> Output {
    let [rows, map, models] = [rows, map, models].map(|path| path.to_str().unwrap());
    cairn(&["model", "rows", rows, "--snapshot", map, "--models", models])
}

/// All lines of all files of rows.
fn lines(rows: &Path) -> Vec<String> {
    let mut files: Vec<_> = fs::read_dir(rows).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    files
        .iter()
        .flat_map(|file| {
            fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn rows_of_a_service_that_learns_are_made_again_from_its_overlays_after_a_kill() {
    let data = Data::new();
    let rows = data.path().join("rows");
    let settings = format!(
        "connections_max = 100\n[learner]\nquiet_ms = 600000\n\
         [models]\nrows_folder = {rows:?}\nrows_percent = 100.0\n"
    );
    let server = Server::start_under(&data, &settings, &[]);
    let mut n_asked = 0;
    for (lat, lng, first) in [(52.52, 13.40, 1), (48.85, 2.35, 11)] {
        teach(&server, &walk(lat, lng, first, i64::try_from(first).unwrap()));
        for from in (1..=first).step_by(10) {
            let asked = reports::query(&[from, from + 1, from + 2]);
            assert_eq!(post(server.address(), "/v1/geolocate", &asked).status, 200);
            n_asked += 1;
        }
    }
    wait_for("the rows", || n_rows(&server, "kept") + 0.5 > as_f64(n_asked));
    wait_for("the file", || {
        lines(&rows).iter().filter(|it| it.starts_with("{\"query\"")).count() == n_asked
    });
    server.kill();
    let told = said(&cairn(&[
        "model",
        "rows",
        rows.to_str().unwrap(),
        "--data",
        data.path().to_str().unwrap(),
    ]));
    assert!(told.contains(" rows equal in every bit, 0 different, 0 unreadable"), "{told}");
    assert!(lines(&rows).iter().any(|line| line.contains("\"model\":null")));
}

#[test]
fn a_row_that_differs_in_one_bit_a_map_that_is_gone_and_a_line_that_is_none_are_told() {
    let data = Data::new();
    let (map, server) = start(&data);
    ask_until(&server, 1);
    server.stop();
    let [rows, models] = ["rows", "models"].map(|name| data.path().join(name));
    let file = rows.join("rows-00000001.jsonl");
    let whole = fs::read_to_string(&file).unwrap();
    let says = |text: &str, map: &Path| {
        fs::write(&file, text).unwrap();
        let output = rebuild(&file, map, &models);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let longer = whole.replacen("\"signalStrength\":-", "\"signalStrength\":-1", 1);
    let told = says(&longer, &map);
    assert!(told.contains(":2: ") && told.contains(", 1 different, 0 unreadable"), "{told}");
    let radii = whole.find("\"radii_m\":[").unwrap() + 11;
    let mut other = whole.clone();
    other.insert(radii, '9');
    assert!(says(&other, &map).contains("radii served [9"), "{}", says(&other, &map));
    assert!(says(&whole.replacen("\"row\":", "\"rows\":", 1), &map).contains(" 1 unreadable"));
    let another = made_up(&data.path().join("maps"), 5_000, 2);
    assert!(says(&whole, &another).starts_with("0 rows equal"));
    fs::write(&file, whole.replacen("\"features\":\"", "\"features\":\"0", 1)).unwrap();
    let refused = rebuild(&file, &map, &models);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("rows of feature set 0"));
}

#[test]
fn a_hundred_thousand_rows_as_served_are_made_again_equal_in_every_bit() {
    let data = Data::new();
    let (map, server) = start(&data);
    let n_rows = ask_until(&server, ROWS);
    server.stop();
    let rows = data.path().join("rows");
    let models = data.path().join("models");
    let told = said(&rebuild(&rows, &map, &models));
    assert!(told.starts_with(&format!("{n_rows} rows equal in every bit, 0 different")), "{told}");
    let all = lines(&rows);
    assert!(
        all.iter().filter(|line| line.starts_with("{\"schema\"")).count() > 1,
        "files take turns"
    );
    assert!(!all.iter().any(|line| line.contains("home ") || line.contains("who ")));
}
