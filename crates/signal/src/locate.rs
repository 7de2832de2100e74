//! From known transmitters to one position or a typed refusal: the rules that learning and serving share.
//!
//! Not here: looking transmitters up (`answer` in a snapshot, `radiomap` when it measures itself).

use crate::anchors::{fill, is_sure};
use crate::class::Class;
use crate::located::{Located, floor};
use crate::rival::{cells_elsewhere, cells_in_favor, contested, spoken_for};
use crate::scale::residual_db;
use crate::solve::{self, Anchor, Members, allowed_m, hypotheses};
use cairn_ground::{
    Covariance, Day, Enu, Floor, LatLng, LocalFrame, Mobility, RttRange, TransmitterKind,
};

/// A transmitter that is heard, with what is believed of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Known {
    /// What it is.
    pub kind: TransmitterKind,
    /// The box it sits in; equal for the virtual networks of one box.
    pub device: u64,
    /// Where it is believed to stand.
    pub place: LatLng,
    /// How sure that is.
    pub covariance: Covariance,
    /// How far it is heard, m.
    pub reach_m: f64,
    /// Power received at 1 m, dBm, when known.
    pub reference_dbm: Option<f64>,
    /// Whether it stays where it is.
    pub mobility: Mobility,
    /// Day of the newest evidence.
    pub last_day: Day,
    /// Level of the building, when known.
    pub floor: Option<Floor>,
    /// Received power now, dBm, when stated.
    pub rssi_dbm: Option<f64>,
    /// How long ago it was heard, ms; the sign is ignored.
    pub age_ms: i32,
    /// The distance that was measured to it, when one was; what it says comes after ([`crate::ranging`]).
    pub range: Option<RttRange>,
}

impl Known {
    /// How far the phone may have moved since it heard it, m.
    pub fn moved_m(&self) -> f64 {
        f64::from(self.age_ms.unsigned_abs()) / 1_000.0 * WALK_M_S
    }
}

/// Why there is no position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Fewer boxes known than an answer needs.
    TooFewKnown {
        /// Boxes known.
        known: usize,
        /// Boxes needed.
        needed: usize,
    },
    /// The known transmitters contradict each other, no two boxes agree.
    Inconsistent {
        /// Groups that contradict each other.
        groups: usize,
    },
}

/// Boxes that must agree before a Wi-Fi or Bluetooth answer is given (A3).
/// Source: the privacy rule of the architecture, §3.7.
pub const DEVICES_MIN: usize = 2;
/// Speed at which an old reading's place is taken to drift, m/s.
/// Source: Bohannon, *Comfortable and maximum walking speed*, Age and Ageing 26 (1997): 1.4 m/s.
pub const WALK_M_S: f64 = 1.4;
/// Degrees of latitude over which a plane is true enough. Source: geometry, at 60° it stretches what is east by 1.5 %.
const STRETCH_DEG: f64 = 0.5;
/// Support that cells elsewhere have more than boxes before they answer instead. Source: choice, half a transmitter:
/// support is a little less than the number of those who agree, and of as many boxes as cells the boxes answer, widely.
const CELLS_OUTVOTE: f64 = 0.5;

/// Memory of an answer, used again by the next one; what is in it decides nothing.
#[derive(Debug, Default)]
pub struct Scratch {
    near: Vec<Known>,
    cells: Vec<Known>,
    anchors: Vec<Anchor>,
    cell_anchors: Vec<Anchor>,
    devices: Vec<u64>,
    latitudes: Vec<f64>,
    votes: Vec<(Floor, f64)>,
    solve: solve::Scratch,
}

/// Locates a phone by what it hears; pure (A1).
///
/// Wi-Fi and Bluetooth are solved together and answer when two boxes agree (A3); cells answer
/// otherwise, one is enough: a cell is public and covers hundreds of homes.
///
/// # Errors
/// A [`Refusal`], which is an answer and not a failure.
pub fn locate(known: &[Known]) -> Result<Located, Refusal> {
    locate_in(known, &mut Scratch::default())
}

/// [`locate`] in the memory of answers before.
///
/// # Errors
/// As [`locate`].
///
/// # Cost
/// No allocation once `scratch` has grown, but for explanations that contest the answer.
pub fn locate_in(known: &[Known], scratch: &mut Scratch) -> Result<Located, Refusal> {
    let fixed = || known.iter().filter(|k| k.mobility != Mobility::Moving);
    scratch.near.clear();
    scratch.near.extend(fixed().filter(|k| !k.kind.is_cell()));
    scratch.cells.clear();
    scratch.cells.extend(fixed().filter(|k| k.kind.is_cell()));
    let newest = fixed().map(|k| k.last_day).max().unwrap_or(Day::new(0));
    match locate_near(newest, scratch) {
        Err(refusal) => locate_cells(newest, scratch, None).ok_or(refusal),
        found => found,
    }
}

