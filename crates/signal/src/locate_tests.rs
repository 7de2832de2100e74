//! Tests of the shared rules.
use super::*;
use crate::calibration::Calibration;

fn wifi(lat_deg: f64, lng_deg: f64, rssi_dbm: f64, device: u64) -> Known {
    Known {
        kind: TransmitterKind::Wifi,
        device,
        place: LatLng::new(lat_deg, lng_deg).unwrap(),
        covariance: Covariance::circular(64.0),
        reach_m: 80.0,
        reference_dbm: None,
        mobility: Mobility::Fixed,
        last_day: Day::new(20_000),
        floor: None,
        rssi_dbm: Some(rssi_dbm),
        age_ms: 0,
        range: None,
    }
}

fn cell(lat_deg: f64, lng_deg: f64) -> Known {
    Known {
        kind: TransmitterKind::Lte,
        reach_m: 1_500.0,
        covariance: Covariance::circular(1e4),
        rssi_dbm: Some(-95.0),
        ..wifi(lat_deg, lng_deg, -95.0, 77)
    }
}

#[test]
fn one_box_is_refused_however_many_names_it_has() {
    // invariant: A3
    let twins = [wifi(51.0, 0.0, -40.0, 1), wifi(51.0, 0.0, -40.0, 1)];
    assert_eq!(locate(&twins), Err(Refusal::TooFewKnown { known: 1, needed: 2 }));
    assert_eq!(locate(&[]), Err(Refusal::TooFewKnown { known: 0, needed: 2 }));
}

#[test]
fn one_wifi_and_a_cell_are_answered_by_the_cell() {
    let found = locate(&[wifi(51.0, 0.0, -40.0, 1), cell(51.02, 0.0)]).unwrap();
    assert!((found.place.lat_deg() - 51.02).abs() < 1e-9);
    assert_eq!(found.class, Class::CellOne);
}

#[test]
fn strangers_that_contradict_each_other_are_refused() {
    let strangers = [wifi(51.0, 0.0, -40.0, 1), wifi(52.0, 0.0, -40.0, 2)];
    assert_eq!(locate(&strangers), Err(Refusal::Inconsistent { groups: 2 }));
}

#[test]
fn a_cell_tips_the_balance_between_two_towns() {
    let mut heard =
        vec![wifi(51.0, 0.0, -60.0, 1), wifi(51.0001, 0.0, -60.0, 2), wifi(53.0, 0.0, -60.0, 3)];
    heard.push(wifi(53.0001, 0.0, -60.0, 4));
    heard.push(cell(53.0, 0.0));
    let found = locate(&heard).unwrap();
    assert!((found.place.lat_deg() - 53.0).abs() < 0.01, "{found:?}");
}

#[test]
fn an_even_contest_is_owned_up_to() {
    let heard = [
        wifi(51.0, 0.0, -60.0, 1),
        wifi(51.0001, 0.0, -60.0, 2),
        wifi(53.0, 0.0, -60.0, 3),
        wifi(53.0001, 0.0, -60.0, 4),
    ];
    let found = locate(&heard).unwrap();
    let radii = found.radii(&Calibration::default());
    assert!(radii.r95_m() > 222_000.0, "the other town is inside: {radii:?}");
    assert!(found.covariance.sigma_m() < 100.0);
}

#[test]
fn a_few_strangers_do_not_blow_up_the_radius() {
    let mut heard: Vec<Known> = (1..=6_u32)
        .map(|n| wifi(f64::from(n).mul_add(1e-5, 51.0), 0.0, -60.0, u64::from(n)))
        .collect();
    heard.push(wifi(53.0, 0.0, -60.0, 10));
    heard.push(wifi(53.0001, 0.0, -60.0, 11));
    let radii = locate(&heard).unwrap().radii(&Calibration::default());
    assert!(radii.r95_m() < 1_000.0, "{radii:?}");
}

#[test]
fn moving_transmitters_are_not_used() {
    let mut bus = wifi(51.0, 0.0, -40.0, 1);
    bus.mobility = Mobility::Moving;
    assert!(locate(&[bus, wifi(51.0, 0.0, -50.0, 2)]).is_err());
}

#[test]
fn long_unheard_transmitters_yield_to_fresh_ones() {
    let mut old = wifi(51.0, 0.0, -60.0, 1);
    old.last_day = Day::new(18_000);
    let heard = [old, wifi(51.0004, 0.0, -60.0, 2), wifi(51.0004, 0.0, -60.0, 3)];
    let found = locate(&heard).unwrap();
    assert!(found.place.lat_deg() > 51.0003, "{found:?}");
    let fresh = [wifi(51.0, 0.0, -60.0, 1), heard[1], heard[2]];
    assert!(locate(&fresh).unwrap().place.lat_deg() < found.place.lat_deg());
}

#[test]
fn the_floor_is_the_one_the_strong_readings_stand_on() {
    let on = |level, dbm, device| Known {
        floor: Some(Floor::new(level).unwrap()),
        ..wifi(51.0, 0.0, dbm, device)
    };
    let found = locate(&[on(2, -50.0, 1), on(2, -55.0, 2), on(1, -80.0, 3)]).unwrap();
    let (level, confidence) = found.floor.unwrap();
    assert_eq!(level.get(), 2);
    assert!(confidence > 0.9);
}

