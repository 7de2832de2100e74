//! The one door: `locate`.

use crate::calibration::calibration_of;
use crate::floors::Floors;
use crate::outcome::{Answer, Found, Method, Refusal};
use crate::venue::Indoors;
use crate::{Heard, HeardUnit, height, lookup, powers, ranged, venue};
use cairn_ground::{Geodesic, Radii};
use cairn_signal::calibration::Calibration;
use cairn_signal::locate::{DEVICES_MIN, Known, Refusal as Unsolved};
use cairn_signal::located::Located;
use cairn_signal::rival::{RIVAL_SHARE, Rival, boxes_heard_at, widened};
use cairn_snapshot::SnapshotSet;

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
    powers: powers::Scratch,
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
/// Two batched look-ups, then some microseconds for twenty known transmitters; outside buildings, without contradictions
/// and without measured distances nothing is allocated once `scratch` has grown. With distances to ten
/// some 150 µs, in grids on the heap (`cargo bench -p cairn-answer --bench locate`).
pub fn locate_among(
    map: &SnapshotSet,
    heard: &[Heard],
    units: &[HeardUnit],
    scratch: &mut Scratch,
) -> Answer {
    if heard.is_empty() {
        return Answer::Refused(Refusal::NothingHeard);
    }
    let Scratch { known, lookup, powers, solve } = scratch;
    let heard = powers.believed(heard);
    lookup::known(map, heard, units, lookup, known);
    match by_power(map, heard, known, solve) {
        Ok(ByPower { found, own, rivals }) => {
            let found = ranged::narrowed(found, &own, &rivals, known);
            Answer::Found(height::added(map, found))
        }
        Err(refusal) => Answer::Refused(refusal),
    }
}

/// An answer before distances are looked at.
#[derive(Debug)]
struct ByPower {
    found: Found,
    /// Its radii if no rival is right.
    own: Radii,
    rivals: Vec<Rival>,
}

impl ByPower {
    /// The answer of a building's model.
    const fn of_model(found: Found, rivals: Vec<Rival>) -> Self {
        Self { found, own: found.radii, rivals }
    }

    fn widened(self) -> Self {
        let radii = widened(&self.own, &self.own, &self.rivals, 0.0);
        Self { found: Found { radii, ..self.found }, ..self }
    }
}

/// The answer of the model of a building or of transmitters by themselves, whichever promises more; where they are far
/// apart, the one that more boxes speak for.
fn by_power(
    map: &SnapshotSet,
    heard: &[Heard],
    known: &[Known],
    solve: &mut cairn_signal::locate::Scratch,
) -> Result<ByPower, Refusal> {
    let inside = venue::locate(map, heard, known);
    if let Some(found) = inside.map(|inside| inside.found)
        && found.radii.r95_m() <= VENUE_SURE_M
        && !found.extrapolated
        && !is_disputed(&found, known)
    {
        return Ok(ByPower::of_model(found, Vec::new()));
    }
    match cairn_signal::locate::locate_in(known, solve) {
        Ok(located) => {
            let found = promise(map, located, known.len());
            Ok(match inside {
                Some(inside) => surer(inside, found, known),
                None => found,
            })
        }
        Err(unsolved) => {
            let alone = inside.map(|inside| ByPower::of_model(inside.found, Vec::new()));
            alone.ok_or_else(|| refusal(unsolved))
        }
    }
}

/// True when many boxes cannot be heard where a building's model says the phone is.
fn is_disputed(inside: &Found, known: &[Known]) -> bool {
    let (n_heard, n_not) = boxes_heard_at(known, inside.place, inside.radii.r95_m());
    n_not >= DEVICES_MIN && f64::from(narrow(n_not)) >= RIVAL_SHARE * f64::from(narrow(n_heard))
}

/// Of an answer of a building's model and one of transmitters by themselves.
fn surer(inside: Indoors, other: ByPower, known: &[Known]) -> ByPower {
    let Indoors { found: inside, is_fainter } = inside;
    let found = &other.found;
    if is_fainter && !found.extrapolated {
        return other;
    }
    let (inside_m, found_m) = (inside.radii.r95_m(), found.radii.r95_m());
    let n_heard =
        |one: &Found| f64::from(narrow(boxes_heard_at(known, one.place, one.radii.r95_m()).0));
    let apart_m = Geodesic.distance_m(inside.place, found.place);
    if apart_m > inside_m + found_m {
        let (here, there) = (n_heard(&inside), n_heard(found));
        if there > here {
            return other;
        }
        let rivals = Rival::between(here, there, apart_m).into_iter().collect();
        return ByPower::of_model(inside, rivals).widened();
    }
    if found_m < VENUE_DOUBT * inside_m {
        return ByPower { found: Found { floors: inside.floors, ..other.found }, ..other };
    }
    // Near each other they have the same rivals.
    let mut rivals = other.rivals;
    if inside.extrapolated {
        // Which of the two is right nobody has measured.
        rivals.push(Rival { share: RIVAL_SHARE, distance_m: apart_m });
    }
    ByPower::of_model(inside, rivals).widened()
}

/// Turns a position and its σ into radii that the map's own calibration stands for.
fn promise(map: &SnapshotSet, located: Located, n_known: usize) -> ByPower {
    let calibration = calibration(map);
    let own = located.own_radii(&calibration);
    let found = Found {
        place: located.place,
        radii: own,
        extrapolated: located.is_extrapolated(&calibration),
        floors: Floors::of(located.floor),
        height: None,
        method: Method::of(located.class),
        n_known: narrow(n_known),
        n_used: narrow(located.n_used),
    };
    ByPower { found, own, rivals: located.rivals }.widened()
}

/// What radii are worth in a map's answers; what its newest snapshot does not name is as without evidence.
pub fn calibration(map: &SnapshotSet) -> Calibration {
    let rows = map.meta().map(|meta| &meta.calibration);
    rows.map_or_else(Calibration::default, |rows| calibration_of(rows))
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
