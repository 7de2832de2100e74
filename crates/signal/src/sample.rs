//! What radii are measured on: held-out answers, and how much each of them counts.

use crate::class::Class;
use crate::robust::n_distinct;

/// One held-out answer compared with the fix it should have found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// What kind of answer it was.
    pub class: Class,
    /// Distance from the answer to the fix, m.
    pub error_m: f64,
    /// The solver's σ, m.
    pub sigma_m: f64,
    /// The mean of its powers less those expected, dB.
    pub residual_db: f64,
    /// The fix's own σ per axis, m, when the phone stated one (0 otherwise: nothing is excused).
    pub fix_sigma_m: f64,
    /// Whose evidence it is.
    pub voice: u64,
    /// The spot it is from: samples of one spot have one number.
    pub spot: u64,
}

/// Weights such that a voice with many samples weighs little more than one with few.
///
/// The fourth root keeps most of the precision of long walks. Source: measured on leave-one-group-out
/// folds of two outdoor sets, 95.5 and 95.4 % inside R95; docs/measured/accuracy.md.
pub(crate) fn weights(samples: &[&Sample]) -> Vec<f64> {
    let mut voices: Vec<u64> = samples.iter().map(|s| s.voice).collect();
    voices.sort_unstable();
    let weight = |sample: &&Sample| {
        let from = voices.partition_point(|v| *v < sample.voice);
        let to = voices.partition_point(|v| *v <= sample.voice);
        number(to - from).sqrt().sqrt().recip()
    };
    samples.iter().map(weight).collect()
}

/// How many independent witnesses samples are worth: no more than their voices, and no more than their spots.
///
/// Phones that lie still send much from one spot, where those that taught the map stood too: many voices
/// there say no more of another place than one does.
///
/// # Source
/// L. Kish, *Survey Sampling* (1965), §8.2: (Σw)² / Σw², of the weights of each voice, and of each spot.
pub(crate) fn n_effective(samples: &[&Sample]) -> f64 {
    let weights = weights(samples);
    let of = |group: fn(&Sample) -> u64| {
        let mut sums: Vec<(u64, f64)> =
            samples.iter().zip(&weights).map(|(sample, weight)| (group(sample), *weight)).collect();
        sums.sort_unstable_by_key(|(group, _)| *group);
        let by_group = sums.chunk_by(|a, b| a.0 == b.0);
        let sums = by_group.map(|group| group.iter().map(|(_, weight)| weight).sum::<f64>());
        let (sum, squares) =
            sums.fold((0.0, 0.0), |(sum, squares), it| (sum + it, it.mul_add(it, squares)));
        if squares > 0.0 { sum * sum / squares } else { 0.0 }
    };
    of(|sample| sample.voice).min(of(|sample| sample.spot))
}

/// Voices behind samples.
pub(crate) fn n_voices(samples: &[&Sample]) -> u32 {
    count(n_distinct(samples.iter().map(|sample| sample.voice)))
}

/// A count as it is kept.
pub(crate) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn number(n: usize) -> f64 {
    f64::from(count(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(pairs: impl IntoIterator<Item = (u64, u64)>) -> Vec<Sample> {
        let of = |(voice, spot)| Sample {
            class: Class::WifiTwo,
            error_m: 1.0,
            sigma_m: 1.0,
            residual_db: 0.0,
            fix_sigma_m: 0.0,
            voice,
            spot,
        };
        pairs.into_iter().map(of).collect()
    }

    fn worth(pairs: impl IntoIterator<Item = (u64, u64)>) -> f64 {
        let samples = samples(pairs);
        n_effective(&samples.iter().collect::<Vec<_>>())
    }

    #[test]
    fn many_samples_of_few_voices_or_of_one_spot_are_few_witnesses() {
        let near = |found: f64, want: f64| assert!((found - want).abs() < 0.01, "{found}");
        near(worth((0..160).map(|n| (n % 4, n))), 4.0);
        near(worth((0..160).map(|n| (n, n % 2))), 2.0);
        near(worth((0..40).map(|n| (n, n))), 40.0);
        near(worth([]), 0.0);
        let uneven = worth((0..100).map(|n| (n / 97, n)));
        assert!(uneven < 2.0, "a voice that says most is nearly alone: {uneven}");
    }

    #[test]
    fn a_voice_s_sixteen_samples_weigh_as_eight() {
        let samples = samples((0..17).map(|n| (n / 16, n)));
        let weights = weights(&samples.iter().collect::<Vec<_>>());
        assert!((weights[..16].iter().sum::<f64>() - 8.0).abs() < 1e-9);
        assert!((weights[16] - 1.0).abs() < 1e-9);
    }
}
