//! Tests of learning: a corridor on two levels, whose places are known.

use super::*;
use crate::venue::{Inside, Model};
use cairn_ground::{Enu, Geodesic, LocalFrame};

/// Where transmitter `n` of `level` stands along a corridor of 100 m.
fn stands_at_m(n: u64) -> f64 {
    f64::from(u32::try_from(n).unwrap()) * 10.0
}

/// What is heard at `at_m` of a level: its own transmitters well, the other's through the ceiling.
fn heard_at(at_m: f64, level: u64) -> Vec<Reading> {
    (0..22_u64)
        .filter_map(|number| {
            let (n, of) = (number / 2, number % 2);
            let through_db = if of == level { 0.0 } else { 18.0 };
            let distance_m = (stands_at_m(n) - at_m).abs().max(1.0);
            #[expect(clippy::cast_possible_truncation, reason = "a level of a few tens of dBm")]
            let rssi_dbm = (-25.0_f64).mul_add(distance_m.log10(), -40.0 - through_db) as f32;
            (rssi_dbm > -92.0).then_some(Reading { key: number * 16, rssi_dbm, age_s: 0.5 })
        })
        .collect()
}

fn place(at_m: f64) -> LatLng {
    let frame = LocalFrame::at(LatLng::new(30.25, 120.16).unwrap());
    frame.latlng_from_enu(Enu { east_m: at_m, north_m: 0.0 })
}

/// Scans of so many voices, each walking both levels.
fn walks(n_voices: u64) -> Vec<Scan> {
    let one = |voice: u64, step: u64, level: u64| {
        let at_m = f64::from(u32::try_from(step * 5 + voice % 5).unwrap());
        Scan {
            place: place(at_m),
            floor: Floor::new(i32::try_from(level).unwrap()).unwrap(),
            voice,
            weight: 1.0,
            readings: heard_at(at_m, level),
        }
    };
    let voices = 0..n_voices;
    voices
        .flat_map(|voice| (0..20).flat_map(move |step| [one(voice, step, 0), one(voice, step, 1)]))
        .collect()
}

fn asked(model: &[u8], at_m: f64, level: u64) -> Inside {
    Model::read(model).unwrap().locate(&heard_at(at_m, level)).unwrap()
}

#[test]
fn a_learned_corridor_tells_where_and_on_which_level() {
    let model = learn(&walks(6), Effort::Whole, 1, 2).unwrap();
    let (mut inside, mut n) = (0, 0);
    for level in [0, 1] {
        for step in 1..19_u32 {
            let at_m = f64::from(step) * 5.0 + 2.5;
            let answer = asked(&model, at_m, level);
            let off_m = Geodesic.distance_m(answer.place, place(at_m));
            assert!(off_m < 12.0, "{off_m} m off at {at_m}");
            assert_eq!(answer.floors[0].0.get(), i8::try_from(level).unwrap(), "at {at_m}");
            n += 1;
            inside += u32::from(off_m <= answer.radii.r95_m());
        }
    }
    assert!(inside * 10 >= n * 8, "{inside} of {n} inside R95");
}

#[test]
fn the_number_of_threads_does_not_reach_the_bytes() {
    // invariant: M1
    let scans = walks(8);
    let one = learn(&scans, Effort::Draft, 1, 1).unwrap();
    assert_eq!(one, learn(&scans, Effort::Draft, 1, 3).unwrap());
    assert_ne!(one, learn(&scans, Effort::Draft, 2, 1).unwrap());
    let draft = Model::read(&one).unwrap();
    assert_eq!(draft.effort(), Effort::Draft);
}

#[test]
fn too_few_scans_teach_nothing() {
    let scans = walks(2);
    assert!(learn(&scans[..SCANS_MIN - 1], Effort::Draft, 1, 1).is_none());
    assert!(learn(&scans[..SCANS_MIN], Effort::Draft, 1, 1).is_some());
}
