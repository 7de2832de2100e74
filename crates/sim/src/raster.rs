//! The town as squares: which house stands where, how much house a ray crosses, how open the sky is.

use crate::blocks::House;
use crate::geometry::{Vec2, bounds, quad_contains};

/// Side of a square in metres.
const SQUARE_M: f64 = 3.5;
/// Side of a square of the sky map in metres.
const SKY_SQUARE_M: f64 = 6.0;
/// How far the sky map looks for houses, in metres.
const SKY_REACH_M: f64 = 60.0;
/// No house.
pub(crate) const OUTDOORS: u32 = u32::MAX;

/// Houses and sky by square.
#[derive(Debug)]
pub(crate) struct Raster {
    half_m: f64,
    n: usize,
    house: Vec<u32>,
    height_m: Vec<f32>,
    n_sky: usize,
    sky_blocked: Vec<f32>,
}

impl Raster {
    /// Paints the houses of a town that reaches `half_side_m` from its centre.
    pub(crate) fn new(half_side_m: f64, houses: &[House]) -> Self {
        let half_m = half_side_m + 70.0;
        let n = (2.0 * half_m / SQUARE_M).ceil() as usize;
        let n_sky = (2.0 * half_m / SKY_SQUARE_M).ceil() as usize;
        let mut raster = Self {
            half_m,
            n,
            house: vec![OUTDOORS; n * n],
            height_m: vec![0.0; n * n],
            n_sky,
            sky_blocked: Vec::new(),
        };
        for (index, house) in houses.iter().enumerate() {
            raster.paint(index as u32, house);
        }
        raster.sky_blocked = (0..n_sky * n_sky)
            .map(|square| {
                let (x, y) = ((square % n_sky) as f64 + 0.5, (square / n_sky) as f64 + 0.5);
                let at = Vec2::new(x * SKY_SQUARE_M - half_m, y * SKY_SQUARE_M - half_m);
                raster.look_up(at)
            })
            .collect();
        raster
    }

    fn paint(&mut self, index: u32, house: &House) {
        let (low, high) = bounds(&house.outline);
        let line = |m: f64| (((m + self.half_m) / SQUARE_M).max(0.0) as usize).min(self.n - 1);
        for row in line(low.north_m)..=line(high.north_m) {
            for column in line(low.east_m)..=line(high.east_m) {
                let middle = Vec2::new(
                    (column as f64 + 0.5) * SQUARE_M - self.half_m,
                    (row as f64 + 0.5) * SQUARE_M - self.half_m,
                );
                if quad_contains(&house.outline, middle) {
                    self.house[row * self.n + column] = index;
                    self.height_m[row * self.n + column] = house.height_m() as f32;
                }
            }
        }
    }

    fn square(&self, at: Vec2) -> Option<usize> {
        let x = (at.east_m + self.half_m) / SQUARE_M;
        let y = (at.north_m + self.half_m) / SQUARE_M;
        let inside = x >= 0.0 && y >= 0.0 && x < self.n as f64 && y < self.n as f64;
        inside.then(|| y as usize * self.n + x as usize)
    }

    /// Metres of a ray inside houses other than the two its ends are in; rays over a roof pass.
    /// Stops counting at `enough_m`.
    ///
    /// # Cost
    /// One look-up per 3.5 m.
    pub(crate) fn through_m(&self, a: (Vec2, f64, u32), b: (Vec2, f64, u32), enough_m: f64) -> f64 {
        let length_m = a.0.distance_m(b.0);
        let n_steps = (length_m / SQUARE_M) as usize;
        let n_enough = (enough_m / SQUARE_M).ceil() as usize;
        let (share, mut n_inside) = (1.0 / n_steps as f64, 0);
        for step in 1..n_steps {
            if n_inside >= n_enough {
                break;
            }
            let t = step as f64 * share;
            let Some(square) = self.square(a.0.toward(b.0, t)) else { continue };
            let house = self.house[square];
            if house == OUTDOORS || house == a.2 || house == b.2 {
                continue;
            }
            n_inside += usize::from(f64::from(self.height_m[square]) > a.1 + (b.1 - a.1) * t);
        }
        n_inside as f64 * SQUARE_M
    }

    /// Share of the sky's elevation that houses hide, averaged over eight directions, 0 to 1.
    fn look_up(&self, at: Vec2) -> f32 {
        let diagonal = std::f64::consts::FRAC_1_SQRT_2;
        let directions = [(1.0, 0.0), (diagonal, diagonal), (0.0, 1.0), (-diagonal, diagonal)];
        let mut sum = 0.0;
        for (east, north) in directions {
            for sign in [1.0, -1.0] {
                let ray = Vec2::new(east, north).times(sign);
                let mut steepest = 0.0_f64;
                let mut distance_m = SQUARE_M;
                while distance_m < SKY_REACH_M {
                    if let Some(square) = self.square(at.plus(ray.times(distance_m))) {
                        let height_m = f64::from(self.height_m[square]) - 1.5;
                        steepest = steepest.max(height_m / distance_m);
                    }
                    distance_m += SQUARE_M;
                }
                sum += steepest.atan() / std::f64::consts::FRAC_PI_2;
            }
        }
        (sum / 8.0) as f32
    }

    /// Radius in metres that holds 68 % of a satellite receiver's fixes outdoors at a place: 3 m under
    /// an open sky, 19 m deep between tall houses.
    ///
    /// # Source
    /// The span of phones' errors in open and urban places: K. Merry and P. Bettinger, *Smartphone
    /// GPS accuracy study in an urban environment*, PLOS ONE 14 (2019); the curve is our choice.
    pub(crate) fn gnss_r68_m(&self, at: Vec2) -> f64 {
        let line = |m: f64| (m + self.half_m) / SKY_SQUARE_M;
        let (x, y) = (line(at.east_m), line(at.north_m));
        let n_sky = self.n_sky as f64;
        if x < 0.0 || y < 0.0 || x >= n_sky || y >= n_sky {
            return 3.0;
        }
        let blocked = f64::from(self.sky_blocked[y as usize * self.n_sky + x as usize]);
        let depth = ((blocked - 0.05) / 0.38).clamp(0.0, 1.0);
        3.0 + 16.0 * depth
    }
}
