//! Entries are judged one by one, and what is refused is refused by name.

use super::*;
use cairn_ground::Dbm;
use cairn_report::limits::OBSERVATIONS_PER_REPORT_MAX;
use proptest::prelude::*;

fn wifi(raw: RawRadio) -> (Vec<Observation>, Refusals) {
    let mut hearing = Hearing::default();
    hearing.wifi(Field::Value(raw));
    let heard = hearing.finish(Field::Missing);
    (heard.observations, heard.refusals)
}

fn usable() -> RawRadio {
    let address = Address(cairn_ground::Bssid::parse("a82066000001"));
    RawRadio { address: Field::Value(address), ..RawRadio::default() }
}

fn lte() -> RawCell {
    RawCell {
        radio: Field::Value(CellRadio::Lte),
        mcc: Field::Value(234.0),
        mnc: Field::Value(30.0),
        area: Field::Value(1_003.0),
        cell: Field::Value(21.0),
        ..RawCell::default()
    }
}

fn cell(raw: RawCell, around: Field<CellRadio>) -> (Vec<Observation>, Refusals) {
    let mut hearing = Hearing::default();
    hearing.cell(Field::Value(raw));
    let heard = hearing.finish(around);
    (heard.observations, heard.refusals)
}

#[test]
fn an_impossible_value_costs_itself_and_the_entry_stays() {
    let raw = RawRadio {
        power_dbm: Field::Value(30.0),
        age_ms: Field::Value(3_600_001.0),
        frequency_mhz: Field::Value(7_126.0),
        ..usable()
    };
    let (heard, refusals) = wifi(raw);
    assert_eq!(heard, [Observation::of(heard[0].transmitter)]);
    for reason in [Reason::ValuePower, Reason::ValueAge, Reason::ValueFrequency] {
        assert_eq!(refusals.count(reason), 1, "{reason:?}");
    }
    assert_eq!(refusals.total(), 3);
}

#[test]
fn values_at_the_edge_of_their_range_are_kept() {
    let raw = RawRadio {
        power_dbm: Field::Value(-100.0),
        age_ms: Field::Value(-3_600_000.0),
        frequency_mhz: Field::Value(7_125.0),
        ..usable()
    };
    let (heard, refusals) = wifi(raw);
    assert_eq!(refusals.total(), 0);
    assert_eq!(heard[0].age.get(), -3_600_000);
    assert_eq!(heard[0].frequency_mhz, Some(7_125));
    assert_eq!(heard[0].power.map(Dbm::get), Some(-100.0));
}

#[test]
fn hidden_and_opted_out_networks_never_pass_and_an_absent_name_says_nothing() {
    for (wish, reason) in
        [(Wish::Hidden, Reason::EntryHidden), (Wish::OptedOut, Reason::EntryOptedOut)]
    {
        let (heard, refusals) = wifi(RawRadio { wish: Field::Value(wish), ..usable() });
        assert!(heard.is_empty());
        assert_eq!(refusals.count(reason), 1);
    }
    assert_eq!(wifi(usable()).0.len(), 1);
}

#[test]
fn a_channel_stands_for_its_frequency() {
    for (channel, mhz) in
        [(1.0, 2_412), (13.0, 2_472), (14.0, 2_484), (36.0, 5_180), (177.0, 5_885)]
    {
        let (heard, _) = wifi(RawRadio { channel: Field::Value(channel), ..usable() });
        assert_eq!(heard[0].frequency_mhz, Some(mhz));
    }
    let (heard, refusals) = wifi(RawRadio { channel: Field::Value(4_711.0), ..usable() });
    assert_eq!((heard[0].frequency_mhz, refusals.count(Reason::ValueFrequency)), (None, 1));
    let both =
        RawRadio { frequency_mhz: Field::Value(100.0), channel: Field::Value(6.0), ..usable() };
    let (heard, refusals) = wifi(both);
    assert_eq!((heard[0].frequency_mhz, refusals.total()), (Some(2_437), 1));
}

#[test]
fn the_radio_around_fills_cells_that_have_none() {
    let bare = RawCell { radio: Field::Missing, ..lte() };
    let (heard, refusals) = cell(bare, Field::Value(CellRadio::Lte));
    assert_eq!((heard.len(), refusals.total()), (1, 0));
    for around in [Field::Missing, Field::Wrong] {
        let (heard, refusals) = cell(bare, around);
        assert_eq!((heard.len(), refusals.count(Reason::EntryIdentityImpossible)), (0, 1));
    }
    let cdma = RawCell { radio: Field::Wrong, ..lte() };
    let (heard, _) = cell(cdma, Field::Value(CellRadio::Lte));
    assert!(heard.is_empty(), "an unknown radio is not overruled");
}

