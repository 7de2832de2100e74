//! Batches of queries: the same answers as one by one, in order, in bounded memory.

use crate::support::client::{Answer, connect, dechunked, post, read_answer, request};
use crate::support::reports::{address, query, walk};
use crate::support::taught::{settle, teach};
use crate::support::{Data, Server, cairn, said, wait_for};
use cairn_ground::{Bssid, Dbm, TransmitterId};
use cairn_report::Observation;
use cairn_wire::errors::{NoAnswer, PublicError};
use cairn_wire::proto;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::Shutdown;
use std::process::Command;

const PATH: &str = "/v1/geolocate/batch";

/// A server that knows two places.
fn taught(data: &Data, flags: &[&str]) -> Server {
    let server = Server::start_with(data, flags);
    teach(&server, &[walk(52.52, 13.40, 1, 0), walk(48.85, 2.35, 11, 1)].concat());
    server
}

fn lines(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type").as_deref(), Some("application/x-ndjson"));
    let body = String::from_utf8(dechunked(answer)).unwrap();
    assert!(body.is_empty() || body.ends_with('\n'));
    body.lines().map(str::to_owned).collect()
}

fn json(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

/// Queries for the first place, the second, and nowhere.
fn three() -> [String; 3] {
    [&[1, 2, 3][..], &[11, 12, 13], &[101, 102]].map(|wifi| String::from_utf8(query(wifi)).unwrap())
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn each_line_gets_the_answer_it_would_get_alone_and_a_bad_one_costs_itself() {
    let data = Data::new();
    let server = taught(&data, &[]);
    let [here, there, nowhere] = three();
    let broken = "{\"wifiAccessPoints\":".to_owned();
    let asked = [&here, &broken, &nowhere, &there, &"[]".to_owned(), &"{}".to_owned(), &here];
    let body = asked.map(String::as_str).join("\r\n\n  \n");
    for kind in ["application/x-ndjson", "application/jsonl", "application/json", "text/plain"] {
        let answer =
            request(server.address(), "POST", PATH, &[("Content-Type", kind)], body.as_bytes());
        let answers = lines(&answer.unwrap());
        assert_eq!(answers.len(), asked.len(), "blank lines have no answer");
        for (line, answer) in asked.iter().zip(&answers) {
            let alone = post(server.address(), "/v1/geolocate", line.as_bytes());
            assert_eq!(*answer, alone.text(), "{line}");
        }
        assert!(json(&answers[0])["location"]["lat"].as_f64().unwrap() > 52.0);
        assert_eq!(json(&answers[1])["error"]["code"], 400);
    }
    assert!((server.metric("node_batch_queries_total{form=\"json\"}") - 28.0).abs() < 0.5);
    server.stop();
}

#[test]
fn a_query_s_name_comes_back_and_a_line_too_long_is_refused_by_itself() {
    let data = Data::new();
    let server = taught(&data, &[]);
    let [here, _, nowhere] = three();
    let named = |line: &str, id: &str| format!("{{\"id\":{id},{}", line.strip_prefix('{').unwrap());
    let long = format!("{{\"carrier\":\"{}\"}}", "x".repeat(256 * 1024));
    let body = [named(&here, "\"bus 7\""), long, named(&nowhere, "8")].join("\n");
    let answers = lines(&post(server.address(), PATH, body.as_bytes()));
    assert_eq!((answers.len(), &json(&answers[0])["id"]), (3, &"bus 7".into()));
    assert!(json(&answers[0])["location"].is_object());
    let refused = json(&answers[1]);
    assert_eq!(
        (&refused["error"]["code"], &refused["details"]["bytes_max"]),
        (&413.into(), &262_144.into())
    );
    assert_eq!(
        (&json(&answers[2])["id"], &json(&answers[2])["error"]["code"]),
        (&8.into(), &404.into())
    );
    server.stop();
}

#[test]
fn compressed_batches_are_read_and_one_that_is_cut_says_how_far_it_came() {
    let data = Data::new();
    let server = taught(&data, &[]);
    let body = three().join("\n").repeat(200);
    let plain = lines(&post(server.address(), PATH, body.as_bytes()));
    let send = |coding: &str, bytes: &[u8]| {
        request(server.address(), "POST", PATH, &[("Content-Encoding", coding)], bytes).unwrap()
    };
    let gzipped = gzip(body.as_bytes());
    assert_eq!(lines(&send("gzip", &gzipped)), plain);
    assert_eq!(lines(&send("zstd", &zstd_of(&data, body.as_bytes()))), plain);
    let cut = lines(&send("gzip", &gzipped[..gzipped.len() - 20]));
    let (last, whole) = cut.split_last().unwrap();
    let n_answered = json(last)["batch"]["queries"].as_u64().unwrap();
    assert_eq!((n_answered, &json(last)["error"]["code"]), (whole.len() as u64, &400.into()));
    assert_eq!(whole, &plain[..whole.len()]);
    let none = send("gzip", b"{}\n{}\n");
    assert_eq!(none.status, 400, "nothing of it could be read: {none:?}");
    assert!(server.metric("node_batches_ended_early_total{reason=\"parseError\"}") > 1.5);
    server.stop();
}

/// The same through the zstd of this machine's command line, or a stored frame where there is none.
fn zstd_of(data: &Data, plain: &[u8]) -> Vec<u8> {
    let file = data.path().join("batch");
    std::fs::write(&file, plain).unwrap();
    match Command::new("zstd").args(["-q", "-c"]).arg(&file).output() {
        Ok(output) => output.stdout,
        Err(_no_zstd) => raw_zstd(plain),
    }
}

/// A zstd frame of raw blocks. Source: RFC 8878 §3.1.1.
fn raw_zstd(plain: &[u8]) -> Vec<u8> {
    let mut out = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58];
    let mut blocks = plain.chunks(100_000).peekable();
    while let Some(block) = blocks.next() {
        let head = u32::try_from(block.len()).unwrap() << 3 | u32::from(blocks.peek().is_none());
        out.extend_from_slice(&head.to_le_bytes()[..3]);
        out.extend_from_slice(block);
    }
    out
}

#[test]
fn answers_come_while_more_is_asked() {
    let data = Data::new();
    let server = taught(&data, &[]);
    let mut stream = connect(server.address()).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let head = format!("POST {PATH} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut seen = String::new();
    for line in three().iter().cycle().take(6) {
        write!(stream, "{:x}\r\n{line}\n\r\n", line.len() + 1).unwrap();
        let wanted = if line.contains(":06:50") { "notFound" } else { "location" };
        seen.clear();
        // The next is not asked before this one is answered.
        while !seen.contains(wanted) {
            assert!(reader.read_line(&mut seen).unwrap() > 0, "closed: {seen}");
        }
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    server.stop();
}

#[test]
fn messages_are_answered_as_the_json_of_the_same_query() {
    let data = Data::new();
    let server = taught(&data, &[]);
    let proto = [("Content-Type", "application/x-protobuf")];
    let send =
        |path: &str, body: &[u8]| request(server.address(), "POST", path, &proto, body).unwrap();
    let mut list = Vec::new();
    for (wifi, status) in [([1, 2, 3], 200), ([11, 12, 13], 200), ([101, 102, 103], 404)] {
        let heard: Vec<_> = wifi.iter().map(|n| observation(*n)).collect();
        let message = proto::encode_query(&heard, "me");
        let by_message = send("/v1/geolocate", &message);
        assert_eq!(
            (by_message.status, by_message.header("content-type")),
            (status, Some(proto[0].1.to_owned()))
        );
        let by_json =
            post(server.address(), "/v1/geolocate", &cairn_wire::geolocate::encode_request(&heard));
        let details = Some(NoAnswer::TooFewKnown { known: 0, needed: 2 });
        let answer = cairn_wire::geolocate::decode_answer(&by_json.body);
        let refused = PublicError::NotFound { details };
        let want = proto::encode_answer(answer.as_ref().ok_or(&refused), "me");
        assert_eq!(by_message.body, want);
        proto::push_answer(&mut list, &message);
    }
    let batch = send(PATH, &list);
    assert_eq!(batch.header("content-type"), Some(proto[0].1.to_owned()));
    let alone = |n: u64| {
        send("/v1/geolocate", &proto::encode_query(&[0, 1, 2].map(|k| observation(n + k)), "me"))
            .body
    };
    let mut want = Vec::new();
    [1, 11, 101].map(alone).iter().for_each(|answer| proto::push_answer(&mut want, answer));
    assert_eq!(dechunked(&batch), want);
    assert_eq!(send(PATH, b"{}").status, 400);
    assert_eq!(send("/v1/geolocate", b"{}").status, 400);
    assert_eq!(send("/v2/geosubmit", b"").status, 400);
    server.stop();
}

fn observation(n: u64) -> Observation {
    let address = Bssid::parse(&address(n)).unwrap();
    Observation { power: Dbm::new(-60.0).ok(), ..Observation::of(TransmitterId::Wifi(address)) }
}

#[test]
fn a_batch_counts_as_its_queries_against_the_key_s_day() {
    let data = Data::new();
    let dir = data.path().to_str().unwrap().to_owned();
    let flags = ["keys", "add", "--data", &dir, "--name", "bulk", "--requests-per-day", "5"];
    let secret = said(&cairn(&flags));
    let server = taught(&data, &[]);
    let [here, ..] = three();
    let path = format!("{PATH}?key={}", secret.trim());
    let codes: Vec<_> =
        lines(&post(server.address(), &path, format!("{here}\n").repeat(7).as_bytes()))
            .iter()
            .map(|line| json(line)["error"]["code"].as_u64())
            .collect();
    assert_eq!(codes, [None, None, None, None, None, Some(403), Some(403)]);
    let refused = post(server.address(), &path, here.as_bytes());
    assert_eq!(refused.status, 403, "the day is used up: {refused:?}");
    server.stop();
}

#[test]
fn a_hundred_thousand_queries_need_no_more_memory_than_a_thousand() {
    const N: usize = 100_000;
    let data = Data::new();
    let server = Server::start_under(&data, "[lanes]\nbulk_threads = 3", &[]);
    let line = b"{\"considerIp\":false,\"wifiAccessPoints\":[]}\n";
    assert_eq!(lines(&post(server.address(), PATH, &line.repeat(1_000))).len(), 1_000);
    let before_kib = server.peak_kib();
    let mut stream = connect(server.address()).unwrap();
    let mut sending = stream.try_clone().unwrap();
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        N * line.len()
    );
    let sender = std::thread::spawn(move || {
        sending.write_all(head.as_bytes()).unwrap();
        (0..N / 1_000).for_each(|_| sending.write_all(&line.repeat(1_000)).unwrap());
    });
    let answer = read_answer(stream.try_clone().unwrap()).unwrap();
    sender.join().unwrap();
    let _closed_already = stream.shutdown(Shutdown::Both);
    assert_eq!(lines(&answer).len(), N);
    assert!(lines(&answer).iter().all(|line| line.contains("nothing_heard")));
    let grown_kib = server.peak_kib() - before_kib;
    assert!(grown_kib < 24 * 1024, "{before_kib} KiB, then {grown_kib} KiB more");
    let mut rest = Vec::new();
    let _nothing_follows = stream.read_to_end(&mut rest);
    server.stop();
}

#[test]
fn who_sends_all_before_reading_anything_is_answered_too() {
    let data = Data::new();
    let server = taught(&data, &[]);
    let [here, ..] = three();
    let body = format!("{here}\n").repeat(20_000);
    assert_eq!(lines(&post(server.address(), PATH, body.as_bytes())).len(), 20_000);
    server.stop();
}

#[test]
fn who_leaves_in_the_middle_is_forgotten() {
    let data = Data::new();
    let server = taught(&data, &[]);
    let [here, ..] = three();
    for _ in 0..20 {
        let mut stream = connect(server.address()).unwrap();
        let head = format!(
            "POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n{here}\n{{\"wi"
        );
        stream.write_all(head.as_bytes()).unwrap();
        drop(stream);
    }
    wait_for("their batches end", || server.metric("node_batches") < 0.5);
    settle(&server);
    assert_eq!(lines(&post(server.address(), PATH, here.as_bytes())).len(), 1);
    server.stop();
}

#[test]
fn a_batch_that_stops_coming_is_ended_and_one_that_never_came_is_408() {
    let data = Data::new();
    let server = Server::start_under(&data, "body_seconds_max = 1\n", &[]);
    let send = |body: &str| {
        let mut stream = connect(server.address()).unwrap();
        let head = format!(
            "POST {PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 99\r\n\r\n{body}"
        );
        stream.write_all(head.as_bytes()).unwrap();
        read_answer(stream).unwrap()
    };
    assert_eq!(send("").status, 408);
    let stopped = lines(&send("{}\n{}\n{\"w"));
    assert_eq!((stopped.len(), json(&stopped[2])["error"]["code"].as_u64()), (3, Some(408)));
    assert_eq!(json(&stopped[2])["batch"]["queries"], 2);
    let large = format!(
        "POST {PATH} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 9999999999\r\n\r\n"
    );
    let mut stream = connect(server.address()).unwrap();
    stream.write_all(large.as_bytes()).unwrap();
    assert_eq!(read_answer(stream).unwrap().status, 413);
    assert_eq!(request(server.address(), "GET", PATH, &[], &[]).unwrap().status, 405);
    server.stop();
}
