//! Houses along the streets, and the two large buildings.

use crate::geometry::{Quad, Vec2};
use crate::plan::{Plan, Use};
use crate::rng::Rng;

/// Width of the pavement between street and houses, in metres.
pub(crate) const PAVEMENT_M: f64 = 3.5;
/// Height of a storey in metres.
pub(crate) const STOREY_M: f64 = 3.0;

/// A building.
#[derive(Debug, Clone)]
pub(crate) struct House {
    /// Outline, counter-clockwise; the first side faces the street.
    pub(crate) outline: Quad,
    /// Storeys above ground, at least 1.
    pub(crate) n_floors: i8,
    /// Storeys below ground.
    pub(crate) n_basements: i8,
    /// Loss of the outer wall in dB.
    pub(crate) wall_db: f32,
    /// What it is for.
    pub(crate) kind: Use,
    /// 0 at the edge of the town, 1 in its middle.
    pub(crate) urban: f64,
}

impl House {
    /// Height of the roof in metres.
    pub(crate) fn height_m(&self) -> f64 {
        f64::from(self.n_floors) * STOREY_M + 1.0
    }

    /// Width along the street and depth, in metres.
    pub(crate) fn size_m(&self) -> (f64, f64) {
        let [a, b, _, d] = self.outline;
        (a.distance_m(b), a.distance_m(d))
    }

    /// Lowest and highest level, ground = 0.
    pub(crate) const fn levels(&self) -> (i8, i8) {
        (-self.n_basements, self.n_floors - 1)
    }
}

/// Builds all houses of a plan.
pub(crate) fn build(plan: &Plan, rng: &mut Rng) -> Vec<House> {
    let mut houses = Vec::new();
    for row in 0..plan.n_blocks {
        for column in 0..plan.n_blocks {
            let block = plan.block(column, row, PAVEMENT_M);
            let kind = plan.uses[row * plan.n_blocks + column];
            let urban = urbanity(plan, block[0].toward(block[2], 0.5), rng);
            match kind {
                Use::Houses => fill_block(&block, urban, rng, &mut houses),
                Use::Mall => houses.push(large(shrink(&block, 0.02, 0.02), kind, (3, 1))),
                Use::Terminus => houses.push(large(shrink(&block, 0.05, 0.25), kind, (2, 1))),
                Use::Park | Use::Square => {}
            }
        }
    }
    houses
}

/// How urban a place is: a bell around the centre, with neighbourhoods that differ.
fn urbanity(plan: &Plan, at: Vec2, rng: &mut Rng) -> f64 {
    let relative = at.length_m() / (0.72 * plan.half_side_m());
    ((-relative * relative).exp() + 0.12 * rng.gauss()).clamp(0.0, 1.0)
}

fn large(outline: Quad, kind: Use, (n_floors, n_basements): (i8, i8)) -> House {
    House { outline, n_floors, n_basements, wall_db: 11.0, kind, urban: 1.0 }
}

/// The block less a share of its width (`u`) and depth (`v`) on each side.
fn shrink(block: &Quad, u: f64, v: f64) -> Quad {
    [(u, v), (1.0 - u, v), (1.0 - u, 1.0 - v), (u, 1.0 - v)]
        .map(|(u, v)| crate::geometry::quad_point(block, u, v))
}

/// Rows of houses along the four sides, a courtyard inside.
fn fill_block(block: &Quad, urban: f64, rng: &mut Rng, houses: &mut Vec<House>) {
    for side in 0..4 {
        let (from, to) = (block[side], block[(side + 1) % 4]);
        let along = to.minus(from).direction();
        let corner_m = if side % 2 == 0 { 0.0 } else { 17.0 };
        let mut at_m = corner_m;
        let end_m = from.distance_m(to) - corner_m;
        while at_m < end_m - 8.0 {
            let width_m = rng.between(10.0, 22.0).min(end_m - at_m);
            houses.push(house(from.plus(along.times(at_m)), along, width_m, urban, rng));
            let gap = rng.chance(0.85 - 0.8 * urban);
            at_m += width_m + if gap { rng.between(3.0, 14.0) } else { 0.0 };
        }
    }
}

fn house(street_corner: Vec2, along: Vec2, width_m: f64, urban: f64, rng: &mut Rng) -> House {
    let depth = along.left().times(rng.between(9.0, 14.0));
    let width = along.times(width_m);
    let near = street_corner;
    let outline = [near, near.plus(width), near.plus(width).plus(depth), near.plus(depth)];
    let n_floors = (1.6 + urban * 4.2 * rng.between(0.6, 1.4)).clamp(1.0, 8.0) as i8;
    let n_basements = i8::from(rng.chance(0.25));
    let wall_db = rng.between(8.0, 12.0) as f32;
    House { outline, n_floors, n_basements, wall_db, kind: Use::Houses, urban }
}
