//! A log that is full, poisoned, unreachable or gone: reports wait on the ingest node, and none is lost.

use crate::machines::{Machines, N_PARTS, numbered, stop_all, submit};
use crate::servers::{insist, pause};
use crate::support::{Server, cairn, said, wait_for};
use cairn_journal::Log as _;
use cairn_journal::nats::Names;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Submits numbers, each acknowledged.
fn submit_all(ingest: &Server, numbers: std::ops::Range<u64>) {
    for n in numbers {
        submit(ingest, &numbered(n));
    }
}

/// A part's metric.
fn part(name: &str, k: u32) -> String {
    format!("{name}{{partition=\"{k}\"}}")
}

/// Waits until every stream has what it is to get.
fn wait_until_forwarded(ingest: &Server) {
    wait_for("forwarding", || {
        (0..N_PARTS).all(|k| ingest.metric(&part("cluster_forward_lag_bytes", k)) < 0.5)
    });
    // The number is set twice a second.
    pause(Duration::from_secs(1));
}

#[test]
fn a_log_that_was_lost_is_filled_again_from_what_the_ingest_node_keeps() {
    let Some(mut machines) = Machines::new() else { return };
    let mut ingest = machines.ingest();
    ingest.expect("a stream was lost");
    ingest.expect("cannot be forwarded");
    let learners = machines.learners();
    submit_all(&ingest, 0..40);
    machines.wait_until_learned();
    for index in 0..3 {
        let kept = machines.servers.kill(index);
        std::fs::remove_dir_all(kept).unwrap();
    }
    submit_all(&ingest, 40..60);
    for index in 0..3 {
        machines.servers.run(index);
    }
    submit_all(&ingest, 60..80);
    machines.wait_until_learned();
    assert!(ingest.metric(&part("cluster_resent_total", 0)) > 0.5);
    stop_all(learners);
    // Whoever has nothing finds everything in the streams.
    std::fs::remove_dir_all(machines.maps()).unwrap();
    let learners = machines.learners();
    machines.wait_until_learned();
    stop_all(learners.into_iter().chain([ingest]));
}

#[test]
fn reports_are_taken_in_while_no_server_can_be_reached() {
    let Some(mut machines) = Machines::new() else { return };
    for index in 0..3 {
        machines.servers.kill(index);
    }
    let ingest = machines.ingest();
    submit_all(&ingest, 0..10);
    for index in 0..3 {
        machines.servers.run(index);
    }
    let learners = machines.learners();
    machines.wait_until_learned();
    stop_all(learners.into_iter().chain([ingest]));
}

#[test]
fn a_full_stream_holds_reports_back_on_the_ingest_node_until_there_is_room() {
    let Some(machines) = Machines::with("stream_bytes_max = 1048576") else { return };
    let mut ingest = machines.ingest();
    ingest.expect("the stream is full");
    let learners = machines.learners();
    let failures = |ingest: &Server| {
        (0..N_PARTS).map(|k| ingest.metric(&part("cluster_forward_failures_total", k))).sum::<f64>()
    };
    let mut n = 0;
    while failures(&ingest) < 0.5 {
        submit_all(&ingest, n..n + 100);
        n += 100;
        assert!(n < 20_000, "never full");
    }
    submit_all(&ingest, n..n + 20);
    for k in 0..N_PARTS {
        let stream = machines.stream(k);
        let end = insist("look", || stream.extent()).end;
        let learner = &learners[k as usize];
        wait_for("learning", || learner.metric("cluster_lag_messages") < 0.5);
        insist("trim", || stream.trim_before(end));
    }
    machines.wait_until_learned();
    stop_all(learners.into_iter().chain([ingest]));
}

#[test]
fn a_poisoned_message_is_shown_by_name_and_holds_nobody_up() {
    let Some(machines) = Machines::new() else { return };
    let ingest = machines.ingest();
    let mut learners = machines.learners();
    learners[0].expect("a message cannot be read");
    submit_all(&ingest, 0..10);
    wait_until_forwarded(&ingest);
    publish_raw(&machines.servers.url(), &Names::of(0, N_PARTS).subject, b"not a message of ours");
    submit_all(&ingest, 10..20);
    machines.wait_until_learned();
    wait_for("parking", || learners[0].metric("cluster_parked_total") > 0.5);
    let listed = said(&cairn(&["dead", "list", "--nats", &machines.servers.url()]));
    assert!(
        listed.contains("cairn.reports.2.0") && listed.contains("no message of batches"),
        "{listed}"
    );
    said(&cairn(&["dead", "replay", "--nats", &machines.servers.url()]));
    wait_for("parking again", || learners[0].metric("cluster_parked_total") > 1.5);
    stop_all(learners.into_iter().chain([ingest]));
}

/// Publishes bytes as a stranger would, in the servers' own language.
fn publish_raw(url: &str, subject: &str, payload: &[u8]) {
    let address = url.split(',').next().unwrap().strip_prefix("nats://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let head = format!("CONNECT {{\"verbose\":false}}\r\nPUB {subject} {}\r\n", payload.len());
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(payload).unwrap();
    stream.write_all(b"\r\nPING\r\n").unwrap();
    let mut said = String::new();
    while !said.contains("PONG") {
        let mut some = [0; 512];
        let n = stream.read(&mut some).unwrap();
        said.push_str(&String::from_utf8_lossy(&some[..n]));
    }
}
