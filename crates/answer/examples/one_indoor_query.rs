//! One query inside a mapped building, for counting instructions and time: `one_indoor_query learn FILE` makes the
//! building's snapshot, `one_indoor_query FILE N` answers a scan of 216 networks in it so many times.
//!
//! `cargo xtask instructions` runs the latter under valgrind; `one_indoor_query FILE N speed` prints the time of one.
//! Budget: 300 µs of a core. Sketch: 216 look-ups are 10 µs, 216 rows of 32 numbers summed 2 µs, two layers of 128 by
//! 128 another 10, and the prints of a building: a list of a few hundred for each network, merged, 20 to 50 µs.

#![expect(clippy::print_stdout, reason = "a program that says what it measured")]
#![expect(clippy::cast_precision_loss, reason = "rates for people to read")]
#![expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some tens")]

use cairn_answer::{Answer, Heard, Method, Scratch, locate_among};
use cairn_ground::{
    Block, Bssid, Covariance, Day, Enu, Floor, LatLng, LocalFrame, Mobility, TransmitterId,
    TransmitterKind,
};
use cairn_signal::venue::{Effort, Reading, Scan, learn};
use cairn_snapshot::{
    Meta, Snapshot, SnapshotSet, SnapshotWriter, TransmitterRecord, Venue, Verify,
};
use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;

/// Boxes of the building, on three levels of 120 by 60 m.
const N_BOXES: u32 = 300;
/// Networks of a scan: the median of the two malls of the evaluation data.
const HEARD: usize = 216;
/// Scans that teach, by twenty voices.
const N_SCANS: u32 = 480;
/// Height of a level, m.
const LEVEL_M: f64 = 5.0;

fn frame() -> LocalFrame {
    LocalFrame::at(LatLng::wrapped(47.0, 9.0))
}

/// Where a box stands, and on which level.
fn place(n: u32) -> (Enu, u32) {
    let on_level = n / 3;
    let (column, row) = (f64::from(on_level % 10), f64::from(on_level / 10));
    (Enu { east_m: column * 12.0, north_m: row * 6.0 }, n % 3)
}

fn id(n: u32) -> TransmitterId {
    TransmitterId::Wifi(Bssid::from_u48(0x0200_5e00_0000 + u64::from(n) * 0x1_0010))
}

/// What is heard at a place of a level: the strongest networks.
fn heard(at: Enu, level: u32) -> Vec<(u32, f32)> {
    let power = |n: u32| {
        let (its, on) = place(n);
        let apart_m = its.distance_m(at).hypot(LEVEL_M * f64::from(level.abs_diff(on))).max(1.0);
        let ripple = f64::from((n * 31 + at.east_m as u32 * 7) % 9) - 4.0;
        let walls = 12.0f64.mul_add(f64::from(level.abs_diff(on)), ripple);
        (n, (-27.0f64).mul_add(apart_m.log10(), -38.0 - walls) as f32)
    };
    let mut all: Vec<_> = (0..N_BOXES).map(power).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    all.truncate(HEARD);
    all
}

fn scan(n: u32) -> Result<Scan, Box<dyn Error>> {
    let level = n % 3;
    let at = Enu { east_m: f64::from(n * 7 % 108), north_m: f64::from(n * 5 % 54) };
    let readings = heard(at, level).into_iter().map(|(network, rssi_dbm)| {
        let key = id(network).key().get();
        Reading { key, rssi_dbm, age_s: (network % 6) as f32 }
    });
    Ok(Scan {
        place: frame().latlng_from_enu(at),
        floor: Floor::new(i32::try_from(level)?)?,
        voice: u64::from(n / 24),
        weight: 1.0,
        readings: readings.collect(),
    })
}

fn record(n: u32) -> TransmitterRecord {
    TransmitterRecord {
        key: id(n).key(),
        kind: TransmitterKind::Wifi,
        place: frame().latlng_from_enu(place(n).0),
        covariance: Covariance::circular(60.0),
        reach_m: 90.0,
        reference_dbm: Some(-38.0),
        mobility: Mobility::Fixed,
        last_day: Day::new(20_000),
        voices: 20,
        observations: 400,
        floor: None,
    }
}

/// The snapshot of the building.
fn building() -> Result<Vec<u8>, Box<dyn Error>> {
    let scans = (0..N_SCANS).map(scan).collect::<Result<Vec<_>, _>>()?;
    let bytes = learn(&scans, Effort::Draft, 1, 1).ok_or("nothing was learned")?;
    let mut writer = SnapshotWriter::new(Meta {
        evidence_digest: [0; 32],
        settings_digest: [0; 32],
        newest_day: Day::new(20_000),
        code_revision: String::new(),
        calibration: Vec::new(),
        physics: Vec::new(),
    });
    (0..N_BOXES).for_each(|n| writer.push(record(n)));
    let blocks = Block::of(frame().origin()).around().collect();
    writer.push_venue(Venue { blocks, bytes });
    Ok(writer.into_bytes()?)
}

/// What the seventh scan heard, so that the model was tried on its like.
fn query() -> Vec<Heard> {
    let here = heard(Enu { east_m: 49.0, north_m: 35.0 }, 1);
    let entry = |(n, rssi_dbm): (u32, f32)| Heard {
        transmitter: id(n),
        rssi_dbm: Some(rssi_dbm),
        age_ms: i32::try_from(n % 6).unwrap_or(0) * 1_000,
        timing_advance: None,
    };
    here.into_iter().map(entry).collect()
}

/// Nanoseconds this thread has run. Source: Linux, Documentation/scheduler/sched-stats.rst.
fn processor_ns() -> u64 {
    // Yielding brings the kernel's count up to date.
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split_whitespace().next().and_then(|ns| ns.parse().ok()).unwrap_or(0)
}

fn main() -> Result<(), Box<dyn Error>> {
    let told: Vec<String> = std::env::args().skip(1).collect();
    let [file, more, ..] = &told[..] else { return Err("learn FILE, or FILE N".into()) };
    if file == "learn" {
        return Ok(std::fs::write(more, building()?)?);
    }
    let n: u64 = more.parse()?;
    let snapshot = Snapshot::from_bytes(std::fs::read(file)?, Verify::Eager)?;
    let (map, query) = (SnapshotSet::new(Some(Arc::new(snapshot)), Vec::new()), query());
    let mut scratch = Scratch::default();
    let mut ask = || locate_among(&map, black_box(&query), &[], &mut scratch);
    let is_inside =
        |answer: &Answer| matches!(answer, Answer::Found(found) if found.method == Method::Venue);
    if !is_inside(&ask()) {
        return Err("the scan is not answered by the building's model".into());
    }
    let from = processor_ns();
    for _ in 0..n {
        black_box(ask());
    }
    if told.get(2).is_some_and(|word| word == "speed") {
        println!("{:.1} µs an answer", (processor_ns() - from) as f64 / 1e3 / n.max(1) as f64);
    }
    Ok(())
}
