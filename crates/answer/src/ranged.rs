//! What measured distances add to an answer.

use crate::outcome::{Found, Method};
use cairn_ground::{Confidence, Covariance, Enu, LocalFrame, Mobility, Radii};
use cairn_signal::calibration::RADIUS_MIN_M;
use cairn_signal::locate::Known;
use cairn_signal::ranging::{Place, Ring};
use cairn_signal::rival::{Rival, widened};

/// Distances that are weighed, the surest. Source: choice; Android measures to ten devices at a time.
const RANGES_MAX: usize = 16;

/// The answer once the distances among `known` are known too: where they leave it, its `own` radii as much smaller as they
/// make it surer.
///
/// Distances never answer by themselves: an answer of cells, which one box's distance would bring to its door, stays as it
/// is (A3). A ring that passes the answer by more than its own R95 and the ring's thickness does not count; where the
/// others meet beyond that R95, none does. Rivals of the answer are not weighed again: they count as they did.
///
/// # Cost
/// Without distances a look at each of `known`; else five grids on the heap (`Place::narrowed`).
pub(crate) fn narrowed(found: Found, own: &Radii, rivals: &[Rival], known: &[Known]) -> Found {
    if found.method == Method::Cell || known.iter().all(|one| one.range.is_none()) {
        return found;
    }
    let rings = rings(&found, own.r95_m(), known);
    let sigma_m = own.at_m(Confidence::P68) / Confidence::P68.rayleigh();
    let before = Place { at: Enu::ZERO, covariance: Covariance::circular(sigma_m * sigma_m) };
    let after = before.narrowed(&rings);
    let moved_m = after.at.distance_m(Enu::ZERO);
    if rings.is_empty() || moved_m > own.r95_m() {
        return found;
    }
    let share = (after.covariance.sigma_m() / sigma_m).min(1.0);
    let radius_m = |own_m: f64| (share * own_m).max(RADIUS_MIN_M.min(own_m));
    let left = Radii::rising(Confidence::ALL.map(|level| radius_m(own.at_m(level))));
    let radii = widened(&left, own, rivals, moved_m);
    Found { place: LocalFrame::at(found.place).latlng_from_enu(after.at), radii, ..found }
}

/// The rings around the boxes that may hold the answer, in its frame; of the networks of one box, which are one antenna
/// and err together, the surest.
fn rings(found: &Found, r95_m: f64, known: &[Known]) -> Vec<Ring> {
    let frame = LocalFrame::at(found.place);
    let of_box = |one: &Known| Some((one.device, ring(one, &frame, found)?));
    let mut boxes: Vec<(u64, Ring)> = known.iter().filter_map(of_box).collect();
    let surest = |a: &Ring, b: &Ring| {
        a.sigma_m.total_cmp(&b.sigma_m).then(a.distance_m.total_cmp(&b.distance_m))
    };
    boxes.sort_by(|a, b| a.0.cmp(&b.0).then(surest(&a.1, &b.1)));
    boxes.dedup_by_key(|one| one.0);
    boxes.retain(|(_, ring)| ring.may_hold(Enu::ZERO, r95_m));
    boxes.sort_by(|a, b| surest(&a.1, &b.1).then(a.0.cmp(&b.0)));
    boxes.into_iter().map(|(_, ring)| ring).take(RANGES_MAX).collect()
}

fn ring(one: &Known, frame: &LocalFrame, found: &Found) -> Option<Ring> {
    let range = one.range.filter(|_| one.mobility != Mobility::Moving)?;
    let level = found.floors.likeliest().map(|(floor, _)| floor);
    let floors = level.zip(one.floor).map(|(a, b)| a.get().abs_diff(b.get()));
    let unsure_m = one.covariance.sigma_m().hypot(one.moved_m());
    Ring::of(range, frame.enu_from_latlng(one.place), floors, unsure_m)
}

#[cfg(test)]
#[path = "ranged_tests.rs"]
mod tests;
