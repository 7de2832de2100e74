//! Durable ingest over HTTP, replay and learning, each beside what it cannot beat, in one run.
//!
//! Sketch. *Ingest*: a submission is acknowledged after its group's write and sync; the floor is a bare writer
//! that writes the same bytes in as many groups, each with one `fdatasync`, into a preallocated file beside the
//! journal. At least half of its rate is asked for. Five reports of 21 networks are 1 KB of journal and 9 KB of
//! JSON (decode 40 µs at 240 MB/s), beside 30 µs of HTTP and kernel; a sync is 120 µs on the fastest disk
//! measured, and milliseconds on most. *Replay*: reading the segment files and decoding every payload, without
//! checksum, position or limit, is the floor; 60 % is asked for. *Learning*: 200,000 observations/s on one core.
//!
//! `cargo bench -p cairn-node --bench durable`; clients and server share the machine.

mod support;

use anyhow::Context as _;
use axum::Router;
use cairn_journal::{Journal, Position, codec};
use cairn_node::clock::Clock;
use cairn_node::config::{Config, Listen};
use cairn_node::learner::learn::learn;
use cairn_node::learner::seal::empty_map;
use cairn_node::server::{RunningServer, Server};
use serde_json::{Value, json};
use std::fs::File;
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::Duration;
use support::Client;

/// Connections that submit at once, a run each.
const CLIENTS: [usize; 3] = [1, 16, 64];
/// Submissions of a round.
const SUBMISSIONS: usize = 2_048;
/// Rounds, each beside its floor; the median ratio counts, since a shared machine's disk and cores come and go.
const ROUNDS: usize = 7;
/// Bytes of a segment's header, and of a record's frame: docs/specs/journal.md §1.
const HEADER_BYTES: usize = 24;
const FRAME_BYTES: usize = 12;

fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let data = folder.path().join("data");
    let listen = Listen(vec![SocketAddr::from(([127, 0, 0, 1], 0))]);
    let config = Config { listen, ..Config::default() };
    let server = Server::start(&data, config, Clock::System, Router::new())?;
    for (run, n_clients) in CLIENTS.into_iter().enumerate() {
        let rounds =
            (0..ROUNDS).map(|n| ingest(&server, folder.path(), run * ROUNDS + n, n_clients));
        let mut rounds = rounds.collect::<anyhow::Result<Vec<_>>>()?;
        rounds.sort_by(|one, other| one.ratio.total_cmp(&other.ratio));
        say(&rounds[ROUNDS / 2].line)?;
    }
    server.shutdown()?;
    replay(&data.join("journal"))?;
    learning(&data.join("journal"))
}

/// A submission of five reports of 21 networks that no other equals.
fn submission(n: usize) -> Vec<u8> {
    let n = n as u64;
    let heard = |r: u64, t: u64| {
        let address = 0x0200_5e00_0000 + ((n % 997 * 31 + r) * 64 + t) * 16;
        json!({"macAddress": format!("{address:012x}"), "signalStrength": -60, "age": 0})
    };
    let item = |r: u64| -> Value {
        let degrees = f64::from(u32::try_from(n % 997).unwrap_or(0)) * 1e-3;
        json!({
            "timestamp": 1_760_000_000_000_u64 + n * 10_000 + r * 1_000,
            "position": {"latitude": 51.5 + degrees, "longitude": -0.12, "accuracy": 8.0},
            "wifiAccessPoints": (0..21).map(|t| heard(r, t)).collect::<Vec<_>>(),
        })
    };
    json!({"items": (0..5).map(item).collect::<Vec<_>>()}).to_string().into_bytes()
}

/// What came out of a round.
struct Round {
    ratio: f64,
    line: String,
}

/// Submits from so many clients, then writes the same bytes with as many syncs, bare.
fn ingest(
    server: &RunningServer,
    folder: &Path,
    run: usize,
    n_clients: usize,
) -> anyhow::Result<Round> {
    let bodies: Vec<Vec<u8>> =
        (0..SUBMISSIONS).map(|n| submission(run * SUBMISSIONS + n)).collect();
    let journal = server.app().journal.as_ref().context("a journal")?;
    let address = server.address();
    let before = (journal.committed().get(), journal.stats().fsyncs);
    let started = Clock::System.instant();
    std::thread::scope(|scope| -> anyhow::Result<()> {
        let clients: Vec<_> = bodies
            .chunks(SUBMISSIONS / n_clients)
            .map(|share| {
                scope.spawn(move || -> anyhow::Result<()> {
                    let mut client = Client::to(address)?;
                    share.iter().try_for_each(|body| client.ask("/v2/geosubmit", body))
                })
            })
            .collect();
        for client in clients {
            client.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        }
        Ok(())
    })?;
    let took = started.elapsed();
    let (bytes, n_syncs) =
        (journal.committed().get() - before.0, journal.stats().fsyncs - before.1);
    let bare = bare_writer(folder, bytes, n_syncs)?;
    let ratio = bare.as_secs_f64() / took.as_secs_f64();
    let line = format!(
        "ingest, {n_clients:>2} clients: {:>7.0} submissions/s of {} B, {:.1} a sync; bare writer, the \
         same bytes in as many syncs: {:>7.0}/s; ratio {ratio:.2}",
        per_second(SUBMISSIONS, took),
        bytes / SUBMISSIONS as u64,
        share(SUBMISSIONS as u64, n_syncs),
        per_second(SUBMISSIONS, bare),
    );
    Ok(Round { ratio, line })
}

