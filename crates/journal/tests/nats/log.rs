//! Tests of the log: what is acknowledged is read exactly once, whatever happens to servers and streams.

use crate::servers::{Servers, insist, n_kills, pause};
use cairn_ground::{Bssid, Day, LatLng, Timestamp, TransmitterId};
use cairn_journal::nats::{Cluster, DEAD_STREAM, JetStream, Names, Settings, pack};
use cairn_journal::{AppendError, Entry, Log as _, LogReader, Position, RemoteFault, RemoteKind};
use cairn_report::{Batch, ContributorToken, Fix, Observation, Report, SubmissionId};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// A batch that is known by its number, of as many observations as said.
fn batch_of(n: u64, n_heard: u64) -> Batch {
    let heard = (0..n_heard)
        .map(|it| Observation::of(TransmitterId::Wifi(Bssid::from_u48(0x0200_0000_0000 + it))))
        .collect();
    let fix = Fix::at(LatLng::from_e7(515_000_000, -1_000_000).unwrap());
    let report = Report::new(Timestamp::from_ms(1_700_000_000_000), fix, heard).unwrap();
    let mut id = [7; 16];
    id[..8].copy_from_slice(&n.to_le_bytes());
    let (received, contributor) = (Day::new(19_700), ContributorToken(n));
    Batch { id: SubmissionId(id), received, contributor, app: None, reports: vec![report] }
}

fn batch(n: u64) -> Batch {
    batch_of(n, 3)
}

fn settings(url: String) -> Settings {
    Settings {
        url,
        name: "test".to_owned(),
        replicas: 3,
        stream_bytes_max: 64 << 20,
        stream_age_max: Duration::from_hours(1),
        duplicate_window: Duration::from_mins(2),
    }
}

/// A stream on fresh servers; `None` where there are none.
fn fresh(servers: &Servers, bytes_max: u64) -> JetStream {
    let settings = Settings { stream_bytes_max: bytes_max, ..settings(servers.url()) };
    let cluster = Arc::new(Cluster::connect(settings).unwrap());
    let stream = JetStream::new(cluster, Names::of(0, 1), "reader");
    insist("make the stream", || stream.make(true, 1_000));
    stream
}

/// Appends until acknowledged; true when it was there already.
fn append(stream: &JetStream, n: u64) -> (Position, bool) {
    let done = insist("append", || stream.append_all(vec![batch(n)]).remove(0));
    (done.position, done.duplicate)
}

/// The same for many.
fn append_each(stream: &JetStream, numbers: std::ops::Range<u64>) {
    for n in numbers {
        append(stream, n);
    }
}

/// Reads entries until `n` batches came; nothing may come behind them.
fn read(stream: &JetStream, reader: &mut dyn LogReader, n: usize) -> Vec<Entry> {
    let (mut entries, mut found) = (Vec::<Entry>::new(), 0);
    while found < n {
        let entry = insist("read", || {
            reader.next_entry().map_err(|it| it.to_string())?.ok_or_else(|| "nothing".to_owned())
        });
        found += entry.batches.len();
        if !entry.batches.is_empty() || entry.parked.is_some() {
            entries.push(entry);
        }
    }
    let end = entries.last().unwrap().end;
    assert!(!stream.wait_for(end, Duration::from_millis(300)), "more than {n} came");
    assert_eq!(found, n);
    entries
}

fn numbers(entries: &[Entry]) -> Vec<u64> {
    entries.iter().flat_map(|it| &it.batches).map(|it| it.contributor.0).collect()
}

#[test]
fn what_is_appended_is_read_once_and_from_any_position_and_can_be_trimmed() {
    let Some(servers) = Servers::start() else { return };
    let stream = fresh(&servers, 64 << 20);
    let (first, again) = append(&stream, 1);
    assert_eq!((first, again), (Position::new(1_000), false));
    assert_eq!(append(&stream, 1), (first, true), "the servers know a message that is sent again");
    let many: Vec<Batch> = (1..=5_000).map(batch).collect();
    let done = stream.append_all(many);
    assert!(done.len() == 5_000 && done.iter().all(Result::is_ok), "{:?}", done.first());
    let mut reader = stream.reader_at(Position::START).unwrap();
    let entries = read(&stream, &mut *reader, 5_000);
    assert_eq!(numbers(&entries), (1..=5_000).collect::<Vec<_>>(), "the first only once");
    assert_eq!(entries.last().unwrap().end, stream.end());
    let middle = entries[entries.len() / 2].end;
    let behind = numbers(&entries[entries.len() / 2 + 1..]);
    reader.settle(middle);
    drop(reader);
    let mut second = stream.reader_at(middle).unwrap();
    assert_eq!(numbers(&read(&stream, &mut *second, behind.len())), behind);
    let saved = stream.trim_before(middle).unwrap();
    assert!(saved > 10_000, "{saved}");
    let extent = stream.extent().unwrap();
    assert_eq!((extent.start, extent.end), (middle, entries.last().unwrap().end));
    drop(second);
    let mut third = stream.reader_at(Position::START).unwrap();
    assert_eq!(numbers(&read(&stream, &mut *third, behind.len())), behind);
    assert!(stream.reader_at(Position::new(stream.end().get() + 1)).is_err());
}

