//! However often a thing is said, it takes one place.

use crate::entry::{RawCell, RawRadio};
use crate::field::Field;
use crate::heard::{Heard, Hearing};
use crate::words::Address;
use cairn_ground::{Bssid, CellRadio, Dbm};
use cairn_report::limits::OBSERVATIONS_PER_REPORT_MAX;
use cairn_report::{Observation, Reason, distinct};

/// A network, by its number, and how strong it is.
fn network(n: u64, dbm: f64) -> Field<RawRadio> {
    let address = Field::Value(Address(Some(Bssid::from_u48(n + 1))));
    Field::Value(RawRadio { address, power_dbm: Field::Value(dbm), ..RawRadio::default() })
}

/// An entry of a cell, by its number.
fn cell(n: u32) -> RawCell {
    RawCell {
        radio: Field::Value(CellRadio::Lte),
        mcc: Field::Value(234.0),
        mnc: Field::Value(30.0),
        area: Field::Value(1_003.0),
        cell: Field::Value(f64::from(n + 1)),
        ..RawCell::default()
    }
}

fn over_limit(heard: &Heard) -> u64 {
    heard.refusals.count(Reason::EntryOverLimit)
}

#[test]
fn a_network_said_a_thousand_times_leaves_place_for_those_after_it() {
    let mut hearing = Hearing::of_query();
    (0..1_000).for_each(|n| hearing.wifi(network(0, -40.0 - f64::from(n % 50))));
    (1..15).for_each(|n| hearing.wifi(network(n, -60.0)));
    hearing.wifi(network(0, -30.0));
    hearing.wifi(network(0, -31.0));
    let mut heard = hearing.finish(Field::Missing);
    assert_eq!((heard.observations.len(), over_limit(&heard)), (15, 0));
    let power = |one: &Observation| one.power.map(Dbm::get);
    assert_eq!(power(&heard.observations[0]), Some(-30.0), "the strongest stays");
    distinct(&mut heard.observations);
    assert_eq!(heard.observations.len(), 15);
}

#[test]
fn of_more_than_the_limit_those_that_came_first_stay_and_may_be_said_again() {
    let n_max = OBSERVATIONS_PER_REPORT_MAX as u64;
    let mut hearing = Hearing::default();
    for n in (0..=n_max).chain(0..=n_max) {
        hearing.wifi(network(n, -60.0));
    }
    let heard = hearing.finish(Field::Missing);
    assert_eq!((heard.observations.len() as u64, over_limit(&heard)), (n_max, 2));
}

#[test]
fn cells_areas_and_neighbors_said_again_take_no_place_either() {
    let no_cell = |area: u32| RawCell {
        cell: Field::Missing,
        area: Field::Value(f64::from(area)),
        ..cell(0)
    };
    let neighbor = |unit: u32| RawCell { unit: Field::Value(f64::from(unit)), ..no_cell(0) };
    for entry in [cell as fn(u32) -> RawCell, |n| RawCell { radio: Field::Missing, ..cell(n) }] {
        let mut hearing = Hearing::of_query();
        (0..1_000).for_each(|_| hearing.cell(Field::Value(entry(7))));
        (0..5).for_each(|n| hearing.cell(Field::Value(entry(n))));
        let heard = hearing.finish(Field::Value(CellRadio::Lte));
        assert_eq!((heard.observations.len(), over_limit(&heard)), (6, 0));
    }
    let mut hearing = Hearing::of_query();
    (0..1_000).for_each(|_| hearing.cell(Field::Value(no_cell(9))));
    (0..1_000).for_each(|_| hearing.cell(Field::Value(neighbor(3))));
    (1..5).for_each(|n| hearing.cell(Field::Value(no_cell(n))));
    (4..7).for_each(|n| hearing.cell(Field::Value(neighbor(n))));
    let heard = hearing.finish(Field::Missing);
    assert_eq!((heard.areas.len(), heard.neighbors.len(), over_limit(&heard)), (5, 4, 0));
}
