//! Where a phone is that hears some cell of an area, from the area's known cells.
//!
//! The cell it hears is not among them, so what counts is how the area's cells scatter and how far each
//! is heard. Few known cells say little about the scatter, which is then shrunk to a typical one.

use crate::robust;
use cairn_ground::Enu;

/// One known cell of the area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AreaCell {
    /// Where it is believed to stand.
    pub at: Enu,
    /// Standard deviation per axis of that place, m.
    pub sigma_m: f64,
    /// How far it is heard, m.
    pub reach_m: f64,
}

/// Where the area's phones are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// The middle of its cells.
    pub at: Enu,
    /// Standard deviation per axis of a phone's place about it, m.
    pub sigma_m: f64,
}

/// Typical scatter per axis of an area's cells, m.
/// Source: the walked parts of the two areas of the Ottawa walks scatter by 1.5 and 3.0 km; twice the
/// mean, since nobody walked all of an area. Ichnaea's floor of 50 km is absurd in towns (peers.md C 9).
const SCATTER_M: f64 = 5_000.0;
/// Cells' worth of the typical scatter in the shrunk one. Source: one more unknown cell than known ones
/// is the least that can be said of an area with a single known cell.
const SCATTER_CELLS: f64 = 1.0;
/// What the walked part of an area does not show of it, m per axis: a cell that nobody reported stands
/// where nobody walked. Source: measured on the Ottawa walks, 96 % of their area answers inside R95
/// (docs/measured/accuracy.md); without it 70 %, with 2,500 m 86 %.
const UNWALKED_M: f64 = 4_000.0;
/// Standard deviation per axis of a place within a cell's reach, as a share of it. Source: reach is the
/// distance of 95 %, which for a circular normal is 2.45 σ.
const REACH_SHARE: f64 = 1.0 / 2.45;

/// Estimates an area from its cells; `None` without any.
///
/// # Shape
/// `cells`: in one frame, in a canonical order (the result depends on it in the last bits).
pub fn estimate(cells: &[AreaCell]) -> Option<Area> {
    let points: Vec<(Enu, f64)> = cells.iter().map(|cell| (cell.at, 1.0)).collect();
    // Between two points every place is a median; the middle is nobody's side.
    let middle = if points.len() == 2 { robust::mean } else { robust::geometric_median };
    let at = middle(&points)?;
    let (mut scatter_m2, mut own_m2) = (0.0, 0.0);
    for cell in cells {
        scatter_m2 += cell.at.distance_m(at).powi(2) / 2.0;
        own_m2 += cell.sigma_m.hypot(cell.reach_m * REACH_SHARE).powi(2);
    }
    #[expect(clippy::cast_precision_loss, reason = "a few dozen cells")]
    let n = cells.len() as f64;
    let scatter_m2 = SCATTER_CELLS.mul_add(SCATTER_M.powi(2), scatter_m2) / (n + SCATTER_CELLS);
    Some(Area { at, sigma_m: (scatter_m2 + own_m2 / n).sqrt().hypot(UNWALKED_M) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(east_m: f64, north_m: f64) -> AreaCell {
        AreaCell { at: Enu { east_m, north_m }, sigma_m: 100.0, reach_m: 1_000.0 }
    }

    #[test]
    fn an_area_without_cells_is_nowhere() {
        assert_eq!(estimate(&[]), None);
    }

    #[test]
    fn one_cell_leaves_the_area_wide_and_many_close_ones_narrow_it() {
        let one = estimate(&[cell(0.0, 0.0)]).unwrap();
        assert!((3_000.0..6_000.0).contains(&one.sigma_m), "{}", one.sigma_m);
        let many: Vec<_> = (0..60).map(|n| cell(f64::from(n % 8) * 100.0, 0.0)).collect();
        let many = estimate(&many).unwrap();
        assert!((4_000.0..4_500.0).contains(&many.sigma_m), "{}", many.sigma_m);
    }

    #[test]
    fn two_cells_have_their_area_between_them() {
        let area = estimate(&[cell(0.0, 0.0), cell(1_000.0, 0.0)]).unwrap();
        assert!((area.at.east_m - 500.0).abs() < 1.0, "{area:?}");
    }

    #[test]
    fn a_wide_area_is_as_wide_as_its_cells_and_one_stray_does_not_move_it() {
        let mut cells: Vec<_> =
            (0..50).map(|n| cell(f64::from(n).mul_add(1_000.0, -24_500.0), 0.0)).collect();
        let wide = estimate(&cells).unwrap();
        assert!((9_000.0..13_000.0).contains(&wide.sigma_m), "{}", wide.sigma_m);
        cells.push(cell(900_000.0, 0.0));
        assert!(estimate(&cells).unwrap().at.distance_m(wide.at) < 2_000.0);
    }
}