#[test]
fn two_machines_that_make_one_stream_at_once_both_have_it() {
    let Some(servers) = Servers::start() else { return };
    let clusters = [(), ()].map(|()| {
        let settings = Settings { stream_bytes_max: 1 << 20, ..settings(servers.url()) };
        Arc::new(Cluster::connect(settings).unwrap())
    });
    let stream = |cluster: &Arc<Cluster>, part| {
        JetStream::new(Arc::clone(cluster), Names::of(part, 4), "reader")
    };
    insist("make the first stream", || stream(&clusters[0], 0).make(true, 1_000));
    for part in 1..4 {
        let streams = clusters.each_ref().map(|cluster| stream(cluster, part));
        let made = std::thread::scope(|scope| {
            let making = [1_000, 2_000].into_iter().zip(&streams);
            // The servers may be slow to say where it stands; they must not refuse one of the two.
            let make = |one: &JetStream, born| {
                insist("make the stream", || match one.make(true, born) {
                    Err(fault) if fault.kind.is_passing() => Err(fault),
                    made => Ok(made),
                })
            };
            let making: Vec<_> =
                making.map(|(born, one)| scope.spawn(move || make(one, born))).collect();
            making.into_iter().map(|one| one.join().unwrap().unwrap().start).collect::<Vec<_>>()
        });
        assert_eq!(made[0], made[1], "part {part}");
    }
}

#[test]
fn the_leader_killed_under_load_loses_nothing_and_doubles_nothing() {
    let Some(mut servers) = Servers::start() else { return };
    let stream = fresh(&servers, 1 << 30);
    let (stop, acknowledged) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        let load = scope.spawn(|| {
            let mut n = 0;
            while !stop.load(Ordering::Relaxed) {
                append(&stream, n);
                n += 1;
                acknowledged.store(n, Ordering::Relaxed);
            }
        });
        for _ in 0..n_kills(3) {
            let before = acknowledged.load(Ordering::Relaxed);
            let leader = insist("find the leader", || stream.leader()?.ok_or(NO_LEADER));
            let index = Servers::index_of(&leader);
            servers.kill(index);
            pause(Duration::from_millis(300));
            servers.run(index);
            insist("go on", || {
                let n = acknowledged.load(Ordering::Relaxed);
                if n > before + 20 { Ok(()) } else { Err(n) }
            });
        }
        stop.store(true, Ordering::Relaxed);
        load.join().unwrap();
    });
    let n = acknowledged.into_inner();
    let mut reader = insist("read", || stream.reader_at(Position::START));
    let entries = read(&stream, &mut *reader, usize::try_from(n).unwrap());
    assert_eq!(numbers(&entries), (0..n).collect::<Vec<_>>());
}

/// What a stream says while its leader is elected.
const NO_LEADER: RemoteFault = RemoteFault { doing: "find", kind: RemoteKind::TimedOut };

#[test]
fn a_reader_goes_on_where_it_was_when_its_leader_is_killed() {
    let Some(mut servers) = Servers::start() else { return };
    let stream = fresh(&servers, 64 << 20);
    let mut reader = stream.reader_at(Position::START).unwrap();
    let mut all = Vec::new();
    for round in 0..3_u64 {
        let numbers_now: Vec<u64> = (round * 100..round * 100 + 100).collect();
        append_each(&stream, round * 100..round * 100 + 100);
        let entries = read(&stream, &mut *reader, 100);
        assert_eq!(numbers(&entries), numbers_now);
        reader.settle(entries.last().unwrap().end);
        all.extend(numbers_now);
        let leader = insist("find the leader", || stream.leader()?.ok_or(NO_LEADER));
        servers.kill(Servers::index_of(&leader));
        servers.run(Servers::index_of(&leader));
    }
    append(&stream, 1_000);
    assert_eq!(numbers(&read(&stream, &mut *reader, 1)), [1_000]);
}

#[test]
fn a_server_that_was_cut_off_comes_back_and_holds_everything() {
    let Some(mut servers) = Servers::start() else { return };
    let stream = fresh(&servers, 64 << 20);
    append(&stream, 0);
    let leader =
        Servers::index_of(&insist("find the leader", || stream.leader()?.ok_or(NO_LEADER)));
    let cut_off = (leader + 1) % 3;
    servers.signal(cut_off, "STOP");
    append_each(&stream, 1..200);
    servers.signal(cut_off, "CONT");
    append_each(&stream, 200..300);
    pause(Duration::from_secs(2));
    // Only with the one that was cut off is there a majority now.
    servers.kill(leader);
    append(&stream, 300);
    let mut reader = insist("read", || stream.reader_at(Position::START));
    assert_eq!(numbers(&read(&stream, &mut *reader, 301)), (0..=300).collect::<Vec<_>>());
}

