//! What a level is told by, on a few scans.

use super::*;

fn reading(key: u64, rssi_dbm: f32) -> Reading {
    Reading { key, is_ble: false, rssi_dbm }
}

#[test]
fn the_level_where_all_was_heard_is_ahead() {
    let mut levels = Levels::default();
    for (level, key, dbm) in [(0, 1, -50.0), (0, 2, -60.0), (1, 1, -80.0), (1, 3, -50.0)] {
        let heard = [reading(key, dbm)];
        let pressure_hpa = Some(1_000.0 - 0.4 * f32::from(level));
        levels.learn(level, &Asked { heard: &heard, building: Some(7), pressure_hpa });
    }
    let heard = [reading(1, -52.0), reading(2, -61.0), reading(9, -40.0)];
    let asked = Asked { heard: &heard, building: Some(7), pressure_hpa: Some(1_000.1) };
    let rows = rows(&levels, &asked);
    assert_eq!(rows.iter().map(|(level, _)| *level).collect::<Vec<_>>(), [0, 1]);
    let at = |name: &str| FEATURES.iter().position(|feature| feature.name == name).unwrap();
    let (ground, first) = (rows[0].1, rows[1].1);
    assert!(ground[at("ahead")] > 0.3 && first[at("ahead")] < -0.3);
    assert!((ground[at("pressure_gap_hpa")] - 0.1).abs() < 1e-3);
    assert!((ground[at("unknown_share")] - 1.0 / 3.0).abs() < 1e-6);
    assert!(ground[at("power_off_db")] < first[at("power_off_db")]);
}

#[test]
fn a_level_where_many_listened_and_few_heard_is_behind_one_where_few_did_and_all_heard() {
    let mut levels = Levels::default();
    let mut learn = |level: i16, heard: &[Reading]| {
        levels.learn(level, &Asked { heard, building: None, pressure_hpa: None });
    };
    for scan in 0..20 {
        learn(0, &[reading(if scan < 3 { 1 } else { 9 }, -60.0)]);
    }
    (0..2).for_each(|_| learn(1, &[reading(1, -60.0)]));
    let heard = [reading(1, -60.0)];
    let rows = rows(&levels, &Asked { heard: &heard, building: None, pressure_hpa: Some(1_000.0) });
    let of = |row: usize, name: &str| {
        rows[row].1[FEATURES.iter().position(|feature| feature.name == name).unwrap()]
    };
    assert!(of(0, "weighted_share") > of(1, "weighted_share"));
    assert!(of(1, "rate_ahead") > 1.0 && of(0, "rate_ahead") < -1.0);
    assert_eq!((of(0, "n_scans_here"), of(1, "n_scans_here")), (20.0, 2.0));
    assert!(of(0, "power_ahead").abs() < 1e-6);
}

#[test]
fn nothing_known_is_no_level() {
    let asked = Asked { heard: &[reading(1, -50.0)], building: None, pressure_hpa: None };
    assert!(rows(&Levels::default(), &asked).is_empty());
}
