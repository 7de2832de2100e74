//! A position with what contests and bounds it, and the radii that follow.

use crate::calibration::Calibration;
use crate::class::Class;
use crate::locate::Known;
use cairn_ground::{Confidence, Covariance, Floor, LatLng, Radii};

/// Another explanation of the scan that may be right instead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rival {
    /// Probability that it is right, 0 to ½.
    pub share: f64,
    /// Distance from the answer, m.
    pub distance_m: f64,
}

/// A position before its radii.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// Where the phone is believed to be.
    pub place: LatLng,
    /// How sure the solver is; radii come from [`crate::calibration`].
    pub covariance: Covariance,
    /// Explanations that contest it, best supported first; they count in [`Located::radii`].
    pub rivals: Vec<Rival>,
    /// Distance beyond which some transmitter it rests on could not be heard, m; cells bound nothing.
    pub bound_m: Option<f64>,
    /// The mean of the powers less those expected there, dB; 0 for cells, whose hearings know them already.
    pub residual_db: f64,
    /// What kind of answer it is, for its calibration.
    pub class: Class,
    /// Level of the building and the share of the evidence for it.
    pub floor: Option<(Floor, f64)>,
    /// Transmitters that agree.
    pub n_used: usize,
}

impl Located {
    /// The radii of the answer: the calibration's as far as what it rests on can be heard, and as wide
    /// as its rivals where their chance of being right exceeds what the level leaves open.
    pub fn radii(&self, calibration: &Calibration) -> Radii {
        let own = calibration.radii(self.class, self.covariance.sigma_m(), self.residual_db);
        let own = own.within_m(self.bound_m.unwrap_or(f64::MAX));
        let mut rivals = self.rivals.clone();
        rivals.sort_by(|a, b| b.distance_m.total_cmp(&a.distance_m));
        Radii::rising(Confidence::ALL.map(|level| {
            let (mut open, mut radius_m) = (0.0, own.at_m(level));
            for rival in &rivals {
                open += rival.share;
                if open > 1.0 - level.probability() {
                    radius_m = radius_m.max(rival.distance_m + own.at_m(level));
                    break;
                }
            }
            radius_m
        }))
    }
}

/// The level most of the evidence speaks for; strong readings speak louder.
pub(crate) fn floor<'a>(
    members: impl Iterator<Item = &'a Known>,
    votes: &mut Vec<(Floor, f64)>,
) -> Option<(Floor, f64)> {
    votes.clear();
    for member in members {
        let Some(level) = member.floor else { continue };
        let weight = 10_f64.powf((member.rssi_dbm.unwrap_or(-85.0) + 100.0) / 20.0);
        match votes.iter_mut().find(|(known, _)| *known == level) {
            Some((_, sum)) => *sum += weight,
            None => votes.push((level, weight)),
        }
    }
    let total: f64 = votes.iter().map(|(_, weight)| weight).sum();
    votes.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    votes.first().map(|(level, weight)| (*level, weight / total))
}
