//! Tests of what is one transmitter: a box with two radios, access points in series, networks hardly heard.

use super::*;
use crate::venue::Reading;
use cairn_ground::{Floor, LatLng};

/// A scan of a voice that hears networks (key, dBm).
fn scan(voice: u64, heard: &[(u64, f32)]) -> Scan {
    let reading =
        |(key, rssi_dbm): &(u64, f32)| Reading { key: *key, rssi_dbm: *rssi_dbm, age_s: 0.5 };
    Scan {
        place: LatLng::new(30.25, 120.16).unwrap(),
        floor: Floor::new(0).unwrap(),
        voice,
        weight: 1.0,
        readings: heard.iter().map(reading).collect(),
    }
}

/// Ten scans of each of eight voices, the `n`th of all hears what `heard` says.
fn scans(heard: impl Fn(u16) -> Vec<(u64, f32)>) -> Vec<Scan> {
    (0..80_u16).map(|n| scan(u64::from(n % 8), &heard(n))).collect()
}

/// Transmitters of these keys, by their numbers.
fn numbers<const N: usize>(networks: &Networks, keys: [u64; N]) -> [Option<usize>; N] {
    keys.map(|key| networks.find(key))
}

#[test]
fn networks_heard_together_and_alike_are_one_and_another_radio_is_not() {
    let networks = Networks::of(&scans(|n| {
        let dbm = -50.0 - f32::from(n % 30);
        vec![(0x10, dbm), (0x11, dbm + 3.0), (0x18, dbm - 15.0), (0x19, dbm - 14.0), (0x20, dbm)]
    }));
    let [a, b, c, d, other] = numbers(&networks, [0x10, 0x11, 0x18, 0x19, 0x20]);
    assert!(a.is_some() && a == b && c == d && a != c, "{networks:?}");
    assert!(other != a && other != c, "another box: {networks:?}");
    assert_eq!(networks.n_transmitters, 3);
}

#[test]
fn access_points_in_series_that_are_heard_apart_stay_apart() {
    let networks = Networks::of(&scans(|n| match n % 10 {
        0..5 => vec![(0x10, -60.0)],
        5..9 => vec![(0x11, -60.0)],
        _ => vec![(0x10, -85.0), (0x11, -85.0)],
    }));
    assert_eq!(networks.n_transmitters, 2, "{networks:?}");
}

#[test]
fn a_network_hardly_heard_goes_with_its_box_if_that_is_one() {
    let hardly = |n: u16| if n < 2 { vec![(0x12, -70.0)] } else { vec![] };
    let one = Networks::of(&scans(|n| [vec![(0x10, -60.0), (0x11, -61.0)], hardly(n)].concat()));
    assert_eq!(numbers(&one, [0x10, 0x11, 0x12]), [Some(0); 3]);
    let two = Networks::of(&scans(|n| [vec![(0x10, -60.0), (0x11, -80.0)], hardly(n)].concat()));
    assert_eq!(two.n_transmitters, 3, "{two:?}");
}

#[test]
fn what_one_voice_alone_heard_is_not_known() {
    let mut all = scans(|_| vec![(0x10, -60.0)]);
    all.push(scan(1, &[(0x10, -60.0), (0x50, -40.0)]));
    assert_eq!(numbers(&Networks::of(&all), [0x10, 0x50]), [Some(0), None]);
    let few: Vec<Scan> = all.iter().filter(|scan| scan.voice < 2).cloned().collect();
    assert_eq!(numbers(&Networks::of(&few), [0x10, 0x50]), [Some(0), Some(1)]);
}

#[test]
fn a_box_of_thousands_of_networks_is_compared_no_further_than_the_limit() {
    let heard: Vec<(u64, f32)> = (0..256_u64).map(|n| (n << 40 | 0x10, -50.0)).collect();
    let networks = Networks::of(&scans(|_| heard.clone()));
    assert_eq!(networks.n_transmitters, 256 - BOX_NETWORKS_MAX + 1);
}
