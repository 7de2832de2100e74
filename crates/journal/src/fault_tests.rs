//! What storage may do to a journal: every call failing, power going at every call, torn writes,
//! flipped bits, lost files.

use crate::codec;
use crate::disk::{Disk, DiskFile};
use crate::fault_disk::{EINTR, EIO, ENOSPC, FaultDisk};
use crate::frame::{HEADER_BYTES, put_record, segment_base};
use crate::test_support::{all_numbers, batch, number, numbers, open, pause, small};
use crate::{
    AppendError, Appended, Config, Health, Journal, OpenError, Position, ReadOnlyJournal,
    StorageFault,
};
use std::collections::BTreeSet;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// Batches of the script; with small segments it makes several hundred calls.
const N_BATCHES: u64 = 160;
/// Batches sent before the power goes.
const N_SENT: u64 = 56;
/// Most attempts of a client to send one batch.
const ATTEMPTS_MAX: usize = 2_000;

/// A client that sends each batch until it is acknowledged, reopening half-way; returns its acks.
fn script(disk: &FaultDisk) -> Vec<(Position, u64)> {
    let first = send(&reopen(disk), 0..N_BATCHES / 2);
    let journal = reopen(disk);
    let rest = send(&journal, N_BATCHES / 2..N_BATCHES);
    [first, rest].concat()
}

fn reopen(disk: &FaultDisk) -> Journal {
    let attempt = |_| Journal::open_on(Arc::new(disk.clone()), small()).ok();
    (0..3).find_map(attempt).expect("opens when reads work").0
}

fn send(journal: &Journal, numbers: std::ops::Range<u64>) -> Vec<(Position, u64)> {
    let send = |n| {
        for _ in 0..ATTEMPTS_MAX {
            match journal.append_blocking(batch(n)) {
                Ok(appended) => return (appended.position, n),
                Err(AppendError::Storage(_)) => pause(Duration::from_millis(1)),
                Err(error) => panic!("{error}"),
            }
        }
        panic!("the journal did not resume");
    };
    numbers.map(send).collect()
}

#[test]
fn any_single_call_may_fail_and_every_batch_is_there_once_in_the_order_of_its_ack() {
    // invariants: J1, J2
    let undisturbed = FaultDisk::new();
    script(&undisturbed);
    let n_calls = undisturbed.n_calls();
    assert!(n_calls > 400, "{n_calls}");
    for (call, os) in (0..n_calls).flat_map(|call| [EIO, ENOSPC, EINTR].map(|os| (call, os))) {
        let disk = FaultDisk::new();
        disk.fail_once(call, os);
        let acks = script(&disk);
        assert_eq!(read_all(&disk), acks, "call {call} failed with {os}");
    }
}

#[test]
fn signals_and_short_transfers_at_every_rhythm_are_no_failures() {
    let undisturbed = FaultDisk::new();
    let acks = script(&undisturbed);
    for nth in 1..=undisturbed.n_calls() {
        let disk = FaultDisk::new();
        disk.halve_each(nth);
        // Of two rhythms at once neither may hide the other.
        disk.interrupt_each(nth + 1);
        assert_eq!(script(&disk), acks, "every {nth}th");
        let journal = reopen(&disk);
        assert_eq!((journal.stats().faults, all_numbers(&journal)), (0, (0..N_BATCHES).collect()));
        assert_eq!(segments(&disk), segments(&undisturbed), "the same bytes, every {nth}th");
    }
}

/// Positions and numbers of everything a new process reads; no damage allowed.
fn read_all(disk: &FaultDisk) -> Vec<(Position, u64)> {
    let (journal, repair) = open(disk);
    assert_eq!(repair.damaged, vec![]);
    let reader = journal.read_from(Position::START).unwrap();
    reader.map(|item| item.unwrap()).map(|(position, batch)| (position, number(&batch))).collect()
}

