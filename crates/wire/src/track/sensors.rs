//! What a phone's own sensors said along a track: steps, motion, air pressure.

use super::numbers::NumbersField;
use super::scan::{PRESSURES_HPA, instant};
use crate::field::{Field, Object, skip};
use cairn_ground::Timestamp;
use serde::de::MapAccess;
use std::ops::RangeInclusive;

/// One step that the phone counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrackStep {
    /// When.
    pub at: Timestamp,
    /// How long, m, when it says.
    pub length_m: Option<f64>,
    /// Which way over ground, degrees clockwise from north, when it says.
    pub heading_deg: Option<f64>,
}

/// One reading of the motion sensors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrackImu {
    /// When.
    pub at: Timestamp,
    /// Acceleration with gravity, m/s², in the phone's axes.
    pub acceleration_m_s2: [f64; 3],
    /// The unit quaternion (x, y, z, w) that turns the phone's axes into east, north and up.
    pub rotation: Option<[f64; 4]>,
}

/// One reading of the barometer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrackPressure {
    /// When.
    pub at: Timestamp,
    /// Air pressure, hPa.
    pub hpa: f64,
}

/// Lengths of steps, m: a child's shuffle to a runner's stride.
const LENGTHS_M: RangeInclusive<f64> = 0.05..=3.0;
/// Directions, degrees: a full turn either way.
const HEADINGS_DEG: RangeInclusive<f64> = -360.0..=360.0;
/// Acceleration along one axis, m/s²: what sensors of phones reach, 16 g.
const ACCELERATION_M_S2_MAX: f64 = 160.0;
/// How far the length of a quaternion may be from 1.
const UNIT_OFF_MAX: f64 = 0.1;

/// A step as it was written.
#[derive(Debug, Default)]
pub(super) struct RawStep {
    at_ms: Field<f64>,
    length_m: Field<f64>,
    heading_deg: Field<f64>,
}

impl Object for RawStep {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "timestamp" => self.at_ms = map.next_value()?,
            "length" => self.length_m = map.next_value()?,
            "heading" => self.heading_deg = map.next_value()?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

impl RawStep {
    /// The step; `None` without a time. A length or direction that cannot be is not there.
    pub(super) fn step(&self) -> Option<TrackStep> {
        let within = |field: Field<f64>, range: RangeInclusive<f64>| {
            field.value().filter(|value| range.contains(value))
        };
        Some(TrackStep {
            at: instant(self.at_ms)?,
            length_m: within(self.length_m, LENGTHS_M),
            heading_deg: within(self.heading_deg, HEADINGS_DEG),
        })
    }
}

/// A reading of the motion sensors as it was written.
#[derive(Debug, Default)]
pub(super) struct RawImu {
    at_ms: Field<f64>,
    acceleration: NumbersField,
    rotation: NumbersField,
}

impl Object for RawImu {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "timestamp" => self.at_ms = map.next_value()?,
            "acceleration" => self.acceleration = map.next_value()?,
            "rotation" => self.rotation = map.next_value()?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

impl RawImu {
    /// The reading; `None` without a time and an acceleration that can be.
    pub(super) fn sample(&self) -> Option<TrackImu> {
        let acceleration_m_s2 = self.acceleration.0.value()?.exactly::<3>()?;
        let size = acceleration_m_s2.iter().fold(0.0_f64, |size, axis| size.max(axis.abs()));
        // A sensor that does not work says 0, 0, 0: gravity is always there.
        let is_possible = size > 0.0 && size <= ACCELERATION_M_S2_MAX;
        let at = instant(self.at_ms).filter(|_| is_possible)?;
        Some(TrackImu { at, acceleration_m_s2, rotation: self.quaternion() })
    }

    /// Of three numbers, Android's rotation vector, the fourth follows from the other.
    fn quaternion(&self) -> Option<[f64; 4]> {
        let numbers = self.rotation.0.value()?;
        let square = |numbers: &[f64]| numbers.iter().map(|n| n * n).sum::<f64>();
        let whole = match (numbers.exactly::<3>(), numbers.exactly::<4>()) {
            (Some(three), _) => {
                let [x, y, z] = three;
                [x, y, z, (1.0 - square(&three)).max(0.0).sqrt()]
            }
            (_, Some(four)) => four,
            _ => return None,
        };
        let length = square(&whole).sqrt();
        ((length - 1.0).abs() <= UNIT_OFF_MAX).then(|| whole.map(|number| number / length))
    }
}

/// A reading of the barometer as it was written.
#[derive(Debug, Default)]
pub(super) struct RawPressure {
    at_ms: Field<f64>,
    hpa: Field<f64>,
}

impl Object for RawPressure {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "timestamp" => self.at_ms = map.next_value()?,
            "pressure" => self.hpa = map.next_value()?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

impl RawPressure {
    /// The reading; `None` without a time and a pressure that can be.
    pub(super) fn reading(&self) -> Option<TrackPressure> {
        let hpa = self.hpa.value().filter(|hpa| PRESSURES_HPA.contains(hpa))?;
        Some(TrackPressure { at: instant(self.at_ms)?, hpa })
    }
}
