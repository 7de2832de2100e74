//! Tests of prints: what is kept of scans, and which are found.

use super::*;
use crate::venue::imprint::encode;
use crate::venue::train::Lesson;

const UNIT_M: f32 = 50.0;

/// A scan `east_m` along a corridor of ten transmitters, one every 10 m.
fn lesson(east_m: f32, floor: usize, gain_db: f32) -> Lesson {
    let heard = (0_u8..10).map(|n| {
        let apart_m = (f32::from(n) * 10.0 - east_m).abs().max(1.0);
        let rssi_dbm = gain_db - 40.0 - 25.0 * apart_m.log10();
        Heard { transmitter: usize::from(n), rssi_dbm, age_s: 0.0, fresh: 1.0 }
    });
    let at = [east_m / UNIT_M, 0.0];
    Lesson { at, floor, weight: 1.0, heard: heard.collect(), near: Vec::new() }
}

/// Two scans at each of some spots, and one alone at the end.
fn corridor() -> Vec<u8> {
    let spots = (0_u8..12).map(|n| f32::from(n) * 8.0 + 0.5);
    let mut lessons: Vec<Lesson> =
        spots.flat_map(|at| [lesson(at, 0, 0.0), lesson(at + 0.5, 0, 1.0)]).collect();
    lessons.push(lesson(140.0, 1, 0.0));
    // A net that puts every scan 3 m east and 50 m south of where it was.
    let net_m = |lesson: &Lesson| [lesson.at_m()[0] + 3.0, lesson.at_m()[1] - 50.0];
    encode(&lessons.iter().collect::<Vec<_>>(), 10, net_m)
}

fn read(bytes: &[u8], n_transmitters: usize) -> Option<Prints<'_>> {
    Prints::read(bytes, n_transmitters, true)
}

fn asked(prints: &Prints<'_>, lesson: &Lesson) -> Near {
    prints.near(&lesson.heard, 2).unwrap()
}

#[test]
fn a_scan_is_found_where_scans_like_it_were_averaged_and_one_alone_is_not_kept() {
    let bytes = corridor();
    let prints = read(&bytes, 10).unwrap();
    assert_eq!(prints.places.len(), 12, "two scans make one print, one makes none");
    let near = asked(&prints, &lesson(32.5, 0, 0.0));
    assert!((near.at_m[0] - 32.5).abs() < 6.0 && near.at_m[1].abs() < 1e-6, "{near:?}");
    assert!(near.levels[0] > 0.99 && near.distance < 0.2, "{near:?}");
    let [east_m, north_m] = near.off_m;
    assert!((east_m + 3.0).abs() < 0.13, "{near:?}");
    assert!((north_m - 31.75).abs() < 1e-6, "so far and no farther: {near:?}");
    let louder = asked(&prints, &lesson(32.5, 0, 6.0));
    assert!((louder.at_m[0] - near.at_m[0]).abs() < 3.0, "{louder:?}");
    let stranger = [Heard { transmitter: 10, rssi_dbm: -50.0, age_s: 0.0, fresh: 1.0 }];
    assert_eq!(prints.near(&stranger, 2), None);
    assert_eq!(prints.near(&[], 2), None);
    assert_eq!(Prints::none().near(&lesson(32.5, 0, 0.0).heard, 2), None);
}

#[test]
fn prints_of_version_4_say_nothing_of_how_far_the_net_is_off() {
    let new = corridor();
    let offs_at = 8 + 12 * 5;
    let old = [&new[..offs_at], &new[offs_at + 12 * 2..]].concat();
    assert!(read(&old, 10).is_none() && Prints::read(&new, 10, false).is_none());
    let near = asked(&Prints::read(&old, 10, false).unwrap(), &lesson(32.5, 0, 0.0));
    let off_m = [0.0; 2];
    assert_eq!(near, Near { off_m, ..asked(&read(&new, 10).unwrap(), &lesson(32.5, 0, 0.0)) });
}

#[test]
fn prints_that_are_cut_or_longer_are_refused_and_changed_ones_harm_nobody() {
    let good = corridor();
    for end in 0..good.len() {
        assert!(read(&good[..end], 10).is_none(), "cut at {end}");
    }
    assert!(read(&[good.as_slice(), &[0]].concat(), 10).is_none());
    assert!(read(&good, 11).is_none());
    let scan = lesson(32.5, 0, 0.0);
    for at in 0..good.len() {
        for bit in [0, 7] {
            let mut bytes = good.clone();
            bytes[at] ^= 1 << bit;
            let near = read(&bytes, 10).and_then(|prints| prints.near(&scan.heard, 2));
            let places = near.map_or([0.0; 4], |near| {
                let [[e, n], [off_e, off_n]] = [near.at_m, near.off_m];
                [e, n, off_e, off_n]
            });
            assert!(places.iter().all(|at| at.is_finite()), "byte {at}");
        }
    }
}
