//! Tests of sealing and opening.

use super::*;
use crate::limits::BLOCK_RECORDS;
use crate::test_support::{Sequence, meta, record, sealed};
use crate::{SnapshotWriter, fuzz_open};
use proptest::prelude::*;

fn eager(bytes: &[u8]) -> Result<Snapshot, Fault> {
    Snapshot::from_bytes(bytes.to_vec(), Verify::Eager)
}

#[test]
fn the_meta_comes_back_whole() {
    let snapshot = eager(&sealed([])).unwrap();
    assert_eq!(snapshot.meta(), &meta());
    assert!(snapshot.is_empty());
    assert_eq!(snapshot.iter().count(), 0);
    assert_eq!(snapshot.get(record(1, 0).key), None);
}

#[test]
fn one_record_is_found_and_its_neighbours_are_not() {
    let snapshot = eager(&sealed([record(1, 0)])).unwrap();
    assert_eq!(snapshot.get(record(1, 0).key).unwrap().last_day, record(1, 0).last_day);
    assert_eq!(snapshot.get(record(2, 0).key), None);
}

#[test]
fn a_flip_of_any_bit_is_detected() {
    // invariant: S2
    let whole = sealed((0..40).map(|n| record(n, 0)));
    let mut bytes = whole.clone();
    for at in 0..bytes.len() {
        let bit = 1 << (at % 8);
        bytes[at] ^= bit;
        assert!(eager(&bytes).is_err(), "byte {at}");
        bytes[at] ^= bit;
    }
    assert!(eager(&whole).is_ok());
}

#[test]
fn a_lazy_reader_serves_nothing_that_a_flip_changed() {
    // invariant: S2
    let whole = sealed((0..40).map(|n| record(n, 0)));
    let truth: Vec<_> = eager(&whole).unwrap().iter().collect();
    let mut bytes = whole;
    let mut n_opened = 0;
    for at in 0..bytes.len() {
        bytes[at] ^= 0x10;
        if let Ok(snapshot) = Snapshot::from_bytes(bytes.clone(), Verify::Lazy) {
            n_opened += 1;
            let seen: Vec<_> = snapshot.iter().collect();
            assert!(seen.is_empty() || seen == truth, "byte {at}");
        }
        bytes[at] ^= 0x10;
    }
    assert_eq!(n_opened, 40 * 21, "only damage in the records waits for a look-up");
}

#[test]
fn a_file_cut_anywhere_is_refused_by_name() {
    let whole = sealed((0..40).map(|n| record(n, 0)));
    for length in 0..whole.len() {
        let fault = eager(&whole[..length]).unwrap_err();
        let is_named = matches!(fault, Fault::TooShort { .. } | Fault::Length { .. });
        assert!(is_named, "{length}: {fault}");
    }
    let longer = [whole.as_slice(), &[0]].concat();
    assert!(matches!(eager(&longer).unwrap_err(), Fault::Length { .. }));
}

#[test]
fn other_versions_are_refused_by_name() {
    // invariant: S3
    let mut bytes = sealed([record(1, 0)]);
    bytes[8] = 5;
    let fault = eager(&bytes).unwrap_err();
    assert_eq!(fault.to_string(), "format 5 is newer than this program reads: upgrade");
    bytes[8] = 0;
    assert_eq!(eager(&bytes).unwrap_err(), Fault::UnknownFormat { found: 0 });
    assert_eq!(eager(b"PK\x03\x04 something else").unwrap_err(), Fault::NotASnapshot);
}

/// Repairs every checksum over the sections of `bytes`, as a hostile writer would.
fn repair(bytes: &mut [u8], header: &Header) {
    let footer_at = bytes.len() - FOOTER_BYTES;
    let span = |section: usize| {
        let (offset, length) = header.sections[section].try_into_usize();
        offset..offset + length
    };
    let records = bytes[span(RECS)].to_vec();
    let blocks = records.chunks(BLOCK_RECORDS as usize * header.layout.record_bytes());
    for (block, content) in blocks.enumerate() {
        put_crc(bytes, span(BCRC).start + 4 * block, crc32c::crc32c(content));
    }
    for section in (0..N_SECTIONS).filter(|section| *section != RECS) {
        let crc = crc32c::crc32c(&bytes[span(section)]);
        put_crc(bytes, footer_at + 4 + 4 * section, crc);
    }
    let id = blake3::hash(&bytes[..footer_at + ID_AT]);
    bytes[footer_at + ID_AT..footer_at + 64].copy_from_slice(id.as_bytes());
    let crc = crc32c::crc32c(&bytes[footer_at..footer_at + 76]);
    put_crc(bytes, footer_at + 76, crc);
}

