//! The one door: `locate`.

use crate::floors::Floors;
use crate::outcome::{Answer, Found, Method, Refusal};
use crate::{Heard, HeardUnit, height, lookup, ranged, venue};
use cairn_ground::Geodesic;
use cairn_signal::calibration::{Calibration, Row};
use cairn_signal::locate::{DEVICES_MIN, Known, Refusal as Unsolved};
use cairn_signal::located::Located;
use cairn_signal::rival::{RIVAL_SHARE, Rival, boxes_heard_at, widened};
use cairn_snapshot::{CalibrationRow, SnapshotSet};

/// Promised R95 up to which a building's model answers without a look at its transmitters, m.
/// Source: half of what the transmitters by themselves promise in the two malls, docs/measured/accuracy.md.
const VENUE_SURE_M: f64 = 25.0;

/// Share of a model's promised R95 below which transmitters by themselves answer instead.
/// Source: measured, the museum: a model of few voices promises little and is three times nearer.
const VENUE_DOUBT: f64 = 0.33;

/// Memory of a query, used again by the next one; what is in it decides nothing (A1).
#[derive(Debug, Default)]
pub struct Scratch {
    known: Vec<Known>,
    lookup: lookup::Scratch,
    solve: cairn_signal::locate::Scratch,
}

/// Locates a phone by what it hears: [`locate_among`] without neighbors, in memory of its own.
pub fn locate(map: &SnapshotSet, heard: &[Heard]) -> Answer {
    locate_among(map, heard, &[], &mut Scratch::default())
}

/// Locates a phone by what it hears; neighbor cells that have no identity count each where the cells heard tell
/// which cell it is.
///
/// Pure (A1): the same snapshots and the same scan give the same answer.
///
/// # Cost
/// Two batched look-ups, then some microseconds for twenty known transmitters; outside buildings and without
/// contradictions nothing is allocated once `scratch` has grown.
pub fn locate_among(
    map: &SnapshotSet,
    heard: &[Heard],
    units: &[HeardUnit],
    scratch: &mut Scratch,
) -> Answer {
    if heard.is_empty() {
        return Answer::Refused(Refusal::NothingHeard);
    }
    lookup::known(map, heard, units, &mut scratch.lookup, &mut scratch.known);
    match by_power(map, heard, scratch) {
        Answer::Found(found) => {
            Answer::Found(height::added(map, ranged::narrowed(found, &scratch.known)))
        }
        refused @ Answer::Refused(_) => refused,
    }
}

/// The answer of the model of a building or of transmitters by themselves, whichever promises more; where they are far
/// apart, the one that more boxes speak for.
fn by_power(map: &SnapshotSet, heard: &[Heard], scratch: &mut Scratch) -> Answer {
    let Scratch { known, solve, .. } = scratch;
    let inside = venue::locate(map, heard, known);
    if let Some(found) = inside.filter(|found| found.radii.r95_m() <= VENUE_SURE_M)
        && !is_disputed(&found, known)
    {
        return Answer::Found(found);
    }
    match cairn_signal::locate::locate_in(known, solve) {
        Ok(located) => {
            let found = promise(map, &located, known.len());
            let Some(inside) = inside else { return Answer::Found(found) };
            Answer::Found(surer(inside, found, &located, known))
        }
        Err(unsolved) => inside.map_or(Answer::Refused(refusal(unsolved)), Answer::Found),
    }
}

/// True when many boxes cannot be heard where a building's model says the phone is.
fn is_disputed(inside: &Found, known: &[Known]) -> bool {
    let (n_heard, n_not) = boxes_heard_at(known, inside.place, inside.radii.r95_m());
    n_not >= DEVICES_MIN && f64::from(narrow(n_not)) >= RIVAL_SHARE * f64::from(narrow(n_heard))
}

/// Of an answer of a building's model and one of transmitters by themselves.
fn surer(inside: Found, found: Found, located: &Located, known: &[Known]) -> Found {
    let (inside_m, found_m) = (inside.radii.r95_m(), found.radii.r95_m());
    let n_heard =
        |one: &Found| f64::from(narrow(boxes_heard_at(known, one.place, one.radii.r95_m()).0));
    let apart_m = Geodesic.distance_m(inside.place, found.place);
    let is_one = apart_m <= inside_m + found_m;
    if !is_one && n_heard(&found) > n_heard(&inside) {
        return found;
    }
    if is_one && found_m < VENUE_DOUBT * inside_m {
        return Found { floors: inside.floors, ..found };
    }
    // Near each other they have the same rivals.
    let radii = if is_one {
        widened(&inside.radii, &located.rivals)
    } else {
        let other = Rival::between(n_heard(&inside), n_heard(&found), apart_m);
        widened(&inside.radii, other.as_slice())
    };
    Found { radii, ..inside }
}

/// Turns a position and its σ into radii that the map's own calibration stands for.
fn promise(map: &SnapshotSet, located: &Located, n_known: usize) -> Found {
    let calibration = map.meta().map_or_else(Calibration::default, |meta| read(&meta.calibration));
    Found {
        place: located.place,
        radii: located.radii(&calibration),
        floors: Floors::of(located.floor),
        height: None,
        method: Method::of(located.class),
        n_known: narrow(n_known),
        n_used: narrow(located.n_used),
    }
}

/// The calibration of a snapshot; what it does not name is as without evidence.
fn read(rows: &[CalibrationRow]) -> Calibration {
    Calibration::from_rows(rows.iter().map(|row| {
        let multipliers = row.multipliers.map(f64::from);
        (row.class, Row { n_samples: row.n_samples, multipliers })
    }))
}

fn refusal(unsolved: Unsolved) -> Refusal {
    match unsolved {
        Unsolved::TooFewKnown { known, needed } => {
            Refusal::TooFewKnown { known: narrow(known), needed: narrow(needed) }
        }
        Unsolved::Inconsistent { groups } => Refusal::Inconsistent { groups: narrow(groups) },
    }
}

fn narrow(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

#[cfg(test)]
#[path = "locate_tests.rs"]
mod tests;