#[test]
fn a_cell_without_a_whole_identity_is_refused_alone() {
    let no_area = RawCell { area: Field::Value(0.0), ..lte() };
    let no_cell = RawCell { cell: Field::Missing, ..lte() };
    let mcc = |mcc| RawCell { mcc: Field::Value(mcc), ..lte() };
    for raw in [no_area, no_cell, mcc(199.0), mcc(800.0)] {
        let (heard, refusals) = cell(raw, Field::Missing);
        assert!(heard.is_empty());
        assert_eq!(refusals.count(Reason::EntryIdentityImpossible), 1);
    }
    let text_mcc = RawCell { mcc: Field::Missing, mcc_text: Field::Value(234.0), ..lte() };
    assert_eq!(cell(text_mcc, Field::Missing).0.len(), 1);
    let nr_only =
        RawCell { cell: Field::Missing, new_radio_cell: Field::Value(68_719_476_735.0), ..lte() };
    let nr_only = RawCell { radio: Field::Value(CellRadio::Nr), ..nr_only };
    assert_eq!(cell(nr_only, Field::Missing).0.len(), 1);
}

#[test]
fn strength_units_stand_in_for_a_missing_power() {
    let table = [
        (CellRadio::Gsm, 10.0, -93.0),
        (CellRadio::Wcdma, 10.0, -106.0),
        (CellRadio::Lte, 45.0, -95.0),
        (CellRadio::Nr, 60.0, -96.0),
        (CellRadio::Lte, -95.0, -95.0),
    ];
    for (radio, asu, dbm) in table {
        let raw = RawCell { radio: Field::Value(radio), asu: Field::Value(asu), ..lte() };
        let (heard, refusals) = cell(raw, Field::Missing);
        assert_eq!((heard[0].power.map(Dbm::get), refusals.total()), (Some(dbm), 0), "{radio:?}");
    }
    let unknown = RawCell { asu: Field::Value(99.0), ..lte() };
    assert_eq!(cell(unknown, Field::Missing).1.total(), 0);
    let bad =
        RawCell { power_dbm: Field::Value(i32::MAX.into()), asu: Field::Value(45.0), ..lte() };
    let (heard, refusals) = cell(bad, Field::Missing);
    assert_eq!(heard[0].power.map(Dbm::get), Some(-95.0));
    assert_eq!(refusals.count(Reason::ValuePower), 1);
}

#[test]
fn one_entry_past_the_limit_is_refused_by_name() {
    let mut hearing = Hearing::default();
    for n in 0..=OBSERVATIONS_PER_REPORT_MAX as u64 {
        let address = Address(Some(cairn_ground::Bssid::from_u48(n + 1)));
        hearing
            .wifi(Field::Value(RawRadio { address: Field::Value(address), ..RawRadio::default() }));
        hearing.wifi(Field::Wrong);
    }
    let Heard { observations: heard, refusals, .. } = hearing.finish(Field::Missing);
    assert_eq!(heard.len(), OBSERVATIONS_PER_REPORT_MAX);
    assert_eq!(refusals.count(Reason::EntryOverLimit), 1);
}

fn any_number() -> impl Strategy<Value = Field<f64>> {
    prop_oneof![
        Just(Field::Missing),
        Just(Field::Wrong),
        any::<f64>().prop_map(Field::Value),
        (-200.0..70_000.0_f64).prop_map(Field::Value),
    ]
}

proptest! {
    #[test]
    fn an_entry_is_kept_or_refused_once(
        mcc in any_number(), area in any_number(), id in any_number(), power_dbm in any_number(),
        asu in any_number(), age_ms in any_number(),
    ) {
        // invariant: E2
        let raw = RawCell { mcc, area, cell: id, power_dbm, asu, age_ms, ..lte() };
        let (heard, refusals) = cell(raw, Field::Missing);
        let n_entries: u64 = [Reason::EntryMalformed, Reason::EntryIdentityImpossible]
            .map(|reason| refusals.count(reason))
            .iter()
            .sum();
        prop_assert_eq!(heard.len() as u64 + n_entries, 1);
    }
}