#[test]
fn one_box_of_a_flat_does_not_lift_a_street() {
    let mut heard: Vec<Known> = (1..=6).map(|n| wifi(51.0, 0.0, -70.0, n)).collect();
    heard.push(Known { floor: Some(Floor::new(7).unwrap()), ..wifi(51.0, 0.0, -85.0, 9) });
    assert_eq!(locate(&heard).unwrap().floor, None);
    for one in heard.iter_mut().take(5) {
        one.floor = Some(Floor::new(0).unwrap());
    }
    let (level, confidence) = locate(&heard).unwrap().floor.unwrap();
    assert_eq!(level.get(), 0);
    assert!((0.75..0.85).contains(&confidence), "five of six, and a faint one: {confidence}");
}

#[test]
fn boxes_of_another_town_yield_to_more_cells_and_own_up_to_as_many() {
    let cells = |n: u32| {
        (0..n).map(|k| Known {
            device: 70 + u64::from(k),
            ..cell(f64::from(k).mul_add(0.002, 53.0), 0.0)
        })
    };
    let boxes = [wifi(51.0, 0.0, -60.0, 1), wifi(51.0001, 0.0, -60.0, 2)];
    let with = |n: u32| locate(&boxes.iter().copied().chain(cells(n)).collect::<Vec<_>>()).unwrap();
    let lat_deg = |n: u32| with(n).place.lat_deg();
    let places = [lat_deg(1), lat_deg(2), lat_deg(3)];
    assert!((places[2] - 53.0).abs() < 0.02 && places[1] < 51.1 && places[0] < 51.1, "{places:?}");
    assert_eq!(with(3).class, Class::CellMany);
    let r95_m = |n: u32| with(n).radii(&Calibration::default()).r95_m();
    assert!(r95_m(2) > 220_000.0 && r95_m(3) < 20_000.0 && r95_m(1) < 500.0);
    let near = [boxes[0], boxes[1], cell(51.1, 0.0), Known { device: 78, ..cell(51.11, 0.0) }];
    assert!(
        locate(&near).unwrap().radii(&Calibration::default()).r95_m() < 500.0,
        "12 km is not elsewhere"
    );
}

#[test]
fn cells_that_one_voice_named_neither_move_nor_widen_an_answer_of_boxes() {
    let boxes = [wifi(51.0, 0.0, -60.0, 1), wifi(51.0001, 0.0, -60.0, 2)];
    let hearsay = (0..6_u32).map(|k| Known {
        device: 70 + u64::from(k),
        mobility: Mobility::Unsure,
        ..cell(f64::from(k).mul_add(0.002, 53.0), 0.0)
    });
    let heard: Vec<Known> = boxes.iter().copied().chain(hearsay.clone()).collect();
    let (found, alone) = (locate(&heard).unwrap(), locate(&boxes).unwrap());
    assert_eq!((found.place, found.rivals), (alone.place, alone.rivals));
    let lone: Vec<Known> = boxes[..1].iter().copied().chain(hearsay.clone()).collect();
    assert!(locate(&lone).unwrap().place.lat_deg() > 52.9, "where boxes say nothing they answer");
    let sure = (0..3_u32).map(|k| Known {
        device: 90 + u64::from(k),
        ..cell(f64::from(k).mul_add(0.002, 55.0), 0.0)
    });
    let all: Vec<Known> = boxes.iter().copied().chain(hearsay).chain(sure).collect();
    assert!(locate(&all).unwrap().place.lat_deg() > 54.9, "nor do they answer instead");
    let towns = [wifi(52.0, 0.0, -60.0, 3), wifi(52.0001, 0.0, -60.0, 4), cell(52.0, 0.0)];
    let three = [boxes[0], boxes[1], wifi(51.0002, 0.0, -60.0, 5)];
    let tipped: Vec<Known> = three
        .into_iter()
        .chain(towns)
        .map(|k| Known {
            mobility: if k.kind.is_cell() { Mobility::Unsure } else { k.mobility },
            ..k
        })
        .collect();
    assert!(locate(&tipped).unwrap().place.lat_deg() < 51.1, "nor do they tip a balance");
}

#[test]
fn a_stranger_from_the_north_does_not_stretch_a_street() {
    let street: Vec<Known> =
        (0..5_u32).map(|n| wifi(51.0, f64::from(n) * 1e-3, -70.0, u64::from(n))).collect();
    let plain = locate(&street).unwrap();
    let stranger = wifi(69.6, 18.9, -40.0, 9);
    let found = locate(&[&[stranger][..], &street].concat()).unwrap();
    assert_eq!((found.place, found.covariance), (plain.place, plain.covariance));
}

#[test]
fn no_radius_reaches_where_what_is_heard_could_not_be() {
    let heard = [wifi(51.0, 0.0, -88.0, 1), wifi(51.0, 0.0, -88.0, 2)];
    let found = locate(&heard).unwrap();
    let wide =
        Calibration::default().radii(found.class, found.covariance.sigma_m(), found.residual_db);
    let bound_m = found.bound_m.unwrap();
    assert!((150.0..250.0).contains(&bound_m) && bound_m < wide.r95_m(), "{found:?}");
    assert!((found.radii(&Calibration::default()).r95_m() - bound_m).abs() < 1e-9);
    assert_eq!(locate(&[cell(51.0, 0.0)]).unwrap().bound_m, None);
}

#[test]
fn two_strangers_do_not_widen_what_three_neighbors_agree_on() {
    let near = |n: u32| wifi(51.69, f64::from(n).mul_add(1e-4, -1.6), -60.0, 1 + u64::from(n));
    let far = |n: u32| wifi(51.72, f64::from(n).mul_add(1e-4, -1.6), -60.0, 9 + u64::from(n));
    let heard = [near(0), near(1), near(2), far(0), far(1)];
    let found = locate(&heard).unwrap();
    assert_eq!(found.rivals.len(), 1);
    assert!(found.radii(&Calibration::default()).r95_m() < 500.0, "{found:?}");
}
