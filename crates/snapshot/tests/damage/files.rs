//! Ten thousand damaged files: every one refused by name, or, checked lazily, never believed where it is damaged.

use cairn_ground::{
    Block, Bssid, CellId, CellRadio, Covariance, Day, LatLng, Mobility, TransmitterId,
};
use cairn_snapshot::{
    CalibrationRow, Fault, Meta, OpenError, Snapshot, SnapshotWriter, TransmitterRecord, Venue,
    Verify,
};

const N_RECORDS: u64 = 5_000;
const N_DAMAGED: usize = 10_000;
/// Records under one checksum. Source: docs/specs/snapshot.md §2.
const BLOCK_RECORDS: usize = 2_048;
const FOOTER_BYTES: usize = 88;
/// Where the section table begins, and the length of an entry. Source: docs/specs/snapshot.md §2.
const TABLE: (usize, usize) = (48, 24);
const PARTS: [&str; 9] =
    ["header", "META", "CALI", "PHYS", "INDX", "RECS", "BCRC", "VENU", "footer"];
const RECS: usize = 5;

/// `SplitMix64`, seeded: every run damages alike. Source: Steele, Lea, Flood, 2014.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap()
    }

    fn bytes(&mut self, n: usize) -> Vec<u8> {
        (0..n).map(|_| self.next().to_le_bytes()[0]).collect()
    }
}

fn id(n: u64) -> TransmitterId {
    match n % 3 {
        0 => TransmitterId::Ble(Bssid::from_u48(0xa820_6600_0000 + n)),
        1 => TransmitterId::Cell(CellId::new(CellRadio::Nr, 262, 1, 7, n + 1).unwrap()),
        _ => TransmitterId::Wifi(Bssid::from_u48(0xa820_6600_0000 + n)),
    }
}

fn whole(seed: u64) -> Vec<u8> {
    let row = CalibrationRow { class: 1, n_samples: 50, multipliers: [1.0, 1.1, 1.2, 1.3] };
    let mut writer = SnapshotWriter::new(Meta {
        evidence_digest: [7; 32],
        settings_digest: [9; 32],
        newest_day: Day::new(20_000),
        code_revision: "damage".to_owned(),
        calibration: vec![row; 4],
        physics: vec![2.5; 16],
    });
    let mut chance = Chance(seed);
    for n in 0..N_RECORDS {
        let place = LatLng::wrapped(f64::from(u32::try_from(n % 170).unwrap()) - 85.0, 10.0);
        writer.push(TransmitterRecord {
            key: id(n).key(),
            kind: id(n).kind(),
            place,
            covariance: Covariance::circular(400.0),
            reach_m: 80.0,
            reference_dbm: None,
            mobility: Mobility::Fixed,
            last_day: Day::new(20_000 - u16::try_from(chance.below(999)).unwrap()),
            voices: 3,
            observations: u32::try_from(chance.below(4_000)).unwrap(),
            floor: None,
        });
    }
    let block = |lat: f64| Block::of(LatLng::wrapped(lat, 10.0));
    writer.push_venue(Venue { blocks: vec![block(1.0), block(2.0)], bytes: chance.bytes(900) });
    writer.push_venue(Venue { blocks: vec![block(3.0)], bytes: chance.bytes(300) });
    writer.into_bytes().unwrap()
}

/// Where each part of a sound file begins and ends.
fn spans(file: &[u8]) -> [(usize, usize); PARTS.len()] {
    let word =
        |at: usize| usize::try_from(u64::from_le_bytes(file[at..at + 8].try_into().unwrap()));
    let mut spans = [(0, TABLE.0 + 7 * TABLE.1); PARTS.len()];
    for section in 0..7 {
        let at = TABLE.0 + section * TABLE.1;
        let start = word(at + 8).unwrap();
        spans[section + 1] = (start, start + word(at + 16).unwrap());
    }
    spans[8] = (file.len() - FOOTER_BYTES, file.len());
    spans
}

fn eager(bytes: &[u8]) -> Result<Snapshot, Fault> {
    Snapshot::from_bytes(bytes.to_vec(), Verify::Eager)
}

/// The names under which damage of a part may be refused.
fn is_named_for(part: &str, fault: Fault) -> bool {
    match fault {
        // The footer holds the checksum of the header.
        Fault::Checksum { part: named } => named == part || (part == "footer" && named == "header"),
        Fault::Block { .. } => part == "RECS",
        Fault::NotASnapshot
        | Fault::NewerFormat { .. }
        | Fault::UnknownFormat { .. }
        | Fault::Length { .. }
        | Fault::TooShort { .. } => part == "header",
        Fault::Malformed { .. } => part == "header" || part == "footer",
        _ => false,
    }
}

