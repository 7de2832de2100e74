//! Tests of the journal on a real folder and on a disk that works.

use super::*;
use crate::fault_disk::FaultDisk;
use crate::test_support::{all_numbers, any_batch, batch, number, numbers, open, small};
use proptest::prelude::*;
use std::sync::Barrier;

#[test]
fn what_was_acknowledged_is_read_back_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal");
    let (journal, repair) = Journal::open(&path, Config::standard()).unwrap();
    assert_eq!(repair, Repair::default());
    let first = journal.append_blocking(batch(1)).unwrap();
    let second = journal.append_blocking(batch(2)).unwrap();
    assert!(Position::START < first.position && first.position < second.position);
    assert_eq!(journal.committed(), second.position);
    drop(journal);
    let (journal, repair) = Journal::open(&path, Config::standard()).unwrap();
    let found = (repair.segments, repair.records, repair.truncated_bytes, repair.damaged);
    assert_eq!(found, (1, 2, 0, vec![]));
    assert_eq!(all_numbers(&journal), [1, 2]);
    let rest = journal.read_from(first.position).unwrap();
    assert_eq!(numbers(rest).0, [2]);
    assert_eq!(journal.append_blocking(batch(2)).unwrap(), Appended { duplicate: true, ..second });
}

#[test]
fn a_second_writer_is_refused_and_a_reader_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), Config::standard()).unwrap();
    journal.append_blocking(batch(1)).unwrap();
    let second = Journal::open(dir.path(), Config::standard());
    assert!(matches!(second, Err(OpenError::Locked { .. })), "{second:?}");
    let read_only = Journal::open_read_only(dir.path()).unwrap();
    assert_eq!(numbers(read_only.read_from(Position::START).unwrap()), (vec![1], vec![]));
    assert_eq!(read_only.committed(), journal.committed());
    drop(journal);
    assert!(Journal::open(dir.path(), Config::standard()).is_ok());
}

#[test]
fn a_segment_takes_real_space_before_it_is_written() {
    use std::os::unix::fs::MetadataExt as _;
    let dir = tempfile::tempdir().unwrap();
    let config = Config { segment_bytes_max: 1 << 20, ..Config::standard() };
    let _journal = Journal::open(dir.path(), config).unwrap();
    let file = dir.path().join("segment-00000000000000000000.log");
    let metadata = std::fs::metadata(file).unwrap();
    assert_eq!(metadata.len(), 1 << 20);
    assert!(metadata.blocks() * 512 >= 1 << 20, "{}", metadata.blocks());
}

#[test]
fn many_segments_read_as_one_log() {
    let disk = FaultDisk::new();
    let (journal, _) = open(&disk);
    for n in 0..100 {
        journal.append_blocking(batch(n)).unwrap();
    }
    assert!(journal.stats().segments > 5);
    assert_eq!(all_numbers(&journal), (0..100).collect::<Vec<_>>());
    let (before, stats) = (journal.committed(), journal.stats());
    assert_eq!((stats.appended, stats.duplicates, stats.bytes), (100, 0, before.get()));
    let files = journal.segments();
    assert!(files.windows(2).all(|pair| pair[0].end == pair[1].start));
    let last = files.last().unwrap();
    assert_eq!((files[0].start, last.end), (Position::START, before));
    let bytes = disk.contents(&last.name).unwrap();
    let (whole, rest) = bytes.split_at(usize::try_from(last.file_bytes()).unwrap());
    assert!(whole.ends_with(&codec::encode(&batch(99))) && rest.iter().all(|byte| *byte == 0));
    let place = journal.place_of(files[1].start).unwrap();
    assert_eq!((place.segment, place.offset), (files[1].name.clone(), 24));
    assert_eq!(journal.place_of(before), None);
    let mut reader = journal.read_from(last.start).unwrap();
    let (end, payload) = reader.next_payload().unwrap().unwrap();
    assert_eq!(
        (end, number(&codec::decode(&payload).unwrap())),
        (reader.reached(), {
            let (_, first) = journal.read_from(last.start).unwrap().next().unwrap().unwrap();
            number(&first)
        })
    );
    drop(journal);
    let (journal, repair) = open(&disk);
    assert_eq!((repair.segments, repair.damaged), (stats.segments, vec![]));
    assert_eq!(journal.committed(), before);
    assert_eq!(all_numbers(&journal), (0..100).collect::<Vec<_>>());
}

