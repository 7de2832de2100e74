//! Tests of where phones are that hear a cell.

use super::*;

fn vote(east_m: f64, dbm: f64, steps: Option<f64>, voice: u32) -> CellVote {
    let at = Enu { east_m, north_m: 0.0 };
    let day = cairn_ground::Day::new(18_000);
    let point =
        VotePoint { at, sigma_m: 8.0, rssi_dbm: Some(dbm), weight: 0.1, voice, day, range: None };
    CellVote { point, timing_advance: steps }
}

/// A street of a kilometre: near its west end the cell is strong and the advance 1.
fn street() -> Vec<CellVote> {
    let one = |n: u32| {
        let along = f64::from(n);
        vote(along * 20.0, along.mul_add(-0.8, -70.0), Some((along / 4.0).floor()), n % 10)
    };
    (0..50).map(one).collect()
}

#[test]
fn a_strong_and_a_weak_reading_are_at_their_ends_of_the_street() {
    let at = |power_dbm| {
        let heard = HeardAs { power_dbm: Some(power_dbm), timing_advance: None };
        coverage(&street(), heard).unwrap()
    };
    assert!((at(-70.0).at.east_m - 60.0).abs() < 70.0, "{:?}", at(-70.0));
    assert!((at(-109.0).at.east_m - 920.0).abs() < 70.0, "{:?}", at(-109.0));
    let whole = coverage(&street(), HeardAs::default()).unwrap();
    assert!((whole.at.east_m - 490.0).abs() < 20.0);
    assert!(whole.covariance.sigma_m() > at(-70.0).covariance.sigma_m());
}

#[test]
fn a_timing_advance_narrows_further() {
    let asked = |steps| HeardAs { power_dbm: None, timing_advance: Some(steps) };
    let found = coverage(&street(), asked(3.0)).unwrap();
    assert!((found.at.east_m - 270.0).abs() < 40.0, "{found:?}");
}

#[test]
fn one_voice_is_less_sure_than_ten() {
    let alone: Vec<_> = street()
        .iter()
        .map(|v| CellVote { point: VotePoint { voice: 0, ..v.point }, ..*v })
        .collect();
    let sigma_m =
        |votes: &[CellVote]| coverage(votes, HeardAs::default()).unwrap().covariance.sigma_m();
    assert!(sigma_m(&alone) > 1.2 * sigma_m(&street()));
    assert_eq!(coverage(&[], HeardAs::default()), None);
}

#[test]
fn a_site_lies_amid_its_cells_and_is_wide() {
    let cell =
        |east_m| AreaCell { at: Enu { east_m, north_m: 0.0 }, sigma_m: 50.0, reach_m: 500.0 };
    let found = site(&[cell(0.0), cell(600.0)]).unwrap();
    assert!((found.at.east_m - 300.0).abs() < 1e-6);
    assert!((1_300.0..1_400.0).contains(&found.covariance.sigma_m()));
    assert_eq!(site(&[]), None);
}

#[test]
fn a_sector_lies_amid_the_cells_of_its_unit_unless_they_are_several_sectors() {
    let cell =
        |east_m| AreaCell { at: Enu { east_m, north_m: 0.0 }, sigma_m: 50.0, reach_m: 500.0 };
    let found = sector(&[cell(0.0), cell(300.0)]).unwrap();
    assert!((found.at.east_m - 150.0).abs() < 1e-6);
    assert!(found.covariance.sigma_m() < site(&[cell(0.0)]).unwrap().covariance.sigma_m());
    let wide = AreaCell { reach_m: 5_000.0, ..cell(0.0) };
    assert!(sector(&[wide]).unwrap().covariance.sigma_m() > 2_000.0, "a cell heard from afar");
    assert_eq!(sector(&[cell(0.0), cell(9_000.0)]), None);
    assert_eq!(sector(&[]), None);
}

#[test]
fn carriers_of_a_sector_are_as_wide_as_they_are_and_as_they_lie_apart() {
    let cell =
        |east_m| AreaCell { at: Enu { east_m, north_m: 0.0 }, sigma_m: 50.0, reach_m: 500.0 };
    let (alone, two) =
        (carriers(&[cell(0.0)]).unwrap(), carriers(&[cell(0.0), cell(300.0)]).unwrap());
    assert!((alone.covariance.sigma_m() - 50.0).abs() < 1e-9);
    assert!((two.at.east_m - 150.0).abs() < 1e-6);
    assert!((two.covariance.sigma_m() - 50_f64.hypot(150.0 / 2_f64.sqrt())).abs() < 1e-9);
    assert_eq!(carriers(&[cell(0.0), cell(9_000.0)]), None);
    assert_eq!(carriers(&[]), None);
}

#[test]
fn a_rare_power_stated_from_afar_does_not_own_it() {
    let mut votes = street();
    let lie = vote(30_000.0, -50.0, Some(0.0), 99);
    votes.push(CellVote { point: VotePoint { weight: 0.1, ..lie.point }, ..lie });
    let heard = HeardAs { power_dbm: Some(-50.0), timing_advance: Some(0.0) };
    let found = coverage(&votes, heard).unwrap();
    assert!(found.at.east_m < 600.0, "{found:?}");
}