#[test]
fn the_power_may_go_at_any_call_and_every_acknowledged_batch_is_there_once() {
    // invariant: J1
    let undisturbed = FaultDisk::new();
    send_groups(&undisturbed);
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for call in 0..undisturbed.n_calls() {
        let disk = FaultDisk::new();
        disk.power_off_at(call);
        let acked = send_groups(&disk);
        for survival in 0..5 {
            let after = disk.after_power_cut(&mut || {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                survival == 1 || (survival > 1 && random >> 63 == 1)
            });
            if survival > 2 {
                // The power goes again while the journal is being repaired.
                after.power_off_at(call % 23);
                drop(Journal::open_on(Arc::new(after.clone()), small()));
            }
            let after = after.after_power_cut(&mut || survival % 2 == 0);
            check_after_cut(&after, &acked, &format!("call {call}, survival {survival}"));
        }
    }
}

/// Sends groups of several batches without retrying; returns the numbers acknowledged.
fn send_groups(disk: &FaultDisk) -> Vec<u64> {
    let (sender, receiver) = mpsc::channel();
    let Ok((journal, _)) = Journal::open_on(Arc::new(disk.clone()), small()) else {
        return vec![];
    };
    for n in 0..N_SENT {
        let sender = sender.clone();
        let done = move |outcome: Result<_, _>| sender.send((n, outcome.is_ok())).unwrap();
        journal.append(batch(n), Box::new(done));
        if n % 7 == 6 {
            journal.wait_past(journal.committed(), Duration::from_micros(300));
        }
    }
    drop((journal, sender));
    receiver.iter().filter(|(_, acknowledged)| *acknowledged).map(|(n, _)| n).collect()
}

fn check_after_cut(disk: &FaultDisk, acked: &[u64], what: &str) {
    let (journal, repair) = open(disk);
    assert_eq!(repair.damaged, vec![], "{what}");
    let kept = all_numbers(&journal);
    let once: BTreeSet<_> = kept.iter().copied().collect();
    assert!(kept.is_sorted() && once.len() == kept.len(), "{what}: {kept:?}");
    assert!(acked.iter().all(|n| once.contains(n)), "{what}: {acked:?} in {kept:?}");
    for n in 0..N_SENT {
        let appended = journal.append_blocking(batch(n)).unwrap();
        assert_eq!(appended.duplicate, once.contains(&n), "{what}: {n}");
    }
    let all = all_numbers(&journal);
    assert_eq!(all.len(), usize::try_from(N_SENT).unwrap(), "{what}");
    drop(journal);
    assert_eq!(all_numbers(&open(disk).0), all, "{what}");
}

/// A closed journal of so many batches, each a group of its own.
fn journal_of(n_batches: u64) -> FaultDisk {
    let disk = FaultDisk::new();
    send(&open(&disk).0, 0..n_batches);
    disk
}

/// The segments of a disk, with their bytes.
fn segments(disk: &FaultDisk) -> Vec<(String, Vec<u8>)> {
    let names = disk.list().unwrap().into_iter().filter(|name| segment_base(name).is_some());
    names.map(|name| (name.clone(), disk.contents(&name).unwrap())).collect()
}

fn disk_of(segments: &[(String, Vec<u8>)]) -> FaultDisk {
    let disk = FaultDisk::new();
    for (name, bytes) in segments {
        disk.put(name, bytes);
    }
    disk
}

#[test]
fn a_write_torn_at_any_byte_costs_its_record_only_and_is_reported() {
    let before = journal_of(2);
    let end = HEADER_BYTES + usize::try_from(open(&before).0.committed().get()).unwrap();
    let after = journal_of(3);
    let (name, whole) = segments(&after).remove(0);
    let record = HEADER_BYTES + usize::try_from(open(&after).0.committed().get()).unwrap() - end;
    for torn_at in 0..record {
        let mut zeroed = whole.clone();
        zeroed[end + torn_at..].fill(0);
        for bytes in [zeroed, whole[..end + torn_at].to_vec()] {
            let disk = FaultDisk::new();
            disk.put(&name, &bytes);
            let (journal, repair) = open(&disk);
            let cut = bytes[end..].iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
            assert_eq!(repair.truncated_bytes, cut as u64, "{torn_at}");
            assert_eq!(repair.at.map(|at| at.offset), (cut > 0).then_some(end as u64));
            assert_eq!((repair.damaged, all_numbers(&journal)), (vec![], vec![0, 1]));
            journal.append_blocking(batch(9)).unwrap();
            drop(journal);
            assert_eq!(all_numbers(&open(&disk).0), [0, 1, 9], "{torn_at}");
        }
    }
}

