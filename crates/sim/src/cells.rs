//! Three operators' cells: sites 300 to 1500 m apart, three sectors each, two to four generations.

use crate::census::Census;
use crate::geometry::Vec2;
use crate::radio::{Band, Motion, Radio, Spot};
use crate::rng::{Rng, mix2};
use cairn_ground::{CellId, CellRadio, OutOfRange, TransmitterId};

/// The mobile country code of international networks: no country's, so that no town's cell is ever
/// taken for a real one, and heard anywhere, so that a town may stand anywhere.
///
/// # Source
/// ITU-T E.212, shared code 901.
pub(crate) const MCC: u32 = 901;
/// Operators of the town; their network codes are 1, 2, 3.
pub(crate) const OPERATORS: u32 = 3;
/// How far beyond the town cells are built, metres.
const SURROUNDINGS_M: f64 = 1_500.0;
/// Distance between sites in town and beyond, metres.
const PITCH_M: (f64, f64) = (480.0, 1_100.0);

/// A cell's antenna: what the shared spot does not say.
#[derive(Debug, Clone)]
pub(crate) struct Sector {
    pub(crate) spot: Spot,
    /// Unit vector of the main lobe.
    pub(crate) boresight: Vec2,
    /// Network code of its operator.
    pub(crate) mnc: u16,
}

/// Builds the cells around a town that reaches `half_side_m` from its centre.
pub(crate) fn build(half_side_m: f64, census: &mut Census, rng: &mut Rng) -> Vec<Sector> {
    let mut sectors = Vec::new();
    for mnc in 1..=OPERATORS {
        let mut site_number = 0;
        for at in sites(half_side_m, rng) {
            site_number += 1;
            // An impossible identity cannot come out of these numbers; a site without one is not built.
            let _ = site(at, mnc, site_number, census, &mut sectors, rng);
        }
    }
    sectors
}

/// Jittered grid points: dense in town, sparse beyond.
fn sites(half_side_m: f64, rng: &mut Rng) -> Vec<Vec2> {
    let reach_m = half_side_m + SURROUNDINGS_M;
    let offset = Vec2::new(rng.between(0.0, PITCH_M.0), rng.between(0.0, PITCH_M.0));
    let keep_outside = (PITCH_M.0 / PITCH_M.1).powi(2);
    let n = (2.0 * reach_m / PITCH_M.0) as u32 + 1;
    let mut places = Vec::new();
    for row in 0..n {
        for column in 0..n {
            let grid = Vec2::new(f64::from(column), f64::from(row)).times(PITCH_M.0);
            let jitter = Vec2::new(rng.between(-0.3, 0.3), rng.between(-0.3, 0.3)).times(PITCH_M.0);
            let at = grid.plus(offset).plus(jitter).minus(Vec2::new(reach_m, reach_m));
            let outside = at.east_m.abs().max(at.north_m.abs()) > half_side_m;
            if rng.chance(if outside { keep_outside } else { 0.92 }) {
                places.push(at);
            }
        }
    }
    places
}

fn site(
    at: Vec2,
    mnc: u32,
    number: u32,
    census: &mut Census,
    sectors: &mut Vec<Sector>,
    rng: &mut Rng,
) -> Result<(), OutOfRange> {
    let turn = rng.between(0.0, std::f64::consts::TAU);
    let (with_nr, with_gsm, with_wcdma) = (rng.chance(0.55), rng.chance(0.3), rng.chance(0.2));
    let height_m = rng.between(18.0, 35.0);
    for sector in 0..3_u32 {
        let angle = turn + f64::from(sector) * std::f64::consts::TAU / 3.0;
        let boresight = Vec2::new(angle.cos(), angle.sin());
        let node = mnc * 10_000 + number;
        let wide = u64::from(node) << 8 | u64::from(sector + 1);
        let mut generations = vec![(CellRadio::Lte, 1_000 + mnc, wide)];
        if with_nr {
            generations.push((
                CellRadio::Nr,
                70_000 + mnc,
                u64::from(node) << 12 | 0x100 | wide & 0xff,
            ));
        }
        if with_gsm {
            let narrow = u64::from(mnc * 8_192 + number * 8 + sector);
            generations.push((CellRadio::Gsm, 300 + mnc, narrow));
        }
        if with_wcdma {
            generations.push((CellRadio::Wcdma, 500 + mnc, wide));
        }
        for (radio, area, cell) in generations {
            let id = CellId::new(radio, MCC, mnc, area, cell)?;
            let index = census.add(cell_radio(id, rng));
            let spot = Spot::outdoors(index, at, height_m);
            sectors.push(Sector { spot, boresight, mnc: mnc as u16 });
        }
    }
    Ok(())
}

/// # Source
/// Urban macro path loss, exponent 3 to 4 and shadowing of 6 to 8 dB: 3GPP TR 38.901 §7.4.1; the
/// reference puts RSRP near −75 dBm at 100 m and −110 dBm at 1 km.
fn cell_radio(id: CellId, rng: &mut Rng) -> Radio {
    let reference = match id.radio() {
        CellRadio::Gsm => 8.0,
        CellRadio::Wcdma => 2.0,
        CellRadio::Lte => -5.0,
        CellRadio::Nr => -9.0,
    };
    Radio {
        id: TransmitterId::Cell(id),
        band: Band::Cell,
        frequency_mhz: None,
        reference_dbm: (reference + 2.0 * rng.gauss()) as f32,
        exponent: (3.5 + 0.1 * rng.gauss()) as f32,
        shadow_db: 6.5,
        shadow_seed: mix2(id.cell(), u64::from(id.mnc().unwrap_or(u16::MAX))),
        motion: Motion::Fixed,
    }
}

/// Loss in dB of a sector's antenna away from its main lobe.
///
/// # Source
/// 3GPP TR 36.814 table A.2.1.1-2, min(12·(θ / 70°)², 25), in terms of the cosine:
/// θ² ≈ 2·(1 − cos θ) · 1.2 in radians.
pub(crate) fn lobe_loss_db(boresight: Vec2, towards: Vec2) -> f64 {
    let cosine = boresight.dot(towards.direction());
    let theta_squared = 2.4 * (1.0 - cosine);
    (12.0 * theta_squared / 1.493).min(25.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_has_cells_and_the_lobe_points_forward() {
        let mut census = Census::default();
        let sectors = build(900.0, &mut census, &mut Rng::new(1, 1));
        for mnc in 1..=3 {
            assert!(sectors.iter().filter(|s| s.mnc == mnc).count() > 30);
        }
        let ahead = Vec2::new(1.0, 0.0);
        assert!(lobe_loss_db(ahead, Vec2::new(50.0, 0.0)) < 1e-9);
        let edge_db = lobe_loss_db(ahead, Vec2::new(0.819_152, 0.573_576));
        assert!((edge_db - 3.5).abs() < 0.7, "35 degrees off: {edge_db} dB");
        assert!((lobe_loss_db(ahead, Vec2::new(-9.0, 0.0)) - 25.0).abs() < 1e-9);
    }
}
