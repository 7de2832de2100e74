//! Where a phone is, from the transmitters it hears.
//!
//! Each transmitter draws a disc around its believed place ([`Physics::disc_m`] widened by how unsure
//! that place is); the phone is at the robust meeting point of the discs. Transmitters that no single
//! place can hear together fall into different groups, and each group is a hypothesis of its own.

use crate::meet;
use crate::physics::Physics;
use cairn_ground::{Covariance, Enu, TransmitterKind};

/// A known transmitter that the phone hears.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anchor {
    /// Where it is believed to stand.
    pub at: Enu,
    /// How sure that is, m².
    pub covariance: Covariance,
    /// How far it is heard, m.
    pub reach_m: f64,
    /// Power received at 1 m, dBm, when known.
    pub reference_dbm: Option<f64>,
    /// What it is.
    pub kind: TransmitterKind,
    /// Received power now, dBm, when stated.
    pub rssi_dbm: Option<f64>,
    /// How far the phone may have moved since the reading, m (standard deviation per axis).
    pub moved_m: f64,
    /// Trust in the transmitter, 0 to 1 (long unheard ones count less).
    pub trust: f64,
    /// The box it sits in: anchors of one box together count as one.
    pub device: u64,
}

impl Anchor {
    /// The physics of its kind, and the power received at 1 m, dBm: its own where it is known.
    #[inline]
    pub(crate) fn radio(&self) -> (&'static Physics, f64) {
        let physics = Physics::of(self.kind);
        (physics, self.reference_dbm.unwrap_or(physics.reference_dbm))
    }
}

/// Indexes of anchors, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Members {
    /// Whole, so that the derived order is that of the lists: what is not used is 0 and comes before all.
    places: [u16; ANCHORS_MAX],
    n: u16,
}

impl Members {
    const NONE: Self = Self { places: [0; ANCHORS_MAX], n: 0 };

    /// Adds an anchor's index; there is room for all that take part.
    fn push(&mut self, index: u16) {
        if let Some(place) = self.places.get_mut(usize::from(self.n)) {
            *place = index;
            self.n += 1;
        }
    }

    /// How many.
    pub fn len(&self) -> usize {
        usize::from(self.n)
    }

    /// True without any.
    pub const fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// The indexes.
    pub fn iter(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        self.places[..self.len()].iter().map(|index| usize::from(*index))
    }
}

/// One consistent explanation of what is heard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hypothesis {
    /// Where the phone would be.
    pub at: Enu,
    /// How sure, before calibration, m².
    pub covariance: Covariance,
    /// Number of boxes that agree.
    pub n_devices: usize,
    /// Sum of the trust that agrees: how hypotheses are weighed.
    pub support: f64,
    /// Indexes of the anchors that agree.
    pub members: Members,
}

/// Memory of a solve, used again by the next one; what is in it decides nothing.
#[derive(Debug, Default)]
pub struct Scratch {
    order: Vec<u16>,
    bounds: Vec<Bounds>,
    groups: Vec<Group>,
    meeting: meet::Scratch,
    found: Vec<Hypothesis>,
}

/// What of an anchor decides whether it contradicts another, m.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    heard_m: f64,
    sigma_m: f64,
}

/// Most anchors of one query that take part; beyond it the weakest readings are left out.
/// Source: Android lists rarely pass 100 networks, and the weakest add nothing (evaluation study §1.3).
pub const ANCHORS_MAX: usize = 96;
/// Share of their joint reach that two transmitters may stand apart before they contradict each other.
/// Source: reach is a 95 % quantile of few votes and so falls short; 1.4 measured best.
pub(crate) const REACH_SLACK: f64 = 1.4;

/// Finds the explanations of what is heard, best supported first.
///
/// # Shape
/// `anchors`: at most [`ANCHORS_MAX`] are used, strongest first; one frame.
/// # Cost
/// O(n²) comparisons for the grouping, O(n) per round for the rest; no allocation once `scratch` has grown.
pub fn hypotheses<'a>(anchors: &[Anchor], scratch: &'a mut Scratch) -> &'a mut Vec<Hypothesis> {
    let Scratch { order, bounds, groups, meeting, found } = scratch;
    strongest(anchors, order);
    bounds.clear();
    bounds.extend(anchors.iter().map(|anchor| Bounds {
        heard_m: heard_within_m(anchor),
        sigma_m: anchor.covariance.sigma_m(),
    }));
    group(anchors, bounds, order, groups);
    found.clear();
    found.extend(groups.iter().filter_map(|group| meet::meet(anchors, &group.members, meeting)));
    sort(found);
    found
}

