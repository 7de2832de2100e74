//! What is wanted is where answers are bad and much is heard, and tells of nobody.

use super::super::spot::UNWALKED_TIMES;
use super::*;
use cairn_ground::{Bssid, Covariance, Day, Enu, LocalFrame, TransmitterId};

fn belief(n: u64, sigma_m: f64, voices: u32) -> Belief {
    Belief {
        id: TransmitterId::Wifi(Bssid::from_u48(0x0200_0000_0000 + n * 16)),
        place: at(0.0, 0.0),
        covariance: Covariance::circular(sigma_m * sigma_m),
        reach_m: 60.0,
        reference_dbm: None,
        mobility: Mobility::Fixed,
        first_day: Day::new(18_000),
        last_day: Day::new(18_001),
        voices,
        observations: 7,
        floor: None,
    }
}

/// A place some metres from the middle of an H3 cell.
fn at(east_m: f64, north_m: f64) -> LatLng {
    let cell = square_of(LatLng::new(51.5, -0.12).unwrap(), Resolution::Eight).unwrap();
    let middle = h3o::LatLng::from(cell);
    let frame = LocalFrame::at(LatLng::new(middle.lat(), middle.lng()).unwrap());
    frame.latlng_from_enu(Enu { east_m, north_m })
}

/// A layer with `n` transmitters heard by three voices at each of some places.
fn layer(n: u64, sigma_m: f64, voices: u32, places: &[(f64, f64)]) -> Wanted {
    let mut layer = Wanted::new(8, 3, &Calibration::default());
    for n in 0..n {
        let votes = places
            .iter()
            .flat_map(|(east_m, north_m)| (0..3).map(move |voice| (voice, at(*east_m, *north_m))));
        layer.add_votes(&belief(n, sigma_m, voices), votes);
    }
    layer
}

fn middle(layer: &Wanted) -> Want {
    let index = square_of(at(0.0, 0.0), Resolution::Eight).unwrap();
    layer.wants()[&index]
}

/// Places on a grid of 90 m all over an H3 cell.
fn all_over() -> Vec<(f64, f64)> {
    (-4..=4)
        .flat_map(|e| (-4..=4).map(move |n| (f64::from(e) * 90.0, f64::from(n) * 90.0)))
        .collect()
}

#[test]
fn errors_fall_with_what_is_known_and_heard() {
    let here = [(0.0, 0.0)];
    let (base, sure) = (middle(&layer(5, 30.0, 3, &here)), middle(&layer(5, 3.0, 3, &here)));
    let many = middle(&layer(20, 30.0, 3, &here));
    assert!(sure.error_m < base.error_m && many.error_m < base.error_m);
    assert!(base.walked < 0.03 && middle(&layer(5, 30.0, 3, &all_over())).walked > 0.6);
}

#[test]
fn a_thousand_transmitters_of_a_quarter_are_no_more_than_a_place_of_it_hears() {
    // Each is heard around one place of its own: of 0.7 km² on 1,500 m², so that any place hears two of the thousand.
    let mut spread = Wanted::new(8, 3, &Calibration::default());
    let places = all_over();
    for n in 0..1_000_u32 {
        let (east_m, north_m) = places[usize::try_from(n).unwrap() % places.len()];
        let votes = (0..3).map(move |voice| (voice, at(east_m, north_m)));
        spread.add_votes(&belief(u64::from(n), 5.0, 3), votes);
    }
    let (spread, one_place) = (middle(&spread), middle(&layer(1_000, 5.0, 3, &[(0.0, 0.0)])));
    assert!(one_place.error_m > 5.0, "{}: six looks and no more", one_place.error_m);
    assert!(one_place.error_m < 30.0, "{}", one_place.error_m);
    assert!((40.0..150.0).contains(&spread.error_m), "{}: two are not always two", spread.error_m);
    let few = middle(&layer(9, 5.0, 3, &all_over()));
    assert!(
        few.error_m > 2.0 * spread.error_m,
        "{}: nine in 0.7 km² are seldom heard",
        few.error_m
    );
    assert!(few.error_m < 400.0, "no larger than the H3 cell: {}", few.error_m);
}

