//! How sure: covariances, and radii with their confidence.

/// Symmetric 2 × 2 covariance of a place, in m², axes east and north.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Covariance {
    /// Variance towards east, m².
    pub ee_m2: f64,
    /// Covariance of east and north, m².
    pub en_m2: f64,
    /// Variance towards north, m².
    pub nn_m2: f64,
}

impl Covariance {
    /// The same variance in every direction.
    pub const fn circular(variance_m2: f64) -> Self {
        Self { ee_m2: variance_m2, en_m2: 0.0, nn_m2: variance_m2 }
    }

    /// Standard deviation along the longest and the shortest axis, and the long axis' direction.
    ///
    /// # Units
    /// Metres, metres, radians counter-clockwise from east in (−π/2, π/2].
    pub fn axes(&self) -> (f64, f64, f64) {
        let mean = f64::midpoint(self.ee_m2, self.nn_m2);
        let half = (self.ee_m2 - self.nn_m2) / 2.0;
        let reach = half.hypot(self.en_m2);
        let angle = 0.5 * self.en_m2.atan2(half);
        ((mean + reach).max(0.0).sqrt(), (mean - reach).max(0.0).sqrt(), angle)
    }

    /// Root of the mean of the two variances: one number for "how wide", in metres.
    pub fn sigma_m(&self) -> f64 {
        f64::midpoint(self.ee_m2, self.nn_m2).max(0.0).sqrt()
    }
}

/// The probability a radius claims to hold the truth with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// 50 % (circular error probable).
    P50,
    /// 68 %, what Android's `getAccuracy` states.
    P68,
    /// 90 %, what emergency services ask for.
    P90,
    /// 95 %, what `accuracy` means on our wire.
    P95,
}

impl Confidence {
    /// All levels, rising.
    pub const ALL: [Self; 4] = [Self::P50, Self::P68, Self::P90, Self::P95];

    /// The probability.
    pub const fn probability(self) -> f64 {
        match self {
            Self::P50 => 0.50,
            Self::P68 => 0.68,
            Self::P90 => 0.90,
            Self::P95 => 0.95,
        }
    }

    /// Radius of a circular normal with unit standard deviation per axis that holds this share.
    ///
    /// # Source
    /// Rayleigh distribution: √(−2·ln(1 − p)).
    pub fn rayleigh(self) -> f64 {
        (-2.0 * (1.0 - self.probability()).ln()).sqrt()
    }
}

/// Radii in metres claimed to hold the truth with 50, 68, 90 and 95 % probability; rising.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Radii {
    by_level_m: [f64; 4],
}

impl Radii {
    /// Radii in the order of [`Confidence::ALL`]; a level below its predecessor is raised to it.
    pub fn rising(by_level_m: [f64; 4]) -> Self {
        let mut rising = by_level_m;
        for level in 1..4 {
            rising[level] = rising[level].max(rising[level - 1]);
        }
        Self { by_level_m: rising }
    }

    /// These radii, none beyond `bound_m`.
    #[must_use]
    pub fn within_m(self, bound_m: f64) -> Self {
        Self { by_level_m: self.by_level_m.map(|radius_m| radius_m.min(bound_m)) }
    }

    /// The radius of one level, in metres.
    pub const fn at_m(&self, level: Confidence) -> f64 {
        self.by_level_m[level as usize]
    }

    /// R95 in metres: `accuracy` on the wire.
    pub const fn r95_m(&self) -> f64 {
        self.by_level_m[3]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rayleigh_matches_the_known_ratio_of_r95_to_cep() {
        // House glossary: for a circular normal R95 = 2.08 CEP.
        let ratio = Confidence::P95.rayleigh() / Confidence::P50.rayleigh();
        assert!((ratio - 2.079).abs() < 0.001, "{ratio}");
    }

    #[test]
    fn axes_of_a_tilted_ellipse() {
        let tilted = Covariance { ee_m2: 5.0, en_m2: 4.0, nn_m2: 5.0 };
        let (long, short, angle) = tilted.axes();
        assert!((long - 3.0).abs() < 1e-9 && (short - 1.0).abs() < 1e-9);
        assert!((angle - std::f64::consts::FRAC_PI_4).abs() < 1e-9);
    }

    #[test]
    fn radii_never_fall_with_confidence() {
        let radii = Radii::rising([10.0, 8.0, 20.0, 15.0]);
        assert!((radii.at_m(Confidence::P68) - 10.0).abs() < 1e-9);
        assert!((radii.r95_m() - 20.0).abs() < 1e-9);
    }
}
