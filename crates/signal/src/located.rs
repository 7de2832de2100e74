//! A position with what contests and bounds it, and the radii that follow.

use crate::calibration::Calibration;
use crate::class::Class;
use crate::locate::Known;
use crate::rival::{Rival, widened};
use cairn_ground::{Covariance, Floor, LatLng, Radii};

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
    /// True where no measure stands behind the radii: they are wider for it.
    pub fn is_extrapolated(&self, calibration: &Calibration) -> bool {
        calibration.is_extrapolated(self.class, self.covariance.sigma_m(), self.residual_db)
    }

    /// The radii of the answer: its own, and as wide as its rivals where their chance of being right exceeds what the
    /// level leaves open.
    pub fn radii(&self, calibration: &Calibration) -> Radii {
        let own = self.own_radii(calibration);
        widened(&own, &own, &self.rivals, 0.0)
    }

    /// The radii of the answer if no rival is right: the calibration's as far as what it rests on can be heard.
    pub fn own_radii(&self, calibration: &Calibration) -> Radii {
        let own = calibration.radii(self.class, self.covariance.sigma_m(), self.residual_db);
        own.within_m(self.bound_m.unwrap_or(f64::MAX))
    }
}

/// Share of the evidence from which a level is told. Source: choice, more for it than for all else together.
const FLOOR_SHARE_MIN: f64 = 0.5;
/// Power assumed of a reading that states none, and the power at which one counts a tenth as much as one of −80 dBm
/// (20 dB a tenth), dBm. Source: choice; what is heard at the wall of the next room says little of a level.
const FLOOR_MISSING_DBM: f64 = -85.0;
const FLOOR_FAINT_DBM: f64 = -100.0;

/// The level that more than half of the evidence speaks for; strong readings speak louder, and what has no level speaks
/// for none: one box of a flat does not lift a street.
pub(crate) fn floor<'a>(
    members: impl Iterator<Item = &'a Known> + Clone,
    votes: &mut Vec<(Floor, f64)>,
) -> Option<(Floor, f64)> {
    // Powers are dear, and most of the world has no levels.
    members.clone().find(|member| member.floor.is_some())?;
    votes.clear();
    let mut total = 0.0;
    for member in members {
        let rssi_dbm = member.rssi_dbm.unwrap_or(FLOOR_MISSING_DBM);
        let weight = 10_f64.powf((rssi_dbm - FLOOR_FAINT_DBM) / 20.0);
        total += weight;
        let Some(level) = member.floor else { continue };
        match votes.iter_mut().find(|(known, _)| *known == level) {
            Some((_, sum)) => *sum += weight,
            None => votes.push((level, weight)),
        }
    }
    votes.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let (level, weight) = votes.first()?;
    (*weight > FLOOR_SHARE_MIN * total).then(|| (*level, weight / total))
}
