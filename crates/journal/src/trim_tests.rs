//! Tests of trimming: what goes, what stays, who is told, and what faults may do to it.

use crate::disk::Disk as _;
use crate::fault_disk::{EINTR, EIO, ENOSPC, FaultDisk};
use crate::frame::segment_base;
use crate::test_support::{all_numbers, batch, number, numbers, open, pause, small};
use crate::{Journal, Position, ReadError, ReadOnlyJournal, Trimmed};
use std::sync::Arc;
use std::time::Duration;

/// Batches sent before trimming: about five segments.
const N_SENT: u64 = 60;

/// Appends batches one by one; returns the end of each.
fn send(journal: &Journal, numbers: std::ops::Range<u64>) -> Vec<Position> {
    let send = |n| journal.append_blocking(batch(n)).unwrap().position;
    numbers.map(send).collect()
}

/// First positions of the segments there, rising.
fn bases(disk: &FaultDisk) -> Vec<u64> {
    disk.list().unwrap().iter().filter_map(|name| segment_base(name)).collect()
}

fn kept(journal: &Journal) -> Vec<u64> {
    numbers(journal.read_from(journal.start()).unwrap()).0
}

#[test]
fn whole_segments_behind_a_position_go_and_the_rest_reads_as_before() {
    let disk = FaultDisk::new();
    let (journal, _) = open(&disk);
    let ends = send(&journal, 0..N_SENT);
    let there = bases(&disk);
    let inside = ends.iter().find(|end| end.get() > there[2]).copied().unwrap();
    let trimmed = journal.trim(inside).unwrap();
    let start = Position::new(there[2]);
    assert_eq!(trimmed, Trimmed { start, segments: 2, bytes: there[2] });
    assert_eq!((bases(&disk), journal.start()), (there[2..].to_vec(), start));
    let first = ends.iter().filter(|end| **end <= start).count() as u64;
    assert_eq!(kept(&journal), (first..N_SENT).collect::<Vec<_>>());
    assert_eq!(journal.stats().bytes, journal.committed().get() - start.get());
    assert_eq!(journal.trim(inside).unwrap(), Trimmed { start, segments: 0, bytes: 0 });
}

#[test]
fn a_trimmed_journal_opens_where_it_begins_and_goes_on_where_it_ended() {
    let disk = FaultDisk::new();
    let (journal, _) = open(&disk);
    send(&journal, 0..N_SENT);
    journal.trim(journal.committed()).unwrap();
    let (start, end, before) = (journal.start(), journal.committed(), kept(&journal));
    assert!(start > Position::START && !before.is_empty());
    drop(journal);
    let (journal, repair) = open(&disk);
    assert_eq!((repair.damaged, repair.truncated_bytes), (vec![], 0));
    assert_eq!((journal.start(), journal.committed(), kept(&journal)), (start, end, before));
    let refused = journal.read_from(Position::START);
    assert!(matches!(refused, Err(ReadError::OutOfRange { start: s, .. }) if s == start));
    assert!(send(&journal, N_SENT..N_SENT + 1)[0] > end);
}

#[test]
fn retries_of_removed_batches_are_recognized_also_after_reopening_twice() {
    let disk = FaultDisk::new();
    let (journal, _) = open(&disk);
    let ends = send(&journal, 0..N_SENT);
    let all_again = |journal: &Journal| {
        (0..N_SENT).zip(&ends).all(|(n, end)| {
            let again = journal.append_blocking(batch(n)).unwrap();
            again.duplicate && again.position == *end
        })
    };
    journal.trim(ends[20]).unwrap();
    journal.trim(journal.committed()).unwrap();
    assert!(all_again(&journal));
    drop(journal);
    let (journal, _) = open(&disk);
    assert!(all_again(&journal));
    send(&journal, 100..140);
    journal.trim(journal.committed()).unwrap();
    drop(journal);
    assert!(all_again(&open(&disk).0));
    assert_eq!(disk.list().unwrap().iter().filter(|name| name.starts_with("retries-")).count(), 1);
}

#[test]
fn a_reader_that_stands_in_a_removed_segment_is_told_and_may_go_on_at_the_start() {
    let disk = FaultDisk::new();
    let (journal, _) = open(&disk);
    send(&journal, 0..N_SENT);
    let mut reader = journal.read_from(Position::START).unwrap();
    let beside = ReadOnlyJournal::open_on(Arc::new(disk.clone())).unwrap();
    let mut follower = beside.read_from(Position::START).unwrap();
    assert_eq!(number(&reader.next().unwrap().unwrap().1), 0);
    journal.trim(journal.committed()).unwrap();
    for reader in [&mut reader, &mut follower] {
        let at = reader.reached();
        for _ in 0..2 {
            let told = reader.next();
            let Some(Err(ReadError::OutOfRange { position, start, .. })) = told else {
                panic!("{told:?}")
            };
            assert_eq!((position, start), (at, journal.start()));
        }
        let skipped = reader.skip_damage().unwrap();
        assert_eq!(skipped, journal.start().get() - at.get());
        let rest: Vec<u64> = reader.map(|item| number(&item.unwrap().1)).collect();
        assert_eq!(rest, kept(&journal));
    }
    let opened = ReadOnlyJournal::open_on(Arc::new(disk)).unwrap();
    assert_eq!((opened.start(), opened.findings().damaged.len()), (journal.start(), 0));
}