/// The best supported first.
pub fn sort(found: &mut [Hypothesis]) {
    found.sort_unstable_by(|a, b| {
        b.support.total_cmp(&a.support).then_with(|| a.members.cmp(&b.members))
    });
}

/// Indexes of the anchors used, strongest reading first.
fn strongest(anchors: &[Anchor], order: &mut Vec<u16>) {
    order.clear();
    order.extend((0..=u16::MAX).take(anchors.len()));
    let power = |i: u16| anchors[usize::from(i)].rssi_dbm.unwrap_or(f64::NEG_INFINITY);
    order.sort_unstable_by(|a, b| power(*b).total_cmp(&power(*a)).then(a.cmp(b)));
    order.truncate(ANCHORS_MAX);
}

/// Splits the anchors into groups that one place can hear together.
///
/// Greedy complete linkage, strongest first: an anchor joins the first group of which it contradicts
/// no more than a quarter.
fn group(anchors: &[Anchor], bounds: &[Bounds], order: &[u16], groups: &mut Vec<Group>) {
    groups.clear();
    for &index in order {
        let i = usize::from(index);
        let (at, own) = (anchors[i].at, bounds[i]);
        let contradicts = |j: &usize| contradict((at, &own), (anchors[*j].at, &bounds[*j]));
        let home = groups.iter_mut().find(|group| {
            let members = &group.members;
            group.is_near(at, &own)
                || 4 * members.iter().filter(|j| contradicts(j)).count() <= members.len()
        });
        match home {
            Some(group) => group.push(index, at, &own),
            None => groups.push(Group::alone(index, at, own)),
        }
    }
}

/// Anchors that one place can hear together, within a rectangle.
#[derive(Debug)]
struct Group {
    members: Members,
    /// The corners of the rectangle.
    south_west: Enu,
    north_east: Enu,
    /// The least of the members'.
    least: Bounds,
}

impl Group {
    fn alone(index: u16, at: Enu, least: Bounds) -> Self {
        let mut members = Members::NONE;
        members.push(index);
        Self { members, south_west: at, north_east: at, least }
    }

    fn push(&mut self, index: u16, at: Enu, bounds: &Bounds) {
        self.members.push(index);
        let Self { south_west, north_east, least, .. } = self;
        south_west.east_m = south_west.east_m.min(at.east_m);
        south_west.north_m = south_west.north_m.min(at.north_m);
        north_east.east_m = north_east.east_m.max(at.east_m);
        north_east.north_m = north_east.north_m.max(at.north_m);
        least.heard_m = least.heard_m.min(bounds.heard_m);
        least.sigma_m = least.sigma_m.min(bounds.sigma_m);
    }

    /// True when an anchor is near enough to the farthest corner for the least of the bounds: then it contradicts
    /// none, for each step of [`contradict`] rounds what is more to no less.
    fn is_near(&self, at: Enu, bounds: &Bounds) -> bool {
        let farther = |place: f64, low: f64, high: f64| {
            if (place - low).abs() > (place - high).abs() { low } else { high }
        };
        let (low, high) = (self.south_west, self.north_east);
        let corner = Enu {
            east_m: farther(at.east_m, low.east_m, high.east_m),
            north_m: farther(at.north_m, low.north_m, high.north_m),
        };
        !contradict((at, bounds), (corner, &self.least))
    }
}

/// True when no place is within reach of both.
#[expect(clippy::suboptimal_flops, reason = "as in `meet`, asked for every pair")]
fn contradict(a: (Enu, &Bounds), b: (Enu, &Bounds)) -> bool {
    let sure_m = 2.0 * (a.1.sigma_m + b.1.sigma_m);
    let most_m = REACH_SLACK * (a.1.heard_m + b.1.heard_m) + sure_m;
    let (east_m, north_m) = (a.0.east_m - b.0.east_m, a.0.north_m - b.0.north_m);
    east_m * east_m + north_m * north_m > most_m * most_m
}

/// How far a transmitter is heard, m: within its reach, and where few walked as far as its power says.
pub(crate) fn heard_within_m(anchor: &Anchor) -> f64 {
    let (physics, reference_dbm) = anchor.radio();
    anchor.reach_m.max(physics.audible_m(reference_dbm).min(physics.disc_max_m))
}

/// The farthest from where a transmitter is believed that a phone can be that hears it, m.
pub(crate) fn allowed_m(anchor: &Anchor) -> f64 {
    let slack_m = 2.0 * anchor.covariance.sigma_m().hypot(anchor.moved_m);
    REACH_SLACK.mul_add(heard_within_m(anchor), slack_m)
}

#[cfg(test)]
#[path = "solve_tests.rs"]
mod tests;