#[test]
fn a_bit_flipped_anywhere_is_named_and_costs_one_record_at_most() {
    // invariant: J3
    const N: u64 = 20;
    let whole = segments(&journal_of(N));
    assert_eq!(whole.len(), 2);
    for (file, (name, bytes)) in whole.iter().enumerate() {
        for (at, bit) in (0..bytes.len()).map(|at| (at, 1 << (at % 8))) {
            let mut flipped = whole.clone();
            flipped[file].1[at] ^= bit;
            let what = format!("{name} byte {at} bit {bit}");
            let disk = disk_of(&flipped);
            let view = ReadOnlyJournal::open_on(Arc::new(disk.clone())).unwrap();
            let (read, named) = numbers(view.read_from(Position::START).unwrap());
            let findings = view.findings();
            let in_repair = findings.at.iter().chain(&findings.damaged).any(|p| p.segment == *name);
            let in_reader = named.iter().any(|error| error.contains(name.as_str()));
            assert!(in_repair || in_reader, "{what} goes unnoticed");
            let n_lost = usize::try_from(N).unwrap() - read.len();
            assert!(n_lost <= 1 && read.is_sorted(), "{what}: {read:?}");
            let (journal, _) = open(&disk);
            journal.append_blocking(batch(100)).unwrap();
            let (again, _) = numbers(journal.read_from(Position::START).unwrap());
            assert_eq!(again, [read, vec![100]].concat(), "{what}");
        }
    }
}

#[test]
fn a_gap_in_a_group_that_was_being_written_is_a_torn_tail_and_nothing_behind_it_returns() {
    let disk = journal_of(2);
    let end = open(&disk).0.committed().get();
    let mut group = vec![];
    for n in 2..5 {
        let position = end + group.len() as u64;
        put_record(&mut group, position, end, &codec::encode(&batch(n)));
    }
    let third = group.len() / 3;
    group[third..2 * third].fill(0);
    let (name, mut bytes) = segments(&disk).remove(0);
    let from = HEADER_BYTES + usize::try_from(end).unwrap();
    bytes[from..from + group.len()].copy_from_slice(&group);
    disk.put(&name, &bytes);
    let (journal, repair) = open(&disk);
    assert_eq!((all_numbers(&journal), repair.damaged), (vec![0, 1, 2], vec![]));
    assert_eq!(repair.truncated_bytes, 2 * third as u64);
    send(&journal, 5..6);
    drop(journal);
    assert_eq!(all_numbers(&open(&disk).0), [0, 1, 2, 5]);
}

#[test]
fn a_lost_segment_is_named_and_the_next_one_serves() {
    let disk = journal_of(40);
    let whole = segments(&disk);
    assert!(whole.len() >= 3);
    disk.remove(&whole[1].0).unwrap();
    let (journal, repair) = open(&disk);
    assert_eq!(repair.damaged.len(), 1);
    assert_eq!(repair.damaged[0].segment, whole[0].0);
    let (read, named) = numbers(journal.read_from(Position::START).unwrap());
    assert_eq!(named.len(), 1);
    assert!(read.starts_with(&[0, 1, 2]) && read.ends_with(&[38, 39]), "{read:?}");
}

#[test]
fn a_whole_record_of_unknown_content_is_named_and_passed_over() {
    let disk = journal_of(2);
    let end = open(&disk).0.committed().get();
    let (name, mut bytes) = segments(&disk).remove(0);
    let mut record = vec![];
    put_record(&mut record, end, end, &[9, 9, 9]);
    let from = HEADER_BYTES + usize::try_from(end).unwrap();
    bytes[from..from + record.len()].copy_from_slice(&record);
    disk.put(&name, &bytes);
    let (journal, repair) = open(&disk);
    assert_eq!((repair.records, repair.truncated_bytes), (3, 0));
    send(&journal, 3..5);
    let (read, named) = numbers(journal.read_from(Position::START).unwrap());
    assert_eq!(read, [0, 1, 3, 4]);
    let message = format!("record at byte {from} of segment {name} cannot be decoded");
    assert!(named.len() == 1 && named[0].starts_with(&message), "{named:?}");
}

