//! Snapshots swapped under load, damaged ones published, shadows beside: answers never fail and never mix.

use crate::support::client::{connect, get, post};
use crate::support::{CAIRN, Data, Server, cairn, cairn_reading, said, wait_for};
use cairn_snapshot::Manifest;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Swaps in the normal run; `cargo xtask swaps` makes more.
const SWAPS: u64 = 50;
/// What tells how many.
const VARIABLE: &str = "CAIRN_SWAPS";
/// Clients that ask all the time.
const CLIENTS: usize = 3;
/// What memory of the process's own may grow by over all swaps, KiB: a swap that stays would cost a set's worth each.
const GROWTH_KIB_MAX: u64 = 24 * 1024;

/// The file of a made-up map.
pub(crate) fn made_up(folder: &Path, n: u64, seed: u64) -> PathBuf {
    let (n, seed) = (n.to_string(), seed.to_string());
    let out = folder.to_str().unwrap();
    let args = ["snapshot", "build", "--made-up", &n, "--seed", &seed, "--out", out];
    PathBuf::from(said(&cairn(&args)).trim())
}

/// A query of transmitters that stand together in every made-up map, somewhere else in each.
fn query(first: u64) -> String {
    let networks: Vec<String> = (first..first + 20)
        .map(|n| format!(r#"{{"macAddress":"02:00:00:00:{:02x}:{:02x}"}}"#, n >> 8, n & 255))
        .collect();
    format!(r#"{{"considerIp":false,"wifiAccessPoints":[{}]}}"#, networks.join(","))
}

/// What a snapshot answers.
fn answer_of(file: &Path, query: &str) -> String {
    let args = ["locate", "-", "--snapshot", file.to_str().unwrap()];
    said(&cairn_reading(&args, query)).trim().to_owned()
}

/// A replica of what is in `from`, looking every few milliseconds.
pub(crate) fn replica(data: &Data, flag: &str, from: &Path, more: &str) -> Server {
    let file = data.path().join("replica.toml");
    std::fs::write(&file, format!("[serving]\nlook_ms = 5\n{more}")).unwrap();
    let mut command = Command::new(CAIRN);
    command.args(["locate", "--listen", "127.0.0.1:0", flag]).arg(from).arg("--config").arg(file);
    Server::spawn(command)
}

pub(crate) fn is_ready(server: &Server) -> bool {
    get(server.address(), "/readyz").status == 200
}

/// Names a file as the base of the next manifest.
fn publish(maps: &Path, file: &Path, generation: u64) {
    let base = file.file_name().unwrap().to_str().unwrap().to_owned();
    let manifest = Manifest { generation, base: Some(base), ..Manifest::default() };
    manifest.store(maps, generation - 1).unwrap();
}

/// Asks on one connection until told to stop; how often it was answered by each of the bodies.
fn ask_all_the_time(address: &str, query: &str, bodies: &[String], stop: &AtomicBool) -> Vec<u64> {
    let mut counts = vec![0; bodies.len()];
    let stream = connect(address).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    let request = format!(
        "POST /v1/geolocate HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{query}",
        query.len()
    );
    while !stop.load(Ordering::Relaxed) {
        stream.write_all(request.as_bytes()).unwrap();
        let (mut line, mut length, mut status) = (String::new(), 0, String::new());
        while reader.read_line(&mut line).unwrap() > 2 {
            if status.is_empty() {
                line.trim().clone_into(&mut status);
            }
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            line.clear();
        }
        assert!(status.ends_with("200 OK"), "a failed request: {status:?}");
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let body = String::from_utf8(body).unwrap();
        let known = bodies.iter().position(|it| *it == body);
        counts[known.unwrap_or_else(|| panic!("an answer of no snapshot: {body}"))] += 1;
    }
    counts
}

pub(crate) fn own_kib(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("RssAnon:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn n_mappings(server: &Server) -> usize {
    let maps = std::fs::read_to_string(format!("/proc/{}/maps", server.pid())).unwrap();
    maps.lines().filter(|line| line.contains(".snapshot")).count()
}

#[test]
fn many_swaps_under_load_fail_no_request_and_leave_nothing_behind() {
    // invariant: N1
    #[expect(clippy::disallowed_methods, reason = "the long run is the same test with more swaps")]
    let n_swaps: u64 = std::env::var(VARIABLE).map_or(SWAPS, |n| n.parse().unwrap());
    let data = Data::new();
    let maps = data.path().join("maps");
    let files = [made_up(&maps, 20_000, 1), made_up(&maps, 20_000, 2)];
    let query = query(640);
    let bodies = files.each_ref().map(|file| answer_of(file, &query));
    assert_ne!(bodies[0], bodies[1]);
    publish(&maps, &files[0], 1);
    let server = replica(&data, "--maps", &maps, "");
    wait_for("readiness", || is_ready(&server));
    let (stop, own_before) = (AtomicBool::new(false), AtomicU64::new(0));
    let counts = std::thread::scope(|scope| {
        let ask = || ask_all_the_time(server.address(), &query, &bodies, &stop);
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(ask)).collect();
        for n in 1..=n_swaps {
            publish(&maps, &files[usize::from(n % 2 == 1)], n + 1);
            #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
            let generation = (n + 1) as f64 - 0.5;
            wait_for("a swap", || server.metric("snapshot_generation") > generation);
            if n == SWAPS / 2 {
                own_before.store(own_kib(&server), Ordering::Relaxed);
            }
        }
        stop.store(true, Ordering::Relaxed);
        clients.into_iter().map(|client| client.join().unwrap()).collect::<Vec<_>>()
    });
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let wanted = n_swaps as f64 - 0.5;
    assert!(server.metric("serving_swaps_total") > wanted);
    let sum = |nth: usize| counts.iter().map(|count| count[nth]).sum::<u64>();
    assert!(sum(0) > 0 && sum(1) > 0, "both were asked: {counts:?}");
    wait_for("the old ones to be unmapped", || n_mappings(&server) == 1);
    let grown = own_kib(&server).saturating_sub(own_before.load(Ordering::Relaxed));
    assert!(grown < GROWTH_KIB_MAX, "{grown} KiB more after {n_swaps} swaps");
    let seconds = server.metric("serving_swap_seconds_sum") / wanted;
    println!(
        "{n_swaps} swaps, {} answers, none failed; {:.1} ms a swap, {grown} KiB more",
        sum(0) + sum(1),
        seconds * 1e3
    );
    server.stop();
}

/// A file with one bit of a record changed, under the name and in the place of the sound one.
fn damaged(maps: &Path, seed: u64) -> PathBuf {
    let file = made_up(maps, 20_000, seed);
    let mut bytes = std::fs::read(&file).unwrap();
    let at = bytes.len() * 2 / 3;
    bytes[at] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    file
}

#[test]
fn damaged_foreign_cut_and_missing_snapshots_are_named_while_the_one_before_serves() {
    // invariant: S2
    let data = Data::new();
    let maps = data.path().join("maps");
    let (good, query) = (made_up(&maps, 20_000, 1), query(640));
    let body = answer_of(&good, &query);
    publish(&maps, &good, 1);
    let mut server = replica(&data, "--maps", &maps, "");
    server.expect("a snapshot cannot be used: the one before keeps serving");
    wait_for("readiness", || is_ready(&server));
    let flipped = damaged(&maps, 2);
    let cut = made_up(&maps, 20_000, 3);
    let bytes = std::fs::read(&cut).unwrap();
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    let foreign = maps.join("00112233aabbccdd.snapshot");
    std::fs::write(&foreign, vec![7; 4_096]).unwrap();
    let misnamed = maps.join("ffeeddccbbaa9988.snapshot");
    std::fs::copy(&good, &misnamed).unwrap();
    let cases = [(flipped, "block"), (cut, "length"), (foreign, "foreign"), (misnamed, "misnamed")];
    for (nth, (file, kind)) in (0..).zip(cases) {
        publish(&maps, &file, 2 + nth);
        let metric = format!("snapshot_refused_total{{kind=\"{kind}\"}}");
        wait_for(kind, || server.metric(&metric) > 0.5);
        let name = file.file_name().unwrap().to_str().unwrap();
        wait_for("its name in the log", || server.log().contains(name));
        assert_eq!(post(server.address(), "/v1/geolocate", query.as_bytes()).text(), body);
        assert!(is_ready(&server));
    }
    let next = made_up(&maps, 20_000, 4);
    publish(&maps, &next, 6);
    let body = answer_of(&next, &query);
    wait_for("the next", || {
        post(server.address(), "/v1/geolocate", query.as_bytes()).text() == body
    });
    server.stop();
}

#[test]
fn a_replica_of_a_damaged_snapshot_is_up_and_never_ready_until_a_sound_one_takes_its_place() {
    let data = Data::new();
    let file = damaged(data.path(), 1);
    let now = data.path().join("now.snapshot");
    std::fs::rename(&file, &now).unwrap();
    let mut server = replica(&data, "--snapshot", &now, "");
    server.expect("a snapshot cannot be used: the one before keeps serving");
    wait_for("the refusal", || server.metric("snapshot_refused_total{kind=\"block\"}") > 0.5);
    assert_eq!(get(server.address(), "/readyz").status, 503);
    let sound = made_up(data.path(), 20_000, 2);
    let body = answer_of(&sound, &query(640));
    std::fs::rename(&sound, &now).unwrap();
    wait_for("readiness", || is_ready(&server));
    assert_eq!(post(server.address(), "/v1/geolocate", query(640).as_bytes()).text(), body);
    server.stop();
}

#[test]
fn a_shadow_answers_every_query_unseen_and_says_how_far_it_is_off() {
    let data = Data::new();
    let (live, other) = (made_up(data.path(), 20_000, 1), made_up(data.path(), 10_000, 2));
    let shadows = format!(
        "shadow = [{:?}, {:?}]\nshadow_percent = 100.0\n",
        live.to_str().unwrap(),
        other.to_str().unwrap()
    );
    let server = replica(&data, "--snapshot", &live, &shadows);
    wait_for("readiness", || is_ready(&server));
    wait_for("both shadows", || server.log().matches("answers in the shadow").count() == 2);
    for first in [640, 1_280, 15_040] {
        let query = query(first);
        let sent = post(server.address(), "/v1/geolocate", query.as_bytes()).text();
        assert_eq!(sent, answer_of(&live, &query));
    }
    assert_eq!(post(server.address(), "/v1/geolocate", b"{\"considerIp\":false}").status, 404);
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let metric = |path: &Path, verdict: &str| {
        let shadow = name(path);
        server.metric(&format!("shadow_answers_total{{shadow=\"{shadow}\",verdict=\"{verdict}\"}}"))
    };
    let is = |path: &Path, verdict: &str, n: f64| (metric(path, verdict) - n).abs() < 0.5;
    wait_for("the same map to agree", || is(&live, "both", 3.0) && is(&live, "neither", 1.0));
    wait_for("the smaller one to know less", || {
        is(&other, "both", 2.0) && is(&other, "only_live", 1.0) && is(&other, "neither", 1.0)
    });
    let far = |path: &Path| {
        server.metric(&format!("shadow_distance_meters_sum{{shadow=\"{}\"}}", name(path)))
    };
    assert!(far(&live) < 0.01 && far(&other) > 1_000.0, "{} {}", far(&live), far(&other));
    server.stop();
}

#[test]
fn published_snapshots_are_served_one_after_the_other_and_old_files_go() {
    let (data, built) = (Data::new(), Data::new());
    let maps = data.path().join("maps");
    let to = maps.to_str().unwrap();
    let publish = |file: &Path| {
        said(&cairn(&["snapshot", "publish", file.to_str().unwrap(), "--to", to])).trim().to_owned()
    };
    let first = made_up(built.path(), 5_000, 1);
    assert_eq!(publish(&first), "generation 1");
    let server = replica(&data, "--maps", &maps, "warm_up = \"populate\"\n");
    wait_for("readiness", || is_ready(&server));
    for seed in 2..6 {
        publish(&made_up(built.path(), 5_000, seed));
    }
    wait_for("the last", || server.metric("snapshot_generation") > 4.5);
    let n_files = || {
        let names = std::fs::read_dir(&maps).unwrap();
        names
            .filter(|it| it.as_ref().unwrap().path().extension().is_some_and(|e| e == "snapshot"))
            .count()
    };
    assert!(n_files() <= 3, "{}", n_files());
    let refused = damaged(built.path(), 9);
    let output = cairn(&["snapshot", "publish", refused.to_str().unwrap(), "--to", to]);
    assert!(!output.status.success(), "a damaged one was published");
    assert!(String::from_utf8_lossy(&output.stderr).contains("block"), "{output:?}");
    server.stop();
}
