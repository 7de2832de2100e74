//! The street plan: a jittered grid with avenues, a park, a square and foot lanes; routes along it.

use crate::geometry::Vec2;
use crate::rng::Rng;

/// Half the width of an avenue, house to house without pavement, in metres.
const AVENUE_HALF_M: f64 = 11.0;
/// How far a corner is moved from the grid, standard deviation in metres.
const JITTER_M: f64 = 6.0;
/// Share of streets that only feet may use.
const FOOT_ONLY_SHARE: f64 = 0.05;

/// What stands in a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    Houses,
    Park,
    Square,
    Mall,
    /// The railway station.
    Terminus,
}

/// A piece of street between two corners.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge {
    pub(crate) ends: [usize; 2],
    pub(crate) half_width_m: f64,
    pub(crate) foot_only: bool,
}

/// Corners, streets and what each block is for.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Blocks per side.
    pub(crate) n_blocks: usize,
    /// Corners, row by row from the south-west.
    pub(crate) corners: Vec<Vec2>,
    pub(crate) edges: Vec<Edge>,
    /// Edges at each corner.
    pub(crate) at_corner: Vec<Vec<usize>>,
    /// Use of each block, row by row from the south-west.
    pub(crate) uses: Vec<Use>,
    /// Half width of the street along each grid line: eastward rows, then northward columns.
    rows_half_m: Vec<f64>,
    columns_half_m: Vec<f64>,
}

impl Plan {
    /// A plan of `n_blocks` × `n_blocks` blocks (at least 4) around the origin.
    pub(crate) fn new(n_blocks: usize, rng: &mut Rng) -> Self {
        let n_blocks = n_blocks.max(4);
        let (columns_m, columns_half_m) = lines(n_blocks, rng);
        let (rows_m, rows_half_m) = lines(n_blocks, rng);
        let mut corners = Vec::with_capacity((n_blocks + 1) * (n_blocks + 1));
        for north_m in &rows_m {
            for east_m in &columns_m {
                let jitter = Vec2::new(rng.gauss(), rng.gauss()).times(JITTER_M);
                corners.push(Vec2::new(*east_m, *north_m).plus(jitter));
            }
        }
        let uses = (0..n_blocks * n_blocks).map(|b| block_use(n_blocks, b)).collect();
        let mut plan = Self {
            n_blocks,
            corners,
            edges: Vec::new(),
            at_corner: Vec::new(),
            uses,
            rows_half_m,
            columns_half_m,
        };
        plan.lay_streets(rng);
        plan
    }

    fn lay_streets(&mut self, rng: &mut Rng) {
        let per_row = self.n_blocks + 1;
        for row in 0..per_row {
            for column in 0..per_row {
                let here = row * per_row + column;
                if column < self.n_blocks {
                    let foot = rng.chance(FOOT_ONLY_SHARE) || self.in_park(column, row, true);
                    self.lay(here, here + 1, self.rows_half_m[row], foot);
                }
                if row < self.n_blocks {
                    let foot = rng.chance(FOOT_ONLY_SHARE) || self.in_park(column, row, false);
                    self.lay(here, here + per_row, self.columns_half_m[column], foot);
                }
                let inside = row < self.n_blocks && column < self.n_blocks;
                let open = |u| matches!(u, Use::Park | Use::Square);
                if inside && open(self.uses[row * self.n_blocks + column]) {
                    self.lay(here, here + per_row + 1, 3.0, true);
                }
            }
        }
        self.at_corner = vec![Vec::new(); self.corners.len()];
        for (index, edge) in self.edges.iter().enumerate() {
            for end in edge.ends {
                self.at_corner[end].push(index);
            }
        }
    }

    fn lay(&mut self, from: usize, to: usize, half_width_m: f64, foot_only: bool) {
        self.edges.push(Edge { ends: [from, to], half_width_m, foot_only });
    }

    /// True when the street piece has park on both sides.
    fn in_park(&self, column: usize, row: usize, eastward: bool) -> bool {
        let park = |c: Option<usize>, r: Option<usize>| match (c, r) {
            (Some(c), Some(r)) if c < self.n_blocks && r < self.n_blocks => {
                self.uses[r * self.n_blocks + c] == Use::Park
            }
            _ => false,
        };
        let (c, r) = (Some(column), Some(row));
        if eastward {
            park(c, r) && park(c, row.checked_sub(1))
        } else {
            park(c, r) && park(column.checked_sub(1), r)
        }
    }

    /// The corners of a block, counter-clockwise from the south-west, moved in by the streets' width
    /// and a pavement of `pavement_m`.
    pub(crate) fn block(&self, column: usize, row: usize, pavement_m: f64) -> [Vec2; 4] {
        let per_row = self.n_blocks + 1;
        let corner = |c: usize, r: usize| self.corners[r * per_row + c];
        let west = self.columns_half_m[column] + pavement_m;
        let east = self.columns_half_m[column + 1] + pavement_m;
        let south = self.rows_half_m[row] + pavement_m;
        let north = self.rows_half_m[row + 1] + pavement_m;
        [
            corner(column, row).plus(Vec2::new(west, south)),
            corner(column + 1, row).plus(Vec2::new(-east, south)),
            corner(column + 1, row + 1).plus(Vec2::new(-east, -north)),
            corner(column, row + 1).plus(Vec2::new(west, -north)),
        ]
    }

    /// Distance from the centre to the middle of a side, in metres.
    pub(crate) fn half_side_m(&self) -> f64 {
        self.corners.iter().fold(0.0_f64, |most, c| most.max(c.east_m.abs()).max(c.north_m.abs()))
    }