/// Answers from Wi-Fi and Bluetooth.
fn locate_near(newest: Day, scratch: &mut Scratch) -> Result<Located, Refusal> {
    let Scratch { near, cells, anchors, cell_anchors, devices, latitudes, votes, solve } = scratch;
    let known = n_devices(near, devices);
    if known < DEVICES_MIN {
        return Err(Refusal::TooFewKnown { known, needed: DEVICES_MIN });
    }
    let frame = LocalFrame::at(amid(near, latitudes));
    fill(anchors, &frame, near.iter(), newest);
    // One voice's cells are not asked about boxes that many may have heard: anybody can invent a mast.
    fill(cell_anchors, &frame, cells.iter().filter(|cell| is_sure(cell)), newest);
    let rivals = hypotheses(anchors, solve);
    let groups = rivals.len();
    rivals.retain(|h| h.n_devices >= DEVICES_MIN);
    for rival in &mut *rivals {
        rival.support += cells_in_favor(cell_anchors, rival.at);
    }
    solve::sort(rivals);
    let best = rivals.first().ok_or(Refusal::Inconsistent { groups })?;
    let elsewhere = cells_elsewhere(cell_anchors, best.at);
    if elsewhere.is_some_and(|(_, support)| support >= best.support + CELLS_OUTVOTE) {
        let boxes = (frame.latlng_from_enu(best.at), best.support);
        cells.retain(is_sure);
        return locate_cells(newest, scratch, Some(boxes)).ok_or(Refusal::Inconsistent { groups });
    }
    let members = || best.members.iter().map(|i| &near[i]);
    Ok(Located {
        place: frame.latlng_from_enu(best.at),
        covariance: best.covariance,
        rivals: contested(best, rivals[1..].iter().map(spoken_for).chain(elsewhere)),
        bound_m: bound_m(&best.members, anchors, best.at),
        residual_db: residual_db(&best.members, anchors, best.at),
        class: Class::near(members().all(|k| k.kind == TransmitterKind::Ble), best.n_devices),
        floor: floor(members(), votes),
        n_used: best.members.len(),
    })
}

/// Answers from cells alone; `boxes` stand elsewhere and have less support.
fn locate_cells(
    newest: Day,
    scratch: &mut Scratch,
    boxes: Option<(LatLng, f64)>,
) -> Option<Located> {
    let Scratch { cells, cell_anchors, solve, .. } = scratch;
    let frame = LocalFrame::at(cells.first()?.place);
    fill(cell_anchors, &frame, cells.iter(), newest);
    let rivals = hypotheses(cell_anchors, solve);
    let best = rivals.first()?;
    let boxes = boxes.map(|(place, support)| (frame.enu_from_latlng(place), support));
    Some(Located {
        place: frame.latlng_from_enu(best.at),
        covariance: best.covariance,
        rivals: contested(best, rivals[1..].iter().map(spoken_for).chain(boxes)),
        bound_m: None,
        residual_db: 0.0,
        class: Class::cells(best.n_devices),
        floor: None,
        n_used: best.members.len(),
    })
}

/// The first place, or where another lies far north or south of it, the one whose latitude is the median of theirs: a
/// stranger's would stretch what is east and west.
fn amid(known: &[Known], latitudes: &mut Vec<f64>) -> LatLng {
    let latitude = |k: &Known| k.place.lat_deg();
    let first = latitude(&known[0]);
    if known.iter().all(|k| (latitude(k) - first).abs() < STRETCH_DEG) {
        return known[0].place;
    }
    latitudes.clear();
    latitudes.extend(known.iter().map(latitude));
    let middle = latitudes.len() / 2;
    let (_, median, _) = latitudes.select_nth_unstable_by(middle, f64::total_cmp);
    let one = known.iter().find(|k| latitude(k) >= *median && latitude(k) <= *median);
    one.unwrap_or(&known[0]).place
}

/// Boxes among the transmitters.
fn n_devices(known: &[Known], devices: &mut Vec<u64>) -> usize {
    devices.clear();
    devices.extend(known.iter().map(|k| k.device));
    devices.sort_unstable();
    devices.dedup();
    devices.len()
}

/// The farthest from `at` that a phone can be and still hear the members: the least of what each allows.
fn bound_m(members: &Members, anchors: &[Anchor], at: Enu) -> Option<f64> {
    let allowed = members.iter().map(|i| anchors[i].at.distance_m(at) + allowed_m(&anchors[i]));
    allowed.min_by(f64::total_cmp)
}

#[cfg(test)]
#[path = "locate_tests.rs"]
mod tests;