fn put_crc(bytes: &mut [u8], at: usize, crc: u32) {
    bytes[at..at + 4].copy_from_slice(&crc.to_le_bytes());
}

trait Span {
    fn try_into_usize(self) -> (usize, usize);
}

impl Span for (u64, u64) {
    fn try_into_usize(self) -> (usize, usize) {
        (usize::try_from(self.0).unwrap(), usize::try_from(self.1).unwrap())
    }
}

/// A file of one record with one byte of it set, under right checksums.
fn forged(at: usize, value: u8) -> Vec<u8> {
    let mut bytes = sealed([record(1, 0)]);
    let header = Header::decode(&bytes).unwrap();
    bytes[header.sections[RECS].try_into_usize().0 + at] = value;
    repair(&mut bytes, &header);
    bytes
}

#[test]
fn codes_that_nobody_writes_are_refused_even_under_right_checksums() {
    let kind_at = 6 + 3;
    let good = sealed([record(1, 0)]);
    let kind = good[good.len() - FOOTER_BYTES - 4 - 21 + kind_at];
    assert!(eager(&forged(kind_at, kind)).is_ok(), "the forgery itself is sound");
    let fault = eager(&forged(kind_at, kind | 0x80)).unwrap_err();
    assert_eq!(fault, Fault::Block { block: 0, what: "kind and key disagree" });
    let lazy = Snapshot::from_bytes(forged(kind_at, kind | 0x80), Verify::Lazy).unwrap();
    assert_eq!(lazy.get(record(1, 0).key), None);
    assert_eq!((lazy.health().n_damaged, lazy.health().n_unknown_lookups), (1, 1));
}

#[test]
fn a_damaged_block_is_unknown_and_counted_while_the_others_serve() {
    // invariant: S2
    let n = u64::from(BLOCK_RECORDS) * 4;
    let mut bytes = sealed((0..n).map(|n| record(n, 0)));
    let whole = eager(&bytes).unwrap();
    let keys: Vec<_> = whole.iter().map(|record| record.key).collect();
    let body = whole.header.sections[RECS];
    let at = usize::try_from(body.0).unwrap() + (BLOCK_RECORDS as usize + 7) * 21;
    bytes[at] ^= 1;
    assert!(matches!(eager(&bytes).unwrap_err(), Fault::Block { block: 1, .. }));
    let lazy = Snapshot::from_bytes(bytes, Verify::Lazy).unwrap();
    assert_eq!(lazy.health().n_checked, 0);
    let mut n_unknown = 0;
    for (place, key) in keys.iter().enumerate() {
        match lazy.get(*key) {
            Some(found) => assert_eq!(Some(found), whole.get(*key)),
            None => n_unknown += 1,
        }
        let is_damaged = place / BLOCK_RECORDS as usize == 1;
        assert!(!is_damaged || lazy.get(*key).is_none(), "record {place} was served");
    }
    assert!((2048..2048 + 64).contains(&n_unknown), "{n_unknown}");
    let health = lazy.health();
    assert_eq!((health.n_blocks, health.n_checked, health.n_damaged), (4, 4, 1));
    assert_eq!(health.n_unknown_lookups, n_unknown + 2048);
    assert_eq!(lazy.iter().count(), keys.len() - 2048);
    assert_eq!(lazy.stats().n_readable, n - 2048);
    assert!(lazy.verify().is_err());
}

#[test]
fn the_order_of_pushing_leaves_no_trace() {
    // invariant: S1
    let mut records: Vec<_> = (0..5000).map(|n| record(n, 0)).collect();
    let first = sealed(records.clone());
    let mut random = Sequence(7);
    for at in (1..records.len()).rev() {
        let other = usize::try_from(random.next() % (at as u64 + 1)).unwrap();
        records.swap(at, other);
    }
    assert!(sealed(records) == first, "bytes differ");
}

