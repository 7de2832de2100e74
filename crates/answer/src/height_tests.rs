//! Tests of heights: of a place, of what lies around it, and of a level.

use super::*;
use crate::locate;
use crate::outcome::Answer;
use crate::worlds::{heard, meta, record, sealed};
use cairn_ground::Covariance;
use cairn_snapshot::{SnapshotWriter, TransmitterRecord};

#[test]
fn an_answer_is_as_high_as_its_place_where_it_is_sure_of_that() {
    let mut writer = SnapshotWriter::new(meta(vec![]));
    for (address, lat_deg, reach_m) in
        [(0x10, 51.0, 80.0), (0x2000, 51.000_2, 80.0), (0x3000, 51.2, 9e3), (0x4000, 51.3, 9e3)]
    {
        let covariance = Covariance::circular(if reach_m > 1e3 { 1e6 } else { 36.0 });
        writer.push(TransmitterRecord { covariance, reach_m, ..record(address, lat_deg) });
    }
    let tile = |lat_deg| Tile::of(LatLng::new(lat_deg, 10.0).unwrap());
    for lat_deg in [51.000_1, 51.25, 50.0] {
        let floor = None;
        writer.push_height(PlaceHeight { tile: tile(lat_deg), floor, hae_m: 212, sigma_m: 8.0 });
    }
    let map = sealed(writer);
    let [near, far] = [[0x10, 0x2000], [0x3000, 0x4000]].map(|scan| {
        match locate(&map, &scan.map(|address| heard(address, -60.0))) {
            Answer::Found(found) => found,
            Answer::Refused(refusal) => panic!("{refusal:?}"),
        }
    });
    let height = near.height.unwrap();
    assert!((height.hae_m - 212.0).abs() < 1e-3 && (8.0..16.0).contains(&height.sigma_m));
    assert_eq!(far.height, None, "a place known to kilometres has no height: {far:?}");
    let radii = near.radii;
    let [next, far] = [50.001_2, 50.01].map(|lat_deg| {
        let place = LatLng::new(lat_deg, 10.0).unwrap();
        (Tile::of(place) != tile(50.0)).then(|| height_at(&map, place, &radii, None)).flatten()
    });
    assert!(
        next.is_some_and(|it| (it.hae_m - 212.0).abs() < 1e-3 && it.sigma_m > 20.0),
        "{next:?}"
    );
    assert_eq!(far, None);
}

#[test]
fn a_phone_on_a_level_is_as_high_as_those_on_it_and_the_slope_of_the_ground_is_not_added() {
    let mut writer = SnapshotWriter::new(meta(vec![]));
    let place = LatLng::new(51.0, 10.0).unwrap();
    let third = Floor::new(3).unwrap();
    for (floor, hae_m) in [(None, 212), (Some(third), 224)] {
        writer.push_height(PlaceHeight { tile: Tile::of(place), floor, hae_m, sigma_m: 8.0 });
    }
    let map = sealed(writer);
    let radii = Radii::rising([20.0, 40.0, 60.0, 80.0]);
    let at = |floor| height_at(&map, place, &radii, floor).unwrap();
    let [street, upstairs, unknown] = [None, Some(third), Floor::new(4).ok()].map(at);
    let whole_m = [street, upstairs, unknown].map(|it| format!("{:.0}", it.hae_m));
    assert_eq!(whole_m, ["212", "224", "212"]);
    assert!((8.0..8.5).contains(&upstairs.sigma_m), "as it is stored: {upstairs:?}");
    let sloped_m = upstairs.sigma_m.hypot(6.0);
    assert!((street.sigma_m - sloped_m).abs() < 1e-3, "0.15 of 40 m beside it: {street:?}");
    assert_eq!(street, unknown);
}

#[test]
fn an_answer_on_a_level_is_as_high_as_that_level() {
    let mut writer = SnapshotWriter::new(meta(vec![]));
    let third = Floor::new(3).unwrap();
    for (address, lat_deg) in [(0x10, 51.0), (0x2000, 51.000_2)] {
        writer.push(TransmitterRecord { floor: Some(third), ..record(address, lat_deg) });
    }
    let tile = Tile::of(LatLng::new(51.000_1, 10.0).unwrap());
    for (floor, hae_m) in [(None, 212), (Some(third), 224)] {
        writer.push_height(PlaceHeight { tile, floor, hae_m, sigma_m: 8.0 });
    }
    let scan = [heard(0x10, -60.0), heard(0x2000, -60.0)];
    let Answer::Found(found) = locate(&sealed(writer), &scan) else { panic!("refused") };
    assert!(found.height.is_some_and(|it| (it.hae_m - 224.0).abs() < 1e-3), "{found:?}");
}