#[test]
fn a_record_larger_than_a_segment_gets_its_own() {
    let mut large = batch(1);
    large.reports = vec![large.reports[0].clone(); 200];
    let disk = FaultDisk::new();
    let (journal, _) = open(&disk);
    for one in [batch(0), large, batch(2)] {
        journal.append_blocking(one).unwrap();
    }
    assert_eq!((all_numbers(&journal), journal.stats().segments), (vec![0, 1, 2], 3));
}

#[test]
fn a_retry_in_the_same_group_waits_for_the_first_copy_and_is_kept_once() {
    // invariant: J4
    let (sender, receiver) = mpsc::channel();
    let disk = FaultDisk::new();
    let (journal, _) = open(&disk);
    let mut rest = 0;
    for round in 0..50 {
        // All of one round are in the queue at once, so that most share a group.
        for _ in 0..4 {
            let sender = sender.clone();
            journal.append(batch(round), Box::new(move |outcome| sender.send(outcome).unwrap()));
        }
        let outcomes: Vec<_> = (0..4).map(|_| receiver.recv().unwrap().unwrap()).collect();
        assert_eq!(outcomes.iter().filter(|outcome| !outcome.duplicate).count(), 1);
        assert!(outcomes.iter().all(|outcome| outcome.position == journal.committed()));
        rest += outcomes.iter().filter(|outcome| outcome.duplicate).count();
    }
    assert_eq!(all_numbers(&journal), (0..50).collect::<Vec<_>>());
    assert_eq!(journal.stats().duplicates, rest as u64);
}

#[test]
fn retries_are_recognized_back_to_the_window_and_not_beyond_it() {
    let config = Config { dedup_window: 10, ..small() };
    let disk: Arc<dyn Disk> = Arc::new(FaultDisk::new());
    let is_duplicate = |journal: &Journal, n| journal.append_blocking(batch(n)).unwrap().duplicate;
    let (journal, _) = Journal::open_on(Arc::clone(&disk), config).unwrap();
    for n in 0..30 {
        assert!(!is_duplicate(&journal, n));
    }
    assert!(is_duplicate(&journal, 20));
    drop(journal);
    let (journal, _) = Journal::open_on(disk, config).unwrap();
    assert!((20..30).all(|n| is_duplicate(&journal, n)));
    assert!(!is_duplicate(&journal, 19));
}

#[test]
fn a_batch_without_reports_or_with_too_many_is_refused() {
    let disk = FaultDisk::new();
    let (journal, _) = open(&disk);
    let report = batch(1).reports[0].clone();
    for n_reports in [0, REPORTS_PER_BATCH_MAX + 1] {
        let one = Batch { reports: vec![report.clone(); n_reports], ..batch(1) };
        let max = REPORTS_PER_BATCH_MAX;
        assert_eq!(journal.append_blocking(one), Err(AppendError::BatchSize { n_reports, max }));
    }
    let most = Batch { reports: vec![report; REPORTS_PER_BATCH_MAX], ..batch(1) };
    assert!(journal.append_blocking(most).is_ok());
}

#[test]
fn a_reader_follows_the_log_as_it_grows() {
    let disk = FaultDisk::new();
    let (journal, _) = open(&disk);
    let mut reader = journal.read_from(Position::START).unwrap();
    assert!(reader.next().is_none());
    for n in 0..60 {
        let appended = journal.append_blocking(batch(n)).unwrap();
        let (end, read) = reader.next().unwrap().unwrap();
        assert_eq!((end, number(&read)), (appended.position, n));
        assert!(reader.next().is_none());
    }
    let past = Position::new(journal.committed().get() + 1);
    assert!(matches!(journal.read_from(past), Err(ReadError::OutOfRange { .. })));
}

