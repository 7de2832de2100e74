//! Tests of what order, lateness and repetition do to what is learned: nothing.

use super::*;
use crate::learner::seal::empty_map;
use cairn_ground::{Bssid, Day, LatLng, Timestamp, TransmitterId};
use cairn_report::{ContributorToken, Fix, Observation, Report, SubmissionId};

/// The day on which all of it arrives.
const RECEIVED: u16 = 20_400;

/// A walk on a day, as one voice heard it; every second one arrives a month late.
fn batch(n: u8) -> Batch {
    let late_days = if n.is_multiple_of(2) { 0 } else { 31 };
    let day = Day::new(RECEIVED - late_days);
    let report = |step: u8| {
        let place =
            LatLng::new(f64::from(step).mul_add(1e-4, 51.5), f64::from(n).mul_add(1e-3, -0.12))
                .unwrap();
        let heard = |k: u64| TransmitterId::Wifi(Bssid::from_u48(0x0200_5e00_0000 + k * 16));
        let heard = (0..4).map(|k| Observation::of(heard(k + u64::from(n) / 3))).collect();
        let when = Timestamp::from_ms(day.start().ms() + 1_000 * i64::from(step) + i64::from(n));
        Report::new(when, Fix::at(place), heard).unwrap()
    };
    Batch {
        id: SubmissionId([n; 16]),
        received: Day::new(RECEIVED),
        contributor: ContributorToken(u64::from(n / 4)),
        app: None,
        reports: (0..8).map(report).collect(),
    }
}

fn learned(batches: &[Batch]) -> RadioMap {
    let mut map = empty_map(1);
    for batch in batches {
        learn(&mut map, batch);
    }
    map
}

#[test]
fn late_repeated_and_out_of_order_submissions_make_the_same_map() {
    // invariant: M1
    let batches: Vec<Batch> = (0..20).map(batch).collect();
    let whole = learned(&batches);
    let mut others = batches.clone();
    others.reverse();
    others.extend(batches.iter().step_by(3).cloned());
    let mut random = 7_usize;
    for _ in 0..10 {
        for at in (1..others.len()).rev() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            others.swap(at, (random >> 33) % (at + 1));
        }
        assert_eq!(learned(&others).digest(), whole.digest());
    }
    let first = whole.explain(TransmitterId::Wifi(Bssid::from_u48(0x0200_5e00_0000))).unwrap();
    assert_eq!(first.first_day, Day::new(RECEIVED - 31), "a month late is learned on its own day");
    assert_eq!(first.last_day, Day::new(RECEIVED));
}

#[test]
fn a_panic_is_a_reason_and_not_an_end() {
    let broken: fn(&mut RadioMap, &Batch) -> Learned = |_, batch| panic!("on {}", batch.received);
    let told = learn_guarded(broken, &mut empty_map(1), &batch(0)).unwrap_err();
    assert_eq!(told, format!("on {}", Day::new(RECEIVED)));
}
