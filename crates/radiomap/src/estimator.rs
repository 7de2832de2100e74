//! The one door to the shared physics: counted votes in, an estimate in a local frame out.

use crate::count::{Counted, Tally};
use crate::floor;
use cairn_ground::{LatLng, LocalFrame, TransmitterKind};
use cairn_signal::transmitter::{self, Estimate, VotePoint, estimate};

/// The estimate of the votes of a tally, with the frame its metres are in.
pub(crate) fn of(kind: TransmitterKind, tally: &Tally) -> Option<(LocalFrame, Estimate)> {
    let (frame, mut points) = points(&tally.counted)?;
    put_ranges(kind, &tally.counted, &mut points);
    let mut late: Vec<VotePoint> = tally.late.iter().map(|one| point(&frame, one)).collect();
    put_ranges(kind, &tally.late, &mut late);
    estimate(kind, &points, &late).map(|estimate| (frame, estimate))
}

/// True when enough voices, later than all others, heard it elsewhere.
pub(crate) fn has_moved(kind: TransmitterKind, tally: &Tally) -> bool {
    let Some((frame, points)) = points(&tally.counted) else { return false };
    let late: Vec<VotePoint> = tally.late.iter().map(|one| point(&frame, one)).collect();
    transmitter::has_moved(kind, &points, &late)
}

/// The counted votes in the frame of most of them.
pub(crate) fn points(counted: &[Counted]) -> Option<(LocalFrame, Vec<VotePoint>)> {
    let frame = LocalFrame::at(middle(counted)?);
    let points = counted.iter().map(|one| point(&frame, one)).collect();
    Some((frame, points))
}

/// Puts the distances measured to a transmitter of this kind into its votes' points.
fn put_ranges(kind: TransmitterKind, counted: &[Counted], points: &mut [VotePoint]) {
    let range = |one: &Counted| one.vote.range(kind);
    if counted.iter().all(|one| range(one).is_none()) {
        return;
    }
    let level = floor::of(counted);
    for (point, one) in points.iter_mut().zip(counted) {
        let floors = level.zip(one.vote.floor()).map(|(a, b)| a.get().abs_diff(b.get()));
        point.range = range(one).map(|range| (range, floors));
    }
}

fn point(frame: &LocalFrame, one: &Counted) -> VotePoint {
    VotePoint {
        at: frame.enu_from_latlng(one.vote.place()),
        sigma_m: one.vote.sigma_m(),
        rssi_dbm: one.vote.rssi_dbm().map(f64::from),
        weight: one.weight,
        day: one.vote.day(),
        voice: one.ballot,
        range: None,
    }
}

/// The weighted median latitude and longitude: near most voices, so that the frame is true where it
/// matters even when some votes lie a continent away. Longitudes count from the first vote's, the
/// short way round.
fn middle(counted: &[Counted]) -> Option<LatLng> {
    let (_, first_lng_e7) = counted.first()?.vote.e7();
    let east_e7 = |lng_e7: i32| {
        const TURN_E7: i64 = 3_600_000_000;
        let east = i64::from(lng_e7) - i64::from(first_lng_e7);
        (east + TURN_E7 / 2).rem_euclid(TURN_E7) - TURN_E7 / 2
    };
    let lat_e7 = median(counted, |one| i64::from(one.vote.e7().0));
    let lng_e7 = i64::from(first_lng_e7) + median(counted, |one| east_e7(one.vote.e7().1));
    #[expect(clippy::cast_precision_loss, reason = "1e-7 degrees below 2^33 are exact in f64")]
    let place = LatLng::wrapped(lat_e7 as f64 / 1e7, lng_e7 as f64 / 1e7);
    Some(place)
}

fn median(counted: &[Counted], value: impl Fn(&Counted) -> i64) -> i64 {
    let mut values: Vec<_> = counted.iter().map(|one| (value(one), one.weight)).collect();
    values.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let half: f64 = values.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut below = 0.0;
    for (value, weight) in &values {
        below += weight;
        if below >= half {
            return *value;
        }
    }
    values.last().map_or(0, |(value, _)| *value)
}
