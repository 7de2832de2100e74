//! Plane geometry in metres east and north of the town's centre.

/// A point or a displacement, metres east and north.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Vec2 {
    /// Metres east.
    pub(crate) east_m: f64,
    /// Metres north.
    pub(crate) north_m: f64,
}

/// A convex four-sided outline, counter-clockwise.
pub(crate) type Quad = [Vec2; 4];

impl Vec2 {
    pub(crate) const fn new(east_m: f64, north_m: f64) -> Self {
        Self { east_m, north_m }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self::new(self.east_m + other.east_m, self.north_m + other.north_m)
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self::new(self.east_m - other.east_m, self.north_m - other.north_m)
    }

    pub(crate) fn times(self, factor: f64) -> Self {
        Self::new(self.east_m * factor, self.north_m * factor)
    }

    pub(crate) fn dot(self, other: Self) -> f64 {
        self.east_m * other.east_m + self.north_m * other.north_m
    }

    pub(crate) fn length_m(self) -> f64 {
        self.dot(self).sqrt()
    }

    pub(crate) fn distance_m(self, other: Self) -> f64 {
        self.minus(other).length_m()
    }

    /// Same direction, length 1 (or the zero vector).
    pub(crate) fn direction(self) -> Self {
        let length_m = self.length_m();
        if length_m > 1e-9 { self.times(1.0 / length_m) } else { Self::default() }
    }

    /// Turned a quarter to the left.
    pub(crate) const fn left(self) -> Self {
        Self::new(-self.north_m, self.east_m)
    }

    /// The point `t` of the way to `other`.
    pub(crate) fn toward(self, other: Self, t: f64) -> Self {
        self.plus(other.minus(self).times(t))
    }
}

/// The point at `(u, v)` of a quad, both 0 to 1, bilinear.
pub(crate) fn quad_point(quad: &Quad, u: f64, v: f64) -> Vec2 {
    quad[0].toward(quad[1], u).toward(quad[3].toward(quad[2], u), v)
}

/// True when the point is inside or on the edge.
pub(crate) fn quad_contains(quad: &Quad, point: Vec2) -> bool {
    (0..4).all(|side| {
        let (from, to) = (quad[side], quad[(side + 1) % 4]);
        to.minus(from).left().dot(point.minus(from)) >= 0.0
    })
}

/// South-west and north-east corner of the box around points.
pub(crate) fn bounds(points: &[Vec2]) -> (Vec2, Vec2) {
    points.iter().fold(
        (Vec2::new(f64::MAX, f64::MAX), Vec2::new(f64::MIN, f64::MIN)),
        |(low, high), p| {
            (
                Vec2::new(low.east_m.min(p.east_m), low.north_m.min(p.north_m)),
                Vec2::new(high.east_m.max(p.east_m), high.north_m.max(p.north_m)),
            )
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quad_holds_its_bilinear_points_and_not_its_neighbours() {
        let quad = [(0.0, 0.0), (10.0, 1.0), (9.0, 8.0), (1.0, 7.0)].map(|(e, n)| Vec2::new(e, n));
        for (u, v) in [(0.1, 0.1), (0.5, 0.5), (0.9, 0.2), (0.3, 0.95)] {
            assert!(quad_contains(&quad, quad_point(&quad, u, v)), "{u} {v}");
        }
        assert!(!quad_contains(&quad, Vec2::new(-1.0, 3.0)));
        assert!(!quad_contains(&quad, Vec2::new(5.0, 9.0)));
    }
}