#[test]
fn records_of_older_versions_behind_damage_are_found_again() {
    for version in codec::OLDEST..codec::VERSION {
        let mut bytes = crate::frame::header(0).to_vec();
        for n in 0..3 {
            let mut payload = codec::encode(&batch(n));
            // A batch of one plain report without hints, as that version wrote it.
            payload[0] = version;
            payload.remove(28);
            if version == 1 {
                payload.remove(35);
            }
            assert!(codec::decode(&payload).is_ok(), "version {version}");
            let at = (bytes.len() - HEADER_BYTES) as u64;
            put_record(&mut bytes, at, at, &payload);
        }
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        let disk = FaultDisk::new();
        disk.put(&crate::frame::segment_name(0), &bytes);
        let (read, named) = numbers(open(&disk).0.read_from(Position::START).unwrap());
        assert_eq!((read, named.len()), (vec![0, 2], 1), "version {version}");
    }
}

#[test]
fn a_segment_of_a_newer_program_is_refused_by_name_and_left_alone() {
    let disk = journal_of(1);
    let (name, mut bytes) = segments(&disk).remove(0);
    bytes[8] = 2;
    let crc = crc32c::crc32c(&bytes[..20]);
    bytes[20..24].copy_from_slice(&crc.to_le_bytes());
    disk.put(&name, &bytes);
    let opened = Journal::open_on(Arc::new(disk.clone()), small());
    assert!(matches!(opened, Err(OpenError::Version { found: 2, known: 1, .. })), "{opened:?}");
    assert_eq!(disk.contents(&name), Some(bytes));
}

#[test]
fn a_full_disk_refuses_at_once_serves_readers_and_resumes_by_itself() {
    // invariant: J2
    let disk = FaultDisk::new();
    let (journal, _) = open(&disk);
    send(&journal, 0..30);
    disk.fail_writes(ENOSPC);
    let refused = journal.append_blocking(batch(99));
    let Err(AppendError::Storage(fault)) = refused else { panic!("{refused:?}") };
    assert_eq!((fault.kind, fault.advice()), (io::ErrorKind::StorageFull, "free disk space"));
    assert!(fault.to_string().ends_with("free disk space"), "{fault}");
    pause(Duration::from_millis(10));
    assert!(matches!(journal.health(), Health::Failing(StorageFault { os: Some(ENOSPC), .. })));
    assert_eq!(all_numbers(&journal), (0..30).collect::<Vec<_>>());
    disk.work();
    send(&journal, 30..40);
    assert_eq!((journal.health(), journal.stats().faults), (Health::Healthy, 1));
    assert_eq!(all_numbers(&journal), (0..40).collect::<Vec<_>>());
    drop(journal);
    assert_eq!(all_numbers(&open(&disk).0), (0..40).collect::<Vec<_>>());
}

#[test]
fn a_journal_that_cannot_be_written_opens_for_reading_and_resumes() {
    let disk = journal_of(5);
    disk.fail_writes(EIO);
    let (journal, _) = open(&disk);
    assert!(matches!(journal.health(), Health::Failing(_)));
    assert_eq!(all_numbers(&journal), (0..5).collect::<Vec<_>>());
    disk.work();
    send(&journal, 5..8);
    assert_eq!(all_numbers(&journal), (0..8).collect::<Vec<_>>());
}