#[test]
fn of_one_key_twice_the_better_observed_stays() {
    let (mut few, mut many) = (record(1, 0), record(1, 1));
    (few.observations, many.observations) = (10, 500);
    let bytes = sealed([few, many]);
    assert!(bytes == sealed([many, few]), "order left a trace");
    assert_eq!(eager(&bytes).unwrap().get(few.key).unwrap().observations, 256);
    (few.observations, many.observations) = (300, 300);
    assert!(sealed([few, many, few]) == sealed([many, few]), "order left a trace");
}

#[test]
fn a_file_is_named_by_its_id_and_opens() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = SnapshotWriter::new(meta());
    (0..3000).for_each(|n| writer.push(record(n, 0)));
    let in_memory = writer.clone().into_bytes().unwrap();
    let id = writer.finish(folder.path()).unwrap();
    let path = folder.path().join(id.file_name());
    assert!(std::fs::read(&path).unwrap() == in_memory, "file and memory differ");
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(names.len(), 1, "a temporary file is left");
    let snapshot = Snapshot::open(&path).unwrap();
    assert_eq!((snapshot.id(), snapshot.len()), (id, 3000));
    let lazy = Snapshot::open_with(&path, Verify::Lazy).unwrap();
    assert!(lazy.iter().eq(snapshot.iter()), "lazy and eager differ");
    std::fs::write(folder.path().join("empty"), b"").unwrap();
    assert!(matches!(
        Snapshot::open(&folder.path().join("empty")),
        Err(OpenError::Refused { fault: Fault::TooShort { .. }, .. })
    ));
}

#[test]
fn what_the_format_cannot_hold_is_not_sealed() {
    let seal = |meta| SnapshotWriter::new(meta).into_bytes().is_ok();
    assert!(seal(Meta { code_revision: "r".repeat(64), physics: vec![0.0; 65_536], ..meta() }));
    assert!(!seal(Meta { code_revision: "r".repeat(65), ..meta() }));
    assert!(!seal(Meta { physics: vec![0.0; 65_537], ..meta() }));
    assert!(!seal(Meta { physics: vec![f32::NAN], ..meta() }));
    assert!(seal(Meta { calibration: vec![meta().calibration[0]; 1024], ..meta() }));
    assert!(!seal(Meta { calibration: vec![meta().calibration[0]; 1025], ..meta() }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_sealed_is_read_back_and_seals_to_the_same_bytes(
        numbers in proptest::collection::btree_set(0_u64..5000, 0..300), seed in any::<u32>(),
    ) {
        let bytes = sealed(numbers.iter().map(|n| record(*n, u64::from(seed))));
        let snapshot = eager(&bytes).unwrap();
        prop_assert_eq!(snapshot.len(), numbers.len() as u64);
        prop_assert!(sealed(snapshot.iter()) == bytes);
        prop_assert!(fuzz_open(&bytes));
    }

    #[test]
    fn right_checksums_over_wrong_sections_make_nothing_panic(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        n in 0_u64..3000,
    ) {
        let mut bytes = sealed((0..n).map(|n| record(n, 0)));
        let header = Header::decode(&bytes).unwrap();
        let first = crate::layout::HEADER_BYTES;
        let length = bytes.len() - FOOTER_BYTES - first;
        for (at, value) in &edits {
            bytes[first + at.index(length)] = *value;
        }
        repair(&mut bytes, &header);
        let is_accepted = fuzz_open(&bytes);
        prop_assert!(is_accepted || !edits.is_empty());
    }

    #[test]
    fn no_bytes_make_the_reader_panic(
        edits in proptest::collection::vec((any::<u16>(), any::<u8>()), 0..8),
        cut in any::<u16>(),
    ) {
        let mut bytes = sealed((0..20).map(|n| record(n, 0)));
        for (at, value) in edits {
            let at = usize::from(at) % bytes.len();
            bytes[at] = value;
        }
        fuzz_open(&bytes);
        bytes.truncate(usize::from(cut) % bytes.len());
        fuzz_open(&bytes);
    }
}
