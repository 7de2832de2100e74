//! The calibration that a snapshot carries.

use cairn_signal::calibration::{Calibration, Kept};
use cairn_snapshot::CalibrationRow;

/// The calibration of a snapshot's rows; what they do not name is as without evidence.
pub fn calibration_of(rows: &[CalibrationRow]) -> Calibration {
    Calibration::from_rows(rows.iter().map(|row| Kept {
        number: row.class,
        n: row.n_samples,
        values: row.multipliers.map(f64::from),
    }))
}