#[test]
fn one_more_contribution_is_worth_most_where_few_spoke_and_much_is_heard() {
    let here = [(0.0, 0.0)];
    let few = middle(&layer(5, 30.0, 1, &here));
    let often = middle(&layer(5, 30.0, 50, &here));
    let much = middle(&layer(20, 30.0, 1, &here));
    assert!(few.value > often.value && often.value > 0.0);
    assert!(much.value > few.value);
    assert!(few.value < UNWALKED_TIMES * few.error_m * few.n_heard);
}

#[test]
fn one_more_contribution_is_never_worth_less_than_nothing() {
    let everywhere: Vec<(f64, f64)> = (-15..=15)
        .flat_map(|e| (-15..=15).map(move |n| (f64::from(e) * 40.0, f64::from(n) * 40.0)))
        .collect();
    let at_all = || everywhere.iter().map(|(e, n)| (1, at(*e, *n)));
    // At half the σ one of seven counts four times as much as another, then eight times: fewer looks are left of them.
    for one_m in [5_000.0, 10_000.0, 20_000.0] {
        let mut layer = Wanted::new(8, 1, &Calibration::default());
        for n in 0..7 {
            let (sigma_m, voices) = if n == 0 { (one_m, 1) } else { (20_000.0, 100) };
            let belief = Belief { reach_m: 1_500.0, ..belief(n, sigma_m, voices) };
            layer.add_votes(&belief, at_all());
        }
        let want = middle(&layer);
        assert!(want.walked > 0.99 && want.value >= 0.0, "{one_m}: {want:?}");
    }
}

#[test]
fn places_next_to_the_coverage_are_wanted_and_look_the_same_whether_one_was_there_or_none() {
    let nobody = layer(5, 30.0, 3, &[(0.0, 0.0)]);
    let mut someone = layer(5, 30.0, 3, &[(0.0, 0.0)]);
    someone.add_votes(&belief(77, 1.0, 1), [(9, at(900.0, 0.0)), (8, at(900.0, 0.0))].into_iter());
    assert_eq!(nobody.wants().len(), 7);
    assert_eq!(nobody.wants(), someone.wants(), "two voices are not three");
    let edge: Vec<Want> = nobody.wants().into_values().filter(|want| want.walked == 0.0).collect();
    assert_eq!(edge.len(), 6);
    assert!(edge.iter().all(|want| want.value > 0.0 && want.error_m > middle(&nobody).error_m));
}

#[test]
fn too_few_voices_are_no_layer_and_classes_count_what_is_there() {
    let mut layer = Wanted::new(8, 3, &Calibration::default());
    layer.add_votes(&belief(1, 5.0, 2), [(1, at(0.0, 0.0)), (2, at(0.0, 0.0))].into_iter());
    assert!(layer.wants().is_empty());
    layer.add_votes(&belief(2, 5.0, 2), [(3, at(0.0, 0.0))].into_iter());
    let wants = layer.wants();
    assert_eq!(by_class(&wants).iter().sum::<u64>(), 7);
    assert_eq!(by_class(&wants)[0], 0, "nothing is known to 10 m");
}

#[test]
fn the_map_is_geojson_and_the_table_has_a_row_for_each_of_its_features() {
    let wants = layer(5, 30.0, 3, &[(0.0, 0.0)]).wants();
    let (mut map, mut table) = (Vec::new(), Vec::new());
    Wanted::write_geojson(&wants, &mut map).unwrap();
    Wanted::write_csv(&wants, &mut table).unwrap();
    let map: serde_json::Value = serde_json::from_slice(&map).unwrap();
    let features = map["features"].as_array().unwrap();
    let table = String::from_utf8(table).unwrap();
    assert_eq!(features.len(), table.lines().count() - 1);
    assert!(features.iter().all(|it| it["properties"]["expected_error_m"].as_f64() > Some(0.0)));
}
