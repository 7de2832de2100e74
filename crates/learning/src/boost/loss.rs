//! What a booster makes small: squares, a quantile's slanted distance, a class's surprise.

/// A loss with its gradient, curvature and best constant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Loss {
    /// Half the squared difference: predicts the mean.
    Squares,
    /// The slanted distance: predicts the quantile at this share.
    Quantile(f64),
    /// Minus the logarithm of the probability given to what was so (1) or not (0): predicts log odds.
    Logistic,
}

/// Odds beyond which a constant does not go, as a logarithm.
const LOG_ODDS_MAX: f64 = 12.0;

impl Loss {
    /// The constant that fits all labels best.
    pub(super) fn base(self, labels: &[f32]) -> f32 {
        if labels.is_empty() {
            return 0.0;
        }
        let mean = labels.iter().map(|y| f64::from(*y)).sum::<f64>() / labels.len() as f64;
        match self {
            Self::Squares => mean as f32,
            Self::Quantile(share) => select(&mut labels.to_vec(), share),
            Self::Logistic => {
                let odds = mean / (1.0 - mean);
                odds.ln().clamp(-LOG_ODDS_MAX, LOG_ODDS_MAX) as f32
            }
        }
    }

    /// Gradient and curvature at a prediction.
    pub(super) fn slope(self, label: f32, predicted: f32) -> (f32, f32) {
        match self {
            Self::Squares => (predicted - label, 1.0),
            Self::Quantile(share) if label > predicted => (-(share as f32), 1.0),
            Self::Quantile(share) => ((1.0 - share) as f32, 1.0),
            Self::Logistic => {
                let p = probability(predicted);
                (p - label, (p * (1.0 - p)).max(1e-6))
            }
        }
    }

    /// The mean loss of predictions.
    pub fn mean(self, labels: &[f32], predicted: &[f32]) -> f64 {
        let pairs = labels.iter().zip(predicted);
        let total: f64 = pairs.map(|(y, p)| self.one(f64::from(*y), f64::from(*p))).sum();
        total / labels.len().max(1) as f64
    }

    fn one(self, label: f64, predicted: f64) -> f64 {
        let rest = label - predicted;
        match self {
            Self::Squares => rest * rest,
            Self::Quantile(share) => (share * rest).max((share - 1.0) * rest),
            // ln(1 + e^p) − y·p, without overflow.
            Self::Logistic => {
                predicted.max(0.0) + (-predicted.abs()).exp().ln_1p() - label * predicted
            }
        }
    }
}

/// The probability of log odds.
pub fn probability(log_odds: f32) -> f32 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// The number below which `share` of the values lie: their order does not matter.
pub(super) fn select(values: &mut [f32], share: f64) -> f32 {
    if values.is_empty() {
        return 0.0;
    }
    let at = (share * (values.len() - 1) as f64).round() as usize;
    *values.select_nth_unstable_by(at, f32::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_loss_has_its_least_at_its_constant() {
        let labels = [0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0];
        for loss in [Loss::Squares, Loss::Logistic] {
            let base = loss.base(&labels);
            let at = |x: f32| loss.mean(&labels, &[x; 8]);
            assert!(at(base) < at(base + 0.1) && at(base) < at(base - 0.1), "{loss:?}");
        }
        let labels: Vec<f32> = (0..=100).map(|n| n as f32).collect();
        assert_eq!(Loss::Quantile(0.9).base(&labels), 90.0);
    }

    #[test]
    fn a_slope_is_the_difference_quotient_of_the_loss() {
        for (loss, label) in [(Loss::Quantile(0.3), 2.0), (Loss::Logistic, 1.0)] {
            for at in [-1.0_f32, 0.5, 3.0] {
                let (slope, _) = loss.slope(label, at);
                let step = 1e-3;
                let rise = loss.one(f64::from(label), f64::from(at + step))
                    - loss.one(f64::from(label), f64::from(at - step));
                assert!((rise / f64::from(2.0 * step) - f64::from(slope)).abs() < 1e-3, "{loss:?}");
            }
        }
    }

    #[test]
    fn certain_labels_have_finite_odds() {
        assert!(Loss::Logistic.base(&[1.0, 1.0]).is_finite());
        assert!(Loss::Logistic.base(&[0.0]).is_finite());
    }
}