#[test]
fn after_a_failed_sync_the_bytes_it_lost_are_never_believed() {
    let disk = FaultDisk::new();
    let (journal, _) = open(&disk);
    send(&journal, 0..3);
    let end = journal.committed();
    // The next append writes, then syncs.
    disk.fail_once(disk.n_calls() + 1, EIO);
    let refused = journal.append_blocking(batch(3));
    assert!(matches!(refused, Err(AppendError::Storage(StorageFault { doing: "sync", .. }))));
    assert_eq!((journal.committed(), all_numbers(&journal)), (end, vec![0, 1, 2]));
    send(&journal, 4..6);
    drop(journal);
    let after = disk.after_power_cut(&mut || false);
    assert_eq!(all_numbers(&open(&after).0), [0, 1, 2, 4, 5]);
}

#[test]
fn a_disk_that_is_nearly_full_refuses_before_it_is_and_takes_what_was_reserved() {
    const LEAST: u64 = 10_000;
    let disk = FaultDisk::new();
    let config = Config { free_bytes_min: LEAST, ..small() };
    let needed = LEAST + config.segment_bytes_max;
    disk.set_free_bytes(needed);
    let (journal, _) = Journal::open_on(Arc::new(disk.clone()), config).unwrap();
    send(&journal, 0..1);
    disk.set_free_bytes(needed - 1);
    let taken = (1..100).take_while(|n| journal.append_blocking(batch(*n)).is_ok()).count();
    assert!((2..20).contains(&taken), "{taken} batches filled the segment that was there");
    assert_eq!(journal.stats().segments, 1, "no further one was begun");
    let Health::Failing(fault) = journal.health() else { panic!("it takes batches") };
    assert_eq!((fault.doing, fault.advice()), ("leave enough of the disk free", "free disk space"));
    let kept: Vec<u64> = (0..=taken as u64).collect();
    assert_eq!(all_numbers(&journal), kept);
    drop(journal);
    let (journal, _) = Journal::open_on(Arc::new(disk.clone()), config).unwrap();
    assert!(matches!(journal.health(), Health::Failing(_)), "nor after reopening");
    disk.set_free_bytes(needed);
    send(&journal, 100..101);
    assert_eq!(all_numbers(&journal), [kept, vec![100]].concat());
}

/// A disk on which a fault of ours shows when a segment is begun.
#[derive(Debug, Default)]
struct Cursed(FaultDisk, AtomicBool);

impl Disk for Cursed {
    fn list(&self) -> io::Result<Vec<String>> {
        self.0.list()
    }
    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        self.0.create(name)
    }
    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        self.0.open(name)
    }
    fn open_write(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        self.0.open_write(name)
    }
    fn remove(&self, name: &str) -> io::Result<()> {
        self.0.remove(name)
    }
    fn sync_dir(&self) -> io::Result<()> {
        self.0.sync_dir()
    }
    #[expect(clippy::panic_in_result_fn, reason = "the fault")]
    fn free_bytes(&self) -> io::Result<u64> {
        assert!(!self.1.load(Ordering::Relaxed), "on purpose");
        self.0.free_bytes()
    }
}

#[test]
fn a_writer_that_dies_is_known_to_have_and_nobody_waits_for_it() {
    let disk = Arc::new(Cursed::default());
    let (journal, _) = Journal::open_on(Arc::clone(&disk) as Arc<dyn Disk>, small()).unwrap();
    let first = journal.append_blocking(batch(0)).unwrap();
    disk.1.store(true, Ordering::Relaxed);
    let refused = (1..100).find_map(|n| journal.append_blocking(batch(n)).err());
    assert_eq!(refused, Some(AppendError::Closed), "the one in its hands");
    for n in 100..103 {
        assert_eq!(journal.append_blocking(batch(n)), Err(AppendError::Closed));
    }
    assert_eq!(journal.health(), Health::Dead);
    let kept = all_numbers(&journal);
    assert!(kept.len() > 1, "what was acknowledged is read");
    drop(journal);
    disk.1.store(false, Ordering::Relaxed);
    let (journal, _) = Journal::open_on(disk, small()).unwrap();
    assert_eq!((journal.health(), all_numbers(&journal)), (Health::Healthy, kept));
    assert_eq!(journal.append_blocking(batch(0)).unwrap(), Appended { duplicate: true, ..first });
}