/// Writes so many bytes with so many syncs into a preallocated file.
fn bare_writer(folder: &Path, bytes: u64, n_syncs: u64) -> anyhow::Result<Duration> {
    let path = folder.join("bare");
    let file = File::options().write(true).create(true).truncate(true).open(&path)?;
    rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, bytes + (1 << 20))?;
    file.sync_all()?;
    let block = vec![1; usize::try_from(bytes / n_syncs)?];
    let started = Clock::System.instant();
    for nth in 0..n_syncs {
        file.write_all_at(&block, nth * block.len() as u64)?;
        file.sync_data()?;
    }
    let took = started.elapsed();
    std::fs::remove_file(path)?;
    Ok(took)
}

/// Reads the whole journal, then the files and payloads alone.
fn replay(folder: &Path) -> anyhow::Result<()> {
    let journal = Journal::open_read_only(folder)?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let started = Clock::System.instant();
        let n = journal.read_from(Position::START)?.map_while(Result::ok).count();
        let ours = started.elapsed();
        let started = Clock::System.instant();
        anyhow::ensure!(decode_files(&journal, folder)? == n, "as many records");
        let floor = started.elapsed();
        let ratio = floor.as_secs_f64() / ours.as_secs_f64();
        let line = format!(
            "replay: {:.0} records/s; reading and decoding the files alone: {:.0}/s; ratio {ratio:.2}",
            per_second(n, ours),
            per_second(n, floor),
        );
        rounds.push(Round { ratio, line });
    }
    rounds.sort_by(|one, other| one.ratio.total_cmp(&other.ratio));
    say(&rounds[ROUNDS / 2].line)
}

/// Decodes every payload of the segment files; returns how many.
fn decode_files(journal: &cairn_journal::ReadOnlyJournal, folder: &Path) -> anyhow::Result<usize> {
    let mut n = 0;
    for segment in journal.segments() {
        let bytes = std::fs::read(folder.join(&segment.name))?;
        let mut rest = bytes.get(HEADER_BYTES..).unwrap_or_default();
        while let Some((frame, after)) = rest.split_first_chunk::<FRAME_BYTES>() {
            let size = u32::from_le_bytes([frame[0], frame[1], frame[2], frame[3]]);
            let size = usize::try_from(size)?;
            if size == 0 {
                break;
            }
            let (payload, behind) = after.split_at_checked(size).context("a whole record")?;
            std::hint::black_box(codec::decode(payload)?);
            (n, rest) = (n + 1, behind);
        }
    }
    Ok(n)
}

/// Cleans and learns the whole journal on one thread.
fn learning(folder: &Path) -> anyhow::Result<()> {
    let journal = Journal::open_read_only(folder)?;
    let batches: Vec<_> =
        journal.read_from(Position::START)?.map_while(Result::ok).map(|(_, batch)| batch).collect();
    let heard = |batch: &cairn_report::Batch| -> usize {
        batch.reports.iter().map(|report| report.observations().len()).sum()
    };
    let n: usize = batches.iter().map(heard).sum();
    let mut map = empty_map(1);
    let started = Clock::System.instant();
    for batch in &batches {
        learn(&mut map, batch);
    }
    let rate = per_second(n, started.elapsed());
    say(&format!(
        "learning: {rate:.0} observations/s on one core, {} transmitters; asked for 200,000; ratio {:.1}",
        map.len(),
        rate / 2e5
    ))
}

#[expect(clippy::cast_precision_loss, reason = "a rate for a person")]
fn per_second(n: usize, time: Duration) -> f64 {
    n as f64 / time.as_secs_f64()
}

#[expect(clippy::cast_precision_loss, reason = "a rate for a person")]
fn share(n: u64, of: u64) -> f64 {
    n as f64 / of as f64
}

fn say(line: &str) -> anyhow::Result<()> {
    std::io::stdout().write_all(format!("{line}\n").as_bytes()).context("print")
}
