//! What measured distances add to an answer.

use crate::outcome::Found;
use cairn_ground::{Confidence, Covariance, Enu, LocalFrame, Mobility, Radii};
use cairn_signal::locate::Known;
use cairn_signal::ranging::{Place, Ring};

/// Distances that are weighed, the surest. Source: choice; Android measures to ten devices at a time.
const RANGES_MAX: usize = 16;

/// The answer once the distances among `known` are known too: where they leave it, as much surer as they make it.
///
/// Distances never answer by themselves: what they narrow has kept A3, and within what it promised they move it.
pub(crate) fn narrowed(found: Found, known: &[Known]) -> Found {
    if known.iter().all(|one| one.range.is_none()) {
        return found;
    }
    let frame = LocalFrame::at(found.place);
    let of_box = |one: &Known| Some((one.device, ring(one, &frame, &found)?));
    let mut boxes: Vec<(u64, Ring)> = known.iter().filter_map(of_box).collect();
    if boxes.is_empty() {
        return found;
    }
    // Networks of one box are one antenna: what one of them errs, all do.
    boxes.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.sigma_m.total_cmp(&b.1.sigma_m)));
    boxes.dedup_by_key(|one| one.0);
    boxes.sort_by(|a, b| a.1.sigma_m.total_cmp(&b.1.sigma_m).then(a.0.cmp(&b.0)));
    let rings: Vec<Ring> = boxes.into_iter().map(|(_, ring)| ring).take(RANGES_MAX).collect();
    let sigma_m = found.radii.at_m(Confidence::P68) / Confidence::P68.rayleigh();
    let before = Place { at: Enu::ZERO, covariance: Covariance::circular(sigma_m * sigma_m) };
    let after = before.narrowed(&rings);
    let share = (after.covariance.sigma_m() / sigma_m).min(1.0);
    let radii = Confidence::ALL.map(|level| share * found.radii.at_m(level));
    Found { place: frame.latlng_from_enu(after.at), radii: Radii::rising(radii), ..found }
}

fn ring(one: &Known, frame: &LocalFrame, found: &Found) -> Option<Ring> {
    let range = one.range.filter(|_| one.mobility != Mobility::Moving)?;
    let level = found.floors.likeliest().map(|(floor, _)| floor);
    let floors = level.zip(one.floor).map(|(a, b)| a.get().abs_diff(b.get()));
    let unsure_m = one.covariance.sigma_m().hypot(one.moved_m());
    Ring::of(range, frame.enu_from_latlng(one.place), floors, unsure_m)
}