#[test]
fn waiting_ends_with_the_next_commit_or_the_timeout() {
    let disk = FaultDisk::new();
    let (journal, _) = open(&disk);
    assert!(!journal.wait_past(Position::START, Duration::from_millis(1)));
    thread::scope(|scope| {
        let waiting = scope.spawn(|| journal.wait_past(Position::START, Duration::from_mins(1)));
        journal.append_blocking(batch(1)).unwrap();
        assert!(waiting.join().unwrap());
    });
}

#[test]
fn dropping_the_journal_commits_what_waits() {
    let disk = FaultDisk::new();
    let (journal, _) = open(&disk);
    let (sender, receiver) = mpsc::channel();
    for n in 0..500 {
        let sender = sender.clone();
        journal.append(batch(n), Box::new(move |outcome| sender.send(outcome.is_ok()).unwrap()));
    }
    drop((journal, sender));
    assert_eq!(receiver.iter().filter(|acknowledged| *acknowledged).count(), 500);
    assert_eq!(all_numbers(&open(&disk).0), (0..500).collect::<Vec<_>>());
}

#[test]
fn a_callback_that_panics_or_drops_the_journal_harms_nobody() {
    let disk = FaultDisk::new();
    let journal = Arc::new(open(&disk).0);
    journal.append(batch(1), Box::new(|_| std::panic::resume_unwind(Box::new("caller's defect"))));
    journal.append_blocking(batch(2)).unwrap();
    let (sender, receiver) = mpsc::channel();
    let (last, (go, wait)) = (Arc::clone(&journal), mpsc::channel::<()>());
    let done = move |_| {
        wait.recv().unwrap();
        drop(last);
        sender.send(()).unwrap();
    };
    journal.append(batch(3), Box::new(done));
    drop(journal);
    go.send(()).unwrap();
    receiver.recv().unwrap();
    assert_eq!(all_numbers(&open(&disk).0), [1, 2, 3]);
}

#[test]
fn several_appenders_and_readers_at_once_see_every_batch_once_in_one_order() {
    const N_THREADS: u64 = 6;
    const N_EACH: u64 = 200;
    let disk = FaultDisk::new();
    let (journal, _) = open(&disk);
    let barrier = Barrier::new(usize::try_from(N_THREADS).unwrap() + 1);
    let (acks, live) = thread::scope(|scope| {
        let appenders: Vec<_> = (0..N_THREADS)
            .map(|thread| {
                let (journal, barrier) = (&journal, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    let one = |n| (journal.append_blocking(batch(n)).unwrap().position, n);
                    (0..N_EACH).map(|n| one(thread * N_EACH + n)).collect::<Vec<_>>()
                })
            })
            .collect();
        let reader = scope.spawn(|| {
            barrier.wait();
            let (mut reader, mut all) = (journal.read_from(Position::START).unwrap(), vec![]);
            while all.len() < usize::try_from(N_THREADS * N_EACH).unwrap() {
                assert!(journal.wait_past(reader.reached(), Duration::from_mins(1)));
                all.extend(reader.by_ref().map(|item| item.unwrap()).map(|(p, b)| (p, number(&b))));
            }
            all
        });
        let acks: Vec<_> = appenders.into_iter().flat_map(|a| a.join().unwrap()).collect();
        (acks, reader.join().unwrap())
    });
    let mut sorted = acks;
    sorted.sort_unstable();
    assert_eq!(live, sorted);
    assert!(journal.stats().fsyncs < N_THREADS * N_EACH, "groups were formed");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn random_batches_survive_reopening(rounds in prop::collection::vec(prop::collection::vec(any_batch(), 1..8), 1..4)) {
        let disk: Arc<dyn Disk> = Arc::new(FaultDisk::new());
        let mut expected = vec![];
        for round in rounds {
            let (journal, repair) = Journal::open_on(Arc::clone(&disk), small()).unwrap();
            prop_assert_eq!(repair.damaged, vec![]);
            for one in round {
                let duplicate = journal.append_blocking(one.clone()).unwrap().duplicate;
                if !duplicate {
                    expected.push(one);
                }
            }
            let read = journal.read_from(Position::START).unwrap().map(|item| item.unwrap().1);
            prop_assert_eq!(read.collect::<Vec<_>>(), expected.clone());
        }
    }
}
