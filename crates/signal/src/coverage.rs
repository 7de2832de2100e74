//! How well factors keep what they promise, measured on voices that had no part in them.

use crate::calibration::{Calibration, Class};
use crate::factors::own_error_m;
use crate::sample::{Sample, n_voices, weights};
use cairn_ground::Confidence;
use std::collections::BTreeMap;

/// Shares inside the radii of 50, 68, 90 and 95 %.
type Inside = [f64; 4];

/// For each class, the share of its samples inside the radii that `fit` finds without their half of the voices, each
/// voice with about one voice's weight; `None` for a class of fewer than two voices.
///
/// A fix's own error is excused as it is in the factors. A half knows less than the whole, and so promises more.
pub(crate) fn inside(
    samples: &[Sample],
    fit: impl Fn(&[Sample]) -> Calibration,
) -> [Option<Inside>; Class::ALL.len()] {
    let half_of = halves(samples);
    let by_half = [false, true].map(|half| {
        let others = samples.iter().filter(|it| half_of[&it.voice] != half);
        fit(&others.copied().collect::<Vec<_>>())
    });
    Class::ALL.map(|class| {
        let of: Vec<&Sample> = samples.iter().filter(|it| it.class == class).collect();
        let judged = |it: &Sample| by_half[usize::from(half_of[&it.voice])];
        (n_voices(&of) >= 2).then(|| share(&of, judged))
    })
}

/// Deals the voices out in turn, in the order of their numbers.
fn halves(samples: &[Sample]) -> BTreeMap<u64, bool> {
    let mut half_of: BTreeMap<u64, bool> = samples.iter().map(|it| (it.voice, false)).collect();
    for (index, half) in half_of.values_mut().enumerate() {
        *half = index % 2 == 1;
    }
    half_of
}

fn share(samples: &[&Sample], judged: impl Fn(&Sample) -> Calibration) -> Inside {
    let (mut total, mut inside) = (0.0, [0.0; 4]);
    for (sample, weight) in samples.iter().zip(weights(samples)) {
        let radii = judged(sample).radii(sample.class, sample.sigma_m, sample.residual_db);
        total += weight;
        for (sum, level) in inside.iter_mut().zip(Confidence::ALL) {
            if own_error_m(sample, level) <= radii.at_m(level) {
                *sum += weight;
            }
        }
    }
    inside.map(|sum| sum / total)
}
