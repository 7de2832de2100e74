//! Power, length and floors, each as a type of its own.

use crate::error::{OutOfRange, within};
use std::ops::{Add, Neg, Sub};

/// A received power level in dBm (RSSI, or RSRP where the field says so).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
#[repr(transparent)]
pub struct Dbm(f32);

impl Dbm {
    /// Accepts −200 to +50 dBm, the span any radio of ours can state.
    ///
    /// # Errors
    /// [`OutOfRange`] beyond it, or for NaN.
    pub fn new(dbm: f32) -> Result<Self, OutOfRange> {
        within("power in dBm", f64::from(dbm), -200.0, 50.0).map(|_| Self(dbm))
    }

    /// The level in dBm.
    pub const fn get(self) -> f32 {
        self.0
    }
}

/// A difference of power levels in dB.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
#[repr(transparent)]
pub struct Db(f32);

impl Db {
    /// Accepts −300 to +300 dB.
    ///
    /// # Errors
    /// [`OutOfRange`] beyond it, or for NaN.
    pub fn new(db: f32) -> Result<Self, OutOfRange> {
        within("ratio in dB", f64::from(db), -300.0, 300.0).map(|_| Self(db))
    }

    /// The difference in dB.
    pub const fn get(self) -> f32 {
        self.0
    }
}

impl Sub for Dbm {
    type Output = Db;
    fn sub(self, other: Self) -> Db {
        Db(self.0 - other.0)
    }
}

impl Add<Db> for Dbm {
    type Output = Self;
    fn add(self, difference: Db) -> Self {
        Self((self.0 + difference.0).clamp(-200.0, 50.0))
    }
}

impl Neg for Db {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

/// A length, or a standard deviation of one, in metres; never negative.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
#[repr(transparent)]
pub struct Meters(f64);

impl Meters {
    /// No length.
    pub const ZERO: Self = Self(0.0);

    /// Accepts 0 to 4·10⁷ m (the Earth's circumference).
    ///
    /// # Errors
    /// [`OutOfRange`] beyond it, or for NaN.
    pub fn new(m: f64) -> Result<Self, OutOfRange> {
        within("length in m", m, 0.0, 4.0e7).map(Self)
    }

    /// The length in metres.
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// A floor of a building, counted from the ground floor, which is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Floor(i8);

impl Floor {
    /// Accepts −20 to 120: deeper and higher buildings than stand today.
    ///
    /// # Errors
    /// [`OutOfRange`] beyond it.
    pub fn new(level: i32) -> Result<Self, OutOfRange> {
        match i8::try_from(level) {
            Ok(level @ -20..=120) => Ok(Self(level)),
            _ => within("floor level", f64::from(level), -20.0, 120.0).map(|_| Self(0)),
        }
    }

    /// The level, ground = 0.
    pub const fn get(self) -> i8 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_of_levels_is_not_a_level() {
        let (near, far) = (Dbm::new(-40.0).unwrap(), Dbm::new(-90.0).unwrap());
        assert!(((near - far).get() - 50.0).abs() < 1e-6);
        assert_eq!(far + (near - far), near);
    }

    #[test]
    fn nan_infinity_and_impossible_levels_are_refused() {
        // invariant: G1
        for bad in [f32::NAN, f32::INFINITY, -201.0, 51.0] {
            assert!(Dbm::new(bad).is_err());
        }
        assert!(Meters::new(-0.1).is_err());
        assert!(Floor::new(121).is_err());
    }
}
