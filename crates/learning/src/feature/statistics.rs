//! Small sums that several features share.

/// The value below which `share` of some lie; NaN of none. Their order does not matter.
pub(super) fn quantile(values: &mut [f32], share: f64) -> f32 {
    if values.is_empty() {
        return f32::NAN;
    }
    values.sort_unstable_by(f32::total_cmp);
    values[(share * (values.len() - 1) as f64).round() as usize]
}

/// The mean; NaN of none.
pub(super) fn mean(values: &[f32]) -> f32 {
    if values.is_empty() {
        return f32::NAN;
    }
    (values.iter().map(|x| f64::from(*x)).sum::<f64>() / values.len() as f64) as f32
}

/// The standard deviation; NaN of none.
pub(super) fn deviation(values: &[f32]) -> f32 {
    let middle = f64::from(mean(values));
    let squares: f64 = values.iter().map(|x| (f64::from(*x) - middle).powi(2)).sum();
    if values.is_empty() { f32::NAN } else { (squares / values.len() as f64).sqrt() as f32 }
}

/// A part of a whole; NaN of nothing.
pub(super) fn share(part: usize, whole: usize) -> f32 {
    if whole == 0 { f32::NAN } else { part as f32 / whole as f32 }
}
