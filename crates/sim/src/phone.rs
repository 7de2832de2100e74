//! Phones: models that hear differently, and the people who carry them.

use crate::rng::Rng;

/// Share of contributors whose phone always claims 3 m.
const LIAR_SHARE: f64 = 0.02;
/// Number of phone models in the town.
const MODELS: u64 = 14;

/// A phone as its radio and its owner make it.
#[derive(Debug, Clone)]
pub(crate) struct Phone {
    /// Constant error of the reported power, dB.
    pub(crate) bias_db: f64,
    /// How much worse than the best receiver it hears, dB.
    pub(crate) deafness_db: f64,
    /// Standard deviation of fast fading per scan, dB.
    pub(crate) fading_db: f64,
    /// How long after a scan its results come out, milliseconds.
    pub(crate) scan_delay_ms: f64,
    /// Whether it listens to Bluetooth.
    pub(crate) hears_ble: bool,
    /// Network code of its operator.
    pub(crate) mnc: u16,
    /// Reports `fused` instead of satellite fixes.
    pub(crate) is_fused: bool,
    /// Always claims 3 m.
    pub(crate) is_liar: bool,
}

impl Phone {
    /// The phone of a person: the model decides how it hears, the person the rest.
    pub(crate) fn of(town_seed: u64, person: &mut Rng) -> Self {
        let mut model = Rng::new(town_seed ^ 0x6d6f_6465_6c00, person.bits() % MODELS);
        Self {
            bias_db: model.between(-6.0, 6.0),
            deafness_db: model.between(0.0, 3.0),
            fading_db: model.between(2.0, 4.0),
            scan_delay_ms: model.between(50.0, 700.0),
            hears_ble: model.chance(0.6),
            mnc: 1 + person.below(3) as u16,
            is_fused: person.chance(0.25),
            is_liar: person.chance(LIAR_SHARE),
        }
    }
}
