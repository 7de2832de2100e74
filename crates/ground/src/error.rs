//! The one error of this room: a number outside the range of its meaning.

/// A value was refused because it is outside what the quantity can be.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("{quantity} {value} is outside {min}..={max}")]
pub struct OutOfRange {
    /// What the number was meant to be, with its unit.
    pub quantity: &'static str,
    /// The number refused (NaN included).
    pub value: f64,
    /// Least value allowed.
    pub min: f64,
    /// Greatest value allowed.
    pub max: f64,
}

/// Returns `value` when it lies in `min..=max` (NaN does not).
pub(crate) fn within(
    quantity: &'static str,
    value: f64,
    min: f64,
    max: f64,
) -> Result<f64, OutOfRange> {
    if value >= min && value <= max {
        Ok(value)
    } else {
        Err(OutOfRange { quantity, value, min, max })
    }
}