#[test]
fn a_cell_without_a_network_is_kept_under_its_country_and_one_stated_wrong_is_refused() {
    let heard_of = |cell: RawCell| {
        let mut hearing = Hearing::default();
        hearing.cell(Field::Value(cell));
        hearing.finish(Field::Missing)
    };
    let silent = heard_of(RawCell { mnc: Field::Missing, ..lte() });
    let TransmitterId::Cell(id) = silent.observations[0].transmitter else { panic!("a cell") };
    assert_eq!((id.mnc(), id.mcc(), silent.refusals.total()), (None, 234, 0));
    let stated = heard_of(lte());
    assert_ne!(stated.observations[0].transmitter, silent.observations[0].transmitter);
    for (mnc, reason) in [
        (Field::Wrong, Reason::EntryMalformed),
        (Field::Value(1_000.0), Reason::EntryIdentityImpossible),
        (Field::Value(-1.0), Reason::EntryIdentityImpossible),
    ] {
        let refused = heard_of(RawCell { mnc, ..lte() });
        assert_eq!((refused.observations.len(), refused.refusals.count(reason)), (0, 1));
    }
}

#[test]
fn a_neighbor_of_a_query_needs_a_unit_and_no_identity_and_one_of_a_report_is_refused() {
    let bare = RawCell {
        mcc: Field::Missing,
        mnc: Field::Missing,
        area: Field::Missing,
        cell: Field::Missing,
        unit: Field::Value(269.0),
        ..lte()
    };
    let heard_of = |mut hearing: Hearing, cell: RawCell, radio| {
        hearing.cell(Field::Value(cell));
        hearing.finish(radio)
    };
    let kept = heard_of(Hearing::of_query(), bare, Field::Missing);
    let of =
        |heard: &Heard| heard.neighbors.iter().map(|one| (one.radio, one.unit)).collect::<Vec<_>>();
    assert_eq!(of(&kept), [(CellRadio::Lte, 269)]);
    assert_eq!((kept.observations.len(), kept.areas.len(), kept.refusals.total()), (0, 0, 0));
    let silent = RawCell { radio: Field::Missing, ..bare };
    let kept = heard_of(Hearing::of_query(), silent, Field::Value(CellRadio::Wcdma));
    assert_eq!(of(&kept), [(CellRadio::Wcdma, 269)]);
    let refused = |hearing, cell| {
        let heard = heard_of(hearing, cell, Field::Missing);
        (heard.neighbors.len(), heard.refusals.count(Reason::EntryIdentityImpossible))
    };
    assert_eq!(refused(Hearing::default(), bare), (0, 1));
    assert_eq!(refused(Hearing::of_query(), RawCell { unit: Field::Missing, ..bare }), (0, 1));
    let foreign = RawCell { mcc: Field::Value(800.0), unit: Field::Value(101.0), ..lte() };
    assert_eq!(refused(Hearing::of_query(), foreign), (0, 1), "it names a cell, of no country");
    for none in [0.0, -1.0, 2_147_483_647.0, 2.0_f64.powi(63)] {
        let unknown = RawCell { cell: Field::Value(none), ..bare };
        assert_eq!(refused(Hearing::of_query(), unknown), (1, 0), "{none}");
    }
    let area = heard_of(
        Hearing::of_query(),
        RawCell { cell: Field::Missing, unit: Field::Value(9.0), ..lte() },
        Field::Missing,
    );
    assert_eq!((area.areas.len(), of(&area)), (1, vec![(CellRadio::Lte, 9)]), "both");
}

#[test]
fn a_query_s_neighbors_have_a_limit() {
    let mut hearing = Hearing::of_query();
    let nr = RawCell { radio: Field::Value(CellRadio::Nr), ..lte() };
    let bare = RawCell { cell: Field::Missing, area: Field::Missing, ..nr };
    for unit in (0_u16..).take(OBSERVATIONS_PER_REPORT_MAX + 1) {
        hearing.cell(Field::Value(RawCell { unit: Field::Value(f64::from(unit)), ..bare }));
    }
    let heard = hearing.finish(Field::Missing);
    assert_eq!((heard.neighbors.len(), heard.refusals.total()), (OBSERVATIONS_PER_REPORT_MAX, 1));
}

#[test]
fn a_gsm_cell_whose_number_makes_it_wcdma_has_no_timing_advance() {
    let said =
        RawCell { radio: Field::Value(CellRadio::Gsm), timing_advance: Field::Value(3.0), ..lte() };
    let (short, _) = cell(said, Field::Missing);
    assert_eq!(short[0].timing_advance, Some(3));
    let (long, refusals) =
        cell(RawCell { cell: Field::Value(21_532_831.0), ..said }, Field::Missing);
    assert_eq!((long.len(), long[0].timing_advance, refusals.total()), (1, None, 0));
}