#[test]
fn a_full_stream_refuses_and_takes_again_when_it_is_trimmed() {
    let Some(servers) = Servers::start() else { return };
    let stream = fresh(&servers, 1 << 20);
    let large = |n| batch_of(n, 500);
    let (mut n, mut taken, mut refused) = (0, Vec::new(), None);
    while refused.is_none() {
        let outcomes = stream.append_all((n..n + 20).map(large).collect());
        taken.extend((n..).zip(&outcomes).filter(|it| it.1.is_ok()).map(|it| it.0));
        refused = outcomes.into_iter().find_map(Result::err);
        n += 20;
        assert!(n < 10_000, "never full");
    }
    let full = AppendError::Remote(RemoteFault { doing: "publish", kind: RemoteKind::Full });
    assert_eq!(refused, Some(full));
    let mut reader = stream.reader_at(Position::START).unwrap();
    let entries = read(&stream, &mut *reader, taken.len());
    assert_eq!(numbers(&entries), taken, "nothing was thrown away");
    stream.trim_before(entries.last().unwrap().end).unwrap();
    let done = insist("append", || stream.append_all(vec![large(n)]).remove(0));
    assert!(done.position > entries.last().unwrap().end);
    assert_eq!(numbers(&read(&stream, &mut *reader, 1)), [n]);
}

#[test]
fn a_poisoned_message_is_put_aside_with_the_reason_and_can_be_sent_again() {
    let Some(servers) = Servers::start() else { return };
    let stream = fresh(&servers, 64 << 20);
    append(&stream, 1);
    let mut bad = pack(&[batch(2), batch(3)]).remove(0).payload;
    let last = bad.len() - 1;
    bad[last] ^= 1;
    publish_raw(&servers.url(), &stream.names().subject, bad.clone());
    append(&stream, 4);
    let mut reader = stream.reader_at(Position::START).unwrap();
    let entries = read(&stream, &mut *reader, 3);
    assert_eq!(numbers(&entries), [1, 2, 4], "what is good of it is read");
    assert!(entries[1].parked.as_ref().is_some_and(|why| why.contains("damaged")), "{entries:?}");
    let cluster = Cluster::connect(settings(servers.url())).unwrap();
    let dead = insist("list", || cluster.dead(10));
    assert_eq!(dead.len(), 1, "{DEAD_STREAM}");
    assert_eq!((dead[0].payload.clone(), &dead[0].subject), (bad, &stream.names().subject));
    assert!(dead[0].reason.contains("damaged") && dead[0].sequence == entries[1].end.to_string());
    // A person repaired what made it unreadable: here, the message itself.
    let repaired = pack(&[batch(2), batch(3)]).remove(0).payload;
    cluster.replay(&cairn_journal::nats::Dead { payload: repaired, ..dead[0].clone() }).unwrap();
    assert_eq!(numbers(&read(&stream, &mut *reader, 1)), [3]);
    assert_eq!(cluster.dead(10).unwrap(), []);
}

#[test]
fn a_stream_that_was_lost_and_made_again_is_read_on_from_the_old_position() {
    let Some(servers) = Servers::start() else { return };
    let stream = fresh(&servers, 64 << 20);
    append_each(&stream, 0..50);
    let mut reader = stream.reader_at(Position::START).unwrap();
    let entries = read(&stream, &mut *reader, 50);
    let created = stream.extent().unwrap().created_ns;
    delete_stream(&servers.url(), &stream.names().stream);
    assert_eq!(stream.extent().map_err(|it| it.kind), Err(RemoteKind::NoStream));
    let later = Arc::new(Cluster::connect(settings(servers.url())).unwrap());
    let again = JetStream::new(later, stream.names().clone(), "writer");
    let extent = insist("make it again", || again.make(true, 1_000_000));
    assert_ne!(extent.created_ns, created);
    append_each(&again, 50..60);
    let more = read(&stream, &mut *reader, 10);
    assert_eq!(numbers(&more), (50..60).collect::<Vec<_>>());
    assert!(
        more[0].end > entries.last().unwrap().end && more.last().unwrap().end.get() > 1_000_000
    );
}

/// Publishes bytes as a stranger would.
fn publish_raw(url: &str, subject: &str, payload: Vec<u8>) {
    with_context(url, async |context| {
        context.publish(subject.to_owned(), payload.into()).await.unwrap().await.unwrap();
    });
}

fn delete_stream(url: &str, name: &str) {
    with_context(url, async |context| {
        assert!(context.delete_stream(name).await.unwrap().success);
    });
}

fn with_context(url: &str, work: impl AsyncFnOnce(async_nats::jetstream::Context)) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let first = url.split(',').next().unwrap();
        let client = async_nats::connect(first).await.unwrap();
        work(async_nats::jetstream::new(client)).await;
    });
}