#[test]
fn positions_never_go_back_though_all_is_trimmed_and_the_empty_segment_is_begun_again() {
    let begin = || {
        let disk = FaultDisk::new();
        let (journal, _) = open(&disk);
        send(&journal, 0..N_SENT);
        journal.roll();
        while bases(&disk).last() != Some(&journal.committed().get()) {
            pause(Duration::from_millis(1));
        }
        journal.trim(journal.committed()).unwrap();
        let end = journal.committed();
        assert_eq!((bases(&disk), journal.start()), (vec![end.get()], end));
        (disk, journal)
    };
    for n_more in 0..30 {
        let (disk, journal) = begin();
        let end = journal.committed();
        // The next append fails; the empty segment is begun again; the power goes meanwhile.
        disk.fail_once(disk.n_calls() + n_more % 2, EIO);
        journal.append_blocking(batch(99)).unwrap_err();
        disk.power_off_at(disk.n_calls() + n_more / 2);
        pause(Duration::from_millis(5));
        drop(journal);
        let after = disk.after_power_cut(&mut || n_more % 3 == 0);
        let (journal, repair) = open(&after);
        assert_eq!(repair.damaged, vec![], "{n_more}");
        assert!(journal.committed() >= end && journal.start() == end, "{n_more}");
        assert!(journal.append_blocking(batch(3)).unwrap().duplicate, "{n_more}");
    }
}

/// Sends, trims twice with sends between; a trim that fails is tried once more.
fn script(disk: &FaultDisk) -> Vec<u64> {
    let mut acked = vec![];
    let Ok((journal, _)) = Journal::open_on(Arc::new(disk.clone()), small()) else {
        return acked;
    };
    for round in 0..3 {
        let numbers = round * 30..(round + 1) * 30;
        acked.extend(numbers.filter(|n| journal.append_blocking(batch(*n)).is_ok()));
        let behind = Position::new(journal.committed().get().saturating_sub(500));
        let _either_way = journal.trim(behind).or_else(|_| journal.trim(behind));
    }
    acked
}

/// Everything acknowledged is kept, or was in what was removed and is recognized.
fn check(disk: &FaultDisk, acked: &[u64], what: &str) {
    let (journal, repair) = open(disk);
    assert_eq!(repair.damaged, vec![], "{what}");
    let there = kept(&journal);
    assert!(there.is_sorted() && there.iter().all(|n| *n < 90), "{what}: {there:?}");
    let last = acked.last();
    assert!(last.is_none_or(|last| there.contains(last)), "{what}: {last:?} in {there:?}");
    for n in acked {
        assert!(journal.append_blocking(batch(*n)).unwrap().duplicate, "{what}: {n}");
    }
    assert_eq!(kept(&journal), there, "{what}");
    send(&journal, 1_000..1_040);
    journal.trim(journal.committed()).unwrap();
    let after = kept(&journal);
    drop(journal);
    assert_eq!(kept(&open(disk).0), after, "{what}");
}

#[test]
fn any_call_may_fail_while_trimming_and_nothing_kept_is_lost_or_doubled() {
    // invariants: J1, J3
    let undisturbed = FaultDisk::new();
    assert_eq!(script(&undisturbed).len(), 90);
    for (call, os) in (0..undisturbed.n_calls()).zip([EIO, ENOSPC, EINTR].into_iter().cycle()) {
        let disk = FaultDisk::new();
        disk.fail_once(call, os);
        let acked = script(&disk);
        check(&disk, &acked, &format!("call {call} failed"));
    }
}

#[test]
fn the_power_may_go_at_any_call_while_trimming_and_the_log_is_whole_from_its_start_on() {
    // invariants: J1, J3
    let undisturbed = FaultDisk::new();
    script(&undisturbed);
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for call in 0..undisturbed.n_calls() {
        let disk = FaultDisk::new();
        disk.power_off_at(call);
        let acked = script(&disk);
        for survival in 0..4 {
            let after = disk.after_power_cut(&mut || {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                survival == 1 || (survival > 1 && random >> 63 == 1)
            });
            check(&after, &acked, &format!("call {call}, survival {survival}"));
        }
    }
}

#[test]
fn a_failed_trim_goes_on_where_it_stopped() {
    let disk = FaultDisk::new();
    let (journal, _) = open(&disk);
    send(&journal, 0..N_SENT);
    let n_segments = bases(&disk).len();
    disk.fail_writes(EIO);
    let fault = journal.trim(journal.committed()).unwrap_err();
    assert_eq!((fault.doing, bases(&disk).len()), ("create", n_segments));
    disk.work();
    assert_eq!(all_numbers(&journal).len() as u64, N_SENT, "nothing was turned away");
    let removal = disk.n_calls() + n_segments as u64 * 4;
    disk.fail_from(removal, EIO);
    journal.trim(journal.committed()).unwrap_err();
    disk.work();
    assert!(journal.start() > Position::START && bases(&disk).len() > 1);
    assert!(journal.trim(journal.committed()).unwrap().segments > 0);
    assert_eq!(bases(&disk), [journal.start().get()]);
}

#[test]
fn a_segment_that_is_closed_early_can_be_trimmed_and_an_empty_one_is_not_closed() {
    let disk = FaultDisk::new();
    let (journal, _) = open(&disk);
    let end = send(&journal, 0..1)[0];
    journal.roll();
    while bases(&disk).len() < 2 {
        pause(Duration::from_millis(1));
    }
    journal.roll();
    pause(Duration::from_millis(20));
    assert_eq!(bases(&disk), [0, end.get()]);
    assert_eq!(journal.trim(end).unwrap().segments, 1);
    send(&journal, 1..2);
    assert_eq!((bases(&disk), kept(&journal)), (vec![end.get()], vec![1]));
}
