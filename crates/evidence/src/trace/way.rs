//! Where the phone was at an instant: on the way between two fixes, or about the nearest.

use super::smooth;
use super::stop::{Stop, seconds};
use crate::clean::on_grid;
use crate::limits::{BRIDGE_M2_PER_S, SPEED_ASSUMED_M_S};
use crate::spread;
use cairn_ground::{Enu, LatLng, LocalFrame};
use cairn_report::{Fix, Observation};

/// Where a phone was when it heard something.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Whereabouts {
    /// The place, to 1e-7 degrees.
    pub(crate) place: LatLng,
    /// Its standard deviation per axis, m.
    pub(crate) sigma_m: f64,
    /// Seconds to the nearest fix when no two fixes enclose the instant; else none.
    pub(crate) beyond_s: f64,
    /// Metres the phone may have gone since, or strayed from the way between.
    pub(crate) strayed_m: f64,
}

impl Whereabouts {
    /// About a fix that is on no way.
    pub(crate) fn about(fix: &Fix, observation: &Observation) -> Self {
        let strayed_m = spread::gap_m(fix, observation);
        Self {
            place: on_grid(fix.place),
            sigma_m: spread::fix_sigma_m(fix).hypot(strayed_m),
            beyond_s: spread::gap_s(fix, observation),
            strayed_m,
        }
    }
}

/// A stop as the way has it: smoothed when it was measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) at_ms: i64,
    pub(super) at: Enu,
    pub(super) sigma_m: f64,
    pub(super) speed_m_s: f64,
    /// Metres per second east and north, and their standard deviation; none on a way that was set.
    pub(super) velocity: Option<(Enu, f64)>,
    /// Spectral density of the acceleration on the way to the next stop, m²/s³.
    pub(super) jolt: f64,
}

/// One way.
#[derive(Debug)]
pub(crate) struct Trace {
    frame: LocalFrame,
    nodes: Vec<Node>,
    /// How many times too small the radii are that its fixes claim; at least 1.
    pub(super) claim_factor: f64,
}

impl Trace {
    /// The way through stops, of which there is at least one, in the order of time.
    pub(super) fn of(stops: &[&Stop]) -> Self {
        let frame = LocalFrame::at(stops[0].place);
        let raw: Vec<Node> = stops.iter().map(|stop| raw(&frame, stop)).collect();
        let (nodes, claim_factor) =
            if stops[0].is_set { (raw, 1.0) } else { smooth::smoothed(raw) };
        Self { frame, nodes, claim_factor }
    }

    /// Where the phone was.
    pub(super) fn at(&self, at_ms: i64) -> Whereabouts {
        let next = self.nodes.partition_point(|node| node.at_ms <= at_ms);
        match (next.checked_sub(1).map(|last| &self.nodes[last]), self.nodes.get(next)) {
            (Some(last), Some(next)) => self.between(last, next, at_ms),
            (Some(node), None) | (None, Some(node)) => self.beyond(node, at_ms),
            (None, None) => self.beyond(&nowhere(), at_ms),
        }
    }

    fn beyond(&self, node: &Node, at_ms: i64) -> Whereabouts {
        let beyond_s = seconds(node.at_ms, at_ms).abs();
        let strayed_m = node.speed_m_s * beyond_s;
        let sigma_m = node.sigma_m.hypot(strayed_m);
        Whereabouts { place: self.place(node.at), sigma_m, beyond_s, strayed_m }
    }

    fn between(&self, a: &Node, b: &Node, at_ms: i64) -> Whereabouts {
        let whole_s = seconds(a.at_ms, b.at_ms);
        let share = (seconds(a.at_ms, at_ms) / whole_s).clamp(0.0, 1.0);
        let (at, strayed_m) = match (a.velocity, b.velocity) {
            (Some(from), Some(to)) => curve((a, from), (b, to), share, whole_s),
            _ => straight(a, b, share, whole_s),
        };
        let sigma_m = mixed(a.sigma_m, b.sigma_m, share).hypot(strayed_m);
        Whereabouts { place: self.place(at), sigma_m, beyond_s: 0.0, strayed_m }
    }

    fn place(&self, at: Enu) -> LatLng {
        on_grid(self.frame.latlng_from_enu(at))
    }
}

/// A stop as it stands.
fn raw(frame: &LocalFrame, stop: &Stop) -> Node {
    Node {
        at_ms: stop.at_ms,
        at: frame.enu_from_latlng(stop.place),
        sigma_m: stop.sigma_m,
        speed_m_s: f64::from(stop.speed_m_s.unwrap_or(SPEED_ASSUMED_M_S)),
        velocity: None,
        jolt: 0.0,
    }
}

/// What a way without stops would be: a way has one.
const fn nowhere() -> Node {
    let at = Enu::ZERO;
    Node { at_ms: 0, at, sigma_m: 0.0, speed_m_s: 0.0, velocity: None, jolt: 0.0 }
}

/// On the straight line, and how far one strays from it.
///
/// # Source
/// A Brownian bridge: variance D · t · (T − t) / T.
fn straight(a: &Node, b: &Node, share: f64, whole_s: f64) -> (Enu, f64) {
    let at = Enu {
        east_m: mixed(a.at.east_m, b.at.east_m, share),
        north_m: mixed(a.at.north_m, b.at.north_m, share),
    };
    (at, (BRIDGE_M2_PER_S * whole_s * share * (1.0 - share)).sqrt())
}

/// On the curve that leaves and arrives with the smoothed velocities, and how far one strays from it.
///
/// # Source
/// The mean of a motion with white acceleration pinned at both ends is the cubic Hermite polynomial, its
/// variance q · t³ · (T − t)³ / (3 · T³): Rasmussen and Williams, *Gaussian Processes for Machine
/// Learning* (2006), § 6.3.1 (splines), pinned.
fn curve(a: (&Node, (Enu, f64)), b: (&Node, (Enu, f64)), share: f64, whole_s: f64) -> (Enu, f64) {
    let ((a, (leaving, leaving_sigma)), (b, (arriving, arriving_sigma))) = (a, b);
    let rest = 1.0 - share;
    let leave_s = share * rest * rest * whole_s;
    let arrive_s = -share * share * rest * whole_s;
    let blend = share * share * 2.0f64.mul_add(-share, 3.0);
    let axis = |from: f64, to: f64, leaving: f64, arriving: f64| {
        leave_s.mul_add(leaving, arrive_s.mul_add(arriving, mixed(from, to, blend)))
    };
    let at = Enu {
        east_m: axis(a.at.east_m, b.at.east_m, leaving.east_m, arriving.east_m),
        north_m: axis(a.at.north_m, b.at.north_m, leaving.north_m, arriving.north_m),
    };
    let pinned = a.jolt * (share * rest).powi(3) * whole_s.powi(3) / 3.0;
    let velocity_m = (leave_s * leaving_sigma).hypot(arrive_s * arriving_sigma);
    (at, velocity_m.hypot(pinned.sqrt()))
}

/// `share` of the way from one number to another.
fn mixed(from: f64, to: f64, share: f64) -> f64 {
    share.mul_add(to - from, from)
}
