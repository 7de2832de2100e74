//! Walks through a hall, the steps of which are wrong in one way or another: never much worse than without them.
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::suboptimal_flops,
    reason = "numbers of a test, read more easily than computed"
)]

use super::tests::{T0_MS, frame, noise, radii};
use super::*;
use cairn_ground::Enu;
use std::f64::consts::{FRAC_PI_2, TAU};

/// Width and depth of the hall, m.
const HALL_M: [f64; 2] = [60.0, 40.0];
/// Scans of a walk, and time between two, ms.
const SCANS: (u64, i64) = (90, 2_000);
const WALKS: u64 = 4;
/// How far somebody comes in a second, m.
const SPEED_M_S: f64 = 1.1;

/// A number that looks normal with σ 1, and is the same every time.
fn normal(seed: u64) -> f64 {
    (0..6).map(|n| noise(seed.wrapping_mul(7_919) + n)).sum::<f64>() / 2.0f64.sqrt()
}

/// Where somebody is at each scan who goes to and fro in a hall.
fn way(walk: u64) -> Vec<Enu> {
    let mut heading = TAU * noise(1_000 * walk);
    let mut at =
        [HALL_M[0] * (0.5 + 0.4 * noise(walk)), HALL_M[1] * (0.5 + 0.4 * noise(99 + walk))];
    let mut go = |n: u64| {
        heading += 0.35 * normal(1_000 * walk + n);
        at[0] += 2.0 * SPEED_M_S * heading.cos();
        at[1] += 2.0 * SPEED_M_S * heading.sin();
        if !(1.0..HALL_M[0] - 1.0).contains(&at[0]) {
            (at[0], heading) = (at[0].clamp(1.0, HALL_M[0] - 1.0), TAU / 2.0 - heading);
        }
        if !(1.0..HALL_M[1] - 1.0).contains(&at[1]) {
            (at[1], heading) = (at[1].clamp(1.0, HALL_M[1] - 1.0), -heading);
        }
        Enu { east_m: at[0], north_m: at[1] }
    };
    (0..SCANS.0).map(&mut go).collect()
}

/// How far off a scan is along an axis, σ 1.45 m: half by where it is, half by chance.
fn off_m(walk: u64, n: u64, at: Enu, axis: u64) -> f64 {
    let (column, row) = ((at.east_m / 5.0) as u64, (at.north_m / 5.0) as u64);
    1.025 * (normal(axis + 2 * (column + 100 * row)) + normal(axis + 2 * n + 10_000 * (walk + 1)))
}

fn scans(walk: u64, way: &[Enu]) -> Vec<Moment> {
    (0..)
        .zip(way)
        .map(|(n, at)| {
            let seen = Enu {
                east_m: at.east_m + off_m(walk, n, *at, 0),
                north_m: at.north_m + off_m(walk, n, *at, 1),
            };
            let place = frame().latlng_from_enu(seen);
            let sight = Sight { place, radii: radii(4.2), extrapolated: false, floors: vec![] };
            Moment { id: n, at_ms: at_ms(n), sight: Some(sight), pressure_hpa: None }
        })
        .collect()
}

fn at_ms(n: u64) -> i64 {
    T0_MS + SCANS.1 * n as i64
}

/// Steps along a way, all too long and turned aside as a phone in the hand is.
fn steps(way: &[Enu]) -> Vec<Stride> {
    let leg = |(n, pair): (u64, &[Enu])| {
        let (e, w) = (pair[1].east_m - pair[0].east_m, pair[1].north_m - pair[0].north_m);
        let n_steps = (e.hypot(w) / 0.7).round().max(1.0);
        let angle = e.atan2(w) + 0.3;
        (1..=n_steps as i64).map(move |k| Stride {
            at_ms: at_ms(n) + SCANS.1 * k / n_steps as i64,
            length_m: 1.08 * e.hypot(w) / n_steps,
            way: Some([angle.sin(), angle.cos()]),
        })
    };
    (0..).zip(way.windows(2)).flat_map(leg).collect()
}

fn turned(stride: &Stride, angle: f64) -> Stride {
    let [east, north] = stride.way.unwrap();
    let (sin, cos) = angle.sin_cos();
    Stride { way: Some([east * cos + north * sin, north * cos - east * sin]), ..*stride }
}

/// What is left of the steps of a walk.
type Wrong = fn(Vec<Stride>) -> Vec<Stride>;

fn each(strides: &[Stride], change: impl Fn(usize, &Stride) -> Stride) -> Vec<Stride> {
    strides.iter().enumerate().map(|(n, stride)| change(n, stride)).collect()
}

/// Median error, and share of truths inside R95.
#[derive(Debug, Clone, Copy)]
struct Score {
    p50_m: f64,
    inside: f64,
    r95_m: f64,
}

