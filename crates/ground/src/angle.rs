//! Angles that carry their unit.

use std::f64::consts::PI;

/// An angle in degrees.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
#[repr(transparent)]
pub struct Degrees(pub f64);

/// An angle in radians.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
#[repr(transparent)]
pub struct Radians(pub f64);

impl Degrees {
    /// The same angle in radians.
    pub fn to_radians(self) -> Radians {
        Radians(self.0 * (PI / 180.0))
    }
}

impl Radians {
    /// The same angle in degrees.
    pub fn to_degrees(self) -> Degrees {
        Degrees(self.0 * (180.0 / PI))
    }
}
