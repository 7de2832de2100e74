//! Faults change what they say they change, and nothing else.

use super::*;
use crate::{Town, TownConfig, TrafficConfig};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn sent() -> Vec<Contribution> {
    let town = Town::generate(&TownConfig { n_transmitters_min: 800, ..TownConfig::demo() });
    let traffic = TrafficConfig { n_reports: 400, ..TrafficConfig::demo() };
    town.contributions(&traffic).collect()
}

/// Every report with its sender and day, in one order: what must survive.
fn said(contributions: &[Contribution]) -> Vec<String> {
    let line = |c: &Contribution, r: &Report| format!("{} {r:?}", c.nickname);
    let mut lines: Vec<String> =
        contributions.iter().flat_map(|c| c.reports.iter().map(move |r| line(c, r))).collect();
    lines.sort();
    lines
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn order_repeats_and_batches_lose_and_invent_nothing(seed: u64, most in 1_usize..200) {
        let original = sent();
        let mut shuffled = original.clone();
        shuffle(&mut shuffled, seed);
        prop_assert_ne!(&shuffled, &original);
        prop_assert_eq!(said(&shuffled), said(&original));
        let batches = rebatch(&shuffled, most, seed);
        prop_assert!(batches.iter().all(|c| (1..=most).contains(&c.reports.len())));
        prop_assert_eq!(said(&batches), said(&original));
        let mut repeated = said(&duplicate(&original, 0.5, seed));
        repeated.dedup();
        let mut once = said(&original);
        once.dedup();
        prop_assert_eq!(repeated, once);
    }
}

#[test]
fn all_contributions_can_be_sent_twice() {
    let original = sent();
    assert_eq!(duplicate(&original, 1.0, 3).len(), 2 * original.len());
}

#[test]
fn liars_hear_their_victims_where_they_like() {
    let victims: Vec<_> =
        sent()[0].reports[0].observations().iter().map(|o| o.transmitter).collect();
    let place = LatLng::new(10.0, 10.0).unwrap();
    let start = Timestamp::from_ms(1_767_571_200_000);
    let lies = poison(&victims, &Poison { seed: 1, place, n_liars: 3, n_reports: 5, start });
    assert_eq!(lies.iter().map(|c| c.reports.len()).collect::<Vec<_>>(), [5, 5, 5]);
    let far =
        |r: &Report| LocalFrame::at(place).enu_from_latlng(r.fix().place).distance_m(Enu::ZERO);
    assert!(lies.iter().flat_map(|c| &c.reports).all(|report| far(report) < 150.0));
}

#[test]
fn a_relocated_transmitter_is_heard_at_its_new_place_only() {
    let original = sent();
    let mut often: BTreeMap<TransmitterId, usize> = BTreeMap::new();
    for observation in original.iter().flat_map(|c| &c.reports).flat_map(Report::observations) {
        *often.entry(observation.transmitter).or_default() += 1;
    }
    let (id, _) = often.iter().max_by_key(|(_, n)| **n).unwrap();
    let middle = original[original.len() / 2].reports[0].timestamp();
    let to = original[original.len() - 1].reports[0].fix().place;
    let moved = relocate(&original, *id, middle, to, 5);
    let frame = LocalFrame::at(to);
    let mut n_there = 0;
    for report in moved.iter().flat_map(|c| &c.reports) {
        let hears = report.observations().iter().any(|o| o.transmitter == *id);
        if report.timestamp() >= middle && hears {
            let away_m = frame.enu_from_latlng(report.fix().place).distance_m(Enu::ZERO);
            assert!(away_m < RELOCATED_REACH_M, "{away_m}");
            n_there += 1;
        }
    }
    assert!(n_there > 0);
}