    /// The corner nearest to a place.
    pub(crate) fn nearest_corner(&self, at: Vec2) -> usize {
        let far = |index: usize| self.corners[index].distance_m(at);
        (0..self.corners.len()).min_by(|a, b| far(*a).total_cmp(&far(*b))).unwrap_or(0)
    }

    /// Lines for drawing: each grid line, then the paths through park and square.
    pub(crate) fn lines(&self) -> Vec<Vec<Vec2>> {
        let per_row = self.n_blocks + 1;
        let row = |r: usize| (0..per_row).map(|c| self.corners[r * per_row + c]).collect();
        let column = |c: usize| (0..per_row).map(|r| self.corners[r * per_row + c]).collect();
        let diagonal = |edge: &&Edge| edge.ends[1] == edge.ends[0] + per_row + 1;
        let lanes = self.edges.iter().filter(diagonal);
        let lane = |edge: &Edge| edge.ends.map(|end| self.corners[end]).to_vec();
        (0..per_row).map(row).chain((0..per_row).map(column)).chain(lanes.map(lane)).collect()
    }

    /// A walk over the streets from a corner: mostly straight on, back only out of a dead end.
    ///
    /// Returns `(edge, from, to)` pieces of at least `length_m` together.
    pub(crate) fn wander(
        &self,
        start: usize,
        on_foot: bool,
        length_m: f64,
        rng: &mut Rng,
    ) -> Vec<(usize, usize, usize)> {
        let mut pieces: Vec<(usize, usize, usize)> = Vec::new();
        let (mut here, mut left_m) = (start, length_m);
        while left_m > 0.0 && pieces.len() < 2_000 {
            let came = pieces.last().map(|(edge, from, _)| (*edge, *from));
            let Some((edge, to)) = self.step(here, came, on_foot, rng) else { break };
            left_m -= self.corners[here].distance_m(self.corners[to]);
            pieces.push((edge, here, to));
            here = to;
        }
        pieces
    }

    fn step(
        &self,
        here: usize,
        came: Option<(usize, usize)>,
        on_foot: bool,
        rng: &mut Rng,
    ) -> Option<(usize, usize)> {
        let usable = |edge: &&usize| on_foot || !self.edges[**edge].foot_only;
        let ends = |edge: usize| self.edges[edge].ends;
        let other = |edge: usize| if ends(edge)[0] == here { ends(edge)[1] } else { ends(edge)[0] };
        let onward: Vec<usize> = (self.at_corner[here].iter().filter(usable))
            .copied()
            .filter(|edge| came.is_none_or(|(last, _)| *edge != last))
            .collect();
        if onward.is_empty() {
            return came;
        }
        let heading =
            came.map(|(_, from)| self.corners[here].minus(self.corners[from]).direction());
        let weight = |edge: &usize| {
            let turn = self.corners[other(*edge)].minus(self.corners[here]).direction();
            heading.map_or(1.0, |heading| if heading.dot(turn) > 0.7 { 2.5 } else { 1.0 })
        };
        let weights: Vec<f64> = onward.iter().map(weight).collect();
        let edge = onward[rng.weighted(&weights)];
        Some((edge, other(edge)))
    }
}

/// Positions of the grid lines around 0, and half the width of the street on each.
fn lines(n_blocks: usize, rng: &mut Rng) -> (Vec<f64>, Vec<f64>) {
    let mut at_m = vec![0.0];
    for line in 0..n_blocks {
        at_m.push(at_m[line] + rng.between(92.0, 142.0));
    }
    let middle = at_m[n_blocks] / 2.0;
    let first_avenue = rng.below(3);
    let half = |line: usize, rng: &mut Rng| {
        if line % 5 == first_avenue { AVENUE_HALF_M } else { rng.between(5.0, 7.5) }
    };
    let half_m = (0..=n_blocks).map(|line| half(line, rng)).collect();
    (at_m.into_iter().map(|m| m - middle).collect(), half_m)
}

fn block_use(n_blocks: usize, block: usize) -> Use {
    let (column, row) = (block % n_blocks, block / n_blocks);
    let middle = n_blocks / 2;
    let park_end = if n_blocks >= 7 { n_blocks / 4 + 2 } else { n_blocks / 4 + 1 };
    let park = n_blocks / 4..park_end;
    if (column, row) == (middle, middle) {
        Use::Square
    } else if (column, row) == (middle, middle - 1) {
        Use::Mall
    } else if (column, row) == (middle - 1, middle) {
        Use::Terminus
    } else if park.contains(&column) && park.contains(&row) {
        Use::Park
    } else {
        Use::Houses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_connected_and_cars_stay_off_foot_lanes() {
        let mut rng = Rng::new(1, 0);
        let plan = Plan::new(10, &mut rng);
        for start in [0, 17, 60] {
            let route = plan.wander(start, false, 5_000.0, &mut rng);
            assert!(route.len() > 20, "{}", route.len());
            assert!(route.iter().all(|(edge, _, _)| !plan.edges[*edge].foot_only));
            assert!(route.windows(2).all(|pair| pair[0].2 == pair[1].1));
        }
    }

    #[test]
    fn every_town_has_a_park_a_square_a_mall_and_a_station() {
        for n_blocks in 4..20 {
            let plan = Plan::new(n_blocks, &mut Rng::new(2, n_blocks as u64));
            for use_ in [Use::Park, Use::Square, Use::Mall, Use::Terminus, Use::Houses] {
                assert!(plan.uses.contains(&use_), "{n_blocks}: {use_:?}");
            }
        }
    }
}