/// A part's bytes changed: one bit, or a stretch overwritten as a torn write leaves it.
fn damage(bytes: &mut [u8], span: (usize, usize), chance: &mut Chance) -> usize {
    let at = span.0 + chance.below(span.1 - span.0);
    if chance.below(4) > 0 {
        bytes[at] ^= 1 << chance.below(8);
        return at;
    }
    let end = (at + 1 + chance.below(64)).min(span.1);
    let former = bytes[at..end].to_vec();
    bytes[at..end].copy_from_slice(&chance.bytes(end - at));
    if bytes[at..end] == former {
        bytes[at] ^= 1;
    }
    at
}

#[test]
fn ten_thousand_flips_and_torn_writes_are_each_refused_by_the_name_of_the_part() {
    // invariant: S2
    let mut bytes = whole(1);
    let (sound, spans) = (bytes.clone(), spans(&bytes));
    let truth = eager(&sound).unwrap();
    let keys: Vec<_> = truth.iter().map(|record| record.key).collect();
    let record_bytes = (spans[RECS].1 - spans[RECS].0) / keys.len();
    let mut chance = Chance(2);
    for n in 0..N_DAMAGED {
        let part = n % PARTS.len();
        let at = damage(&mut bytes, spans[part], &mut chance);
        let lazy = Snapshot::from_bytes(bytes.clone(), Verify::Lazy);
        if part == RECS {
            let damaged = (at - spans[RECS].0) / record_bytes / BLOCK_RECORDS;
            assert_untrusted(&lazy.unwrap(), &truth, &keys, damaged, &mut chance);
            if n % 16 == 5 {
                assert!(is_named_for("RECS", eager(&bytes).unwrap_err()), "{n}");
            }
        } else {
            let fault = lazy.unwrap_err();
            assert!(is_named_for(PARTS[part], fault), "{n}: {} refused as: {fault}", PARTS[part]);
        }
        bytes.copy_from_slice(&sound);
    }
}

/// Look-ups in and outside the damaged block: unknown there, the truth elsewhere (or unknown beside it).
fn assert_untrusted(
    lazy: &Snapshot,
    truth: &Snapshot,
    keys: &[cairn_ground::TransmitterKey],
    damaged: usize,
    chance: &mut Chance,
) {
    let in_block = damaged * BLOCK_RECORDS..((damaged + 1) * BLOCK_RECORDS).min(keys.len());
    for _ in 0..4 {
        let inside = keys[in_block.start + chance.below(in_block.len())];
        assert_eq!(lazy.get(inside), None, "a record of a damaged block was served");
    }
    for _ in 0..8 {
        let any = keys[chance.below(keys.len())];
        let said = lazy.get(any);
        assert!(said.is_none() || said == truth.get(any), "a wrong answer");
    }
    let health = lazy.health();
    assert!(health.n_damaged == 1 && health.n_unknown_lookups >= 4, "{health:?}");
}

#[test]
fn a_file_cut_or_grown_anywhere_is_refused_by_its_length() {
    let sound = whole(1);
    let mut chance = Chance(3);
    for _ in 0..2_000 {
        let cut = &sound[..chance.below(sound.len())];
        let fault = eager(cut).unwrap_err();
        assert!(matches!(fault, Fault::TooShort { .. } | Fault::Length { .. }), "{fault}");
        let extra = 1 + chance.below(300);
        let grown = [sound.as_slice(), &chance.bytes(extra)].concat();
        assert!(matches!(eager(&grown).unwrap_err(), Fault::Length { .. }));
    }
}

#[test]
fn files_of_other_programs_and_halves_of_two_snapshots_are_refused() {
    let (one, other) = (whole(1), whole(2));
    assert_eq!(one.len(), other.len());
    let mut chance = Chance(4);
    for _ in 0..500 {
        let at = 1 + chance.below(one.len() - 1);
        let spliced = [&one[..at], &other[at..]].concat();
        let is_one_of_them = spliced == one || spliced == other;
        assert!(is_one_of_them || eager(&spliced).is_err(), "half and half at {at}");
        let n = chance.below(4_096);
        let mut foreign = chance.bytes(n);
        assert!(eager(&foreign).is_err());
        let head = one.len().min(foreign.len()).min(216);
        foreign[..head].copy_from_slice(&one[..head]);
        assert!(eager(&foreign).is_err(), "a snapshot's head before something else");
    }
    let folder = tempfile::tempdir().unwrap();
    for head in [b"PK\x03\x04".as_slice(), b"\x7fELF", b"\x89PNG\r\n", b"{\"a\":1}", b"PAR1", b""] {
        let path = folder.path().join("0123456789abcdef.snapshot");
        std::fs::write(&path, [head, &[0; 400]].concat()).unwrap();
        let error = Snapshot::open(&path).unwrap_err();
        assert!(matches!(error, OpenError::Refused { fault: Fault::NotASnapshot, .. }), "{error}");
        assert!(error.to_string().contains("0123456789abcdef"), "{error}");
    }
    assert!(Snapshot::open(folder.path()).is_err(), "a folder");
}
