//! What scans a model was tried on: of others it promises nothing that was measured.
//!
//! A scan from outside of the walls sounds like one behind the window, but fainter; a handful of readings, or old ones, sound
//! like any place.

use super::promise::Trial;
use crate::domain::{EDGE_VOICES, least};
use crate::robust::n_distinct;

/// The edges of what was tried, each of which several voices reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Domain {
    /// Least mean of the loudest readings, dBm.
    loudest_dbm: f32,
    /// Least logarithm of the mass of all readings.
    log_mass: f32,
    /// Greatest distance, in sound, of the nearest print.
    distance: f32,
}

/// What tells whether a scan is within.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Look {
    pub(super) loudest_dbm: f32,
    pub(super) log_mass: f32,
    pub(super) distance: f32,
}

/// What is not beyond an edge yet: dB, mass as a factor's logarithm, distance. Source: choice, what two scans of one phone at
/// one place differ by.
const SLACK: [f32; 3] = [1.0, 0.05, 0.02];

impl Domain {
    /// Numbers of a domain. Source: its fields.
    pub(super) const FLOATS: usize = 3;
    /// Of a model that does not say: every scan is within.
    pub(super) const ALL: Self =
        Self { loudest_dbm: f32::MIN, log_mass: f32::MIN, distance: f32::MAX };

    /// The domain of scans that were tried; of one voice's, all.
    pub(super) fn of(trials: &[Trial]) -> Self {
        if n_distinct(trials.iter().map(|trial| trial.voice)) < EDGE_VOICES {
            return Self::ALL;
        }
        #[expect(clippy::cast_possible_truncation, reason = "it was an f32")]
        let least = |of: fn(&Look) -> f32| {
            least(trials.iter().map(|one| (f64::from(of(&one.look)), one.voice)).collect()) as f32
        };
        Self {
            loudest_dbm: least(|look| look.loudest_dbm) - SLACK[0],
            log_mass: least(|look| look.log_mass) - SLACK[1],
            distance: SLACK[2] - least(|look| -look.distance),
        }
    }

    /// True of a scan like those tried.
    pub(super) fn contains(&self, look: &Look) -> bool {
        look.loudest_dbm >= self.loudest_dbm
            && look.log_mass >= self.log_mass
            && look.distance <= self.distance
    }

    /// True of one fainter than all those tried.
    pub(super) fn is_fainter(&self, look: &Look) -> bool {
        look.loudest_dbm < self.loudest_dbm
    }

    pub(super) const fn floats(&self) -> [f32; Self::FLOATS] {
        [self.loudest_dbm, self.log_mass, self.distance]
    }

    /// Reads what [`Domain::floats`] gives; `None` for numbers that are none.
    pub(super) fn read(bytes: &[[u8; 4]]) -> Option<Self> {
        let [loudest_dbm, log_mass, distance] = *bytes else { return None };
        let [loudest_dbm, log_mass, distance] =
            [loudest_dbm, log_mass, distance].map(f32::from_le_bytes);
        let is_sound = [loudest_dbm, log_mass, distance].iter().all(|n| n.is_finite());
        is_sound.then_some(Self { loudest_dbm, log_mass, distance })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::venue::promise::Signs;

    fn trial(loudest_dbm: f32, voice: u64) -> Trial {
        let look = Look { loudest_dbm, log_mass: 2.0 - 0.01 * loudest_dbm, distance: 0.3 };
        Trial { signs: Signs::none(), look, error_m: 3.0, voice }
    }

    #[test]
    fn a_scan_is_within_that_two_voices_heard_as_faint() {
        let told = |faint: &[(f32, u64)]| {
            let loud = (0..60_u8).map(|n| trial(-50.0 - f32::from(n % 10), u64::from(n % 6)));
            let trials: Vec<Trial> =
                loud.chain(faint.iter().map(|(dbm, voice)| trial(*dbm, *voice))).collect();
            Domain::of(&trials)
        };
        let look = |dbm: f32| trial(dbm, 0).look;
        let usual = told(&[]);
        assert!(usual.contains(&look(-59.0)) && usual.contains(&look(-59.9)));
        assert!(!usual.contains(&look(-61.0)) && usual.is_fainter(&look(-61.0)));
        assert!(!told(&[(-80.0, 1), (-79.0, 1)]).contains(&look(-75.0)), "one voice's word");
        assert!(told(&[(-80.0, 1), (-79.0, 2)]).contains(&look(-75.0)));
        let few = Look { log_mass: 2.0, ..look(-55.0) };
        assert!(!usual.contains(&few) && !usual.is_fainter(&few), "a handful of readings");
        assert!(!usual.contains(&Look { distance: 0.4, ..look(-55.0) }), "like no print");
        assert!(Domain::ALL.contains(&Look { distance: 1.0, log_mass: 0.0, loudest_dbm: -127.0 }));
        let bytes: Vec<[u8; 4]> = usual.floats().map(f32::to_le_bytes).to_vec();
        assert_eq!(Domain::read(&bytes), Some(usual));
        assert_eq!(Domain::read(&bytes[1..]), None);
        assert!(Domain::of(&[]).contains(&look(-120.0)), "nothing tried says nothing");
    }
}
