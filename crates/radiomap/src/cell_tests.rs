//! Tests of what is believed about cells heard in one way, and about sites.

use super::*;
use crate::Settings;
use crate::worlds::evidence;
use cairn_evidence::{Evidence, Heard};
use cairn_ground::CellRadio;

fn lte(n: u64) -> CellId {
    CellId::new(CellRadio::Lte, 302, 720, 29_100, n).unwrap()
}

fn heard(n: u64, north_m: f64, cell: CellId, dbm: i8, steps: Option<u16>) -> Evidence {
    let one = evidence(n, n % 5, (45.4 + north_m / 111_000.0, -75.7), &[(1, dbm)]);
    let transmitter = TransmitterId::Cell(cell);
    let heard = Heard { transmitter, timing_advance: steps, ..one.heard[0] };
    Evidence { heard: vec![heard], ..one }
}

/// A street of 60 readings: the farther north, the weaker and the later.
fn street(cell: CellId) -> RadioMap {
    let mut map = RadioMap::new(Settings { voices_min: 1 });
    for n in 0_i8..60 {
        let north_m = f64::from(n) * 15.0;
        let steps = u16::try_from(n / 6).ok();
        map.add(&heard(u64::try_from(n).unwrap(), north_m, cell, -70 - n / 2, steps));
    }
    map
}

#[test]
fn a_cell_is_believed_at_the_end_of_the_street_that_hears_it_so() {
    let cell = lte(9_751_830);
    let map = street(cell);
    let hearings = map.hearings(cell);
    assert!(hearings.is_sorted_by_key(|one| one.hearing) && hearings.len() > 15);
    let at = |power_dbm, steps| {
        let hearing = CellHearing::of(power_dbm, steps);
        let found = hearings.iter().find(|one| one.hearing == hearing).unwrap();
        (found.belief.place.lat_deg() - 45.4) * 111_000.0
    };
    assert!(at(Some(-71.0), None) < 250.0 && at(Some(-98.0), None) > 600.0);
    assert!((at(None, Some(5)) - 487.0).abs() < 60.0, "{}", at(None, Some(5)));
}

#[test]
fn what_is_asked_without_a_voice_is_what_the_others_taught() {
    let cell = lte(9_751_830);
    let map = street(cell);
    let nobody = Voice(999);
    for one in map.hearings(cell) {
        let found = map.heard_without(cell, one.hearing, nobody).unwrap();
        assert_eq!(found, one.belief, "{:?}", one.hearing);
    }
    let plain = map.belief(TransmitterId::Cell(cell)).unwrap();
    let unheard = CellHearing::of(Some(-140.0), Some(77));
    assert_eq!(map.heard_without(cell, unheard, nobody), Some(plain));
    let without = map.heard_without(cell, CellHearing::of(Some(-80.0), None), Voice(1)).unwrap();
    assert_ne!(
        without,
        map.heard_without(cell, CellHearing::of(Some(-80.0), None), nobody).unwrap()
    );
}

#[test]
fn a_site_asked_alone_is_the_site_of_the_whole_list_and_holds_only_its_cells() {
    let mut map = street(lte(9_751_830));
    map.add(&heard(100, 3_000.0, lte(9_751_831), -80, None));
    map.add(&heard(101, 50_000.0, lte(9_751_552), -80, None));
    let all = sites_of(&map.beliefs(1));
    assert_eq!(all.len(), 2);
    for (id, belief) in &all {
        assert_eq!(map.site(*id), Some(*belief));
    }
    let site = map.site(SiteId::of(lte(9_751_830))).unwrap();
    assert!((45.4..45.43).contains(&site.place.lat_deg()), "{}", site.place.lat_deg());
    assert_eq!(map.site(SiteId::of(lte(9_999_999))), None);
}

#[test]
fn a_cell_keeps_at_most_its_limit_of_hearings() {
    let cell = lte(7);
    let mut map = RadioMap::new(Settings { voices_min: 1 });
    for n in 0..700_u16 {
        let dbm = -50 - i8::try_from(n % 70).unwrap();
        map.add(&heard(u64::from(n), f64::from(n), cell, dbm, Some(n / 10)));
    }
    assert_eq!(map.hearings(cell).len(), HEARINGS_PER_CELL_MAX);
}

#[test]
fn one_voice_moves_no_site_and_no_area_whose_cells_several_voices_named() {
    let mut map = street(lte(9_751_830));
    let told = |map: &RadioMap| {
        let beliefs = map.beliefs(1);
        let sites: Vec<_> = sites_of(&beliefs).iter().map(|(_, site)| site.place).collect();
        (sites, crate::areas_of(&beliefs).iter().map(|area| area.place).collect::<Vec<_>>())
    };
    let before = told(&map);
    for n in 0..80 {
        map.add(&heard(200, 50_000.0, lte(9_751_831 + n), -60, None));
    }
    let (sites, areas) = told(&map);
    assert!(sites.contains(&before.0[0]), "{sites:?}");
    assert_eq!(areas, before.1);
    assert_eq!(map.area(lte(1).area_id()).map(|area| area.place), Some(before.1[0]));
}
