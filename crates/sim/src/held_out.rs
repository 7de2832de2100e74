//! Held-out queries: other people's scans on later days, with the truth beside them.

use crate::outing::{Mode, Outing, Person};
use crate::rng::{Rng, mix2};
use crate::town::Town;
use cairn_ground::{Floor, LatLng};
use cairn_report::Observation;

/// Days after the last contribution on which the queries are asked.
const LATER_DAYS: f64 = 3.0;
/// Share of indoor queries asked in the mall or the station.
const VENUE_SHARE: f64 = 0.25;

/// Where the asking phone is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slice {
    /// On a pavement.
    Outdoors,
    /// In a building.
    Indoors,
    /// In a car or a bus.
    Vehicle,
}

impl Slice {
    /// All slices, in order.
    pub const ALL: [Self; 3] = [Self::Outdoors, Self::Indoors, Self::Vehicle];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Outdoors => "outdoors",
            Self::Indoors => "indoors",
            Self::Vehicle => "vehicle",
        }
    }
}

/// How many queries, and from where.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeldOutConfig {
    /// The seed of the people who ask; they are never the people who contribute.
    pub seed: u64,
    /// Queries in all.
    pub n_queries: usize,
    /// Weights of the slices, in the order of [`Slice::ALL`].
    pub weights: [f64; 3],
}

impl HeldOutConfig {
    /// The demo's queries: 2,000; 60 % outdoors, 30 % indoors, 10 % in vehicles.
    pub const fn demo() -> Self {
        Self { seed: 3, n_queries: 2_000, weights: [0.6, 0.3, 0.1] }
    }
}

/// One query with its truth.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldOut {
    /// What the phone hears; at least one observation.
    pub observations: Vec<Observation>,
    /// Where it is.
    pub truth: LatLng,
    /// The storey it is on, when in a building.
    pub floor: Option<Floor>,
    /// Where that is.
    pub slice: Slice,
}

impl Town {
    /// Queries of phones that contribute nothing, on the days after the town's last (X3).
    pub fn held_out(&self, config: &HeldOutConfig) -> Vec<HeldOut> {
        let people = mix2(config.seed, 0x6865_6c64_206f_7574);
        (0..config.n_queries)
            .filter_map(|number| {
                // The first try nearly always hears something; the seed of each try is its own.
                (0..20).find_map(|attempt| {
                    let rng = Rng::new(people, number as u64 * 32 + attempt);
                    self.ask(config, Rng::new(!people, number as u64), rng)
                })
            })
            .collect()
    }

    fn ask(&self, config: &HeldOutConfig, person: Rng, mut rng: Rng) -> Option<HeldOut> {
        let slice = Slice::ALL[rng.weighted(&config.weights)];
        let mode = match slice {
            Slice::Outdoors => Mode::Walk,
            Slice::Indoors => Mode::Indoors,
            Slice::Vehicle if rng.chance(0.3) => Mode::Bus,
            Slice::Vehicle => Mode::Drive,
        };
        let days = f64::from(self.config.days) + rng.between(0.0, LATER_DAYS).floor();
        let second = days * 86_400.0 + rng.between(7.0, 21.0) * 3_600.0;
        let house = if rng.chance(VENUE_SHARE) {
            rng.pick(&self.venues).copied().unwrap_or(0)
        } else {
            rng.below(self.houses.len())
        };
        let warm_up_s = rng.between(10.0, 400.0);
        let person = Person::of(self, person);
        let mut outing = Outing::begin(self, person, (mode, house), second, rng);
        outing.advance(warm_up_s);
        if !outing.listen(4.0) || !outing.listen(4.0) {
            return None;
        }
        let observations = outing.observations();
        let (truth, floor) = outing.truth()?;
        (!observations.is_empty()).then_some(HeldOut { observations, truth, floor, slice })
    }
}
