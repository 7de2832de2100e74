//! How people get about: on pavements, in the street, through rooms, on a bus.

use crate::blocks::House;
use crate::census::Loop;
use crate::geometry::{Quad, Vec2, quad_point};
use crate::plan::Plan;
use crate::rng::Rng;

/// A way along points, with speeds and pauses.
#[derive(Debug)]
pub(crate) struct Way {
    points: Vec<Vec2>,
    leg: usize,
    along_m: f64,
    cruise_m_s: f64,
    speed_m_s: f64,
    pause_s: f64,
    /// Chance to pause at a point, and for how long at most.
    pauses: (f64, f64),
}

impl Way {
    fn new(points: Vec<Vec2>, cruise_m_s: f64, pauses: (f64, f64)) -> Self {
        let speed_m_s = cruise_m_s;
        Self { points, leg: 0, along_m: 0.0, cruise_m_s, speed_m_s, pause_s: 0.0, pauses }
    }

    /// A walk on pavements, changing sides now and then.
    pub(crate) fn walk(plan: &Plan, start: usize, length_m: f64, rng: &mut Rng) -> Self {
        let pieces = plan.wander(start, true, length_m, rng);
        let mut side = if rng.chance(0.5) { 1.0 } else { -1.0 };
        let mut points = Vec::with_capacity(2 * pieces.len());
        for (edge, from, to) in pieces {
            if rng.chance(0.2) {
                side = -side;
            }
            let half_m = plan.edges[edge].half_width_m;
            push_lane(
                plan,
                (from, to),
                side * (half_m + rng.between(0.3, 2.8)),
                half_m,
                &mut points,
            );
        }
        Self::new(points, rng.between(1.1, 1.6), (0.12, 40.0))
    }

    /// A drive in the right-hand lane, stopping at some corners.
    pub(crate) fn drive(plan: &Plan, start: usize, length_m: f64, rng: &mut Rng) -> Self {
        let pieces = plan.wander(start, false, length_m, rng);
        let mut points = Vec::with_capacity(2 * pieces.len());
        for (_, from, to) in pieces {
            push_lane(plan, (from, to), -2.2, 5.0, &mut points);
        }
        Self::new(points, rng.between(7.0, 13.5), (0.18, 30.0))
    }

    /// From room to room on one floor.
    pub(crate) fn rooms(house: &House, rng: &mut Rng) -> Self {
        let room = |rng: &mut Rng| {
            quad_point(&house.outline, rng.between(0.08, 0.92), rng.between(0.08, 0.92))
        };
        let points = (0..24).map(|_| room(rng)).collect();
        Self::new(points, rng.between(0.5, 1.0), (0.6, 150.0))
    }

    /// A surveyor's lines up and down a floor.
    pub(crate) fn survey(outline: &Quad, rng: &mut Rng) -> Self {
        let n_lines = 9;
        let shift = rng.between(0.02, 0.08);
        let points = (0..n_lines)
            .flat_map(|line| {
                let u = shift + 0.9 * f64::from(line) / f64::from(n_lines - 1);
                let ends = if line % 2 == 0 { [0.05, 0.95] } else { [0.95, 0.05] };
                ends.map(|v| quad_point(outline, u, v))
            })
            .collect();
        Self::new(points, 1.1, (0.0, 0.0))
    }

    /// Where and how fast now.
    pub(crate) fn state(&self) -> (Vec2, Vec2) {
        let (Some(from), Some(to)) = (self.points.get(self.leg), self.points.get(self.leg + 1))
        else {
            return (self.points.last().copied().unwrap_or_default(), Vec2::default());
        };
        let along = to.minus(*from).direction();
        let speed = if self.pause_s > 0.0 { 0.0 } else { self.speed_m_s };
        (from.plus(along.times(self.along_m)), along.times(speed))
    }

    /// Lets time pass; at the end of the way it is walked back.
    pub(crate) fn advance(&mut self, seconds: f64, rng: &mut Rng) {
        let mut left_s = seconds;
        // Each turn ends the time, a pause or a leg; the bound only guards against empty legs.
        for _ in 0..1_000 {
            if self.points.len() < 2 || left_s <= 0.0 {
                return;
            }
            if self.pause_s > 0.0 {
                let waited_s = self.pause_s.min(left_s);
                self.pause_s -= waited_s;
                left_s -= waited_s;
                continue;
            }
            let leg_m = self.points[self.leg].distance_m(self.points[self.leg + 1]);
            let ahead_m = leg_m - self.along_m;
            if self.speed_m_s * left_s < ahead_m {
                self.along_m += self.speed_m_s * left_s;
                return;
            }
            left_s -= ahead_m.max(0.0) / self.speed_m_s;
            self.next_leg(rng);
        }
    }

    fn next_leg(&mut self, rng: &mut Rng) {
        self.along_m = 0.0;
        self.leg += 1;
        if self.leg + 1 >= self.points.len() {
            self.points.reverse();
            self.leg = 0;
        }
        self.speed_m_s = self.cruise_m_s * rng.between(0.75, 1.15);
        if rng.chance(self.pauses.0) {
            self.pause_s = rng.between(0.1, 1.0) * self.pauses.1;
        }
    }
}

/// Both ends of a street piece, moved `offset_m` to the left and `trim_m` away from the corners.
fn push_lane(
    plan: &Plan,
    (from, to): (usize, usize),
    offset_m: f64,
    trim_m: f64,
    points: &mut Vec<Vec2>,
) {
    let (a, b) = (plan.corners[from], plan.corners[to]);
    let along = b.minus(a).direction();
    let aside = along.left().times(offset_m);
    points.push(a.plus(along.times(trim_m)).plus(aside));
    points.push(b.minus(along.times(trim_m)).plus(aside));
}

/// Where a rider of a loop is and how fast, at a second since the town's start.
pub(crate) fn ride(way: &Loop, second: f64) -> Option<(Vec2, Vec2)> {
    let (here, before) = (way.at(second)?, way.at(second - 2.0)?);
    Some((here, here.minus(before).times(0.5)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_moves_faster_than_their_way_allows() {
        let mut rng = Rng::new(5, 0);
        let plan = Plan::new(8, &mut rng);
        for (mut way, limit_m_s) in [
            (Way::walk(&plan, 10, 3_000.0, &mut rng), 1.9),
            (Way::drive(&plan, 10, 3_000.0, &mut rng), 15.6),
        ] {
            let mut total_m = 0.0;
            for _ in 0..600 {
                let (before, _) = way.state();
                way.advance(1.0, &mut rng);
                let step_m = way.state().0.distance_m(before);
                assert!(step_m <= limit_m_s, "{step_m}");
                total_m += step_m;
            }
            assert!(total_m > 0.4 * limit_m_s * 600.0 / 1.5, "{total_m}");
        }
    }
}