/// Asks for all walks, `n_each` scans at a time, with what `wrong` leaves of the steps between them.
fn ask(wrong: Wrong, n_each: usize) -> Score {
    let mut all: Vec<(f64, f64)> = Vec::new();
    for walk in 0..WALKS {
        let way = way(walk);
        let (scans, steps) = (scans(walk, &way), wrong(steps(&way)));
        let mut tracker = Tracker::default();
        let mut before_ms = i64::MIN;
        for part in scans.chunks(n_each) {
            let last_ms = if n_each >= scans.len() { i64::MAX } else { part[part.len() - 1].at_ms };
            let new: Vec<Stride> = steps
                .iter()
                .filter(|it| (before_ms + 1..=last_ms).contains(&it.at_ms))
                .copied()
                .collect();
            tracker.add_scans(part.to_vec());
            if let [first, .., last] | [first @ last] = new.as_slice() {
                let from_ms = before_ms.max(first.at_ms.min(part[0].at_ms));
                tracker.add_strides(&new, from_ms, last.at_ms.max(part[part.len() - 1].at_ms));
            }
            before_ms = last_ms;
            let n_new = part.len();
            let places = tracker.places();
            for place in &places[places.len() - n_new..] {
                let here = frame().enu_from_latlng(place.place);
                all.push((here.distance_m(way[place.id as usize]), place.radii.r95_m()));
            }
            tracker.settle_before(part[part.len() - 1].at_ms - 20_000);
        }
    }
    let n = all.len() as f64;
    let inside = all.iter().filter(|(error_m, r95_m)| error_m <= r95_m).count() as f64 / n;
    let median = |mut numbers: Vec<f64>| {
        numbers.sort_by(f64::total_cmp);
        numbers[numbers.len() / 2]
    };
    let p50_m = median(all.iter().map(|it| it.0).collect());
    Score { p50_m, inside, r95_m: median(all.iter().map(|it| it.1).collect()) }
}

const WRONGS: [(&str, Wrong); 19] = [
    ("right", |all| all),
    ("none", |_| vec![]),
    ("one", |all| all[..1].to_vec()),
    ("a minute before", |all| vec![Stride { at_ms: T0_MS - 60_000, ..all[0] }]),
    ("first 40", |all| all[..40].to_vec()),
    ("last 5", |all| all[all.len() - 5..].to_vec()),
    ("first half", |all| all[..all.len() / 2].to_vec()),
    ("in seconds", |all| each(&all, |_, it| Stride { at_ms: it.at_ms / 1_000, ..*it })),
    ("north", |all| each(&all, |_, it| Stride { way: Some([0.0, 1.0]), ..*it })),
    ("drifting", |all| each(&all, |_, it| turned(it, seconds(it.at_ms - T0_MS) * TAU / 360.0))),
    ("drifting slowly", |all| {
        each(&all, |_, it| turned(it, seconds(it.at_ms - T0_MS) * TAU / 3600.0))
    }),
    ("noisy 60", |all| each(&all, |n, it| turned(it, TAU / 6.0 * normal(n as u64)))),
    ("noisy 20", |all| each(&all, |n, it| turned(it, TAU / 18.0 * normal(n as u64)))),
    ("anywhere", |all| each(&all, |n, it| turned(it, TAU * noise(n as u64)))),
    ("turned each 20", |all| {
        each(&all, |n, it| if n / 20 % 2 == 1 { turned(it, FRAC_PI_2) } else { *it })
    }),
    ("mirrored", |all| each(&all, |_, it| Stride { way: it.way.map(|[e, n]| [n, e]), ..*it })),
    ("half missed", |all| {
        let heard = |it: &(usize, Stride)| noise(it.0 as u64) > 0.0;
        all.into_iter().enumerate().filter(heard).map(|it| it.1).collect()
    }),
    ("undirected", |all| each(&all, |_, it| Stride { way: None, ..*it })),
    ("first and last", |all| vec![all[0], all[all.len() - 1]]),
];

/// Asks with every kind of wrong steps: medians and shares inside may be so bad, and no worse.
fn check(n_each: usize, p50_m_max: f64, inside_min: f64) {
    for (name, wrong) in WRONGS {
        let score = ask(wrong, n_each);
        assert!(score.p50_m <= p50_m_max && score.inside >= inside_min, "{name}: {score:?}");
    }
}

#[test]
fn steps_that_are_wrong_hurt_a_whole_walk_no_more_than_none() {
    check(1_000, 1.7, 0.97);
}

#[test]
fn steps_that_are_wrong_hurt_no_more_than_scans_asked_ten_at_a_time() {
    check(10, 2.1, 0.96);
}

#[test]
fn steps_that_are_wrong_do_not_lock_a_track_that_goes_on() {
    check(1, 3.5, 0.9);
}

#[test]
fn right_steps_make_a_walk_better() {
    let (right, none) = (ask(|all| all, 1_000), ask(|_| vec![], 1_000));
    assert!(right.p50_m < 0.7 * none.p50_m && right.r95_m < none.r95_m, "{right:?} {none:?}");
    assert!(right.inside > 0.99, "{right:?}");
}

#[test]
fn motion_sensors_that_show_no_step_tell_nothing() {
    let scans = scans(3, &way(3));
    let still = |i: i64| ImuSample {
        at_ms: T0_MS + 20 * i,
        acceleration_m_s2: [0.0, 0.0, 9.81],
        rotation: Some([0.0, 0.0, 0.0, 1.0]),
    };
    let mut tracker = Tracker::default();
    tracker.add_scans(scans.clone());
    let alone = tracker.places();
    tracker.add_imu(&(0..9_000).map(still).collect::<Vec<_>>());
    assert_eq!(tracker.places(), alone);
}
