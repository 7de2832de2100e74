//! Fewer points: a line stays within a few hundred metres of what was drawn.

use cairn_ground::Degrees;

use super::owner::Sides;
use super::topology::Point;

/// How far a border may move, in kilometres.
const BORDER_KM: f64 = 0.1;
/// How far a coast may move, in kilometres.
const COAST_KM: f64 = 1.2;
/// How far the coast of Antarctica may move, in kilometres.
const POLAR_KM: f64 = 2.5;
/// Antarctica's are the coasts whose points lie south of this latitude on average, in degrees.
const POLAR_DEG: f64 = -60.0;
/// How far any line may move, as a share of its extent: small islands and city states keep their form.
const EXTENT_SHARE: f64 = 0.03;
/// Kilometres in a degree of latitude.
const KM_PER_DEG: f64 = 111.2;

/// The arc with fewer points; its ends stay, since other arcs meet them there.
///
/// # Source
/// D. Douglas, T. Peucker, *Algorithms for the reduction of the number of points required to represent a
/// digitized line or its caricature*, Cartographica 10 (1973).
pub(super) fn simplified(arc: &[Point], sides: Sides) -> Vec<Point> {
    let flat: Vec<Point> = flat(arc);
    let allowed_km = match sides {
        [0, _] if mean_lat(arc) < POLAR_DEG => POLAR_KM,
        [0, _] => COAST_KM,
        _ => BORDER_KM,
    };
    let allowed_km = allowed_km.min(EXTENT_SHARE * extent(&flat));
    let mut keep = vec![false; arc.len()];
    let mut ends = vec![(0, arc.len().saturating_sub(1))];
    while let Some((from, to)) = ends.pop() {
        keep[from] = true;
        keep[to] = true;
        let away = |middle: &usize| distance(flat[*middle], flat[from], flat[to]);
        let farthest = (from + 1..to).max_by(|a, b| away(a).total_cmp(&away(b)));
        if let Some(middle) = farthest.filter(|middle| away(middle) > allowed_km) {
            ends.extend([(from, middle), (middle, to)]);
        }
    }
    let kept = arc.iter().zip(keep).filter(|(_, keep)| *keep);
    kept.map(|(point, _)| *point).collect()
}

/// The arc in kilometres, longitudes shortened as at its own latitude.
fn flat(arc: &[Point]) -> Vec<Point> {
    let km = |(lng, lat): &Point| (lng * KM_PER_DEG * cos_deg(*lat), lat * KM_PER_DEG);
    arc.iter().map(km).collect()
}

#[expect(clippy::cast_precision_loss, reason = "some thousands of points")]
fn mean_lat(arc: &[Point]) -> f64 {
    arc.iter().map(|point| point.1).sum::<f64>() / arc.len().max(1) as f64
}

fn cos_deg(deg: f64) -> f64 {
    Degrees(deg).to_radians().0.cos()
}

/// The larger side of the box around the points.
fn extent(points: &[Point]) -> f64 {
    let span = |value: fn(&Point) -> f64| {
        let (least, most) = points
            .iter()
            .map(value)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| {
                (least.min(value), most.max(value))
            });
        most - least
    };
    span(|point| point.0).max(span(|point| point.1))
}

/// Distance of a point from the stretch between two others.
fn distance(point: Point, from: Point, to: Point) -> f64 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (px, py) = (point.0 - from.0, point.1 - from.1);
    let length2 = dx.mul_add(dx, dy * dy);
    let along =
        if length2 > 0.0 { (px.mul_add(dx, py * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
    (px - along * dx).hypot(py - along * dy)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A zigzag of `n` points along a parallel, each second one `off_deg` north of it.
    fn zigzag(n: u32, off_deg: f64) -> Vec<Point> {
        (0..n).map(|i| (f64::from(i) * 0.1, 50.0 + f64::from(i % 2) * off_deg)).collect()
    }

    #[test]
    fn a_border_keeps_what_a_coast_loses_and_both_keep_their_ends() {
        let arc = zigzag(21, 0.005);
        let (coast, border) = (simplified(&arc, [0, 7]), simplified(&arc, [3, 7]));
        assert_eq!(coast, [arc[0], arc[20]]);
        assert_eq!(border.len(), 21);
    }

    #[test]
    fn a_small_island_keeps_its_form() {
        let arc = [(0.0, 0.0), (0.01, 0.0), (0.01, 0.01), (0.0, 0.01), (0.0, 0.0)];
        assert_eq!(simplified(&arc, [0, 7]), arc);
    }
}
