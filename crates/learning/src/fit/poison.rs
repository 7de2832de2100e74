//! Lies among the labels: what robustness is tested with.

use crate::data::Table;
use crate::dice::{mix, unit};
use crate::spec::{LabelKind, TaskSpec};

/// The chance of lying, mixed with a seed.
const LIARS: u64 = 0x006c_6961_7273;
/// By how much a liar's size is off.
const SIZE_OFF: f32 = 10.0;

/// The table as it would be had `share` of the contributors lied in every label.
///
/// Sizes are ten times as large or as small; classes are others; of a question's candidates another is right.
pub fn poisoned(spec: &TaskSpec, table: &Table, share: f64) -> Table {
    let n_rows = table.n_rows();
    let mut labels = table.labels().to_vec();
    let seed = mix(spec.training.seed, LIARS);
    let lies = |row: usize| unit(mix(seed, table.contributor(row))) < share;
    match spec.label.kind {
        LabelKind::Size => (0..n_rows).filter(|row| lies(*row)).for_each(|row| {
            let is_larger = mix(seed, row as u64).is_multiple_of(2);
            labels[row] *= if is_larger { SIZE_OFF } else { SIZE_OFF.recip() };
        }),
        LabelKind::Class => (0..n_rows).filter(|row| lies(*row)).for_each(|row| {
            let n = spec.label.classes.len() as u64;
            let other = (labels[row] as u64 + 1 + mix(seed, row as u64) % (n - 1)) % n;
            labels[row] = other as f32;
        }),
        LabelKind::Choice => {
            let rows: Vec<usize> = (0..n_rows).collect();
            for of in rows.chunk_by(|a, b| table.sequence(*a) == table.sequence(*b)) {
                if lies(of[0]) {
                    let told: Vec<f32> = of.iter().map(|row| labels[*row]).collect();
                    let turned = told.iter().cycle().skip(1);
                    of.iter().zip(turned).for_each(|(row, label)| labels[*row] = *label);
                }
            }
        }
    }
    table.with_labels(labels)
}
